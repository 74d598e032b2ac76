import type { Right } from '#shared/protocol/access.ts'
import type { RawData, WebSocket } from 'ws'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodePresence, encodeReach } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { Session } from '../access/access.ts'
import { maySend } from '../access/rules.ts'
import type { AccessChange } from '../bus/bus.ts'
import { unwatched, type Watch } from '../operation/watch.ts'
import type { Clock } from '../time/clock.ts'
import type { Peer, Seat } from '../rooms/peer.ts'
import { MalformedFrame, readFrame, type ClientFrame } from './frameGate.ts'
import { openPace } from './pace.ts'
import { openTurns } from './turns.ts'

/** Who a connection turned out to be: known before anything is read from it. */
export interface Identity { readonly session: Session, readonly planId: string, readonly right: Right }

/** One websocket, from the upgrade on. Nothing is read from it before `seat`. */
export interface Connection {
  identify(identity: Identity): void
  /** Null before it is known, and when the connection has ended. */
  identity(): Identity | null
  /** What the room sees of it. Only once identified. */
  peer(options: { wantsAcks: boolean }): Peer
  seat(seat: Seat): void
  /** Follows a change of somebody's right to be here. */
  hear(change: AccessChange): void
  /** The line has taken all that waited. */
  drained(): void
  /** Speaks where it has been silent, asks for a sign of life, and ends what is dead or expired. */
  tick(): void
  close(code: number, reason: string): void
  terminate(): void
  readonly isClosed: () => boolean
}

/** A little below what is promised, since it is looked at once a second. */
const speakAfterMs = limits.serverSpeaksEveryMs - 1_000
const pingEveryMs = 10_000
const deadAfterMs = 35_000
/** How long one who is sent away may take to answer. */
const closeTimeoutMs = 1_000
/** «Nobody's presence has changed»: stock clients count any frame as a sign of life. */
const nothingNew = encodePresence(Uint8Array.of(0))

interface ConnectionParts {
  readonly socket: WebSocket
  /** Sends one binary message on the open socket. */
  readonly write: (message: Uint8Array) => void
  readonly clock: Clock
  readonly report: (what: string, error: unknown) => void
  /** What they may do has run out: `hear` is to be called with what it is now. */
  readonly onLapsed: (identity: Identity) => void
  /** Nobody looks, unless said. */
  readonly watch?: Watch
}

export function openConnection({ socket, write, clock, report, onLapsed, watch = unwatched }: ConnectionParts): Connection {
  let identity: Identity | null = null
  let seated: Seat | null = null
  let isClosed = false
  /** Is to go: nothing more is read from it. */
  let isDismissed = false
  /** What somebody may do has run out, and it is asked for what they may do from now on. */
  let isAsking = false
  let wantsFrames = false
  let spokenAt: Instant = clock.now()
  /** What waited when it was last looked at, and when the line last took of it, or had nothing to take. */
  let lastWaiting = 0
  let tookAt: Instant = clock.now()
  let heardAt: Instant = clock.now()
  let pingedAt: Instant = clock.now()

  const pace = openPace({
    clock,
    onPaced: () => watch.count('paced'),
    pause: () => socket.pause(),
    resume() {
      // While nothing was read no sign of life could come.
      heardAt = clock.now()
      socket.resume()
    },
  })
  const step1s = openTurns(clock, limits.step1)
  const presenceQuestions = openTurns(clock, limits.presenceQuestions)

  socket.on('error', () => leave())
  socket.on('close', () => leave())
  for (const sign of ['ping', 'pong'])
    socket.on(sign, (data: Buffer) => hearFrom(data, () => {}))
  socket.on('message', (data, isBinary) => hearFrom(data, () => attempt((seat, identity) => {
    if (!isBinary || !(data instanceof Uint8Array))
      throw new MalformedFrame(closeCode.stock.unsupported, 'not binary')
    take(readFrame(data), seat, identity)
  })))

  function hearFrom(data: RawData, run: () => void): void {
    heardAt = clock.now()
    pace.take(data instanceof Uint8Array ? data.byteLength : 0, run)
  }

  /** What the other side asked for, if it is still to be done. Whatever goes wrong in it ends this connection, and nothing else. */
  function attempt(work: (seat: Seat, identity: Identity) => void): void {
    if (isClosed || isDismissed || !seated || !identity)
      return
    try {
      work(seated, identity)
    }
    catch (error) {
      if (!(error instanceof MalformedFrame))
        report('a frame could not be handled', error)
      close(error instanceof MalformedFrame ? error.code : closeCode.stock.invalid, 'malformed')
    }
  }

  function take(frame: ClientFrame, seat: Seat, { right }: Identity): void {
    if (!maySend(right.role, frame.name))
      return close(closeCode.refused, 'not-allowed')
    switch (frame.name) {
      case 'step1': return step1s.ask(() => attempt(seat => seat.askFor(frame.stateVector)))
      case 'update': return seat.receive(frame.update)
      case 'presence': return showPresence(seat, frame.entries)
      case 'queryPresence': return presenceQuestions.ask(() => attempt(seat => seat.askForPresence()))
      case 'askState': return seat.askForState()
    }
  }

  function showPresence(seat: Seat, entries: Uint8Array): void {
    try {
      seat.showPresence(entries)
    }
    catch {
      throw new MalformedFrame(closeCode.stock.invalid, 'presence')
    }
  }

  function send(frame: Uint8Array): void {
    // Whoever has said goodbye is told nothing more.
    if (isClosed || socket.readyState !== socket.OPEN)
      return
    if (lookAtLine() > limits.maxQueuedBytes)
      return close(closeCode.comeBack, 'too slow')
    spokenAt = clock.now()
    write(frame)
    lastWaiting = socket.bufferedAmount
  }

  /** How much waits; notes when that became less. */
  function lookAtLine(): number {
    const { bufferedAmount: waiting } = socket
    if (waiting === 0 || waiting < lastWaiting)
      tookAt = clock.now()
    lastWaiting = waiting
    return waiting
  }

  function close(code: number, reason: string): void {
    if (isClosed)
      return
    watch.count('closed', `${code} / ${reason}`)
    leave()
    // A paused socket would never see the other side's close.
    socket.resume()
    socket.close(code, reason)
    socket.once('close', clock.after(closeTimeoutMs, () => socket.terminate()))
  }

  /** Whoever may no longer be here is still told what of theirs is on disk, and then closed. */
  function sendAway(code: number, reason: string): void {
    if (!seated)
      return close(code, reason)
    isDismissed = true
    seated.dismiss(code, reason)
  }

  function leave(): void {
    isClosed = true
    pace.close()
    step1s.close()
    presenceQuestions.close()
    seated?.leave()
    seated = null
  }

  function askAgain(identity: Identity): void {
    isAsking = true
    onLapsed(identity)
  }

  return {
    identity: () => isClosed ? null : identity,
    identify(found) { identity = found },
    peer({ wantsAcks }) {
      if (!identity)
        throw new Error('nobody is known to be on this connection')
      const { session: { member } } = identity
      wantsFrames = wantsAcks
      // Before anything is asked of it: the page may have been told of another role.
      if (wantsAcks)
        send(encodeReach(identity.right))
      return {
        member,
        wantsAcks,
        reach: () => identity?.right ?? { role: 'reader', registers: null },
        send,
        waiting: () => socket.bufferedAmount,
        sendPresence(frame) {
          if (socket.bufferedAmount <= limits.maxAheadOfPresenceBytes)
            send(frame)
        },
        close,
        pause: pace.hold,
        resume: pace.letGo,
      }
    },
    seat(seat) {
      if (isClosed)
        return seat.leave()
      seated = seat
      pace.letGo()
    },
    hear(change) {
      if (!identity)
        return
      const { session, planId } = identity
      if (change.kind === 'plan-gone')
        return change.planId === planId ? sendAway(closeCode.refused, 'removed') : undefined
      const isMine = 'memberId' in change ? change.memberId === session.member.memberId : change.sessionId === session.sessionId
      if (!isMine)
        return
      if (change.kind !== 'right')
        return sendAway(closeCode.signedOut, 'signed out')
      if (change.planId !== planId)
        return
      const { right } = change
      if (right === null)
        return sendAway(closeCode.refused, 'removed')
      // More or less: it counts from the next frame on, and what it then may not bring is refused as ever.
      const isNew = !isSameReach(identity.right, right)
      identity = { ...identity, right }
      if (isNew && wantsFrames && !isDismissed)
        send(encodeReach(right))
      isAsking = false
    },
    drained: () => seated?.goOn(),
    tick() {
      const now = clock.now()
      if (!isClosed && identity && identity.session.expiresAt <= now)
        return sendAway(closeCode.signedOut, 'expired')
      if (!isClosed && identity && !isAsking && identity.right.until !== null && identity.right.until <= now)
        askAgain(identity)
      if (now - heardAt >= deadAfterMs && (pace.isReading() || !seated))
        return socket.terminate()
      if (isClosed || !identity)
        return
      if (lookAtLine() > 0 && now - tookAt >= limits.takesNothingAfterMs)
        return close(closeCode.comeBack, 'too slow')
      seated?.goOn()
      if (now - spokenAt >= speakAfterMs)
        send(nothingNew)
      if (now - pingedAt >= pingEveryMs && !isClosed) {
        pingedAt = now
        socket.ping(undefined, undefined, () => {})
      }
    },
    close,
    terminate: () => socket.terminate(),
    isClosed: () => isClosed,
  }
}

const isSameReach = (one: Right, other: Right) => one.role === other.role && String(one.registers) === String(other.registers)
