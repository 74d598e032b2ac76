import * as Y from 'yjs'
import type { Field, RegisterName } from './fields.ts'
import { byCodeUnit, emptyValue, isMember, isPlainValue, sortMembers, toPlace, toRichNodes, toRoles, toText } from './kinds.ts'
import { readOrder } from './order.ts'
import { memberKey, readDeletedAt, rowMap, splitKey } from './plan.ts'
import { fieldOf, fieldsOf, headId, registerNames } from './registers.ts'
import type { Cell, PlanValue, Row, RowId, SetMember } from './values.ts'

/**
 * One row as a frozen value, alive or trashed; null when there is none. Total: a cell that holds something else than its
 * kind allows reads as empty and is named in `invalid` (D2).
 */
export function readRow<R extends RegisterName>(doc: Y.Doc, register: R, id: RowId): Row<R> | null {
  const map = rowMap(doc, register, id)
  if (!map)
    return null
  const invalid = new Set<string>()
  const cells: Record<string, unknown> = { id, deletedAt: readDeletedAt(map) }
  const sets = membersByField(register, map, invalid)
  for (const [name, field] of fieldsOf(register)) {
    const value = field.kind === 'set' ? sortMembers(sets.get(name) ?? []) : readValue(field, map.get(name))
    if (value === undefined)
      invalid.add(name)
    cells[name] = value ?? emptyValue(field)
  }
  cells.invalid = Object.freeze([...invalid])
  return Object.freeze(cells) as Row<R>
}

/** The rows of a register that are alive, in order. */
export function readRegister<R extends RegisterName>(doc: Y.Doc, register: R): readonly Row<R>[] {
  return rowsOf(doc, register, readOrder(doc, register).alive)
}

/** The whole plan as a value of this moment: every register's rows, alive ones in order, then trashed ones. */
export function readPlan(doc: Y.Doc): PlanValue {
  const entries = registerNames.map((register) => {
    const { alive, trashed } = readOrder(doc, register)
    return [register, Object.freeze(rowsOf(doc, register, [...alive, ...trashed]))]
  })
  return Object.freeze(Object.fromEntries(entries)) as PlanValue
}

/** The plan's head; null before a document has content. */
export const readHead = (doc: Y.Doc) => readRow(doc, 'plan', headId)

/**
 * One cell as plain JSON, for the change log: text as its words, a set as member → roles (or one member's roles),
 * a plain cell as it is stored. Null when it is empty; `{ invalid: true }` for what JSON cannot hold.
 */
export function readCellPlain(doc: Y.Doc, { register, row, field, member = null }: Cell & { member?: string | null }): unknown {
  const map = rowMap(doc, register, row)
  if (!map)
    return null
  const declared = fieldOf(register, field)
  if (member !== null)
    return toJson(map.get(memberKey(field, member)))
  if (declared?.kind !== 'set')
    return toJson(map.get(field))
  const members = [...map.entries()].filter(([key]) => key.startsWith(`${field}/`)).sort(([a], [b]) => byCodeUnit(a, b))
  return Object.fromEntries(members.map(([key, value]) => [key.slice(field.length + 1), toJson(value)]))
}

function rowsOf<R extends RegisterName>(doc: Y.Doc, register: R, ids: readonly RowId[]): readonly Row<R>[] {
  return ids.map(id => readRow(doc, register, id)).filter(row => row !== null)
}

/** A cell's value, null when it is empty, undefined when it is ill-formed. */
function readValue(field: Field, stored: unknown): unknown {
  if (field.kind === 'text')
    return toText(stored)?.toString()
  if (field.kind === 'richText')
    return stored instanceof Y.XmlFragment ? toRichNodes(stored) : undefined
  if (stored === undefined || stored === null)
    return null
  if (field.kind === 'place')
    return toPlace(field, stored) ?? undefined
  return isPlainValue(field, stored) ? deepFreeze(stored) : undefined
}

function membersByField(register: RegisterName, map: Y.Map<unknown>, invalid: Set<string>): Map<string, SetMember[]> {
  const sets = new Map<string, SetMember[]>()
  map.forEach((value, key) => {
    const { field: name, member } = splitKey(key)
    const field = fieldOf(register, name)
    if (member === null || field?.kind !== 'set')
      return
    const roles = toRoles(field, value)
    if (roles === null || !isMember(field, member)) {
      invalid.add(name)
      return
    }
    const members = sets.get(name) ?? []
    members.push(Object.freeze({ id: member, roles }))
    sets.set(name, members)
  })
  return sets
}

/** What is stored in a cell as plain JSON; `{ invalid: true }` for what JSON cannot hold. */
export function toJson(stored: unknown): unknown {
  if (stored === undefined || stored === null)
    return null
  if (stored instanceof Y.Text)
    return stored.toString()
  const plain = stored instanceof Y.XmlFragment ? toRichNodes(stored) : stored
  return isJson(plain, stored === plain ? maxJsonDepth : maxRichDepth) ? plain : { invalid: true }
}
/** No plain cell lies deeper than this, and rich text is cut at twenty nodes of two levels each. */
const maxJsonDepth = 8
const maxRichDepth = 50

/** Whether a stored value is what JSON can hold, and no deeper than `depth`: documents may also hold bytes, BigInts and types. */
function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean')
    return true
  if (typeof value === 'number')
    return Number.isFinite(value)
  if (typeof value !== 'object' || depth === 0)
    return false
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null
  // A key that is present but undefined counts as absent: a recurrence may have some.
  return isPlain && Object.values(value).every(part => (part === undefined && !Array.isArray(value)) || isJson(part, depth - 1))
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}
