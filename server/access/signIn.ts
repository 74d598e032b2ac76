import type { InvitationAnswer, InvitationRefusal, SignInRefusal } from '#shared/protocol/access.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import { writeLetter } from '../mail/letter.ts'
import type { Mail } from '../mail/mail.ts'
import { unwatched, type Watch } from '../operation/watch.ts'
import type { Storage } from '../storage/contracts.ts'
import type { Arrival, Arrived, StoredInvitation } from '../storage/people.ts'
import type { Language } from '../texts/mails.ts'
import type { Clock } from '../time/clock.ts'
import { newSession, type Access } from './access.ts'
import { hiddenAddress, toAddress } from './addresses.ts'
import { openGuesses } from './guesses.ts'
import { hashOf, isSecret, newCode, newId, newSecret } from './secrets.ts'

/** Ways in by a proven address, by an organisation's account, and by an invitation. */
export interface SignIn {
  /** Sends a code and a link to the address, where they lead anywhere. `device` is the secret that binds them to whoever asks. */
  ask(asking: { readonly email: string, readonly language: Language, readonly from: string }): Promise<Asked | Refused<SignInRefusal>>
  tryCode(device: string | null, code: string): Promise<LetIn | Refused<SignInRefusal>>
  tryLink(device: string | null, token: string): Promise<LetIn | Refused<SignInRefusal>>
  /** Of whom a provider says who they are. */
  arrive(arrival: Arrival): Promise<LetIn | Refused<SignInRefusal>>
  /** What an invitation says. `signedIn`: who looks, where that is known. */
  look(token: string): Promise<InvitationAnswer | Refused<InvitationRefusal>>
  /** Takes an invitation. Whoever is signed in already takes it as who they are, and gets no new session: `secret` is null. */
  take(token: string, signedIn: MemberId | null): Promise<(Omit<LetIn, 'secret'> & { readonly secret: string | null }) | Refused<InvitationRefusal>>
}

export interface Asked { readonly ok: true, readonly device: string, readonly until: Instant }
export interface LetIn { readonly ok: true, readonly secret: string, readonly memberId: MemberId, readonly planId: string | null }
/** `seconds`: until it may be tried again. */
export interface Refused<Refusal> { readonly ok: false, readonly refusal: Refusal, readonly seconds?: number }

export const askLastsMs = 15 * 60_000
/** A code is one of a million. Five tries for each that is asked for, ten wrong ones an hour for an address, whoever tries (T45). */
const mostTries = 5
const hourMs = 60 * 60_000
const limits = {
  asksOfAddress: { most: 8, withinMs: hourMs },
  /** Behind a proxy that is everybody. */
  asksFrom: { most: 200, withinMs: hourMs },
  wrongCodes: { most: 10, withinMs: hourMs },
} as const

interface SignInParts {
  readonly storage: Pick<Storage, 'members' | 'plan'>
  readonly access: Pick<Access, 'tell' | 'cutOff'>
  readonly mail: Pick<Mail, 'isThere' | 'send'>
  readonly clock: Clock
  readonly publicOrigin: () => string
  readonly watch?: Watch
}

export function openSignIn({ storage, access, mail, clock, publicOrigin, watch = unwatched }: SignInParts): SignIn {
  const { members } = storage
  const asksOfAddress = openGuesses(clock, limits.asksOfAddress)
  const asksFrom = openGuesses(clock, limits.asksFrom)
  const wrongCodes = openGuesses(clock, limits.wrongCodes)

  async function letIn(arrived: Arrived | null, secret: string): Promise<LetIn | null> {
    if (!arrived)
      return null
    const { member: { memberId }, planId, joined, isBound } = arrived
    if (isBound)
      access.cutOff(memberId)
    watch.note('signed-in', { memberId })
    for (const plan of joined)
      await access.tell(plan, [memberId])
    return { ok: true, secret, memberId, planId }
  }

  async function arrive(arrival: Arrival, way: 'email' | 'provider'): Promise<LetIn | Refused<SignInRefusal>> {
    const { secret, session } = newSession(way, clock.now())
    return await letIn(await members.arrive(arrival, newId(), session), secret) ?? refuse('not-invited')
  }

  const arriveAt = (email: string) => arrive({ email, identity: null, name: null, organisation: null }, 'email')

  function refuse(refusal: SignInRefusal, seconds?: number): Refused<SignInRefusal> {
    watch.count('sign-in-refused', refusal)
    watch.note('sign-in-refused', { reason: refusal })
    return seconds === undefined ? { ok: false, refusal } : { ok: false, refusal, seconds }
  }

  async function open(token: string): Promise<StoredInvitation | Refused<InvitationRefusal>> {
    const found = isSecret(token) ? await members.invitation(hashOf(token)) : null
    if (!found || !await storage.plan(found.planId))
      return { ok: false, refusal: 'not-there' }
    const { takenAt, withdrawnAt, expiresAt } = found
    const refusal = takenAt !== null ? 'taken' : withdrawnAt !== null ? 'withdrawn' : expiresAt <= clock.now() ? 'expired' : null
    return refusal ? { ok: false, refusal } : found
  }

  return {
    async ask({ email: given, language, from }) {
      const email = toAddress(given)
      if (email === null)
        return refuse('not-an-address')
      if (!mail.isThere)
        return refuse('no-mail')
      const wait = asksFrom.count(from) ?? asksOfAddress.count(email)
      if (wait !== null)
        return refuse('too-many', wait)
      const at = clock.now()
      const [device, token, code] = [newSecret(), newSecret(), newCode()]
      // Stored for an address that is nobody's too: what can be told from outside is the same.
      await members.ask({ device: hashOf(device), email, codeHash: hashOf(`${device} ${code}`), linkHash: hashOf(token), at, expiresAt: at + askLastsMs })
      const origin = publicOrigin()
      if (await members.isExpected(email, at))
        void mail.send(writeLetter('signIn', { code, link: `${origin}/logg-inn/lenke/${token}`, minutes: askLastsMs / 60_000, origin },
          { to: { name: null, address: email }, language }))
      return { ok: true, device, until: at + askLastsMs }
    },
    async tryCode(device, code) {
      if (device === null || !isSecret(device))
        return refuse('other-device')
      const codeHash = hashOf(`${device} ${code.replace(/\s/g, '')}`)
      const asked = await members.asked(hashOf(device))
      // Counted before it is tried, so that many at once are no more than one after another.
      const wait = asked === null ? null : wrongCodes.count(asked)
      if (wait !== null)
        return refuse('too-many', wait)
      const outcome = await members.tryCode(hashOf(device), codeHash, clock.now(), mostTries)
      if (asked !== null && outcome.state !== 'wrong')
        wrongCodes.takeBack(asked)
      switch (outcome.state) {
        case 'right': return await arriveAt(outcome.email)
        case 'wrong': return await tellOfWrong(outcome.email)
        case 'none': return refuse('expired')
        default: return refuse(outcome.state)
      }
    },
    async tryLink(device, token) {
      const outcome = isSecret(token)
        ? await members.tryLink(device !== null && isSecret(device) ? hashOf(device) : null, hashOf(token), clock.now())
        : { state: 'none' as const }
      return 'email' in outcome ? await arriveAt(outcome.email) : refuse(outcome.state === 'none' ? 'expired' : outcome.state)
    },
    arrive: arrival => arrive(arrival, 'provider'),
    async look(token) {
      const found = await open(token)
      if ('ok' in found)
        return found
      const [plan, inviter, known] = await Promise.all([
        storage.plan(found.planId), found.invitedBy === null ? null : members.find(found.invitedBy), members.findByEmail(found.email),
      ])
      const { planId, email, name, organisation, role, until } = found
      return {
        planId, planTitle: plan?.title ?? '', inviter: inviter && { name: inviter.name, organisation: inviter.organisation },
        email: hiddenAddress(email), name, organisation, role, until, isKnown: known !== null,
      }
    },
    async take(token, signedIn) {
      const found = await open(token)
      if ('ok' in found)
        return found
      const known = await members.findByEmail(found.email)
      if (signedIn !== null && known?.memberId !== signedIn)
        return { ok: false, refusal: 'signed-in-as-other' }
      if (signedIn !== null) {
        const joined = await members.takeInvitationsTo(found.email, signedIn, clock.now(), found.mail === 'sent' ? undefined : found.id)
        for (const planId of joined)
          await access.tell(planId, [signedIn])
        return { ok: true, secret: null, memberId: signedIn, planId: found.planId }
      }
      if (known)
        return { ok: false, refusal: 'sign-in-first' }
      const { secret, session } = newSession('invitation', clock.now())
      return await letIn(await members.takeInvitation(hashOf(token), newId(), session), secret) ?? { ok: false, refusal: 'taken' }
    },
  }

  /** When there have been too many wrong codes to an address no code counts for a while: the link still does. */
  async function tellOfWrong(email: string): Promise<Refused<SignInRefusal>> {
    if (wrongCodes.wait(email) !== null) {
      const about = (await members.findByEmail(email))?.memberId ?? null
      await members.note({ at: clock.now(), event: 'codes-locked', planId: null, by: null, about })
    }
    return refuse('wrong-code')
  }
}
