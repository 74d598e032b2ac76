import * as Y from 'yjs'
import { limits } from '#shared/protocol/limits.ts'
import type { Clock } from '../time/clock.ts'
import type { Pieces } from './pieces.ts'
import type { Behind, SeatState } from './seat.ts'

/**
 * Peers whose lines are slower than what there is to tell: they get their answers a piece at a time, as the line takes it, and nothing of
 * what comes meanwhile; then all of that as one (S54, S55). So what waits for anybody is bounded, and nobody else waits for it.
 */
export interface Trail {
  /** Sends an answer, as much of it as the line takes now. Everything released until now is in it. */
  answer(seat: SeatState, pieces: Pieces): void
  /** Whether a peer may be sent so much more; if not, it is behind from here on. */
  mayTell(seat: SeatState, bytes: number): boolean
  /** A peer that is behind was not told of this. */
  miss(seat: SeatState, update: Uint8Array): void
  /** Its line may have taken what waited. */
  goOn(seat: SeatState): void
}

interface TrailParts {
  readonly clock: Clock
  /** Of what the room holds now. */
  readonly stateVector: () => Uint8Array
  /** Asks for all that has come since, in the peer's name. */
  readonly askFor: (seat: SeatState, stateVector: Uint8Array) => void
  /** A peer hears of updates as they come from here on. */
  readonly onCaughtUp: () => void
  readonly onFailure: (what: string, error: unknown) => void
}

export function openTrail({ clock, stateVector, askFor, onCaughtUp, onFailure }: TrailParts): Trail {
  /** Whatever goes wrong here is no affair of the line's. */
  function goOn(seat: SeatState): void {
    try {
      goOnNow(seat)
    }
    catch (error) {
      onFailure('an answer could not be given', error)
    }
  }

  function goOnNow(seat: SeatState): void {
    const { behind } = seat
    // Its answer waits for the disk, and goes on from there.
    if (!behind || behind.isDue || seat.answer || !seat.isHere || seat.isDismissed)
      return
    if (behind.pieces && !sendPieces(seat, behind, behind.pieces))
      return
    behind.pieces = null
    if (!behind.hasMissed) {
      seat.behind = null
      onCaughtUp()
    }
    else if (seat.peer.waiting() < limits.maxPieceBytes) {
      askFor(seat, lowered(stateVector(), behind.lacks))
    }
  }

  /** Whether all of them are on their way. */
  function sendPieces(seat: SeatState, behind: Behind, pieces: Pieces): boolean {
    for (;;) {
      if (seat.peer.waiting() >= limits.maxPieceBytes)
        return false
      const frame = pieces.at(behind.next)
      if (frame === 'later')
        goOnSoon(seat, behind)
      if (frame === null || frame === 'later')
        return frame === null
      behind.next++
      seat.peer.send(frame)
      if (!seat.isHere)
        return false
    }
  }

  /** After the others' turn. */
  function goOnSoon(seat: SeatState, behind: Behind): void {
    behind.isDue = true
    clock.after(0, () => {
      behind.isDue = false
      if (seat.behind === behind)
        goOn(seat)
    })
  }

  return {
    answer(seat, pieces) {
      seat.isTold = true
      seat.behind = { pieces, next: 0, lacks: new Map(), hasMissed: false, isDue: false }
      goOn(seat)
    },
    mayTell(seat, bytes) {
      if (seat.behind)
        return false
      const waiting = seat.peer.waiting()
      if (waiting <= limits.maxAheadBytes && waiting + bytes <= limits.maxQueuedBytes)
        return true
      seat.behind = { pieces: null, next: 0, lacks: new Map(), hasMissed: false, isDue: false }
      // Nothing will be taken from a line that has nothing.
      if (waiting === 0)
        goOnSoon(seat, seat.behind)
      return false
    },
    miss({ behind }, update) {
      if (!behind)
        return
      behind.hasMissed = true
      for (const [client, clock] of Y.parseUpdateMeta(update).from)
        behind.lacks.set(client, Math.min(clock, behind.lacks.get(client) ?? Infinity))
    },
    goOn,
  }
}

/** The state vector of one who has everything but what begins there. */
function lowered(stateVector: Uint8Array, lacks: ReadonlyMap<number, number>): Uint8Array {
  const clocks = Y.decodeStateVector(stateVector)
  for (const [client, clock] of lacks)
    clocks.set(client, Math.min(clock, clocks.get(client) ?? 0))
  return Y.encodeStateVector(clocks)
}
