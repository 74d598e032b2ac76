import type { Instant } from '#shared/plan/values.ts'

/** Time as it is given to whatever waits, so that a test can hold it in its hand. */
export interface Clock {
  now(): Instant
  /** Runs once after `ms`, unless stopped before. */
  after(ms: number, run: () => void): () => void
  /** Runs every `ms` until stopped. */
  every(ms: number, run: () => void): () => void
  /** How many wait for their time: what has been asked for, and neither run once nor been stopped. */
  waiting(): number
}

/** This process's: its timers are its own, and nobody else counts them. */
const waiting = new Set<object>()

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(() => {
      waiting.delete(timer)
      run()
    }, ms).unref()
    waiting.add(timer)
    return () => {
      waiting.delete(timer)
      clearTimeout(timer)
    }
  },
  every(ms, run) {
    const timer = setInterval(run, ms).unref()
    waiting.add(timer)
    return () => {
      waiting.delete(timer)
      clearInterval(timer)
    }
  },
  waiting: () => waiting.size,
}
