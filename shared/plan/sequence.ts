import * as Y from 'yjs'
import type { Container, Reading } from './reading.ts'
import { workOut, type Link, type WorkedOut } from './workedOut.ts'

/** The update asks for more comparing than an honest one ever does, and so would applying it. */
export class TooCostly extends Error {}

/** So many steps judging one update may take. An honest one needs few: neighbours stood side by side when it was written. */
const maxSteps = 250_000
/** Up to so many steps of applying are estimated; beyond that they are counted one by one. */
const maxEstimate = 100_000

/**
 * Tells whether what an update puts into lists and texts could have been put there: between two neighbours that stood side by
 * side for its author. Nothing its author knew lies between such two: not what the right one was put after, nor what the
 * left one was put before. Where that does not hold, replicas can differ for good with equal state vectors (D16).
 */
export interface Sequences {
  /** Asked of every list item, in the order read. Throws {@link TooCostly}. */
  isBetween(item: Y.Item, container: Container): boolean
  /** Counts what it costs to put a value under a key, after those it was put after. Throws {@link TooCostly}. */
  follow(item: Y.Item, container: Container, key: string): void
}

export function openSequences(reading: Reading): Sequences {
  const { store } = reading.doc
  const lists = new Map<Container, List>()
  let steps = 0

  const step = () => {
    if (++steps > maxSteps)
      throw new TooCostly()
  }
  const isLive = (id: Y.ID | null) => id === null || id.clock < Y.getState(store, id.client)
  const holding = (id: Y.ID) => Y.getItem(store, id)

  /** How many items of the document lie between the neighbours at most; null when they cannot be neighbours; undefined when it is not plain. */
  function look(left: Y.ID | null, right: Y.ID | null, { costs }: List, live: Y.AbstractType<unknown> | null): number | null | undefined {
    if (isLive(left) && isLive(right))
      return between({ first: live?._start ?? null, holding }, left, right, step)
    const [from, until] = [fresh(left), fresh(right)]
    // Put after one of the update's own, before what that was put before; or the reverse; or inside one.
    if (from && Y.compareIDs(from.rightOrigin, right))
      return costs.get(from)
    if (until && right?.clock === reading.startOf(until) && Y.compareIDs(reading.originOf(until), left))
      return costs.get(until)
    return from && from === until && left && right?.clock === left.clock + 1 ? 0 : undefined
  }

  const fresh = (id: Y.ID | null) => id && !isLive(id) ? reading.find(id) as Y.Item : null

  function workOutList(list: List, container: Container): WorkedOut {
    const made = workOut(container.live?._start ?? null, step)
    for (const item of list.items)
      made.put(item, reading.startOf(item), reading.originOf(item))
    return made
  }

  const chains = new Map<Container, Map<string, Chain>>()

  /** How many values of the document stand behind one under a key; with null, how many there are. */
  function countBehind(origin: Y.ID | null, container: Container, key: string): number {
    let passed = 0
    const isForward = origin !== null && isLive(origin)
    let at: Y.Item | null = isForward ? holding(origin).right : container.live?._map.get(key) ?? null
    for (; at; at = isForward ? at.right : at.left) {
      step()
      passed++
    }
    return passed
  }

  return {
    follow(item, container, key) {
      const inContainer = chains.get(container) ?? new Map<string, Chain>()
      chains.set(container, inContainer)
      const chain = inContainer.get(key) ?? { last: null, count: 0, estimate: 0 }
      inContainer.set(key, chain)
      const origin = reading.originOf(item)
      if (!chain.last || !Y.compareIDs(origin, chain.last.lastId))
        chain.estimate += chain.count + countBehind(origin, container, key)
      if (chain.estimate > maxEstimate)
        throw new TooCostly()
      chain.last = item
      chain.count++
    },
    isBetween(item, container) {
      const list: List = lists.get(container) ?? { items: [], costs: new Map(), estimate: 0, workedOut: null }
      lists.set(container, list)
      const left = reading.originOf(item)
      const cost = list.workedOut ? undefined : look(left, item.rightOrigin, list, container.live)
      if (cost === null)
        return false
      if (cost !== undefined) {
        list.items.push(item)
        list.costs.set(item, cost)
        list.estimate += cost + list.items.length
        if (list.estimate > maxEstimate)
          list.workedOut = workOutList(list, container)
        return true
      }
      list.workedOut ??= workOutList(list, container)
      if (between(list.workedOut, left, item.rightOrigin, step) === null)
        return false
      list.workedOut.put(item, reading.startOf(item), left)
      return true
    },
  }
}

/** One list as far as it has been read. */
interface List {
  readonly items: Y.Item[]
  /** How many items of the document lie between the neighbours of each, at most. */
  readonly costs: Map<Y.Item, number>
  estimate: number
  /** Its order with all that has been read in it, once that had to be known. */
  workedOut: WorkedOut | null
}

/** What an update puts under one key. */
interface Chain { last: Y.Item | null, count: number, estimate: number }

/** How many lie between two neighbours (null: the list's end), or null when they never stood side by side. */
function between(
  { first, holding }: Pick<WorkedOut, 'first' | 'holding'>, left: Y.ID | null, right: Y.ID | null, step: () => void,
): number | null {
  const from = left && holding(left)
  const until = right && holding(right)
  if (from && from === until)
    return left && right?.clock === left.clock + 1 ? 0 : null
  // Inside a run only the unit before stands beside a unit.
  if (until && right && right.clock > until.id.clock)
    return null
  const before = until?.origin ?? null
  const after = from?.rightOrigin ?? null
  if ((!left && before) || (!right && after) || (left && before && from && holds(from, before) && before.clock > left.clock))
    return null
  let passed = 0
  let at: Link | null = from ? from.right : first
  for (; at && at !== until; at = at.right) {
    step()
    passed++
    if ((before && holds(at, before)) || (after && holds(at, after)))
      return null
  }
  return at === until ? passed : null
}

const holds = (link: Link, { client, clock }: Y.ID) =>
  link.id.client === client && link.id.clock <= clock && clock < link.id.clock + link.length
