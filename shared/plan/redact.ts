import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { decodeWhole, type Struct } from './decode.ts'
import { rowMap, splitKey } from './plan.ts'
import { fieldOf } from './registers.ts'
import type { Cell } from './values.ts'

/** A cell that is taken out for good; of a set one member, or all of it where `member` is null. */
export interface RedactedCell extends Cell { readonly member: string | null }

/** Takes what ever stood in some cells out of a plan's updates, one by one. */
export interface Redaction {
  /**
   * The same update without it; null when it holds nothing of it. What is taken out leaves only how many units it was of, as Yjs itself
   * leaves it of what is deleted and collected. Everything else stays as it is, in the same order.
   */
  rewrite(update: Uint8Array): Uint8Array | null
  /** How many pieces have been taken out of each cell by now. */
  counts(): readonly number[]
}

/**
 * `doc` holds all of the log and has collected nothing (`gc: false`), so that what was deleted long ago tells where it stood. It is
 * read, and not changed. What landed nowhere, since it was put beside what its author had collected, goes as well: it is in no
 * document, and which cell it was meant for nobody knows (S61).
 */
export function openRedaction(doc: Y.Doc, cells: readonly RedactedCell[]): Redaction {
  const counts = cells.map(() => 0)
  const roots = new Map<unknown, string>([...doc.share].map(([name, type]) => [type, name]))
  const places = new Map<unknown, Place>()

  function placeOf(type: Y.AbstractType<unknown>): Place {
    const known = places.get(type)
    if (known)
      return known
    const item = type._item
    const place = item === null ? { root: roots.get(type) ?? '', path: [] } : stepDown(placeOf(item.parent as Y.AbstractType<unknown>), item.parentSub)
    places.set(type, place)
    return place
  }

  function isGone(struct: Struct): boolean {
    if (!(struct instanceof Y.Item))
      return false
    const live: Struct = Y.getItem(doc.store, struct.id)
    if (!(live instanceof Y.Item))
      return !(struct.content instanceof Y.ContentDeleted)
    const { root, path } = stepDown(placeOf(live.parent as Y.AbstractType<unknown>), live.parentSub)
    const index = cells.findIndex(cell => cell.register === root && cell.row === path[0] && isPartOf(cell, path))
    if (index >= 0)
      counts[index] = (counts[index] ?? 0) + 1
    return index >= 0
  }

  return {
    rewrite(update) {
      const { structs, ds } = decodeWhole(update)
      let isChanged = false
      const kept = (structs as readonly Struct[]).map((struct) => {
        const gone = isGone(struct)
        isChanged ||= gone
        return gone ? new Y.GC(struct.id, struct.length) : struct
      })
      return isChanged ? encode(kept, ds) : null
    },
    counts: () => counts,
  }
}

/** Empties the cells in a document as somebody would who may: texts are left without words, values are taken away. */
export function clearCells(doc: Y.Doc, cells: readonly RedactedCell[]): void {
  doc.transact(() => {
    for (const cell of cells) {
      const row = rowMap(doc, cell.register, cell.row)
      const type: unknown = isNested(cell) ? row?.get(cell.field) : null
      if (type instanceof Y.Text || type instanceof Y.XmlFragment)
        type.delete(0, type.length)
      else
        [...row?.keys() ?? []].filter(key => !isNested(cell) && isKeyOf(cell, key)).forEach(key => row?.delete(key))
    }
  })
}

/** A root, and below it the keys of a row, of a cell, and of whatever lies in that: `null` for what lies in a list. */
interface Place { readonly root: string, readonly path: readonly (string | null)[] }

/** Deeper than in a cell it is the cell that counts. */
const stepDown = ({ root, path }: Place, key: string | null): Place => ({ root, path: path.length < levelInCell ? [...path, key] : path })
const levelInCell = 3

/** A text stays, and what is in it goes; a value goes with its key. */
function isPartOf(cell: RedactedCell, [, key, inside]: Place['path']): boolean {
  return typeof key === 'string' && isKeyOf(cell, key) && (!isNested(cell) || inside !== undefined)
}

function isNested({ register, field }: RedactedCell): boolean {
  const kind = fieldOf(register, field)?.kind
  return kind === 'text' || kind === 'richText'
}

function isKeyOf(cell: RedactedCell, key: string): boolean {
  const { field, member } = splitKey(key)
  return field === cell.field && (cell.member === null || member === cell.member)
}

/** As Yjs writes it, but that what is gone side by side is one: how it was typed is not told. */
function encode(structs: readonly Struct[], ds: ReturnType<typeof decodeWhole>['ds']): Uint8Array {
  const encoder = new Y.UpdateEncoderV1()
  const sections: Struct[][] = []
  for (const struct of structs) {
    const section = sections.at(-1)
    const last = section?.at(-1)
    if (!section || section[0]?.id.client !== struct.id.client)
      sections.push([struct])
    else if (last instanceof Y.GC && struct instanceof Y.GC)
      section[section.length - 1] = new Y.GC(last.id, last.length + struct.length)
    else
      section.push(struct)
  }
  encoding.writeVarUint(encoder.restEncoder, sections.length)
  for (const section of sections) {
    encoding.writeVarUint(encoder.restEncoder, section.length)
    encoder.writeClient(section[0]?.id.client ?? 0)
    encoding.writeVarUint(encoder.restEncoder, section[0]?.id.clock ?? 0)
    section.forEach(struct => struct.write(encoder, 0))
  }
  encoding.writeVarUint(encoder.restEncoder, ds.clients.size)
  for (const [client, ranges] of ds.clients) {
    encoding.writeVarUint(encoder.restEncoder, client)
    encoding.writeVarUint(encoder.restEncoder, ranges.length)
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(encoder.restEncoder, clock)
      encoding.writeVarUint(encoder.restEncoder, len)
    }
  }
  return encoder.toUint8Array()
}
