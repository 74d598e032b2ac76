import type { Instant } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'

/** What may go at once, and what comes back each second. */
export interface Rate { readonly atOnce: number, readonly perSecond: number }

/** A token bucket, full from the beginning. */
export interface Bucket {
  /** How long until so much may be taken; 0 now. More than the bucket holds waits until it is full. */
  waitMs(amount: number): number
  /** May leave a debt, which is paid before anything else may be taken. */
  take(amount: number): void
}

export function openBucket(clock: Clock, { atOnce, perSecond }: Rate): Bucket {
  let level = atOnce
  let filledAt: Instant = clock.now()

  function fill(): void {
    const now = clock.now()
    // The machine's time may be set back.
    level = Math.min(atOnce, level + Math.max(0, now - filledAt) * perSecond / 1_000)
    filledAt = now
  }

  return {
    waitMs(amount) {
      fill()
      const lacks = Math.min(amount, atOnce) - level
      return lacks <= 0 ? 0 : Math.ceil(lacks / perSecond * 1_000)
    },
    take(amount) {
      fill()
      level -= amount
    },
  }
}
