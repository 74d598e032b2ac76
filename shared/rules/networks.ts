import type { Instant } from '../plan/values.ts'
import { isRunning } from './focusAreas.ts'

interface HasState { readonly state: string | null, readonly deletedAt: Instant | null }

/** Living networks by state. Running are all but those that are only considered, ended, or without a state (F6). */
export interface NetworkCounts {
  readonly all: number
  readonly running: number
  /** In the order of `known`, then a region's own words, then those without a state (null); states that none has are left out. */
  readonly byState: readonly { readonly state: string | null, readonly count: number, readonly isRunning: boolean }[]
}

export function networkCounts(networks: readonly HasState[], known: readonly string[]): NetworkCounts {
  const alive = networks.filter(network => network.deletedAt === null)
  const counts = new Map<string | null, number>()
  for (const { state } of alive)
    counts.set(state, (counts.get(state) ?? 0) + 1)
  const rank = (state: string | null) => state === null ? Infinity : known.includes(state) ? known.indexOf(state) : known.length
  const byState = [...counts].map(([state, count]) => ({ state, count, isRunning: isRunning({ state }) }))
    .sort((a, b) => rank(a.state) - rank(b.state) || compare(a.state ?? '', b.state ?? ''))
  return { all: alive.length, running: alive.filter(isRunning).length, byState }
}

/** A network that is known not to run: considered, or ended. One without a state is not known to be either. */
export const isAtRest = ({ state }: { readonly state: string | null }) => state !== null && !isRunning({ state })

const compare = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0
