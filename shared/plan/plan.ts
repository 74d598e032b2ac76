import * as Y from 'yjs'
import type { RegisterName } from './fields.ts'
import { registerNames } from './registers.ts'
import type { Instant, RowId } from './values.ts'

/** One plan as it can be written: its document, and the origins our own transactions carry. */
export interface Plan {
  readonly doc: Y.Doc
  /** The origin of what a person did: undo follows it. */
  readonly mine: object
  /** The origin of what we lay out beforehand (a new row, still in the trash): ours to send, not a step to undo. */
  readonly laying: object
  readonly now: () => Instant
}

/**
 * An empty document for a plan. Its roots are known from the start, so that no update can give one another kind. It does not
 * tidy marks in rich text after others' changes, as Yjs would by itself: each replica would delete what the log does not hold,
 * and otherwise than the next.
 */
export function newDocument(options?: { readonly gc?: boolean }): Y.Doc {
  const doc = new Y.Doc(options)
  registerNames.forEach(register => doc.getMap(register))
  doc.on('afterTransaction', (transaction) => {
    transaction._needFormattingCleanup = false
  })
  return doc
}

/** Makes commands possible on `doc`. The document stays the caller's to destroy. */
export function openPlan(doc: Y.Doc, { now = Date.now }: { now?: () => Instant } = {}): Plan {
  return { doc, mine: { by: 'me' }, laying: { by: 'me, beforehand' }, now }
}

/** The row's own map in the document, or null when there is no such row (or something else stands under its id). */
export function rowMap(doc: Y.Doc, register: RegisterName, id: RowId): Y.Map<unknown> | null {
  const row: unknown = doc.getMap(register).get(id)
  return row instanceof Y.Map ? row : null
}

/** The key of one set member in its row, `responsible/ks-rogaland`. */
export const memberKey = (field: string, member: string) => `${field}/${member}`

/** A key of a row as the field it belongs to and, for a set, the member. */
export function splitKey(key: string): { field: string, member: string | null } {
  const slash = key.indexOf('/')
  return slash < 0 ? { field: key, member: null } : { field: key.slice(0, slash), member: key.slice(slash + 1) }
}

/** When a row was trashed, or null. Anything but a plain number counts as alive: a row is never hidden by a bad value. */
export function readDeletedAt(map: Y.Map<unknown>): number | null {
  const at = map.get('deletedAt')
  return typeof at === 'number' && Number.isFinite(at) ? at : null
}
