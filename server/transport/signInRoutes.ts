import type { Context } from 'hono'
import type { AskedAnswer, SignedInAnswer, WaysInAnswer } from '#shared/protocol/access.ts'
import type { Access } from '../access/access.ts'
import { toAddress } from '../access/addresses.ts'
import type { Cookies } from '../access/cookie.ts'
import type { Oidc, OidcAsked } from '../access/oidc.ts'
import type { OidcPerson } from '../access/oidcClaims.ts'
import { isSecret } from '../access/secrets.ts'
import type { LetIn, Refused, SignIn } from '../access/signIn.ts'
import type { Watch } from '../operation/watch.ts'
import type { Arrival } from '../storage/people.ts'
import { toldOf, type Handlers, type Told } from './asking.ts'
import { signInFailedPage, signInUnavailablePage, toOtherSignedInPage } from './signInPages.ts'

export interface SignInRouteParts {
  readonly access: Pick<Access, 'signIn' | 'whose' | 'session' | 'signOut'>
  readonly signIn: SignIn
  /** Null: nobody says who people are but their mail. */
  readonly oidc: Oidc | null
  readonly ways: WaysInAnswer
  readonly cookies: () => Cookies
  readonly report: (what: string, error: unknown) => void
  readonly watch: Watch
  /** The far end of a request's line. */
  readonly addressOf: (context: Context<Told>) => string
}

type SignInRoute =
  | 'GET /logg-inn/:token' | 'GET /api/sign-in' | 'POST /api/sign-in/email' | 'POST /api/sign-in/code' | 'POST /api/sign-in/link'
  | 'GET /api/sign-in/provider' | 'GET /api/sign-in/provider/answer' | 'POST /api/invitations/look' | 'POST /api/invitations/take'

const statusOf: Readonly<Record<string, 400 | 403 | 404 | 409 | 410 | 429 | 503>> = {
  'not-an-address': 400, 'no-mail': 503, 'too-many': 429, 'expired': 410, 'used-up': 410, 'not-there': 404, 'taken': 410, 'withdrawn': 410,
  'sign-in-first': 409, 'signed-in-as-other': 409,
}

/** Ways in, for whoever is not signed in. */
export function signInRoutes({ access, signIn, oidc, ways, cookies, report, watch, addressOf }: SignInRouteParts): Handlers<SignInRoute> {
  const deviceOf = (context: Context<Told>) => cookies().device.read(context.req.header('cookie'))

  function refuse(context: Context<Told>, { refusal, seconds }: Refused<string>): Response {
    if (seconds !== undefined)
      context.header('retry-after', String(seconds))
    return context.json({ error: refusal, ...(seconds !== undefined && { seconds }) }, statusOf[refusal] ?? 403)
  }

  /** The session this browser had before, whoever's, ends: nobody would know of it any more. */
  async function begin(context: Context<Told>, secret: string): Promise<void> {
    const former = await access.session(cookies().session.read(context.req.header('cookie')))
    if (former)
      await access.signOut(former)
    context.header('set-cookie', cookies().session.set(secret), { append: true })
  }

  async function answer(context: Context<Told>, outcome: LetIn | Refused<string>): Promise<Response> {
    if (!outcome.ok)
      return refuse(context, outcome)
    await begin(context, outcome.secret)
    context.header('set-cookie', cookies().device.clear(), { append: true })
    const { memberId, planId } = outcome
    return context.json({ memberId, planId } satisfies SignedInAnswer)
  }

  /** Back to the page one signs in on, which says why. */
  function turnBack(context: Context<Told>, { reason, code }: { readonly reason: string, readonly code: string }): Response {
    watch.count('sign-in-refused', reason)
    watch.note('sign-in-refused', { ...toldOf(context), reason, code })
    return context.redirect(`/logg-inn?feil=${reason}`, 303)
  }

  return {
    'GET /logg-inn/:token': async (context) => {
      context.header('cache-control', 'no-store')
      const token = context.req.param('token') ?? ''
      // A link that somebody is made to open must not put them in another's place.
      const [former, whose] = await Promise.all([access.session(cookies().session.read(context.req.header('cookie'))), access.whose(token)])
      if (former && whose && former.member.memberId !== whose.memberId)
        return context.html(toOtherSignedInPage(former.member.name), 409)
      const begun = await access.signIn(token).catch((error: unknown) => {
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
      await begin(context, begun.secret)
      return context.redirect('/', 303)
    },
    'GET /api/sign-in': context => context.json(ways),
    'POST /api/sign-in/email': async (context, _asker, { email, language }) => {
      const asked = await signIn.ask({ email, language, from: addressOf(context) })
      if (!asked.ok)
        return refuse(context, asked)
      context.header('set-cookie', cookies().device.set(asked.device))
      return context.json({ until: asked.until } satisfies AskedAnswer)
    },
    'POST /api/sign-in/code': async (context, _asker, { code }) => answer(context, await signIn.tryCode(deviceOf(context), code)),
    'POST /api/sign-in/link': async (context, _asker, { token }) => answer(context, await signIn.tryLink(deviceOf(context), token)),
    'GET /api/sign-in/provider': async (context) => {
      const begun = await oidc?.begin()
      if (!begun)
        return context.json({ error: 'not-found' }, 404)
      if ('reason' in begun)
        return turnBack(context, begun)
      const invitation = context.req.query('invitation') ?? null
      const kept = { ...begun.asked, ...invitation !== null && isSecret(invitation) && { invitation } }
      context.header('set-cookie', cookies().provider.set(Buffer.from(JSON.stringify(kept)).toString('base64url')))
      return context.redirect(begun.url, 303)
    },
    'GET /api/sign-in/provider/answer': async (context) => {
      const asked = readAsked(cookies().provider.read(context.req.header('cookie')))
      context.header('set-cookie', cookies().provider.clear())
      if (!oidc)
        return context.json({ error: 'not-found' }, 404)
      const person = asked ? await oidc.finish(new URL(context.req.url), asked) : { reason: 'expired', code: 'no-cookie' } as const
      if ('reason' in person)
        return turnBack(context, person)
      const outcome = await signIn.arrive(toArrival(person), asked?.invitation)
      if (!outcome.ok)
        return turnBack(context, { reason: outcome.refusal, code: 'nobody' })
      await begin(context, outcome.secret)
      return context.redirect(outcome.planId === null ? '/' : `/plan/${outcome.planId}`, 303)
    },
    'POST /api/invitations/look': async (context, _asker, { token }) => {
      const found = await signIn.look(token)
      return 'ok' in found ? refuse(context, found) : context.json(found)
    },
    'POST /api/invitations/take': async (context, _asker, { token }) => {
      const session = await access.session(cookies().session.read(context.req.header('cookie')))
      const taken = await signIn.take(token, session?.member.memberId ?? null)
      if (!taken.ok)
        return refuse(context, taken)
      const { secret, memberId, planId } = taken
      if (secret !== null)
        await begin(context, secret)
      return context.json({ memberId, planId } satisfies SignedInAnswer)
    },
  }
}

/** An address counts where the provider has checked that it is theirs. */
const toArrival = ({ issuer, subject, email, isEmailVerified, name, organisation }: OidcPerson): Arrival =>
  ({ identity: { issuer, subject }, email: isEmailVerified && email !== null ? toAddress(email) : null, name, organisation })

/** What was asked of the provider, and the invitation they came from, as our own cookie says; null for what is none of ours. */
function readAsked(cookie: string | null): (OidcAsked & { readonly invitation: string | null }) | null {
  try {
    const { state, nonce, verifier, at, invitation } = JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString()) as Record<string, unknown>
    const isOurs = typeof state === 'string' && typeof nonce === 'string' && typeof verifier === 'string' && typeof at === 'number'
    return isOurs ? { state, nonce, verifier, at, invitation: typeof invitation === 'string' ? invitation : null } : null
  }
  catch {
    return null
  }
}
