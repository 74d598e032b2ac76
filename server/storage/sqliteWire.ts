import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { LogEntry, MadePlan, NewMember, NewPlan, PlanMaking, Seq } from './contracts.ts'
import type { MemberTables } from './sqliteMembers.ts'
import type { NewPlanTables } from './sqliteNewPlans.ts'
import type { PlanTables } from './sqlitePlans.ts'

/** What the worker does on request, one transaction each. Appends have a road of their own, in groups. */
export type Operations = Omit<PlanTables, 'append' | 'bind' | 'writeLines' | 'forgetEnds'> & MemberTables & Omit<NewPlanTables, 'putMaker'> & {
  createPlans(plans: readonly NewPlan[], members: readonly NewMember[], at: Instant): void
  makePlan(making: PlanMaking): MadePlan
}
export type OperationName = keyof Operations

export interface WorkerSetup {
  readonly folder: string
  readonly busyTimeoutMs: number
  readonly lockTimeoutMs: number
}

export type Request =
  /** `hand` is one holder of a log: when one of its appends fails, none after it may succeed. */
  | { readonly kind: 'append', readonly id: number, readonly hand: number, readonly planId: string, readonly entry: LogEntry | Binding }
  | { readonly kind: 'call', readonly id: number, readonly name: OperationName, readonly values: readonly unknown[] }
  | { readonly kind: 'close', readonly id: number }

export type Reply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'not-opened', readonly error: PlainError }
  /** One commit: what is now on disk, in the order it was asked for. */
  | { readonly kind: 'committed', readonly ids: readonly number[], readonly seqs: readonly Seq[] }
  /** With `isEcho` these only follow an earlier one that failed: that says nothing new about the disk. */
  | { readonly kind: 'not-committed', readonly ids: readonly number[], readonly message: string, readonly isEcho: boolean }
  /** With `hasWritten` it is also a commit. */
  | { readonly kind: 'answer', readonly id: number, readonly value: unknown, readonly hasWritten: boolean }
  | { readonly kind: 'failed', readonly id: number, readonly error: PlainError }

/** A client id that becomes a member's without an update. */
export interface Binding { readonly clientId: number, readonly to: MemberId }

/** An error as it crosses between threads. */
export interface PlainError { readonly name: string, readonly message: string }
export function toPlainError(error: unknown): PlainError {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) }
}
