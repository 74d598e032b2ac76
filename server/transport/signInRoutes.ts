import type { Context } from 'hono'
import type { AskedAnswer, NameRefusal, SignedInAnswer, WaysInAnswer } from '#shared/protocol/access.ts'
import { readName } from '#shared/rules/names.ts'
import type { Access } from '../access/access.ts'
import { toAddress } from '../access/addresses.ts'
import { browserOf } from '../access/browsers.ts'
import type { Cookies } from '../access/cookie.ts'
import type { Oidc, OidcAsked } from '../access/oidc.ts'
import type { OidcPerson } from '../access/oidcClaims.ts'
import { isSecret } from '../access/secrets.ts'
import { isAboutName, type LetIn, type Refused, type SignIn } from '../access/signIn.ts'
import type { Watch } from '../operation/watch.ts'
import type { Arrival } from '../storage/people.ts'
import type { Origins } from './origins.ts'
import { toldOf, type Handlers, type Told } from './asking.ts'
import { turnedBackPage } from './signInPages.ts'

export interface SignInRouteParts {
  readonly access: Pick<Access, 'signIn' | 'whose' | 'session' | 'signOut'>
  readonly signIn: SignIn
  /** Null: nobody says who people are but their mail. */
  readonly oidc: Oidc | null
  readonly ways: WaysInAnswer
  readonly cookies: () => Cookies
  readonly origins: () => Pick<Origins, 'publicOrigin'>
  readonly report: (what: string, error: unknown) => void
  readonly watch: Watch
  /** The far end of a request's line. */
  readonly addressOf: (context: Context<Told>) => string
}

type SignInRoute =
  | 'GET /logg-inn/:token' | 'GET /api/sign-in' | 'POST /api/sign-in/email' | 'POST /api/sign-in/code' | 'POST /api/sign-in/link'
  | 'GET /api/sign-in/provider' | 'POST /api/sign-in/provider/name' | 'GET /api/sign-in/provider/answer' | 'GET /api/sign-in/provider/end' | 'POST /api/invitations/look' | 'POST /api/invitations/take'

const statusOf: Readonly<Record<string, 400 | 403 | 404 | 409 | 410 | 429 | 503>> = {
  'not-an-address': 400, 'no-mail': 503, 'too-many': 429, 'expired': 410, 'used-up': 410, 'not-there': 404, 'taken': 410, 'withdrawn': 410,
  'sign-in-first': 409, 'signed-in-as-other': 409, 'name-needed': 409, 'name-taken': 409,
}

/** Ways in, for whoever is not signed in. */
export function signInRoutes({ access, signIn, oidc, ways, cookies, origins, report, watch, addressOf }: SignInRouteParts): Handlers<SignInRoute> {
  const deviceOf = (context: Context<Told>) => cookies().device.read(context.req.header('cookie'))
  const knownOf = (context: Context<Told>) => cookies().known.read(context.req.header('cookie'))

  function refuse(context: Context<Told>, { refusal, seconds }: Refused<string>): Response {
    if (seconds !== undefined)
      context.header('retry-after', String(seconds))
    return context.json({ error: refusal, ...(seconds !== undefined && { seconds }) }, statusOf[refusal] ?? 403)
  }

  /** The session this browser had before, whoever's, ends: nobody would know of it any more. */
  async function begin(context: Context<Told>, secret: string, memberId: string): Promise<void> {
    const former = await access.session(cookies().session.read(context.req.header('cookie')))
    if (former)
      await access.signOut(former)
    context.header('set-cookie', cookies().session.set(secret), { append: true })
    const browser = browserOf(context.req.header('user-agent') ?? '')
    const known = await signIn.remember(knownOf(context), memberId, { secret, browser }).catch((error: unknown) => {
      report('a browser is not remembered', error)
      return null
    })
    if (known !== null)
      context.header('set-cookie', cookies().known.set(known), { append: true })
  }

  async function answer(context: Context<Told>, outcome: LetIn | Refused<string>): Promise<Response> {
    if (!outcome.ok)
      return refuse(context, outcome)
    await begin(context, outcome.secret, outcome.memberId)
    context.header('set-cookie', cookies().device.clear(), { append: true })
    const { memberId, planId } = outcome
    return context.json({ memberId, planId } satisfies SignedInAnswer)
  }

  /** Back to the page one signs in on, which says why. */
  function turnBack(context: Context<Told>, { reason, code }: { readonly reason: string, readonly code: string }, to = `/logg-inn?feil=${reason}`): Response {
    watch.count('sign-in-refused', reason)
    watch.note('sign-in-refused', { ...toldOf(context), reason, code })
    return context.redirect(to, 303)
  }

  return {
    'GET /logg-inn/:token': async (context) => {
      context.header('cache-control', 'no-store')
      const token = context.req.param('token') ?? ''
      // A link that somebody is made to open must not put them in another's place.
      const [former, whose] = await Promise.all([access.session(cookies().session.read(context.req.header('cookie'))), access.whose(token)])
      if (former && whose && former.member.memberId !== whose.memberId)
        return context.html(turnedBackPage('link-other-person', ways.contact, former.member.name), 409)
      const begun = await access.signIn(token).catch((error: unknown) => {
        report('somebody could not be signed in', error)
        return 'failed' as const
      })
      if (begun === 'failed')
        return context.html(turnedBackPage('link-unavailable', ways.contact), 503)
      if (!begun) {
        watch.note('sign-in-refused', toldOf(context))
        return context.html(turnedBackPage('link-void', ways.contact), 403)
      }
      watch.note('signed-in', { ...toldOf(context), memberId: begun.member.memberId })
      await begin(context, begun.secret, begun.member.memberId)
      return context.redirect('/', 303)
    },
    'GET /api/sign-in': context => context.json(ways),
    'POST /api/sign-in/email': async (context, _asker, { email, language }) => {
      const asked = await signIn.ask({ email, language, from: addressOf(context), known: knownOf(context) })
      if (!asked.ok)
        return refuse(context, asked)
      context.header('set-cookie', cookies().device.set(asked.device))
      return context.json({ until: asked.until } satisfies AskedAnswer)
    },
    'POST /api/sign-in/code': async (context, _asker, { code, name }) => answer(context, await signIn.tryCode(deviceOf(context), code, knownOf(context), name)),
    'POST /api/sign-in/link': async (context, _asker, { token, name }) => answer(context, await signIn.tryLink(deviceOf(context), token, name)),
    'GET /api/sign-in/provider': async (context) => {
      const begun = await oidc?.begin()
      if (!begun)
        return context.json({ error: 'not-found' }, 404)
      if ('reason' in begun)
        return turnBack(context, begun)
      const invitation = readSecret(context.req.query('invitation'))
      const before = readTold(keptOf(cookies().provider.read(context.req.header('cookie'))))
      // A name stands in no address: whoever wrote one at this invitation has sent it here before.
      const told = invitation === null ? {} : { invitation, name: before.invitation === invitation ? before.name : null }
      context.header('set-cookie', cookies().provider.set(toKept({ ...begun.asked, ...told })))
      return context.redirect(begun.url, 303)
    },
    'POST /api/sign-in/provider/name': (context, _asker, told) => {
      if (!oidc)
        return context.json({ error: 'not-found' }, 404)
      context.header('set-cookie', cookies().provider.set(toKept(told)))
      return context.body(null, 204)
    },
    'GET /api/sign-in/provider/answer': async (context) => {
      const asked = readAsked(cookies().provider.read(context.req.header('cookie')))
      context.header('set-cookie', cookies().provider.clear())
      if (!oidc)
        return context.json({ error: 'not-found' }, 404)
      const person = asked ? await oidc.finish(new URL(context.req.url), asked) : { reason: 'expired', code: 'no-cookie' } as const
      if ('reason' in person)
        return turnBack(context, person)
      const outcome = await signIn.arrive({ ...toArrival(person), written: asked?.name ?? '' }, asked?.invitation)
      const { isOthers } = outcome
      if (!outcome.ok) {
        const why = isOthers ? 'other-address' : isAboutName(outcome.refusal) ? outcome.refusal : null
        return turnBack(context, { reason: outcome.refusal, code: 'nobody' }, why !== null && asked?.invitation ? invitationPage(asked.invitation, why) : undefined)
      }
      await begin(context, outcome.secret, outcome.memberId)
      const to = isOthers && asked?.invitation ? invitationPage(asked.invitation) : outcome.planId === null ? '/' : `/plan/${outcome.planId}`
      return context.redirect(to, 303)
    },
    'GET /api/sign-in/provider/end': async (context) => {
      if (!oidc)
        return context.json({ error: 'not-found' }, 404)
      const url = await oidc.endUrl(signedOutUrl(origins().publicOrigin))
      return url === null ? context.redirect('/logg-inn?feil=provider-not-ended', 303) : context.redirect(url, 303)
    },
    'POST /api/invitations/look': async (context, _asker, { token }) => {
      const session = await access.session(cookies().session.read(context.req.header('cookie')))
      const found = await signIn.look(token, session?.member.memberId ?? null)
      return 'ok' in found ? refuse(context, found) : context.json(found)
    },
    'POST /api/invitations/take': async (context, _asker, { token, name }) => {
      const session = await access.session(cookies().session.read(context.req.header('cookie')))
      const taken = await signIn.take(token, session?.member.memberId ?? null, name)
      if (!taken.ok)
        return refuse(context, taken)
      const { secret, memberId, planId } = taken
      if (secret !== null)
        await begin(context, secret, memberId)
      return context.json({ memberId, planId } satisfies SignedInAnswer)
    },
  }
}

/** Where one comes back to from the provider's way out, to be registered there letter by letter. */
const signedOutUrl = (publicOrigin: string): string => `${publicOrigin}/logg-inn`

/** The invitation's own page, which says that the account's address is another than the one that is invited, or what is wrong with the name. */
const invitationPage = (token: string, why: 'other-address' | NameRefusal = 'other-address') => `/invitasjon/${token}?feil=${why}`

/** An address counts where the provider has checked that it is theirs. */
const toArrival = ({ issuer, subject, email, isEmailVerified, name, organisation }: OidcPerson): Arrival =>
  ({ identity: { issuer, subject }, email: isEmailVerified && email !== null ? toAddress(email) : null, name, organisation })

/** What our own cookie of the provider's way in holds, as it may be read: whoever has it may have written it. */
function keptOf(cookie: string | null): Readonly<Record<string, unknown>> {
  try {
    const kept: unknown = JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString())
    return typeof kept === 'object' && kept !== null ? kept as Readonly<Record<string, unknown>> : {}
  }
  catch {
    return {}
  }
}
const toKept = (kept: object): string => Buffer.from(JSON.stringify(kept)).toString('base64url')

/** The invitation they came from and the name they wrote there: each as it could be, else none. */
function readTold({ invitation, name }: Readonly<Record<string, unknown>>): { readonly invitation: string | null, readonly name: string | null } {
  return { invitation: readSecret(invitation), name: typeof name === 'string' ? readName(name) : null }
}
const readSecret = (given: unknown): string | null => typeof given === 'string' && isSecret(given) ? given : null

/** What was asked of the provider; null for what is none of ours. */
function readAsked(cookie: string | null): (OidcAsked & ReturnType<typeof readTold>) | null {
  const kept = keptOf(cookie)
  const { state, nonce, verifier, at } = kept
  const isOurs = typeof state === 'string' && typeof nonce === 'string' && typeof verifier === 'string' && typeof at === 'number'
  return isOurs ? { state, nonce, verifier, at, ...readTold(kept) } : null
}
