import type { LogContent, PlanLog } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'
import type { ScrubQuestion } from './scrubWorker.ts'
import { openThread, type Thread } from './thread.ts'

/** What came of comparing a room with its log: `unknown` where it could not be done, `unreadable` where what is stored is damaged. */
export type Comparison = 'same' | 'differs' | 'unreadable' | 'unknown'

/** Compares what rooms hold with what is stored of it, in a thread of its own, one after the other (S47). */
export interface Scrub {
  /**
   * `live` is the room's document as one update, at a moment when all of it is on disk. Asks the log for what it holds before it
   * returns, so that what comes afterwards counts on neither side. Never rejects.
   */
  compare(log: PlanLog, live: Uint8Array, report: (what: string, error: unknown) => void): Promise<Comparison>
  /** Ends what it is at. May be called twice. */
  close(): Promise<void>
}

/** One of its own. */
export const scrubThread = (clock: Clock): Thread<ScrubQuestion, boolean> =>
  openThread({ file: new URL('./scrubWorker.ts', import.meta.url), what: 'a comparison', clock })

/** The thread is its own to close. */
export function openScrub(thread: Thread<ScrubQuestion, boolean>): Scrub {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let isClosed = false

  async function compare(live: Uint8Array, { checkpoint, tail }: LogContent): Promise<Comparison> {
    const stored = checkpoint ? [checkpoint.update, ...tail] : tail
    return await thread.ask({ live, stored }) ? 'same' : 'differs'
  }

  return {
    compare(log, live, report) {
      const loading = log.load()
      waiting++
      const comparing = last.then(() => loading).then(
        content => compare(live, content).catch((error: unknown): Comparison => {
          if (!isClosed)
            report('what is stored could not be compared', error)
          return 'unknown'
        }),
        (error: unknown): Comparison => {
          if (!isClosed)
            report('what is stored could not be read', error)
          return isClosed ? 'unknown' : 'unreadable'
        },
      ).finally(() => {
        if (--waiting === 0)
          thread.rest()
      })
      loading.catch(() => {})
      last = comparing
      return comparing
    },
    close() {
      isClosed = true
      return thread.close()
    },
  }
}
