import * as Y from 'yjs'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { Role } from '#shared/protocol/api.ts'
import type { Peer, Seat } from '../../../server/rooms/peer.ts'
import type { Room } from '../../../server/rooms/room.ts'
import { readServerFrame, type PresenceEntry, type ServerFrame } from './frames.ts'
import { arenaOf } from './plans.ts'

/** Somebody in a room, without a socket: what they were sent, and what they see of the plan. */
export interface PretendPeer {
  readonly peer: Peer
  readonly frames: ServerFrame[]
  readonly closed: () => { code: number, reason: string } | null
  /** Is not read for now. */
  readonly isPaused: () => boolean
  /** From here on its line takes nothing; so much waits already. */
  stall(bytes?: number): void
  /** The line takes what waits, and goes on as it did. */
  drain(): void
  /** Bytes that wait for its line. */
  waiting(): number
  readonly seat: () => Seat
  readonly doc: Y.Doc
  join(room: Room): PretendPeer
  /** Sends step 1 for what the peer has. */
  ask(): void
  /** The words in the arena of K01. */
  sees(): string
  acks(): number[]
  presence(): PresenceEntry[]
}

interface PeerOptions {
  readonly role?: Role | (() => Role)
  readonly registers?: readonly RegisterName[] | null
  readonly name?: string
  readonly memberId?: string
  readonly wantsAcks?: boolean
}

export function pretendPeer({ role = 'editor', registers = null, name = 'Kari', memberId = name, wantsAcks = true }: PeerOptions = {}): PretendPeer {
  const frames: ServerFrame[] = []
  const doc = new Y.Doc()
  let seat: Seat | null = null
  let closed: { code: number, reason: string } | null = null
  let isPaused = false
  let waiting = 0
  let isStalled = false

  function take(bytes: Uint8Array): void {
    if (closed)
      throw new Error('a frame after the close')
    if (isStalled)
      waiting += bytes.byteLength
    const frame = readServerFrame(bytes)
    frames.push(frame)
    if (frame.kind === 'step2' || frame.kind === 'update')
      Y.applyUpdate(doc, frame.update)
  }

  const self: PretendPeer = {
    peer: {
      member: { memberId, name, organisation: 'KS' },
      reach: () => ({ role: typeof role === 'function' ? role() : role, registers }),
      wantsAcks,
      send: take,
      waiting: () => waiting,
      sendPresence: take,
      close(code, reason) {
        closed ??= { code, reason }
        seat?.leave()
      },
      pause() { isPaused = true },
      resume() { isPaused = false },
    },
    frames,
    doc,
    closed: () => closed,
    isPaused: () => isPaused,
    stall(bytes = 0) {
      isStalled = true
      waiting += bytes
    },
    drain() {
      waiting = 0
      seat?.goOn()
    },
    waiting: () => waiting,
    seat() {
      if (!seat)
        throw new Error('not in a room')
      return seat
    },
    join(room) {
      seat = room.join(self.peer)
      return self
    },
    ask: () => self.seat().askFor(Y.encodeStateVector(doc)),
    sees: () => arenaOf(doc),
    acks: () => frames.flatMap(frame => frame.kind === 'ack' ? [frame.count] : []),
    presence: () => frames.flatMap(frame => frame.kind === 'presence' ? frame.entries : []),
  }
  return self
}
