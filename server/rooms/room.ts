import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodeSyncStep1, type Refusal } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { judgeUpdate, newPartOf, type Judgement } from '#shared/plan/admission.ts'
import type { Touches } from '#shared/plan/touches.ts'
import type { MemberId } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'
import type { PlanLog } from '../storage/contracts.ts'
import { openAnswers } from './answers.ts'
import { openApart } from './apart.ts'
import { openChangeLines } from './changeLines.ts'
import type { Freezes } from './freezes.ts'
import { bringsStructs, type LargeJudge } from './largeJudge.ts'
import { changedListing } from './listing.ts'
import { openLine, type Waiting } from './line.ts'
import { openOwners } from './owners.ts'
import type { Peer, Seat } from './peer.ts'
import { openPresence } from './presence.ts'
import { newSeat, type SeatState } from './seat.ts'
import { takeSecondLock } from './secondLock.ts'
import { nameCells, toVerdict, type Admission } from './verdict.ts'

/** What a person needs to know of a failure in a room: its log, with no plan text. */
export type Report = (what: string, error: unknown) => void

export interface Room {
  join(peer: Peer): Seat
  /** Nobody here and nothing waiting: it can be dropped. */
  isIdle(): boolean
  /** Closes the peers, and resolves when what was admitted is on disk or never will be. May be called twice. */
  close(code: number): Promise<void>
}

export interface RoomParts {
  /** The plan's document, loaded. From here on the room's own. */
  readonly doc: Y.Doc
  readonly log: PlanLog
  /** Whose client ids these are, as the log has it. */
  readonly owners: ReadonlyMap<number, MemberId>
  readonly admit: Admission
  readonly freezes: Freezes
  readonly judge: LargeJudge
  readonly clock: Clock
  readonly report: Report
  /** Nobody is left. */
  readonly onEmpty: () => void
  /** The room cannot go on: its peers are told to come back, to a new one. */
  readonly onDropped: () => void
}

/** A larger update that brings structs is judged apart, so that nobody else waits for it. */
const maxBytesInTurn = 16 * 1024

/**
 * One open plan: its document, the peers in it and the log behind it. Knows no socket and no file.
 *
 * An update is judged, applied and given to the log within one turn, in that order. Nothing leaves the room before the log has
 * on disk all that it rests on: not to the others, not to a newcomer, and no ack to its sender (S4). So whatever is to be sent
 * takes its place in one line, behind what is being written.
 */
export function openRoom({ doc, log, owners: stored, admit, freezes, judge, clock, report, onEmpty, onDropped }: RoomParts): Room {
  const seats = new Set<SeatState>()
  const owners = openOwners(stored)
  const changeLines = openChangeLines(doc)
  const line = openLine({
    seats,
    giveAnswer: seat => answers.give(seat),
    onBound(clients) {
      owners.settle(clients)
      presence.settle(clients)
    },
    onRest: () => answers.giveStates(),
    onFailure: drop,
  })
  const answers = openAnswers({ doc, line, isOpen: () => state === 'open' })
  const presence = openPresence({ clock, claim, isSettled: owners.isSettled })
  const apart = openApart({ doc, judge, version: () => version, isHeard, conclude, refuse, report })
  let state: 'open' | 'failing' | 'closing' | 'dropped' = 'open'
  /** How often the document has changed. */
  let version = 0
  /** How many structs it holds, at most. */
  let structs = countStructs(doc)

  function join(peer: Peer): Seat {
    if (state !== 'open')
      peer.close(closeCode.comeBack, 'come back')
    const seat = newSeat(peer, state === 'open')
    if (seat.isHere) {
      seats.add(seat)
      presence.join(peer)
      line.put({ kind: 'frame', seat, frame: encodeSyncStep1(Y.encodeStateVector(doc)) })
    }
    return {
      receive: update => apart.inOrder(seat, update.byteLength, () => receive(seat, update)),
      askFor: stateVector => apart.inOrder(seat, stateVector.byteLength, () => answers.askFor(seat, stateVector)),
      askForState: () => apart.inOrder(seat, 1, () => answers.askForState(seat)),
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
    line.put({ kind: 'close', seat, code, reason })
  }

  function isHeard(seat: SeatState): boolean {
    return seat.isHere && !seat.isDeaf && state === 'open'
  }

  function receive(seat: SeatState, update: Uint8Array): void {
    seat.received++
    if (update.byteLength > limits.maxUpdateBytes)
      return refuse(seat, { reason: 'too-large', cells: [] })
    if (update.byteLength <= maxBytesInTurn || !bringsStructs(doc, update))
      return conclude(seat, update, judgeUpdate(doc, update))
    apart.judge(seat, update)
  }

  /** Whether the plan has room for more. What lies side by side is one struct in time, so they are counted anew before that is denied. */
  function hasRoomFor(more: number): boolean {
    if (structs + more > limits.maxStructsInPlan)
      structs = countStructs(doc)
    return structs + more <= limits.maxStructsInPlan
  }

  function conclude(seat: SeatState, update: Uint8Array, judgement: Judgement): void {
    const { peer } = seat
    const verdict = toVerdict(judgement, { doc, admit, owners, freezes, role: peer.role(), member: peer.member.memberId })
    if (verdict === 'nothing')
      return line.put({ kind: 'nothing', seat })
    if (verdict !== 'admitted')
      return refuse(seat, verdict)
    if (!hasRoomFor(judgement.structs))
      return refuse(seat, { reason: 'too-long', cells: nameCells(judgement.cells) })
    structs += judgement.structs
    apply(seat, newPartOf(doc, update, judgement), judgement)
  }

  function apply(seat: SeatState, update: Uint8Array, touches: Touches): void {
    const at = clock.now()
    const by = seat.peer.member.memberId
    try {
      const check = takeSecondLock(doc, touches.cells)
      const changes = changeLines.around((transaction) => {
        Y.applyUpdate(doc, update, seat)
        check(transaction)
      }, touches.cells, by, at)
      version++
      answers.forget()
      const binds = owners.free(touches.clients)
      owners.bind(binds, by)
      const entry = { update, by, clientIds: touches.clients, binds, at, touches: touches.cells, changes, ...changedListing(doc, touches.cells) }
      write(log.append(entry), { kind: 'update', seat, update, binds, isDurable: false })
    }
    catch (error) {
      // The document is no longer sound, the log is: what was admitted before goes its way, and then the room is dropped.
      state = 'failing'
      refuse(seat, { reason: 'ill-formed', cells: nameCells(touches.cells) }, closeCode.refused)
      line.put({ kind: 'drop', what: 'applying failed', error })
    }
  }

  function write(writing: Promise<unknown>, waiting: Waiting & { isDurable: boolean }): void {
    line.put(waiting)
    writing.then(() => {
      waiting.isDurable = true
      line.dueForRelease()
    }, error => drop('writing failed', error))
  }

  /** Whether a peer may be seen under a client id. One that is nobody's becomes its member's, and is shown when that is on disk. */
  function claim({ member: { memberId } }: Peer, client: number): boolean {
    if (state !== 'open' || !owners.mayUse(client, memberId) || !owners.mayHave([client], memberId))
      return false
    const binds = owners.free([client])
    if (binds.length > 0) {
      owners.bind(binds, memberId)
      write(log.bind(client, memberId), { kind: 'binding', binds, isDurable: false })
    }
    return true
  }

  function refuse(
    seat: SeatState, refusal: Refusal, code: number = refusal.reason === 'ill-formed' ? closeCode.stock.invalid : closeCode.refused,
  ): void {
    seat.isDeaf = true
    line.put({ kind: 'refusal', seat, nth: seat.received, refusal, code })
  }

  /** Nothing of what waits has left, so the peers lose nothing by beginning anew from the log. */
  function drop(what: string, error: unknown): void {
    if (state === 'dropped')
      return
    state = 'dropped'
    report(what, error)
    line.drop()
    end(closeCode.comeBack, 'come back')
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
    isIdle: () => seats.size === 0 && line.isEmpty(),
    async close(code) {
      if (state === 'open' || state === 'failing') {
        state = 'closing'
        end(code, 'closing')
      }
      if (state === 'closing')
        await line.settled()
      answers.close()
      doc.destroy()
    },
  }
}

const countStructs = (doc: Y.Doc) => [...doc.store.clients.values()].reduce((sum, { length }) => sum + length, 0)
