import * as decoding from 'lib0/decoding'

/** What of a struct counts for where it may stand: how long it is, and the places it rests on. */
export interface Skimmed {
  /** In clocks. */
  length: number
  /** How many of `clients` and `clocks` are said; the same arrays for every struct. */
  rests: number
  readonly clients: number[]
  readonly clocks: number[]
}

export const newSkimmed = (): Skimmed => ({ length: 0, rests: 0, clients: [0, 0, 0], clocks: [0, 0, 0] })

/**
 * Passes over one struct of an update (version 1 of the encoding), and tells what counts of it: what takes Yjs an object and its words
 * takes a few numbers. Throws at a gap, and at what no document of ours holds.
 */
export function skimStruct(decoder: decoding.Decoder, into: Skimmed): void {
  into.rests = 0
  const info = decoding.readUint8(decoder)
  const content = info & 0b11111
  if (content === contents.collected) {
    into.length = decoding.readVarUint(decoder)
    return
  }
  const [hasOrigin, hasRightOrigin, hasKey] = [(info & 0x80) !== 0, (info & 0x40) !== 0, (info & 0x20) !== 0]
  if (hasOrigin)
    readPlace(decoder, into)
  if (hasRightOrigin)
    readPlace(decoder, into)
  if (!hasOrigin && !hasRightOrigin) {
    const isRoot = decoding.readVarUint(decoder) === 1
    if (isRoot)
      skipText(decoder)
    else
      readPlace(decoder, into)
    if (hasKey)
      skipText(decoder)
  }
  into.length = skipContent(decoder, content)
}

/** By their number on the wire. */
const contents = { collected: 0, deleted: 1, string: 4, format: 6, type: 7, any: 8 } as const
const namedTypes: ReadonlySet<number> = new Set([3, 5])

function skipContent(decoder: decoding.Decoder, content: number): number {
  switch (content) {
    case contents.deleted: return decoding.readVarUint(decoder)
    case contents.string: return skipText(decoder)
    case contents.format:
      skipText(decoder)
      skipText(decoder)
      return 1
    case contents.type:
      if (namedTypes.has(decoding.readVarUint(decoder)))
        skipText(decoder)
      return 1
    case contents.any: {
      const length = decoding.readVarUint(decoder)
      for (let left = length; left > 0; left--)
        decoding.readAny(decoder)
      return length
    }
    default: throw new Error(`content ${content}`)
  }
}

function readPlace(decoder: decoding.Decoder, into: Skimmed): void {
  into.clients[into.rests] = decoding.readVarUint(decoder)
  into.clocks[into.rests] = decoding.readVarUint(decoder)
  into.rests++
}

/** Gives how many UTF-16 units it is, as clocks count them. */
function skipText(decoder: decoding.Decoder): number {
  const { arr } = decoder
  const end = decoding.readVarUint(decoder) + decoder.pos
  if (end > arr.length)
    throw new Error('a text ends beyond the update')
  let units = 0
  for (; decoder.pos < end; decoder.pos++) {
    const byte = arr[decoder.pos] ?? 0
    if ((byte & 0xC0) !== 0x80)
      units += byte >= 0xF0 ? 2 : 1
  }
  return units
}
