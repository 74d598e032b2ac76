import * as Y from 'yjs'

/** A run of units in a list: an item of the document, or a copy of one. */
export interface Link {
  readonly id: Y.ID
  readonly length: number
  readonly origin: Y.ID | null
  readonly rightOrigin: Y.ID | null
  readonly right: Link | null
}

/**
 * A copy of one list's order, into which an update's items are put as Yjs would put them. Made only where the order cannot be
 * told by looking: two wrote at one place while apart, and one of them then between both.
 */
export interface WorkedOut {
  readonly first: Link | null
  /** The run that holds a unit. Throws when none does. */
  holding(id: Y.ID): Link
  /** Puts an item in from its unit `clock` on, after `origin`. */
  put(item: Y.Item, clock: number, origin: Y.ID | null): void
}

interface Run {
  readonly id: Y.ID
  length: number
  readonly origin: Y.ID | null
  readonly rightOrigin: Y.ID | null
  right: Run | null
}

/** `step` is called for each thing that is looked at, and may throw. */
export function workOut(start: Link | null, step: () => void): WorkedOut {
  /** What all of the list is to the right of. */
  const head: Run = { id: Y.createID(0, 0), length: 0, origin: null, rightOrigin: null, right: null }
  /** Each client's runs, by clock. */
  const runs = new Map<number, Run[]>()

  let last = head
  for (let item = start; item; item = item.right) {
    step()
    last = last.right = { id: item.id, length: item.length, origin: item.origin, rightOrigin: item.rightOrigin, right: null }
    keep(last)
  }
  runs.forEach(own => own.sort((a, b) => a.id.clock - b.id.clock))

  function keep(run: Run): void {
    const own = runs.get(run.id.client)
    if (own)
      own.push(run)
    else
      runs.set(run.id.client, [run])
  }

  function indexOf(own: readonly Run[], clock: number): number {
    let low = 0
    let high = own.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((own[middle]?.id.clock ?? 0) <= clock)
        low = middle
      else
        high = middle - 1
    }
    return low
  }

  function holding({ client, clock }: Y.ID): Run {
    const own = runs.get(client) ?? []
    const run = own[indexOf(own, clock)]
    if (!run || clock < run.id.clock || clock >= run.id.clock + run.length)
      throw new Error('a neighbour in another list')
    return run
  }

  /** The run that begins with a unit, cut off from what stands before it where needed. */
  function startingAt(id: Y.ID): Run {
    const run = holding(id)
    const length = id.clock - run.id.clock
    if (length === 0)
      return run
    step()
    const before = Y.createID(id.client, id.clock - 1)
    const rest: Run = { id, length: run.length - length, origin: before, rightOrigin: run.rightOrigin, right: run.right }
    run.length = length
    run.right = rest
    const own = runs.get(id.client) ?? []
    own.splice(indexOf(own, run.id.clock) + 1, 0, rest)
    return rest
  }

  /** The run that ends with a unit. */
  function endingAt(id: Y.ID): Run {
    const run = holding(id)
    if (id.clock + 1 < run.id.clock + run.length)
      startingAt(Y.createID(id.client, id.clock + 1))
    return run
  }

  return {
    get first() {
      return head.right
    },
    holding,
    put(item, clock, origin) {
      const { id: { client }, rightOrigin } = item
      const end = rightOrigin && startingAt(rightOrigin)
      let left = origin ? endingAt(origin) : head
      const conflicting = new Set<Run>()
      const passed = new Set<Run>()
      for (let other = left.right; other && other !== end; other = other.right) {
        step()
        passed.add(other)
        conflicting.add(other)
        if (Y.compareIDs(origin, other.origin)) {
          if (other.id.client < client) {
            left = other
            conflicting.clear()
          }
          else if (Y.compareIDs(rightOrigin, other.rightOrigin)) {
            break
          }
        }
        else {
          const before = other.origin && holding(other.origin)
          if (!before || !passed.has(before))
            break
          if (!conflicting.has(before)) {
            left = other
            conflicting.clear()
          }
        }
      }
      const run: Run = { id: Y.createID(client, clock), length: item.id.clock + item.length - clock, origin, rightOrigin, right: left.right }
      left.right = run
      keep(run)
    },
  }
}
