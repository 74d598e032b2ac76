import type * as Y from 'yjs'
import type { RegisterName } from '#shared/plan/fields.ts'
import { splitKey } from '#shared/plan/plan.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import { fieldsOf, isRegisterName } from '#shared/plan/registers.ts'
import type { Cell, Instant } from '#shared/plan/values.ts'

/** A change of ours that the server does not have: where it stands, and what is there now. */
export interface UnsentChange extends Cell {
  /** The cell as plain JSON (`readCellPlain`). */
  readonly value: unknown
  /** When this cell was first changed without being sent. */
  readonly since: Instant
}

/** The cells that a transaction changed. A row that was added is one cell with the field `''`. */
export function cellsOf(transaction: Y.Transaction): readonly Cell[] {
  const cells = new Map<string, Cell>()
  for (const [type, keys] of transaction.changed) {
    for (const key of keys) {
      const cell = cellAt(transaction.doc, type, key)
      if (cell)
        cells.set(cellKey(cell), cell)
    }
  }
  return [...cells.values()]
}

/** The cell that a change of `key` in a type belongs to (null: of what the type holds in order). A row as a whole has the field `''`. */
export function cellAt(doc: Y.Doc, type: unknown, key: string | null): Cell | null {
  const { root, row, field } = spotOf(type)
  const register = nameOf(doc, root)
  const id = row ?? key
  if (register === null || id === null)
    return null
  const name = row === null ? '' : field ?? key ?? ''
  return { register, row: id, field: splitKey(name).field }
}

/**
 * The key that tells one cell from another. That a row comes to life belongs to its being added, so that a new row is one
 * change.
 */
export function cellKey({ register, row, field }: Cell): string {
  return JSON.stringify([register, row, field === 'deletedAt' ? '' : field])
}

/** Cells as changes, in the order they were first changed; a row that was added gives each cell that holds something. */
export function changesOf(doc: Y.Doc, cells: readonly { readonly cell: Cell, readonly at: Instant }[]): readonly UnsentChange[] {
  const changes = new Map<string, UnsentChange>()
  const add = (cell: Cell, since: Instant, value: unknown) => {
    const key = JSON.stringify([cell.register, cell.row, cell.field])
    changes.set(key, { ...cell, value, since: Math.min(since, changes.get(key)?.since ?? since) })
  }
  for (const { cell, at } of cells) {
    if (cell.field !== '') {
      add(cell, at, readCellPlain(doc, cell))
      continue
    }
    for (const [field, { kind }] of fieldsOf(cell.register)) {
      const value = readCellPlain(doc, { ...cell, field })
      if (kind !== 'place' && !isEmpty(value))
        add({ ...cell, field }, at, value)
    }
  }
  return [...changes.values()]
}

/** The same of a change that is kept as values. */
export function changesIn(change: Cell & { readonly mine: unknown, readonly since: Instant }): readonly UnsentChange[] {
  const { register, row, field, mine, since } = change
  const cells = field === '' && typeof mine === 'object' && mine !== null ? Object.entries(mine) : [[field, mine] as const]
  return cells
    .filter(([name, value]) => field !== '' || (name !== 'place' && !isEmpty(value)))
    .map(([name, value]) => ({ register, row, field: name, value, since }))
}

/** A cell's plain value with nothing in it: no words, no member, no node. */
function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
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
