import type * as Y from 'yjs'
import type { RegisterName } from '#shared/plan/fields.ts'
import { splitKey } from '#shared/plan/plan.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import { fieldsOf, isRegisterName } from '#shared/plan/registers.ts'
import type { Cell, Instant } from '#shared/plan/values.ts'

/** A change of ours that the server does not have, as people read it: where it stands, and the text there now. */
export interface UnsentChange extends Cell {
  readonly text: string
  /** The cell as plain JSON (`readCellPlain`). */
  readonly value: unknown
  /** When this cell was first changed without being sent. */
  readonly since: Instant
}

/** The cells that a transaction changed. A row that was added is one cell with the field `''`. */
export function cellsOf(transaction: Y.Transaction): readonly Cell[] {
  const cells = new Map<string, Cell>()
  const add = (register: RegisterName | null, row: string | null, field: string) => {
    if (register !== null && row !== null)
      cells.set(cellKey({ register, row, field }), { register, row, field })
  }
  for (const [type, keys] of transaction.changed) {
    const { root, row, field } = spotOf(type)
    const register = nameOf(transaction.doc, root)
    if (row === null)
      keys.forEach(key => add(register, key, ''))
    else if (field === null)
      keys.forEach(key => add(register, row, key === null ? '' : splitKey(key).field))
    else
      add(register, row, splitKey(field).field)
  }
  return [...cells.values()]
}

/**
 * The key that tells one cell from another. That a row comes to life belongs to its being added, so that a new row is one
 * change.
 */
export function cellKey({ register, row, field }: Cell): string {
  return JSON.stringify([register, row, field === 'deletedAt' ? '' : field])
}

/** Cells as readable lines, in the order they were first changed; a row that was added gives each cell that has words. */
export function changesOf(doc: Y.Doc, cells: readonly { readonly cell: Cell, readonly at: Instant }[]): readonly UnsentChange[] {
  const changes = new Map<string, UnsentChange>()
  const add = (cell: Cell, since: Instant, text: string) => {
    const key = JSON.stringify([cell.register, cell.row, cell.field])
    changes.set(key, { ...cell, text, value: readCellPlain(doc, cell), since: Math.min(since, changes.get(key)?.since ?? since) })
  }
  for (const { cell, at } of cells) {
    if (cell.field !== '') {
      add(cell, at, textOfCell(doc, cell))
      continue
    }
    for (const [field, { kind }] of fieldsOf(cell.register)) {
      const text = textOfCell(doc, { ...cell, field })
      if (kind !== 'place' && text !== '')
        add({ ...cell, field }, at, text)
    }
  }
  return [...changes.values()]
}

/** The same of a change that is kept as values. */
export function changesIn(change: Cell & { readonly mine: unknown, readonly since: Instant }): readonly UnsentChange[] {
  const { register, row, field, mine, since } = change
  const cells = field === '' && typeof mine === 'object' && mine !== null ? Object.entries(mine) : [[field, mine] as const]
  return cells
    .filter(([name, value]) => field !== '' || (name !== 'place' && cellInWords(name, value) !== ''))
    .map(([name, value]) => ({ register, row, field: name, text: cellInWords(name, value), value, since }))
}

const textOfCell = (doc: Y.Doc, cell: Cell) => cellInWords(cell.field, readCellPlain(doc, cell))

function cellInWords(field: string, value: unknown): string {
  if (field === 'deletedAt')
    return typeof value === 'number' ? new Date(value).toISOString() : ''
  return toWords(value)
}

/** A plain value as words: a recurrence by what people wrote, a set by its members and their roles. Total. */
function toWords(value: unknown, depth = 20): string {
  if (value === null || value === undefined || depth === 0)
    return ''
  if (Array.isArray(value))
    return value.map(part => toWords(part, depth - 1)).filter(Boolean).join(' ')
  if (typeof value !== 'object')
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
  if ('raw' in value && typeof value.raw === 'string')
    return value.raw
  if ('text' in value && typeof value.text === 'string')
    return value.text
  if ('content' in value)
    return toWords(value.content, depth - 1)
  return Object.entries(value)
    .map(([member, roles]) => roles === true ? member : `${member} (${toWords(roles, depth - 1)})`)
    .join(', ')
}

/** The cell a live text belongs to; null when it is in no row. */
export function cellOf(text: Y.Text): Cell | null {
  const { root, row, field } = spotOf(text)
  const register = text.doc && nameOf(text.doc, root)
  return register && row !== null && field !== null ? { register, row, field } : null
}

/** Where a type stands: its root, the row's id, and the key in the row that leads to it. */
function spotOf(type: unknown) {
  const keys: (string | null)[] = []
  let at = type as Y.AbstractType<unknown>
  while (at._item) {
    keys.unshift(at._item.parentSub)
    at = at._item.parent as Y.AbstractType<unknown>
  }
  return { root: at, row: keys[0] ?? null, field: keys.length > 1 ? keys[1] ?? null : null }
}

function nameOf(doc: Y.Doc, root: Y.AbstractType<unknown>): RegisterName | null {
  for (const [name, type] of doc.share) {
    if (type as unknown === root && isRegisterName(name))
      return name
  }
  return null
}
