import * as Y from 'yjs'
import { emptyUpdate, encodeSync } from '#shared/protocol/frames.ts'
import type { LogContent, PlanLog } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'

/** What a plan that nobody writes in is answered from: its stored bytes, fetched when they are needed and let go soon after (S30). */
export interface Rest {
  readonly stateVector: Uint8Array
  /** The hash of what the plan holds; null where only a document can tell. */
  readonly stateHash: string | null
  /** How many client ids the plan knows. */
  readonly clients: number
  /** All that is stored, as one update: to make a document of. */
  update(): Promise<Uint8Array>
  /** The frame that brings a peer with this state vector up to date. */
  answerTo(stateVector: Uint8Array): Promise<Uint8Array>
  /** Whether an update is known to bring nothing: it is empty, or repeats all that is deleted. What is not known to may bring nothing too. */
  isNothing(update: Uint8Array): boolean
  end(): void
}

/** How long the bytes are kept in memory after they were asked for: a meeting begins within it. */
const keptMs = 10_000
const maxAnswersKept = 16

interface Kept {
  readonly update: Uint8Array
  /** What a peer that has it all repeats when it is asked what it has; null until somebody does. */
  deletions: Uint8Array | null
  readonly answers: Map<string, Uint8Array>
}

/** The log must take nothing as long as it lasts. `content` is what it holds, where that has been read already. */
export function openRest({ log, clock, content, known }: {
  log: PlanLog
  clock: Clock
  content: LogContent | null
  known: { readonly stateVector: Uint8Array, readonly stateHash: string | null }
}): Rest {
  let fetching: Promise<Kept> | null = null
  let kept: Kept | null = null
  let stopWaiting: (() => void) | null = null
  if (content)
    keep(toKept(content))

  function keep(found: Kept): Kept {
    kept = found
    stopWaiting?.()
    stopWaiting = clock.after(keptMs, letGo)
    return found
  }

  function letGo(): void {
    stopWaiting?.()
    stopWaiting = null
    fetching = null
    kept = null
  }

  function fetch(): Promise<Kept> {
    if (kept)
      return Promise.resolve(keep(kept))
    fetching ??= log.load().then(found => keep(toKept(found)))
    fetching.catch(letGo)
    return fetching
  }

  function repeatsDeletions(update: Uint8Array, found: Kept): boolean {
    found.deletions ??= Y.diffUpdate(found.update, known.stateVector)
    return isSame(update, found.deletions)
  }

  return {
    ...known,
    clients: Y.decodeStateVector(known.stateVector).size,
    update: async () => (await fetch()).update,
    async answerTo(stateVector) {
      const { update, answers } = await fetch()
      const key = Buffer.from(stateVector).toString('latin1')
      const frame = answers.get(key) ?? encodeSync(1, isEmptyVector(stateVector) ? update : Y.diffUpdate(update, stateVector))
      if (answers.size < maxAnswersKept)
        answers.set(key, frame)
      return frame
    },
    isNothing: update => isSame(update, emptyUpdate) || (kept !== null && repeatsDeletions(update, kept)),
    end: letGo,
  }
}

/** The state vector of what a log holds. */
export function stateVectorOf({ checkpoint, tail }: LogContent): Uint8Array {
  return checkpoint && tail.length === 0 ? checkpoint.stateVector : Y.encodeStateVectorFromUpdate(merged({ checkpoint, tail }))
}

const toKept = (content: LogContent): Kept => ({ update: merged(content), deletions: null, answers: new Map() })

const merged = ({ checkpoint, tail }: LogContent) =>
  checkpoint && tail.length === 0 ? checkpoint.update : Y.mergeUpdates(checkpoint ? [checkpoint.update, ...tail] : [...tail])

const isEmptyVector = (vector: Uint8Array) => isSame(vector, Uint8Array.of(0))
const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
