import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodeSyncStep1, encodeWriting, type Refusal } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { judgeUpdate, newPartOf, type Judgement } from '#shared/plan/admission.ts'
import type { Touches } from '#shared/plan/touches.ts'
import type { MemberId } from '#shared/plan/values.ts'
import { unwatched, type Watch } from '../operation/watch.ts'
import type { Clock } from '../time/clock.ts'
import type { LogContent, PlanLog } from '../storage/contracts.ts'
import { openAnswers } from './answers.ts'
import { openApart } from './apart.ts'
import { documentOf, openDesk, type Desk } from './desk.ts'
import type { Freezes } from './freezes.ts'
import { bringsStructs, type LargeJudge } from './largeJudge.ts'
import { changedListing } from './listing.ts'
import { openLine } from './line.ts'
import { openOwners } from './owners.ts'
import type { Peer, Seat } from './peer.ts'
import { openPen } from './pen.ts'
import { openPresence } from './presence.ts'
import { openRest, stateVectorOf, type Rest } from './rest.ts'
import type { Comparison } from './scrub.ts'
import { newSeat, type SeatState } from './seat.ts'
import { takeSecondLock } from './secondLock.ts'
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
  /** Compares the document, as one update, with what is stored; it is not called while anything waits for the disk. Not looked, unless said. */
  readonly compare?: (live: Uint8Array) => Promise<Comparison>
  /** What is stored is something else, and the room is about to be dropped: what its peers have of the plan must not come back. */
  readonly onDiffering?: () => Promise<void>
  /** Nothing can be saved for now: nothing new is taken from anybody. Never, unless said. */
  readonly isBarred?: () => boolean
  readonly watch?: Watch
}

/** A larger update that brings structs is judged apart, so that nobody else waits for it. */
const maxBytesInTurn = 16 * 1024

/** A plan that nobody has written in for so long is kept in memory no more. */
const restAfterMs = 30_000
/** After so many updates there is to be another checkpoint, however busy the room. */
const updatesPerCheckpoint = 10_000
/** With more than these since the last checkpoint the stored bytes are no quick answer, and the document is kept. */
const maxTailAtRest = 50
/** How often what is in memory is compared with what is stored, while there is a document, and besides before it is let go. */
const compareEveryMs = 5 * 60_000

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
  const answers = openAnswers({ line, ground: () => ground, isOpen: () => state === 'open', onFailure: drop })
  const presence = openPresence({ clock, claim, isSettled: owners.isSettled })
  const pen = openPen({
    log, clock, countPeers: () => seats.size, takeChanges: () => desk().changeLines.take(), onWritten: line.dueForRelease, onFailure: drop,
  })
  const apart = openApart({ doc: () => desk().doc, judge, version: () => version, isHeard, conclude, refuse, report })
  let state: 'open' | 'failing' | 'closing' | 'dropped' = 'open'
  /** How often the document has changed. */
  let version = 0
  let ground: Desk | Rest = first instanceof Y.Doc
    ? openDesk(first)
    : openRest({
      log, clock, content: first,
      known: { stateVector: stateVectorOf(first), stateHash: first.tail.length === 0 ? first.checkpoint?.stateHash ?? null : null },
    })
  /** How many structs it holds, at most. */
  let structs = 'doc' in ground ? ground.countStructs() : 0
  let isWaking = false
  let stopResting: (() => void) | null = null
  /** Updates that no checkpoint stands for. */
  let uncovered = tail
  let checkpointAt = updatesPerCheckpoint
  let isCheckpointDue = false
  let comparedAt = clock.now()
  /** What is stored is damaged: nobody is to lose what is here. */
  let isOnlyCopy = false
  if ('doc' in ground)
    restWhenQuiet()

  function join(peer: Peer): Seat {
    if (state !== 'open')
      peer.close(closeCode.comeBack, 'come back')
    const seat = newSeat(peer, state === 'open')
    if (seat.isHere) {
      seats.add(seat)
      if (isBarred() && peer.wantsAcks)
        peer.send(encodeWriting(false))
      presence.join(peer)
      line.put({ kind: 'frame', seat, frame: encodeSyncStep1('doc' in ground ? Y.encodeStateVector(ground.doc) : ground.stateVector) })
      if (isWaking)
        apart.hold(seat)
    }
    return {
      receive: update => inOrder(seat, update.byteLength, rest => !rest.isNothing(update), () => receive(seat, update)),
      askFor: stateVector => inOrder(seat, stateVector.byteLength, () => false, () => answers.askFor(seat, stateVector)),
      askForState: () => inOrder(seat, 1, rest => rest.stateHash === null, () => answers.askForState(seat)),
      showPresence: entries => presence.show(peer, entries),
      askForPresence: () => presence.sendAll(peer),
      dismiss: (code, reason) => dismiss(seat, code, reason),
      leave: () => leave(seat),
    }
  }

  function inOrder(seat: SeatState, bytes: number, needsDocument: (rest: Rest) => boolean, run: () => void): void {
    if (!('doc' in ground) && isHeard(seat) && needsDocument(ground))
      wake(ground)
    apart.inOrder(seat, bytes, run)
  }

  /** The document, which is there whenever an update is being judged. */
  function desk(): Desk {
    if (!('doc' in ground))
      throw new Error('an update is judged in a room at rest')
    return ground
  }

  /** While the stored bytes are read nothing of anybody's is taken: the log stays as it is. */
  function wake(rest: Rest): void {
    if (isWaking)
      return
    isWaking = true
    seats.forEach(seat => apart.hold(seat))
    rest.updates().then((updates) => {
      if (state !== 'open')
        return
      const doc = documentOf(updates, what => report(what, null))
      rest.end()
      ground = openDesk(doc)
      structs = ground.countStructs()
      isWaking = false
      restWhenQuiet();
      [...seats].forEach(seat => apart.letGo(seat))
    }).catch((error: unknown) => drop('reading failed', error))
  }

  function restWhenQuiet(): void {
    const since = version
    stopResting = clock.after(restAfterMs, () => {
      const isQuiet = () => version === since && uncovered <= maxTailAtRest && line.isEmpty() && !answers.isAsked()
        && ![...seats].some(({ isHeld, answer }) => isHeld || answer)
      if (state !== 'open')
        return
      const isDue = Math.abs(clock.now() - comparedAt) >= compareEveryMs
      if (uncovered > 0)
        makeCheckpoint()
      if (!isDue && !isQuiet())
        return restWhenQuiet()
      void isAsStored().then((isSame) => {
        if (state !== 'open')
          return
        if (isSame && isQuiet())
          rest()
        else
          restWhenQuiet()
      })
    })
  }

  function rest(): void {
    const { doc, stateHash, close } = desk()
    ground = openRest({ log, clock, content: null, known: { stateVector: Y.encodeStateVector(doc), stateHash: stateHash() } })
    close()
    answers.forget()
    stopResting = null
  }

  /**
   * Where what is stored is something else the room cannot go on (S47). All that the document holds is given to the log in the turn in
   * which that is asked for what it holds: a room that is never quiet is compared too.
   */
  async function isAsStored(): Promise<boolean> {
    comparedAt = clock.now()
    pen.finish()
    const comparison = await compare(Y.encodeStateAsUpdate(desk().doc))
    isOnlyCopy = comparison === 'unreadable'
    if (comparison === 'differs' && state !== 'dropped') {
      state = state === 'open' ? 'failing' : state
      await onDiffering()
      drop('what was in memory was not what is stored', null)
    }
    return comparison === 'same'
  }

  function makeCheckpoint(): void {
    if (isCheckpointDue)
      return
    isCheckpointDue = true
    const covered = uncovered
    void onGrown().then((isMade) => {
      isCheckpointDue = false
      uncovered -= isMade ? covered : 0
      // One that was not made is tried again later, not at each letter.
      checkpointAt = isMade ? updatesPerCheckpoint : uncovered + updatesPerCheckpoint
    })
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
    if (!('doc' in ground) && ground.isNothing(update))
      return line.put({ kind: 'nothing', seat })
    const { doc } = desk()
    if (update.byteLength <= maxBytesInTurn || !bringsStructs(doc, update))
      return conclude(seat, update, judgeUpdate(doc, update))
    apart.judge(seat, update)
  }

  /** Whether the plan has room for more. What lies side by side is one struct in time, so they are counted anew before that is denied. */
  function hasRoomFor(more: number): boolean {
    if (structs + more > limits.maxStructsInPlan)
      structs = desk().countStructs()
    return structs + more <= limits.maxStructsInPlan
  }

  function conclude(seat: SeatState, update: Uint8Array, judgement: Judgement): void {
    const { peer } = seat
    const { doc } = desk()
    const verdict = toVerdict(judgement, { doc, admit, owners, freezes, role: peer.role(), member: peer.member.memberId })
    if (verdict === 'nothing')
      return line.put({ kind: 'nothing', seat })
    if (verdict !== 'admitted')
      return refuse(seat, verdict)
    if (isBarred())
      return sendBack(seat)
    if (!hasRoomFor(judgement.structs))
      return refuse(seat, { reason: 'too-long', cells: nameCells(judgement.cells) })
    structs += judgement.structs
    apply(seat, newPartOf(doc, update, judgement), judgement)
  }

  /** It may pass, and cannot be kept: whoever sent it has it still, and brings it again. */
  function sendBack(seat: SeatState): void {
    seat.isDeaf = true
    watch.count('barred')
    line.put({ kind: 'close', seat, code: closeCode.comeBack, reason: 'nothing can be saved' })
  }

  function apply(seat: SeatState, update: Uint8Array, touches: Touches): void {
    const at = clock.now()
    const by = seat.peer.member.memberId
    const { doc, changeLines } = desk()
    try {
      const check = takeSecondLock(doc, touches.cells)
      changeLines.around((transaction) => {
        Y.applyUpdate(doc, update, seat)
        check(transaction)
      }, touches.cells, by, at)
      version++
      watch.count('admitted')
      answers.forget()
      const binds = owners.free(touches.clients)
      owners.bind(binds, by)
      const entry = { update, by, clientIds: touches.clients, binds, at, touches: touches.cells, ...changedListing(doc, touches.cells) }
      const waiting = { kind: 'update' as const, seat, update, binds, isDurable: false }
      line.put(waiting)
      pen.write(entry, () => { waiting.isDurable = true })
      if (++uncovered >= checkpointAt)
        makeCheckpoint()
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
    letGo()
    onDropped()
  }

  /** The document and the timers are nobody's any more. */
  function letGo(): void {
    stopResting?.()
    stopResting = null
    if ('doc' in ground)
      ground.close()
    else
      ground.end()
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
    isIdle: () => seats.size === 0 && line.isEmpty() && !isWaking && !isOnlyCopy,
    tellWriting() {
      const frame = encodeWriting(!isBarred())
      for (const { peer, isDismissed } of seats) {
        if (peer.wantsAcks && !isDismissed)
          peer.send(frame)
      }
    },
    census: () => ({
      isAtRest: !('doc' in ground),
      uncovered,
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
      letGo()
    },
  }
}
