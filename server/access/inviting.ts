import type { Grant, Invited, Invitee, MemberRefusal } from '#shared/protocol/access.ts'
import type { IsoDate } from '#shared/plan/values.ts'
import { writeLetter } from '../mail/letter.ts'
import type { Mail } from '../mail/mail.ts'
import type { Storage, StoredPlan } from '../storage/contracts.ts'
import type { AccessNote, StoredInvitation, StoredMember } from '../storage/people.ts'
import type { Language } from '../texts/mails.ts'
import type { Clock } from '../time/clock.ts'
import type { Giver } from './access.ts'
import { toAddress } from './addresses.ts'
import { openGuesses } from './guesses.ts'
import { mayGive, reaches } from './rules.ts'
import { hashOf, newId, newSecret } from './secrets.ts'

/** Whoever invites: somebody who leads the plan. */
export type Inviter = StoredMember & Exclude<Giver, 'operator'>

/** Invitations: to one address and one plan each, for one use and a time. Only the hash of a link's secret is kept (T46). */
export interface Inviting {
  /** Each by itself: one that cannot be sent keeps none of the others back. */
  invite(plan: StoredPlan, invitees: readonly Invitee[], grant: Grant, language: Language, by: Inviter): Promise<readonly Invited[] | MemberRefusal>
  /** A new link, which makes the one before void, and a new letter. */
  again(plan: StoredPlan, id: string, language: Language, by: Inviter): Promise<Invited | MemberRefusal>
  withdraw(plan: StoredPlan, id: string, by: Inviter): Promise<MemberRefusal | null>
}

export const invitationLastsMs = 14 * 24 * 60 * 60_000
const dayMs = 24 * 60 * 60_000
/** Letters one person has sent in a day. */
const maxInvitedADay = 300
/** Letters again to one person in a day. */
const maxAgainADay = 5

interface InvitingParts {
  readonly storage: Pick<Storage, 'members'>
  readonly mail: Pick<Mail, 'isThere' | 'send'>
  readonly clock: Clock
  readonly publicOrigin: () => string
}

export function openInviting({ storage: { members }, mail, clock, publicOrigin }: InvitingParts): Inviting {
  const sentAgain = openGuesses(clock, { most: maxAgainADay, withinMs: dayMs })
  const noteOf = (event: AccessNote['event'], planId: string, { memberId }: Inviter, facts: AccessNote['facts']): AccessNote =>
    ({ at: clock.now(), event, planId, by: memberId, about: null, facts })

  async function invite(plan: StoredPlan, { email, name, organisation }: Invitee, grant: Grant, language: Language, by: Inviter): Promise<Invited> {
    const known = await members.findByEmail(email)
    if (known && (await members.right(plan.planId, known.memberId, clock.now()))?.isMember)
      return { email, outcome: 'already-member', mail: 'none', link: null }
    const at = clock.now()
    const [id, secret] = [newId(), newSecret()]
    const invitation = {
      ...grant, id, planId: plan.planId, email, name, organisation, hash: hashOf(secret), invitedBy: by.memberId,
      at, expiresAt: at + invitationLastsMs,
    }
    const facts = { invitation: id, role: grant.role, until: grant.until, registers: grant.registers?.join(' ') ?? null }
    await members.invite(invitation, noteOf('invited', plan.planId, by, facts))
    return { ...send(plan, invitation, secret, language, by), outcome: 'invited' }
  }

  /** Where no letter goes out the link is given to whoever invites; where one does, to nobody but its reader. */
  function send(
    { title }: StoredPlan, { id, email, name, role, until, expiresAt }: Pick<StoredInvitation, 'id' | 'email' | 'name' | 'role' | 'until' | 'expiresAt'>,
    secret: string, language: Language, by: Inviter,
  ): Omit<Invited, 'outcome'> {
    const origin = publicOrigin()
    const link = `${origin}/invitasjon/${secret}`
    if (!mail.isThere)
      return { email, mail: 'none', link }
    const untilDay = until === null ? null : dayOf(until - 1)
    const facts = { planTitle: title, inviter: by, role, untilDay, link, expiresDay: dayOf(expiresAt), origin }
    const letter = writeLetter('invitation', facts, { to: { name: name || null, address: email }, language })
    void mail.send(letter).then(outcome => members.putInvitationMail(id, outcome)).catch(() => {})
    return { email, mail: 'sent', link: null }
  }

  return {
    async invite(plan, invitees, grant, language, by) {
      // A new one takes the place of one to the same address: also of that nobody reaches above themselves.
      const open = await members.invitationsIn(plan.planId)
      const replaced = open.filter(({ email }) => invitees.some(invitee => toAddress(invitee.email) === email))
      if (!mayGive(by, grant) || !replaced.every(({ role }) => reaches(by.role, role)))
        return 'above-you'
      if (grant.until !== null && grant.until <= clock.now())
        return 'in-the-past'
      if (await members.countInvitedBy(by.memberId, clock.now() - dayMs) + invitees.length > maxInvitedADay)
        return 'too-many'
      const invited: Invited[] = []
      for (const invitee of distinct(invitees))
        invited.push(await invite(plan, invitee, grant, language, by))
      return invited
    },
    async again(plan, id, language, by) {
      const known = (await members.invitationsIn(plan.planId)).find(invitation => invitation.id === id)
      if (!known)
        return 'not-there'
      if (!mayGive(by, known))
        return 'above-you'
      if (await members.countInvitedBy(by.memberId, clock.now() - dayMs) >= maxInvitedADay || sentAgain.count(id) !== null)
        return 'too-many'
      const at = clock.now()
      const secret = newSecret()
      const renewed = await members.renewInvitation(
        plan.planId, id, hashOf(secret), at, at + invitationLastsMs, noteOf('invitation-sent-again', plan.planId, by, { invitation: id }))
      return renewed ? { ...send(plan, renewed, secret, language, by), outcome: 'again' } : 'not-there'
    },
    async withdraw(plan, id, by) {
      const known = (await members.invitationsIn(plan.planId)).find(invitation => invitation.id === id)
      if (known && !reaches(by.role, known.role))
        return 'above-you'
      return await members.withdrawInvitation(plan.planId, id, noteOf('invitation-withdrawn', plan.planId, by, { invitation: id })) ? null : 'not-there'
    },
  }
}

/** Each address once, as the first says it. What is no address has been refused before. */
function distinct(invitees: readonly Invitee[]): Invitee[] {
  const byAddress = new Map<string, Invitee>()
  for (const invitee of invitees) {
    const email = toAddress(invitee.email)
    if (email !== null && !byAddress.has(email))
      byAddress.set(email, { ...invitee, email })
  }
  return [...byAddress.values()]
}

/** The day of a moment, in Norway. */
export function dayOf(at: number): IsoDate {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short' }).format(at)
}
