import * as Y from 'yjs'
import { limits } from '#shared/protocol/limits.ts'
import type { Clock } from '../time/clock.ts'
import type { LogContent, PlanLog } from '../storage/contracts.ts'
import { documentOf, openDesk, type Desk } from './desk.ts'
import { openRest, stateVectorOf, type Rest } from './rest.ts'
import type { Comparison } from './scrub.ts'

/** What a room stands on: its document while somebody writes, the stored bytes while nobody does (S30). */
export interface Ground {
  /** Where the room stands now. */
  at(): Desk | Rest
  /** The document, which is there whenever an update is being judged. */
  desk(): Desk
  /** Makes the document of what is stored, at rest. */
  wake(rest: Rest): void
  isWaking(): boolean
  stateVector(): Uint8Array
  /** How often the document has changed. */
  version(): number
  /** Whether the plan has room for so many structs more. */
  hasRoomFor(structs: number): boolean
  /** An update with so many new structs has been applied, and is given to the log. */
  grow(structs: number): void
  /** Updates that no checkpoint stands for. */
  uncovered(): number
  /** What is stored is damaged: nobody is to lose what is here. */
  isOnlyCopy(): boolean
  /** The document and the timers are nobody's any more. May be called twice. */
  letGo(): void
}

export interface GroundParts {
  readonly first: Y.Doc | LogContent
  /** How many updates the log holds since its last checkpoint. */
  readonly tail: number
  readonly log: PlanLog
  readonly clock: Clock
  readonly isOpen: () => boolean
  /** Nothing waits for an answer or the disk. */
  readonly isQuiet: () => boolean
  /** While the stored bytes are read nothing of anybody's is taken: the log stays as it is. */
  readonly onWaking: () => void
  readonly onAwake: () => void
  readonly onRest: () => void
  /** Gives all that the document holds to the log. */
  readonly giveToLog: () => void
  /** Makes a checkpoint, and gives whether there is one. */
  readonly makeCheckpoint: () => Promise<boolean>
  /** Asks the log for what it holds before it returns, and compares it with the document as one update. */
  readonly compare: (live: Uint8Array) => Promise<Comparison>
  readonly onDiffering: () => void
  readonly onFailure: (what: string, error: unknown) => void
  readonly report: (what: string, error: unknown) => void
}

/** A plan that nobody has written in for so long is kept in memory no more. */
const restAfterMs = 30_000
/** After so many updates there is to be another checkpoint, however busy the room. */
const updatesPerCheckpoint = 10_000
/** With more than these since the last checkpoint the stored bytes are no quick answer, and the document is kept. */
const maxTailAtRest = 50
/** How often what is in memory is compared with what is stored, while there is a document, and besides before it is let go. */
const compareEveryMs = 5 * 60_000

export function openGround({
  first, tail, log, clock, isOpen, isQuiet, onWaking, onAwake, onRest, giveToLog, makeCheckpoint, compare, onDiffering, onFailure, report,
}: GroundParts): Ground {
  let at: Desk | Rest = first instanceof Y.Doc
    ? openDesk(first)
    : openRest({
      log, clock, content: first,
      known: { stateVector: stateVectorOf(first), stateHash: first.tail.length === 0 ? first.checkpoint?.stateHash ?? null : null },
    })
  let version = 0
  /** How many structs the document holds, at most. */
  let structs = 'doc' in at ? at.countStructs() : 0
  let isWaking = false
  let stopWaiting: (() => void) | null = null
  let uncovered = tail
  let checkpointAt = updatesPerCheckpoint
  let isCheckpointDue = false
  let comparedAt = clock.now()
  let isOnlyCopy = false
  if ('doc' in at)
    lookLater()

  function desk(): Desk {
    if (!('doc' in at))
      throw new Error('an update is judged in a room at rest')
    return at
  }

  /** Whether there is to be a checkpoint, a comparison, or rest. */
  function lookLater(): void {
    const since = version
    stopWaiting = clock.after(restAfterMs, () => {
      const mayRest = () => version === since && uncovered <= maxTailAtRest && isQuiet()
      if (!isOpen())
        return
      if (uncovered > 0)
        coverAll()
      const isDue = Math.abs(clock.now() - comparedAt) >= compareEveryMs
      if (!isDue && !mayRest())
        return lookLater()
      void isAsStored().then((isSame) => {
        if (!isOpen())
          return
        if (isSame && mayRest())
          rest()
        else
          lookLater()
      })
    })
  }

  /**
   * Where what is stored is something else the room cannot go on (S47). All that the document holds is given to the log in the turn in
   * which that is asked for what it holds: a room that is never quiet is compared too.
   */
  async function isAsStored(): Promise<boolean> {
    comparedAt = clock.now()
    giveToLog()
    const comparison = await compare(Y.encodeStateAsUpdate(desk().doc))
    isOnlyCopy = comparison === 'unreadable'
    if (comparison === 'differs')
      onDiffering()
    return comparison === 'same'
  }

  function rest(): void {
    const { doc, stateHash, close } = desk()
    at = openRest({ log, clock, content: null, known: { stateVector: Y.encodeStateVector(doc), stateHash: stateHash() } })
    close()
    stopWaiting = null
    onRest()
  }

  function coverAll(): void {
    if (isCheckpointDue)
      return
    isCheckpointDue = true
    const covered = uncovered
    void makeCheckpoint().then((isMade) => {
      isCheckpointDue = false
      uncovered -= isMade ? covered : 0
      // One that was not made is tried again later, not at each letter.
      checkpointAt = isMade ? updatesPerCheckpoint : uncovered + updatesPerCheckpoint
    })
  }

  return {
    at: () => at,
    desk,
    wake(stored) {
      if (isWaking)
        return
      isWaking = true
      onWaking()
      stored.updates().then((updates) => {
        if (!isOpen())
          return
        const doc = documentOf(updates, what => report(what, null))
        stored.end()
        at = openDesk(doc)
        structs = at.countStructs()
        isWaking = false
        lookLater()
        onAwake()
      }).catch((error: unknown) => onFailure('reading failed', error))
    },
    isWaking: () => isWaking,
    stateVector: () => 'doc' in at ? Y.encodeStateVector(at.doc) : at.stateVector,
    version: () => version,
    hasRoomFor(more) {
      // What lies side by side is one struct in time, so they are counted anew before it is denied.
      if (structs + more > limits.maxStructsInPlan)
        structs = desk().countStructs()
      return structs + more <= limits.maxStructsInPlan
    },
    grow(more) {
      structs += more
      version++
      if (++uncovered >= checkpointAt)
        coverAll()
    },
    uncovered: () => uncovered,
    isOnlyCopy: () => isOnlyCopy,
    letGo() {
      stopWaiting?.()
      stopWaiting = null
      if ('doc' in at)
        at.close()
      else
        at.end()
    },
  }
}
