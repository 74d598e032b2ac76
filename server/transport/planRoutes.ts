import { isRowId } from '#shared/plan/kinds.ts'
import { isRegisterName, schemaVersion } from '#shared/plan/registers.ts'
import type { ActedFor, Deputy, Right } from '#shared/protocol/access.ts'
import type { MemberId } from '#shared/plan/values.ts'
import type { LastChangeAnswer, ListedPlan, PlanAnswer, PlanListing, Role, SessionAnswer } from '#shared/protocol/api.ts'
import { leads } from '#shared/protocol/grants.ts'
import type { ChangeLine, Storage, StoredPlan } from '../storage/contracts.ts'
import type { PlanMember } from '../storage/people.ts'
import type { Clock } from '../time/clock.ts'
import { inPlan, signedIn, type Handlers } from './asking.ts'
import { answerNewPlan, type NewPlans } from './newPlanRoutes.ts'

export interface PlanRouteParts {
  readonly storage: Pick<Storage, 'members' | 'log'>
  readonly reformOf: (reformId: string, regionId: string) => Promise<PlanAnswer['reform']>
  readonly countiesByRegion: () => Promise<ReadonlyMap<string, readonly string[]>>
  readonly newPlans: NewPlans
  readonly clock: Clock
}

type PlanRoute =
  | 'GET /api/session' | 'GET /api/new-plan' | 'POST /api/plans' | 'GET /api/plans/:planId/to-carry' | 'POST /api/plans/:planId/take-away'
  | 'GET /api/plans/:planId' | 'GET /api/plans/:planId/rows/:register/:row/last-change'

/** Plans: one's own, new ones, and what a client needs to open one. */
export function planRoutes({ storage, reformOf, countiesByRegion, newPlans, clock }: PlanRouteParts): Handlers<PlanRoute> {
  const { members } = storage

  /** Each until the last time that counts now, as long as it does: what is held for another ends with what either of them has. */
  async function actedForBy(planId: string, memberId: MemberId, { actsFor }: Right): Promise<readonly ActedFor[]> {
    if (actsFor.length === 0)
      return []
    const now = clock.now()
    const [held, lines] = await Promise.all([members.held(planId, memberId, now), members.inPlan(planId)])
    return lines.filter(line => actsFor.includes(line.memberId)).map(line => ({
      memberId: line.memberId, name: line.name, until: Math.max(now, ...held.flatMap(one => one.for === line.memberId ? one.until ?? [] : [])),
    }))
  }

  return {
    'GET /api/session': async (context, asker) => {
      const { member } = signedIn(asker)
      const [plans, offices, counties, mine] = await Promise.all([
        members.plansOf(member.memberId, clock.now()), members.officesOf(member.memberId), countiesByRegion(), newPlans.thatCanBeTakenAway(member),
      ])
      const listed = plans.map((plan): ListedPlan => ({
        ...toListing(plan, plan.role),
        periodFrom: plan.period?.from ?? null,
        periodTo: plan.period?.to ?? null,
        counties: counties.get(plan.regionId) ?? [],
        mayTakeAway: mine.includes(plan.planId),
      }))
      const answer: SessionAnswer = { member, offices, plans: listed, mayMakePlans: plans.some(({ role }) => leads(role)) }
      return context.json(answer)
    },
    'GET /api/new-plan': async (context, asker) => context.json(await newPlans.choices(signedIn(asker).member, asker.regionIds)),
    'POST /api/plans': (context, asker, body) => answerNewPlan(context, newPlans, signedIn(asker).member, asker.regionIds, body),
    'GET /api/plans/:planId/to-carry': async (context, asker) => context.json(await newPlans.toCarry(inPlan(asker).plan)),
    'POST /api/plans/:planId/take-away': async (context, asker) => {
      const refusal = await newPlans.takeAway(signedIn(asker).member, inPlan(asker).plan.planId)
      return refusal === null ? context.body(null, 204) : context.json({ error: refusal }, 409)
    },
    'GET /api/plans/:planId': async (context, asker) => {
      const { plan, right } = inPlan(asker)
      const { role, registers, isMember } = right
      const actsFor = await actedForBy(plan.planId, signedIn(asker).member.memberId, right)
      const answer: PlanAnswer = {
        ...toListing(plan, role), registers, isMember, actsFor, epoch: plan.epoch, schemaVersion,
        reform: await reformOf(plan.reformId, plan.regionId),
      }
      return context.json(answer)
    },
    'GET /api/plans/:planId/rows/:register/:row/last-change': async (context, asker) => {
      const { plan: { planId }, right: { isMember } } = inPlan(asker)
      const { register = '', row = '' } = context.req.param() as Readonly<Record<string, string>>
      if (!isRegisterName(register) || !isRowId(row))
        return context.json({ error: isRegisterName(register) ? 'not-a-row-id' : 'no-such-register' }, 400)
      const line = await storage.log(planId).lastChange(register, row)
      const deputies = isMember ? await members.deputiesIn(planId) : []
      const answer: LastChangeAnswer = { change: line && toLastChange(line, await members.inPlan(planId), deputies) }
      return context.json(answer)
    },
  }
}

const toListing = ({ planId, title, regionId }: StoredPlan, role: Role): PlanListing => ({ planId, title, regionId, role })

/** Who has left the plan is nobody's to name. */
function toLastChange({ until, field, by }: ChangeLine, members: readonly PlanMember[], deputies: readonly Deputy[]): LastChangeAnswer['change'] {
  const nameOf = (memberId: string) => members.find(one => one.memberId === memberId)
  const author = nameOf(by)
  const actedFor = deputies
    .filter(deputy => deputy.deputyId === by && deputy.from <= until && deputy.until > until)
    .flatMap(({ memberId }) => nameOf(memberId)?.name ?? [])
  return { at: until, field, by: author ? { memberId: by, name: author.name, organisation: author.organisation, actedFor } : null }
}
