import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodeState, encodeSync } from '#shared/protocol/frames.ts'
import { openStateHash, type StateHash } from '#shared/plan/stateHash.ts'
import type { Line } from './line.ts'
import type { SeatState } from './seat.ts'

/** A state vector may name this many clients more than the room knows. */
const maxUnknownClients = 512
const maxAnswersKept = 16

/** What a room answers to peers that ask for what they lack, or for what they should have. */
export interface Answers {
  /** Step 1. Of one peer's at most one waits, the last (S15). */
  askFor(seat: SeatState, stateVector: Uint8Array): void
  /** Of one peer's at most one waits. */
  askForState(seat: SeatState): void
  /** The place in the line of a peer's answer has come. */
  give(seat: SeatState): void
  /** All that is in the document has been released: whoever asked for its state is told. */
  giveStates(): void
  /** The document has changed. */
  forget(): void
  close(): void
}

export function openAnswers({ doc, line, isOpen }: { doc: Y.Doc, line: Line, isOpen: () => boolean }): Answers {
  /** Answers to step 1, by state vector, for a herd that comes back at once. Good until the document changes. */
  const kept = new Map<string, Uint8Array>()
  const asking = new Set<SeatState>()
  let hash: StateHash | null = null

  function answerTo(stateVector: Uint8Array): Uint8Array {
    const key = Buffer.from(stateVector).toString('latin1')
    const frame = kept.get(key) ?? encodeSync(1, Y.encodeStateAsUpdate(doc, stateVector))
    if (kept.size < maxAnswersKept)
      kept.set(key, frame)
    return frame
  }

  return {
    askFor(seat, stateVector) {
      const named = Y.decodeStateVector(stateVector).size
      if (named > doc.store.clients.size + maxUnknownClients)
        return seat.peer.close(closeCode.stock.policy, 'state vector')
      // One waits at most, and none is made before the end of the turn: a flood of questions is one.
      if (seat.answer) {
        seat.answer.to = stateVector
        seat.answer.frame = null
        return
      }
      seat.answer = { to: stateVector, frame: null }
      line.putForLater({ kind: 'answer', seat })
    },
    askForState(seat) {
      asking.add(seat)
      line.dueForRelease()
    },
    /** The document may be ahead of the disk: an answer made of it then waits once more, behind what is being written. */
    give(seat) {
      const { answer } = seat
      if (!answer || !seat.isHere || seat.isDismissed || (!answer.frame && !isOpen()))
        return
      const isMade = answer.frame !== null
      answer.frame ??= answerTo(answer.to)
      if (!isMade && line.hasUpdates())
        return line.putForLater({ kind: 'answer', seat })
      seat.answer = null
      seat.isTold = true
      seat.peer.send(answer.frame)
    },
    giveStates() {
      if (asking.size === 0 || !isOpen())
        return
      hash ??= openStateHash(doc)
      const frame = encodeState(hash.read())
      for (const seat of [...asking]) {
        asking.delete(seat)
        if (seat.isHere && !seat.isDeaf)
          seat.peer.send(frame)
      }
    },
    forget: () => kept.clear(),
    close: () => hash?.close(),
  }
}
