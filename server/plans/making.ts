import type { NewPlanRefusal, NewPlanRequest } from '#shared/protocol/newPlan.ts'
import { templateSeed } from '#shared/reference/templates.ts'
import type { Bus } from '../bus/bus.ts'
import type { NewPlan, PlanMaking, Storage } from '../storage/contracts.ts'
import type { PlanMember, StoredMember } from '../storage/people.ts'
import type { Clock } from '../time/clock.ts'
import type { NewPlanMade, NewPlans } from '../transport/newPlanRoutes.ts'
import { toChoices } from './choices.ts'
import { newPlan, planAfter } from './newPlan.ts'
import type { PlanThread } from './planThread.ts'
import type { Reforms } from './reforms.ts'

/** For so long a plan can be taken away by its maker, and so many one person makes in that time at the most. */
const dayMs = 24 * 60 * 60 * 1_000
const maxPlansADay = 30

interface MakingParts {
  readonly storage: Storage
  readonly bus: Bus
  readonly reforms: Reforms
  readonly thread: PlanThread
  readonly clock: Clock
}

/** Makes plans from templates and from other plans, for members. */
export function openNewPlans({ storage, bus, reforms, thread, clock }: MakingParts): NewPlans {
  /** What is being made now, by maker and key: the same twice at once is one. */
  const making = new Map<string, Promise<NewPlanMade>>()

  async function make(by: StoredMember, regionIds: readonly string[], key: string, request: NewPlanRequest): Promise<NewPlanMade> {
    const earlier = await storage.planMadeWith(by.memberId, key)
    if (earlier)
      return earlier.isSetAside ? refused('taken-away') : { ok: true, planId: earlier.planId }
    const at = clock.now()
    if (await storage.countMadeBy(by.memberId, at - dayMs) >= maxPlansADay)
      return refused('too-many-plans')
    const { origin } = request
    const found = origin.kind === 'template' ? await fromTemplate(origin, regionIds, request) : await fromPlan(by, origin, regionIds, request)
    if ('refusal' in found)
      return found
    const { planId } = await storage.makePlan({ plan: found.plan, by: by.memberId, key, grants: grantsWith(by, found.members), at })
    return { ok: true, planId }
  }

  type Found = { readonly plan: NewPlan, readonly members: readonly PlanMember[] } | ReturnType<typeof refused>

  async function fromTemplate(
    { templateId, regionId, language }: Extract<NewPlanRequest['origin'], { kind: 'template' }>, regionIds: readonly string[],
    { title, periodFrom, periodTo }: NewPlanRequest,
  ): Promise<Found> {
    const found = await reforms.template(templateId)
    if (!found)
      return refused('no-such-template')
    if (!regionIds.includes(regionId))
      return refused('not-your-region')
    const seed = templateSeed(found.reform, found.template, { title, regionId, language, period: { from: periodFrom, to: periodTo } })
    return { plan: newPlan({ regionId, seed, now: clock.now() }), members: [] }
  }

  /** No such plan and not theirs are one answer. */
  async function fromPlan(
    { memberId }: StoredMember, { planId, carry, withMembers }: Extract<NewPlanRequest['origin'], { kind: 'plan' }>, regionIds: readonly string[],
    { title, periodFrom, periodTo }: NewPlanRequest,
  ): Promise<Found> {
    const [source, right] = await Promise.all([storage.plan(planId), storage.members.right(planId, memberId, clock.now())])
    if (!source || !right)
      return refused('no-such-plan')
    if (!regionIds.includes(source.regionId))
      return refused('not-your-region')
    const plan = await planAfter(source, { title, periodFrom, periodTo }, carry, { storage, thread, now: clock.now() })
    // Who reads from outside brings nobody along whose address they may not see.
    return { plan, members: withMembers && right.isMember ? await storage.members.inPlan(planId) : [] }
  }

  return {
    async choices({ memberId }, regionIds) {
      const [all, regions, plans] = await Promise.all([reforms.all(), reforms.regions(), storage.members.plansOf(memberId, clock.now())])
      return toChoices(all, regions.filter(({ id }) => regionIds.includes(id)), plans.filter(({ regionId }) => regionIds.includes(regionId)))
    },
    async toCarry({ planId }) {
      const updates = await storage.log(planId).read()
      const [counted, members] = await Promise.all([thread.run({ kind: 'count', updates }), storage.members.inPlan(planId)])
      return { ...counted, members: members.map(({ memberId, name, organisation, role }) => ({ memberId, name, organisation, role })) }
    },
    make(by, regionIds, key, request) {
      const name = `${by.memberId} ${key}`
      const known = making.get(name)
      if (known)
        return known
      const made = make(by, regionIds, key, request).finally(() => making.delete(name))
      making.set(name, made)
      return made
    },
    async takeAway({ memberId }, planId) {
      const now = clock.now()
      const result = await storage.setAside(planId, memberId, now, now - dayMs)
      if (result !== 'done')
        return result
      bus.publish({ kind: 'plan-gone', planId })
      return null
    },
    thatCanBeTakenAway: ({ memberId }) => storage.untouchedPlansOf(memberId, clock.now() - dayMs),
  }
}

const refused = (refusal: NewPlanRefusal) => ({ ok: false, refusal }) as const

/** Those who come along may do what they might before; whoever makes a plan owns it. */
const grantsWith = ({ memberId }: StoredMember, members: readonly PlanMember[]): PlanMaking['grants'] =>
  [{ memberId, role: 'owner', registers: null, until: null }, ...members.filter(member => member.memberId !== memberId)]
