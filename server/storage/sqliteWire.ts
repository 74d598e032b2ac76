import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { ChangeLine, LogEntry, MadePlan, NewPlan, PlanMaking, Seq } from './contracts.ts'
import type { AccessNote, NewMember } from './people.ts'
import type { openAccessLog } from './sqliteAccessLog.ts'
import type { CompactionTables } from './sqliteCompaction.ts'
import type { InvitationTables } from './sqliteInvitations.ts'
import type { MemberTables } from './sqliteMembers.ts'
import type { NewPlanTables } from './sqliteNewPlans.ts'
import type { openPeopleTables } from './sqlitePeople.ts'
import type { PlanTables } from './sqlitePlans.ts'
import type { RedactionTables } from './sqliteRedaction.ts'
import type { SignInTables } from './sqliteSignIn.ts'

/** What the worker does on request, one transaction each. Appends have a road of their own, in groups. */
export type Operations = Omit<PlanTables, 'append' | 'bind' | 'writeLines' | 'forgetEnds'> & MemberTables & InvitationTables & SignInTables
  & ReturnType<typeof openPeopleTables> & ReturnType<typeof openAccessLog> & CompactionTables & RedactionTables & Omit<NewPlanTables, 'putMaker'> & {
  tryWriting(): void
  addMember(member: NewMember, at: Instant, note: AccessNote): void
  createPlans(plans: readonly NewPlan[], members: readonly NewMember[], at: Instant): void
  makePlan(making: PlanMaking): MadePlan
}
export type OperationName = keyof Operations
/** Of these the one that is in no transaction. */
export const operationOnItsOwn: OperationName = 'wipe'

export interface WorkerSetup {
  readonly folder: string
  readonly busyTimeoutMs: number
  readonly lockTimeoutMs: number
}

export type Request =
  /** `hand` is one holder of a log: when one of its appends fails, none after it may succeed. */
  | { readonly kind: 'append', readonly id: number, readonly hand: number, readonly planId: string, readonly entry: PackedEntries | Binding }
  | { readonly kind: 'call', readonly id: number, readonly name: OperationName, readonly values: readonly unknown[] }
  | { readonly kind: 'close', readonly id: number }

export type Reply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'not-opened', readonly error: PlainError }
  /** One commit: what is now on disk, in the order it was asked for. */
  | { readonly kind: 'committed', readonly ids: readonly number[], readonly seqs: readonly Seq[] }
  /** With `isEcho` these only follow an earlier one that failed: that says nothing new about the disk. With `isUnwritable` the disk takes nothing. */
  | {
    readonly kind: 'not-committed', readonly ids: readonly number[], readonly message: string, readonly isEcho: boolean
    readonly isUnwritable: boolean
  }
  /** With `hasWritten` it is also a commit. */
  | { readonly kind: 'answer', readonly id: number, readonly value: unknown, readonly hasWritten: boolean }
  | { readonly kind: 'failed', readonly id: number, readonly error: PlainError, readonly isUnwritable: boolean }

/** A client id that becomes a member's without an update. */
export interface Binding { readonly clientId: number, readonly to: MemberId }

/** Entries as they cross between threads: few objects, since each costs more to copy than what it holds. */
export interface PackedEntries {
  /** How many updates. */
  readonly count: number
  /** All updates, one after another. */
  readonly bytes: Uint8Array
  /** An {@link EntryColumns} as JSON. */
  readonly columns: string
}
export interface EntryColumns {
  /** For each update: its length, who, client ids, when and touches, the last as columns hold them. */
  readonly updates: readonly (readonly [length: number, by: MemberId, clientIds: string, at: Instant, touches: string])[]
  readonly binds: readonly (readonly [clientId: number, to: MemberId])[]
  readonly lines: readonly PackedLine[]
  /** Null when it is as before; the period as its column holds it. */
  readonly title: string | null
  readonly period: string | null
}
/** A change line's columns, but for the plan. */
export type PackedLine = readonly [
  id: string, by: MemberId, register: string, row: string, field: string, member: string | null, from: Instant, until: Instant,
  before: string, after: string, lost: string | null,
]

/** Throws a TypeError where an entry holds what no column can. */
export function packEntries(entries: readonly LogEntry[]): PackedEntries {
  const bytes = new Uint8Array(entries.reduce((sum, { update }) => sum + update.byteLength, 0))
  let at = 0
  for (const { update } of entries) {
    bytes.set(update, at)
    at += update.byteLength
  }
  const period = entries.findLast(entry => entry.period)?.period
  const columns: EntryColumns = {
    updates: entries.map(({ update, by, clientIds, at, touches }) =>
      [update.byteLength, by, JSON.stringify(clientIds), at, JSON.stringify(touches.map(toColumns))]),
    binds: entries.flatMap(({ binds, by }) => binds.map((clientId): [number, MemberId] => [clientId, by])),
    lines: entries.flatMap(({ changes }) => changes.map(packLine)),
    title: entries.findLast(({ title }) => title !== null)?.title ?? null,
    period: period ? JSON.stringify([period.from, period.to]) : null,
  }
  return { count: entries.length, bytes, columns: JSON.stringify(columns) }
}

const toColumns = ({ register, row, field, member, effect, collides }: LogEntry['touches'][number]) =>
  [register, row, field, member, effect, collides ? 1 : 0]

const packLine = (line: ChangeLine): PackedLine => [
  line.id, line.by, line.register, line.row, line.field, line.member, line.from, line.until,
  toJson(line.before), toJson(line.after), 'lost' in line ? toJson(line.lost) : null,
]

/** Null where there is nothing; throws where JSON knows no such thing. */
function toJson(value: unknown): string {
  const json = JSON.stringify(value ?? null) as string | undefined
  if (json === undefined)
    throw new TypeError('a change line holds what JSON cannot')
  return json
}

/** An error as it crosses between threads. */
export interface PlainError { readonly name: string, readonly message: string }
export function toPlainError(error: unknown): PlainError {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) }
}
