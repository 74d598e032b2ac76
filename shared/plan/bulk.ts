import { uuidv4 } from 'lib0/random'
import * as Y from 'yjs'
import { limits } from '../protocol/limits.ts'
import { newCellsOf, refusalOfValue, toNewCells } from './cellValues.ts'
import {
  dropMember, inPieces, layRows, noteRekeyed, putMember, refusalOfMore, replaceText, restoreRow, setCell, setKeys, textOf, trashRow,
  type Outcome, type Refusal, type RowToLay,
} from './commands.ts'
import type { RegisterName } from './fields.ts'
import { keysAfterEach, keysAt, spotAmongOthers, type Spot } from './moves.ts'
import { placeField, placeOf, readOrder } from './order.ts'
import { memberKey, rowMap, splitKey, type Plan } from './plan.ts'
import { readRow } from './read.ts'
import { fieldOf, fieldsOf } from './registers.ts'
import { refusalOfCells, type NewCell, type NewMembers } from './rows.ts'
import type { Cell, RowId } from './values.ts'

/** A cell and what it is to read: a value as `cellValueOf` gives it; null, '', false or [] empties it. */
export interface CellWrite { readonly cell: Cell, readonly value: unknown }
export interface RefusedCell { readonly cell: Cell, readonly refusal: Refusal }
export interface RefusedRow { readonly row: RowId, readonly refusal: Refusal }

/**
 * Makes a cell of any kind read `value`, writing only what differs: the smallest splice of a text, the members of a set that
 * come, go or get other roles. A set with an answer of its own is written with it. All of it, or nothing (D18).
 */
export function writeCell(plan: Plan, cell: Cell, value: unknown): Outcome {
  const { register, row: id, field: name } = cell
  const row = rowMap(plan.doc, register, id)
  const refusal = row ? refusalOfValue(register, name, value) : 'row-is-gone'
  const parts = Object.entries(toNewCells(register, name, value) ?? {})
  if (!row || refusal || !parts.every(([field, part]) => hasRoom(plan, row, { ...cell, field }, part)))
    return { ok: false, refusal: refusal ?? (fieldOf(register, name)?.kind === 'text' ? 'no-such-field' : 'too-long') }
  plan.doc.transact(() => parts.forEach(([field, part]) => writePart(plan, row, { ...cell, field }, part)), plan.mine)
  return { ok: true }
}

/**
 * Writes many cells, in pieces (D8). Those that cannot be written are told, and stand as they were; the rest are written (D19).
 * One undo step where the caller says so (`asOneStep`). Of two values for one cell the last stands.
 */
export function writeCells(plan: Plan, writes: readonly CellWrite[]): readonly RefusedCell[] {
  const refused: RefusedCell[] = []
  const valid = writes.filter(({ cell, value }) => {
    const refusal = refusalOfValue(cell.register, cell.field, value)
    if (refusal)
      refused.push({ cell, refusal })
    return !refusal
  })
  const rows = [...grouped(valid, ({ cell }) => `${cell.register}/${cell.row}`).values()]
  // What is taken away is written again when it is undone: it counts as well.
  const sizeOf = ({ cell, value }: CellWrite) => charsOf(value) + (textOf(plan, cell)?.length ?? 0)
  for (const piece of inPieces(rows, row => row.reduce((sum, write) => sum + sizeOf(write), 0))) {
    plan.doc.transact(() => {
      for (const { cell, value } of piece.flat()) {
        const outcome = writeCell(plan, cell, value)
        if (!outcome.ok)
          refused.push({ cell, refusal: outcome.refusal })
      }
    }, plan.mine)
  }
  return refused
}

/** Empties many cells, what is not valid in them too. */
export function emptyCells(plan: Plan, cells: readonly Cell[]): readonly RefusedCell[] {
  return writeCells(plan, cells.map(cell => ({ cell, value: null })))
}

const charsOf = (value: unknown) => typeof value === 'string' ? value.length : JSON.stringify(value ?? null).length

/** Whether what is known to be valid also fits where it is to stand: a text has its place there, a row holds so many keys. */
function hasRoom(plan: Plan, row: Y.Map<unknown>, cell: Cell, part: NewCell): boolean {
  const kind = fieldOf(cell.register, cell.field)?.kind
  if (kind === 'text')
    return textOf(plan, cell) !== null
  const added = kind === 'set' ? Object.keys(part ?? {}).filter(member => !row._map.has(memberKey(cell.field, member))).length : 0
  return added === 0 || row._map.size + added <= limits.maxKeysInRow
}

function writePart(plan: Plan, row: Y.Map<unknown>, cell: Cell, part: NewCell): void {
  const field = fieldOf(cell.register, cell.field)
  if (field?.kind === 'text')
    replaceText(plan, cell, typeof part === 'string' ? part : '')
  else if (field?.kind === 'set')
    writeMembers(plan, row, cell, part as NewMembers)
  else
    setCell(plan, cell, part)
}

function writeMembers(plan: Plan, row: Y.Map<unknown>, cell: Cell, members: NewMembers): void {
  for (const key of [...row.keys()]) {
    const { field: name, member } = splitKey(key)
    if (name === cell.field && member !== null && !Object.hasOwn(members, member))
      dropMember(plan, cell, member)
  }
  Object.entries(members).forEach(([member, roles]) => putMember(plan, cell, member, roles))
}

/**
 * Copies rows, each to right after the one it is a copy of, under a new id: words, rich text too, values and sets. What is not
 * valid in them is left out. `ids` are the copies, in the plan's order; a row that cannot be copied is told, the rest are (D20).
 */
export function duplicateRows(plan: Plan, register: RegisterName, ids: readonly RowId[]): { ids: readonly RowId[], refused: readonly RefusedRow[] } {
  const { known, refused } = inPlanOrder(plan, register, ids)
  const copies = known.flatMap((after) => {
    const row = readRow(plan.doc, register, after)
    const cells = row && newCellsOf(register, row)
    const refusal = !placeField(register) ? 'no-such-field' : cells ? refusalOfCells(register, cells) : 'row-is-gone'
    if (refusal || !cells)
      refused.push({ row: after, refusal: refusal ?? 'row-is-gone' })
    return refusal || !cells ? [] : [{ id: uuidv4(), after, cells }]
  })
  const refusal = refusalOfMore(plan, register, copies.length)
  if (refusal)
    return { ids: [], refused: [...refused, ...copies.map(({ after }) => ({ row: after, refusal }))] }
  const rows: RowToLay[] = []
  for (const [parentId, beside] of grouped(copies, ({ after }) => parentOf(plan, register, after))) {
    const { keys, rekeyed } = keysAfterEach(plan.doc, register, parentId, beside)
    for (const piece of inPieces(rekeyed, () => 0))
      plan.doc.transact(() => setKeys(plan, register, parentId, piece), plan.laying)
    beside.forEach(({ id, after, cells }, n) => rows.push({ id, cells, place: { parentId, key: keys[n] ?? '' }, ...richTextOf(plan, register, after) }))
  }
  return { ids: layRows(plan, register, rows), refused }
}

/**
 * Moves rows to one spot, together and in the plan's order, whichever order they are given in. Where the spot is beside one of
 * themselves, it is where that one stands. In pieces; rows that stand there already are not written (D21).
 */
export function moveRows(plan: Plan, register: RegisterName, ids: readonly RowId[], spot: Spot): readonly RefusedRow[] {
  const { known, refused } = inPlanOrder(plan, register, ids)
  if (!placeField(register))
    return [...refused, ...known.map(row => ({ row, refusal: 'no-such-field' } as const))]
  const parentId = spot.parentId ?? null
  const among = spotAmongOthers(plan.doc, register, spot, known)
  if (known.length === 0 || among.isThere)
    return refused
  const { keys, rekeyed } = keysAt(plan.doc, register, among.spot, known.length, new Set(known))
  const moved = known.map((id, n) => ({ id, key: keys[n] ?? '' }))
  for (const piece of inPieces([...moved, ...rekeyed], () => 0)) {
    plan.doc.transact((transaction) => {
      setKeys(plan, register, parentId, piece)
      noteRekeyed(transaction, rekeyed)
    }, plan.mine)
  }
  return refused
}

/** Trashes rows, in pieces. */
export function trashRows(plan: Plan, register: RegisterName, ids: readonly RowId[]): readonly RefusedRow[] {
  return eachRow(plan, ids, row => trashRow(plan, register, row))
}

/** Brings rows back from the trash to where they stood, in pieces. */
export function restoreRows(plan: Plan, register: RegisterName, ids: readonly RowId[]): readonly RefusedRow[] {
  return eachRow(plan, ids, row => restoreRow(plan, register, row))
}

function eachRow(plan: Plan, ids: readonly RowId[], act: (row: RowId) => Outcome): readonly RefusedRow[] {
  const refused: RefusedRow[] = []
  for (const piece of inPieces([...new Set(ids)], () => 0)) {
    plan.doc.transact(() => {
      for (const row of piece) {
        const outcome = act(row)
        if (!outcome.ok)
          refused.push({ row, refusal: outcome.refusal })
      }
    }, plan.mine)
  }
  return refused
}

function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group)
      group.push(item)
    else
      groups.set(keyOf(item), [item])
  }
  return groups
}

/** The living ones of these rows, each once, as the plan orders them. */
function inPlanOrder(plan: Plan, register: RegisterName, ids: readonly RowId[]): { known: readonly RowId[], refused: RefusedRow[] } {
  const asked = new Set(ids)
  const known = readOrder(plan.doc, register).alive.filter(id => asked.has(id))
  known.forEach(id => asked.delete(id))
  return { known, refused: [...asked].map(row => ({ row, refusal: 'row-is-gone' })) }
}

function parentOf({ doc }: Plan, register: RegisterName, id: RowId): RowId | null {
  const row = rowMap(doc, register, id)
  return row && placeOf(register, row).parentId
}

/** A row's rich text, to be laid with its copy. */
function richTextOf({ doc }: Plan, register: RegisterName, id: RowId): Pick<RowToLay, 'more'> {
  const row = rowMap(doc, register, id)
  const found = fieldsOf(register).flatMap(([name, { kind }]) => {
    const fragment = kind === 'richText' ? row?.get(name) : undefined
    return fragment instanceof Y.XmlFragment && fragment.length > 0 ? [{ name, fragment }] : []
  })
  return found.length === 0 ? {} : {
    more: {
      fill: copy => found.forEach(({ name, fragment }) => copy.set(name, fragment.clone())),
      chars: found.reduce((sum, { fragment }) => sum + JSON.stringify(fragment.toJSON()).length, 0),
    },
  }
}
