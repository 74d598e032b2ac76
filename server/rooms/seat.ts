import type { Peer } from './peer.ts'
import type { Pieces } from './pieces.ts'

/** What a room keeps of one peer in it. */
export interface SeatState {
  readonly peer: Peer
  isHere: boolean
  /** After a refusal: all later updates would have a gap. */
  isDeaf: boolean
  /** Is to go, and is told of nothing but its acks. */
  isDismissed: boolean
  /** Step 1 that is not yet answered; with `pieces`, the answer that waits for the disk. */
  answer: { to: Uint8Array, pieces: Pieces | null } | null
  /** Has had its first answer, and is told of every update after it. */
  isTold: boolean
  /** Its line has not taken yet what it is to be told before it hears of updates as they come (S54). */
  behind: Behind | null
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
    peer, isHere, isDeaf: false, isDismissed: false, answer: null, isTold: false, behind: null,
    isHeld: false, held: [], heldBytes: 0, received: 0, durable: 0, acked: 0,
  }
}

/** What a peer is still to be told. */
export interface Behind {
  /** What is left of its answer, from `next` on; null where it has had all of it. */
  pieces: Pieces | null
  next: number
  /** Where each client's structs began of which it was not told, and whether there was anything at all. */
  readonly lacks: Map<number, number>
  hasMissed: boolean
  /** It is looked at again in a moment. */
  isDue: boolean
}
