import type { Instant } from '#shared/plan/values.ts'
import type { NamedCell } from '#shared/protocol/frames.ts'
import type { EntryId, TabId, UnsentEntry } from './deviceCopy.ts'
import type { RescueCause } from './left.ts'
import { cellsIn, type ChangedCell } from './outbox.ts'
import type { RescueRecord } from './records.ts'

/** The record of one stopped session: what may never be sent as it was, and what is typed after it (C14). */
export interface Recording {
  /** The record's id. */
  readonly id: EntryId
  /** The changed cells, oldest first. */
  readonly cells: readonly ChangedCell[]
  /** The record is behind what it should hold, and is written soon. */
  readonly isDue: boolean
  /** Begins it, in this turn. */
  begin(cause: RescueCause, named: readonly NamedCell[], entries: readonly UnsentEntry[]): void
  /** Whether it has begun: then what is typed joins it. */
  readonly hasBegun: boolean
  /** Puts more in it: written at once, then at most four times a second. */
  add(entries: readonly UnsentEntry[]): void
  /** Writes what is due. */
  flush(): void
}

export function openRecording({ id, tab, now, write }: {
  id: EntryId
  tab: TabId
  now: () => Instant
  /** Puts the record in place of the one before; `entries` are what it holds more than that one. */
  write: (record: RescueRecord, entries: readonly UnsentEntry[]) => void
}): Recording {
  let record: RescueRecord | null = null
  let fresh: readonly UnsentEntry[] = []
  let isDue = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush() {
    if (!isDue || !record)
      return
    isDue = false
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      flush()
    }, writeEveryMs)
    const entries = fresh
    fresh = []
    write(record, entries)
  }

  return {
    id,
    get cells() {
      return cellsIn(record?.entries ?? [])
    },
    get isDue() {
      return isDue
    },
    get hasBegun() {
      return record !== null
    },
    begin(cause, named, entries) {
      record = { id, tab, at: now(), cause, named, entries, dropped: [] }
      fresh = entries
      isDue = true
      flush()
    },
    add(entries) {
      if (!record)
        return
      record = { ...record, entries: [...record.entries, ...entries] }
      fresh = [...fresh, ...entries]
      isDue = true
      if (timer === undefined)
        flush()
    },
    flush,
  }
}

const writeEveryMs = 250
