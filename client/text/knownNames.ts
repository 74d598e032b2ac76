import type { NumberedPlace, RegisterName } from '#shared/plan/fields.ts'
import type { RowId } from '#shared/plan/values.ts'
import type { FocusArea } from '#shared/rules/focusAreas.ts'
import { rowName, shortName } from './naming.ts'

/** What people's words may name, at the moment they are read. */
export interface KnownNames {
  /**
   * The living row that goes by these words; null when none does. Where several do, it is the one that the column the words
   * stand in names already, and null when it names none of them, or more than one.
   */
  rowNamed(registers: readonly RegisterName[], words: string, column: NamedColumn): RowId | null
  readonly focusAreas: readonly FocusArea[]
  /** The number of what goes by these words; null when nothing does. */
  numberOf(of: NumberedPlace, words: string): string | null
  /** The id of the one person of this name; null when there is none, or several. */
  personNamed(words: string): string | null
}

export interface NamedColumn { readonly register: RegisterName, readonly field: string }
interface NamedArea { readonly number: number, readonly name: string, readonly nameNn?: string, readonly aliases?: readonly string[] }

/**
 * Names as the plan's living rows have them: short name or first words, the same as a cell shows them, name, and other names.
 * What a row is called first counts before what others are called besides. Each register is read once, when it is asked for.
 */
export function knownNames(
  rowsOf: (register: RegisterName) => Iterable<NamedRow>, areas: readonly NamedArea[], numberOf: KnownNames['numberOf'],
  personNamed: KnownNames['personNamed'],
): KnownNames {
  const living = (register: RegisterName) => [...rowsOf(register)].filter(row => row.deletedAt === null)
  const indexes = once((key: string) => {
    const rows = (key.split(',') as RegisterName[]).flatMap(living)
    return tiers.map(namesOf => toIndex(rows, namesOf))
  })
  const named = once((key: string) => {
    const [register, field] = key.split('/') as [RegisterName, string]
    return new Set(living(register).flatMap(row => idsIn((row as unknown as Readonly<Record<string, unknown>>)[field])))
  })
  return {
    rowNamed(registers, words, { register, field }) {
      const name = plainly(words)
      const found = name === '' ? undefined : indexes(registers.join()).map(index => index.get(name)).find(ids => ids !== undefined)
      if (!found || found.length < 2)
        return found?.[0] ?? null
      const [one, other] = found.filter(id => named(`${register}/${field}`).has(id))
      return other === undefined ? one ?? null : null
    },
    numberOf,
    personNamed,
    focusAreas: areas.map(({ number, name, nameNn = name, aliases = [] }) => ({ number, name, nameNn, aliases })),
  }
}

function once<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined)
      return known
    const value = make(key)
    made.set(key, value)
    return value
  }
}

interface NamedRow { readonly id: RowId, readonly deletedAt: number | null }
type Index = ReadonlyMap<string, readonly RowId[]>

const tiers: readonly ((row: NamedRow) => readonly unknown[])[] = [
  row => [rowName(row)],
  row => [shortName(row, 40)],
  row => [(row as { name?: unknown }).name],
  row => idsIn((row as { aliases?: unknown }).aliases),
]

/** The rows or words that a reference or a set names. */
function idsIn(value: unknown): readonly string[] {
  if (typeof value === 'string')
    return [value]
  return Array.isArray(value) ? value.map((member: { id: string }) => member.id) : []
}

function toIndex(rows: readonly NamedRow[], namesOf: (row: NamedRow) => readonly unknown[]): Index {
  const index = new Map<string, RowId[]>()
  for (const row of rows) {
    const keys = namesOf(row).map(name => typeof name === 'string' ? plainly(name) : '').filter(name => name !== '')
    for (const key of new Set(keys)) {
      const ids = index.get(key)
      if (ids)
        ids.push(row.id)
      else
        index.set(key, [row.id])
    }
  }
  return index
}

/** Words as they are compared: without case, with one kind of space and dash, and without what only divides them on paper. */
export function plainly(words: string): string {
  return words.normalize('NFC').toLowerCase().replace(/[\u00AD\u200B\u2060]/g, '').replace(/[\u2010-\u2015\u2212]/g, '-').replace(/\s+/g, ' ').trim()
}
