import type { Clock } from '../../../server/time/clock.ts'

/** Time that stands still until it is moved. */
export interface PretendClock extends Clock {
  /** Lets the time pass, with all that falls due in it. */
  advance(ms: number): void
  /** Lets the time pass as for a machine that slept: what fell due meanwhile runs once, at the end. */
  sleep(ms: number): void
  /** How many wait for their time. */
  waiting(): number
}

export function pretendClock(start = 1_700_000_000_000): PretendClock {
  let now = start
  let lastId = 0
  const timers = new Map<number, { at: number, everyMs: number | null, run: () => void }>()

  function add(ms: number, everyMs: number | null, run: () => void): () => void {
    const id = ++lastId
    timers.set(id, { at: now + ms, everyMs, run })
    return () => void timers.delete(id)
  }

  return {
    now: () => now,
    waiting: () => timers.size,
    after: (ms, run) => add(ms, null, run),
    every: (ms, run) => add(ms, ms, run),
    advance(ms) {
      const end = now + ms
      for (;;) {
        const [next] = [...timers].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at)
        if (!next)
          break
        const [id, timer] = next
        now = Math.max(now, timer.at)
        if (timer.everyMs === null)
          timers.delete(id)
        else
          timer.at += timer.everyMs
        timer.run()
      }
      now = end
    },
    sleep(ms) {
      now += ms
      for (const [id, timer] of [...timers].filter(([, { at }]) => at <= now)) {
        if (timer.everyMs === null)
          timers.delete(id)
        else
          timer.at = now + timer.everyMs
        timer.run()
      }
    },
  }
}
