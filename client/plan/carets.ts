import * as Y from 'yjs'

/**
 * A place between two characters of a live text, by the character it stands before and not by its number: so it stays where
 * it is while others write, and goes along with what its owner writes, before anybody is told anew. Plain JSON, as presence
 * carries it; the shape is Yjs's own.
 */
export interface Caret {
  /** The text, as the document knows it. */
  readonly type: Id
  /** The character after it; null at the end of the text. */
  readonly item: Id | null
  readonly assoc: 0
}
interface Id { readonly client: number, readonly clock: number }

/** The caret at an index (UTF-16 units) of a text that stands in a document; null when the text is in none. */
export function caretAt(text: Y.Text, index: number): Caret | null {
  if (!text._item)
    return null
  const { type, item } = Y.createRelativePositionFromTypeIndex(text, Math.max(0, Math.min(index, text.length)), 0)
  return toCaret({ type, item })
}

/** What stands on the wire as a caret, or null when it is none. Total. */
export function toCaret(value: unknown): Caret | null {
  const [type, item] = [toId(partOf(value, 'type')), partOf(value, 'item')]
  const before = item === null || item === undefined ? null : toId(item)
  return type === null || (before === null && item !== null && item !== undefined) ? null : { type, item: before, assoc: 0 }
}

/**
 * Where a caret stands in `text` now, in UTF-16 units; null when it is in another text, or before a character that has not
 * come yet. Total.
 */
export function caretIndex(text: Y.Text, { type, item }: Caret): number | null {
  const own = text._item
  if (!text.doc || !own || own.id.client !== type.client || own.id.clock !== type.clock)
    return null
  if (item === null)
    return text.length
  const relative = new Y.RelativePosition(null, null, Y.createID(item.client, item.clock), 0)
  const found = Y.createAbsolutePositionFromRelativePosition(relative, text.doc)
  return found?.type === text ? Math.min(found.index, text.length) : null
}

function toId(value: unknown): Id | null {
  const [client, clock] = [partOf(value, 'client'), partOf(value, 'clock')]
  return isCount(client) && isCount(clock) ? { client, clock } : null
}
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** An own property of what may be anything. */
export function partOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
