import * as Y from 'yjs'
import { splitKey } from './plan.ts'
import { MissingPart, Reading, TooMuch, type Container, type Reader, type Spot } from './reading.ts'

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
  /**
   * `ill-formed`: not an update. `missing-part`: it rests on structs that neither it nor the document holds. `too-large`: more new
   * structs than an update may bring.
   */
  readonly problem: null | 'ill-formed' | 'missing-part' | 'too-large'
}

/**
 * Reads which cells an update would touch in `doc`, without applying it and without changing `doc`. Never throws (D12).
 * `judge` is told of everything on the way.
 */
export function readTouches(doc: Y.Doc, update: Uint8Array, judge?: (reading: Reading) => Reader): Touches {
  try {
    const reading = new Reading(doc, update)
    const touched = new Touched(reading, judge?.(reading))
    const brings = reading.tell(touched)
    return { cells: touched.cells(), isNothing: !brings, clients: [...reading.fresh.keys()], problem: null }
  }
  catch (error) {
    const problem = error instanceof MissingPart ? 'missing-part' : error instanceof TooMuch ? 'too-large' : 'ill-formed'
    return { cells: [], isNothing: false, clients: [], problem }
  }
}

/** The cells an update touches, gathered while it is read. */
class Touched implements Reader {
  readonly #reading: Reading
  readonly #judge: Reader | undefined
  /** In the order the update names them. */
  readonly #cells: MutableTouch[] = []
  /** The same, by what the key stands in and the key: a root and a row's id, a row and a cell's key. */
  readonly #byPlace = new Map<Container, Map<string, MutableTouch>>()
  /** What is known of a container whose items are all in one cell, so that a long text is named once. */
  readonly #known = new Map<Container, MutableTouch>()

  constructor(reading: Reading, judge: Reader | undefined) {
    this.#reading = reading
    this.#judge = judge
  }

  cells(): readonly Touch[] {
    return this.#cells
  }

  onItem(item: Y.Item, spot: Spot | null): void {
    if (spot)
      this.#touch(spot, 'write', spot.key !== null && this.#collides(item, spot))
    this.#judge?.onItem(item, spot)
  }

  onRemoval(item: Y.Item, spot: Spot, length: number, isNew: boolean): void {
    if (!isNew)
      this.#touch(spot, 'remove', false)
    this.#judge?.onRemoval(item, spot, length, isNew)
  }

  /**
   * Whether a map's new item was put without having seen the one that stands there: its origin is not the present item.
   * Yjs lets one of the two win, the same everywhere.
   */
  #collides({ origin }: Y.Item, { container, key }: Spot): boolean {
    const { store } = this.#reading.doc
    if (origin && origin.clock >= Y.getState(store, origin.client))
      return false
    const present = container.live?._map.get(key ?? '')
    return present !== undefined && (origin === null || !Y.compareIDs(origin, present.lastId))
  }

  #touch({ container, key }: Spot, effect: Touch['effect'], collides: boolean): void {
    const touch = this.#known.get(container) ?? this.#find(container, key ?? '')
    if (effect === 'write')
      touch.effect = effect
    touch.collides ||= collides
  }

  /** The touch of a cell, or of a row as a whole. One that is new takes things out until it is told otherwise. */
  #find(container: Container, key: string): MutableTouch {
    let place = container
    while (place.level > 1 && place.above)
      place = place.above
    const name = container.level > 1 ? container.key ?? '' : key
    const inPlace = this.#byPlace.get(place) ?? new Map<string, MutableTouch>()
    this.#byPlace.set(place, inPlace)
    const touch = inPlace.get(name) ?? this.#add(place, name)
    inPlace.set(name, touch)
    if (container.level > 1)
      this.#known.set(container, touch)
    return touch
  }

  #add({ level, root, row }: Container, key: string): MutableTouch {
    const { field, member } = splitKey(level === 0 ? '' : key)
    const touch: MutableTouch = { register: root, row: level === 0 ? key : row ?? '', field, member, effect: 'remove', collides: false }
    this.#cells.push(touch)
    return touch
  }
}

type MutableTouch = { -readonly [F in keyof Touch]: Touch[F] }
