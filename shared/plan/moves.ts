import { generateNKeysBetween } from 'fractional-indexing'
import type * as Y from 'yjs'
import type { RegisterName } from './fields.ts'
import { isOrderKey } from './kinds.ts'
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
  /** Siblings that had to get another key, because two of them shared one at this spot, or keys had grown too long (D6). */
  readonly rekeyed: readonly { readonly id: RowId, readonly key: string }[]
}

/**
 * Keys for `count` rows at a spot among its siblings, `moving` not counted. Where the neighbours share a key (two people
 * chose it while apart) there is no room between them: the ones after are given new keys as well. Where a key between them
 * would be long (many rows have been put at one gap), those around get short ones again.
 */
export function keysAt(doc: Y.Doc, register: RegisterName, spot: Spot, count: number, moving: RowId | null = null): Keys {
  const siblings = readSiblings(doc, register, spot.parentId ?? null).filter(row => row.key !== '' && row.id !== moving)
  const at = indexOf(siblings, spot)
  const left = siblings[at - 1]?.key ?? null
  const crowded = siblings.slice(at).filter(row => left !== null && row.key === left).length
  let [from, until] = [at, at + crowded]
  for (let reach = 4; ; reach *= 4) {
    const before = siblings.slice(from, at)
    const after = siblings.slice(at, until)
    const keys = keysBetween(siblings[from - 1]?.key, siblings[until]?.key, before.length + count + after.length)
    const isAll = from === 0 && until === siblings.length
    if (keys && (isAll || keys.every(key => key.length <= maxNewKeyChars && isOrderKey(key)))) {
      const around = [...before.map((row, n) => ({ id: row.id, key: keys[n] ?? '' })),
        ...after.map((row, n) => ({ id: row.id, key: keys[before.length + count + n] ?? '' }))]
      return { keys: keys.slice(before.length, before.length + count), rekeyed: around }
    }
    from = Math.max(0, at - reach)
    until = Math.min(siblings.length, Math.max(until, at + reach))
  }
}

/** Longer than this no new key is: others may still put theirs beside it. */
const maxNewKeyChars = 100

/** Null where the two leave no room: they are equal, or at the very end of what keys can tell apart. */
function keysBetween(left: string | undefined, right: string | undefined, count: number): readonly string[] | null {
  try {
    return left !== undefined && left === right ? null : generateNKeysBetween(left ?? null, right ?? null, count)
  }
  catch {
    return null
  }
}

function indexOf(siblings: readonly { id: RowId }[], { before, after }: Spot): number {
  const place = siblings.findIndex(row => row.id === (before ?? after))
  if (place < 0)
    return siblings.length
  return before ? place : place + 1
}
