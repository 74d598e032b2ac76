import { equalityDeep } from 'lib0/function'
import { uuidv4 } from 'lib0/random'
import * as Y from 'yjs'
import { limits } from '../protocol/limits.ts'
import type { RegisterName } from './fields.ts'
import { fromPlace, isMember, isPlainValue, isRowId, toPlace, toRoles, toText, wellFormed } from './kinds.ts'
import { keysAt, type Spot } from './moves.ts'
import { placeField } from './order.ts'
import { memberKey, readDeletedAt, rowMap, type Plan } from './plan.ts'
import { fieldOf } from './registers.ts'
import { fillRow, refusalOfCells, type NewCells } from './rows.ts'
import type { Cell, Instant, Place, RowId } from './values.ts'

/** Why a command did nothing. Each has a sentence in `client/text`. */
export type Refusal = 'row-is-gone' | 'no-such-field' | 'not-valid' | 'too-long'
export type Outcome<T = unknown> = ({ readonly ok: true } & T) | { readonly ok: false, readonly refusal: Refusal }

const done = { ok: true } as const
const no = (refusal: Refusal) => ({ ok: false, refusal }) as const

/**
 * Adds a row and tells its id. It is laid as trashed in a transaction that undo does not follow, and brought to life in one
 * that it does: undoing the addition trashes the row with everyone's words in it (D7).
 */
export function addRow(plan: Plan, register: RegisterName, cells: NewCells = {}, spot: Spot = {}): Outcome<{ id: RowId }> {
  const added = addRows(plan, register, [cells], spot)
  return added.ok ? { ok: true, id: added.ids.join() } : added
}

/** Adds rows at one spot, in order, in pieces (D8). None is added when one of them is not valid. */
export function addRows(plan: Plan, register: RegisterName, rows: readonly NewCells[], spot: Spot = {}): Outcome<{ ids: readonly RowId[] }> {
  const refusal = rows.map(cells => refusalOfCells(register, cells)).find(refused => refused !== null) ?? refusalOfMore(plan, register, rows.length)
  if (refusal)
    return no(refusal)
  const { keys, rekeyed } = keysAt(plan.doc, register, spot, rows.length)
  const parentId = spot.parentId ?? null
  for (const piece of inPieces(rekeyed, () => 0))
    plan.doc.transact(() => setKeys(plan, register, parentId, piece), plan.laying)
  const ids = layRows(plan, register, rows.map((cells, n) => ({ id: uuidv4(), cells, place: { parentId, key: keys[n] ?? '' } })))
  return { ok: true, ids }
}

/** A row to be laid. `fill` may add what no plain cells can say, before the row is in the document; it weighs `chars`. */
export interface RowToLay {
  readonly id: RowId
  readonly cells: NewCells
  readonly place: Place
  readonly more?: { readonly fill: (row: Y.Map<unknown>) => void, readonly chars: number }
}

/** Lays valid rows under free ids, in pieces, and brings them to life (D7, D8). */
export function layRows(plan: Plan, register: RegisterName, rows: readonly RowToLay[]): readonly RowId[] {
  const { doc } = plan
  const trashedAt = plan.now()
  for (const piece of inPieces(rows, ({ cells, more }) => JSON.stringify(cells).length + (more?.chars ?? 0))) {
    doc.transact(() => {
      for (const { id, cells, place, more } of piece) {
        const row = new Y.Map<unknown>()
        fillRow(row, register, cells, place)
        more?.fill(row)
        row.set('deletedAt', trashedAt)
        doc.getMap(register).set(id, row)
      }
    }, plan.laying)
  }
  for (const piece of inPieces(rows, () => 0))
    doc.transact(() => piece.forEach(({ id }) => rowMap(doc, register, id)?.delete('deletedAt')), plan.mine)
  return rows.map(row => row.id)
}

/**
 * Adds a row under an id of its own that the plan does not have: one that was added before and did not get there. Its place is
 * the one it had, or the last; `deletedAt` says that it is to come as trashed.
 */
export function addRowAgain(
  plan: Plan, register: RegisterName, id: RowId, cells: NewCells, { place, deletedAt }: { place: Place | null, deletedAt: Instant | null },
): Outcome {
  const refusal = refusalOfCells(register, cells) ?? refusalOfMore(plan, register, 1)
  if (refusal || !isRowId(id) || plan.doc.getMap(register).has(id))
    return no(refusal ?? 'not-valid')
  plan.doc.transact(() => {
    const row = new Y.Map<unknown>()
    fillRow(row, register, cells, place ?? { parentId: null, key: keysAt(plan.doc, register, {}, 1).keys.join() })
    row.set('deletedAt', deletedAt ?? plan.now())
    plan.doc.getMap(register).set(id, row)
  }, plan.laying)
  return deletedAt === null ? restoreRow(plan, register, id) : done
}

/** A register holds so many rows, those in the trash too. */
export function refusalOfMore({ doc }: Plan, register: RegisterName, count: number): 'too-long' | null {
  return doc.getMap(register)._map.size + count > limits.maxRowsInRegister ? 'too-long' : null
}

/** Sets a cell of a plain kind; null empties it. One wins where two set it at once. */
export function setCell(plan: Plan, cell: Cell, given: unknown): Outcome {
  const value = wellFormed(given)
  const { row, field, refusal } = find(plan, cell)
  if (refusal)
    return no(refusal)
  if (field.kind === 'place' || field.kind === 'set' || field.kind === 'text' || field.kind === 'richText')
    return no('no-such-field')
  if (value !== null && !isPlainValue(field, value))
    return no(field.kind === 'line' && typeof value === 'string' ? 'too-long' : 'not-valid')
  if (equalityDeep(row.get(cell.field) ?? null, value))
    return done
  plan.doc.transact(() => value === null ? row.delete(cell.field) : row.set(cell.field, value), plan.mine)
  return done
}

/** The live text of a text cell; null when the row is gone or something else stands there. It is never made here (D3). */
export function textOf(plan: Plan, { register, row, field }: Cell): Y.Text | null {
  return fieldOf(register, field)?.kind === 'text' ? toText(rowMap(plan.doc, register, row)?.get(field)) : null
}

/** One change in a text cell: at `at` (UTF-16 units), `remove` units go and `insert` comes. Merges with others' (D4). */
export function spliceText(plan: Plan, cell: Cell, splice: Splice): Outcome {
  return spliceTexts(plan, cell, [splice])
}
interface Splice { readonly at: number, readonly remove: number, readonly insert: string }

/** Several changes in a text cell as one step, from the last to the first. All of them, or none. */
export function spliceTexts(plan: Plan, cell: Cell, splices: readonly Splice[]): Outcome {
  const { field, refusal } = find(plan, cell)
  if (refusal)
    return no(refusal)
  const text = textOf(plan, cell)
  if (!text || field.kind !== 'text')
    return no('no-such-field')
  if (!splices.every(({ at, remove }, n) => at >= 0 && remove >= 0 && at + remove <= (splices[n - 1]?.at ?? text.length)))
    return no('not-valid')
  const more = splices.reduce((sum, { remove, insert }) => sum + insert.length - remove, 0)
  if (more > 0 && text.length + more > field.maxChars)
    return no('too-long')
  plan.doc.transact(() => {
    for (const { at, remove, insert } of splices) {
      if (remove > 0)
        text.delete(at, remove)
      if (insert)
        text.insert(at, wellFormed(insert))
    }
  }, plan.mine)
  return done
}

/** Makes a text cell read `next`, writing only what differs, so that two people in one cell keep both their words. */
export function replaceText(plan: Plan, cell: Cell, next: string): Outcome {
  const now = textOf(plan, cell)?.toString()
  if (now === next)
    return done
  return spliceText(plan, cell, difference(now ?? '', next))
}

/** The smallest single splice that makes `before` into `after`; never cuts a surrogate pair in two. */
export function difference(before: string, after: string): { at: number, remove: number, insert: string } {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start])
    start++
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1)))
    start--
  let end = 0
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end])
    end++
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end)))
    end--
  return { at: start, remove: before.length - start - end, insert: after.slice(start, after.length - end) }
}
const isHighSurrogate = (unit: number) => unit >= 0xD800 && unit <= 0xDBFF
const isLowSurrogate = (unit: number) => unit >= 0xDC00 && unit <= 0xDFFF

/** Puts a member in a set, or gives it other roles: `true`, a role, or several. Merges per member. */
export function putMember(plan: Plan, cell: Cell, member: string, roles: true | string | readonly string[] = true): Outcome {
  const { row, field, refusal } = find(plan, cell)
  if (refusal)
    return no(refusal)
  if (field.kind !== 'set')
    return no('no-such-field')
  if (!isMember(field, member) || toRoles(field, roles) === null)
    return no('not-valid')
  const key = memberKey(cell.field, member)
  if (!row._map.has(key) && row._map.size >= limits.maxKeysInRow)
    return no('too-long')
  if (!equalityDeep(row.get(key), roles))
    plan.doc.transact(() => row.set(key, roles), plan.mine)
  return done
}

/** Takes a member out of a set. Taking out what is not there is done already. */
export function dropMember(plan: Plan, cell: Cell, member: string): Outcome {
  const { row, field, refusal } = find(plan, cell)
  if (refusal)
    return no(refusal)
  if (field.kind !== 'set')
    return no('no-such-field')
  const key = memberKey(cell.field, member)
  if (row.has(key))
    plan.doc.transact(() => row.delete(key), plan.mine)
  return done
}

/** Moves a row to a spot: one write, but for equal neighbours, which get new keys in the same transaction (D6). Beside itself it stays. */
export function moveRow(plan: Plan, register: RegisterName, id: RowId, spot: Spot): Outcome {
  if (!rowMap(plan.doc, register, id))
    return no('row-is-gone')
  if (!placeField(register))
    return no('no-such-field')
  if (spot.before === id || spot.after === id)
    return done
  const parentId = spot.parentId ?? null
  plan.doc.transact((transaction) => {
    const { keys, rekeyed } = keysAt(plan.doc, register, spot, 1, new Set([id]))
    setKeys(plan, register, parentId, [{ id, key: keys.join() }, ...rekeyed])
    noteRekeyed(transaction, rekeyed)
  }, plan.mine)
  return done
}

/** Gives a row the very place it has in `place`: its parent, and its key among the others there. One wins where two move it at once. */
export function placeRow(plan: Plan, register: RegisterName, id: RowId, place: unknown): Outcome {
  const row = rowMap(plan.doc, register, id)
  const field = placeField(register)
  if (!row || !field)
    return no(row ? 'no-such-field' : 'row-is-gone')
  const value = toPlace(field, place)
  if (!value)
    return no('not-valid')
  if (!equalityDeep(toPlace(field, row.get('place')), value))
    plan.doc.transact(() => row.set('place', fromPlace(field, value)), plan.mine)
  return done
}

/** Trashes a row. Its cells stand, and what others are writing in it is kept (D7). */
export function trashRow(plan: Plan, register: RegisterName, id: RowId): Outcome {
  const row = rowMap(plan.doc, register, id)
  if (!row)
    return no('row-is-gone')
  if (readDeletedAt(row) === null)
    plan.doc.transact(() => row.set('deletedAt', plan.now()), plan.mine)
  return done
}

/** Brings a trashed row back to where it stood. */
export function restoreRow(plan: Plan, register: RegisterName, id: RowId): Outcome {
  const row = rowMap(plan.doc, register, id)
  if (!row)
    return no('row-is-gone')
  if (row.has('deletedAt'))
    plan.doc.transact(() => row.delete('deletedAt'), plan.mine)
  return done
}

/**
 * Cuts a bulk change in pieces for one transaction each: at most 100 rows and 128 KiB (D8). `charsOf` tells about how much
 * text an item writes; the overhead of a row is added here.
 */
export function inPieces<T>(items: readonly T[], charsOf: (item: T) => number): readonly (readonly T[])[] {
  const pieces: T[][] = []
  let bytes = Infinity
  for (const item of items) {
    const size = bytesPerRow + charsOf(item) * bytesPerChar
    const piece = pieces.at(-1)
    if (!piece || piece.length >= limits.maxRowsPerTransaction || bytes + size > limits.maxBytesPerTransaction) {
      pieces.push([item])
      bytes = size
    }
    else {
      piece.push(item)
      bytes += size
    }
  }
  return pieces
}
/** A row of 20 cells is some 600 bytes before its words, and a Norwegian letter is at most two. */
const bytesPerRow = 700
const bytesPerChar = 2

/** Says of a transaction that these rows stay where they are, and only got another key (D6). */
export function noteRekeyed(transaction: Y.Transaction, rows: readonly { id: RowId }[]): void {
  transaction.meta.set(rekeyedKey, new Set([...rekeyedIn(transaction), ...rows.map(row => row.id)]))
}
/** Rows that a transaction gave another key without moving them. */
export const rekeyedIn = (transaction: Y.Transaction) => transaction.meta.get(rekeyedKey) as ReadonlySet<RowId> | undefined ?? new Set<RowId>()
const rekeyedKey = 'rekeyed'

/** Gives rows their keys under one parent. Goes with a transaction of the caller's. */
export function setKeys(plan: Plan, register: RegisterName, parentId: RowId | null, rows: readonly { id: RowId, key: string }[]): void {
  const field = placeField(register)
  if (field)
    rows.forEach(({ id, key }) => rowMap(plan.doc, register, id)?.set('place', fromPlace(field, { parentId, key })))
}

function find(plan: Plan, cell: Cell) {
  const field = fieldOf(cell.register, cell.field)
  const row = rowMap(plan.doc, cell.register, cell.row)
  if (!row)
    return { refusal: 'row-is-gone' } as const
  return field && !field.byServer ? { row, field, refusal: null } as const : { refusal: 'no-such-field' } as const
}
