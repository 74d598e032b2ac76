import type { Instant } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'

/** Questions that cost more to answer than to ask. */
export interface Turns {
  /** Answered now, or when there is room for it again; unless another is asked meanwhile, which then takes its place. */
  ask(answer: () => void): void
  /** Forgets the one that waits. */
  close(): void
}

/** At most `most` answers within any `withinMs`. */
export function openTurns(clock: Clock, { most, withinMs }: { readonly most: number, readonly withinMs: number }): Turns {
  /** When the last ones were answered, the oldest first. */
  const answeredAt: Instant[] = []
  let latest: (() => void) | null = null
  let stopWaiting: (() => void) | null = null

  function answerOrWait(): void {
    if (!latest || stopWaiting)
      return
    const now = clock.now()
    // The machine's time may be set back.
    if (answeredAt.some(at => at > now))
      answeredAt.length = 0
    const [oldest] = answeredAt
    const waitMs = oldest === undefined || answeredAt.length < most ? 0 : oldest + withinMs - now
    if (waitMs > 0) {
      stopWaiting = clock.after(waitMs, () => {
        stopWaiting = null
        answerOrWait()
      })
      return
    }
    if (answeredAt.push(now) > most)
      answeredAt.shift()
    const answer = latest
    latest = null
    answer()
  }

  return {
    ask(answer) {
      latest = answer
      answerOrWait()
    },
    close() {
      latest = null
      stopWaiting?.()
      stopWaiting = null
    },
  }
}
