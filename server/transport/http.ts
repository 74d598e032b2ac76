import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono, type Context } from 'hono'
import type { Oidc } from '../access/oidc.ts'
import type { Access, Session } from '../access/access.ts'
import type { Cookies } from '../access/cookie.ts'
import type { Inviting } from '../access/inviting.ts'
import type { MemberLetters } from '../access/memberLetters.ts'
import { isMonitor } from '../access/monitor.ts'
import { highestOf, httpRules, meets, type HttpRoute, type Need, type Standing } from '../access/rules.ts'
import type { SignIn } from '../access/signIn.ts'
import type { Right, WaysInAnswer } from '#shared/protocol/access.ts'
import type { PlanAnswer } from '#shared/protocol/api.ts'
import type { Watch } from '../operation/watch.ts'
import type { Storage, StoredPlan } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'
import { nobody, toldOf, type Asker, type Handler, type Handlers, type Told } from './asking.ts'
import { readBody } from './bodies.ts'
import type { ClientFiles } from './clientFiles.ts'
import { securityHeaders } from './headers.ts'
import { newRequestId } from './requestId.ts'
import { memberRoutes } from './memberRoutes.ts'
import { meRoutes, type MeRouteParts } from './meRoutes.ts'
import { regionsLed, type NewPlans } from './newPlanRoutes.ts'
import { openNotedLimit } from './notedLimit.ts'
import { openApiDocument } from './openApi.ts'
import type { Origins } from './origins.ts'
import { planRoutes } from './planRoutes.ts'
import { signInRoutes } from './signInRoutes.ts'

export interface HttpParts {
  readonly access: Access
  readonly signIn: SignIn
  readonly inviting: Inviting
  readonly letters: MemberLetters
  readonly oidc: Oidc | null
  readonly ways: WaysInAnswer
  readonly storage: Pick<Storage, 'plan' | 'members' | 'log' | 'failure'>
  readonly clientFiles: ClientFiles
  readonly clock: Clock
  /** What keeps the server from doing its work, in a word; null while nothing does. */
  readonly ailment: () => 'storage-failed' | 'plan-unreadable' | 'plan-differed' | null
  readonly reformOf: (reformId: string, regionId: string) => Promise<PlanAnswer['reform']>
  /** The counties of each region that some reform has. */
  readonly countiesByRegion: () => Promise<ReadonlyMap<string, readonly string[]>>
  readonly newPlans: NewPlans
  readonly keptOf: MeRouteParts['keptOf']
  readonly origins: () => Origins
  readonly cookies: () => Cookies
  readonly report: (what: string, error: unknown) => void
  /** Null: what is measured cannot be read over HTTP. */
  readonly monitoring: Monitoring | null
  readonly watch: Watch
}

/** What is measured, in Prometheus' text format, and the token that opens it. */
export interface Monitoring { readonly token: string, readonly text: () => Promise<string> }

/** Every route of the server, built from the access table: a route without a rule cannot exist. */
export function openHttp(parts: HttpParts): Hono<Told> {
  const { access, storage, clientFiles, ailment, origins, cookies, report, monitoring, watch } = parts
  const app = new Hono<Told>()
  const limit = openNotedLimit(parts.clock)

  const handlers: Handlers<HttpRoute> = {
    ...signInRoutes({ ...parts, addressOf }),
    ...meRoutes(parts),
    ...planRoutes(parts),
    ...memberRoutes(parts),
    'GET /healthz': (context) => {
      const reason = ailment()
      return reason === null ? context.json({ ok: true }) : context.json({ ok: false, reason }, 503)
    },
    'GET /metrics': async context => context.body(await monitoring?.text() ?? '', 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' }),
    'GET /api/openapi.json': context => context.json(openApiDocument(origins().publicOrigin)),
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
      const first = await findAsker(context, httpRules[route])
      if (first instanceof Response)
        return first
      const read = await readBody(route, context.req.raw)
      // A body may take its time: what counts is what they may do when it has come (T50).
      const asker = method === 'POST' ? await findAsker(context, httpRules[route]) : first
      if (asker instanceof Response)
        return asker
      if (!read.ok)
        return context.json({ error: read.error, ...(read.faults.length > 0 && { faults: read.faults }) }, read.error === 'too-large' ? 413 : 400)
      const limited = limit(context, route, asker)
      if (limited)
        return limited
      const handle: Handler<typeof route> = handlers[route]
      return await handle(context, asker, read.body)
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
    const session = await access.session(cookies().session.read(context.req.header('cookie')))
    const planId = context.req.param('planId')
    const plan = session && planId !== undefined ? await storage.plan(planId) : null
    const right = session && plan ? await access.right(plan.planId, session.member.memberId) : null
    if (!session)
      return context.json({ error: 'signed-out' }, 401)
    const [standing, regionIds] = await standingOf(session, plan, right, need)
    if (meets(need, standing))
      return { session, plan, right, regionIds }
    // No such plan and not yours are one answer.
    return planId !== undefined && right === null ? context.json({ error: 'not-found' }, 404) : context.json({ error: 'not-allowed' }, 403)
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
  async function standingOf(session: Session, plan: StoredPlan | null, right: Right | null, need: Need): Promise<[Standing, readonly string[]]> {
    const role = right?.role ?? null
    const { memberId } = session.member
    if (typeof need === 'object' && 'office' in need)
      return [{ isSignedIn: true, role, offices: await storage.members.officesOf(memberId) }, []]
    if (typeof need === 'string' || 'atLeast' in need)
      return [{ isSignedIn: true, role }, []]
    const plans = await storage.members.plansOf(memberId, parts.clock.now())
    const inRegion = plans.filter(({ regionId }) => regionId === plan?.regionId)
    return [{
      isSignedIn: true, role, highest: highestOf(plans.map(one => one.role)), highestInRegion: highestOf(inRegion.map(one => one.role)),
    }, regionsLed(plans)]
  }

  return app
}

/** Where a request comes from; behind a proxy that is the proxy. */
function addressOf(context: Context): string {
  try {
    return getConnInfo(context).remote.address ?? ''
  }
  catch {
    // Asked without a line, as tests do.
    return ''
  }
}
