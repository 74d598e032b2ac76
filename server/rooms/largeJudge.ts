import { Worker } from 'node:worker_threads'
import * as Y from 'yjs'
import type { Judgement } from '#shared/plan/admission.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'
import { toWorkedMs, type Case, type Reply } from './judgeWire.ts'

/** What was found of a large update. */
export type Finding =
  | { readonly kind: 'judged', readonly judgement: Judgement }
  | { readonly kind: 'too-costly' }
  /** It was admitted, and could then not be applied. */
  | { readonly kind: 'unsound', readonly judgement: Judgement, readonly error: Error }
  /** It is not the update's fault that nothing was found. */
  | { readonly kind: 'failed', readonly error: Error }
  /** Nobody waited for it any more. */
  | { readonly kind: 'dropped' }

/** Judges large updates in a thread of its own, one at a time, within a limit of time and memory (S21). */
export interface LargeJudge {
  /**
   * Never rejects. The members take turns. `state` is asked for the document when this one's turn has come; null means that
   * nobody waits any more. The bytes are copied.
   */
  judge(by: MemberId, update: Uint8Array, state: () => Uint8Array | null): Promise<Finding>
  /** Ends the thread. What waits is dropped. May be called twice. */
  close(): Promise<void>
}

export interface LargeJudgeOptions {
  readonly clock: Clock
  /** How long a thread may work to judge and apply an update, from when the document is loaded. A busy machine is not counted. */
  readonly budgetMs?: number
  readonly maxMegabytes?: number
  /** An update has spent its budget. */
  readonly onSpent?: () => void
}

/** If it takes this long to load the document, or the thread gets nothing done for so long, the machine is to blame. */
const patienceMs = 20_000
/** How often it is looked at again whether the budget is spent, at the most. */
const lookEveryMs = 20

/** What the thread is at. */
interface Current { readonly task: Task, isLoaded: boolean, stopWaiting: () => void }

interface Task {
  readonly update: Uint8Array
  readonly state: () => Uint8Array | null
  readonly settle: (finding: Finding) => void
}

export function openLargeJudge({ clock, budgetMs = 400, maxMegabytes = 160, onSpent }: LargeJudgeOptions): LargeJudge {
  /** What waits, by member; the one whose turn it is next comes first. */
  const waiting = new Map<MemberId, Task[]>()
  let worker: Worker | null = null
  let current: Current | null = null
  let isClosed = false

  function next(): Task | null {
    const [first] = waiting
    if (!first)
      return null
    const [by, tasks] = first
    const task = tasks.shift() ?? null
    waiting.delete(by)
    if (tasks.length > 0)
      waiting.set(by, tasks)
    return task
  }

  function begin(): void {
    if (current || isClosed)
      return
    for (let task = next(); task; task = next()) {
      const state = task.state()
      if (!state) {
        task.settle({ kind: 'dropped' })
        continue
      }
      const { update } = task
      current = { task, isLoaded: false, stopWaiting: giveUpAfter(patienceMs, 'loading took too long') }
      worker ??= start()
      worker.postMessage({ state, update } satisfies Case)
      return
    }
  }

  function start(): Worker {
    // The flags this process was started with are its own affair.
    const started = new Worker(new URL('./judgeWorker.ts', import.meta.url), {
      execArgv: [], resourceLimits: { maxOldGenerationSizeMb: maxMegabytes },
    })
    started.unref()
    started.on('message', (reply: Reply) => {
      if (started === worker)
        hear(reply)
    })
    started.on('error', (error: unknown) => end(started, error instanceof Error ? error : new Error(String(error))))
    started.on('exit', code => end(started, new Error(`the thread that judges ended with ${code}`)))
    return started
  }

  function hear(reply: Reply): void {
    if (!current)
      return
    if (reply.kind === 'loaded') {
      current.isLoaded = true
      return watch(current, reply.workedMs, clock.now() + patienceMs)
    }
    settle(reply.kind === 'judged' ? reply : { kind: 'unsound', judgement: reply.judgement, error: new Error(reply.message) })
  }

  const giveUpAfter = (ms: number, why: string) => clock.after(ms, () => giveUp({ kind: 'failed', error: new Error(why) }))

  /** Looks, when the budget may be spent at the earliest, whether it is. */
  function watch(at: Current, workedBefore: number, until: Instant, leftMs = budgetMs): void {
    at.stopWaiting()
    if (clock.now() > until)
      return giveUp({ kind: 'failed', error: new Error('judging took too long') })
    at.stopWaiting = clock.after(Math.max(leftMs, lookEveryMs), () => {
      worker?.cpuUsage().then((usage) => {
        if (current !== at)
          return
        const spentMs = toWorkedMs(usage) - workedBefore
        if (spentMs >= budgetMs)
          return giveUp({ kind: 'too-costly' })
        watch(at, workedBefore, until, budgetMs - spentMs)
      }, () => {}) // It has ended, and that is told elsewhere.
    })
  }

  /** Ends the thread, and with it what it is at. A reply that has come already, and has only not been read, counts. */
  function giveUp(finding: Finding): void {
    const slow = current
    setImmediate(() => {
      if (current !== slow || !worker)
        return
      const stuck = worker
      worker = null
      void stuck.terminate()
      settle(finding)
    })
  }

  /** The thread has died of what it was at: of its memory, most likely. */
  function end(dead: Worker, error: Error): void {
    if (dead !== worker)
      return
    worker = null
    settle(current?.isLoaded ? { kind: 'too-costly' } : { kind: 'failed', error })
  }

  function settle(finding: Finding): void {
    const ended = current
    current = null
    if (finding.kind === 'too-costly')
      onSpent?.()
    ended?.stopWaiting()
    ended?.task.settle(finding)
    begin()
  }

  return {
    judge(by, update, state) {
      return new Promise((resolve) => {
        if (isClosed)
          return resolve({ kind: 'dropped' })
        const task: Task = { update: update.slice(), state, settle: resolve }
        const tasks = waiting.get(by)
        if (tasks)
          tasks.push(task)
        else
          waiting.set(by, [task])
        begin()
      })
    },
    async close() {
      isClosed = true
      const ending = worker
      worker = null
      const left = [...waiting.values()].flat()
      waiting.clear()
      settle({ kind: 'dropped' })
      left.forEach(task => task.settle({ kind: 'dropped' }))
      await ending?.terminate()
    },
  }
}

/** Whether an update has structs that the document lacks. Reads it without making them; bytes that are no update have none. */
export function bringsStructs(doc: Y.Doc, update: Uint8Array): boolean {
  try {
    return [...Y.parseUpdateMeta(update).to].some(([client, end]) => end > Y.getState(doc.store, client))
  }
  catch {
    return false
  }
}
