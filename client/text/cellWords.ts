import { isAnswered, type Answered } from '#shared/plan/cellValues.ts'
import type { Field, NumberedPlace, RegisterName, SetField } from '#shared/plan/fields.ts'
import { fieldOf, fieldsOf, isRegisterName } from '#shared/plan/registers.ts'
import type { Cell, RowId, SetMember } from '#shared/plan/values.ts'
import { toNorwegianDate } from './dates.ts'
import { clock, type Text } from './index.ts'

/** What a cell's value refers to, by name. A name that is not known is null. */
export interface Names {
  rowName(registers: readonly RegisterName[], id: RowId): string | null
  /** Members as the plan orders them. */
  inOrder(registers: readonly RegisterName[], members: readonly SetMember[]): readonly SetMember[]
  focusArea(number: string): string | null
  /** What somebody is called, or that nobody is called so any more. */
  person(id: string): string
  /** What a number is the number of. */
  place(of: NumberedPlace, number: string): string | null
  /** The row that one with this key would come after; null when it would come first. */
  before(cell: Cell, parentId: RowId | null, key: string): string | null
}

export interface FieldInWords { readonly field: string, readonly label: string, readonly words: string }

/**
 * A cell's value as it reads: a choice and a date in words, a set by its members' names and roles, a recurrence by the words
 * people wrote. `value` is the cell as plain JSON (`readCellPlain`), as a row holds it, or whole (`cellValueOf`). Empty reads as
 * `''`. Total.
 */
export function cellInWords(cell: Cell, value: unknown, text: Text, names: Names): string {
  if (cell.field === 'deletedAt')
    return typeof value === 'number' ? text.left.inTrash(clock(value, text)) : text.left.notInTrash
  const declared = isRegisterName(cell.register) ? fieldOf(cell.register, cell.field) : undefined
  if (isEmpty(value) || (declared === undefined && typeof value === 'object'))
    return ''
  return (declared ? valueInWords(cell, declared, value, text, names) : String(value)) ?? text.cell.invalid
}

/** A whole row as the fields that have something to read. */
export function rowInFields(register: RegisterName, row: RowId, cells: unknown, text: Text, names: Names): readonly FieldInWords[] {
  if (typeof cells !== 'object' || cells === null || !isRegisterName(register))
    return []
  const values = cells as Readonly<Record<string, unknown>>
  return fieldsOf(register).flatMap(([field, declared]) => {
    const isQuiet = declared.kind === 'place' && !declared.parent
    const words = isQuiet ? '' : cellInWords({ register, row, field }, values[field], text, names)
    return words === '' ? [] : [{ field, label: fieldLabel({ register, field }, text), words }]
  })
}

/** What a field is called; a row's coming and going has a name too. */
export function fieldLabel({ register, field }: { register: RegisterName, field: string }, text: Text): string {
  const words: Readonly<Record<string, string>> = isRegisterName(register) ? text.words.fields[register] : {}
  return field === '' ? text.left.wholeRow : field === 'deletedAt' ? text.left.deletedAt : wordFor(words, field)
}

/** A value of one kind in words, null when it is no value of that kind. */
function valueInWords(cell: Cell, declared: Field, value: unknown, text: Text, names: Names): string | null {
  switch (declared.kind) {
    case 'reference': return typeof value === 'string' ? names.rowName(declared.to, value) ?? text.cell.gone : null
    case 'set': return isAnswered(value) ? answeredInWords(cell, declared, value, text, names) : setInWords(cell, declared, value, text, names)
    case 'place': return placeInWords(cell, declared.parent, value, text, names)
    case 'richText': return Array.isArray(value) ? richInWords(value) : null
    case 'line': return typeof value === 'string' ? (declared.numberOf && names.place(declared.numberOf, value)) ?? value : null
    default: return plainInWords(cell, declared, value, text)
  }
}

/** A value that names no other row, in words; null when it is no value of its kind. */
export function plainInWords({ register, field }: Pick<Cell, 'register' | 'field'>, declared: Field, value: unknown, text: Text): string | null {
  switch (declared.kind) {
    case 'number': return typeof value === 'number' ? String(value) : null
    case 'flag': return value === true ? text.cell.yes : value === false ? text.cell.no : null
    case 'when': return hasField(value, 'raw') && typeof value.raw === 'string' ? value.raw : null
    case 'date': return typeof value === 'string' ? toNorwegianDate(value) : null
    case 'choice': {
      const known: Readonly<Record<string, Readonly<Record<string, string>>>> = text.words.choices[register]
      return typeof value === 'string' ? wordFor(known[field] ?? {}, value) : null
    }
    default: return typeof value === 'string' ? value : null
  }
}

/** A set with an answer of its own: the answer, where it stands instead of the members. */
function answeredInWords(cell: Cell, declared: SetField, { members, answer }: Answered, text: Text, names: Names): string | null {
  const choice = declared.answer ? fieldOf(cell.register, declared.answer) : undefined
  if (!declared.answer || choice?.kind !== 'choice' || answer === null || answer === choice.options[0])
    return setInWords(cell, declared, members, text, names)
  return plainInWords({ register: cell.register, field: declared.answer }, choice, answer, text)
}

function setInWords({ field }: Cell, { of, numberOf }: SetField, value: unknown, text: Text, names: Names): string | null {
  const members = membersOf(value)
  if (members === null)
    return null
  const nameOf = (id: string): string => {
    if (Array.isArray(of))
      return names.rowName(of, id) ?? text.cell.gone
    if (of === 'people')
      return names.person(id)
    const area = field === 'focusAreas' ? names.focusArea(id) : null
    return area === null ? wordFor(text.words.members, id) : `${id} ${area}`
  }
  if (numberOf)
    return placesInWords(numberOf, members.map(({ id }) => id), names).join(', ')
  return (Array.isArray(of) ? names.inOrder(of, members) : members).map(({ id, roles }) => {
    const said = roles.map(role => wordFor(text.words.roles, role)).join(', ')
    return said === '' ? nameOf(id) : `${nameOf(id)} (${said})`
  }).join(', ')
}

/** Numbers by what they are the numbers of, in the order of the alphabet; those that nobody has named last, as they are. */
export function placesInWords(of: NumberedPlace, numbers: readonly string[], names: Pick<Names, 'place'>): readonly string[] {
  const named = numbers.flatMap(number => names.place(of, number) ?? []).sort((a, b) => a.localeCompare(b, 'nb'))
  return [...named, ...numbers.filter(number => names.place(of, number) === null)]
}

/** A set as it is stored, member → roles, or as a row holds it. */
function membersOf(value: unknown): readonly SetMember[] | null {
  if (typeof value !== 'object' || value === null)
    return null
  const members: readonly (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map(member => hasField(member, 'id') ? [member.id, hasField(member, 'roles') ? member.roles : []] as const : [null, null] as const)
    : Object.entries(value)
  return members.flatMap(([id, roles]) => typeof id === 'string' ? [{ id, roles: wordsIn(roles) }] : [])
}
const wordsIn = (roles: unknown) => (Array.isArray(roles) ? roles : [roles]).filter((role): role is string => typeof role === 'string')

function placeInWords(cell: Cell, parent: { key: string, of: RegisterName } | undefined, value: unknown, text: Text, names: Names): string | null {
  if (!hasField(value, 'key') || typeof value.key !== 'string')
    return null
  const under: unknown = parent && (hasField(value, parent.key) ? value[parent.key] : hasField(value, 'parentId') ? value.parentId : null)
  const parentId = typeof under === 'string' ? under : null
  const before = names.before(cell, parentId, value.key)
  const parentName = parent && (parentId === null ? text.activities.noGoal : names.rowName([parent.of], parentId) ?? text.cell.gone)
  return [parentName, before === null ? text.row.first : text.row.after(before)].filter(Boolean).join(' – ')
}

function richInWords(nodes: readonly unknown[], depth = 20): string {
  return nodes.map((node) => {
    if (hasField(node, 'text'))
      return String(node.text)
    return hasField(node, 'content') && Array.isArray(node.content) && depth > 0 ? `${richInWords(node.content, depth - 1)}\n` : ''
  }).join('').trim()
}

/** A word that people may have chosen themselves stands as it is, `toString` too. */
export const wordFor = (words: Readonly<Record<string, string>>, id: string) => Object.hasOwn(words, id) ? words[id] ?? id : id

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
}
const hasField = <F extends string>(value: unknown, field: F): value is Record<F, unknown> =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, field)
