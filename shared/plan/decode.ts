import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'

/** What an update is made of: an item, what is left of collected ones, or a gap. */
export type Struct = Y.Item | Y.GC | Y.Skip

/** An update's bytes as structs; `sections` is how many clients they are said to be of. Applying keeps the last of two of one client. */
export type Decoded = ReturnType<typeof Y.decodeUpdate> & { readonly sections: number }

/** Decodes an update; throws when anything follows it. */
export function decodeWhole(update: Uint8Array): Decoded {
  const decoded = Y.decodeUpdateV2(update, WatchedDecoder)
  if (decoding.hasContent(WatchedDecoder.last))
    throw new Error('bytes after the update')
  return { ...decoded, sections: decoding.readVarUint(decoding.createDecoder(update)) }
}

/** Yjs keeps its decoder to itself, and what is left in it is what follows the update. One update is decoded at a time. */
class WatchedDecoder extends Y.UpdateDecoderV1 {
  static last: decoding.Decoder = decoding.createDecoder(new Uint8Array())
  constructor(decoder: decoding.Decoder) {
    super(decoder)
    WatchedDecoder.last = decoder
  }
}

/** Ranges in order. Throws where two overlap: no client writes that, and applying it would walk the same structs again and again. */
export function inOrder(ranges: readonly { clock: number, len: number }[]): readonly { clock: number, len: number }[] {
  const sorted = [...ranges].sort((a, b) => a.clock - b.clock)
  sorted.forEach(({ clock, len }, n) => {
    const before = sorted[n - 1]
    if (len < 1 || (before && clock < before.clock + before.len))
      throw new Error('a delete set names something twice, or nothing')
  })
  return sorted
}
