import { equalityDeep } from 'lib0/function'
import type { CellWrite } from '#shared/plan/bulk.ts'
import { refusalOfValue, toNewCells } from '#shared/plan/cellValues.ts'
import type { Field, RegisterName } from '#shared/plan/fields.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import type { NewCells } from '#shared/plan/rows.ts'
import type { RowId } from '#shared/plan/values.ts'
import type { KnownNames } from '../../../text/knownNames.ts'
import { readCellWords } from '../../../text/readWords.ts'
import type { Block, CopiedCell } from './block.ts'

/** Where a block is pasted. */
export interface PasteTarget {
  readonly register: RegisterName
  /** All rows of the table, and the fields of all its columns, as they are shown. */
  readonly rows: readonly RowId[]
  readonly columns: readonly string[]
  /** The selected block's two corners, by place in `rows` and `columns`; both are in it. */
  readonly from: Corner
  readonly to: Corner
}
interface Corner { readonly row: number, readonly column: number }

/** What a paste comes to, before any of it is written. */
export interface FittedBlock {
  /** For `writeCells`. */
  readonly writes: readonly CellWrite[]
  /** For `addRows`: rows past the last, each with the cells it begins with. */
  readonly newRows: readonly NewCells[]
  /** Cells whose words are no value there, or too long; they stay as they are. `row` is null in a new row. */
  readonly notTaken: readonly { readonly row: RowId | null, readonly field: string, readonly words: string, readonly why: 'not-understood' | 'too-long' }[]
  /** Columns of the block past the table's last. */
  readonly dropped: number
  /** Cells that nothing is pasted into: a row's place, and rich text. */
  readonly fixed: number
  /** How much of the table it covers, new rows too, from the top left corner of the selection. */
  readonly rows: number
  readonly columns: number
}

/**
 * Fits a block to a selection as spreadsheets do: one value fills the whole selection, and a block is repeated where the
 * selection is so many times as large both ways (a selection that is one cell wide or high counts as just as large). Else it
 * stands once, from the top left corner, and may run past the last row into new ones.
 */
export function fitBlock(block: Block, target: PasteTarget, names: KnownNames): FittedBlock {
  const top = Math.min(target.from.row, target.to.row)
  const left = Math.min(target.from.column, target.to.column)
  const [height, width] = [block.length, block[0]?.length ?? 0]
  const high = timesIn(Math.abs(target.to.row - target.from.row) + 1, height)
  const wide = timesIn(Math.abs(target.to.column - target.from.column) + 1, width)
  const isRepeated = high !== null && wide !== null
  const rows = height * (isRepeated ? high : 1)
  const across = width * (isRepeated ? wide : 1)
  const columns = target.columns.slice(left, left + across)

  const read = openReading(target.register, names)
  const writes: CellWrite[] = []
  const newRows: NewCells[] = []
  const notTaken: FittedBlock['notTaken'][number][] = []
  let fixed = 0
  for (let y = 0; y < rows; y++) {
    const row = target.rows[top + y] ?? null
    const added: Record<string, NewCells[string]> = {}
    for (const [x, field] of columns.entries()) {
      const copied = block[y % height]?.[x % width]
      const taken = copied && read(field, copied)
      if (!taken)
        fixed++
      else if ('why' in taken)
        notTaken.push({ row, field, words: copied.words, why: taken.why })
      else if (row === null)
        Object.assign(added, toNewCells(target.register, field, taken.value))
      else
        writes.push({ cell: { register: target.register, row, field }, value: taken.value })
    }
    if (row === null)
      newRows.push(added)
  }
  return { writes, newRows, notTaken, dropped: across - columns.length, fixed, rows, columns: columns.length }
}

/** How many times a side of the block goes into the selection's; null when it does not come out even. */
const timesIn = (selected: number, side: number) => selected === 1 ? 1 : selected % side === 0 ? selected / side : null

type Taken = { readonly value: unknown } | { readonly why: 'not-understood' | 'too-long' }

/** Reads copied cells for fields of one register. Null: nothing is pasted there. The same words are read once for a field. */
function openReading(register: RegisterName, names: KnownNames): (field: string, copied: CopiedCell) => Taken | null {
  const readBefore = new Map<string, Taken>()
  function fromWords(field: string, words: string): Taken {
    const read = readCellWords({ register, field }, words, names)
    if (!read.ok)
      return { why: 'not-understood' }
    const refusal = refusalOfValue(register, field, read.value)
    return refusal === null ? { value: read.value } : { why: refusal === 'too-long' ? 'too-long' : 'not-understood' }
  }
  return (field, copied) => {
    const declared = fieldOf(register, field)
    if (!declared || declared.kind === 'place' || declared.kind === 'richText')
      return null
    const from = copied.field && fieldOf(copied.field.register, copied.field.field)
    if (from && isAlike(from, declared) && refusalOfValue(register, field, copied.value) === null)
      return { value: copied.value }
    const key = `${field}/${copied.words}`
    const taken = readBefore.get(key) ?? fromWords(field, copied.words)
    readBefore.set(key, taken)
    return taken
  }
}

/** Whether a value of one field means the same in another: the same kind, and choices, or rows that both may name. */
function isAlike(from: Field, to: Field): boolean {
  if (from.kind === 'choice' && to.kind === 'choice')
    return equalityDeep(from.options, to.options)
  if (from.kind === 'reference' && to.kind === 'reference')
    return from.to.every(register => to.to.includes(register))
  if (from.kind === 'set' && to.kind === 'set') {
    const [its, own]: readonly unknown[] = [from.of, to.of]
    const isWithin = Array.isArray(its) && Array.isArray(own) ? its.every(register => own.includes(register)) : equalityDeep(its, own)
    return isWithin && (from.answer === undefined) === (to.answer === undefined)
  }
  return from.kind === to.kind
}
