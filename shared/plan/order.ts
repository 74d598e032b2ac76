import type * as Y from 'yjs'
import type { PlaceField, RegisterName } from './fields.ts'
import { byCodeUnit, noPlace, toPlace } from './kinds.ts'
import { readDeletedAt, rowMap } from './plan.ts'
import { fieldOf } from './registers.ts'
import type { Place, RowId } from './values.ts'

export interface Order { readonly alive: readonly RowId[], readonly trashed: readonly RowId[] }

/**
 * The ids of a register's rows from first to last, and those in the trash, latest first.
 * Sorted by parent (in the parents' order, rows without one last), then key, then id where two people chose the same key
 * while apart, so that all see one order (D5). A row without a valid place stands last.
 */
export function readOrder(doc: Y.Doc, register: RegisterName): Order {
  const parents = parentRanks(doc, register)
  const alive: { id: RowId, rank: number, key: string }[] = []
  const trashed: { id: RowId, at: number }[] = []
  for (const id of doc.getMap(register).keys()) {
    const map = rowMap(doc, register, id)
    if (!map)
      continue
    const at = readDeletedAt(map)
    if (at !== null) {
      trashed.push({ id, at })
      continue
    }
    const place = placeOf(register, map)
    const rank = place.parentId === null ? Infinity : parents.get(place.parentId) ?? Number.MAX_SAFE_INTEGER
    alive.push({ id, rank, key: place.key })
  }
  alive.sort((a, b) => a.rank === b.rank ? byKey(a, b) : a.rank - b.rank)
  trashed.sort((a, b) => b.at - a.at || byCodeUnit(a.id, b.id))
  return Object.freeze({ alive: Object.freeze(alive.map(row => row.id)), trashed: Object.freeze(trashed.map(row => row.id)) })
}

/**
 * The rows under one parent (null: under none), in order, each with its key (`''` when it has no valid place). Trashed ones
 * too: a row can be put beside one that somebody trashes meanwhile, and finds its own place when it comes back.
 */
export function readSiblings(doc: Y.Doc, register: RegisterName, parentId: RowId | null): readonly { id: RowId, key: string }[] {
  const siblings: { id: RowId, key: string }[] = []
  for (const id of doc.getMap(register).keys()) {
    const map = rowMap(doc, register, id)
    const place = map && placeOf(register, map)
    if (place?.parentId === parentId)
      siblings.push({ id, key: place.key })
  }
  return siblings.sort(byKey)
}

/** Where a row stands, by its stored place. */
export function placeOf(register: RegisterName, map: Y.Map<unknown>): Place {
  const field = placeField(register)
  return field && toPlace(field, map.get('place')) || noPlace
}

/** The register's place field; undefined for the plan's head, which stands alone. */
export function placeField(register: RegisterName): PlaceField | undefined {
  const field = fieldOf(register, 'place')
  return field?.kind === 'place' ? field : undefined
}

function parentRanks(doc: Y.Doc, register: RegisterName): ReadonlyMap<RowId, number> {
  const parent = placeField(register)?.parent
  return new Map(parent ? readOrder(doc, parent.of).alive.map((id, rank) => [id, rank]) : [])
}

function byKey(a: { id: RowId, key: string }, b: { id: RowId, key: string }): number {
  if (a.key === b.key)
    return byCodeUnit(a.id, b.id)
  if (a.key === '' || b.key === '')
    return a.key === '' ? 1 : -1
  return byCodeUnit(a.key, b.key)
}
