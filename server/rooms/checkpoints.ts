import type { Checkpoint, PlanLog } from '../storage/contracts.ts'
import { unwatched, type Watch } from '../operation/watch.ts'
import type { Clock } from '../time/clock.ts'
import { openThread } from './thread.ts'

export type MadeCheckpoint = Omit<Checkpoint, 'through'>

/** Makes checkpoints of logs in a thread of its own, one after the other (S29). */
export interface Checkpoints {
  /**
   * Makes one of what the log holds when its turn has come, unless nothing has come since the last, and gives whether there is one
   * of all that. Never rejects: a log is whole without. Asked for again while it waits, a log's is made once.
   */
  make(log: PlanLog): Promise<boolean>
  /** Ends what it is at. May be called twice. */
  close(): Promise<void>
}

interface CheckpointsParts {
  readonly clock: Clock
  readonly report: (what: string, error: unknown) => void
  /** Nobody looks, unless said. */
  readonly watch?: Watch
}

export function openCheckpoints({ clock, report, watch = unwatched }: CheckpointsParts): Checkpoints {
  const waiting = new Map<PlanLog, Promise<boolean>>()
  const thread = openThread<readonly Uint8Array[], MadeCheckpoint | null>({
    file: new URL('./checkpointWorker.ts', import.meta.url), what: 'a checkpoint', clock,
  })
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  async function makeNow(log: PlanLog): Promise<boolean> {
    const { checkpoint, tail, through } = await log.load()
    if (tail.length === 0)
      return true
    const made = await thread.ask(checkpoint ? [checkpoint.update, ...tail] : tail)
    if (made)
      await log.keep({ ...made, through })
    else
      report('a checkpoint would not have been the same as its log', null)
    watch.count('checkpoint', made ? 'made' : 'differed')
    return made !== null
  }

  return {
    make(log) {
      const known = waiting.get(log)
      if (known)
        return known
      const making = last.then(() => {
        waiting.delete(log)
        return isClosed ? false : makeNow(log)
      }).catch((error: unknown) => {
        if (!isClosed) {
          watch.count('checkpoint', 'failed')
          report('a checkpoint was not made', error)
        }
        return false
      })
      void making.then(() => {
        if (waiting.size === 0)
          thread.rest()
      })
      waiting.set(log, making)
      last = making
      return making
    },
    close() {
      isClosed = true
      return thread.close()
    },
  }
}
