import type { ShallowRef } from 'vue'
import type { Refusal } from '#shared/plan/commands.ts'
import type { Cell, Instant } from '#shared/plan/values.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import type { RefusalReason } from '#shared/protocol/frames.ts'

/** What began a rescue: what the server said of an update, or why the session could not go on. */
export type RescueCause = RefusalReason | Exclude<CloseReason, 'refused'>

/**
 * Why words of ours are not in the plan. `changed-since`: somebody else has given the cell another value meanwhile, and theirs
 * stands.
 */
export type LeftReason = RescueCause | Refusal | 'changed-since'

/** A change of ours that could not be written in the plan: kept on this device until the person has used or dropped it. */
export interface LeftChange extends Cell {
  readonly id: string
  /** What the row was called. The row need not be in the plan. */
  readonly rowName: string
  /** The cell as it was when we had written, as plain JSON (`readCellPlain`); for a row we added (`field` is `''`), its cells by field. */
  readonly value: unknown
  readonly why: LeftReason
  /** When the cell was first changed without being saved. */
  readonly since: Instant
}

/** How a rescue ended. */
export interface RescueOutcome {
  readonly at: Instant
  readonly cause: RescueCause
  /** Cells written into the plan again. */
  readonly written: number
  /** Cells that stand on the list. */
  readonly left: number
}

/** What could not be saved, in this session and those before it on this device. */
export interface Rescue {
  /** Oldest first. The same in every tab, after a reload, and without a line. */
  readonly left: Readonly<ShallowRef<readonly LeftChange[]>>
  /** Cells that are to be written into the plan again as soon as the server is reached. They count as unsent. */
  readonly waiting: Readonly<ShallowRef<number>>
  /** The last rescue of this session, until dismissed; null when there was none. */
  readonly last: Readonly<ShallowRef<RescueOutcome | null>>
  dismiss(): void
  /** Writes changes into the plan as it is now, also over what others have set. Those that succeed leave the list. */
  tryAgain(ids: readonly string[]): void
  /** Takes changes off the list for good. */
  forget(ids: readonly string[]): void
}
