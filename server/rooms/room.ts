import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodeAck, encodeRefusal, encodeSync, encodeSyncStep1, type Refusal, type RefusalReason } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import type { Role } from '#shared/protocol/api.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import { headId, registerNames } from '#shared/plan/registers.ts'
import { readTouches, type Touches } from '#shared/plan/touches.ts'
import type { Clock } from '../time/clock.ts'
import type { PlanLog } from '../storage/contracts.ts'
import { openChangeLines } from './changeLines.ts'
import type { Peer, Seat } from './peer.ts'
import { openPresence } from './presence.ts'

/** Whether somebody of this role may bring these touches. Asked only where there are any. */
export type Admission = (role: Role, touches: Touches) => boolean

/** What a person needs to know of a failure in a room: its log, with no plan text. */
export type Report = (what: string, error: unknown) => void

export interface Room {
  join(peer: Peer): Seat
  /** Nobody here and nothing waiting: it can be dropped. */
  isIdle(): boolean
  /** Closes the peers, and resolves when what was admitted is on disk or never will be. May be called twice. */
  close(code: number): Promise<void>
}

interface RoomParts {
  /** The plan's document, loaded. From here on the room's own. */
  readonly doc: Y.Doc
  readonly log: PlanLog
  readonly admit: Admission
  readonly clock: Clock
  readonly report: Report
  /** Nobody is left. */
  readonly onEmpty: () => void
  /** The room cannot go on: its peers are told to come back, to a new one. */
  readonly onDropped: () => void
}

/** A state vector may name this many clients more than the room knows. */
const maxUnknownClients = 512
const maxAnswersKept = 16

/**
 * One open plan: its document, the peers in it and the log behind it. Knows no socket and no file.
 *
 * An update is read, admitted, applied and given to the log within one turn, in that order. Nothing leaves the room before
 * the log has on disk all that it rests on: not to the others, not to a newcomer, and no ack to its sender (S4). So whatever
 * is to be sent takes its place in one line, behind what is being written.
 */
export function openRoom({ doc, log, admit, clock, report, onEmpty, onDropped }: RoomParts): Room {
  const seats = new Set<SeatState>()
  const line: Waiting[] = []
  const presence = openPresence({ clock })
  const changeLines = openChangeLines(doc)
  /** Answers to step 1, by state vector, for a herd that comes back at once. Good until the document changes. */
  const answers = new Map<string, Uint8Array>()
  const settled: (() => void)[] = []
  let state: 'open' | 'failing' | 'closing' | 'dropped' = 'open'
  let releaseIsDue = false

  // Known from the start, so that no update can give a root another kind.
  registerNames.forEach(register => doc.getMap(register))

  function join(peer: Peer): Seat {
    if (state !== 'open')
      peer.close(closeCode.comeBack, 'come back')
    const seat: SeatState = {
      peer, isHere: state === 'open', isDeaf: false, isDismissed: false, isTold: false, answer: null, received: 0, durable: 0, acked: 0,
    }
    if (seat.isHere) {
      seats.add(seat)
      presence.join(peer)
      put({ kind: 'frame', seat, frame: encodeSyncStep1(Y.encodeStateVector(doc)) })
    }
    return {
      receive: update => receive(seat, update),
      askFor: stateVector => askFor(seat, stateVector),
      showPresence: entries => presence.show(peer, entries),
      askForPresence: () => presence.sendAll(peer),
      dismiss: (code, reason) => dismiss(seat, code, reason),
      leave: () => leave(seat),
    }
  }

  function leave(seat: SeatState): void {
    if (!seat.isHere)
      return
    seat.isHere = false
    seats.delete(seat)
    presence.leave(seat.peer)
    if (seats.size === 0)
      onEmpty()
  }

  function dismiss(seat: SeatState, code: number, reason: string): void {
    if (!seat.isHere || seat.isDismissed)
      return
    seat.isDeaf = true
    seat.isDismissed = true
    presence.leave(seat.peer)
    put({ kind: 'close', seat, code, reason })
  }

  function receive(seat: SeatState, update: Uint8Array): void {
    if (seat.isDeaf || !seat.isHere || state !== 'open')
      return
    seat.received++
    if (update.byteLength > limits.maxUpdateBytes)
      return refuse(seat, 'too-large')
    const touches = readTouches(doc, update)
    if (touches.problem)
      return refuse(seat, touches.problem, touches)
    if (touches.isNothing)
      return put({ kind: 'nothing', seat })
    if (!admit(seat.peer.role(), touches))
      return refuse(seat, 'not-allowed', touches)
    apply(seat, update, touches)
  }

  function apply(seat: SeatState, update: Uint8Array, touches: Touches): void {
    const at = clock.now()
    const by = seat.peer.member.memberId
    try {
      const changes = changeLines.around(() => Y.applyUpdate(doc, update, seat), touches.cells, by, at)
      // The second lock: what was admitted left nothing waiting. If it did, reading it was wrong.
      if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null)
        throw new Error('an admitted update did not fit')
      answers.clear()
      const written: Waiting & { kind: 'update' } = { kind: 'update', seat, update, isDurable: false }
      const writing = log.append({ update, by, clientIds: touches.clients, at, touches: touches.cells, changes, title: readTitle(touches) })
      line.push(written)
      writing.then(() => {
        written.isDurable = true
        dueForRelease()
      }, error => drop('writing failed', error))
    }
    catch (error) {
      // The document is no longer sound, the log is: what was admitted before goes its way, and then the room is dropped.
      state = 'failing'
      refuse(seat, 'ill-formed', touches, closeCode.refused)
      put({ kind: 'drop', what: 'applying failed', error })
    }
  }

  function readTitle({ cells }: Touches): string | null {
    if (!cells.some(({ register, row, field }) => register === 'plan' && row === headId && (field === 'title' || field === '')))
      return null
    const title = readCellPlain(doc, { register: 'plan', row: headId, field: 'title' })
    return typeof title === 'string' ? title : null
  }

  function refuse(
    seat: SeatState, reason: RefusalReason, touches?: Touches, code: number = reason === 'ill-formed' ? closeCode.stock.invalid : closeCode.refused,
  ): void {
    seat.isDeaf = true
    const cells = (touches?.cells ?? []).slice(0, 100).map(({ register, row, field }) => ({ register, row, field }))
    put({ kind: 'refusal', seat, nth: seat.received, refusal: { reason, cells }, code })
  }

  function askFor(seat: SeatState, stateVector: Uint8Array): void {
    if (seat.isDeaf || !seat.isHere || state !== 'open')
      return
    const named = Y.decodeStateVector(stateVector).size
    if (named > doc.store.clients.size + maxUnknownClients)
      return seat.peer.close(closeCode.stock.policy, 'state vector')
    // One waits at most, and none is made before the end of the turn: a flood of questions is one.
    if (seat.answer) {
      seat.answer.to = stateVector
      seat.answer.frame = null
      return
    }
    seat.answer = { to: stateVector, frame: null }
    line.push({ kind: 'answer', seat })
    dueForRelease()
  }

  function answerTo(stateVector: Uint8Array): Uint8Array {
    const key = Buffer.from(stateVector).toString('latin1')
    const frame = answers.get(key) ?? encodeSync(1, Y.encodeStateAsUpdate(doc, stateVector))
    if (answers.size < maxAnswersKept)
      answers.set(key, frame)
    return frame
  }

  /** The document may be ahead of the disk: an answer made of it then waits once more, behind what is being written. */
  function giveAnswer(seat: SeatState): void {
    const { answer } = seat
    if (!answer || !seat.isHere || seat.isDismissed || (!answer.frame && state !== 'open'))
      return
    const isMade = answer.frame !== null
    answer.frame ??= answerTo(answer.to)
    if (!isMade && line.some(({ kind }) => kind === 'update'))
      return void line.push({ kind: 'answer', seat })
    seat.answer = null
    seat.isTold = true
    seat.peer.send(answer.frame)
  }

  /** Takes its place behind what is being written; goes out at once when nothing is. */
  function put(waiting: Waiting): void {
    line.push(waiting)
    if (line.length === 1)
      release()
  }

  /** The updates of one commit become durable in one turn: they are released together, at its end. */
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
    if (state === 'dropped')
      return
    const end = line.findIndex(waiting => waiting.kind === 'update' && !waiting.isDurable)
    const ready = line.splice(0, end < 0 ? line.length : end)
    try {
      sendReady(ready)
    }
    catch (error) {
      drop('releasing failed', error)
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
      if (waiting.kind !== 'frame' && waiting.kind !== 'drop')
        acknowledge(waiting.seat)
    }
    for (const waiting of ready) {
      if (waiting.kind === 'refusal')
        sendAway(waiting)
      if (waiting.kind === 'close')
        waiting.seat.peer.close(waiting.code, waiting.reason)
      if (waiting.kind === 'drop')
        drop(waiting.what, waiting.error)
    }
  }

  function fanOut(updates: readonly Uint8Array[], senders: ReadonlySet<SeatState>): void {
    const [first] = updates
    const frame = encodeSync(2, updates.length === 1 && first ? first : Y.mergeUpdates([...updates]))
    for (const seat of seats) {
      const isAllItsOwn = senders.size === 1 && senders.has(seat)
      if (seat.isTold && !seat.isDismissed && !isAllItsOwn)
        seat.peer.send(frame)
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

  /** Nothing of what waits has left, so the peers lose nothing by beginning anew from the log. */
  function drop(what: string, error: unknown): void {
    if (state === 'dropped')
      return
    state = 'dropped'
    report(what, error)
    line.length = 0
    end(closeCode.comeBack, 'come back')
    settled.splice(0).forEach(resolve => resolve())
    onDropped()
  }

  function end(code: number, reason: string): void {
    presence.close()
    for (const seat of [...seats]) {
      seat.isHere = false
      seats.delete(seat)
      seat.peer.close(code, reason)
    }
  }

  return {
    join,
    isIdle: () => seats.size === 0 && line.length === 0,
    async close(code) {
      if (state === 'open' || state === 'failing') {
        state = 'closing'
        end(code, 'closing')
      }
      if (state === 'closing' && line.length > 0)
        await new Promise<void>(resolve => settled.push(resolve))
      doc.destroy()
    },
  }
}

interface SeatState {
  readonly peer: Peer
  isHere: boolean
  /** After a refusal: all later updates would have a gap. */
  isDeaf: boolean
  /** Is to go, and is told of nothing but its acks. */
  isDismissed: boolean
  /** Step 1 that is not yet answered; with `frame`, the answer that waits for the disk. */
  answer: { to: Uint8Array, frame: Uint8Array | null } | null
  /** Has had its first answer, and is told of every update after it. */
  isTold: boolean
  /** Sync updates of this connection: come in, on disk, acknowledged. */
  received: number
  durable: number
  acked: number
}

/** What waits in the room's line, in the order it came. */
type Waiting =
  | { readonly kind: 'update', readonly seat: SeatState, readonly update: Uint8Array, isDurable: boolean }
  /** A sync update that brought nothing. */
  | { readonly kind: 'nothing', readonly seat: SeatState }
  | { readonly kind: 'frame', readonly seat: SeatState, readonly frame: Uint8Array }
  /** The answer to a peer's step 1; what comes after it is for that peer too. */
  | { readonly kind: 'answer', readonly seat: SeatState }
  | { readonly kind: 'refusal', readonly seat: SeatState, readonly nth: number, readonly refusal: Refusal, readonly code: number }
  | { readonly kind: 'close', readonly seat: SeatState, readonly code: number, readonly reason: string }
  | { readonly kind: 'drop', readonly what: string, readonly error: unknown }
