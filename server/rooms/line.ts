import { encodeAck, encodeRefusal, encodeSync, type Refusal } from '#shared/protocol/frames.ts'
import { merged } from '#shared/plan/merged.ts'
import type { SeatState } from './seat.ts'
import type { Trail } from './trail.ts'

/** What waits in a room's line, in the order it came. */
export type Waiting =
  | { readonly kind: 'update', readonly seat: SeatState, readonly update: Uint8Array, readonly binds: readonly number[], isDurable: boolean }
  /** A client id that becomes somebody's. */
  | { readonly kind: 'binding', readonly binds: readonly number[], isDurable: boolean }
  /** A sync update that brought nothing. */
  | { readonly kind: 'nothing', readonly seat: SeatState }
  | { readonly kind: 'frame', readonly seat: SeatState, readonly frame: Uint8Array }
  /** The answer to a peer's step 1; what comes after it is for that peer too. */
  | { readonly kind: 'answer', readonly seat: SeatState }
  | { readonly kind: 'refusal', readonly seat: SeatState, readonly nth: number, readonly refusal: Refusal, readonly code: number }
  | { readonly kind: 'close', readonly seat: SeatState, readonly code: number, readonly reason: string }
  | { readonly kind: 'drop', readonly what: string, readonly error: unknown }

/** The one line in which all that is to leave a room waits, behind what is being written (S4). */
export interface Line {
  /** Takes its place behind what is being written; goes out at once when nothing is. */
  put(waiting: Waiting): void
  /** As `put`, but goes out at the end of the turn at the earliest. */
  putForLater(waiting: Waiting): void
  /** Something has become durable, or something outside the line is to be looked at: released together, at the end of the turn. */
  dueForRelease(): void
  /** Whether anything in the document is not on disk. */
  hasUpdates(): boolean
  isEmpty(): boolean
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>
  /** Forgets what waits. Nothing of it has left. */
  drop(): void
}

interface LineParts {
  readonly seats: ReadonlySet<SeatState>
  readonly giveAnswer: (seat: SeatState) => void
  readonly trail: Pick<Trail, 'mayTell' | 'miss'>
  /** It is on disk whose these client ids are. */
  readonly onBound: (clients: readonly number[]) => void
  /** Something has been released, and all that is in the document is on disk and sent. */
  readonly onRest: () => void
  readonly onFailure: (what: string, error: unknown) => void
}

export function openLine({ seats, giveAnswer, trail, onBound, onRest, onFailure }: LineParts): Line {
  const line: Waiting[] = []
  const settled: (() => void)[] = []
  let isDropped = false
  let releaseIsDue = false
  const hasUpdates = () => line.some(({ kind }) => kind === 'update')

  function dueForRelease(): void {
    if (releaseIsDue)
      return
    releaseIsDue = true
    queueMicrotask(() => {
      releaseIsDue = false
      release()
    })
  }

  function release(): void {
    if (isDropped)
      return
    const end = line.findIndex(waiting => 'isDurable' in waiting && !waiting.isDurable)
    const ready = line.splice(0, end < 0 ? line.length : end)
    try {
      sendReady(ready)
      if (!isDropped && !hasUpdates())
        onRest()
    }
    catch (error) {
      onFailure('releasing failed', error)
    }
    if (line.length === 0)
      settled.splice(0).forEach(resolve => resolve())
  }

  function sendReady(ready: readonly Waiting[]): void {
    const updates: Uint8Array[] = []
    const senders = new Set<SeatState>()
    for (const waiting of ready) {
      if (waiting.kind === 'update') {
        updates.push(waiting.update)
        senders.add(waiting.seat)
      }
      if (waiting.kind === 'update' || waiting.kind === 'nothing')
        waiting.seat.durable++
      if (waiting.kind === 'frame' && waiting.seat.isHere && !waiting.seat.isDismissed)
        waiting.seat.peer.send(waiting.frame)
      if (waiting.kind === 'answer')
        giveAnswer(waiting.seat)
    }
    if (updates.length > 0)
      fanOut(updates, senders)
    for (const waiting of ready) {
      if ('seat' in waiting && waiting.kind !== 'frame')
        acknowledge(waiting.seat)
    }
    for (const waiting of ready)
      conclude(waiting)
  }

  function conclude(waiting: Waiting): void {
    if ('binds' in waiting && waiting.binds.length > 0)
      onBound(waiting.binds)
    if (waiting.kind === 'refusal')
      sendAway(waiting)
    if (waiting.kind === 'close')
      waiting.seat.peer.close(waiting.code, waiting.reason)
    if (waiting.kind === 'drop')
      onFailure(waiting.what, waiting.error)
  }

  function fanOut(updates: readonly Uint8Array[], senders: ReadonlySet<SeatState>): void {
    const update = merged(updates)
    const frame = encodeSync(2, update)
    for (const seat of seats) {
      const isAllItsOwn = senders.size === 1 && senders.has(seat)
      if (!seat.isTold || seat.isDismissed || isAllItsOwn)
        continue
      if (trail.mayTell(seat, frame.byteLength))
        seat.peer.send(frame)
      else
        trail.miss(seat, update)
    }
  }

  return {
    put(waiting) {
      if (isDropped)
        return
      line.push(waiting)
      if (line.length === 1)
        release()
    },
    putForLater(waiting) {
      line.push(waiting)
      dueForRelease()
    },
    dueForRelease,
    hasUpdates,
    isEmpty: () => line.length === 0,
    settled: () => line.length === 0 ? Promise.resolve() : new Promise<void>(resolve => settled.push(resolve)),
    drop() {
      isDropped = true
      line.length = 0
      settled.splice(0).forEach(resolve => resolve())
    },
  }
}

function acknowledge(seat: SeatState): void {
  if (!seat.isHere || !seat.peer.wantsAcks || seat.acked === seat.durable)
    return
  seat.acked = seat.durable
  seat.peer.send(encodeAck(seat.durable))
}

function sendAway({ seat, nth, refusal, code }: Waiting & { kind: 'refusal' }): void {
  if (!seat.isHere)
    return
  if (seat.peer.wantsAcks)
    seat.peer.send(encodeRefusal(nth, refusal))
  seat.peer.close(code, refusal.reason)
}
