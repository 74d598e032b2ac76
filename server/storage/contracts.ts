import type { Grant } from '#shared/protocol/access.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { Touch } from '#shared/plan/touches.ts'
import type { Instant, MemberId, RowId } from '#shared/plan/values.ts'
import type { MemberKeeper, NewMember } from './people.ts'
import type { RedactionKeeper } from './redactions.ts'

/** Who first content and migrations are by: no member. */
export const serverAuthor = 'server'

/** The place of an update in its plan's log, from 1. */
export type Seq = number

/** What a log keeps of one update. The bytes are never looked inside; the rest says what they did. */
export interface LogEntry {
  readonly update: Uint8Array
  readonly by: MemberId
  /** The Yjs client ids that made something new in it. */
  readonly clientIds: readonly number[]
  /** Those of them that were nobody's: from here on they are `by`'s, in the same commit. */
  readonly binds: readonly number[]
  readonly at: Instant
  /** The cells it touched. */
  readonly touches: readonly Touch[]
  /** Lines of the change log, written in the same commit. A line replaces an earlier one with its id. */
  readonly changes: readonly ChangeLine[]
  /** The plan's title after this update; null when it is as before. */
  readonly title: string | null
  /** The plan's period after this update; absent when it is as before. */
  readonly period?: PlanPeriod
}

/** Who changed which cell, when, from what and to what. One person's changes of one cell within a short time are one line. */
export interface ChangeLine {
  readonly id: string
  readonly by: MemberId
  readonly register: string
  readonly row: string
  readonly field: string
  /** The set member it was about, or null. */
  readonly member: string | null
  readonly from: Instant
  readonly until: Instant
  readonly before: unknown
  readonly after: unknown
  /** Two chose at once: the value that did not win. Absent where nobody lost. */
  readonly lost?: unknown
}

/** All updates of a log up to one, as one: what a document made of them comes to. */
export interface Checkpoint {
  readonly through: Seq
  readonly update: Uint8Array
  /** Of that document, and the hash of what it holds. */
  readonly stateVector: Uint8Array
  readonly stateHash: string
  /** The schema the plan was of. */
  readonly schemaVersion: number
}

/** What a log holds, in as few updates as it can be read in. */
export interface LogContent {
  /** Null where none was kept, and where the one that was is damaged: then the tail is the whole log. */
  readonly checkpoint: Checkpoint | null
  readonly tail: readonly Uint8Array[]
  /** The place of the last of it. */
  readonly through: Seq
}

/** A row of a log as it is stored: one update, or neighbours that were put together as one; then it is by the first of those who wrote. */
export interface LogRow {
  readonly from: Seq
  readonly through: Seq
  readonly by: MemberId
  /** The last one's. */
  readonly at: Instant
  readonly update: Uint8Array
}
/** What single updates, each a neighbour of the next, come to as one. */
export interface LogRun {
  readonly from: Seq
  readonly through: Seq
  readonly update: Uint8Array
  /** CRC-32 of their bytes, one after another: what it was made of. */
  readonly of: number
}
export interface LogExtent {
  /** Up to here neighbours have been put together. */
  readonly compactedThrough: Seq
  readonly checkpoint: Pick<Checkpoint, 'through' | 'stateVector' | 'stateHash'> | null
}

/** The updates of one plan, oldest first. */
export interface PlanLog {
  /**
   * Everything appended before. The first update of a whole log is the plan's first content. Rejects with {@link LogReadError} on
   * damaged bytes.
   */
  load(): Promise<LogContent>
  /** The same as a list: those who want no more than the document apply all of it. */
  read(): Promise<readonly Uint8Array[]>
  /**
   * Keeps a checkpoint in place of the one before, on disk when it resolves. One that reaches no further than that, or further than
   * the log, is passed over in silence. The updates it stands for stay.
   */
  keep(checkpoint: Checkpoint): Promise<void>
  /**
   * Rows of the whole log that come after a place, oldest first: at least one where there is any, and no more than `most`, or than
   * can be read in a moment. Rejects as `load` does.
   */
  rows(after: Seq, most: number): Promise<readonly LogRow[]>
  extent(): Promise<LogExtent>
  /**
   * Puts runs in the place of the updates they were made of, all in one transaction, and notes that neighbours have been put together
   * up to `through`. Places, members, client ids, cells and change lines stay. Rejects with {@link LogReadError}, and changes nothing,
   * where some of the updates are not what a run was made of, are the server's own, or have been put together already.
   */
  compact(runs: readonly LogRun[], through: Seq): Promise<void>
  /**
   * Resolves with the place in the log of the last of these once all of them are on disk, in one commit. They reach the disk in the
   * order of the calls, many calls in one commit; those of one commit resolve in one turn. Rejects with {@link LogWriteError} if they
   * never will be; the log then takes no more. The bytes are copied: the caller keeps its own.
   */
  append(...entries: readonly LogEntry[]): Promise<Seq>
  /**
   * Resolves when it is on disk that the client id, which was nobody's, is this member's. In order with `append`, and rejects
   * as that does, also where the id is somebody's already.
   */
  bind(clientId: number, to: MemberId): Promise<void>
  /** Which member each client id belongs to that has written in the plan or been seen in it. */
  owners(): Promise<ReadonlyMap<number, MemberId>>
  /** The change lines, oldest first. */
  changes(): Promise<readonly ChangeLine[]>
  /**
   * The latest of the lines of one row on disk, by when it ended, that left its cell otherwise than before; null when there is
   * none. Of those that ended together the row's own coming, else the last one written. What it costs does not grow with the plan.
   */
  lastChange(register: RegisterName, row: RowId): Promise<ChangeLine | null>
}

export interface StoredPlan {
  readonly planId: string
  readonly regionId: string
  readonly reformId: string
  readonly epoch: string
  readonly createdAt: Instant
  /** As of the last stored change. */
  readonly title: string
  /** The same; absent where it has never been looked at. */
  readonly period?: PlanPeriod
}
/** The years a plan is for, as its head says; null where it says none. */
export interface PlanPeriod { readonly from: number | null, readonly to: number | null }
export interface NewPlan extends StoredPlan {
  /** The log's first update, laid by the server. */
  readonly firstContent: Uint8Array
}

/** Everything one server keeps. Only one server at a time may hold it open. */
export interface Storage {
  readonly members: MemberKeeper
  readonly redactions: RedactionKeeper
  plans(): Promise<readonly StoredPlan[]>
  plan(planId: string): Promise<StoredPlan | null>
  /** Makes the plan and its first update in one transaction, so that first content exists exactly once. */
  createPlan(plan: NewPlan): Promise<void>
  /** Makes plans and their first members in one transaction: all of it, or nothing. */
  createPlans(plans: readonly NewPlan[], members: readonly NewMember[], at: Instant): Promise<void>
  /** Makes a plan for a member, with those who are in it, in one transaction; once for each key of theirs, however often it is asked for. */
  makePlan(making: PlanMaking): Promise<MadePlan>
  /** The plan a member has made with this key, or null. */
  planMadeWith(by: MemberId, key: string): Promise<MadePlan | null>
  /** How many plans a member has made since then, those that were taken away too. */
  countMadeBy(by: MemberId, since: Instant): Promise<number>
  /** Of the plans a member has made since then those that nobody else has written in. */
  untouchedPlansOf(by: MemberId, since: Instant): Promise<readonly string[]>
  /**
   * Sets a plan aside that `by` made not before `notBefore`, and that nobody else has written in: it is no plan any more for
   * anybody, and takes no update, but all of it is kept.
   */
  setAside(planId: string, by: MemberId, at: Instant, notBefore: Instant): Promise<'done' | 'not-yours' | 'others-wrote' | 'too-late'>
  /** Makes a plan that was set aside one again. False when there is none. */
  bringBack(planId: string): Promise<boolean>
  plansSetAside(): Promise<readonly (StoredPlan & { readonly setAsideAt: Instant })[]>
  /**
   * Begins another epoch of the plan, and gives it: no client brings what it has of the one before, and what counts is the log, without
   * its checkpoint. What it is for is kept with it.
   */
  newEpoch(planId: string, why: string, at: Instant): Promise<string>
  /**
   * Goes on to fold change lines, at most so many, oldest first, those of all plans that ended before a moment: of one cell each line
   * with the one before it, where one person went on within `sittingMs`, and so to «first before, last after». Gives whether there are
   * more. Who changed a cell, what it was at first and last, and what lost, stays; so does the last change of a row.
   */
  foldLines(before: Instant, sittingMs: number, most: number): Promise<boolean>
  /** For a plan whose period has never been looked at. */
  putPeriod(planId: string, period: PlanPeriod): Promise<void>
  /** Reform sets an operator has added, as they were written. */
  reforms(): Promise<readonly StoredReform[]>
  /** False when there is one with this id already. */
  addReform(reform: StoredReform, at: Instant): Promise<boolean>
  /**
   * Puts another file in the place of the one it `was`; with `onlyUnused` in one step with looking whether some plan, also one set
   * aside, is of it.
   */
  replaceReform(reform: StoredReform, was: string, onlyUnused: boolean): Promise<'replaced' | 'in-use' | 'changed'>
  /** In one step with looking whether some plan, also one set aside, is of it. */
  removeReform(id: string): Promise<'removed' | 'in-use' | 'not-there'>
  /** A new hand on the plan's log. One room holds one at a time. */
  log(planId: string): PlanLog
  /** Why the last write, or a read since then, did not succeed; null again from the next commit that does. */
  failure(): Error | null
  /** Writes a little, as any write would, and leaves nothing of it. Rejects where nothing can be written. */
  tryWriting(): Promise<void>
  /** Settles what was appended, then lets go. May be called twice. */
  close(): Promise<void>
}

/** `key` is the maker's own for this plan. */
export interface PlanMaking {
  readonly plan: NewPlan
  readonly by: MemberId
  readonly key: string
  readonly grants: readonly ({ readonly memberId: MemberId } & Grant)[]
  readonly at: Instant
}
export interface MadePlan { readonly planId: string, readonly isSetAside: boolean }
export interface StoredReform { readonly id: string, readonly file: string }

/** What was to be written is not on disk and never will be. */
export class LogWriteError extends Error {
  override readonly name = 'LogWriteError'
}
/** The plan has been set aside: it is nothing of the storage's that it takes no more. */
export class PlanSetAsideError extends Error {
  override readonly name = 'PlanSetAsideError'
}
/** Stored bytes are not what was written. */
export class LogReadError extends Error {
  override readonly name = 'LogReadError'
}
/** Another server, or a command, holds the folder. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError'
}
/** The folder cannot hold a plan safely: a network file system, or no right to write. */
export class FolderUnfitError extends Error {
  override readonly name = 'FolderUnfitError'
}
/** The folder holds something, and must be empty. */
export class FolderNotEmptyError extends Error {
  override readonly name = 'FolderNotEmptyError'
}
