import type { InvitationAnswer, InvitationRefusal, SignInRefusal, WayIn } from '#shared/protocol/access.ts'
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
import { openGuesses, openPaces, type GuessLimit, type Pace } from './guesses.ts'
import { hashOf, isSecret, newCode, newId, newSecret } from './secrets.ts'

/** Ways in by a proven address, by an organisation's account, and by an invitation. */
export interface SignIn {
  /** Sends a code and a link to the address, where they lead anywhere. `device` is the secret that binds them to whoever asks. */
  ask(asking: { readonly email: string, readonly language: Language, readonly from: string }): Promise<Asked | Refused<SignInRefusal>>
  tryCode(device: string | null, code: string): Promise<LetIn | Refused<SignInRefusal>>
  tryLink(device: string | null, token: string): Promise<LetIn | Refused<SignInRefusal>>
  /** Of whom a provider says who they are. `invitation`: the secret of one that they came from, which counts as far as it is open. */
  arrive(arrival: Arrival, invitation?: string | null): Promise<LetIn | Refused<SignInRefusal>>
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
const usualLimits: { readonly asksOfAddress: Pace, readonly asksFrom: Pace, readonly lettersFrom: Pace, readonly wrongCodes: GuessLimit } = {
  /** Then fewer, and never none: somebody else may have asked for them (T45). */
  asksOfAddress: { atOnce: 8, everyMs: 5 * 60_000 },
  /** Behind a proxy that is everybody: a country on the morning of a meeting. */
  asksFrom: { atOnce: 10_000, everyMs: hourMs / 20_000 },
  /** Letters that really go out, which is what the mail server minds. */
  lettersFrom: { atOnce: 2_000, everyMs: hourMs / 4_000 },
  wrongCodes: { most: 10, withinMs: hourMs },
}

interface SignInParts {
  readonly storage: Pick<Storage, 'members' | 'plan'>
  readonly access: Pick<Access, 'tell' | 'cutOff'>
  readonly mail: Pick<Mail, 'isThere' | 'send'>
  readonly clock: Clock
  readonly publicOrigin: () => string
  readonly watch?: Watch
  readonly limits?: Partial<typeof usualLimits>
}

export function openSignIn({ storage, access, mail, clock, publicOrigin, watch = unwatched, limits: given = {} }: SignInParts): SignIn {
  const { members } = storage
  const limits = { ...usualLimits, ...given }
  const asksOfAddress = openPaces(clock, limits.asksOfAddress)
  const asksFrom = openPaces(clock, limits.asksFrom)
  const lettersFrom = openPaces(clock, limits.lettersFrom)
  const wrongCodes = openGuesses(clock, limits.wrongCodes)

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
    return await letIn(await members.arrive(arrival, newId(), session), secret) ?? refuse('not-invited')
  }

  const arriveAt = (email: string, way: WayIn = 'email', invitation: Uint8Array | null = null) =>
    arrive({ email, identity: null, name: null, organisation: null, invitation }, way)

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
      const wait = lettersFrom.wait(from) ?? asksFrom.count(from) ?? asksOfAddress.count(email)
      if (wait !== null)
        return refuse('too-many', wait)
      const at = clock.now()
      const [device, token, code] = [newSecret(), newSecret(), newCode()]
      // Stored for an address that is nobody's too: what can be told from outside is the same.
      await members.ask({ device: hashOf(device), email, codeHash: hashOf(`${device} ${code}`), linkHash: hashOf(token), at, expiresAt: at + askLastsMs })
      const origin = publicOrigin()
      if (await members.isExpected(email, at)) {
        lettersFrom.count(from)
        void mail.send(writeLetter('signIn', { code, link: `${origin}/logg-inn/lenke/${token}`, minutes: askLastsMs / 60_000, origin },
          { to: { name: null, address: email }, language }))
      }
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
    async arrive(arrival, invitation = null) {
      const held = invitation === null ? null : await open(invitation)
      return await arrive({ ...arrival, invitation: held && !('ok' in held) ? held.hash : null }, 'provider')
    },
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
      // What came by mail proves the address for the first time: they begin anew.
      if (signedIn !== null && found.mail === 'sent' && !await members.hasProvenEmail(signedIn)) {
        const anew = await arriveAt(found.email, 'invitation', found.hash)
        return anew.ok ? anew : { ok: false, refusal: 'taken' }
      }
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
