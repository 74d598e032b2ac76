import { isOffice, type AccessEvent, type AccessLogLine, type MemberLine } from '#shared/protocol/access.ts'
import { isRole } from '#shared/protocol/api.ts'
import { isRegisterName } from '#shared/plan/registers.ts'
import type { Text } from '../../text/index.ts'
import { registerInWords } from '../../text/naming.ts'
import { dayInWords, lastDayOf } from './days.ts'
import type { MembersText } from './words.ts'

export type LogKind = keyof MembersText['log']['kinds']
const kindOf: Readonly<Record<AccessEvent, LogKind>> = {
  'signed-in': 'people', 'signed-out': 'people', 'sessions-ended': 'people', 'codes-locked': 'people', 'member-added': 'people', 'right-changed': 'people',
  'removed': 'people', 'renamed': 'people', 'address-changed': 'people', 'office-given': 'people', 'office-taken': 'people', 'joined': 'invitations', 'invited': 'invitations',
  'invitation-sent-again': 'invitations', 'invitation-withdrawn': 'invitations', 'deputy-appointed': 'deputies', 'deputy-ended': 'deputies',
  'contact-changed': 'data', 'exported': 'data', 'erased': 'data', 'redacted': 'data', 'write-refused': 'refusals',
}
export const logKinds: readonly LogKind[] = ['people', 'invitations', 'deputies', 'data', 'refusals']
export const isOfKind = ({ event }: AccessLogLine, kind: LogKind) => kindOf[event] === kind

/** What happened, in a sentence. It holds ids alone: who is no member any more has no name here either. */
export function lineInWords(line: AccessLogLine, byId: ReadonlyMap<string, MemberLine>, words: MembersText, text: Text): string {
  const { event, by, about, facts } = line
  const { log } = words
  const nameOf = (id: unknown) => typeof id === 'string' ? byId.get(id)?.name ?? (id === 'operator' ? log.operator : log.former) : ''
  const roleOf = (role: unknown) => isRole(role) ? text.words.memberRole[role] : ''
  const registers = typeof facts['registers'] === 'string' ? facts['registers'].split(' ').filter(isRegisterName) : []
  const sentence = log.events[event]({
    by: by === null ? log.nobody : nameOf(by),
    about: nameOf(about) || log.nobody,
    other: nameOf(facts['for'] ?? facts['invitedBy'] ?? null),
    role: roleOf(facts['role']),
    from: roleOf(facts['from']),
    registers: registers.length > 0 ? log.asRole(text.and(registers.map(one => registerInWords(one, text)))) : '',
    until: typeof facts['until'] === 'number' ? log.until(dayInWords(lastDayOf(facts['until']), text)) : '',
    what: isOffice(facts['office']) ? words.my.officeNames[facts['office']] : String(facts['what'] ?? ''),
  })
  return sentence.startsWith(log.former) ? log.formerFirst + sentence.slice(log.former.length) : sentence
}
