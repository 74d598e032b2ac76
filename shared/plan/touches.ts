import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import { splitKey } from './plan.ts'

/**
 * One cell that an update would touch. `register` is the name of a root and need not be a declared one; `row` is `''` for
 * something laid beside the rows; `field` is `''` for the row as a whole (it is added or removed).
 */
export interface Touch {
  readonly register: string
  readonly row: string
  readonly field: string
  /** The member, in a set's cell. */
  readonly member: string | null
  /** `write`: something is put there or in it. `remove`: something is only taken out. */
  readonly effect: 'write' | 'remove'
  /** Someone else set the same plain value or member without having seen this one, or the reverse: one of the two wins. */
  readonly collides: boolean
}

export interface Touches {
  /** Each cell once, in the order the update names them. */
  readonly cells: readonly Touch[]
  /** The update brings nothing that the document lacks: structs it has, deletions of what is deleted. */
  readonly isNothing: boolean
  /** Client ids that new structs belong to. */
  readonly clients: readonly number[]
  /** `ill-formed`: not an update. `missing-part`: it rests on structs that neither it nor the document holds. */
  readonly problem: null | 'ill-formed' | 'missing-part'
}

/**
 * Reads which cells an update would touch in `doc`, without applying it and without changing `doc`. Never throws.
 * An item's place follows from its parent or, where the wire leaves that out, from the neighbour it was put beside,
 * through the update's own new items and the document's, up to a root (D12).
 */
export function readTouches(doc: Y.Doc, update: Uint8Array): Touches {
  try {
    return new Reading(doc, decodeWhole(update)).touches()
  }
  catch (error) {
    return { cells: [], isNothing: false, clients: [], problem: error instanceof MissingPart ? 'missing-part' : 'ill-formed' }
  }
}

/** Decodes an update; throws when anything follows it. */
function decodeWhole(update: Uint8Array): ReturnType<typeof Y.decodeUpdate> {
  let rest: decoding.Decoder | null = null
  class Watched extends Y.UpdateDecoderV1 {
    constructor(decoder: decoding.Decoder) {
      super(decoder)
      rest = decoder
    }
  }
  const decoded = Y.decodeUpdateV2(update, Watched)
  if (rest === null || decoding.hasContent(rest))
    throw new Error('bytes after the update')
  return decoded
}

/** Where an item stands: its root, and the keys of the maps above it. Deeper than a cell is still the cell. */
interface Spot { readonly root: string, readonly row: string | null, readonly key: string | null }

class MissingPart extends Error {}

/** What an update is made of: an item, what is left of collected ones, or a gap. */
type Struct = Y.Item | Y.GC | Y.Skip

class Reading {
  readonly #doc: Y.Doc
  readonly #update: ReturnType<typeof Y.decodeUpdate>
  /** The update's own structs that the document lacks, per client, in the order of their clocks. */
  readonly #fresh = new Map<number, (Y.Item | Y.GC)[]>()
  readonly #spots = new Map<Y.Item, Spot>()
  readonly #roots = new Map<unknown, string>()
  readonly #cells = new Map<string, Touch>()
  /** What is known of a spot that many items share, so that a long text is named once. */
  readonly #touched = new Map<Spot, Touch['effect']>()

  constructor(doc: Y.Doc, update: ReturnType<typeof Y.decodeUpdate>) {
    this.#doc = doc
    this.#update = update
  }

  touches(): Touches {
    this.#takeFresh()
    for (const structs of this.#fresh.values()) {
      for (const struct of structs) {
        if (struct instanceof Y.Item)
          this.#touch(this.#spotOf(struct), 'write', this.#collides(struct))
      }
    }
    const deletes = this.#readDeletes()
    return {
      cells: [...this.#cells.values()],
      isNothing: this.#fresh.size === 0 && !deletes,
      clients: [...this.#fresh.keys()],
      problem: null,
    }
  }

  #takeFresh(): void {
    const ends = new Map<number, number>()
    let last = -1
    for (const struct of this.#update.structs as Struct[]) {
      const { client, clock } = struct.id
      const follows = client === last ? clock === ends.get(client) : !ends.has(client)
      if (!follows)
        throw new Error('a client\'s structs lie apart')
      ends.set(client, clock + struct.length)
      last = client
      if (clock + struct.length <= Y.getState(this.#doc.store, client))
        continue
      const own = this.#fresh.get(client)
      if (struct instanceof Y.Skip || clock > this.#endOf(client))
        throw new MissingPart()
      if (own)
        own.push(struct)
      else
        this.#fresh.set(client, [struct])
    }
  }

  /** The clock up to which the document and the update together hold a client's structs. */
  #endOf(client: number): number {
    const last = this.#fresh.get(client)?.at(-1)
    return last ? last.id.clock + last.length : Y.getState(this.#doc.store, client)
  }

  /** The struct that holds an id: one of the document's, or one of the update's. */
  #find({ client, clock }: Y.ID): Struct {
    if (clock < Y.getState(this.#doc.store, client))
      return Y.getItem(this.#doc.store, Y.createID(client, clock))
    const structs = this.#fresh.get(client) ?? []
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

  /** Where an item stands. Walks by hand and not by recursion: a chain of neighbours may be as long as the text. */
  #spotOf(item: Y.Item): Spot {
    const path: Y.Item[] = [item]
    const walked = new Set<Y.Item>(path)
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const known = this.#spots.get(top) ?? this.#spotFromHere(top, path, walked)
      if (!known)
        continue
      this.#spots.set(top, known)
      path.pop()
    }
    const spot = this.#spots.get(item)
    if (!spot)
      throw new Error('an item without a place')
    return spot
  }

  /** The spot, when what it rests on is known; else null, with that put on the path to be found first. */
  #spotFromHere(item: Y.Item, path: Y.Item[], walked: Set<Y.Item>): Spot | null {
    const { parent } = item
    if (typeof parent === 'string')
      return this.#below({ root: parent, row: null, key: null }, item, true)
    if (parent instanceof Y.AbstractType && parent._item === null)
      return this.#below({ root: this.#rootName(parent), row: null, key: null }, item, true)
    const above = parent instanceof Y.AbstractType ? parent._item : parent && this.#find(parent)
    const beside = above ?? this.#find(item.origin ?? item.rightOrigin ?? fail())
    if (beside instanceof Y.GC)
      return nowhere
    if (!(beside instanceof Y.Item))
      throw new MissingPart()
    const spot = this.#spots.get(beside)
    if (!spot) {
      if (walked.has(beside))
        throw new Error('items that rest on one another')
      walked.add(beside)
      path.push(beside)
      return null
    }
    return above ? this.#below(spot, item, false) : spot
  }

  /** The spot of an item put into the type whose own spot is `above`. */
  #below(above: Spot, item: Y.Item, isRoot: boolean): Spot {
    if (isRoot)
      return { ...above, row: item.parentSub ?? '' }
    return above.key === null && above.row !== '' ? { ...above, key: item.parentSub ?? '' } : above
  }

  #rootName(type: unknown): string {
    const known = this.#roots.get(type)
    if (known !== undefined)
      return known
    for (const [name, root] of this.#doc.share)
      this.#roots.set(root, name)
    return this.#roots.get(type) ?? fail()
  }

  /**
   * Whether a map's new item was put without having seen the one that stands there: its origin is not the present item.
   * Yjs lets one of the two win, the same everywhere.
   */
  #collides(item: Y.Item): boolean {
    const first = this.#keyed(item)
    if (!first || (item.origin && item.origin.clock >= Y.getState(this.#doc.store, item.origin.client)))
      return false
    const parent = first.parent
    const type = parent instanceof Y.AbstractType ? parent : this.#liveType(parent)
    const present = type?._map.get(first.parentSub ?? '')
    if (!present)
      return false
    return item.origin === null || !Y.compareIDs(item.origin, present.lastId)
  }

  /** The item that names the key of a map's entry: itself, or the one it was put after. Null for an item in a list or text. */
  #keyed(item: Y.Item): Y.Item | null {
    if (item.parentSub !== null)
      return item
    const beside = item.origin && item.parent === null ? this.#find(item.origin) : null
    return beside instanceof Y.Item && beside.parentSub !== null ? beside : null
  }

  #liveType(parent: Y.Item['parent']): Y.AbstractType<unknown> | null {
    if (typeof parent === 'string')
      return (this.#doc.share.get(parent) as Y.AbstractType<unknown> | undefined) ?? null
    if (parent === null || parent instanceof Y.AbstractType || parent.clock >= Y.getState(this.#doc.store, parent.client))
      return null
    const above = this.#find(parent)
    return above instanceof Y.Item && above.content instanceof Y.ContentType ? above.content.type as Y.AbstractType<unknown> : null
  }

  /** Walks the delete set over what is alive; tells whether it deletes anything. */
  #readDeletes(): boolean {
    let deletes = false
    for (const [client, ranges] of this.#update.ds.clients) {
      const held = Y.getState(this.#doc.store, client)
      for (const { clock, len } of inOrder(ranges)) {
        if (clock + len > this.#endOf(client))
          throw new MissingPart()
        for (let at = clock; at < Math.min(clock + len, held);) {
          const struct = this.#find(Y.createID(client, at))
          if (struct instanceof Y.Item && !struct.deleted) {
            deletes = true
            this.#touch(this.#spotOf(struct), 'remove', false)
          }
          at = struct.id.clock + struct.length
        }
      }
    }
    return deletes
  }

  #touch(spot: Spot, effect: Touch['effect'], collides: boolean): void {
    const known = this.#touched.get(spot)
    if (spot === nowhere || (!collides && (known === 'write' || known === effect)))
      return
    this.#touched.set(spot, known === 'write' ? known : effect)
    const { root, row, key } = spot
    const { field, member } = splitKey(key ?? '')
    const name = JSON.stringify([root, row, key])
    const before = this.#cells.get(name)
    this.#cells.set(name, {
      register: root,
      row: row ?? '',
      field,
      member,
      effect: before?.effect === 'write' ? 'write' : effect,
      collides: collides || (before?.collides ?? false),
    })
  }
}

/** The spot of what was put into something already deleted and collected: it lands nowhere, and so does all below it. */
const nowhere: Spot = { root: '', row: '', key: '' }

/** Ranges in order. Throws where two overlap: no client writes that, and applying it would walk the same structs again and again. */
function inOrder(ranges: readonly { clock: number, len: number }[]): readonly { clock: number, len: number }[] {
  const sorted = [...ranges].sort((a, b) => a.clock - b.clock)
  sorted.forEach(({ clock }, n) => {
    const before = sorted[n - 1]
    if (before && clock < before.clock + before.len)
      throw new Error('a delete set names something twice')
  })
  return sorted
}

function fail(): never {
  throw new Error('an item without a parent or neighbour')
}
