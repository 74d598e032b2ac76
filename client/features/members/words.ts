import type { Grant } from '#shared/protocol/access.ts'
import { mayRoleWrite } from '#shared/protocol/grants.ts'
import type { Text } from '../../text/index.ts'
import { members as nb } from '../../text/members.nb.ts'
import { members as nn } from '../../text/members.nn.ts'
import { registerInWords } from '../../text/naming.ts'
import { useOwnText } from '../../text/ownText.ts'
import type { Refused } from './asking.ts'
import { dayInWords, lastDayOf } from './days.ts'
import { fieldOfFault, type GrantFault, type GrantField } from './grantDraft.ts'
import type { Wrongs } from './useWrongs.ts'

export type MembersText = typeof nb

export const useMembersText = () => useOwnText<MembersText>({ nb, nn })

/** What is besides the role: «bare Nettverk», «til og med 30. juni». */
export function limitsInWords({ role, registers, until }: Grant, words: MembersText, text: Text, now = Date.now()): readonly string[] {
  const only = registers !== null && mayRoleWrite(role) ? [words.only(text.and(registers.map(one => registerInWords(one, text))))] : []
  const ends = until === null ? [] : [(until <= now ? words.ended : words.until)(dayInWords(lastDayOf(until), text, now))]
  return [...only, ...ends]
}

/** Why something was not given, here already or by the server. */
export const whyNot = (why: GrantFault | Refused, { grant, refusals }: MembersText) =>
  why === 'no-register' ? grant.noRegister : why === 'no-day' ? grant.noDay : refusals[why === 'too-long' ? 'above-you' : why]

/** What is wrong with a choice, at the fields it is in. `last`: the last day that can be given; null where there is none. */
export function wrongsOf(faults: readonly GrantFault[], last: string | null, words: MembersText, text: Text): Wrongs<GrantField> {
  const wrongs: Partial<Record<GrantField, string>> = {}
  for (const fault of faults) {
    const field = fieldOfFault[fault]
    if (field !== null)
      wrongs[field] = fault === 'too-long' && last !== null ? words.grant.untilOutside(dayInWords(last, text)) : whyNot(fault, words)
  }
  return wrongs
}
