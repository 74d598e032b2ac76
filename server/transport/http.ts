import { Hono, type Context } from 'hono'
import { isRowId } from '#shared/plan/kinds.ts'
import { isRegisterName, schemaVersion } from '#shared/plan/registers.ts'
import type { LastChangeAnswer, MembersAnswer, PlanAnswer, PlanListing, Role, SessionAnswer } from '#shared/protocol/api.ts'
import type { Access, Session } from '../access/access.ts'
import type { SessionCookie } from '../access/cookie.ts'
import { httpRules, meets, type HttpRoute, type Need } from '../access/rules.ts'
import type { ChangeLine, PlanMember, Storage, StoredPlan } from '../storage/contracts.ts'
import type { ClientFiles } from './clientFiles.ts'
import { securityHeaders } from './headers.ts'
import type { Origins } from './origins.ts'
import { signInFailedPage, signInUnavailablePage } from './signInPages.ts'

export interface HttpParts {
  readonly access: Access
  readonly storage: Pick<Storage, 'plan' | 'members' | 'log'>
  readonly clientFiles: ClientFiles
  /** What keeps the server from doing its work, in a word; null while nothing does. */
  readonly ailment: () => 'storage-failed' | 'plan-unreadable' | null
  readonly reformOf: (reformId: string) => PlanAnswer['reform']
  readonly origins: () => Origins
  readonly cookie: () => SessionCookie
  readonly report: (what: string, error: unknown) => void
}

/** Who asks, and for which plan, after the route's rule has been met. */
interface Asker {
  readonly session: Session | null
  readonly plan: StoredPlan | null
  readonly role: Role | null
}
type Handler = (context: Context, asker: Asker) => Promise<Response> | Response

/** Every route of the server, built from the access table: a route without a rule cannot exist. */
export function openHttp({ access, storage, clientFiles, ailment, reformOf, origins, cookie, report }: HttpParts): Hono {
  const app = new Hono()

  const handlers: { readonly [R in HttpRoute]: Handler } = {
    'GET /healthz': (context) => {
      const reason = ailment()
      return reason === null ? context.json({ ok: true }) : context.json({ ok: false, reason }, 503)
    },
    'GET /logg-inn/:token': async (context) => {
      context.header('cache-control', 'no-store')
      const begun = await access.signIn(context.req.param('token') ?? '').catch((error: unknown) => {
        report('somebody could not be signed in', error)
        return 'failed' as const
      })
      if (begun === 'failed')
        return context.html(signInUnavailablePage, 503)
      if (!begun)
        return context.html(signInFailedPage, 403)
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
      const plans = await storage.members.plansOf(member.memberId)
      const answer: SessionAnswer = { member, plans: plans.map(plan => toListing(plan, plan.role)) }
      return context.json(answer)
    },
    'GET /api/plans/:planId': (context, asker) => {
      const { plan, role } = inPlan(asker)
      const answer: PlanAnswer = { ...toListing(plan, role), epoch: plan.epoch, schemaVersion, reform: reformOf(plan.reformId) }
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
    await next()
    for (const [name, value] of Object.entries(securityHeaders(origins())))
      context.res.headers.set(name, value)
    if (context.req.path.startsWith('/api/'))
      context.res.headers.set('cache-control', 'no-store')
  })
  app.notFound(context => context.json({ error: 'not-found' }, 404))
  app.onError((error, context) => {
    report('a request could not be answered', error)
    return context.json({ error: 'failed' }, 500)
  })

  for (const route of Object.keys(httpRules) as HttpRoute[]) {
    const [method = '', path = ''] = route.split(' ')
    app.on(method, path, async (context) => {
      if (method === 'POST' && !isFromOurPages(context))
        return context.json({ error: 'wrong-origin' }, 403)
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
      return { session: null, plan: null, role: null }
    const session = await access.session(cookie().read(context.req.header('cookie')))
    const planId = context.req.param('planId')
    const plan = session && planId !== undefined ? await storage.plan(planId) : null
    const role = session && plan ? await access.role(plan.planId, session.member.memberId) : null
    if (!session)
      return context.json({ error: 'signed-out' }, 401)
    if (meets(need, { isSignedIn: true, role }))
      return { session, plan, role }
    // No such plan and not yours are one answer.
    return role === null ? context.json({ error: 'not-found' }, 404) : context.json({ error: 'not-allowed' }, 403)
  }

  return app
}

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
