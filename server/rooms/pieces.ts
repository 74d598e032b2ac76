import { emptyUpdate, encodeSync, syncStep } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { findCuts } from './cutting.ts'
import { cutsOf, pieceOf, withCuts } from './piece.ts'

/** What answers a step 1, as the frames that are to be sent, in their order: after the last the peer knows that it has all. */
export interface Pieces {
  /** The frame at this place, made when it is first asked for; null after the last, and `later` where that takes a moment more. */
  at(place: number): Uint8Array | 'later' | null
}

/** What is longer goes out in pieces no longer than this. */
const { maxPieceBytes } = limits

/**
 * The answer that these updates are, each resting on no later one. One that is short is a single frame, as ever; else an answer that
 * brings nothing comes last.
 */
export function openPieces(updates: readonly Uint8Array[]): Pieces {
  const [only = emptyUpdate] = updates
  if (updates.length <= 1 && only.length <= maxPieceBytes) {
    const frame = encodeSync(syncStep.step2, only)
    return { at: place => place === 0 ? frame : null }
  }
  const frames: Uint8Array[] = []
  const making = makeFrames(updates)
  let isMade = false

  return {
    at(place) {
      const frame = frames[place]
      if (frame || isMade)
        return frame ?? null
      const next = making.next()
      if (next.done) {
        isMade = true
        return null
      }
      if (next.value)
        frames.push(next.value)
      return frames[place] ?? 'later'
    },
  }
}

function* makeFrames(updates: readonly Uint8Array[]): Generator<Uint8Array | null, void> {
  for (const update of updates) {
    for (const piece of cutInPieces(update))
      yield piece && encodeSync(syncStep.update, piece)
  }
  yield encodeSync(syncStep.step2, emptyUpdate)
}

/** One that cannot be cut comes whole, and so again where some of it has gone already: what is there twice changes nothing. */
export function* cutInPieces(update: Uint8Array): Generator<Uint8Array | null, void> {
  if (update.length <= maxPieceBytes)
    return yield update
  try {
    for (const cut of cutsOf(update) ?? findCuts(update, maxPieceBytes))
      yield cut && pieceOf(update, cut)
  }
  catch {
    yield update
  }
}

/** An update that is to be read often, as it is kept: where it is long, with its cuts behind it. */
export function toBeCut(update: Uint8Array): Uint8Array {
  if (update.length <= maxPieceBytes)
    return update
  try {
    return withCuts(update, [...findCuts(update, maxPieceBytes)].filter(cut => cut !== null))
  }
  catch {
    return update
  }
}
