import type { Grant } from '#shared/protocol/access.ts'
import type { MemberId } from '#shared/plan/values.ts'
import { writeLetter } from '../mail/letter.ts'
import type { Mail } from '../mail/mail.ts'
import type { Storage, StoredPlan } from '../storage/contracts.ts'
import type { StoredMember } from '../storage/people.ts'
import { dayOf } from './inviting.ts'

/** Letters about what somebody may do, to those it is about. Nothing waits for them, and nothing fails with them. */
export interface MemberLetters {
  changed(plan: StoredPlan, memberId: MemberId, grant: Grant, by: StoredMember): void
  removed(plan: StoredPlan, memberId: MemberId, by: StoredMember): void
  /** To each of its owners: who was made one, by an administrator. */
  administratorTookRole(plan: StoredPlan, administrator: StoredMember, receiver: StoredMember, at: number): void
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
  const language = 'nb' as const

  return {
    changed(plan, memberId, { role, until }, by) {
      post(async () => {
        const [member] = (await members.inPlan(plan.planId)).filter(one => one.memberId === memberId)
        const origin = publicOrigin()
        if (member?.email)
          await mail.send(writeLetter('roleChanged', {
            planTitle: plan.title, by, role, untilDay: until === null ? null : dayOf(until - 1), link: `${origin}/plan/${plan.planId}`, origin,
          }, { to: { name: member.name, address: member.email }, language }))
      })
    },
    removed(plan, memberId, by) {
      post(async () => {
        const member = await members.findWithAddress(memberId)
        if (member?.email)
          await mail.send(writeLetter('removed', { planTitle: plan.title, by, origin: publicOrigin() },
            { to: { name: member.name, address: member.email }, language }))
      })
    },
    administratorTookRole(plan, administrator, receiver, at) {
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
