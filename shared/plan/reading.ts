import * as Y from 'yjs'
import { limits } from '../protocol/limits.ts'
import { decodeWhole, inOrder, type Decoded, type Struct } from './decode.ts'

/** A type that items are put into: a root, a row, a cell's own type, or one deeper in rich text. */
export interface Container {
  /** 0 for a root, 1 for a row, 2 for a cell's own type, more inside rich text. */
  readonly level: number
  readonly root: string
  /** Null for a root. */
  readonly row: string | null
  /** The key in the row; null for a root and a row. */
  readonly key: string | null
  /** The document's type; null for one that the update brings. */
  readonly live: Y.AbstractType<unknown> | null
  /** The item that makes it; null for a root. */
  readonly made: Y.Item | null
  /** What it is put into, but deeper in rich text the cell, however deep that is; null for a root. */
  readonly above: Container | null
}

/** Where an item stands: in a container, and in a map under a key. */
export interface Spot { readonly container: Container, readonly key: string | null }

/** Told of what an update would do, in an order in which each thing rests on what came before. */
export interface Reader {
  /** A new item and where it lands; null when it was put into what has been deleted and collected, and lands nowhere. */
  onItem(item: Y.Item, spot: Spot | null): void
  /** `length` units of an item go. `isNew`: it comes with the same update. */
  onRemoval(item: Y.Item, spot: Spot, length: number, isNew: boolean): void
}

/** An update rests on structs that neither it nor the document holds. */
export class MissingPart extends Error {}
/** An update brings more than one may. */
export class TooMuch extends Error {}

/**
 * An update as read against a document, without applying it and without changing the document. An item's place follows from
 * its parent or, where the wire leaves that out, from the neighbour it was put beside, through the update's own new items and
 * the document's, up to a root.
 */
export class Reading {
  readonly doc: Y.Doc
  /** The update's own structs that the document lacks, per client, in the order of their clocks. */
  readonly fresh = new Map<number, (Y.Item | Y.GC)[]>()
  readonly #deletes: ReturnType<typeof Y.decodeUpdate>['ds']
  /** Up to where each client's structs have been read. */
  readonly #ends = new Map<number, number>()
  /** How many of each client's structs have been read. */
  readonly #counts = new Map<number, number>()
  readonly #spots = new Map<Y.Item, Spot | null>()
  readonly #containers = new Map<unknown, Container>()
  /** Items whose two neighbours stand in two places. */
  readonly #misplaced = new Set<Y.Item>()
  /** How many structs are new. */
  structs = 0
  /** It also brings structs, or parts of them, that the document has. */
  repeats = false
  /** How far the update moves clocks. */
  clocks = 0

  /** Throws {@link MissingPart}, {@link TooMuch}, or anything else for bytes that are no update. */
  constructor(doc: Y.Doc, update: Uint8Array) {
    const decoded = decodeWhole(update)
    this.doc = doc
    this.#deletes = decoded.ds
    this.#takeFresh(decoded)
  }

  /** Reads it through. Throws as the constructor does. Tells whether it brings anything that the document lacks. */
  tell(reader: Reader): boolean {
    for (const client of this.fresh.keys())
      this.#readFrom(client, reader)
    const deletes = this.#readDeletes(reader)
    return deletes || this.fresh.size > 0
  }

  /** Where an item of the document, or one of the update that has been read, stands. */
  spotOf(item: Y.Item): Spot | null {
    const known = this.#spots.get(item)
    if (known !== undefined)
      return known
    return item.parent instanceof Y.AbstractType ? { container: this.#containerOf(item.parent), key: item.parentSub } : null
  }

  /** The first of an item's units that is new: the document may have its beginning. */
  startOf({ id: { client, clock } }: Y.Item): number {
    return Math.max(clock, Y.getState(this.doc.store, client))
  }

  /** Whether what an item is put between stands in one list, or under one key. */
  isWellPlaced(item: Y.Item, spot: Spot): boolean {
    const { client, clock } = item.id
    const start = this.startOf(item)
    const hasBeginning = start === clock || this.#isBeside(this.find(Y.createID(client, start - 1)), spot)
    return hasBeginning && !this.#misplaced.has(item)
  }

  /** What an item's new units are put after. */
  originOf(item: Y.Item): Y.ID | null {
    const start = this.startOf(item)
    return start > item.id.clock ? Y.createID(item.id.client, start - 1) : item.origin
  }

  /** The struct that holds an id: one of the document's, or one of the update's that has been read. */
  find({ client, clock }: Y.ID): Struct {
    if (clock < Y.getState(this.doc.store, client))
      return Y.getItem(this.doc.store, Y.createID(client, clock))
    if (clock >= this.#endOf(client))
      throw new MissingPart()
    return this.#findFresh(client, clock)
  }

  #findFresh(client: number, clock: number): Y.Item | Y.GC {
    const structs = this.fresh.get(client) ?? []
    let low = 0
    let high = structs.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const struct = structs[middle]
      if (!struct || clock < struct.id.clock)
        high = middle - 1
      else if (clock >= struct.id.clock + struct.length)
        low = middle + 1
      else
        return struct
    }
    throw new MissingPart()
  }

  #takeFresh(decoded: Decoded): void {
    let client = Infinity
    let sections = 0
    let held = 0
    let end = 0
    let fresh: (Y.Item | Y.GC)[] = []
    for (const struct of decoded.structs as readonly Struct[]) {
      const { clock } = struct.id
      if (struct.id.client !== client) {
        // Written from the highest id to the lowest, each once. What merges updates leaves out those that are not.
        if (struct.id.client >= client)
          throw new Error('clients out of order')
        client = struct.id.client
        sections++
        held = Y.getState(this.doc.store, client)
        end = clock
        fresh = []
        this.repeats ||= clock < held
      }
      if (clock !== end || struct.length < 1)
        throw new Error('a client\'s structs lie apart')
      end += struct.length
      if (end <= held) {
        this.#checkKnown(struct)
        continue
      }
      if (struct instanceof Y.Skip || (fresh.length === 0 && clock > held))
        throw new MissingPart()
      this.structs++
      this.clocks += end - Math.max(clock, held)
      if (fresh.push(struct) === 1)
        this.fresh.set(client, fresh)
    }
    if (sections !== decoded.sections)
      throw new Error('a client\'s structs lie apart')
    if (this.structs > limits.maxNewStructs || this.clocks > limits.maxNewClocks)
      throw new TooMuch()
  }

  /** What is known rests on what is known. Said otherwise it would still be looked for, and keep the whole update waiting. */
  #checkKnown(struct: Struct): void {
    if (!(struct instanceof Y.Item))
      return
    for (const id of [struct.origin, struct.rightOrigin, struct.parent]) {
      if (id instanceof Y.ID && (id.clock >= Y.getState(this.doc.store, id.client) || restsOnItself(struct, id)))
        throw new MissingPart()
    }
  }

  /** The clock up to which a client's structs are in the document or have been read. */
  #endOf(client: number): number {
    return this.#ends.get(client) ?? Y.getState(this.doc.store, client)
  }

  /** Reads a client's structs, and before each those of others that it rests on. */
  #readFrom(first: number, reader: Reader): void {
    const waiting: { readonly client: number, awaits: Y.ID | null }[] = [{ client: first, awaits: null }]
    for (let top = waiting.at(-1); top; top = waiting.at(-1)) {
      const below = waiting.at(-2)?.awaits
      const isEnough = below && below.clock < this.#endOf(below.client)
      const struct = isEnough ? null : this.#nextOf(top.client)
      if (!struct) {
        if (below && !isEnough)
          throw new MissingPart()
        waiting.pop()
        continue
      }
      top.awaits = struct instanceof Y.Item ? this.#missingOf(struct) : null
      if (top.awaits === null) {
        this.#read(struct, reader)
        continue
      }
      const { client } = top.awaits
      if (waiting.some(other => other.client === client))
        throw new MissingPart()
      waiting.push({ client, awaits: null })
    }
  }

  #nextOf(client: number): Y.Item | Y.GC | null {
    return this.fresh.get(client)?.[this.#counts.get(client) ?? 0] ?? null
  }

  /** Something of another client's that the item rests on and that has not been read. */
  #missingOf(item: Y.Item): Y.ID | null {
    for (const id of [item.origin, item.rightOrigin, item.parent]) {
      if (!(id instanceof Y.ID))
        continue
      if (restsOnItself(item, id))
        throw new Error('an item that rests on itself')
      if (id.client !== item.id.client && id.clock >= this.#endOf(id.client))
        return id
    }
    return null
  }

  #read(struct: Y.Item | Y.GC, reader: Reader): void {
    const { client, clock } = struct.id
    if (struct instanceof Y.Item) {
      const spot = this.#place(struct)
      this.#spots.set(struct, spot)
      reader.onItem(struct, spot)
    }
    this.#ends.set(client, clock + struct.length)
    this.#counts.set(client, (this.#counts.get(client) ?? 0) + 1)
  }

  #place(item: Y.Item): Spot | null {
    const { parent } = item
    if (typeof parent === 'string')
      return { container: this.#rootContainer(parent), key: item.parentSub }
    const left = item.origin && this.find(item.origin)
    const right = item.rightOrigin && this.find(item.rightOrigin)
    if (left instanceof Y.GC || right instanceof Y.GC) {
      // Those of one place are collected together. Where only one of them is, replicas that have not collected it would differ.
      const other = left instanceof Y.GC ? right : left
      if (other instanceof Y.Item && this.spotOf(other))
        throw new Error('neighbours in two places')
      return null
    }
    const beside = left ?? right
    if (beside) {
      const spot = beside instanceof Y.Item ? this.spotOf(beside) : null
      if (left && right && !this.#isBeside(right, spot))
        this.#misplaced.add(item)
      return spot
    }
    const above = parent instanceof Y.ID ? this.find(parent) : null
    if (above instanceof Y.Item && above.content instanceof Y.ContentType) {
      const container = this.#madeBy(above)
      return container && { container, key: item.parentSub }
    }
    // The parent has been deleted and collected, or never was a type: either way it holds nothing.
    return null
  }

  #isBeside(struct: Struct, spot: Spot | null): boolean {
    const other = struct instanceof Y.Item ? this.spotOf(struct) : null
    return other?.container === spot?.container && other?.key === spot?.key
  }

  /** The container that an item makes, the document's or the update's. */
  #madeBy(item: Y.Item): Container | null {
    const isLive = item.parent instanceof Y.AbstractType
    if (isLive)
      return this.#containerOf((item.content as Y.ContentType).type as Y.AbstractType<unknown>)
    const known = this.#containers.get(item)
    const spot = this.#spots.get(item)
    if (known || !spot)
      return known ?? null
    const made = below(spot.container, item, spot.key, null)
    this.#containers.set(item, made)
    return made
  }

  #containerOf(type: Y.AbstractType<unknown>): Container {
    const known = this.#containers.get(type)
    if (known)
      return known
    const item = type._item
    if (item === null)
      return this.#rootContainer(rootName(this.doc, type))
    const made = below(this.#containerOf(item.parent as Y.AbstractType<unknown>), item, item.parentSub, type)
    this.#containers.set(type, made)
    return made
  }

  #rootContainer(root: string): Container {
    const known = this.#containers.get(root)
    if (known)
      return known
    const live = (this.doc.share.get(root) as Y.AbstractType<unknown> | undefined) ?? null
    const container: Container = { level: 0, root, row: null, key: null, live, made: null, above: null }
    this.#containers.set(root, container)
    return container
  }

  /** Walks the delete set over what is alive, and over what comes with it; tells whether it deletes anything of the document. */
  #readDeletes(reader: Reader): boolean {
    let deletes = false
    for (const [client, ranges] of this.#deletes.clients) {
      const held = Y.getState(this.doc.store, client)
      for (const { clock, len } of inOrder(ranges)) {
        const end = clock + len
        if (end > this.#endOf(client))
          throw new MissingPart()
        for (let at = clock; at < end;) {
          const struct = this.find(Y.createID(client, at))
          const until = Math.min(struct.id.clock + struct.length, end, at < held ? held : end)
          if (struct instanceof Y.Item && !struct.deleted) {
            const spot = this.spotOf(struct)
            deletes ||= at < held
            if (spot)
              reader.onRemoval(struct, spot, until - at, at >= held)
          }
          at = until
        }
      }
    }
    return deletes
  }
}

const restsOnItself = (item: Y.Item, id: Y.ID) => id.client === item.id.client && id.clock >= item.id.clock

function below(above: Container, made: Y.Item, key: string | null, live: Y.AbstractType<unknown> | null): Container {
  const { level, root } = above
  return {
    level: level + 1,
    root,
    row: level === 0 ? key ?? '' : above.row,
    key: level === 1 ? key ?? '' : above.key,
    live,
    made,
    above: level > 2 ? above.above : above,
  }
}

function rootName(doc: Y.Doc, type: unknown): string {
  for (const [name, root] of doc.share) {
    if (root as unknown === type)
      return name
  }
  throw new Error('a type without a root')
}
