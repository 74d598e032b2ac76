import type { RegisterName } from '#shared/plan/fields.ts'
import type { Instant, IsoDate } from '#shared/plan/values.ts'
import type { Grant } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import { mayRoleWrite } from '#shared/protocol/grants.ts'
import type { LetterPart, Named } from './mails.ts'

/** What letters in both languages are put together of. */
export const paragraph = (text: string): LetterPart => ({ kind: 'paragraph', text })

/** `instead` leads in the address written out. */
export const linkWith = (instead: string) => (label: string, href: string): LetterPart => ({ kind: 'link', label, href, instead })

/** What a language calls roles, what each may do in the whole plan, what it may besides in registers alone, and the registers. */
interface RightWords {
  readonly roles: Readonly<Record<Role, string>>
  readonly mayDo: Readonly<Record<Role, string>>
  readonly besides: Readonly<Partial<Record<Role, string>>>
  readonly registerNames: Readonly<Record<RegisterName, string>>
}
/** As much as the right is, and no more, the same in bokmål and nynorsk: «redaktør, og kan endre Nettverk. Resten av planen kan du lese». */
export const rightIn = ({ roles, mayDo, besides, registerNames }: RightWords) => ({ role, registers }: Pick<Grant, 'role' | 'registers'>): string =>
  registers === null || !mayRoleWrite(role)
    ? mayDo[role]
    : `${roles[role]}, og kan endre ${and(registers.map(one => registerNames[one]))}${besides[role] ?? ''}. Resten av planen kan du lese`
const and = (words: readonly string[]) => words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} og ${words.at(-1)}`

/** «Kari Nordmann (KS)» */
export const named = ({ name, organisation }: Named): string => {
  const where = organisation === null ? '' : oneLine(organisation)
  return where === '' ? oneLine(name) : `${oneLine(name)} (${where})`
}

/** The host of an address, as a person knows it: «plan.rogaland.no». */
export const hostOf = (origin: string): string => URL.canParse(origin) ? new URL(origin).host : oneLine(origin)

const maxNameChars = 120

/**
 * Words from people as they may stand in a letter: on one line, with nothing that steers or hides, and not for ever. What holds
 * an emoji together stays.
 */
export function oneLine(words: string, maxChars = maxNameChars): string {
  const line = words.replace(/(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ').replace(/\s+/gu, ' ').trim()
  const chars = [...line]
  return chars.length > maxChars ? `${chars.slice(0, maxChars - 1).join('').trimEnd()}…` : line
}

const dayFormat = new Intl.DateTimeFormat('nb-NO', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
const momentFormat = new Intl.DateTimeFormat('nb-NO', {
  day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'Europe/Oslo',
})

/** «30. juni 2026», the same in bokmål and nynorsk. */
export const dayInWords = (day: IsoDate): string => dayFormat.format(new Date(`${day}T00:00:00Z`))

/** «30. juni 2026 kl. 09.05», by the clocks in Norway. */
export function momentInWords(at: Instant): string {
  const of = Object.fromEntries(momentFormat.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  return `${of['day'] ?? ''}. ${of['month'] ?? ''} ${of['year'] ?? ''} kl. ${of['hour'] ?? ''}.${of['minute'] ?? ''}`
}
