import type { Browser, InvitationAnswer, InvitationRefusal, NameRefusal, SignInRefusal, WayIn } from '#shared/protocol/access.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import { writeLetter } from '../mail/letter.ts'
import type { Mail } from '../mail/mail.ts'
import { unwatched, type Watch } from '../operation/watch.ts'
import type { Storage } from '../storage/contracts.ts'
import type { Arrival, Arrived, SignInAsk, StoredInvitation } from '../storage/people.ts'
import type { Language } from '../texts/mails.ts'
import type { Clock } from '../time/clock.ts'
import { newSession, type Access } from './access.ts'
import { hiddenAddress, toAddress } from './addresses.ts'
import { openBudgets, type BudgetLimits, type Comer } from './budgets.ts'
import { hashOf, isSecret, newCode, newId, newSecret } from './secrets.ts'

/** Ways in by a proven address, by an organisation's account, and by an invitation. */
export interface SignIn {
  /**
   * Sends a code and a link to the address, where they lead anywhere. `device` is the secret that binds them to whoever asks; `known` the one
   * the browser has from {@link SignIn.remember}, null for none.
   */
  ask(asking: Asking): Promise<Asked | Refused<SignInRefusal>>
  /** `name`: what somebody new calls themselves, where nobody else says. A name that is refused uses up neither code nor link. */
  tryCode(device: string | null, code: string, known?: string | null, name?: string): Promise<LetIn | Refused<SignInRefusal>>
  tryLink(device: string | null, token: string, name?: string): Promise<LetIn | Refused<SignInRefusal>>
  /**
   * Of whom a provider says who they are. `invitation`: the secret of one that they came from, which counts as far as it is open and theirs.
   * `isOthers`: it is open, and to another address than the one that is proven.
   */
  arrive(arrival: Arrival, invitation?: string | null): Promise<(LetIn | Refused<SignInRefusal>) & { readonly isOthers: boolean }>
  /**
   * A secret by which the browser of who has come in is known from now on, in the place of the one it had before. Of the browser itself its
   * name is kept, with the session of this secret. Null where that has ended already: then the browser is known to nobody more.
   */
  remember(former: string | null, memberId: MemberId, begun: { readonly secret: string, readonly browser: Browser | null }): Promise<string | null>
  /** What an invitation says. `signedIn`: who looks, null for who is not signed in. */
  look(token: string, signedIn?: MemberId | null): Promise<InvitationAnswer | Refused<InvitationRefusal>>
  /** Takes an invitation. Whoever is signed in already takes it as who they are, and gets no new session: `secret` is null. */
  take(token: string, signedIn: MemberId | null, name?: string): Promise<(Omit<LetIn, 'secret'> & { readonly secret: string | null }) | Refused<InvitationRefusal>>
}

export interface Asking { readonly email: string, readonly language: Language, readonly from: string, readonly known?: string | null }
export interface Asked { readonly ok: true, readonly device: string, readonly until: Instant }
export interface LetIn { readonly ok: true, readonly secret: string, readonly memberId: MemberId, readonly planId: string | null }
/** `seconds`: until it may be tried again. */
export interface Refused<Refusal> { readonly ok: false, readonly refusal: Refusal, readonly seconds?: number }

export const askLastsMs = 15 * 60_000
/** Tries for each code that is asked for (T45). */
const mostTries = 5
interface SignInParts {
  readonly storage: Pick<Storage, 'members' | 'plan'>
  readonly access: Pick<Access, 'tell' | 'cutOff'>
  readonly mail: Pick<Mail, 'isThere' | 'send'>
  readonly clock: Clock
  readonly publicOrigin: () => string
  readonly watch?: Watch
  readonly limits?: Partial<BudgetLimits>
}

export function openSignIn({ storage, access, mail, clock, publicOrigin, watch = unwatched, limits = {} }: SignInParts): SignIn {
  const { members } = storage
  const budgets = openBudgets(clock, limits)

  async function letIn(arrived: Arrived | null, secret: string): Promise<LetIn | null> {
    if (!arrived)
      return null
    const { member: { memberId }, planId, joined, isAnew, deputies } = arrived
    if (isAnew)
      access.cutOff(memberId)
    watch.note('signed-in', { memberId })
    for (const plan of joined)
      await access.tell(plan, [memberId])
    for (const { planId: plan, deputyId } of deputies)
      await access.tell(plan, [deputyId])
    return { ok: true, secret, memberId, planId }
  }

  async function arrive(arrival: Arrival, way: WayIn): Promise<LetIn | Refused<SignInRefusal>> {
    const { secret, session } = newSession(way, clock.now())
    const arrived = await members.arrive(arrival, newId(), session)
    return typeof arrived === 'string' ? refuse(arrived) : await letIn(arrived, secret) ?? refuse('not-invited')
  }

  interface By { readonly way?: WayIn, readonly invitation?: Uint8Array | null, readonly written?: string }
  const arriveAt = (email: string, { way = 'email', invitation = null, written = '' }: By = {}) =>
    arrive({ email, identity: null, name: null, organisation: null, invitation, written }, way)

  /** A right code or link is used up as it is tried: with a name to be told still, both are put back as they were. */
  async function arriveNamed(asked: SignInAsk, written: string) {
    const outcome = await arriveAt(asked.email, { written })
    if (!outcome.ok && isAboutName(outcome.refusal))
      await members.ask(asked)
    return outcome
  }

  function refuse(refusal: SignInRefusal, seconds?: number): Refused<SignInRefusal> {
    watch.count('sign-in-refused', refusal)
    watch.note('sign-in-refused', { reason: refusal })
    return seconds === undefined ? { ok: false, refusal } : { ok: false, refusal, seconds }
  }

  async function comerOf(email: string, known: string | null): Promise<Comer> {
    return { email, known: known !== null && isSecret(known) ? await members.deviceKnownSince(hashOf(known), email, clock.now()) : null }
  }

  async function find(token: string): Promise<StoredInvitation | null> {
    const found = isSecret(token) ? await members.invitation(hashOf(token)) : null
    return found && await storage.plan(found.planId) ? found : null
  }
  const whyOver = ({ takenAt, withdrawnAt, expiresAt }: StoredInvitation): InvitationRefusal | null =>
    takenAt !== null ? 'taken' : withdrawnAt !== null ? 'withdrawn' : expiresAt <= clock.now() ? 'expired' : null

  return {
    async ask({ email: given, language, from, known = null }) {
      const email = toAddress(given)
      if (email === null)
        return refuse('not-an-address')
      if (!mail.isThere)
        return refuse('no-mail')
      const comer = await comerOf(email, known)
      const wait = budgets.ask(comer, from)
      if (wait !== null)
        return refuse('too-many', wait)
      const at = clock.now()
      const [device, token, code] = [newSecret(), newSecret(), newCode()]
      // Stored for an address that is nobody's too: what can be told from outside is the same.
      await members.ask({ device: hashOf(device), email, codeHash: hashOf(`${device} ${code}`), linkHash: hashOf(token), at, expiresAt: at + askLastsMs })
      const origin = publicOrigin()
      if (await members.isExpected(email, at)) {
        budgets.countLetter(from)
        void mail.send(writeLetter('signIn', { code, link: `${origin}/logg-inn/lenke/${token}`, minutes: askLastsMs / 60_000, origin },
          { to: { name: null, address: email }, language }))
      }
      return { ok: true, device, until: at + askLastsMs }
    },
    async tryCode(device, code, known = null, name = '') {
      if (device === null || !isSecret(device))
        return refuse('other-device')
      const codeHash = hashOf(`${device} ${code.replace(/\s/g, '')}`)
      const asked = await members.asked(hashOf(device))
      // Counted before it is tried, so that many at once are no more than one after another.
      const comer = asked === null ? null : await comerOf(asked, known)
      const wrongCodes = comer && budgets.wrongCodes(comer)
      const wait = wrongCodes?.count() ?? null
      if (wait !== null)
        return refuse('too-many', wait)
      const outcome = await members.tryCode(hashOf(device), codeHash, clock.now(), mostTries)
      if (outcome.state !== 'wrong')
        wrongCodes?.takeBack()
      switch (outcome.state) {
        case 'right': return await arriveNamed(outcome.ask, name)
        case 'wrong': return await tellOfWrong(comer ?? { email: outcome.email, known: null })
        case 'none': return refuse('expired')
        default: return refuse(outcome.state)
      }
    },
    async tryLink(device, token, name = '') {
      const own = device !== null && isSecret(device) ? device : null
      const outcome = isSecret(token) ? await members.tryLink(own === null ? null : hashOf(own), hashOf(token), clock.now()) : { state: 'none' as const }
      if (outcome.state === 'right')
        return await arriveNamed(outcome.ask, name)
      return refuse(outcome.state === 'none' || outcome.state === 'wrong' ? 'expired' : outcome.state)
    },
    async arrive(arrival, invitation = null) {
      const found = invitation === null ? null : await find(invitation)
      const held = found && whyOver(found) === null ? found : null
      const isOthers = held !== null && (arrival.email ?? held.email) !== held.email
      return { ...await arrive({ ...arrival, invitation: held?.hash ?? null }, 'provider'), isOthers }
    },
    async remember(former, memberId, { secret: session, browser }) {
      const secret = newSecret()
      const before = former !== null && isSecret(former) ? hashOf(former) : null
      return await members.knowDevice(hashOf(secret), before, memberId, clock.now(), { hash: hashOf(session), browser }) ? secret : null
    },
    async look(token, signedIn = null) {
      const found = await find(token)
      if (!found)
        return { ok: false, refusal: 'not-there' }
      const [plan, inviter, known] = await Promise.all([
        storage.plan(found.planId), found.invitedBy === null ? null : members.find(found.invitedBy), members.findByEmail(found.email),
      ])
      const over = whyOver(found)
      const isIn = over === 'taken' && signedIn !== null && known?.memberId === signedIn && await members.right(found.planId, signedIn, clock.now()) !== null
      if (over && !isIn)
        return { ok: false, refusal: over }
      const { planId, email, name, organisation, role, registers, until } = found
      return {
        planId, planTitle: plan?.title ?? '', inviter: inviter && { name: inviter.name, organisation: inviter.organisation },
        email: hiddenAddress(email), name, organisation, role, registers, until,
        isKnown: known !== null, isOthers: signedIn !== null && known?.memberId !== signedIn, isIn,
      }
    },
    async take(token, signedIn, name = '') {
      const found = await find(token)
      const over = found ? whyOver(found) : 'not-there'
      if (!found || over)
        return { ok: false, refusal: over ?? 'not-there' }
      const known = await members.findByEmail(found.email)
      if (signedIn !== null && known?.memberId !== signedIn)
        return { ok: false, refusal: 'signed-in-as-other' }
      // What came by mail proves the address for the first time: they begin anew.
      if (signedIn !== null && found.mail === 'sent' && !await members.hasProvenEmail(signedIn)) {
        const anew = await arriveAt(found.email, { way: 'invitation', invitation: found.hash, written: name })
        return anew.ok ? anew : { ok: false, refusal: isAboutName(anew.refusal) ? anew.refusal : 'taken' }
      }
      if (signedIn !== null) {
        const joined = await members.takeInvitationsTo(found.email, signedIn, clock.now(), name, found.mail === 'sent' ? undefined : found.id)
        if (typeof joined === 'string')
          return { ok: false, refusal: joined }
        for (const planId of joined)
          await access.tell(planId, [signedIn])
        return { ok: true, secret: null, memberId: signedIn, planId: found.planId }
      }
      if (known)
        return { ok: false, refusal: 'sign-in-first' }
      const { secret, session } = newSession('invitation', clock.now())
      const taken = await members.takeInvitation(hashOf(token), newId(), session, name)
      return typeof taken === 'string' ? { ok: false, refusal: taken } : await letIn(taken, secret) ?? { ok: false, refusal: 'taken' }
    },
  }

  /** When there have been too many wrong codes to an address no code counts for a while: the link still does. */
  async function tellOfWrong(comer: Comer): Promise<Refused<SignInRefusal>> {
    if (budgets.wrongCodes(comer).wait() !== null) {
      const about = (await members.findByEmail(comer.email))?.memberId ?? null
      await members.note({ at: clock.now(), event: 'codes-locked', planId: null, by: null, about })
    }
    return refuse('wrong-code')
  }
}

export const isAboutName = (refusal: string): refusal is NameRefusal => refusal === 'name-needed' || refusal === 'name-taken'
