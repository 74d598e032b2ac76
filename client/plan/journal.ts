import * as Y from 'yjs'
import { after, isNothing, joined, noChanges, noContents } from './contents.ts'
import type { DeviceChanges, DeviceContents, DeviceCopy, EntryId, UnsentEntry, WriteFailure, WriteResult } from './deviceCopy.ts'
import type { RescueRecord } from './records.ts'

/**
 * Writes to the device copy, in order, one transaction at a time: what comes during one goes into the next. What could not be
 * written waits and is tried again, so a later update never stands on the device without an earlier one (C3).
 */
export interface Journal {
  /** Own updates for the outbox: written at once. */
  add(entries: readonly UnsentEntry[]): void
  /** Bytes from the server: written within a second, and always before an own update that may rest on them. */
  confirm(update: Uint8Array): void
  /** Acknowledged entries go from the outbox to the confirmed. */
  release(entries: readonly UnsentEntry[]): void
  /** Entries go from the outbox to a record, which takes the place of one with its id. Written at once, in one step. */
  putRecord(record: RescueRecord, entries: readonly UnsentEntry[]): void
  /**
   * Writes in a step of its own, after what was written before, and tells how the first attempt went. `overtaken`: none of it
   * was done, but for what it adds to the outbox. After any other failure all of it is tried again like the rest.
   */
  exchange(changes: DeviceChanges): Promise<WriteResult>
  /** What the device holds, and what is on its way there. Where the device cannot be read: as it was read last. */
  read(): Promise<DeviceContents>
  /** The entries and records that the device does not have yet. */
  waitingIds(): ReadonlySet<EntryId>
  /** What the device does not have yet, as one write. */
  unwritten(): DeviceChanges
  /** Why the last write failed; null when it did not. */
  readonly failure: WriteFailure | null
  /** Writes what waits; resolves when that was tried. */
  flush(): Promise<void>
  /** Nothing is tried again. */
  close(): void
}

interface Batch { changes: DeviceChanges, readonly tell?: ((result: WriteResult) => void) | undefined }

/** `first` is what an earlier session of this page could not write; `known` is what was read at the opening. */
export function openJournal(copy: DeviceCopy, onChange: () => void, { first = noChanges, known = noContents } = {}): Journal {
  const queue: Batch[] = []
  let inFlight = noChanges
  let failure: WriteFailure | null = null
  let writing: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let written = 0
  let isClosed = false

  function flush(): Promise<void> {
    if (queue.length > 0)
      writing ??= write()
    return writing ?? Promise.resolve()
  }

  async function write() {
    clearTimeout(timer)
    timer = undefined
    for (let batch = queue.shift(); batch; batch = queue.shift()) {
      inFlight = { ...batch.changes, confirmed: mergeInGroups(batch.changes.confirmed) }
      const result = await copy.write(inFlight)
      failure = result.ok ? null : result.failure
      if (result.ok)
        written++
      else if (result.failure === 'overtaken')
        queue.unshift({ changes: { ...noChanges, confirmed: inFlight.confirmed, added: inFlight.added } })
      else
        keepAll(inFlight, result)
      inFlight = noChanges
      batch.tell?.(result)
      onChange()
      if (!result.ok && result.failure !== 'overtaken') {
        soon(retryMs)
        break
      }
    }
    // In the same turn as the last look at the queue: who adds to it after that begins anew.
    writing = null
  }

  /** The device takes nothing now: what waits becomes one write for later, and who waits to hear is told. */
  function keepAll(changes: DeviceChanges, result: WriteResult) {
    const behind = queue.splice(0)
    queue.push({ changes: [noChanges, changes, ...behind.map(batch => batch.changes)].reduce(joined) })
    behind.forEach(({ tell }) => tell?.(result))
  }

  function put(changes: DeviceChanges) {
    const last = queue.at(-1)
    if (last && !last.tell)
      last.changes = joined(last.changes, changes)
    else if (!isNothing(changes))
      queue.push({ changes })
  }

  function soon(ms: number) {
    if (!isClosed) {
      timer ??= setTimeout(() => {
        timer = undefined
        void flush()
      }, ms)
    }
  }

  const notYetThere = () => [inFlight, ...queue.map(({ changes }) => changes)]

  if (!isNothing(first)) {
    put(first)
    void flush()
  }
  return {
    add(entries) {
      put({ ...noChanges, added: entries })
      void flush()
    },
    confirm(update) {
      put({ ...noChanges, confirmed: [update] })
      soon(confirmWithinMs)
    },
    release(entries) {
      const ids = entries.map(({ id }) => id)
      const isReleased = new Set(ids)
      for (const batch of queue)
        batch.changes = { ...batch.changes, added: batch.changes.added.filter(({ id }) => !isReleased.has(id)) }
      put({ ...noChanges, confirmed: entries.map(({ update }) => update), gone: ids })
      soon(confirmWithinMs)
    },
    putRecord(record, entries) {
      put({ ...noChanges, records: [record], gone: entries.map(({ id }) => id) })
      void flush()
    },
    exchange: changes => new Promise((resolve) => {
      queue.push({ changes, tell: resolve })
      void flush()
    }),
    async read() {
      for (;;) {
        const before = written
        known = await copy.read().catch(() => known)
        // What was written while it was read may be missing there, and is not on its way any more.
        if (before === written)
          return notYetThere().reduce(after, known)
      }
    },
    waitingIds: () => new Set(notYetThere().flatMap(({ added, records }) => [...added, ...records].map(({ id }) => id))),
    unwritten: () => notYetThere().reduce(joined, noChanges),
    get failure() {
      return failure
    },
    async flush() {
      // What is being written may fail or leave more behind; the second call takes what came meanwhile.
      await writing
      if (queue.length > 0)
        await flush()
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      timer = undefined
    },
  }
}

const confirmWithinMs = 1_000
const retryMs = 5_000

/** Small updates as fewer records, in bounded groups: merging many at once costs more than in proportion. */
export function mergeInGroups(updates: readonly Uint8Array[]): readonly Uint8Array[] {
  const merged: Uint8Array[] = []
  for (let at = 0; at < updates.length; at += 100) {
    const group = updates.slice(at, at + 100)
    merged.push(group.length === 1 && group[0] ? group[0] : Y.mergeUpdates(group))
  }
  return merged
}
