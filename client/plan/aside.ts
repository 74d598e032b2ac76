import type * as Y from 'yjs'
import type { CloseReason } from '#shared/protocol/closes.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { AsideEntry, EntryId, UnsentEntry } from './deviceCopy.ts'
import { mergeInGroups } from './journal.ts'
import { cellsIn, type ChangedCell } from './outbox.ts'
import { changesOf } from './unsent.ts'

/**
 * What the server would not take in this session, and what is written after it: one record on the device, with a line for
 * each cell and its words as they are now (C8).
 */
export interface Aside {
  /** The record's id. */
  readonly id: EntryId
  /** The changed cells, each once, oldest first. */
  readonly cells: readonly ChangedCell[]
  /** The record is behind what it should hold, and is written soon. */
  readonly isDue: boolean
  /** Puts entries aside: written at once, then at most four times a second. */
  add(entries: readonly UnsentEntry[], reason: CloseReason): void
  /** Writes what is due. */
  flush(): void
}

export function openAside({ id, doc, now, write }: {
  id: EntryId
  doc: Y.Doc
  now: () => Instant
  /** Puts the record in place of the one before; `entries` are what it holds more than that one. */
  write: (record: AsideEntry, entries: readonly UnsentEntry[]) => void
}): Aside {
  const cells = new Map<string, ChangedCell>()
  let updates: readonly Uint8Array[] = []
  let fresh: readonly UnsentEntry[] = []
  let reason: CloseReason = 'refused'
  let isDue = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush() {
    if (!isDue)
      return
    isDue = false
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      flush()
    }, writeEveryMs)
    const entries = fresh
    fresh = []
    write({ id, at: now(), reason, changes: changesOf(doc, [...cells.values()]), updates }, entries)
  }

  return {
    id,
    get cells() {
      return [...cells.values()]
    },
    get isDue() {
      return isDue
    },
    add(entries, why) {
      reason = why
      for (const changed of cellsIn(entries)) {
        const key = JSON.stringify([changed.cell.register, changed.cell.row, changed.cell.field])
        if (!cells.has(key))
          cells.set(key, changed)
      }
      fresh = [...fresh, ...entries]
      updates = [...updates, ...entries.map(({ update }) => update)]
      if (updates.length > maxUpdates)
        updates = mergeInGroups(updates)
      isDue = true
      if (timer === undefined)
        flush()
    },
    flush,
  }
}

const writeEveryMs = 250
/** Above this many the bytes are merged. */
const maxUpdates = 100
