import type { Context } from 'hono'
import type { Role } from '#shared/protocol/api.ts'
import { leads } from '#shared/protocol/grants.ts'
import {
  readNewPlanRequest, type NewPlanAnswer, type NewPlanChoices, type NewPlanRefusal, type NewPlanRequest, type TakeAwayRefusal, type ToCarryAnswer,
} from '#shared/protocol/newPlan.ts'
import type { StoredPlan } from '../storage/contracts.ts'
import type { StoredMember } from '../storage/people.ts'

/** Makes plans for members, and takes them away again. What these may do has been asked for before. */
export interface NewPlans {
  /** What this person may begin from, in the regions where they lead a plan. */
  choices(by: StoredMember, regionIds: readonly string[]): Promise<NewPlanChoices>
  toCarry(plan: StoredPlan): Promise<ToCarryAnswer>
  /** Once for each key of this person's, however often it is asked for and also at the same time. */
  make(by: StoredMember, regionIds: readonly string[], key: string, request: NewPlanRequest): Promise<NewPlanMade>
  takeAway(by: StoredMember, planId: string): Promise<TakeAwayRefusal | null>
  /** Of this person's new plans those that can be taken away. */
  thatCanBeTakenAway(by: StoredMember): Promise<readonly string[]>
}
export type NewPlanMade = { readonly ok: true, readonly planId: string } | { readonly ok: false, readonly refusal: NewPlanRefusal }

/** Regions where somebody leads a plan: there they may make one. */
export const regionsLed = (plans: readonly { readonly regionId: string, readonly role: Role }[]) =>
  [...new Set(plans.filter(({ role }) => leads(role)).map(({ regionId }) => regionId))]

const statusOf: Readonly<Partial<Record<NewPlanRefusal, 403 | 404 | 409>>> = {
  'not-your-region': 403, 'no-such-plan': 404, 'no-such-template': 404, 'too-many-plans': 409, 'taken-away': 409,
}

export async function answerNewPlan(
  context: Context, newPlans: NewPlans, by: StoredMember, regionIds: readonly string[], body: unknown,
): Promise<Response> {
  const key = context.req.header('idempotency-key') ?? ''
  const read = /^[\w-]{16,64}$/.test(key) ? readNewPlanRequest(body) : { ok: false, refusal: 'not-understood' } as const
  const made = read.ok ? await newPlans.make(by, regionIds, key, read.request) : read
  if (!made.ok)
    return context.json({ error: made.refusal }, statusOf[made.refusal] ?? 400)
  const answer: NewPlanAnswer = { planId: made.planId }
  return context.json(answer)
}
