import type { Deputy, Grant } from '#shared/protocol/access.ts'
import { equalGrants } from '#shared/protocol/grants.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import { writeLetter } from '../mail/letter.ts'
import type { Mail } from '../mail/mail.ts'
import type { Storage, StoredPlan } from '../storage/contracts.ts'
import type { StoredMember } from '../storage/people.ts'
import type { Language } from '../texts/mails.ts'
import { dayOf } from './invitationLetters.ts'

/** Letters about what somebody may do, to those it is about, in the language of who did it. Nothing waits for them or fails with them (T78). */
export interface MemberLetters {
  /** `before`: what they had; none where it is the same. */
  changed(plan: StoredPlan, memberId: MemberId, grant: Grant, before: Grant | null, by: StoredMember, language: Language): void
  /** To who stands in for somebody, of one that is appointed now, and of one that is ended before its time. */
  deputy(plan: StoredPlan, what: 'deputyAppointed' | 'deputyEnded', deputy: Deputy, at: Instant, by: StoredMember, language: Language): void
  removed(plan: StoredPlan, memberId: MemberId, by: StoredMember, language: Language): void
  /** To each of its owners: who was made one, by an administrator. */
  administratorTookRole(plan: StoredPlan, administrator: StoredMember, receiver: StoredMember, at: number, language: Language): void
}

interface LetterParts {
  readonly storage: Pick<Storage, 'members'>
  readonly mail: Pick<Mail, 'isThere' | 'send'>
  readonly publicOrigin: () => string
  readonly report: (what: string, error: unknown) => void
}

export function openMemberLetters({ storage: { members }, mail, publicOrigin, report }: LetterParts): MemberLetters {
  const post = (work: () => Promise<void>) => {
    if (mail.isThere)
      work().catch((error: unknown) => report('a letter could not be written', error))
  }

  return {
    changed(plan, memberId, grant, before, by, language) {
      if (before !== null && equalGrants(before, grant))
        return
      const { role, registers, until } = grant
      post(async () => {
        const member = await members.findWithAddress(memberId)
        const origin = publicOrigin()
        if (member?.email)
          await mail.send(writeLetter('roleChanged', {
            planTitle: plan.title, by, grant: { role, registers }, isNewRole: before?.role !== role,
            untilDay: until === null ? null : dayOf(until - 1),
            hadEnd: typeof before?.until === 'number', link: `${origin}/plan/${plan.planId}`, origin,
          }, { to: { name: member.name, address: member.email }, language }))
      })
    },
    deputy(plan, what, { memberId, deputyId, from, until }, at, by, language) {
      post(async () => {
        const [deputy, principal, own, others] = await Promise.all([
          members.findWithAddress(deputyId), members.find(memberId), members.grant(plan.planId, deputyId), members.grant(plan.planId, memberId),
        ])
        if (!deputy?.email || !principal)
          return
        // What is held for another ends with what either of them has.
        const last = dayOf(Math.min(until, own?.until ?? until, others?.until ?? until) - 1)
        const origin = publicOrigin()
        const facts = {
          planTitle: plan.title, by, principal, fromDay: from <= at ? null : dayOf(from), untilDay: last, link: `${origin}/plan/${plan.planId}`, origin,
        }
        await mail.send(writeLetter(what, facts, { to: { name: deputy.name, address: deputy.email }, language }))
      })
    },
    removed(plan, memberId, by, language) {
      post(async () => {
        const member = await members.findWithAddress(memberId)
        if (member?.email)
          await mail.send(writeLetter('removed', { planTitle: plan.title, by, origin: publicOrigin() },
            { to: { name: member.name, address: member.email }, language }))
      })
    },
    administratorTookRole(plan, administrator, receiver, at, language) {
      post(async () => {
        const origin = publicOrigin()
        for (const { memberId, role, email, name } of await members.inPlan(plan.planId)) {
          if (role === 'owner' && email && memberId !== administrator.memberId)
            void mail.send(writeLetter('administratorTookRole', {
              planTitle: plan.title, administrator, receiver: receiver.memberId === administrator.memberId ? null : receiver, role: 'owner', at, reason: null, link: `${origin}/plan/${plan.planId}/medlemmer`, origin,
            }, { to: { name, address: email }, language }))
        }
      })
    },
  }
}
