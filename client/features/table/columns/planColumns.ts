import { fieldOf, fieldsOf, ownFields } from '#shared/plan/registers.ts'
import type { Row, RowId } from '#shared/plan/values.ts'
import type { ColumnRegister } from '../../../plan/ownNames.ts'
import { mainField, wovenFields } from '../columns.ts'

type ColumnRow = Row<'columns'>

/** One column of the plan: the rows that stand for its field, the first of which gives it its place. */
export interface PlannedColumn {
  readonly field: string
  readonly rows: readonly [ColumnRow, ...ColumnRow[]]
  readonly isOwn: boolean
  /** Two put it there at once, and mean it differently: only people can tell which it is. */
  readonly isTorn: boolean
  /** The words a row is known by are never taken out. */
  readonly isMain: boolean
}

/** The columns that a plan's rows ask for in one register, in their order. `alive` are the plan's, of all registers. */
export function plannedColumns(register: ColumnRegister, alive: readonly ColumnRow[]): readonly PlannedColumn[] {
  const byField = new Map<string, [ColumnRow, ...ColumnRow[]]>()
  for (const row of alive.filter(row => row.register === register)) {
    const known = byField.get(row.field)
    if (known)
      known.push(row)
    else
      byField.set(row.field, [row])
  }
  return [...byField].map(([field, rows]) => {
    const isOwn = ownFields.includes(field)
    const titles = new Set(rows.map(row => row.title.trim()).filter(Boolean))
    return { field, rows, isOwn, isTorn: rows.length > 1 && (isOwn || titles.size > 1), isMain: field === mainField[register] }
  })
}

/** Columns of the region's own that have been taken out, latest first: the rows they come back by. */
export function takenOut(register: ColumnRegister, alive: readonly ColumnRow[], trashed: readonly ColumnRow[]): readonly ColumnRow[] {
  const used = new Set(alive.filter(row => row.register === register).map(row => row.field))
  return trashed.filter(({ register: of, field }) => {
    if (of !== register || !ownFields.includes(field) || used.has(field))
      return false
    used.add(field)
    return true
  })
}

/** Fields that stand in a cell of another, or are the plan's order itself. */
const noColumn: Readonly<Record<ColumnRegister, readonly string[]>> = {
  activities: ['focusAreasAnswer'], networks: ['focusAreasAnswer', 'place'], collaborations: ['focusAreasAnswer', 'place'],
}

/** What the register has fields for and the plan has no column for; first what the table has in any case. */
export function addableFields(register: ColumnRegister, planned: readonly PlannedColumn[]): readonly string[] {
  const asked = planned.map(({ field }) => field)
  const free = fieldsOf(register).map(([field]) => field)
    .filter(field => !asked.includes(field) && !ownFields.includes(field) && !noColumn[register].includes(field))
  const woven = wovenFields(register, asked)
  return [...free.filter(field => woven.includes(field)), ...free.filter(field => !woven.includes(field))]
}

/** How many rows have words in a field, those in the trash too. */
export function countFilled(rows: Iterable<object>, field: string): number {
  return [...rows].filter((row) => {
    const words = (row as Readonly<Record<string, unknown>>)[field]
    return typeof words === 'string' && words.trim() !== ''
  }).length
}

/**
 * An own field that no column of the plan has; null when there is none. One that is empty in every row before one that keeps the
 * words of a column that was taken out; among equals by chance, so that two who add a column at once seldom get the same.
 */
export function freeOwnField(
  planned: readonly PlannedColumn[], filledIn: (field: string) => number, random: () => number = Math.random,
): string | null {
  const free = ownFields.filter(field => !planned.some(column => column.field === field))
  const empty = free.filter(field => filledIn(field) === 0)
  const among = empty.length > 0 ? empty : free
  return among[Math.floor(random() * among.length)] ?? null
}

/** The row of a field that was taken out last, with the name it had; null when it has never been out. */
export function lastOf(register: ColumnRegister, field: string, trashed: readonly ColumnRow[]): RowId | null {
  return trashed.find(row => row.register === register && row.field === field)?.id ?? null
}

/** Whether the register knows the field at all: plans from elsewhere may name others. */
export const isKnown = (register: ColumnRegister, field: string) => fieldOf(register, field) !== undefined
