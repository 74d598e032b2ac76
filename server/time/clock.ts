import type { Instant } from '#shared/plan/values.ts'

/** Time as it is given to whatever waits, so that a test can hold it in its hand. */
export interface Clock {
  now(): Instant
  /** Runs once after `ms`, unless stopped before. */
  after(ms: number, run: () => void): () => void
  /** Runs every `ms` until stopped. */
  every(ms: number, run: () => void): () => void
}

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
  every(ms, run) {
    const timer = setInterval(run, ms).unref()
    return () => clearInterval(timer)
  },
}
