import type { Doc } from 'yjs'
import { readCellPlain } from '#shared/plan/read.ts'
import { fieldsOf, ownFields } from '#shared/plan/registers.ts'
import type { Cell, Row } from '#shared/plan/values.ts'
import type { Text } from '../../../text/index.ts'
import { mainField, tableColumns, type Column, type RecordRegister, type TableRegister } from '../columns.ts'

export interface PanelFields {
  /** What the table shows, whether this person has hidden its column or not. */
  readonly first: readonly Column[]
  readonly more: readonly Column[]
}

/** The answer that goes with focus areas is chosen and shown with them. */
const shownWithOthers: readonly string[] = ['focusAreasAnswer']

/**
 * Every declared field of a register but the one that is its rows' title, in the order of declaration. Columns of a region's own are
 * there where the plan has them.
 */
export function panelFields(register: TableRegister, own: readonly Row<'columns'>[], text: Text): PanelFields {
  const columns = tableColumns(register, own, text).flatMap(column => column.beside ? [column, column.beside] : [column])
  const words: Readonly<Record<string, string>> = text.words.fields[register]
  const labels: Readonly<Record<string, string>> = text.panel.labels
  const fields = fieldsOf(register)
    .filter(([field]) => field !== mainField[register] && !shownWithOthers.includes(field) && (!ownFields.includes(field) || has(field)))
    .map(([field, declared]): Column => ({ field, declared, title: titleOf(field) }))
  function titleOf(field: string): string {
    const own = columns.find(column => column.field === field)?.title
    return labels[field] ?? (own !== undefined && (hasRoom(own) || ownFields.includes(field)) ? own : words[field] ?? field)
  }
  function has(field: string): boolean {
    return columns.some(column => column.field === field)
  }
  const isFirst = ({ field, declared }: Column) => has(field) || (declared.kind === 'place' && declared.parent !== undefined)
  return { first: fields.filter(isFirst), more: fields.filter(column => !isFirst(column)) }
}

/** A region may call a column by a sentence. Beside a value there is room for a short word or two. */
const hasRoom = (title: string) => title.length <= 20 && title.split(/\s+/).every(word => word.length <= 10)

/** Whether a row says anything in a field. */
export function isFilled(row: object, field: string): boolean {
  const value = (row as Readonly<Record<string, unknown>>)[field]
  return typeof value === 'string' ? value.trim() !== '' : Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== false
}

/** A value that lets itself not be read as its kind is still there, and is shown as it is stored; empty where it can be read. */
export function storedInWords(doc: Doc, cell: Cell, { invalid }: Pick<Row<RecordRegister>, 'invalid'>, text: Text): string {
  if (!invalid.includes(cell.field))
    return ''
  const raw = rawInWords(readCellPlain(doc, cell))
  return raw === null ? text.panel.storedUnreadable : text.panel.stored(raw)
}

const mostShown = 300
/** What is stored in a cell that is not valid, as a person may see it; null where there are no words for it. */
export function rawInWords(stored: unknown): string | null {
  if (stored === null || stored === undefined || (typeof stored === 'object' && 'invalid' in stored))
    return null
  const words = typeof stored === 'string' ? stored : JSON.stringify(stored)
  return words.length > mostShown ? `${words.slice(0, mostShown)} …` : words
}
