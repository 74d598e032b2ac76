import {
  memberRefusals, type AccessLogAnswer, type Contact, type ContactsAnswer, type Deputy, type Grant, type InvitationsAnswer, type Invited,
  type InvitedAnswer, type Invitee, type MemberRefusal, type MembersAnswer,
} from '#shared/protocol/access.ts'
import type { Language } from '../../text/index.ts'
import { named } from '../../text/nameless.ts'
import { ask, type Got } from '../../ui/asking.ts'

/** Why something was not done, as a person is told. Without an answer nobody here knows whether it was. */
export type Refused = MemberRefusal | 'not-understood' | 'may-not' | 'no-answer' | 'failed'
type Done<T> = { readonly ok: true, readonly answer: T } | { readonly ok: false, readonly refused: Refused }

/** Who was invited, and why the others were not, where it stopped. */
interface InvitingEnd { readonly invited: readonly Invited[], readonly refused: Refused | null }

/** At once the server takes no more than so many. */
const mostAtOnce = 100

export type Asking = ReturnType<typeof askingOf>

/** What can be asked of a plan's members, its contacts and its access log. */
export function askingOf(planId: string) {
  const plan = `/api/plans/${encodeURIComponent(planId)}`
  const at = (...parts: readonly string[]) => [plan, ...parts.map(encodeURIComponent)].join('/')
  const act = async <T = undefined>(address: string, body: object = {}): Promise<Done<T>> => toDone(await ask<T>(address, body))

  return {
    async members(): Promise<Got<MembersAnswer>> {
      const got = await ask<MembersAnswer>(at('members'))
      return got.ok ? { ok: true, answer: { ...got.answer, members: got.answer.members.map(named) } } : got
    },
    invitations: () => ask<InvitationsAnswer>(at('invitations')),
    contacts: () => ask<ContactsAnswer>(at('contacts')),
    /** Those before the line of that number; null: the newest. */
    log: (before: number | null) => ask<AccessLogAnswer>(at('access-log') + (before === null ? '' : `?before=${before}`)),

    /** `language`: of the letter they are sent about it. */
    grant: (memberId: string, { role, registers, until }: Grant, language: Language) => act(at('members', memberId, 'grant'), { role, registers, until, language }),
    remove: (memberId: string, language: Language) => act(at('members', memberId, 'remove'), { language }),
    leave: () => act(at('leave')),
    /** `memberId` null: for oneself. */
    appoint: (memberId: string | null, deputy: Pick<Deputy, 'deputyId' | 'from' | 'until'>, language: Language) =>
      memberId === null ? act<Deputy>(at('my-deputies'), { ...deputy, language }) : act<Deputy>(at('deputies'), { ...deputy, memberId, language }),
    endDeputy: (id: string, isMine: boolean, language: Language) => act(at(isMine ? 'my-deputies' : 'deputies', id, 'end'), { language }),
    /** All of them, some at a time: those that were invited before one time failed are told beside why. */
    async invite(invitees: readonly Invitee[], grant: Grant, language: Language): Promise<InvitingEnd> {
      const invited: Invited[] = []
      for (let from = 0; from < invitees.length; from += mostAtOnce) {
        const done = await act<InvitedAnswer>(at('invitations'), { ...grant, invitees: invitees.slice(from, from + mostAtOnce), language })
        if (!done.ok)
          return { invited, refused: done.refused }
        invited.push(...done.answer.invited)
      }
      return { invited, refused: null }
    },
    /** `byHand`: for its link instead of a letter. */
    again: (id: string, how: { readonly language: Language, readonly byHand: boolean }) => act<InvitedAnswer>(at('invitations', id, 'again'), how),
    withdraw: (id: string) => act(at('invitations', id, 'withdraw')),
    putContact: (contact: Omit<Contact, 'id'> & { readonly id: string | null }) => act<Contact>(at('contacts'), contact),
    removeContact: (id: string) => act(at('contacts', id, 'remove')),
  }
}

function toDone<T>(got: Got<T>): Done<T> {
  if (got.ok)
    return got
  const refused = memberRefusals.find(one => one === got.error)
    ?? (got.status === null ? 'no-answer' : got.status === 400 || got.status === 413 ? 'not-understood' : got.status < 500 ? 'may-not' : 'failed')
  return { ok: false, refused }
}
