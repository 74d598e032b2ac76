import { EventEmitter } from 'node:events'
import type { WebSocket } from 'ws'
import type { Seat } from '../../../server/rooms/peer.ts'
import { openConnection } from '../../../server/transport/connection.ts'
import { pretendClock } from './pretendClock.ts'

/** A line whose far end reads as slowly as the test says. */
export class PretendSocket extends EventEmitter {
  bufferedAmount = 0
  readonly OPEN = 1
  readyState = 1
  readonly sent: Uint8Array[] = []
  closedWith: number | null = null
  isTerminated = false
  isPaused = false
  pause() { this.isPaused = true }
  resume() { this.isPaused = false }
  ping() {}
  close(code: number) { this.closedWith = code }
  terminate() { this.isTerminated = true }
}

/** Kari's connection, seated; what comes to her seat is the test's to say, and else a bug. */
export function connected({ wantsAcks = true, ...heard }: { wantsAcks?: boolean } & Partial<Seat> = {}) {
  const socket = new PretendSocket()
  const clock = pretendClock()
  const happened: string[] = []
  const connection = openConnection({
    socket: socket as unknown as WebSocket, write: bytes => socket.sent.push(bytes), clock, report: what => happened.push(what),
  })
  const seat: Seat = {
    receive: () => { throw new Error('a bug') },
    askFor() {},
    askForState() {},
    showPresence() {},
    askForPresence() {},
    dismiss: (code, reason) => happened.push(`dismissed ${code} ${reason}`),
    leave: () => happened.push('left'),
    ...heard,
  }
  connection.identify({
    session: { sessionId: 'a', member: { memberId: 'kari', name: 'Kari', organisation: 'KS' }, expiresAt: Infinity }, planId: 'p', role: 'editor',
  })
  const peer = connection.peer({ wantsAcks })
  connection.seat(seat)
  return { socket, clock, connection, peer, happened }
}
