import type { Field, RegisterName } from './fields.ts'
import type { Registers } from './registers.ts'

/** Milliseconds since 1970, UTC. */
export type Instant = number
/** A day, `2021-04-28`. */
export type IsoDate = string
export type RowId = string
export type MemberId = string

/** A recurrence as it is stored: always with the words people wrote. Its meaning is in `shared/rules/when.ts`. */
export interface When {
  readonly raw: string
  readonly kind: string
  readonly altKind?: string
  readonly seasons?: readonly string[]
  readonly perYear?: { readonly min: number, readonly max: number }
  readonly durationMonths?: { readonly min: number, readonly max: number }
  readonly months?: readonly number[]
  readonly weeks?: readonly number[]
  readonly years?: readonly number[]
  readonly dates?: readonly IsoDate[]
  readonly occurrences?: readonly { readonly year: number, readonly season?: string, readonly until?: string }[]
  readonly ambiguous?: boolean
  readonly approximate?: boolean
  readonly orOnDemand?: boolean
  readonly extra?: string
  readonly appliesTo?: string
}

/** One member of a set, with its roles (none where membership is all there is to say). */
export interface SetMember { readonly id: string, readonly roles: readonly string[] }

export interface Place { readonly parentId: RowId | null, readonly key: string }

/** A node of rich text as a plain value; marks stand on the text. */
export type RichNode =
  | { readonly text: string, readonly marks?: Readonly<Record<string, unknown>> }
  | { readonly node: string, readonly attributes?: Readonly<Record<string, unknown>>, readonly content: readonly RichNode[] }

/** What a cell of each kind reads as. An empty or ill-formed cell reads as `''`, `null`, `false` or `[]`. */
export type CellValue<F extends Field> =
  F extends { kind: 'text' } ? string
  : F extends { kind: 'richText' } ? readonly RichNode[]
  : F extends { kind: 'line' } ? string
  : F extends { kind: 'choice', options: readonly (infer O)[], open: infer Open } ? (Open extends true ? string : O) | null
  : F extends { kind: 'number' } ? number | null
  : F extends { kind: 'date' } ? IsoDate | null
  : F extends { kind: 'flag' } ? boolean
  : F extends { kind: 'reference' } ? RowId | null
  : F extends { kind: 'when' } ? When | null
  : F extends { kind: 'set' } ? readonly SetMember[]
  : F extends { kind: 'place' } ? Place
  : never

/** One row as a frozen value. */
export type Row<R extends RegisterName> = {
  readonly [F in keyof Registers[R]]: Registers[R][F] extends Field ? CellValue<Registers[R][F]> : never
} & {
  readonly id: RowId
  /** When it was trashed; null while it is alive. */
  readonly deletedAt: Instant | null
  /** Fields whose stored value is not a valid one («ugyldig verdi»); they read as empty. */
  readonly invalid: readonly string[]
}
export type Activity = Row<'activities'>
export type Network = Row<'networks'>
export type Organisation = Row<'organisations'>
export type Group = Row<'groups'>

/** A cell by name. `field` may be `deletedAt`. */
export interface Cell { readonly register: RegisterName, readonly row: RowId, readonly field: string }

/** The whole plan as a value of one moment: every register's rows, alive and trashed, in order. */
export type PlanValue = { readonly [R in RegisterName]: readonly Row<R>[] }
