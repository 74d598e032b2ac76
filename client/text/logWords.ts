import { isOffice, type AccessLogLine } from '#shared/protocol/access.ts'
import { isRole } from '#shared/protocol/api.ts'
import { isRegisterName } from '#shared/plan/registers.ts'
import { lastDayInWords, type Text } from './index.ts'
import type { members } from './members.nb.ts'
import { registerInWords } from './naming.ts'

/** Who does what the operator of the server does. */
export const operator = 'operator'

/**
 * What a line of the access log tells, in a sentence. `nameOf`: what those it is about are called, who are ids alone in it. `count`: of how many
 * such lines it tells as one.
 */
export function eventInWords(
  { event, by, about, facts }: Omit<AccessLogLine, 'number' | 'at'>, nameOf: (id: string) => string, { log, my }: typeof members, text: Text, count = 1,
): string {
  const personOf = (id: unknown) => id === operator ? log.operator : typeof id === 'string' ? nameOf(id) : ''
  const roleOf = (role: unknown) => isRole(role) ? text.words.memberRole[role] : ''
  const registers = typeof facts['registers'] === 'string' ? facts['registers'].split(' ').filter(isRegisterName) : []
  const tell = count > 1 ? log.invitedMany(count) : log.events[event]
  return tell({
    by: personOf(by) || log.nobody,
    about: personOf(about) || log.nobody,
    other: personOf(facts['for'] ?? facts['invitedBy']),
    role: roleOf(facts['role']),
    from: roleOf(facts['from']),
    registers: registers.length > 0 ? log.asRole(text.and(registers.map(one => registerInWords(one, text)))) : '',
    until: typeof facts['until'] === 'number' ? log.until(lastDayInWords(facts['until'], text)) : '',
    what: isOffice(facts['office']) ? my.officeNames[facts['office']] : String(facts['what'] ?? ''),
  })
}
