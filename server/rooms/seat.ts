import type { Peer } from './peer.ts'

/** What a room keeps of one peer in it. */
export interface SeatState {
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
  /** An update of its is being judged apart. What comes after it waits. */
  isHeld: boolean
  readonly held: { readonly bytes: number, readonly run: () => void }[]
  heldBytes: number
  /** Sync updates of this connection: come in, on disk, acknowledged. */
  received: number
  durable: number
  acked: number
}

export function newSeat(peer: Peer, isHere: boolean): SeatState {
  return {
    peer, isHere, isDeaf: false, isDismissed: false, answer: null, isTold: false,
    isHeld: false, held: [], heldBytes: 0, received: 0, durable: 0, acked: 0,
  }
}
