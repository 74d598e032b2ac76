import type { Reach } from '#shared/protocol/access.ts'
import type { MemberId } from '#shared/plan/values.ts'

/** One connection as a room sees it: somebody who can be sent frames. What carries them is the transport's. */
export interface Peer {
  readonly member: { readonly memberId: MemberId, readonly name: string, readonly organisation: string }
  /** What they may change in this plan as of now. */
  readonly reach: () => Reach
  /** Asked for acks and refusals (`ack=1`). */
  readonly wantsAcks: boolean
  /** Takes the frame at once, or ends the connection. The buffer is shared with other peers. */
  send(frame: Uint8Array): void
  /** Bytes of what was sent to it that its line has not taken yet. */
  waiting(): number
  /** As `send`, but may be left out where the line is slow: a later one makes up for it. */
  sendPresence(frame: Uint8Array): void
  /** Ends the connection. The room hears of it through `Seat.leave`. */
  close(code: number, reason: string): void
  /** Reads nothing more for now; what has been read already may still come. */
  pause(): void
  /** Reads again. */
  resume(): void
}

/** A peer's place in a room. After `leave` nothing more is sent to it. */
export interface Seat {
  /** A sync update: step 2 or update, empty ones too. */
  receive(update: Uint8Array): void
  /** Step 1: «send me what I lack». From its answer on the peer is told of every update. */
  askFor(stateVector: Uint8Array): void
  /** «Which state should I have?» Answered when all that is in the document has been released. */
  askForState(): void
  /** A presence frame's body. Throws on malformed bytes. */
  showPresence(entries: Uint8Array): void
  askForPresence(): void
  /** The line may have taken what waited for it. To be called when it has, and now and then. */
  goOn(): void
  /**
   * Ends the connection with `code` once what it has sent is on disk and acknowledged. From here on nothing is read from it, and
   * nothing but acks is sent to it.
   */
  dismiss(code: number, reason: string): void
  leave(): void
}
