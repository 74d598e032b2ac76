import * as Y from 'yjs'
import { byCodeUnit } from './kinds.ts'
import { registerNames } from './registers.ts'

/** A hash of what a plan holds, kept up with the document: only rows that changed since the last reading are read again. */
export interface StateHash {
  /**
   * The hash as of now, 16 hex digits: the same wherever the same is written, however it came about and however the document
   * keeps it. Not to be read inside a transaction. It finds chance differences; it withstands nobody who makes them.
   */
  read(): string
  /** Reads at most so many changed rows, so that the next reading has less to do. True when it has nothing to do. */
  readAhead(rows: number): boolean
  close(): void
}

/** Two independent 32-bit halves. Rows are added up, so that their order does not count. */
type Halves = readonly [number, number]

/**
 * Follows `doc` until closed. Total: whatever stands in the document has a hash. Checkpoints keep it: whoever changes what comes of the
 * same document raises `schemaVersion`.
 */
export function openStateHash(doc: Y.Doc): StateHash {
  const registers = registerNames.map(name => followRegister(name, doc.getMap(name)))
  return {
    read: () => registers.map(register => register.read()).reduce(plus, none).map(toHex).join(''),
    readAhead: rows => registers.reduce((left, register) => left - register.readAhead(left), rows) > 0,
    close: () => registers.forEach(register => register.close()),
  }
}

function followRegister(name: string, root: Y.Map<unknown>) {
  const rows = new Map<string, Halves>()
  const dirty = new Set<string>(root.keys())
  let sum = none

  const follow = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[]) => events.forEach((event) => {
    if (event instanceof Y.YMapEvent && event.target === root)
      event.keysChanged.forEach((key: string) => dirty.add(key))
    else
      dirty.add(rowAbove(event.target, root))
  })
  root.observeDeep(follow)

  function reread(row: string): void {
    sum = minus(sum, rows.get(row) ?? none)
    if (root.has(row)) {
      const halves = hashOf(`${JSON.stringify([name, row])}${toCanonical(root.get(row))}`)
      rows.set(row, halves)
      sum = plus(sum, halves)
    }
    else {
      rows.delete(row)
    }
  }

  /** Gives how many it has read. */
  function readAhead(most: number): number {
    let count = 0
    for (const row of dirty) {
      if (count === most)
        break
      reread(row)
      dirty.delete(row)
      count++
    }
    return count
  }

  return {
    read(): Halves {
      readAhead(dirty.size)
      return sum
    },
    readAhead,
    close: () => root.unobserveDeep(follow),
  }
}

/** The id of the row that `type` lies in. */
function rowAbove(type: Y.AbstractType<unknown>, root: Y.Map<unknown>): string {
  let item = type._item
  while (item && item.parent !== root)
    item = item.parent instanceof Y.AbstractType ? item.parent._item : null
  return item?.parentSub ?? ''
}

/** Deeper than this nothing is looked at: no declared cell is. */
const maxDepth = 64

/**
 * A stored value in words that are the same in every replica: keys in order, text as its characters, neighbouring pieces of
 * rich text with the same marks as one.
 */
function toCanonical(value: unknown, depth = maxDepth): string {
  if (value === null || typeof value !== 'object')
    return typeof value === 'string' ? JSON.stringify(value) : typeof value === 'bigint' ? `${value}n` : String(value)
  if (depth === 0)
    return '…'
  const inner = (part: unknown) => toCanonical(part, depth - 1)
  if (value instanceof Y.AbstractType)
    return typeInWords(value, inner)
  if (value instanceof Y.Doc)
    return `doc${JSON.stringify(value.guid)}`
  if (Array.isArray(value) || value instanceof Uint8Array)
    return `${value instanceof Uint8Array ? 'bytes' : ''}[${Array.from<unknown>(value).map(inner).join()}]`
  return entriesInWords(Object.entries(value), inner)
}

function typeInWords(type: Y.AbstractType<unknown>, inner: (part: unknown) => string): string {
  if (type instanceof Y.XmlText)
    return `marked${entriesInWords(Object.entries(type.getAttributes()), inner)}[${piecesOf(type, inner).join()}]`
  if (type instanceof Y.Text)
    return `text${JSON.stringify(type.toString())}`
  if (type instanceof Y.XmlElement)
    return `${JSON.stringify(type.nodeName)}${entriesInWords(Object.entries(type.getAttributes()), inner)}[${type.toArray().map(inner).join()}]`
  if (type instanceof Y.XmlFragment || type instanceof Y.Array)
    return `list[${type.toArray().map(inner).join()}]`
  if (type instanceof Y.Map)
    return `map${entriesInWords([...type.entries()], inner)}`
  return 'type'
}

function entriesInWords(entries: readonly (readonly [string, unknown])[], inner: (part: unknown) => string): string {
  const words = [...entries].sort(([a], [b]) => byCodeUnit(a, b)).map(([key, value]) => `${JSON.stringify(key)}:${inner(value)}`)
  return `{${words.join()}}`
}

function piecesOf(text: Y.XmlText, inner: (part: unknown) => string): readonly string[] {
  const pieces: { marks: string, words: string }[] = []
  for (const { insert, attributes } of text.toDelta() as { insert: unknown, attributes?: Record<string, unknown> }[]) {
    const marks = inner(attributes ?? {})
    const last = pieces.at(-1)
    if (typeof insert === 'string' && last?.marks === marks)
      last.words += insert
    else if (typeof insert === 'string')
      pieces.push({ marks, words: insert })
    else
      pieces.push({ marks: `${marks}embedded`, words: inner(insert) })
  }
  return pieces.map(({ marks, words }) => `${marks}${JSON.stringify(words)}`)
}

const none: Halves = [0, 0]
const plus = ([a, b]: Halves, [c, d]: Halves): Halves => [(a + c) >>> 0, (b + d) >>> 0]
const minus = ([a, b]: Halves, [c, d]: Halves): Halves => [(a - c) >>> 0, (b - d) >>> 0]
const toHex = (half: number) => half.toString(16).padStart(8, '0')

/** 64 well mixed bits of a string (cyrb53's two halves). Browsers give no digest to pages over plain http. */
function hashOf(text: string): Halves {
  let a = 0xDEADBEEF
  let b = 0x41C6CE57
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    a = Math.imul(a ^ unit, 0x9E3779B1)
    b = Math.imul(b ^ unit, 0x5F356495)
  }
  const first = Math.imul(a ^ (a >>> 16), 0x85EBCA6B) ^ Math.imul(b ^ (b >>> 13), 0xC2B2AE35)
  const second = Math.imul(b ^ (b >>> 16), 0x85EBCA6B) ^ Math.imul(first ^ (first >>> 13), 0xC2B2AE35)
  return [first >>> 0, second >>> 0]
}
