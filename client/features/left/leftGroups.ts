import type { RegisterName } from '#shared/plan/fields.ts'
import { isRegisterName, registerNames } from '#shared/plan/registers.ts'
import type { RowId } from '#shared/plan/values.ts'
import type { LeftChange } from '../../plan/left.ts'
import { registerStore } from '../../plan/stores.ts'
import { cellInWords, rowInFields, type FieldInWords, type Names } from '../../text/cellWords.ts'
import type { Text } from '../../text/index.ts'
import { rowName, shortened } from '../../text/naming.ts'

/** What is left of one row. */
export interface LeftGroup {
  readonly register: RegisterName
  readonly row: RowId
  /** Its first words, where it is called by a whole text. */
  readonly name: string
  /** Its place in the plan, from 1; 0 when it is not there. */
  readonly number: number
  /** `new`: it was added, and has never been in the plan. */
  readonly state: 'alive' | 'trashed' | 'gone' | 'new'
  readonly changes: readonly LeftChange[]
}

/** By register and row as the plan orders them; what it does not have comes last, oldest first. */
export function groupLeft(changes: readonly LeftChange[]): readonly LeftGroup[] {
  const groups = new Map<string, LeftChange[]>()
  for (const change of changes) {
    const key = `${change.register}/${change.row}`
    groups.set(key, [...groups.get(key) ?? [], change])
  }
  return [...groups.values()].flatMap((together) => {
    const [first] = together
    return first ? [groupOf(first, together)] : []
  }).sort((a, b) => rankOf(a.register) - rankOf(b.register) || (a.number || Infinity) - (b.number || Infinity) || since(a) - since(b))
}

function groupOf({ register, row }: LeftChange, changes: readonly LeftChange[]): LeftGroup {
  const store = isRegisterName(register) ? registerStore(register) : null
  const found = store?.byId.get(row)
  const named = changes.map(change => change.rowName).findLast(name => name !== '') ?? ''
  return {
    register,
    row,
    name: shortened((found && rowName(found)) || named, longestName),
    number: (store?.order.indexOf(row) ?? -1) + 1,
    state: found ? (found.deletedAt === null ? 'alive' : 'trashed') : changes.some(({ field }) => field === '') ? 'new' : 'gone',
    changes: changes.toSorted((a, b) => a.since - b.since),
  }
}
const rankOf = (register: RegisterName) => registerNames.indexOf(register)
const since = ({ changes: [first] }: LeftGroup) => first?.since ?? 0

/** What I wrote: a cell's words, or a whole row's fields. */
export function mineInWords(change: LeftChange, text: Text, names: Names): { words: string } | { fields: readonly FieldInWords[] } {
  const { register, row, field, value } = change
  return field === '' ? { fields: rowInFields(register, row, value, text, names) } : { words: cellInWords(change, value, text, names) }
}

/** What stands in the plan now, or how it begins; null when it reads the same as mine, or when the plan has no such cell. */
export function nowInWords(change: LeftChange, mine: string, text: Text, names: Names): string | null {
  const row = isRegisterName(change.register) ? registerStore(change.register).byId.get(change.row) : undefined
  if (!row || change.field === '')
    return null
  const value = (row as Readonly<Record<string, unknown>>)[change.field]
  const words = row.invalid.includes(change.field) ? text.cell.invalid : cellInWords(change, value, text, names)
  return words === mine ? null : shortened(words, longestNow) || text.left.nothing
}

const longestName = 90
/** The whole of it is in the plan. */
const longestNow = 400
