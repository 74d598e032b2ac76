import { Worker } from 'node:worker_threads'
import type { Checkpoint, PlanLog } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'

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

/** A document that takes longer than this is left as it is. */
const patienceMs = 60_000

export function openCheckpoints({ clock, report }: { clock: Clock, report: (what: string, error: unknown) => void }): Checkpoints {
  const waiting = new Map<PlanLog, Promise<boolean>>()
  let last: Promise<unknown> = Promise.resolve()
  let worker: Worker | null = null
  let isClosed = false

  async function makeNow(log: PlanLog): Promise<boolean> {
    const { checkpoint, tail } = await log.load()
    if (tail.length === 0)
      return true
    const made = await work(checkpoint ? [checkpoint.update, ...tail] : tail)
    if (made)
      await log.keep({ ...made, through: (checkpoint?.through ?? 0) + tail.length })
    else
      report('a checkpoint would not have been the same as its log', null)
    return made !== null
  }

  function work(updates: readonly Uint8Array[]): Promise<MadeCheckpoint | null> {
    return new Promise((resolve, reject) => {
      // The flags this process was started with are its own affair.
      const at = worker ??= new Worker(new URL('./checkpointWorker.ts', import.meta.url), { execArgv: [] })
      const stopWaiting = clock.after(patienceMs, () => end(new Error('a checkpoint took too long')))
      function settle(): void {
        stopWaiting()
        at.off('message', take).off('error', end).off('exit', end)
      }
      function take(made: MadeCheckpoint | null): void {
        settle()
        resolve(made)
      }
      function end(error: unknown): void {
        settle()
        if (worker === at)
          worker = null
        void at.terminate()
        reject(error instanceof Error ? error : new Error(`the thread that makes checkpoints ended with ${String(error)}`))
      }
      at.on('message', take).on('error', end).on('exit', end)
      at.postMessage(updates)
    })
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
        if (!isClosed)
          report('a checkpoint was not made', error)
        return false
      })
      // With nothing left to do the thread's memory is given back.
      void making.then(() => {
        if (waiting.size === 0 && worker) {
          void worker.terminate()
          worker = null
        }
      })
      waiting.set(log, making)
      last = making
      return making
    },
    async close() {
      isClosed = true
      const ending = worker
      worker = null
      await ending?.terminate()
    },
  }
}
