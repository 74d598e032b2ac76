import type { Instant } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'

/** So many within so long. */
export interface GuessLimit { readonly most: number, readonly withinMs: number }

/** Counts what somebody tries, by a name of theirs: an address, a device, where they come from. Held in memory, and bounded there. */
export interface Guesses {
  /** Seconds until the next one may be tried, at least 1; null where it may be now, and then it is counted. */
  count(name: string): number | null
  /** As `count`, and counts nothing. */
  wait(name: string): number | null
  /** One that was counted was none. */
  takeBack(name: string): void
}

/** So many at once, and one more as often as that from then on. */
export interface Pace { readonly atOnce: number, readonly everyMs: number }
/** The same for what is never refused for long. One number a name, however many are let through. */
export type Paces = Pick<Guesses, 'count' | 'wait'>

/** How many names are remembered at once. Beyond them those tried longest ago are forgotten. */
const maxNames = 50_000

export function openGuesses(clock: Clock, { most, withinMs }: GuessLimit): Guesses {
  const tried = new Map<string, Instant[]>()

  const recent = (name: string, now: Instant) => (tried.get(name) ?? []).filter(at => at > now - withinMs)
  function wait(name: string): number | null {
    const now = clock.now()
    const [oldest, ...rest] = recent(name, now).slice(-most)
    return oldest === undefined || rest.length + 1 < most ? null : Math.max(1, Math.ceil((oldest + withinMs - now) / 1_000))
  }

  return {
    wait,
    takeBack: name => void tried.get(name)?.pop(),
    count(name) {
      const seconds = wait(name)
      if (seconds !== null)
        return seconds
      const now = clock.now()
      const times = [...recent(name, now), now]
      putLast(tried, name, times)
      return null
    },
  }
}

export function openPaces(clock: Clock, { atOnce, everyMs }: Pace): Paces {
  /** When all that was let through has been made up for. */
  const fullAt = new Map<string, Instant>()

  const from = (name: string) => Math.min(Math.max(fullAt.get(name) ?? 0, clock.now()), clock.now() + atOnce * everyMs)
  function wait(name: string): number | null {
    const ms = from(name) - clock.now() - (atOnce - 1) * everyMs
    return ms <= 0 ? null : Math.max(1, Math.ceil(ms / 1_000))
  }

  return {
    wait,
    count(name) {
      const seconds = wait(name)
      if (seconds === null)
        putLast(fullAt, name, from(name) + everyMs)
      return seconds
    },
  }
}

/** The latest tried stands last. */
function putLast<Value>(names: Map<string, Value>, name: string, value: Value): void {
  names.delete(name)
  names.set(name, value)
  const eldest = names.size > maxNames ? names.keys().next().value : undefined
  if (eldest !== undefined)
    names.delete(eldest)
}
