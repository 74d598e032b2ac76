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
export function keysAt(doc: Y.Doc, register: RegisterName, spot: Spot, count: number, moving: ReadonlySet<RowId> = new Set()): Keys {
  const siblings = readKeyed(doc, register, spot.parentId ?? null).filter(row => !moving.has(row.id))
  return keysAmong(siblings, indexOf(siblings, spot), count)
}

/** A key for each of several new rows, every one right after a sibling of its own (or after another of them). */
export function keysAfterEach(doc: Y.Doc, register: RegisterName, parentId: RowId | null, rows: readonly { id: RowId, after: RowId }[]): Keys {
  const siblings = [...readKeyed(doc, register, parentId)]
  const given = new Map<RowId, string>()
  for (const { id, after } of rows) {
    const at = indexOf(siblings, { after })
    const { keys, rekeyed } = keysAmong(siblings, at, 1)
    rekeyed.forEach(row => given.set(row.id, row.key))
    if (rekeyed.length > 0)
      siblings.forEach((row, n) => siblings[n] = { id: row.id, key: given.get(row.id) ?? row.key })
    siblings.splice(at, 0, { id, key: keys.join() })
    given.set(id, keys.join())
  }
  const keys = rows.map(({ id }) => given.get(id) ?? '')
  rows.forEach(({ id }) => given.delete(id))
  return { keys, rekeyed: [...given].map(([id, key]) => ({ id, key })) }
}

/** The spot beside the nearest sibling that stays, where `moving` themselves are named; and whether the rows stand there already. */
export function spotAmongOthers(doc: Y.Doc, register: RegisterName, spot: Spot, moving: readonly RowId[]): { spot: Spot, isThere: boolean } {
  const parentId = spot.parentId ?? null
  const siblings = readKeyed(doc, register, parentId)
  const isMoving = new Set(moving)
  const at = indexOf(siblings, spot)
  const after = siblings.slice(0, at).findLast(row => !isMoving.has(row.id))?.id ?? null
  const before = siblings.slice(at).find(row => !isMoving.has(row.id))?.id ?? null
  const others = siblings.filter(row => !isMoving.has(row.id)).map(row => row.id)
  others.splice(after === null ? 0 : others.indexOf(after) + 1, 0, ...moving)
  return {
    spot: after === null ? { parentId, before } : { parentId, after },
    isThere: others.length === siblings.length && others.every((id, n) => siblings[n]?.id === id),
  }
}

const readKeyed = (doc: Y.Doc, register: RegisterName, parentId: RowId | null) =>
  readSiblings(doc, register, parentId).filter(row => row.key !== '')

function keysAmong(siblings: readonly { id: RowId, key: string }[], at: number, count: number): Keys {
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
