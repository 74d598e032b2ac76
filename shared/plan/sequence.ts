import * as Y from 'yjs'
import type { Container, Reading } from './reading.ts'

/** The update asks for more comparing than an honest one ever does. */
export class TooCostly extends Error {}

/** So many steps between neighbours an update may cost. An honest one needs few: neighbours stood side by side when it was written. */
const maxSteps = 500_000
/** So far a proof is looked for among the update's own items before the order is worked out. */
const maxLinks = 64

/**
 * Tells whether what an update puts into lists and texts lies between its two neighbours in the right order. Replicas differ for
 * good where one does not, with equal state vectors (D17).
 */
export interface Sequences {
  /** Whether the item's right neighbour stands to the right of its left one. Asked of every list item, in the order read. */
  isInOrder(item: Y.Item, container: Container): boolean
}

export function openSequences(reading: Reading): Sequences {
  const { store } = reading.doc
  const added = new Map<Container, Y.Item[]>()
  const workedOut = new Map<Container, WorkedOut>()
  let steps = 0

  function step(): void {
    if (++steps > maxSteps)
      throw new TooCostly()
  }

  /** Whether `left` stands before `right`, both in the document. */
  function isBefore(left: Y.ID, right: Y.ID): boolean {
    const target = Y.getItem(store, right)
    let at: Y.Item | Y.GC | null = Y.getItem(store, left)
    if (at === target)
      return left.clock < right.clock
    while (at instanceof Y.Item) {
      step()
      at = at.right
      if (at === target)
        return true
    }
    return false
  }

  const isLive = ({ client, clock }: Y.ID) => clock < Y.getState(store, client)

  /** True where it is plain from how the items were put; else it has to be worked out. */
  function isPlain(left: Y.ID, right: Y.ID): boolean {
    let from = left
    for (let links = 0; links < maxLinks; links++) {
      if (isLive(from))
        break
      const struct = reading.find(from)
      const next = struct instanceof Y.Item ? struct.rightOrigin : null
      if (!next)
        break
      if (Y.compareIDs(next, right))
        return true
      from = next
    }
    let to = right
    for (let links = 0; links < maxLinks && !isLive(to); links++) {
      const struct = reading.find(to)
      if (left.client === to.client && left.clock < to.clock && left.clock >= struct.id.clock)
        return true
      const before = !(struct instanceof Y.Item)
        ? null
        : to.clock > struct.id.clock ? Y.createID(to.client, to.clock - 1) : reading.originOf(struct)
      if (!before)
        break
      if (Y.compareIDs(before, left))
        return true
      to = struct instanceof Y.Item && to.clock > struct.id.clock ? struct.id : before
    }
    return isLive(from) && isLive(to) && isBefore(from, to)
  }

  function workOut(container: Container): WorkedOut {
    const known = workedOut.get(container)
    if (known)
      return known
    const made = new WorkedOut(container.live, step)
    for (const item of added.get(container) ?? [])
      made.put(item, reading.originOf(item))
    workedOut.set(container, made)
    return made
  }

  return {
    isInOrder(item, container) {
      const left = reading.originOf(item)
      const right = item.rightOrigin
      const known = workedOut.get(container)
      const areNeighbours = left && right
      const isGood = !areNeighbours
        || (isLive(left) && isLive(right) ? isBefore(left, right) : isPlain(left, right) || workOut(container).isBefore(left, right))
      if (isGood) {
        const list = added.get(container) ?? []
        list.push(item)
        added.set(container, list);
        (known ?? workedOut.get(container))?.put(item, left)
      }
      return isGood
    },
  }
}

/** One run of units in a worked-out list. */
interface Run {
  readonly client: number
  readonly clock: number
  length: number
  readonly origin: Y.ID | null
  readonly rightOrigin: Y.ID | null
  right: Run | null
}

/**
 * A copy of one list's order, into which the update's items are put as Yjs would put them (YATA). Made only where the order of
 * two neighbours cannot be told otherwise: two wrote at one place while apart, and one of them then between both.
 */
class WorkedOut {
  readonly #first: Run = { client: -1, clock: 0, length: 0, origin: null, rightOrigin: null, right: null }
  readonly #runs = new Map<number, Run[]>()
  readonly #step: () => void

  constructor(live: Y.AbstractType<unknown> | null, step: () => void) {
    this.#step = step
    let last = this.#first
    for (let item = live?._start ?? null; item; item = item.right) {
      step()
      const { id: { client, clock }, length, origin, rightOrigin } = item
      last = last.right = { client, clock, length, origin, rightOrigin, right: null }
      this.#keep(last)
    }
    for (const runs of this.#runs.values())
      runs.sort((a, b) => a.clock - b.clock)
  }

  isBefore(left: Y.ID, right: Y.ID): boolean {
    const target = this.#runOf(right)
    let at: Run | null = this.#runOf(left)
    if (at === target)
      return left.clock < right.clock
    while (at) {
      this.#step()
      at = at.right
      if (at === target)
        return true
    }
    return false
  }

  put(item: Y.Item, origin: Y.ID | null): void {
    const held = origin && origin.client === item.id.client ? Math.max(item.id.clock, origin.clock + 1) : item.id.clock
    const { client } = item.id
    const { rightOrigin } = item
    const length = item.id.clock + item.length - held
    const end = rightOrigin && this.#startingAt(rightOrigin)
    let left = origin ? this.#endingAt(origin) : this.#first
    const conflicting = new Set<Run>()
    const passed = new Set<Run>()
    for (let other = left.right; other && other !== end; other = other.right) {
      this.#step()
      passed.add(other)
      conflicting.add(other)
      if (isSame(origin, other.origin)) {
        if (other.client < client) {
          left = other
          conflicting.clear()
        }
        else if (isSame(rightOrigin, other.rightOrigin)) {
          break
        }
      }
      else {
        const before = other.origin && this.#runOf(other.origin)
        if (!before || !passed.has(before))
          break
        if (!conflicting.has(before)) {
          left = other
          conflicting.clear()
        }
      }
    }
    const run: Run = { client, clock: held, length, origin, rightOrigin, right: left.right }
    left.right = run
    this.#keep(run)
  }

  #keep(run: Run): void {
    const runs = this.#runs.get(run.client) ?? []
    runs.push(run)
    this.#runs.set(run.client, runs)
  }

  #runOf({ client, clock }: Y.ID): Run {
    const runs = this.#runs.get(client) ?? []
    let low = 0
    let high = runs.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const run = runs[middle]
      if (!run || clock < run.clock)
        high = middle - 1
      else if (clock >= run.clock + run.length)
        low = middle + 1
      else
        return run
    }
    throw new Error('a neighbour in another list')
  }

  /** The run that ends with this unit, cut where needed. */
  #endingAt(id: Y.ID): Run {
    const run = this.#runOf(id)
    this.#cut(run, id.clock + 1)
    return run
  }

  /** The run that begins with this unit, cut where needed. */
  #startingAt(id: Y.ID): Run {
    const run = this.#runOf(id)
    return this.#cut(run, id.clock) ?? run
  }

  #cut(run: Run, at: number): Run | null {
    if (at <= run.clock || at >= run.clock + run.length)
      return null
    const { client, rightOrigin } = run
    const rest: Run = {
      client, clock: at, length: run.clock + run.length - at, origin: Y.createID(client, at - 1), rightOrigin, right: run.right,
    }
    run.length = at - run.clock
    run.right = rest
    const runs = this.#runs.get(client) ?? []
    runs.splice(runs.indexOf(run) + 1, 0, rest)
    return rest
  }
}

const isSame = (a: Y.ID | null, b: Y.ID | null) => Y.compareIDs(a, b)
