import type { RegisterName } from '#shared/plan/fields.ts'
import type { NextHead } from '#shared/plan/nextPlan.ts'
import type { RowId } from '#shared/plan/values.ts'
import type { Carry, ToCarryAnswer } from '#shared/protocol/newPlan.ts'
import type { RedactJob, RedactJobResult } from './redacting.ts'

/** What is done with a whole plan in a thread of its own, from the updates of its log. */
export type PlanJob =
  | { readonly kind: 'count', readonly updates: readonly Uint8Array[] }
  | { readonly kind: 'carry', readonly updates: readonly Uint8Array[], readonly head: NextHead, readonly carry: Carry }
  | { readonly kind: 'named', readonly updates: readonly Uint8Array[], readonly ids: readonly string[] }
  | RedactJob

/** A cell that names a person, with what they are there in words. */
export interface NamedIn { readonly register: RegisterName, readonly row: RowId, readonly field: string, readonly roles: readonly string[] }

/**
 * What there is to carry; the cells that name one of the ids; the first content of the plan that follows; or the rows of a log without
 * what was to be taken out.
 */
export type PlanJobResult<J extends PlanJob> =
  J extends { kind: 'count' } ? Omit<ToCarryAnswer, 'members'>
    : J extends { kind: 'named' } ? readonly NamedIn[]
      : J extends { kind: 'redact' } ? RedactJobResult : Uint8Array
