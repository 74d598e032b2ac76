import type { WebSocket } from 'ws'
import { encodePresence } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'

/** What goes out on one connection: never more than its line takes, and never silence for long. */
export interface Sending {
  send(frame: Uint8Array): void
  /** Left out where much waits already. */
  sendPresence(frame: Uint8Array): void
  /** How much waits for the line, in bytes. */
  waiting(): number
  /** Whether the line has long taken nothing of what waits for it. */
  isStuck(): boolean
  /** Speaks where nothing has been said for a while, and asks for a sign of life. */
  tick(): void
}

/** A little below what is promised, since it is looked at once a second. */
const speakAfterMs = limits.serverSpeaksEveryMs - 1_000
const pingEveryMs = 10_000
/** «Nobody's presence has changed»: stock clients count any frame as a sign of life. */
const nothingNew = encodePresence(Uint8Array.of(0))

export function openSending({ socket, write, clock, isClosed, onTooMuch }: {
  readonly socket: WebSocket
  /** Sends one binary message on the open socket. */
  readonly write: (message: Uint8Array) => void
  readonly clock: Clock
  readonly isClosed: () => boolean
  /** More waits than may. */
  readonly onTooMuch: () => void
}): Sending {
  let spokenAt: Instant = clock.now()
  let pingedAt: Instant = clock.now()
  /** What waited when it was last looked at, and when the line last took of it, or had nothing to take. */
  let lastWaiting = 0
  let tookAt: Instant = clock.now()

  function send(frame: Uint8Array): void {
    // Whoever has said goodbye is told nothing more.
    if (isClosed() || socket.readyState !== socket.OPEN)
      return
    if (lookAtLine() > limits.maxQueuedBytes)
      return onTooMuch()
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

  return {
    send,
    sendPresence(frame) {
      if (socket.bufferedAmount <= limits.maxAheadOfPresenceBytes)
        send(frame)
    },
    waiting: () => socket.bufferedAmount,
    isStuck: () => lookAtLine() > 0 && clock.now() - tookAt >= limits.takesNothingAfterMs,
    tick() {
      const now = clock.now()
      if (now - spokenAt >= speakAfterMs)
        send(nothingNew)
      if (now - pingedAt >= pingEveryMs && !isClosed()) {
        pingedAt = now
        socket.ping(undefined, undefined, () => {})
      }
    },
  }
}
