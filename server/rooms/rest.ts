import * as Y from 'yjs'
import { merged } from '#shared/plan/merged.ts'
import { emptyUpdate } from '#shared/protocol/frames.ts'
import type { LogContent, PlanLog } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'
import { documentOf } from './desk.ts'
import { openPieces, type Pieces } from './pieces.ts'

/** What a plan that nobody writes in is answered from: its stored bytes, fetched when they are needed and let go soon after (S30). */
export interface Rest {
  readonly stateVector: Uint8Array
  /** The hash of what the plan holds; null where only a document can tell. */
  readonly stateHash: string | null
  /** How many client ids the plan knows. */
  readonly clients: number
  /** All that is stored, oldest first: to make a document of. */
  updates(): Promise<readonly Uint8Array[]>
  /** What brings a peer with this state vector up to date. */
  answerTo(stateVector: Uint8Array): Promise<Pieces>
  /** Whether an update is known to bring nothing: it is empty, or repeats all that is deleted. What is not known to may bring nothing too. */
  isNothing(update: Uint8Array): boolean
  end(): void
}

/** How long the bytes are kept in memory after they were asked for: a meeting begins within it. */
const keptMs = 10_000
const maxAnswersKept = 16
/** With a longer tail than this a document is made at once: merging bytes costs more than it. */
export const maxTailToMerge = 1_000

interface Kept {
  /** The checkpoint as it is stored, and what has come since as one: putting the two together costs more than all else here. */
  readonly pieces: readonly Uint8Array[]
  /** What a peer that has it all repeats when it is asked what it has; null until somebody does. */
  deletions: Uint8Array | null
  readonly answers: Map<string, Pieces>
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
    found.deletions ??= merged(found.pieces.map(piece => Y.diffUpdate(piece, known.stateVector)))
    return isSame(update, found.deletions)
  }

  return {
    ...known,
    clients: Y.decodeStateVector(known.stateVector).size,
    updates: async () => (await fetch()).pieces,
    async answerTo(stateVector) {
      const { pieces, answers } = await fetch()
      const key = Buffer.from(stateVector).toString('latin1')
      const answer = answers.get(key) ?? openPieces(isEmptyVector(stateVector) ? pieces : pieces.map(piece => Y.diffUpdate(piece, stateVector)))
      if (answers.size < maxAnswersKept)
        answers.set(key, answer)
      return answer
    },
    isNothing: update => isSame(update, emptyUpdate) || (kept !== null && repeatsDeletions(update, kept)),
    end: letGo,
  }
}

/** The state vector of what a log holds. */
export function stateVectorOf({ checkpoint, tail }: LogContent): Uint8Array {
  if (!checkpoint)
    return Y.encodeStateVectorFromUpdate(merged(tail))
  if (tail.length === 0)
    return checkpoint.stateVector
  // What came later begins where the checkpoint ends.
  const clocks = Y.decodeStateVector(checkpoint.stateVector)
  for (const update of tail)
    Y.parseUpdateMeta(update).to.forEach((clock, client) => clocks.set(client, Math.max(clock, clocks.get(client) ?? 0)))
  return Y.encodeStateVector(clocks)
}

/** Where a checkpoint turned out to be damaged the tail is the whole log: too much to be merged, which costs ever more the more there is. */
function toKept({ checkpoint, tail }: LogContent): Kept {
  const late = !checkpoint && tail.length > maxTailToMerge ? asOne(tail) : merged(tail)
  return { pieces: [...checkpoint ? [checkpoint.update] : [], ...tail.length > 0 ? [late] : []], deletions: null, answers: new Map() }
}

function asOne(updates: readonly Uint8Array[]): Uint8Array {
  const doc = documentOf(updates, () => {})
  const update = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return update
}

const isEmptyVector = (vector: Uint8Array) => isSame(vector, Uint8Array.of(0))
const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
