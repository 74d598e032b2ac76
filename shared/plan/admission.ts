import * as Y from 'yjs'
import { maxCellsNamed, type NamedCell, type RefusalReason } from '../protocol/frames.ts'
import { limits } from '../protocol/limits.ts'
import type { Field, RegisterName } from './fields.ts'
import { isMember, isMoment, isPlainJson, isPlainValue, isRowId, toRoles } from './kinds.ts'
import { serverClientId } from './lay.ts'
import { splitKey } from './plan.ts'
import type { Container, Reader, Reading, Spot } from './reading.ts'
import { fieldOf, fieldsOf, headId, isRegisterName } from './registers.ts'
import { isRichAttribute, isRichMark, mayHold } from './richText.ts'
import { openSequences, TooCostly, type Sequences } from './sequence.ts'
import { readTouches, type Touches } from './touches.ts'

/** What an update would do, and what in it may never pass, whoever sends it. */
export interface Judgement extends Touches {
  /** The gravest kind of fault in it, with every cell that has it; null when there is none. */
  readonly fault: { readonly reason: RefusalReason, readonly cells: readonly NamedCell[] } | null
  /** How many structs are new. */
  readonly structs: number
  /** It also brings what the document has. That part is nobody's word for what stands there: only the rest is passed on. */
  readonly repeats: boolean
  /** All it does is to take marks away that mark nothing: stock clients do so by themselves, without anyone having asked. */
  readonly isTidying: boolean
}

/**
 * Judges an update against the registers' declaration and the document as it is, without applying it and without changing the
 * document. Never throws. What is laid must be declared, valid and within its limits; rows come whole and are never removed;
 * nested types come with their row; what is put into a text lies between its neighbours (D15–D17).
 */
export function judgeUpdate(doc: Y.Doc, update: Uint8Array): Judgement {
  let judge: Judge | null = null
  const touches = readTouches(doc, update, reading => judge = new Judge(reading))
  return { ...touches, ...(touches.problem === null && judge ? (judge as Judge).sentence() : unread) }
}

/** What is said of an update that could not be read through. */
const unread = { fault: null, structs: 0, repeats: false, isTidying: false } as const

/** The part of a judged update that the document lacks, to be applied and passed on. */
export function newPartOf(doc: Y.Doc, update: Uint8Array, { repeats }: Judgement): Uint8Array {
  return repeats ? Y.diffUpdate(update, Y.encodeStateVector(doc)) : update
}

type Fault = 'not-valid' | 'too-costly' | 'too-long'
/** From the gravest on. */
const faults: readonly Fault[] = ['not-valid', 'too-costly', 'too-long']

/** A row that comes with the update. */
interface NewRow { readonly register: RegisterName, readonly container: Container, readonly laid: Set<string> }
/** What an update does to the length of one text or rich text. */
interface Growth { readonly cell: Container, readonly maxChars: number, added: number, removed: number }

class Judge implements Reader {
  readonly #reading: Reading
  readonly #sequences: Sequences
  readonly #faults = new Map<Fault, Map<string, NamedCell>>()
  readonly #newRows = new Map<Y.Item, NewRow>()
  readonly #rowKeys = new Set<string>()
  readonly #growths = new Map<Container, Growth>()
  /** Something other than a mark is taken away. */
  #removesMore = false
  /** Several values of one key, set one after another and kept for undo: all of them must go with the same update. */
  readonly #overwritten = new Map<Y.Item, Spot & { left: number }>()
  /** Cells of the server's that it writes anew: what stood there may go. */
  readonly #writtenByServer = new Set<string>()
  /** Rows and keys that come beside those which are there, per root or row. */
  readonly #added = new Map<Container, number>()

  constructor(reading: Reading) {
    this.#reading = reading
    this.#sequences = openSequences(reading)
  }

  sentence(): Pick<Judgement, 'fault' | 'structs' | 'repeats' | 'isTidying'> {
    for (const { register, container, laid } of this.#newRows.values()) {
      if (!nestedFieldsOf(register).every(name => laid.has(name)))
        this.#find('not-valid', container, null)
    }
    for (const { container, key, left } of this.#overwritten.values()) {
      if (left > 0)
        this.#find('not-valid', container, key)
    }
    for (const growth of this.#growths.values())
      this.#measure(growth)
    const reason = faults.find(fault => this.#faults.has(fault))
    return {
      fault: reason ? { reason, cells: [...this.#faults.get(reason)?.values() ?? []].slice(0, maxCellsNamed) } : null,
      structs: this.#reading.structs,
      repeats: this.#reading.repeats,
      isTidying: this.#reading.structs === 0 && !this.#removesMore,
    }
  }

  onItem(item: Y.Item, spot: Spot | null): void {
    if (!spot) {
      if (!isHarmless(item.content))
        this.#find('not-valid', null, null)
      return
    }
    const { container, key } = spot
    if (!this.#isWellPlaced(item, spot) || !this.#isAllowed(item, spot))
      this.#find('not-valid', container, key)
  }

  onRemoval(item: Y.Item, { container, key }: Spot, length: number): void {
    this.#removesMore ||= !(item.content instanceof Y.ContentFormat)
    const overwritten = this.#overwritten.get(item)
    if (overwritten)
      overwritten.left -= length
    const isNested = container.level === 1 && item.content instanceof Y.ContentType
    if (container.level === 0 || isNested || (isOnlyServers(container, key) && !this.#writtenByServer.has(`${container.row}/${key}`)))
      return this.#find('not-valid', container, key)
    if (weighs(item.content) && container.level > 1 && key === null)
      this.#grow(container, 0, length)
  }

  #find(fault: Fault, container: Container | null, key: string | null): void {
    const cells = this.#faults.get(fault) ?? new Map<string, NamedCell>()
    this.#faults.set(fault, cells)
    if (!container || cells.size >= maxCellsNamed)
      return
    const row = container.level === 0 ? key : container.row
    const cellKey = container.level === 0 ? '' : container.level === 1 ? key : container.key
    const cell = { register: short(container.root), row: short(row ?? ''), field: short(splitKey(cellKey ?? '').field) }
    cells.set(JSON.stringify(cell), cell)
  }

  /** Whether both neighbours stand in the same list or under the same key, and in order. */
  #isWellPlaced(item: Y.Item, spot: Spot): boolean {
    if ((spot.key !== null && item.rightOrigin) || !this.#reading.isWellPlaced(item, spot))
      return false
    // What rests on a fault cannot be placed, and need not be.
    if (this.#faults.has('too-costly') || this.#faults.has('not-valid'))
      return true
    try {
      if (spot.key === null)
        return this.#sequences.isBetween(item, spot.container)
      this.#sequences.follow(item, spot.container, spot.key)
      return true
    }
    catch (error) {
      if (!(error instanceof TooCostly))
        throw error
      this.#find('too-costly', spot.container, spot.key)
      return true
    }
  }

  #isAllowed(item: Y.Item, spot: Spot): boolean {
    const { container, key } = spot
    switch (container.level) {
      case 0: return this.#isNewRow(item, container, key)
      case 1: return this.#isCell(item, container, key)
      default: return this.#isInCell(item, container, key)
    }
  }

  #isNewRow(item: Y.Item, container: Container, key: string | null): boolean {
    const { root } = container
    if (!isRegisterName(root) || !isRowId(key) || (root === 'plan' && key !== headId))
      return false
    const name = JSON.stringify([root, key])
    if (container.live?._map.has(key) || this.#rowKeys.has(name) || !makes(item, Y.Map))
      return false
    this.#rowKeys.add(name)
    this.#newRows.set(item, { register: root, container: this.#rowOf(item, container, key), laid: new Set() })
    this.#count(container, key, limits.maxRowsInRegister)
    return true
  }

  /** The row as a place to name. */
  #rowOf(item: Y.Item, above: Container, row: string): Container {
    return { level: 1, root: above.root, row, key: null, live: null, made: item, above }
  }

  #isCell(item: Y.Item, container: Container, key: string | null): boolean {
    const { root } = container
    if (key === null || !isRegisterName(root))
      return false
    const { field: name, member } = splitKey(key)
    const field = fieldOf(root, name)
    if (field?.kind === 'text' || field?.kind === 'richText')
      return member === null && this.#isNewNested(item, container, name, field)
    // Declared fields are few; members are whoever is named.
    if (member !== null && !container.live?._map.has(key))
      this.#count(container, key, limits.maxKeysInRow)
    if (root === 'plan' && name === 'deletedAt')
      return false
    if (isOnlyServers(container, key)) {
      if (item.id.client !== serverClientId)
        return false
      this.#writtenByServer.add(`${container.row}/${key}`)
    }
    // Overwritten before it was sent.
    if (item.content instanceof Y.ContentDeleted)
      return true
    if (!(item.content instanceof Y.ContentAny))
      return false
    if (item.length > 1)
      this.#overwritten.set(item, { container, key, left: this.#newLengthOf(item) })
    return item.content.arr.every(value => isPlainJson(value) && mayStand(name, field, member, value))
  }

  #isNewNested(item: Y.Item, container: Container, name: string, { kind }: Field): boolean {
    const row = container.made && this.#newRows.get(container.made)
    if (!row || row.laid.has(name) || !makes(item, kind === 'text' ? Y.Text : Y.XmlFragment))
      return false
    row.laid.add(name)
    return true
  }

  #isInCell(item: Y.Item, container: Container, key: string | null): boolean {
    const field = isRegisterName(container.root) ? fieldOf(container.root, container.key ?? '') : undefined
    const { content } = item
    if (weighs(content) && key === null)
      this.#grow(container, this.#newLengthOf(item), 0)
    if (field?.kind === 'text')
      return container.level === 2 && key === null && (content instanceof Y.ContentString || content instanceof Y.ContentDeleted)
    return field?.kind === 'richText' && container.level <= limits.maxRichDepth && isRich(container, key, content)
  }

  #newLengthOf(item: Y.Item): number {
    return item.id.clock + item.length - this.#reading.startOf(item)
  }

  #count(container: Container, key: string, most: number): void {
    const added = (this.#added.get(container) ?? 0) + 1
    this.#added.set(container, added)
    if (added + (container.live?._map.size ?? 0) > most)
      this.#find('too-long', container, key)
  }

  #grow(container: Container, added: number, removed: number): void {
    let cell = container
    while (cell.level > 2 && cell.above)
      cell = cell.above
    const field = isRegisterName(cell.root) ? fieldOf(cell.root, cell.key ?? '') : undefined
    if (field?.kind !== 'text' && field?.kind !== 'richText')
      return
    const growth = this.#growths.get(cell) ?? { cell, maxChars: field.maxChars, added: 0, removed: 0 }
    growth.added += added
    growth.removed += removed
    this.#growths.set(cell, growth)
  }

  /** What grows must not grow beyond its limit; what was too long already may shrink. */
  #measure({ cell, maxChars, added, removed }: Growth): void {
    if (added > removed && weightOf(cell.live) + added - removed > maxChars)
      this.#find('too-long', cell, null)
  }
}

const nested = new Map<RegisterName, readonly string[]>()
/** The fields whose types come with the row. */
function nestedFieldsOf(register: RegisterName): readonly string[] {
  const known = nested.get(register)
  if (known)
    return known
  const names = fieldsOf(register).filter(([, { kind }]) => kind === 'text' || kind === 'richText').map(([name]) => name)
  nested.set(register, names)
  return names
}

/** Whether a cell is the server's alone to write: nobody else puts anything there, nor takes it away (D35). */
const isOnlyServers = ({ level, root }: Container, key: string | null) =>
  level === 1 && key !== null && isRegisterName(root) && fieldOf(root, splitKey(key).field)?.byServer === true

/** Whether a plain value may stand under this key of a row. */
function mayStand(name: string, field: Field | undefined, member: string | null, value: unknown): boolean {
  if (name === 'deletedAt')
    return member === null && isMoment(value)
  if (field?.kind === 'set')
    return member !== null && isMember(field, member) && toRoles(field, value) !== null
  return field !== undefined && member === null && isPlainValue(field, value)
}

function isRich({ made }: Container, key: string | null, content: Y.Item['content']): boolean {
  const type: unknown = made?.content instanceof Y.ContentType ? made.content.type : null
  if (content instanceof Y.ContentDeleted)
    return true
  if (key !== null)
    return type instanceof Y.XmlElement && content instanceof Y.ContentAny && content.arr.every(value => isRichAttribute(type.nodeName, key, value))
  if (type instanceof Y.XmlText)
    return content instanceof Y.ContentString || (content instanceof Y.ContentFormat && isRichMark(content.key, content.value))
  if (!(content instanceof Y.ContentType))
    return false
  const child: unknown = content.type
  const inside = type instanceof Y.XmlElement ? type.nodeName : null
  return isExactly(child, Y.XmlElement) ? mayHold(inside, child.nodeName) : isExactly(child, Y.XmlText) && mayHold(inside, 'text')
}

type Made<T extends object> = new (...args: never[]) => T
const isExactly = <T extends object>(value: unknown, type: Made<T>): value is T => value instanceof type && value.constructor === type
const makes = ({ content }: Y.Item, type: Made<object>) => content instanceof Y.ContentType && isExactly(content.type, type)

/** Of what lands nowhere only this is asked: that the document can be written again with it. */
function isHarmless(content: Y.Item['content']): boolean {
  return content instanceof Y.ContentString || content instanceof Y.ContentDeleted || content instanceof Y.ContentType
    || (content instanceof Y.ContentFormat && isPlainJson(content.value))
    || (content instanceof Y.ContentAny && content.arr.every(value => isPlainJson(value)))
}

/** Letters, and in rich text nodes and marks, each count as one. */
const weighs = (content: Y.Item['content']) =>
  content instanceof Y.ContentString || content instanceof Y.ContentType || content instanceof Y.ContentFormat

/** How much stands in a text or rich text. */
function weightOf(type: Y.AbstractType<unknown> | null): number {
  if (type instanceof Y.Text && !(type instanceof Y.XmlText))
    return type.length
  let weight = 0
  for (let item = type?._start ?? null; item; item = item.right) {
    if (!item.deleted && weighs(item.content))
      weight += item.length
    if (!item.deleted && item.content instanceof Y.ContentType)
      weight += weightOf(item.content.type as Y.AbstractType<unknown>)
  }
  return weight
}

/** Names come from whoever sent the update, and may be as long as it. */
const short = (name: string) => name.slice(0, 200)
