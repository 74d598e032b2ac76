import type { RegisterName } from '#shared/plan/fields.ts'
import type { Instant, MemberId, RowId } from '#shared/plan/values.ts'
import type { PlanPeriod, Seq } from './contracts.ts'

/** A cell whose words are taken out for good; of a set one member, or all of it where `member` is null. */
export interface CellToRedact {
  readonly register: RegisterName
  readonly row: RowId
  readonly field: string
  readonly member: string | null
  /** The member is itself words somebody has written: it is not kept in what tells of this. */
  readonly isMemberWords: boolean
}

/** A stored row, or several put together, as it is to be from now on. */
export interface RewrittenRow {
  /** Its place, that of the last update in it. */
  readonly through: Seq
  readonly update: Uint8Array
  /** CRC-32 of the bytes it was made of. */
  readonly of: number
}

export interface RedactionToWrite {
  readonly planId: string
  /** The place of the last update that was read: nothing may have come since. */
  readonly through: Seq
  readonly rows: readonly RewrittenRow[]
  readonly cells: readonly CellToRedact[]
  /** The plan's title and period from now on; absent where they are as before. */
  readonly title?: string
  readonly period?: PlanPeriod
  readonly epoch: string
  readonly at: Instant
  /** A member's id, or who it was in words. */
  readonly by: MemberId
  readonly why: string
}

/** That something was taken out: who, when and why, and nothing of what it was. */
export interface Redaction {
  readonly register: string
  readonly row: string
  readonly field: string
  readonly member: string | null
  readonly by: string
  readonly at: Instant
  readonly why: string
  readonly oldEpoch: string
  readonly newEpoch: string
}

export interface RedactionKeeper {
  /**
   * Puts the rows in place of those they were made of, takes what stood in the cells out of the change lines, drops the checkpoint,
   * begins the epoch and notes who and why: all of it in one transaction. Places, times, members, client ids and the order of everything stay.
   * Gives how many change lines have another look now; null, with nothing changed, where the log is not as it was read.
   */
  write(redaction: RedactionToWrite): Promise<number | null>
  /**
   * Takes all of a plan out of every table that names it, in one transaction, and notes when and why. Gives how many rows that were.
   * The access log stays as it is: it holds ids alone.
   */
  erase(planId: string, at: Instant, why: string): Promise<number>
  /** The plan's, oldest first. */
  list(planId: string): Promise<readonly Redaction[]>
  /**
   * Writes the whole file anew, so that nothing that was taken out stands in what the database no longer uses, nor in the log beside
   * it. Does nothing where nothing is left over. False where somebody reads the file meanwhile: it is left as it is, to be tried again.
   */
  wipe(): Promise<boolean>
}
