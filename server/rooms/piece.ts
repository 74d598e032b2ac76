import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

/** Of one client what lies side by side in an update, from byte to byte: so many structs from a clock on, or so many deletions. */
export interface Slice { readonly client: number, readonly clock: number, readonly count: number, readonly from: number, readonly end: number }
/** What of an update is one piece of it, each client at most once in either. */
export interface Cut { readonly structs: readonly Slice[], readonly deletions: readonly Slice[] }

/** An update of its own. Yjs merges updates only where their clients stand from the highest id to the lowest (Y8). */
export function pieceOf(update: Uint8Array, { structs, deletions }: Cut): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, structs.length)
    for (const { client, clock, count, from, end } of highestFirst(structs)) {
      encoding.writeVarUint(encoder, count)
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      encoding.writeUint8Array(encoder, update.subarray(from, end))
    }
    encoding.writeVarUint(encoder, deletions.length)
    for (const { client, count, from, end } of highestFirst(deletions)) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, count)
      encoding.writeUint8Array(encoder, update.subarray(from, end))
    }
  })
}

const highestFirst = (slices: readonly Slice[]) => [...slices].sort((a, b) => b.client - a.client)

/** The mark of a table of cuts, and its length before it: the last bytes of all. */
const mark = Uint8Array.from('cuts here', char => char.charCodeAt(0))
const lengthBytes = 4

/** The update with a table of its cuts behind it, which whoever reads an update passes over. */
export function withCuts(update: Uint8Array, cuts: readonly Cut[]): Uint8Array {
  const table = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, cuts.length)
    for (const { structs, deletions } of cuts) {
      for (const slices of [structs, deletions]) {
        encoding.writeVarUint(encoder, slices.length)
        for (const { client, clock, count, from, end } of slices)
          [client, clock, count, from, end].forEach(number => encoding.writeVarUint(encoder, number))
      }
    }
  })
  const length = new Uint8Array(lengthBytes)
  new DataView(length.buffer).setUint32(0, table.length)
  return Buffer.concat([update, table, length, mark])
}

/** The cuts behind an update; null where there are none. */
export function cutsOf(update: Uint8Array): readonly Cut[] | null {
  const lengthAt = update.length - mark.length - lengthBytes
  if (lengthAt < 0 || Buffer.compare(update.subarray(-mark.length), mark) !== 0)
    return null
  const decoder = decoding.createDecoder(update)
  decoder.pos = lengthAt - new DataView(update.buffer, update.byteOffset + lengthAt).getUint32(0)
  const read = () => decoding.readVarUint(decoder)
  const readSlices = () => Array.from({ length: read() }, (): Slice => ({ client: read(), clock: read(), count: read(), from: read(), end: read() }))
  return Array.from({ length: read() }, () => ({ structs: readSlices(), deletions: readSlices() }))
}
