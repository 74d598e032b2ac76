import { generateKeyBetween } from 'fractional-indexing'
import * as Y from 'yjs'
import { isWhen } from '../rules/isWhen.ts'
import type { Field, PlaceField, SetField } from './fields.ts'
import type { Place, RichNode, SetMember } from './values.ts'

/** What an empty cell of each kind reads as. */
export function emptyValue(field: Field): unknown {
  switch (field.kind) {
    case 'text':
    case 'line': return ''
    case 'richText':
    case 'set': return Object.freeze([])
    case 'flag': return false
    case 'place': return noPlace
    default: return null
  }
}

/** Where a row without a place stands: last, under nothing. */
export const noPlace: Place = Object.freeze({ parentId: null, key: '' })

/**
 * Whether `value` may stand in a cell of a plain kind (all but text, richText and set, which are not one plain value).
 * Total: any value is answered.
 */
export function isPlainValue(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case 'line': return typeof value === 'string' && value.length <= field.maxChars
    case 'choice': return typeof value === 'string' && (field.open ? isShortWord(value) : field.options.includes(value))
    case 'number': return typeof value === 'number' && Number.isInteger(value) && value >= field.min && value <= field.max
    case 'date': return isIsoDate(value)
    case 'flag': return typeof value === 'boolean'
    case 'reference': return isRowId(value)
    case 'when': return isWhen(value)
    case 'place': return toPlace(field, value) !== null
    default: return false
  }
}

/** A stored place as a value, or null when it is ill-formed. */
export function toPlace(field: PlaceField, value: unknown): Place | null {
  if (typeof value !== 'object' || value === null || !('key' in value) || !isOrderKey(value.key))
    return null
  if (Object.keys(value).some(key => key !== 'key' && key !== field.parent?.key))
    return null
  if (!field.parent)
    return Object.freeze({ parentId: null, key: value.key })
  const parentId = Object.hasOwn(value, field.parent.key) ? (value as Record<string, unknown>)[field.parent.key] : null
  if (parentId !== null && !isRowId(parentId))
    return null
  return Object.freeze({ parentId, key: value.key })
}

/** The stored form of a place. */
export function fromPlace(field: PlaceField, place: Place): Record<string, string | null> {
  return field.parent ? { [field.parent.key]: place.parentId, key: place.key } : { key: place.key }
}

/** A set member's stored value as roles, or null when it is not one the field allows. */
export function toRoles(field: SetField, value: unknown): readonly string[] | null {
  if (value === true)
    return noRoles
  const { roles } = field
  if (roles === undefined)
    return null
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const isRole = (role: unknown): role is string =>
    roles === 'words' ? isShortWord(role) : typeof role === 'string' && roles.includes(role)
  return list.length > 0 && list.length <= 20 && list.every(isRole) ? Object.freeze([...list]) : null
}
const noRoles: readonly string[] = Object.freeze([])

/** Whether `member` may be in the set at all. A row or a person it names may be gone; it is still a member. */
export function isMember(field: SetField, member: string): boolean {
  if (typeof field.of === 'object' && 'choices' in field.of)
    return field.of.choices.includes(member)
  if (field.of === 'people')
    return isPersonId(member)
  return isRowId(member)
}

/** Members in one order everywhere: by id, code unit by code unit. */
export function sortMembers(members: SetMember[]): readonly SetMember[] {
  return Object.freeze(members.sort((a, b) => byCodeUnit(a.id, b.id)))
}

/** Compares code unit by code unit: the same on every machine, unlike a locale's order. */
export const byCodeUnit = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0

/** An id of a row or a word as a set's member: short, and without `/`, which parts a set's field from its member. */
export const isRowId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 200 && !value.includes('/') && !namesOfEveryObject.has(value)
/** What every object has already: as a key it would be found where nothing was put. */
const namesOfEveryObject = new Set(['__proto__', 'constructor', 'prototype'])

/** 128 random bits in hexadecimal, as the server gives them: a name or an address is no such thing, and does not get in. */
const isPersonId = (member: string): boolean => /^[0-9a-f]{32}$/.test(member)

const isShortWord = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 120

/** Whether a value is a moment that a calendar knows, in ms. */
export const isMoment = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 8.64e15

/**
 * Whether a value is what our own commands write: shallow, and with no prototype of its sender's (`__proto__` as a key gives an
 * object cells that nobody checked).
 */
export function isPlainJson(value: unknown, depth = 8): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'bigint'
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = prototype === Object.prototype || prototype === Array.prototype
  return depth > 0 && isPlain && Object.values(value).every(part => isPlainJson(part, depth - 1))
}

const isoDate = /^\d{4}-\d{2}-\d{2}$/
export function isIsoDate(value: unknown): value is string {
  if (typeof value !== 'string' || !isoDate.test(value))
    return false
  const day = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value)
}

/** So long a key may be. Well below it, those who make new ones give the whole list short keys again (`moves.ts`). */
const maxKeyChars = 200

/** Whether a string is a fractional key that others can be made beside, on both sides. */
export function isOrderKey(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > maxKeyChars || !/^[A-Za-z][0-9A-Za-z]*$/.test(value))
    return false
  try {
    generateKeyBetween(value, null)
    generateKeyBetween(null, value)
    return true
  }
  catch {
    return false
  }
}

/** A value with no half of a surrogate pair in its words: on the wire such a half becomes another character than here. */
export function wellFormed<T>(value: T): T {
  if (typeof value === 'string')
    return value.replace(/\p{Surrogate}/gu, '\uFFFD') as T & string
  if (Array.isArray(value))
    return value.map(wellFormed) as T & unknown[]
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, wellFormed(part)])) as T & object
  return value
}

/** Plain text of a text cell, or null when something else stands there. */
export const toText = (value: unknown): Y.Text | null =>
  value instanceof Y.Text && !(value instanceof Y.XmlText) ? value : null

/** Rich text as plain nodes. Unknown nodes are kept by name; nesting beyond `depth` is cut. */
export function toRichNodes(fragment: Y.XmlFragment, depth = 20): readonly RichNode[] {
  const nodes: RichNode[] = []
  for (const child of fragment.toArray()) {
    if (child instanceof Y.XmlText) {
      for (const piece of child.toDelta() as { insert: unknown, attributes?: Record<string, unknown> }[]) {
        if (typeof piece.insert === 'string')
          nodes.push(piece.attributes ? { text: piece.insert, marks: piece.attributes } : { text: piece.insert })
      }
    }
    else if (child instanceof Y.XmlElement) {
      nodes.push({ node: child.nodeName, attributes: child.getAttributes(), content: depth > 0 ? toRichNodes(child, depth - 1) : [] })
    }
  }
  return Object.freeze(nodes)
}
