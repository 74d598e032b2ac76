import type { Grant, Invited, Invitee, MemberRefusal } from '#shared/protocol/access.ts'
import { covers, lasts, reaches } from '#shared/protocol/grants.ts'
import type { StoredPlan } from '../storage/contracts.ts'
import type { AccessNote, NewInvitation, Seen, StoredMember } from '../storage/people.ts'
import type { Language } from '../texts/mails.ts'
import type { Clock } from '../time/clock.ts'
import { onceMore } from './granting.ts'
import { toAddress } from './addresses.ts'
import { openGuesses } from './guesses.ts'
import { openInvitationLetters, type InvitationLetterParts } from './invitationLetters.ts'
import { hashOf, newId, newSecret } from './secrets.ts'

/** Whoever invites: somebody who leads the plan. */
export type Inviter = StoredMember

/** Invitations: to one address and one plan each, for one use and a time. Only the hash of a link's secret is kept (T46). */
export interface Inviting {
  /** Whether invitations go out by letter. */
  readonly isMailThere: boolean
  /** Each by itself: one that cannot be sent keeps none of the others back. */
  invite(plan: StoredPlan, invitees: readonly Invitee[], grant: Grant, language: Language, by: Inviter): Promise<readonly Invited[] | MemberRefusal>
  /** A new link, which makes the one before void, by a new letter; given by hand, where that is asked for and no letter has come through. */
  again(plan: StoredPlan, id: string, how: Again, by: Inviter): Promise<Invited | MemberRefusal>
  withdraw(plan: StoredPlan, id: string, by: Inviter): Promise<MemberRefusal | null>
}

export interface Again { readonly language: Language, readonly byHand: boolean }

export const invitationLastsMs = 14 * 24 * 60 * 60_000
const dayMs = 24 * 60 * 60_000
/** Letters one person has sent in a day. */
const maxInvitedADay = 300
/** Letters again to one person in a day. */
const maxAgainADay = 5

export function openInviting({ clock, ...parts }: InvitationLetterParts & { readonly clock: Clock }): Inviting {
  const { members } = parts.storage
  const letters = openInvitationLetters(parts)
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
          at, expiresAt: expiresOf(at, grant), mail: letters.usual, secret,
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
      return one ? { ...letters.handOver(plan, one, one.secret, language, by), outcome: 'invited' } : { email, outcome: 'already-member', mail: 'none', link: null }
    })
  }

  async function again(plan: StoredPlan, id: string, { language, byHand }: Again, by: Inviter): Promise<Invited | MemberRefusal | 'changed'> {
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
    const mail = byHand && (known.mail === 'failed' || known.mail === 'none') ? 'none' : letters.usual
    const renewal = { planId, id, hash: hashOf(secret), at, expiresAt: expiresOf(at, known), invitedBy: by.memberId, mail }
    const renewed = await members.renewInvitation(renewal, noteOf('invitation-sent-again', planId, by, { invitation: id }), bound(), seen)
    if (typeof renewed !== 'string')
      return { ...letters.handOver(plan, renewed, secret, language, by), outcome: 'again' }
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

  return {
    isMailThere: letters.usual === 'sending',
    invite: (plan, invitees, grant, language, by) => onceMore(() => invite(plan, distinct(invitees), grant, language, by)),
    again: (plan, id, how, by) => onceMore(() => again(plan, id, how, by)),
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
