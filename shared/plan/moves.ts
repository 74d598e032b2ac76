import { generateNKeysBetween } from 'fractional-indexing'
import type * as Y from 'yjs'
import type { RegisterName } from './fields.ts'
import { readSiblings } from './order.ts'
import type { RowId } from './values.ts'

/** Where a row goes: under which parent, and right before or right after which sibling. Neither, or one that is not there: last. */
export interface Spot {
  readonly parentId?: RowId | null
  readonly before?: RowId | null
  readonly after?: RowId | null
}

export interface Keys {
  /** New keys for the rows that come in, in order. */
  readonly keys: readonly string[]
  /** Siblings that had to get another key, because two of them shared one at this spot (D6). */
  readonly rekeyed: readonly { readonly id: RowId, readonly key: string }[]
}

/**
 * Keys for `count` rows at a spot among its siblings, `moving` not counted. Where the neighbours share a key (two people
 * chose it while apart) there is no room between them: the ones after are given new keys as well.
 */
export function keysAt(doc: Y.Doc, register: RegisterName, spot: Spot, count: number, moving: RowId | null = null): Keys {
  const siblings = readSiblings(doc, register, spot.parentId ?? null).filter(row => row.key !== '' && row.id !== moving)
  const at = indexOf(siblings, spot)
  const left = siblings[at - 1]?.key ?? null
  const crowded = siblings.slice(at).filter(row => left !== null && row.key === left)
  const right = siblings[at + crowded.length]?.key ?? null
  const keys = generateNKeysBetween(left, right, count + crowded.length)
  return {
    keys: keys.slice(0, count),
    rekeyed: crowded.map((row, n) => ({ id: row.id, key: keys[count + n] ?? '' })),
  }
}

function indexOf(siblings: readonly { id: RowId }[], { before, after }: Spot): number {
  const place = siblings.findIndex(row => row.id === (before ?? after))
  if (place < 0)
    return siblings.length
  return before ? place : place + 1
}
