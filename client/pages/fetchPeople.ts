import type { ContactsAnswer, MembersAnswer } from '#shared/protocol/access.ts'
import type { PersonNamed } from '../plan/personNames.ts'
import { ask } from '../ui/asking.ts'
import { today } from '../text/dates.ts'
import { calledBy } from '../text/nameless.ts'

/**
 * Those whom a plan may name: its members, and whom one turns to at its organisations. Somebody who is both, by the address, is told
 * as a member alone where one chooses. Null where the server did not answer.
 */
export async function fetchPeople(planId: string): Promise<readonly PersonNamed[] | null> {
  const plan = `/api/plans/${encodeURIComponent(planId)}`
  const [inPlan, besides] = await Promise.all([ask<MembersAnswer>(`${plan}/members`), ask<ContactsAnswer>(`${plan}/contacts`)])
  if (!inPlan.ok || !besides.ok)
    return null
  const { members } = inPlan.answer
  const addresses = new Set(members.flatMap(({ email }) => email ?? []))
  return [
    ...members.map(({ memberId, name, organisation }) => ({
      id: memberId, name: calledBy(name), organisation: { words: organisation }, isPast: false,
    })),
    ...besides.answer.contacts.map(({ id, name, organisationId, email, until }) => ({
      id, name, organisation: { id: organisationId }, isPast: (until !== null && until < today()) || (email !== null && addresses.has(email)),
    })),
  ]
}
