import { LogWriteError, type LogEntry, type PlanLog } from '../../../server/storage/contracts.ts'

/** A log whose commits the test holds back, lets through, or makes fail. */
export interface PretendLog extends PlanLog {
  /** What is «on disk», the first content first. */
  readonly written: readonly Uint8Array[]
  readonly entries: readonly LogEntry[]
  readonly waiting: () => number
  /** Commits what waits (or the first `count` of it) and lets everyone hear of it. */
  commit(count?: number): Promise<void>
  fail(): Promise<void>
}

export function pretendLog(firstContent: Uint8Array): PretendLog {
  const written: Uint8Array[] = [firstContent]
  const entries: LogEntry[] = []
  const waiting: { entry: LogEntry, resolve: (seq: number) => void, reject: (error: Error) => void }[] = []
  let isBroken = false

  return {
    written,
    entries,
    waiting: () => waiting.length,
    read: () => Promise.resolve([...written]),
    changes: () => Promise.resolve(entries.flatMap(({ changes }) => changes)),
    append(entry) {
      if (isBroken)
        return Promise.reject(new LogWriteError('broken'))
      return new Promise((resolve, reject) => waiting.push({ entry: { ...entry, update: entry.update.slice() }, resolve, reject }))
    },
    async commit(count = waiting.length) {
      for (const { entry, resolve } of waiting.splice(0, count)) {
        written.push(entry.update)
        entries.push(entry)
        resolve(written.length)
      }
      await turn()
    },
    async fail() {
      isBroken = true
      for (const { reject } of waiting.splice(0))
        reject(new LogWriteError('no room on the disk'))
      await turn()
    },
  }
}

/** Lets everything that is due now happen. */
export const turn = () => new Promise<void>(resolve => setImmediate(resolve))
