import * as Y from 'yjs'
import type { AsideEntry, DeviceChanges, DeviceCopy, EntryId, UnsentEntry, WriteFailure } from './deviceCopy.ts'

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
  /** Refused entries go from the outbox to the side, in a record that takes the place of one with its id. Written at once. */
  putAside(aside: AsideEntry, entries: readonly UnsentEntry[]): void
  /** The entries and records that the device does not have yet. */
  waitingIds(): ReadonlySet<EntryId>
  /** Why the last write failed; null when it did not. */
  readonly failure: WriteFailure | null
  /** Writes what waits; resolves when that was tried. */
  flush(): Promise<void>
}

export function openJournal(copy: DeviceCopy, onChange: () => void): Journal {
  let waiting = nothing()
  let inFlight = nothing()
  let failure: WriteFailure | null = null
  let writing: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): Promise<void> {
    writing ??= write().finally(() => {
      writing = null
    })
    return writing
  }

  async function write() {
    while (!isNothing(waiting)) {
      clearTimeout(timer)
      timer = undefined
      inFlight = { ...waiting, confirmed: mergeInGroups(waiting.confirmed) }
      waiting = nothing()
      const result = await copy.write(inFlight)
      failure = result.ok ? null : result.failure
      if (!result.ok)
        waiting = joined(inFlight, waiting)
      inFlight = nothing()
      onChange()
      if (!result.ok)
        return soon(retryMs)
    }
  }

  function soon(ms: number) {
    timer ??= setTimeout(() => {
      timer = undefined
      void flush()
    }, ms)
  }

  return {
    add(entries) {
      waiting = joined(waiting, { ...nothing(), added: entries })
      void flush()
    },
    confirm(update) {
      waiting = joined(waiting, { ...nothing(), confirmed: [update] })
      soon(confirmWithinMs)
    },
    release(entries) {
      const ids = new Set(entries.map(({ id }) => id))
      const unwritten = new Set(waiting.added.filter(({ id }) => ids.has(id)).map(({ id }) => id))
      waiting = {
        confirmed: [...waiting.confirmed, ...entries.map(({ update }) => update)],
        added: waiting.added.filter(({ id }) => !ids.has(id)),
        gone: [...waiting.gone, ...[...ids].filter(id => !unwritten.has(id))],
        aside: waiting.aside,
      }
      soon(confirmWithinMs)
    },
    putAside(aside, entries) {
      const ids = new Set(entries.map(({ id }) => id))
      waiting = {
        confirmed: waiting.confirmed,
        added: waiting.added.filter(({ id }) => !ids.has(id)),
        gone: [...waiting.gone, ...ids],
        aside: [...waiting.aside.filter(({ id }) => id !== aside.id), aside],
      }
      void flush()
    },
    waitingIds: () => new Set([inFlight, waiting].flatMap(({ added, aside }) => [...added, ...aside].map(({ id }) => id))),
    get failure() {
      return failure
    },
    async flush() {
      // What is being written may fail or leave more behind; the second call takes what came meanwhile.
      await writing
      if (!isNothing(waiting))
        await flush()
      clearTimeout(timer)
      timer = undefined
    },
  }
}

const confirmWithinMs = 1_000
const retryMs = 5_000

const nothing = (): DeviceChanges => ({ confirmed: [], added: [], gone: [], aside: [] })
const isNothing = (changes: DeviceChanges) => Object.values(changes).every((list: readonly unknown[]) => list.length === 0)
const joined = (first: DeviceChanges, then: DeviceChanges): DeviceChanges => ({
  confirmed: [...first.confirmed, ...then.confirmed],
  added: [...first.added, ...then.added],
  gone: [...first.gone, ...then.gone],
  aside: [...first.aside, ...then.aside],
})

/** Small updates as fewer records, in bounded groups: merging many at once costs more than in proportion. */
export function mergeInGroups(updates: readonly Uint8Array[]): readonly Uint8Array[] {
  const merged: Uint8Array[] = []
  for (let at = 0; at < updates.length; at += 100) {
    const group = updates.slice(at, at + 100)
    merged.push(group.length === 1 && group[0] ? group[0] : Y.mergeUpdates(group))
  }
  return merged
}
