import { LogWriteError, serverAuthor, type Checkpoint, type LogContent, type LogEntry, type PlanLog } from '../../../server/storage/contracts.ts'
import type { Checkpoints } from '../../../server/rooms/checkpoints.ts'

/** A log whose commits the test holds back, lets through, or makes fail. */
export interface PretendLog extends PlanLog {
  /** What is «on disk», the first content first. */
  readonly written: readonly Uint8Array[]
  readonly entries: readonly LogEntry[]
  readonly waiting: () => number
  readonly kept: () => Checkpoint | null
  /** Commits what waits (or the first `count` of it) and lets everyone hear of it. */
  commit(count?: number): Promise<void>
  fail(): Promise<void>
}

export function pretendLog(firstContent: Uint8Array): PretendLog {
  const written: Uint8Array[] = [firstContent]
  const entries: LogEntry[] = []
  const owners = new Map<number, string>()
  const waiting: { write: () => void, resolve: (seq: number) => void, reject: (error: Error) => void }[] = []
  /** Those who asked for what the log holds: they are told when all that was given to it before has been written, or never will be. */
  const readers: { left: number, readonly resolve: (content: LogContent) => void }[] = []
  let isBroken = false
  let kept: Checkpoint | null = null

  const content = (): LogContent => kept
    ? { checkpoint: kept, tail: written.slice(kept.through), through: written.length }
    : { checkpoint: null, tail: [...written], through: written.length }

  function tellReaders(settled: number): void {
    for (const reader of readers.splice(0)) {
      reader.left -= settled
      if (reader.left > 0)
        readers.push(reader)
      else
        reader.resolve(content())
    }
  }

  function put(write: () => void): Promise<number> {
    if (isBroken)
      return Promise.reject(new LogWriteError('broken'))
    return new Promise((resolve, reject) => waiting.push({ write, resolve, reject }))
  }

  function bind(client: number, to: string): void {
    if (owners.has(client))
      throw new Error('a client id is somebody\'s already')
    owners.set(client, to)
  }

  return {
    written,
    entries,
    waiting: () => waiting.length,
    load: () => waiting.length === 0 ? Promise.resolve(content()) : new Promise(resolve => readers.push({ left: waiting.length, resolve })),
    read: () => Promise.resolve([...written]),
    keep(checkpoint) {
      kept = checkpoint
      return Promise.resolve()
    },
    kept: () => kept,
    rows: (after, most) => Promise.resolve(written.slice(after, after + most).map((update, n) => {
      const { by = serverAuthor, at = 1 } = entries[after + n - 1] ?? {}
      return { from: after + n + 1, through: after + n + 1, by, at, update }
    })),
    extent: () => Promise.resolve({ compactedThrough: 0, checkpoint: kept }),
    compact: () => Promise.reject(new LogWriteError('a pretend log stays as it is')),
    changes: () => Promise.resolve(entries.flatMap(({ changes }) => changes)),
    lastChange: (register, row) => Promise.resolve(
      entries.flatMap(({ changes }) => changes).findLast(line => line.register === register && line.row === row) ?? null,
    ),
    owners: () => Promise.resolve(new Map(owners)),
    append(...given) {
      const owned = given.map(entry => ({ ...entry, update: entry.update.slice() }))
      return put(() => owned.forEach((own) => {
        own.binds.forEach(client => bind(client, own.by))
        written.push(own.update)
        entries.push(own)
      }))
    },
    bind: (client, to) => put(() => bind(client, to)).then(() => {}),
    async commit(count = waiting.length) {
      for (const { write, resolve } of waiting.splice(0, count)) {
        write()
        resolve(written.length)
        tellReaders(1)
      }
      await turn()
    },
    async fail() {
      isBroken = true
      for (const { reject } of waiting.splice(0))
        reject(new LogWriteError('no room on the disk'))
      tellReaders(Infinity)
      await turn()
    },
  }
}

/** Lets everything that is due now happen. */
export const turn = () => new Promise<void>(resolve => setImmediate(resolve))

/** For rooms whose logs stay short. */
export const noCheckpoints: Checkpoints = { make: () => Promise.resolve(false), close: () => Promise.resolve() }

/** Where no plan is to begin another epoch. */
export const newEpoch = () => Promise.reject(new Error('another epoch was begun'))
