import type { Grant, Invited, Invitee, MemberRefusal } from '#shared/protocol/access.ts'
import type { IsoDate } from '#shared/plan/values.ts'
import { writeLetter } from '../mail/letter.ts'
import type { Mail } from '../mail/mail.ts'
import type { Storage, StoredPlan } from '../storage/contracts.ts'
import type { AccessNote, NewInvitation, Seen, StoredInvitation, StoredMember } from '../storage/people.ts'
import { covers, lasts } from '../storage/rights.ts'
import type { Language } from '../texts/mails.ts'
import type { Clock } from '../time/clock.ts'
import { onceMore } from './access.ts'
import { toAddress } from './addresses.ts'
import { openGuesses } from './guesses.ts'
import { reaches } from './rules.ts'
import { hashOf, newId, newSecret } from './secrets.ts'

/** Whoever invites: somebody who leads the plan. */
export type Inviter = StoredMember

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

  const bound = () => ({ since: clock.now() - dayMs, most: maxInvitedADay })
  /** No longer than what it gives: afterwards it would give nothing. */
  const expiresOf = (at: number, { until }: Grant) => Math.min(at + invitationLastsMs, until ?? Infinity)
  async function seenBy(planId: string, { memberId }: Inviter): Promise<Seen & { readonly giver: NonNullable<Seen['giver']> }> {
    const at = clock.now()
    return { at, giver: { memberId, held: await members.held(planId, memberId, at) }, grants: [] }
  }
  const openIn = async (planId: string, id: string) => (await members.invitationsIn(planId)).find(invitation => invitation.id === id)

  async function isMember(planId: string, email: string): Promise<boolean> {
    const known = await members.findByEmail(email)
    return known !== null && ((await members.right(planId, known.memberId, clock.now()))?.isMember ?? false)
  }

  async function invite(
    plan: StoredPlan, invitees: readonly Invitee[], grant: Grant, language: Language, by: Inviter,
  ): Promise<readonly Invited[] | MemberRefusal | 'changed'> {
    const { planId } = plan
    const seen = await seenBy(planId, by)
    // A new one takes the place of one to the same address: also of that nobody reaches above themselves.
    const replaced = (await members.invitationsIn(planId)).filter(({ email }) => invitees.some(invitee => invitee.email === email))
    if (!seen.giver.held.some(own => covers(own, grant) && replaced.every(({ role }) => reaches(own.role, role))))
      return 'above-you'
    if (!lasts(grant, seen.at))
      return 'in-the-past'
    const made: (NewInvitation & { readonly secret: string })[] = []
    for (const { email, name, organisation } of invitees) {
      const [secret, at] = [newSecret(), seen.at]
      if (!await isMember(planId, email))
        made.push({
          ...grant, id: newId(), planId, email, name, organisation, hash: hashOf(secret), invitedBy: by.memberId,
          at, expiresAt: expiresOf(at, grant), secret,
        })
    }
    const notes = made.map(({ id }) => noteOf('invited', planId, by,
      { invitation: id, role: grant.role, until: grant.until, registers: grant.registers?.join(' ') ?? null }))
    const invitations = made.map(({ secret: _secret, ...invitation }) => invitation)
    const outcome = await members.invite(invitations, notes, bound(), replaced.map(({ id }) => id), seen)
    if (outcome !== 'done')
      return outcome
    return invitees.map(({ email }): Invited => {
      const one = made.find(invitation => invitation.email === email)
      return one ? { ...send(plan, one, one.secret, language, by), outcome: 'invited' } : { email, outcome: 'already-member', mail: 'none', link: null }
    })
  }

  async function again(plan: StoredPlan, id: string, language: Language, by: Inviter): Promise<Invited | MemberRefusal | 'changed'> {
    const { planId } = plan
    const [seen, known] = [await seenBy(planId, by), await openIn(planId, id)]
    if (!known)
      return 'not-there'
    if (!seen.giver.held.some(own => covers(own, known)))
      return 'above-you'
    if (!lasts(known, seen.at))
      return 'in-the-past'
    if (sentAgain.count(id) !== null)
      return 'too-many'
    const [at, secret] = [seen.at, newSecret()]
    const renewal = { planId, id, hash: hashOf(secret), at, expiresAt: expiresOf(at, known), invitedBy: by.memberId }
    const renewed = await members.renewInvitation(renewal, noteOf('invitation-sent-again', planId, by, { invitation: id }), bound(), seen)
    if (typeof renewed !== 'string')
      return { ...send(plan, renewed, secret, language, by), outcome: 'again' }
    sentAgain.takeBack(id)
    return renewed
  }

  async function withdraw({ planId }: StoredPlan, id: string, by: Inviter): Promise<MemberRefusal | 'changed' | null> {
    const [seen, known] = [await seenBy(planId, by), await openIn(planId, id)]
    if (known && !seen.giver.held.some(({ role }) => reaches(role, known.role)))
      return 'above-you'
    const outcome = await members.withdrawInvitation(planId, id, noteOf('invitation-withdrawn', planId, by, { invitation: id }), seen)
    return outcome === 'changed' ? outcome : outcome ? null : 'not-there'
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
    invite: (plan, invitees, grant, language, by) => onceMore(() => invite(plan, distinct(invitees), grant, language, by)),
    again: (plan, id, language, by) => onceMore(() => again(plan, id, language, by)),
    withdraw: (plan, id, by) => onceMore(() => withdraw(plan, id, by)),
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
