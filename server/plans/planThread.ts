import { Worker } from 'node:worker_threads'
import type { PlanJob, PlanJobResult } from './planJobs.ts'

/** Reads whole plans beside the server's own work, one at a time. */
export interface PlanThread {
  /**
   * Rejects when the job takes too long, or too much memory, or cannot be done. Where it is asked for in its turn, none of its bytes lie in
   * memory while it waits.
   */
  run<J extends PlanJob>(job: J | (() => Promise<J>)): Promise<PlanJobResult<J>>
  /** Ends what it is at; what waits rejects. May be called twice. */
  close(): Promise<void>
}

export function openPlanThread({ patienceMs = 30_000, maxMegabytes = 768 }: { patienceMs?: number, maxMegabytes?: number } = {}): PlanThread {
  let last: Promise<unknown> = Promise.resolve()
  let current: Worker | null = null
  let isClosed = false

  function start<J extends PlanJob>(job: J): Promise<PlanJobResult<J>> {
    return new Promise((resolve, reject) => {
      if (isClosed)
        return reject(new Error('the server is stopping'))
      // The flags this process was started with are its own affair.
      const worker = new Worker(new URL('./planWorker.ts', import.meta.url), {
        workerData: job, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: maxMegabytes },
      })
      current = worker
      const timer = setTimeout(() => {
        reject(new Error('reading a whole plan took too long'))
        void worker.terminate()
      }, patienceMs)
      worker.once('message', (result: PlanJobResult<J>) => resolve(result))
      worker.once('error', reject)
      worker.once('exit', (code) => {
        clearTimeout(timer)
        reject(new Error(`the thread that reads a plan ended with ${code}`))
      })
    })
  }

  return {
    run(job) {
      const result = last.then(async () => await start(typeof job === 'function' ? await job() : job))
      last = result.catch(() => {})
      return result
    },
    async close() {
      isClosed = true
      await current?.terminate()
    },
  }
}
