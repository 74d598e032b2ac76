import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodeState } from '#shared/protocol/frames.ts'
import type { Desk } from './desk.ts'
import type { Line } from './line.ts'
import { openPieces, type Pieces } from './pieces.ts'
import type { Rest } from './rest.ts'
import type { SeatState } from './seat.ts'
import type { Trail } from './trail.ts'

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
  /** Whether anybody waits to be told of the state. */
  isAsked(): boolean
  /** The document has changed, or is no more. */
  forget(): void
}

interface AnswersParts {
  /** What the room stands on now: its document, or the stored bytes. */
  readonly ground: () => Desk | Rest
  readonly line: Line
  readonly trail: Pick<Trail, 'answer'>
  readonly isOpen: () => boolean
  readonly onFailure: (what: string, error: unknown) => void
}

export function openAnswers({ ground, line, trail, isOpen, onFailure }: AnswersParts): Answers {
  /** Answers to step 1, by state vector, for a herd that comes back at once. Good until the document changes. */
  const kept = new Map<string, Pieces>()
  const asking = new Set<SeatState>()

  function answerTo(doc: Y.Doc, stateVector: Uint8Array): Pieces {
    const key = Buffer.from(stateVector).toString('latin1')
    const pieces = kept.get(key) ?? openPieces([Y.encodeStateAsUpdate(doc, stateVector)])
    if (kept.size < maxAnswersKept)
      kept.set(key, pieces)
    return pieces
  }

  const isWaiting = (seat: SeatState) => seat.isHere && !seat.isDismissed && (isOpen() || Boolean(seat.answer?.pieces))

  function send(seat: SeatState, pieces: Pieces): void {
    seat.answer = null
    trail.answer(seat, pieces)
  }

  /** The stored bytes come a moment later. Where somebody has written by then, or the peer asks otherwise, it is answered anew. */
  function giveStored(seat: SeatState, rest: Rest, answer: NonNullable<SeatState['answer']>): void {
    const { to } = answer
    rest.answerTo(to).then((pieces) => {
      if (seat.answer !== answer || !isWaiting(seat))
        return
      if (ground() !== rest || answer.to !== to)
        return line.putForLater({ kind: 'answer', seat })
      send(seat, pieces)
    }).catch((error: unknown) => onFailure('answering from what is stored failed', error))
  }

  return {
    askFor(seat, stateVector) {
      const named = Y.decodeStateVector(stateVector).size
      const at = ground()
      if (named > ('doc' in at ? at.doc.store.clients.size : at.clients) + maxUnknownClients)
        return seat.peer.close(closeCode.stock.policy, 'state vector')
      // One waits at most, and none is made before the end of the turn: a flood of questions is one.
      if (seat.answer) {
        seat.answer.to = stateVector
        seat.answer.pieces = null
        return
      }
      seat.answer = { to: stateVector, pieces: null }
      line.putForLater({ kind: 'answer', seat })
    },
    askForState(seat) {
      asking.add(seat)
      line.dueForRelease()
    },
    /** The document may be ahead of the disk: an answer made of it then waits once more, behind what is being written. */
    give(seat) {
      const { answer } = seat
      if (!answer || !isWaiting(seat))
        return
      const at = ground()
      if (!('doc' in at))
        return giveStored(seat, at, answer)
      const isMade = answer.pieces !== null
      answer.pieces ??= answerTo(at.doc, answer.to)
      if (!isMade && line.hasUpdates())
        return line.putForLater({ kind: 'answer', seat })
      send(seat, answer.pieces)
    },
    giveStates() {
      if (asking.size === 0 || !isOpen())
        return
      const at = ground()
      const hash = 'doc' in at ? at.stateHash() : at.stateHash
      if (hash === null)
        return
      const frame = encodeState(hash)
      for (const seat of [...asking]) {
        // Of what it has not been told it cannot be asked.
        if (seat.isHere && seat.behind)
          continue
        asking.delete(seat)
        if (seat.isHere && !seat.isDeaf)
          seat.peer.send(frame)
      }
    },
    isAsked: () => asking.size > 0,
    forget: () => kept.clear(),
  }
}
