import { performance, type EventLoopUtilization } from 'node:perf_hooks'
import { memoryUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '../time/clock.ts'

/** Gives memory back when nothing happens. Left to itself the engine keeps what a meeting has used long after everybody has gone. */
export interface Tidying { close(): void }

const lookEveryMs = 5_000
/** Below this part of its time the thread is idle enough that nobody waits for the tenth of a second it takes: lines that only live take less. */
const idlePart = 0.1
/** Not for less than this. */
const worthBytes = 24 * 1024 * 1024
/** So long the thread must have been at work since, where memory has not grown: what it held before may be garbage now. */
const workedMs = 10_000

interface TidyingParts {
  readonly clock: Clock
  /** How many plans are open. */
  readonly rooms: () => number
  /** Collects all that is not used any more. Stops everything meanwhile. */
  readonly collect?: () => void
  readonly heapBytes?: () => number
  /** How much of the time since it was last asked the thread was at work, from 0 to 1. */
  readonly load?: () => number
}

export function openTidying(
  { clock, rooms, collect = openCollect(), heapBytes = () => memoryUsage().heapTotal, load = openLoad() }: TidyingParts,
): Tidying {
  let tidied = { heap: heapBytes(), rooms: 0 }
  let worked = 0
  load()
  const stop = clock.every(lookEveryMs, () => {
    const busy = load()
    worked += busy * lookEveryMs
    const open = rooms()
    tidied.rooms = Math.max(tidied.rooms, open)
    const isWorthIt = heapBytes() >= tidied.heap + worthBytes || worked >= workedMs || (tidied.rooms > 0 && open <= tidied.rooms / 2)
    if (busy > idlePart || !isWorthIt)
      return
    collect()
    tidied = { heap: heapBytes(), rooms: open }
    worked = 0
  })
  return { close: stop }
}

/** The engine's own collection, which a flag brings forth also while it runs. */
function openCollect(): () => void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as NonNullable<typeof globalThis.gc>
  setFlagsFromString('--no-expose-gc')
  return () => void gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

function openLoad(): () => number {
  let last: EventLoopUtilization | undefined
  return () => {
    const { utilization } = performance.eventLoopUtilization(last)
    last = performance.eventLoopUtilization()
    return utilization
  }
}
