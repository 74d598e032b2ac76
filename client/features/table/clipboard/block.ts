import type { RegisterName } from '#shared/plan/fields.ts'
import { cellValueOf } from '#shared/plan/cellValues.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import type { Cell, Place, RowId } from '#shared/plan/values.ts'
import { cellInWords, type Names } from '../../../text/cellWords.ts'
import type { Text } from '../../../text/index.ts'

/** A cell on its way: its words, and where it was copied here, its whole value and the field it stood in. */
export interface CopiedCell {
  readonly words: string
  readonly value?: unknown
  readonly field?: { readonly register: RegisterName, readonly field: string }
}
/** Rows of equally many cells; never empty. */
export type Block = readonly (readonly CopiedCell[])[]

/** What the clipboard may hold at most, for us to read it. */
export const most = { chars: 8_000_000, cells: 200_000, wordChars: 20_000 } as const

/** Cells of the plan as they are copied. `names` should be uncut (`fullNamesOf`); a row that is gone is copied as nothing. */
export function copyCells(cells: readonly (readonly Cell[])[], { rowOf, text, names }: {
  rowOf: (register: RegisterName, id: RowId) => object | undefined
  text: Text
  names: Names
}): Block {
  return cells.map(row => row.map((cell) => {
    const { register, row: id, field } = cell
    const value = cellValueOf(register, rowOf(register, id) ?? {}, field)
    return { words: wordsOf(cell, value, text, names), value, field: { register, field } }
  }))
}

/** Under what a row stands is worth copying; after which other row it does is not. */
function wordsOf(cell: Cell, value: unknown, text: Text, names: Names): string {
  const declared = fieldOf(cell.register, cell.field)
  if (declared?.kind !== 'place')
    return cellInWords(cell, value, text, names)
  const parentId = (value as Place | undefined)?.parentId ?? null
  return (declared.parent && parentId !== null && names.rowName([declared.parent.of], parentId)) || ''
}

/** Rows of words as a block, the short ones filled up; null when there is nothing, or too much. */
export function toBlock(rows: readonly (readonly string[])[]): Block | null {
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0)
  if (width === 0 || width * rows.length > most.cells)
    return null
  return rows.map(row => Array.from({ length: width }, (_, n) => ({ words: unguarded(row[n] ?? '') })))
}

/**
 * Words as they go out to a spreadsheet. What one would run as a formula gets an apostrophe first: one person's words must
 * not become another's program. Signed numbers and a lone dash are no formulas.
 */
export const guarded = (words: string) => /^[=+\-@\t\r]/.test(words) && !/^[+-]?[\d\s.,]*$/.test(words) ? `'${words}` : words
/** The same words when they come back. */
const unguarded = (words: string) => /^'[=+\-@\t\r]/.test(words) ? words.slice(1) : words
