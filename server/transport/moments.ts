import type { Instant } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'

/** Something that is to be looked at when its moment comes. */
export interface Timed {
  /** Later than now when it has just been looked at. Infinity: never. */
  nextAt(): Instant
  look(): void
}

/** The moments of many, with one timer for the earliest of them, so that each costs nothing while it waits. */
export interface Moments {
  /** One of them has this moment now. That it has left another one need not be told. */
  expect(at: Instant): void
  /** Waits for nothing any more, until one is expected. */
  rest(): void
}

export function openMoments({ clock, all }: { readonly clock: Clock, readonly all: () => Iterable<Timed> }): Moments {
  let expected: Instant = Infinity
  let lookedAt: Instant = -Infinity
  let stopWaiting: (() => void) | null = null

  function rest(): void {
    stopWaiting?.()
    stopWaiting = null
    expected = Infinity
  }

  function expect(at: Instant): void {
    if (at >= expected)
      return
    rest()
    expected = at
    const now = clock.now()
    const dueAt = now >= lookedAt ? Math.max(at, lookedAt + betweenLooksMs) : at
    stopWaiting = clock.after(Math.min(Math.max(dueAt - now, 0), longestWaitMs), look)
  }

  function look(): void {
    rest()
    lookedAt = clock.now()
    let next: Instant = Infinity
    for (const one of all()) {
      if (one.nextAt() <= lookedAt)
        one.look()
      next = Math.min(next, one.nextAt())
    }
    expect(next)
  }

  return { expect, rest }
}

/** All of them are looked through each time: many moments close to each other are met together. */
const betweenLooksMs = 20
/** No timer holds more; it is then asked anew. */
const longestWaitMs = 2 ** 31 - 1
