import type { Context } from 'hono'
import type { MemberId } from '#shared/plan/values.ts'
import type { AdministeredPlansAnswer, MeAnswer, NameRefusal, SignedOutAnswer } from '#shared/protocol/access.ts'
import { openGuesses } from '../access/guesses.ts'
import type { Access } from '../access/access.ts'
import type { Cookies } from '../access/cookie.ts'
import type { Oidc } from '../access/oidc.ts'
import type { MemberLetters } from '../access/memberLetters.ts'
import type { Storage } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'
import { param, signedIn, type Asker, type Handlers, type Told } from './asking.ts'
import { tooMany } from './notedLimit.ts'

export interface MeRouteParts {
  readonly storage: Pick<Storage, 'members' | 'plan'>
  readonly access: Access
  readonly cookies: () => Cookies
  readonly oidc: Pick<Oidc, 'name'> | null
  readonly letters: MemberLetters
  /** All that is kept of somebody, as they are given it; null for nobody. */
  readonly keptOf: (memberId: MemberId) => Promise<object | null>
  readonly clock: Clock
}

type MeRoute =
  | 'POST /api/logg-ut' | 'GET /api/me' | 'GET /api/me/kept' | 'POST /api/me/name' | 'POST /api/me/sign-out-everywhere'
  | 'GET /api/administration/plans' | 'POST /api/administration/plans/:planId/owners'

/** What fills the access log is done so often an hour and no more. */
const notedAnHour = { most: 20, withinMs: 60 * 60_000 } as const

/** What is one's own, and what an administrator does. */
export function meRoutes({ storage: { members, plan: planOf }, access, cookies, oidc, letters, keptOf, clock }: MeRouteParts): Handlers<MeRoute> {
  const noted = openGuesses(clock, notedAnHour)

  /** The provider's session is the provider's: whoever came by it is told that it goes on. */
  function signedOut(context: Context<Told>, asker: Asker): Response {
    context.header('set-cookie', cookies().session.clear())
    return context.json({ provider: signedIn(asker).way === 'provider' ? oidc?.name ?? null : null } satisfies SignedOutAnswer)
  }

  return {
    'POST /api/logg-ut': async (context, asker) => {
      await access.signOut(signedIn(asker))
      return signedOut(context, asker)
    },
    'GET /api/me': async (context, asker) => {
      const { member, sessionId } = signedIn(asker)
      const [known, offices, sessions] = await Promise.all([
        members.findWithAddress(member.memberId), members.officesOf(member.memberId), members.sessionsOf(member.memberId, clock.now()),
      ])
      const answer: MeAnswer = {
        ...member, email: known?.email ?? null, offices,
        sessions: sessions.map(({ hash, way, at, expiresAt, browser }) => {
          const id = Buffer.from(hash).toString('hex')
          return { id: id.slice(0, 16), isThis: id === sessionId, way, from: at, until: expiresAt, browser }
        }),
      }
      return context.json(answer)
    },
    'GET /api/me/kept': async (context, asker) => {
      const { member: { memberId } } = signedIn(asker)
      const wait = noted.count(memberId)
      if (wait !== null)
        return tooMany(context, wait)
      context.header('content-disposition', 'attachment; filename="mine-opplysninger.json"')
      await members.note({ at: clock.now(), event: 'exported', planId: null, by: memberId, about: memberId })
      return context.json(await keptOf(memberId))
    },
    'POST /api/me/name': async (context, asker, { name, organisation = null }) => {
      const { memberId } = signedIn(asker).member
      const wait = noted.count(memberId)
      if (wait !== null)
        return tooMany(context, wait)
      const isDone = await members.rename(memberId, { name, organisation }, { at: clock.now(), event: 'renamed', planId: null, by: memberId, about: memberId })
      return isDone ? context.body(null, 204) : context.json({ error: 'name-taken' satisfies NameRefusal }, 409)
    },
    'POST /api/me/sign-out-everywhere': async (context, asker) => {
      await access.signOutEverywhere(signedIn(asker))
      return signedOut(context, asker)
    },
    'GET /api/administration/plans': async context => context.json({ plans: await members.administeredPlans() } satisfies AdministeredPlansAnswer),
    'POST /api/administration/plans/:planId/owners': async (context, asker, { email, language }) => {
      const { member } = signedIn(asker)
      const plan = await planOf(param(context, 'planId'))
      const owner = email === null ? member : await members.findByEmail(email)
      if (!plan || !owner)
        return context.json({ error: plan ? 'no-such-member' : 'not-found' }, 404)
      await access.putOwner(plan.planId, owner.memberId, member.memberId)
      letters.administratorTookRole(plan, member, owner, clock.now(), language)
      return context.body(null, 204)
    },
  }
}
