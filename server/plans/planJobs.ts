import type { NextHead } from '#shared/plan/nextPlan.ts'
import type { Carry, ToCarryAnswer } from '#shared/protocol/newPlan.ts'

/** What is done with a whole plan in a thread of its own, from the updates of its log. */
export type PlanJob =
  | { readonly kind: 'count', readonly updates: readonly Uint8Array[] }
  | { readonly kind: 'carry', readonly updates: readonly Uint8Array[], readonly head: NextHead, readonly carry: Carry }

/** What there is to carry; or the first content of the plan that follows. */
export type PlanJobResult<J extends PlanJob> = J extends { kind: 'count' } ? Omit<ToCarryAnswer, 'members'> : Uint8Array
