import { EventEmitter } from 'node:events'
import type { WebSocket } from 'ws'
import type { Role } from '#shared/protocol/api.ts'
import type { Right } from '#shared/protocol/access.ts'
import type { Seat } from '../../../server/rooms/peer.ts'
import { openConnection } from '../../../server/transport/connection.ts'
import type { Identity } from '../../../server/transport/standing.ts'
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

/** What a member may do in a plan. */
export const aRight = (role: Role, until: number | null = null): Right => ({ role, registers: null, until, isMember: true, actsFor: [] })

/** Kari's connection, seated; what comes to her seat is the test's to say, and else a bug. */
export function connected({ wantsAcks = true, until = null, expiresAt = Infinity, ...heard }: {
  wantsAcks?: boolean, until?: number | null, expiresAt?: number
} & Partial<Seat> = {}) {
  const socket = new PretendSocket()
  const clock = pretendClock()
  const happened: string[] = []
  /** When it said that it is to be looked at. */
  const moments: number[] = []
  const connection = openConnection({
    socket: socket as unknown as WebSocket, write: bytes => socket.sent.push(bytes), clock, report: what => happened.push(what),
    onLapsed: () => happened.push('asks again'), onMoment: at => moments.push(at),
  })
  const seat: Seat = {
    receive: () => { throw new Error('a bug') },
    askFor() {},
    askForState() {},
    showPresence() {},
    askForPresence() {},
    goOn: () => happened.push('goes on'),
    dismiss: (code, reason) => happened.push(`dismissed ${code} ${reason}`),
    leave: () => happened.push('left'),
    ...heard,
  }
  const identity: Identity = {
    session: { sessionId: 'a', member: { memberId: 'kari', name: 'Kari', organisation: 'KS' }, way: 'printed-link', expiresAt }, planId: 'p',
    right: aRight('editor', until),
  }
  connection.identify(identity)
  const peer = connection.peer({ wantsAcks })
  connection.seat(seat)
  return { socket, clock, connection, peer, happened, moments, identity }
}
