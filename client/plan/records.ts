import type { Cell, Instant } from '#shared/plan/values.ts'
import type { Reach } from '#shared/protocol/access.ts'
import type { NamedCell } from '#shared/protocol/frames.ts'
import type { EntryId, TabId, UnsentEntry } from './deviceCopy.ts'
import { writesIn } from './ending.ts'
import type { LeftChange, LeftReason, RescueCause } from './left.ts'

/**
 * What may never be sent as it was, as it stands on the device until it has been made into {@link KeptChange}s. Never loaded
 * into a live document.
 */
export interface RescueRecord {
  readonly id: EntryId
  /** The tab whose session it was. While that one lives, the record grows. */
  readonly tab: TabId
  readonly at: Instant
  readonly cause: RescueCause
  /** The cells the refusal named. */
  readonly named: readonly NamedCell[]
  readonly entries: readonly UnsentEntry[]
  /** Keys (`cellKey`) of the cells the person has dropped. */
  readonly dropped: readonly string[]
}

/** One cell of a record, as values. `field` is `''` for a row that was added. */
export interface KeptChange extends Cell {
  readonly id: EntryId
  /** When the rescue began. */
  readonly at: Instant
  /** When the cell was first changed. */
  readonly since: Instant
  readonly cause: RescueCause
  readonly rowName: string
  /** The cell as plain JSON (`readCellPlain`) before our change and after it; a row that was added is its cells by field. */
  readonly base: unknown
  readonly mine: unknown
  /** Null while it waits to be written into the plan again. */
  readonly why: LeftReason | null
}

/** A change as the person meets it. */
export function toLeft({ id, register, row, field, rowName, mine, why, cause, since }: KeptChange): LeftChange {
  return { id, register, row, field, rowName, value: mine, why: why ?? cause, since }
}

/** Marks what may not be written by who reaches so far; the rest waits as it was. */
export function forReach(changes: readonly KeptChange[], reach: Reach): readonly KeptChange[] {
  const why: LeftReason = 'not-allowed'
  return changes.map(change => writesIn(reach, change.register) ? change : { ...change, why: change.why ?? why })
}

export const oldestFirst = (a: KeptChange, b: KeptChange) => a.since - b.since || (a.id < b.id ? -1 : 1)
