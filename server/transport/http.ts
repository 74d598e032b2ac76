import { Hono, type Context } from 'hono'
import { isRowId } from '#shared/plan/kinds.ts'
import { isRegisterName, schemaVersion } from '#shared/plan/registers.ts'
import type { LastChangeAnswer, ListedPlan, MembersAnswer, PlanAnswer, PlanListing, Role, SessionAnswer } from '#shared/protocol/api.ts'
import { unwatched, type Watch } from '../operation/watch.ts'
import type { Access, Session } from '../access/access.ts'
import type { SessionCookie } from '../access/cookie.ts'
import { isMonitor } from '../access/monitor.ts'
import { highestOf, httpRules, mayLead, meets, type HttpRoute, type Need, type Standing } from '../access/rules.ts'
import type { ChangeLine, PlanMember, Storage, StoredPlan } from '../storage/contracts.ts'
import type { ClientFiles } from './clientFiles.ts'
import { securityHeaders } from './headers.ts'
import { newRequestId } from './requestId.ts'
import { answerNewPlan, regionsLed, type NewPlans } from './newPlanRoutes.ts'
import type { Origins } from './origins.ts'
import { signInFailedPage, signInUnavailablePage } from './signInPages.ts'

export interface HttpParts {
  readonly access: Access
  readonly storage: Pick<Storage, 'plan' | 'members' | 'log'>
  readonly clientFiles: ClientFiles
  /** What keeps the server from doing its work, in a word; null while nothing does. */
  readonly ailment: () => 'storage-failed' | 'plan-unreadable' | 'plan-differed' | null
  readonly reformOf: (reformId: string, regionId: string) => Promise<PlanAnswer['reform']>
  /** The counties of each region that some reform has. */
  readonly countiesByRegion: () => Promise<ReadonlyMap<string, readonly string[]>>
  readonly newPlans: NewPlans
  readonly origins: () => Origins
  readonly cookie: () => SessionCookie
  readonly report: (what: string, error: unknown) => void
  /** Absent: what is measured cannot be read over HTTP. */
  readonly monitoring?: Monitoring | null
  /** Nobody looks, unless said. */
  readonly watch?: Watch
}

/** What is measured, in Prometheus' text format, and the token that opens it. */
export interface Monitoring { readonly token: string, readonly text: () => Promise<string> }

/** What the log knows of a request. Its path may hold a secret: the route alone is told. */
type Told = { Variables: { requestId: string, route: HttpRoute | 'none' } }

/** Who asks, and for which plan, after the route's rule has been met. */
interface Asker {
  readonly session: Session | null
  readonly plan: StoredPlan | null
  readonly role: Role | null
  /** Regions where this person leads a plan; looked up where a rule asks for it. */
  readonly regionIds: readonly string[]
}
type Handler = (context: Context, asker: Asker) => Promise<Response> | Response

/** Every route of the server, built from the access table: a route without a rule cannot exist. */
export function openHttp({
  access, storage, clientFiles, ailment, reformOf, countiesByRegion, newPlans, origins, cookie, report, monitoring = null, watch = unwatched,
}: HttpParts): Hono<Told> {
  const app = new Hono<Told>()

  const handlers: { readonly [R in HttpRoute]: Handler } = {
    'GET /healthz': (context) => {
      const reason = ailment()
      return reason === null ? context.json({ ok: true }) : context.json({ ok: false, reason }, 503)
    },
    'GET /metrics': async context => context.body(await monitoring?.text() ?? '', 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' }),
    'GET /logg-inn/:token': async (context) => {
      context.header('cache-control', 'no-store')
      const begun = await access.signIn(context.req.param('token') ?? '').catch((error: unknown) => {
        report('somebody could not be signed in', error)
        return 'failed' as const
      })
      if (begun === 'failed')
        return context.html(signInUnavailablePage, 503)
      if (!begun) {
        watch.note('sign-in-refused', toldOf(context))
        return context.html(signInFailedPage, 403)
      }
      watch.note('signed-in', { ...toldOf(context), memberId: begun.member.memberId })
      context.header('set-cookie', cookie().set(begun.secret))
      return context.redirect('/', 303)
    },
    'POST /api/logg-ut': async (context, asker) => {
      await access.signOut(signedIn(asker))
      context.header('set-cookie', cookie().clear())
      return context.body(null, 204)
    },
    'GET /api/session': async (context, asker) => {
      const { member } = signedIn(asker)
      const [plans, counties, mine] = await Promise.all([
        storage.members.plansOf(member.memberId), countiesByRegion(), newPlans.thatCanBeTakenAway(member),
      ])
      const listed = plans.map((plan): ListedPlan => ({
        ...toListing(plan, plan.role),
        periodFrom: plan.period?.from ?? null,
        periodTo: plan.period?.to ?? null,
        counties: counties.get(plan.regionId) ?? [],
        mayTakeAway: mine.includes(plan.planId),
      }))
      const answer: SessionAnswer = { member, plans: listed, mayMakePlans: plans.some(({ role }) => mayLead(role)) }
      return context.json(answer)
    },
    'GET /api/new-plan': async (context, asker) => context.json(await newPlans.choices(signedIn(asker).member, asker.regionIds)),
    'POST /api/plans': (context, asker) => answerNewPlan(context, newPlans, signedIn(asker).member, asker.regionIds),
    'GET /api/plans/:planId/to-carry': async (context, asker) => context.json(await newPlans.toCarry(inPlan(asker).plan)),
    'POST /api/plans/:planId/take-away': async (context, asker) => {
      const refusal = await newPlans.takeAway(signedIn(asker).member, inPlan(asker).plan.planId)
      return refusal === null ? context.body(null, 204) : context.json({ error: refusal }, 409)
    },
    'GET /api/plans/:planId': async (context, asker) => {
      const { plan, role } = inPlan(asker)
      const answer: PlanAnswer = { ...toListing(plan, role), epoch: plan.epoch, schemaVersion, reform: await reformOf(plan.reformId, plan.regionId) }
      return context.json(answer)
    },
    'GET /api/plans/:planId/members': async (context, asker) => {
      const answer: MembersAnswer = { members: await storage.members.inPlan(inPlan(asker).plan.planId) }
      return context.json(answer)
    },
    'GET /api/plans/:planId/rows/:register/:row/last-change': async (context, asker) => {
      const { planId } = inPlan(asker).plan
      const { register = '', row = '' } = context.req.param() as Readonly<Record<string, string>>
      if (!isRegisterName(register) || !isRowId(row))
        return context.json({ error: isRegisterName(register) ? 'not-a-row-id' : 'no-such-register' }, 400)
      const line = await storage.log(planId).lastChange(register, row)
      const answer: LastChangeAnswer = { change: line && toLastChange(line, await storage.members.inPlan(planId)) }
      return context.json(answer)
    },
    'GET /*': async (context) => {
      const { path } = context.req
      const file = path === '/api' || path.startsWith('/api/') ? null : await clientFiles.answer({
        path,
        acceptsHtml: (context.req.header('accept') ?? '').includes('text/html'),
        acceptEncoding: context.req.header('accept-encoding') ?? '',
        ifNoneMatch: context.req.header('if-none-match'),
      })
      return file ?? context.json({ error: 'not-found' }, 404)
    },
  }

  app.use(async (context, next) => {
    const begunAt = performance.now()
    context.set('requestId', newRequestId())
    context.set('route', 'none')
    await next()
    watch.count('answered', String(context.res.status))
    watch.note('request', { ...toldOf(context), method: context.req.method, status: context.res.status, ms: Math.round(performance.now() - begunAt) })
    context.res.headers.set('x-request-id', context.get('requestId'))
    for (const [name, value] of Object.entries(securityHeaders(origins())))
      context.res.headers.set(name, value)
    if (context.req.path.startsWith('/api/'))
      context.res.headers.set('cache-control', 'no-store')
  })
  app.notFound(context => context.json({ error: 'not-found' }, 404))
  app.onError((error, context) => {
    watch.note('request-failed', toldOf(context))
    report('a request could not be answered', error)
    return ailment() === 'storage-failed' ? context.json({ error: 'storage-failed' }, 503) : context.json({ error: 'failed' }, 500)
  })

  for (const route of Object.keys(httpRules) as HttpRoute[]) {
    const [method = '', path = ''] = route.split(' ')
    app.on(method, path, async (context) => {
      context.set('route', route)
      if (method === 'POST' && !isFromOurPages(context)) {
        watch.count('turned-away', 'wrong-origin')
        watch.note('wrong-origin', toldOf(context))
        return context.json({ error: 'wrong-origin' }, 403)
      }
      const asker = await findAsker(context, httpRules[route])
      return asker instanceof Response ? asker : handlers[route](context, asker)
    })
  }

  /** A form on someone else's page sends our cookie along; what it cannot do is name our Origin. */
  function isFromOurPages(context: Context): boolean {
    const origin = context.req.header('origin')
    return origin === undefined ? context.req.header('sec-fetch-site') === 'same-origin' : origins().isOurs(origin)
  }

  async function findAsker(context: Context, need: Need): Promise<Asker | Response> {
    if (need === 'anyone')
      return nobody
    if (need === 'monitor')
      return findMonitor(context, need)
    const session = await access.session(cookie().read(context.req.header('cookie')))
    const planId = context.req.param('planId')
    const plan = session && planId !== undefined ? await storage.plan(planId) : null
    const role = session && plan ? await access.role(plan.planId, session.member.memberId) : null
    if (!session)
      return context.json({ error: 'signed-out' }, 401)
    const [standing, regionIds] = await standingOf(session, plan, role, need)
    if (meets(need, standing))
      return { session, plan, role, regionIds }
    // No such plan and not yours are one answer.
    return planId !== undefined && role === null ? context.json({ error: 'not-found' }, 404) : context.json({ error: 'not-allowed' }, 403)
  }

  /** Without a token there is no such route. */
  function findMonitor(context: Context, need: Need): Asker | Response {
    if (!monitoring)
      return context.json({ error: 'not-found' }, 404)
    if (meets(need, { isSignedIn: false, role: null, isMonitor: isMonitor(context.req.header('authorization'), monitoring.token) }))
      return nobody
    watch.count('turned-away', 'wrong-metrics-token')
    watch.note('metrics-refused', toldOf(context))
    return context.json({ error: 'signed-out' }, 401, { 'www-authenticate': 'Bearer' })
  }

  /** Who somebody is, and the regions where they lead a plan, as far as the need asks for it. */
  async function standingOf(session: Session, plan: StoredPlan | null, role: Role | null, need: Need): Promise<[Standing, readonly string[]]> {
    if (typeof need === 'string' || 'atLeast' in need)
      return [{ isSignedIn: true, role }, []]
    const plans = await storage.members.plansOf(session.member.memberId)
    const inRegion = plans.filter(({ regionId }) => regionId === plan?.regionId)
    return [{
      isSignedIn: true, role, highest: highestOf(plans.map(one => one.role)), highestInRegion: highestOf(inRegion.map(one => one.role)),
    }, regionsLed(plans, mayLead)]
  }

  return app
}

const nobody: Asker = { session: null, plan: null, role: null, regionIds: [] }

const toldOf = (context: Context<Told>) => ({ requestId: context.get('requestId'), route: context.get('route') })

const toListing = ({ planId, title, regionId }: StoredPlan, role: Role): PlanListing => ({ planId, title, regionId, role })

/** Who has left the plan is nobody's to name. */
function toLastChange({ until, field, by }: ChangeLine, members: readonly PlanMember[]): LastChangeAnswer['change'] {
  const author = members.find(({ memberId }) => memberId === by)
  return { at: until, field, by: author ? { memberId: by, name: author.name, organisation: author.organisation } : null }
}

function signedIn({ session }: Asker): Session {
  if (!session)
    throw new Error('the route\'s rule lets in someone who is not signed in')
  return session
}

function inPlan({ plan, role }: Asker): { plan: StoredPlan, role: Role } {
  if (!plan || !role)
    throw new Error('the route\'s rule lets in someone without a role in the plan')
  return { plan, role }
}
