import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodeSyncStep1, encodeWriting, type Refusal } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { judgeUpdate, newPartOf, type Judgement } from '#shared/plan/admission.ts'
import type { MemberId } from '#shared/plan/values.ts'
import { unwatched, type Watch } from '../operation/watch.ts'
import type { Clock } from '../time/clock.ts'
import type { LogContent, PlanLog } from '../storage/contracts.ts'
import { openAnswers } from './answers.ts'
import { openApart } from './apart.ts'
import type { Freezes } from './freezes.ts'
import { openGround } from './ground.ts'
import { bringsStructs, type LargeJudge } from './largeJudge.ts'
import { changedListing } from './listing.ts'
import { openLine } from './line.ts'
import { openOwners } from './owners.ts'
import type { Peer, Seat } from './peer.ts'
import { openPen } from './pen.ts'
import { openPresence } from './presence.ts'
import type { Rest } from './rest.ts'
import type { Comparison } from './scrub.ts'
import { newSeat, type SeatState } from './seat.ts'
import { takeSecondLock } from './secondLock.ts'
import { openTrail } from './trail.ts'
import { nameCells, toVerdict, type Admission } from './verdict.ts'

/** What a person needs to know of a failure in a room: its log, with no plan text. */
export type Report = (what: string, error: unknown) => void

export interface Room {
  join(peer: Peer): Seat
  /** Nobody here and nothing waiting: it can be dropped. */
  isIdle(): boolean
  /** What `isBarred` answers has changed: whoever asked for our frames is told. */
  tellWriting(): void
  census(): Census
  /** Closes the peers, and resolves when what was admitted is on disk or never will be. May be called twice. */
  close(code: number): Promise<void>
}

/** How many peers a room has, how many of their sync updates wait to be acknowledged, and how many updates no checkpoint stands for. */
export interface Census { readonly isAtRest: boolean, readonly peers: number, readonly acksWaiting: number, readonly uncovered: number }

export interface RoomParts {
  /** The plan's document, loaded, and from here on the room's own; or what is stored of it, with a checkpoint, for a room at rest. */
  readonly ground: Y.Doc | LogContent
  /** How many updates the log holds since its last checkpoint. */
  readonly tail: number
  readonly log: PlanLog
  /** Whose client ids these are, as the log has it. */
  readonly owners: ReadonlyMap<number, MemberId>
  readonly admit: Admission
  readonly freezes: Freezes
  readonly judge: LargeJudge
  readonly clock: Clock
  readonly report: Report
  /** The log has grown since its last checkpoint: makes one, and gives whether there is one. */
  readonly onGrown: () => Promise<boolean>
  /** Nobody is left. */
  readonly onEmpty: () => void
  /** The room cannot go on: its peers are told to come back, to a new one. */
  readonly onDropped: () => void
  /** Asks the log for what it holds before it returns, and compares it with the document as one update. Not looked, unless said. */
  readonly compare?: (live: Uint8Array) => Promise<Comparison>
  /** What is stored is something else, and the room is about to be dropped: what its peers have of the plan must not come back. */
  readonly onDiffering?: () => Promise<void>
  /** Nothing can be saved for now: nothing new is taken from anybody. Never, unless said. */
  readonly isBarred?: () => boolean
  readonly watch?: Watch
}

/** A larger update that brings structs is judged apart, so that nobody else waits for it. */
const maxBytesInTurn = 16 * 1024

/**
 * One open plan: its document, the peers in it and the log behind it. Knows no socket and no file. At rest there is no document:
 * who comes is answered from the stored bytes, and the first update builds it, while whatever else comes waits in order (S30).
 *
 * An update is judged, applied and given to the log within one turn, in that order. Nothing leaves the room before the log has
 * on disk all that it rests on: not to the others, not to a newcomer, and no ack to its sender (S4). So whatever is to be sent
 * takes its place in one line, behind what is being written.
 */
export function openRoom({
  ground: first, tail, log, owners: stored, admit, freezes, judge, clock, report, onGrown, onEmpty, onDropped,
  compare = () => Promise.resolve('same'), onDiffering = () => Promise.resolve(), isBarred = () => false, watch = unwatched,
}: RoomParts): Room {
  const seats = new Set<SeatState>()
  const owners = openOwners(stored)
  const trail = openTrail({
    clock,
    stateVector: () => ground.stateVector(),
    askFor: (seat, stateVector) => answers.askFor(seat, stateVector),
    onCaughtUp: () => answers.isAsked() && line.dueForRelease(),
    onFailure: drop,
  })
  const line = openLine({
    seats,
    trail,
    giveAnswer: seat => answers.give(seat),
    onBound(clients) {
      owners.settle(clients)
      presence.settle(clients)
    },
    onRest: () => answers.giveStates(),
    onFailure: drop,
  })
  const answers = openAnswers({ line, trail, ground: () => ground.at(), isOpen: () => state === 'open', onFailure: drop })
  const presence = openPresence({ clock, claim, isSettled: owners.isSettled })
  const pen = openPen({
    log, clock, countPeers: () => seats.size, takeChanges: () => ground.desk().changeLines.take(), onWritten: line.dueForRelease, onFailure: drop,
  })
  const apart = openApart({ doc: () => ground.desk().doc, judge, version: () => ground.version(), isHeard, conclude, refuse, report })
  const ground = openGround({
    first, tail, log, clock, compare, report,
    isOpen: () => state === 'open',
    isQuiet: () => line.isEmpty() && !answers.isAsked() && ![...seats].some(({ isHeld, answer }) => isHeld || answer),
    onWaking: () => seats.forEach(seat => apart.hold(seat)),
    onAwake: () => [...seats].forEach(seat => apart.letGo(seat)),
    onRest: answers.forget,
    giveToLog: () => pen.finish(),
    makeCheckpoint: onGrown,
    onDiffering: () => void leaveToWhatIsStored(),
    onFailure: drop,
  })
  let state: 'open' | 'failing' | 'closing' | 'dropped' = 'open'

  function join(peer: Peer): Seat {
    if (state !== 'open')
      peer.close(closeCode.comeBack, 'come back')
    const seat = newSeat(peer, state === 'open')
    if (seat.isHere) {
      seats.add(seat)
      if (isBarred() && peer.wantsAcks)
        peer.send(encodeWriting(false))
      presence.join(peer)
      line.put({ kind: 'frame', seat, frame: encodeSyncStep1(ground.stateVector()) })
      if (ground.isWaking())
        apart.hold(seat)
    }
    return {
      receive: update => inOrder(seat, update.byteLength, rest => !rest.isNothing(update), () => receive(seat, update)),
      askFor: stateVector => inOrder(seat, stateVector.byteLength, () => false, () => answers.askFor(seat, stateVector)),
      askForState: () => inOrder(seat, 1, rest => rest.stateHash === null, () => answers.askForState(seat)),
      showPresence: entries => presence.show(peer, entries),
      askForPresence: () => presence.sendAll(peer),
      goOn: () => trail.goOn(seat),
      dismiss: (code, reason) => dismiss(seat, code, reason),
      leave: () => leave(seat),
    }
  }

  function inOrder(seat: SeatState, bytes: number, needsDocument: (rest: Rest) => boolean, run: () => void): void {
    const at = ground.at()
    if (!('doc' in at) && isHeard(seat) && needsDocument(at))
      ground.wake(at)
    apart.inOrder(seat, bytes, run)
  }

  /** What is in memory is not what is stored: the peers are told only when it is on disk that nobody may go on with what they have. */
  async function leaveToWhatIsStored(): Promise<void> {
    if (state === 'dropped')
      return
    state = state === 'open' ? 'failing' : state
    await onDiffering()
    drop('what was in memory was not what is stored', null)
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
    line.put({ kind: 'close', seat, code, reason })
  }

  function isHeard(seat: SeatState): boolean {
    return seat.isHere && !seat.isDeaf && state === 'open'
  }

  function receive(seat: SeatState, update: Uint8Array): void {
    seat.received++
    if (update.byteLength > limits.maxUpdateBytes)
      return refuse(seat, { reason: 'too-large', cells: [] })
    const at = ground.at()
    if (!('doc' in at) && at.isNothing(update))
      return line.put({ kind: 'nothing', seat })
    const { doc } = ground.desk()
    if (update.byteLength <= maxBytesInTurn || !bringsStructs(doc, update))
      return conclude(seat, update, judgeUpdate(doc, update))
    apart.judge(seat, update)
  }

  function conclude(seat: SeatState, update: Uint8Array, judgement: Judgement): void {
    const { peer } = seat
    const { doc } = ground.desk()
    const verdict = toVerdict(judgement, { doc, admit, owners, freezes, reach: peer.reach(), member: peer.member.memberId })
    if (verdict === 'nothing')
      return line.put({ kind: 'nothing', seat })
    if (verdict !== 'admitted')
      return refuse(seat, verdict)
    if (isBarred())
      return sendBack(seat)
    if (!ground.hasRoomFor(judgement.structs))
      return refuse(seat, { reason: 'too-long', cells: nameCells(judgement.cells) })
    apply(seat, newPartOf(doc, update, judgement), judgement)
  }

  /** It may pass, and cannot be kept: whoever sent it has it still, and brings it again. */
  function sendBack(seat: SeatState): void {
    seat.isDeaf = true
    watch.count('barred')
    line.put({ kind: 'close', seat, code: closeCode.comeBack, reason: 'nothing can be saved' })
  }

  function apply(seat: SeatState, update: Uint8Array, touches: Judgement): void {
    const at = clock.now()
    const by = seat.peer.member.memberId
    const { doc, changeLines } = ground.desk()
    try {
      const check = takeSecondLock(doc, touches.cells)
      changeLines.around((transaction) => {
        Y.applyUpdate(doc, update, seat)
        check(transaction)
      }, touches.cells, by, at)
      watch.count('admitted')
      answers.forget()
      const binds = owners.free(touches.clients)
      owners.bind(binds, by)
      const entry = { update, by, clientIds: touches.clients, binds, at, touches: touches.cells, ...changedListing(doc, touches.cells) }
      const waiting = { kind: 'update' as const, seat, update, binds, isDurable: false }
      line.put(waiting)
      pen.write(entry, () => { waiting.isDurable = true })
      ground.grow(touches.structs)
    }
    catch (error) {
      // The document is no longer sound, the log is: what was admitted before goes its way, and then the room is dropped.
      state = 'failing'
      changeLines.forget(touches.cells)
      refuse(seat, { reason: 'ill-formed', cells: nameCells(touches.cells) }, closeCode.refused)
      line.put({ kind: 'drop', what: 'applying failed', error })
    }
  }

  /** Whether a peer may be seen under a client id. One that is nobody's becomes its member's, and is shown when that is on disk. */
  function claim({ member: { memberId } }: Peer, client: number): boolean {
    if (state !== 'open' || !owners.mayUse(client, memberId) || !owners.mayHave([client], memberId))
      return false
    const binds = owners.free([client])
    if (binds.length > 0 && isBarred())
      return false
    if (binds.length > 0) {
      owners.bind(binds, memberId)
      const waiting = { kind: 'binding' as const, binds, isDurable: false }
      line.put(waiting)
      pen.bind(client, memberId, () => { waiting.isDurable = true })
    }
    return true
  }

  function refuse(
    seat: SeatState, refusal: Refusal, code: number = refusal.reason === 'ill-formed' ? closeCode.stock.invalid : closeCode.refused,
  ): void {
    seat.isDeaf = true
    watch.count('refused', refusal.reason)
    watch.note('update-refused', { memberId: seat.peer.member.memberId, reason: refusal.reason })
    line.put({ kind: 'refusal', seat, nth: seat.received, refusal, code })
  }

  /** Nothing of what waits has left, so the peers lose nothing by beginning anew from the log. */
  function drop(what: string, error: unknown): void {
    if (state === 'dropped')
      return
    state = 'dropped'
    report(what, error)
    pen.drop()
    line.drop()
    end(closeCode.comeBack, 'come back')
    ground.letGo()
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
    isIdle: () => seats.size === 0 && line.isEmpty() && !ground.isWaking() && !ground.isOnlyCopy(),
    tellWriting() {
      const frame = encodeWriting(!isBarred())
      for (const { peer, isDismissed } of seats) {
        if (peer.wantsAcks && !isDismissed)
          peer.send(frame)
      }
    },
    census: () => ({
      isAtRest: !('doc' in ground.at()),
      uncovered: ground.uncovered(),
      peers: seats.size,
      acksWaiting: [...seats].reduce((sum, { peer, received, acked }) => sum + (peer.wantsAcks ? received - acked : 0), 0),
    }),
    async close(code) {
      if (state === 'open' || state === 'failing') {
        state = 'closing'
        end(code, 'closing')
        pen.finish()
      }
      if (state === 'closing')
        await line.settled()
      ground.letGo()
    },
  }
}
