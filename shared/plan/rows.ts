import * as Y from 'yjs'
import { limits } from '../protocol/limits.ts'
import type { Field, RegisterName } from './fields.ts'
import { fromPlace, isMember, isPlainValue, noPlace, toRoles, wellFormed } from './kinds.ts'
import { layRichText } from './layRichText.ts'
import { memberKey } from './plan.ts'
import { fieldOf, fieldsOf } from './registers.ts'
import type { Place, RichNode, When } from './values.ts'

/** What a cell of a new row is given as: text and plain values as they read, a set as member → `true`, a role or roles. */
export type NewCell = string | number | boolean | null | undefined | When | NewMembers | readonly RichNode[]
export interface NewMembers { readonly [member: string]: true | string | readonly string[] }
export interface NewCells { readonly [field: string]: NewCell }

/**
 * Fills a row's map: every nested type the register declares, then the given cells, in the order of declaration, so that
 * the same input gives the same bytes. Nested types are made here and nowhere else (D3).
 */
export function fillRow(row: Y.Map<unknown>, register: RegisterName, cells: NewCells, place: Place | null): void {
  for (const [name, field] of fieldsOf(register)) {
    const value = wellFormed(cells[name])
    if (field.kind === 'text')
      row.set(name, new Y.Text(typeof value === 'string' ? value : ''))
    else if (field.kind === 'richText')
      row.set(name, newRichText(Array.isArray(value) ? value : []))
    else if (field.kind === 'place')
      row.set(name, fromPlace(field, place ?? noPlace))
    else if (field.kind === 'set')
      Object.entries(value ?? {}).forEach(([member, roles]) => row.set(memberKey(name, member), roles))
    else if (value !== undefined && value !== null)
      row.set(name, value)
  }
}

function newRichText(nodes: readonly RichNode[]): Y.XmlFragment {
  const fragment = new Y.XmlFragment()
  layRichText(fragment, nodes)
  return fragment
}

/** Why these cells cannot make a row, or null when they can. */
export function refusalOfCells(register: RegisterName, cells: NewCells): 'no-such-field' | 'not-valid' | 'too-long' | null {
  for (const [name, value] of Object.entries(cells)) {
    const field = fieldOf(register, name)
    if (!field || field.kind === 'place')
      return 'no-such-field'
    if (value === null || value === undefined)
      continue
    const refusal = refusalOfCell(field, value)
    if (refusal)
      return refusal
  }
  return countKeys(register, cells) > limits.maxKeysInRow ? 'too-long' : null
}

/** How many keys a row of these cells has at the most. */
function countKeys(register: RegisterName, cells: NewCells): number {
  const members = Object.values(cells).map(value => typeof value === 'object' && value !== null ? Object.keys(value).length : 0)
  return members.reduce((sum, count) => sum + count, fieldsOf(register).length + 1)
}

function refusalOfCell(field: Field, value: NonNullable<NewCell>): 'not-valid' | 'too-long' | null {
  if (field.kind === 'text')
    return typeof value !== 'string' ? 'not-valid' : value.length > field.maxChars ? 'too-long' : null
  if (field.kind === 'set') {
    const members = typeof value === 'object' ? Object.entries(value) : null
    return members?.every(([member, roles]) => isMember(field, member) && toRoles(field, roles) !== null) ? null : 'not-valid'
  }
  return isPlainValue(field, value) ? null : field.kind === 'line' && typeof value === 'string' ? 'too-long' : 'not-valid'
}
