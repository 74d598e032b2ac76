import { Worker } from 'node:worker_threads'
import type { Clock } from '../time/clock.ts'

/** A thread that answers one question at a time. It is started by the first, and by the first after it ended. */
export interface Thread<Question, Answer> {
  /** Rejects when it ends, or takes too long; then it is ended. Nobody asks before the one before has been answered. */
  ask(question: Question): Promise<Answer>
  /** Gives its memory back until it is asked again. To be called when it is asked nothing. */
  rest(): void
  /** Ends it. What it is asked then rejects. May be called twice. */
  close(): Promise<void>
}

/** What takes longer than this is left as it is. */
const patienceMs = 60_000

/** `what` it does is for the operator. */
export function openThread<Question, Answer>({ file, what, clock }: { file: URL, what: string, clock: Clock }): Thread<Question, Answer> {
  let worker: Worker | null = null
  let isClosed = false

  return {
    ask: question => new Promise((resolve, reject) => {
      if (isClosed)
        return reject(new Error('the server is stopping'))
      // The flags this process was started with are its own affair.
      const at = worker ??= new Worker(file, { execArgv: [] })
      const stopWaiting = clock.after(patienceMs, () => end(new Error(`${what} took too long`)))
      function settle(): void {
        stopWaiting()
        at.off('message', take).off('error', end).off('exit', end)
      }
      function take(answer: Answer): void {
        settle()
        resolve(answer)
      }
      function end(error: unknown): void {
        settle()
        if (worker === at)
          worker = null
        void at.terminate()
        reject(error instanceof Error ? error : new Error(`the thread for ${what} ended with ${String(error)}`))
      }
      at.on('message', take).on('error', end).on('exit', end)
      at.postMessage(question)
    }),
    rest() {
      void worker?.terminate()
      worker = null
    },
    async close() {
      isClosed = true
      const ending = worker
      worker = null
      await ending?.terminate()
    },
  }
}
