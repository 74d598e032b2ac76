import type { NextHead } from '#shared/plan/nextPlan.ts'
import type { Carry, ToCarryAnswer } from '#shared/protocol/newPlan.ts'
import type { RedactJob, RedactJobResult } from './redacting.ts'

/** What is done with a whole plan in a thread of its own, from the updates of its log. */
export type PlanJob =
  | { readonly kind: 'count', readonly updates: readonly Uint8Array[] }
  | { readonly kind: 'carry', readonly updates: readonly Uint8Array[], readonly head: NextHead, readonly carry: Carry }
  | RedactJob

/** What there is to carry; the first content of the plan that follows; or the rows of a log without what was to be taken out. */
export type PlanJobResult<J extends PlanJob> =
  J extends { kind: 'count' } ? Omit<ToCarryAnswer, 'members'> : J extends { kind: 'redact' } ? RedactJobResult : Uint8Array
