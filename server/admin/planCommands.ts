import { carryAll } from '#shared/plan/nextPlan.ts'
import { isPeriod } from '#shared/protocol/newPlan.ts'
import { blankTemplateId, type Reform } from '#shared/reference/reformFile.ts'
import { blankSeed, templateSeed } from '#shared/reference/templates.ts'
import type { AdminCommandName } from '../access/rules.ts'
import { newPlan, planAfter } from '../plans/newPlan.ts'
import type { PlanThread } from '../plans/planThread.ts'
import type { Reforms, ReformTaken } from '../plans/reforms.ts'
import type { NewPlan, Storage } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'
import { checkTitle, Refused } from './refused.ts'
import type { Options } from './requests.ts'

export interface PlanCommandParts {
  readonly storage: Storage
  readonly reforms: Reforms
  readonly thread: PlanThread
  readonly clock: Clock
}
type PlanCommandName = Exclude<Extract<AdminCommandName, `plan ${string}` | `reform ${string}`>, 'plan erase' | 'plan export'>

/** The operator's commands on plans and reform sets. */
export function planCommands({ storage, reforms, thread, clock }: PlanCommandParts) {
  /** From a template, by its id, the usual one unless said; or from another plan, with everything but the networks that do not run. */
  async function toPlan({ title = '', region, template, language, from, period }: Options): Promise<NewPlan> {
    const name = checkTitle(title)
    const years = period === undefined ? null : readPeriod(period)
    if (from !== undefined)
      return await toNextPlan(name, from, years, { region, template, language })
    const isKnown = (await reforms.regions()).some(({ id }) => id === region)
    if (region === undefined || !isKnown)
      throw region === undefined ? new Refused('missing-option', 'region') : new Refused('no-such-region', region)
    const head = { title: name, regionId: region, language: readLanguage(language), ...(years && { period: years }) }
    if (template === blankTemplateId)
      return newPlan({ regionId: region, seed: blankSeed(head), now: clock.now() })
    const { reform, template: found } = await findTemplate(template)
    return newPlan({ regionId: region, seed: templateSeed(reform, found, head), now: clock.now() })
  }

  async function toNextPlan(title: string, from: string, years: Years | null, others: Partial<Options>): Promise<NewPlan> {
    if (Object.values(others).some(other => other !== undefined))
      throw new Refused('template-or-from', from)
    const source = await storage.plan(from)
    if (!source)
      throw new Refused('no-such-plan', from)
    const { from: first, to: last } = source.period ?? { from: null, to: null }
    const next = (last ?? first ?? new Date(clock.now()).getFullYear() - 1) + 1
    const { from: periodFrom, to: periodTo } = years ?? { from: next, to: next }
    return await planAfter(source, { title, periodFrom, periodTo }, carryAll, { storage, thread, now: clock.now() })
  }

  async function findTemplate(id: string | undefined) {
    const [usual] = await reforms.all()
    const found = id === undefined && usual?.templates[0] ? { reform: usual, template: usual.templates[0] } : await reforms.template(id ?? '')
    if (!found)
      throw new Refused('no-such-template', id ?? '')
    return found
  }

  return {
    'plan list': async () => [
      ...(await storage.plans()).map(({ planId, title, regionId }) => ({ planId, title, region: regionId })),
      ...(await storage.plansSetAside()).map(({ planId, title, regionId, setAsideAt }) => ({ planId, title, region: regionId, setAsideAt })),
    ],
    'plan create': async (options) => {
      const plan = await toPlan(options)
      await storage.createPlan(plan)
      return { planId: plan.planId }
    },
    'plan restore': async ({ plan = '' }) => {
      if (!await storage.bringBack(plan))
        throw new Refused('not-set-aside', plan)
      return { planId: plan }
    },
    'reform list': async () => (await reforms.all()).map(reform => ({ reformId: reform.id, name: reform.name, ...sizesOf(reform) })),
    'reform add': async ({ file = '' }) => describeTaken(await reforms.add(file)),
    'reform replace': async ({ file = '' }) => describeTaken(await reforms.replace(file)),
    'reform remove': async ({ reform = '' }) => {
      const result = await reforms.remove(reform)
      if (result !== 'removed')
        throw new Refused(({ 'in-use': 'reform-in-use', 'not-there': 'no-such-reform', 'built-in': 'reform-built-in' } as const)[result], reform)
      return { reformId: reform }
    },
  } satisfies { readonly [C in PlanCommandName]: (options: Options) => Promise<unknown> }
}

function describeTaken(taken: ReformTaken) {
  if (!taken.ok)
    throw new Refused(taken.refusal, taken.what, taken.faults)
  const { reform, unread } = taken
  return { reformId: reform.id, name: reform.name, ...sizesOf(reform), unread }
}

interface Years { readonly from: number, readonly to: number }

/** `2024` or `2024-2027`. */
function readPeriod(given: string): Years {
  const [, from, to = from] = /^(\d{4})(?:[-–](\d{4}))?$/.exec(given.trim()) ?? []
  if (!isPeriod(Number(from), Number(to)))
    throw new Refused('not-a-period', given)
  return { from: Number(from), to: Number(to) }
}

function readLanguage(given = 'nb'): 'nb' | 'nn' {
  if (given !== 'nb' && given !== 'nn')
    throw new Refused('no-such-language', given)
  return given
}

const sizesOf = ({ periodFrom, periodTo, focusAreas, phases, regions, templates }: Reform) => ({
  periodFrom, periodTo, focusAreas: focusAreas.length, phases: phases.length, regions: regions.length, templates: templates.map(({ id }) => id),
})
