import type { WebSocket } from 'ws'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodeReach } from '#shared/protocol/frames.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { AccessChange } from '../bus/bus.ts'
import { unwatched, type Watch } from '../operation/watch.ts'
import type { Clock } from '../time/clock.ts'
import type { Peer, Seat } from '../rooms/peer.ts'
import type { Timed } from './moments.ts'
import { openReading } from './reading.ts'
import { openSending } from './sending.ts'
import { openStanding, type Consequence, type Identity } from './standing.ts'

/** One websocket, from the upgrade on. Nothing is read from it before `seat`. Its moment is when the session or the right ends. */
export interface Connection extends Timed {
  /** Of no effect when the connection has ended. */
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

const deadAfterMs = 35_000
/** How long one who is sent away may take to answer. */
const closeTimeoutMs = 1_000

interface ConnectionParts {
  readonly socket: WebSocket
  /** Sends one binary message on the open socket. */
  readonly write: (message: Uint8Array) => void
  readonly clock: Clock
  readonly report: (what: string, error: unknown) => void
  /** What they may do has run out: `hear` is to be called with what it is now. */
  readonly onLapsed: (identity: Identity) => void
  /** `look` is to be called at this moment. It is looked at each `tick` as well. */
  readonly onMoment?: (at: Instant) => void
  /** Nobody looks, unless said. */
  readonly watch?: Watch
}

export function openConnection({ socket, write, clock, report, onLapsed, onMoment = () => {}, watch = unwatched }: ConnectionParts): Connection {
  let seated: Seat | null = null
  let isClosed = false
  /** Is to go: nothing more is read from it. */
  let isDismissed = false
  let wantsFrames = false

  const standing = openStanding({ clock, onMoment, onLapsed })
  const sending = openSending({ socket, write, clock, isClosed: () => isClosed, onTooMuch: () => close(closeCode.comeBack, 'too slow') })
  const reading = openReading({ socket, clock, report, watch, speaker, end: close })
  socket.on('error', () => leave())
  socket.on('close', () => leave())

  function speaker() {
    const identity = standing.identity()
    return isClosed || isDismissed || !seated || !identity ? null : { seat: seated, role: identity.right.role }
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
    reading.close()
    seated?.leave()
    seated = null
  }

  function obey(consequence: Consequence | null): void {
    if (consequence === null)
      return
    if ('code' in consequence)
      sendAway(consequence.code, consequence.reason)
    else if (wantsFrames && !isDismissed)
      sending.send(encodeReach(consequence.right))
  }

  function look(): void {
    if (!isClosed && !isDismissed)
      obey(standing.look())
  }

  return {
    identity: () => isClosed ? null : standing.identity(),
    identify(identity) {
      if (!isClosed)
        standing.identify(identity)
    },
    peer({ wantsAcks }) {
      const identity = standing.identity()
      if (!identity)
        throw new Error('nobody is known to be on this connection')
      wantsFrames = wantsAcks
      // Before anything is asked of it: the page may have been told of another role.
      if (wantsAcks)
        sending.send(encodeReach(identity.right))
      return {
        member: identity.session.member,
        wantsAcks,
        reach: () => standing.identity()?.right ?? { role: 'reader', registers: null },
        send: sending.send,
        waiting: sending.waiting,
        sendPresence: sending.sendPresence,
        close,
        pause: reading.hold,
        resume: reading.letGo,
      }
    },
    seat(seat) {
      if (isClosed)
        return seat.leave()
      seated = seat
      reading.letGo()
    },
    hear(change) {
      if (!isClosed)
        obey(standing.hear(change))
    },
    nextAt: () => isClosed || isDismissed ? Infinity : standing.nextAt(),
    look,
    drained: () => seated?.goOn(),
    tick() {
      look()
      if (clock.now() - reading.heardAt() >= deadAfterMs && (reading.isReading() || !seated))
        return socket.terminate()
      if (isClosed || !standing.identity())
        return
      if (sending.isStuck())
        return close(closeCode.comeBack, 'too slow')
      seated?.goOn()
      sending.tick()
    },
    close,
    terminate: () => socket.terminate(),
    isClosed: () => isClosed,
  }
}
