import type { Field, RegisterName, SetField } from './fields.ts'
import { isMember, toRoles, wellFormed } from './kinds.ts'
import { fieldOf, fieldsOf } from './registers.ts'
import { refusalOfCells, type NewCell, type NewCells } from './rows.ts'
import type { SetMember } from './values.ts'

/** What a set that is declared with an answer reads as, whole: its members, and how they are meant. */
export interface Answered { readonly members: readonly SetMember[], readonly answer: string | null }

/** A row as a value, whichever register it is of. */
export interface AnyRow { readonly [field: string]: unknown }

/**
 * A cell's whole value, as it is copied, filled and pasted: what the row holds, and for a set with an answer of its own both of
 * them. `writeCell` writes what this gives.
 */
export function cellValueOf(register: RegisterName, row: object, name: string): unknown {
  const cells = row as AnyRow
  const field = fieldOf(register, name)
  return field?.kind === 'set' && field.answer ? { members: cells[name], answer: cells[field.answer] } : cells[name]
}

/** The field whose cell this one is read with: of a set's own answer that set, else itself. */
export function wholeFieldOf(register: RegisterName, name: string): string {
  return fieldsOf(register).find(([, field]) => field.kind === 'set' && field.answer === name)?.[0] ?? name
}

/** Whether a cell's whole value says nothing at all. */
export function isEmptyValue(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false)
    return true
  if (Array.isArray(value))
    return value.length === 0
  return isAnswered(value) && value.answer === null && value.members.length === 0
}

/** A cell's whole value as the cells of a row it stands in: two for a set with an answer. Null when it is no value of that field. */
export function toNewCells(register: RegisterName, name: string, given: unknown): NewCells | null {
  const field = fieldOf(register, name)
  if (!field || field.kind === 'place' || field.kind === 'richText')
    return null
  if (field.kind !== 'set')
    return { [name]: isEmptyValue(given) ? null : wellFormed(given) as NewCell }
  const members = toMembers(field, isEmptyValue(given) ? [] : isAnswered(given) ? given.members : given)
  if (members === null || (isAnswered(given) && !field.answer))
    return null
  return { [name]: members, ...(field.answer && { [field.answer]: answerOf(register, field.answer, given, members) }) }
}

/** All of a row's cells that a new row can be made of: its words and values, without place, and without what is not valid. */
export function newCellsOf(register: RegisterName, row: object): NewCells {
  const cells = row as AnyRow
  return Object.assign({}, ...fieldsOf(register).map(([name, field]) =>
    toNewCells(register, name, field.kind === 'set' && field.answer ? cellValueOf(register, row, name) : cells[name]) ?? {})) as NewCells
}

/** Why a cell cannot have this whole value, or null when it can. Total: any value is answered. */
export function refusalOfValue(register: RegisterName, name: string, value: unknown): 'no-such-field' | 'not-valid' | 'too-long' | null {
  const field = fieldOf(register, name)
  if (!field || field.byServer || field.kind === 'place' || field.kind === 'richText')
    return 'no-such-field'
  const cells = toNewCells(register, name, value)
  return cells ? refusalOfCells(register, cells) : 'not-valid'
}

/** What stands in the answer's cell: as given, else that the members are meant, where there are any. */
function answerOf(register: RegisterName, answer: string, given: unknown, members: object): string | null {
  if (isAnswered(given))
    return given.answer
  const choice: Field | undefined = fieldOf(register, answer)
  return choice?.kind === 'choice' && Object.keys(members).length > 0 ? choice.options[0] ?? null : null
}

/** Members as a new row takes them; null when they are not members of this set. */
function toMembers(field: SetField, given: unknown): Record<string, true | string | readonly string[]> | null {
  if (!Array.isArray(given) || !given.every(isSetMember))
    return null
  const members = given.map(({ id, roles }) => [wellFormed(id), toStored(wellFormed(roles))] as const)
  return members.every(([id, roles]) => isMember(field, id) && toRoles(field, roles) !== null) ? Object.fromEntries(members) : null
}
const toStored = (roles: readonly string[]): true | string | readonly string[] => roles.length > 1 ? roles : roles[0] ?? true

export function isAnswered(value: unknown): value is Answered {
  return typeof value === 'object' && value !== null && 'members' in value && Array.isArray(value.members)
    && 'answer' in value && (value.answer === null || typeof value.answer === 'string')
}
function isSetMember(value: unknown): value is SetMember {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
    && 'roles' in value && Array.isArray(value.roles) && value.roles.every(role => typeof role === 'string')
}
