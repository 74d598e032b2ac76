import { Worker } from 'node:worker_threads'
import {
  FolderInUseError, FolderUnfitError, LogReadError, LogWriteError, type LogEntry, type PlanLog, type Seq, type Storage,
} from './contracts.ts'
import type { OperationName, Operations, PlainError, Reply, Request, WorkerSetup } from './sqliteWire.ts'

export interface SqliteOptions {
  readonly folder: string
  /** How long a write waits for another connection to the same file (a backup's). */
  readonly busyTimeoutMs?: number
  /** How long opening waits for another holder of the folder to let go. */
  readonly lockTimeoutMs?: number
  /** The thread that writes has died. Nothing can be kept from here on. */
  readonly onLost?: (error: Error) => void
}

/**
 * Keeps plans and members in one SQLite file in `folder`, written by a worker thread in groups.
 * Rejects with {@link FolderInUseError} while another server or command holds the folder.
 */
export async function openSqlite(options: SqliteOptions): Promise<Storage> {
  const { folder, busyTimeoutMs = 5_000, lockTimeoutMs = 1_500, onLost } = options
  const setup: WorkerSetup = { folder, busyTimeoutMs, lockTimeoutMs }
  // The flags this process was started with are its own affair.
  const worker = new Worker(new URL('./sqliteWorker.ts', import.meta.url), { workerData: setup, execArgv: [] })
  const waiting = new Map<number, { resolve: (value: never) => void, reject: (error: Error) => void }>()
  let lastId = 0
  let lastHand = 0
  let closing: Promise<void> | null = null
  let lost: Error | null = null

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (reply: Reply) => {
      if (reply.kind === 'opened')
        resolve()
      else if (reply.kind === 'not-opened')
        reject(toError(reply.error))
      else
        settle(reply)
    })
    worker.on('error', error => lose(error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', code => lose(new LogWriteError(`the thread that writes ended with ${code}`)))
    function lose(error: Error): void {
      reject(error)
      lost ??= error
      for (const { reject: refuse } of waiting.values())
        refuse(new LogWriteError(error.message))
      waiting.clear()
      if (!closing)
        onLost?.(error)
    }
  })

  function settle(reply: Exclude<Reply, { kind: 'opened' | 'not-opened' }>): void {
    switch (reply.kind) {
      case 'committed':
        return reply.ids.forEach((id, n) => take(id)?.resolve(reply.seqs[n] as never))
      case 'not-committed':
        return reply.ids.forEach(id => take(id)?.reject(new LogWriteError(reply.message)))
      case 'answer':
        return take(reply.id)?.resolve(reply.value as never)
      case 'failed':
        return take(reply.id)?.reject(toError(reply.error))
    }
  }

  function take(id: number) {
    const found = waiting.get(id)
    waiting.delete(id)
    return found
  }

  function ask<T>(toRequest: (id: number) => Request): Promise<T> {
    if (lost)
      return Promise.reject(new LogWriteError(lost.message))
    const id = ++lastId
    return new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker.postMessage(toRequest(id))
    })
  }

  function call<N extends OperationName>(name: N) {
    return (...values: Parameters<Operations[N]>) =>
      closing ? Promise.reject(new Error('the storage is closed')) : ask<ReturnType<Operations[N]>>(id => ({ kind: 'call', id, name, values }))
  }

  const read = call('read')
  const changes = call('changes')

  function log(planId: string): PlanLog {
    const hand = ++lastHand
    return {
      read: () => read(planId),
      changes: () => changes(planId),
      append(entry: LogEntry): Promise<Seq> {
        if (closing)
          return Promise.reject(new LogWriteError('the storage is closed'))
        // A view of a larger buffer would be cloned whole: copy the update's own bytes.
        const own = { ...entry, update: entry.update.slice() }
        return ask<Seq>(id => ({ kind: 'append', id, hand, planId, entry: own }))
      },
    }
  }

  return {
    plans: call('plans'),
    plan: call('plan'),
    createPlan: call('createPlan'),
    log,
    members: {
      add: call('addMember'),
      find: call('findMember'),
      role: call('role'),
      putRole: call('putRole'),
      removeRole: call('removeRole'),
      inPlan: call('inPlan'),
      plansOf: call('plansOf'),
      addToken: call('addToken'),
      beginSession: call('beginSession'),
      session: call('session'),
      endSession: call('endSession'),
      endAllOf: call('endAllOf'),
    },
    close() {
      closing ??= lost ? Promise.resolve() : ask<void>(id => ({ kind: 'close', id }))
      return closing
    },
  }
}

function toError({ name, message }: PlainError): Error {
  switch (name) {
    case 'FolderInUseError': return new FolderInUseError(message)
    case 'FolderUnfitError': return new FolderUnfitError(message)
    case 'LogReadError': return new LogReadError(message)
    case 'LogWriteError': return new LogWriteError(message)
    default: return new Error(message)
  }
}
