import type { KeptAnswer, WrittenMoment } from '#shared/protocol/kept.ts'
import { isRegisterName } from '#shared/plan/registers.ts'
import type { IsoDate } from '#shared/plan/values.ts'
import { fieldLabel } from '../../text/cellWords.ts'
import type { Text } from '../../text/index.ts'
import type { kept as nb } from '../../text/kept.nb.ts'
import { eventInWords } from '../../text/logWords.ts'
import type { members } from '../../text/members.nb.ts'
import { registerInWords } from '../../text/naming.ts'

export interface KeptWords { readonly kept: typeof nb, readonly members: typeof members, readonly text: Text }

/**
 * All that is kept of somebody, as a text to be read: a section for each kind, a line for each thing, moments as Norwegian clocks show them.
 */
export function keptInWords(answer: KeptAnswer, today: IsoDate, words: KeptWords): string {
  const { kept, members: { my }, text } = words
  const { member } = answer
  const at = (moment: WrittenMoment) => momentInWords(moment, words)
  const titles = new Map(answer.plans.map(({ planId, title }) => [planId, kept.plan(title || text.plans.untitled)]))
  const planOf = (planId: string) => titles.get(planId) ?? `${kept.otherPlan} (${planId})`
  const cellOf = ({ register, row, field }: { readonly register: string, readonly row: string, readonly field: string }) => isRegisterName(register)
    ? `${registerInWords(register, text)}, ${fieldLabel({ register, field }, text)} (${kept.row(row)})`
    : [register, row, field].filter(Boolean).join(', ')
  const nameOf = (id: string) => id === member.memberId ? member.name : kept.someone

  const lines: Readonly<Record<keyof typeof kept.sections, readonly string[]>> = {
    member: [
      `${kept.name}: ${member.name || kept.notSet}`, `${kept.organisation}: ${member.organisation || kept.notSet}`, `${kept.email}: ${member.email ?? kept.notSet}`,
      `${kept.number}: ${member.memberId}`, capital(kept.since(at(member.since))),
    ],
    offices: answer.offices.map(({ office, since }) => `${capital(my.officeNames[office])}, ${kept.since(at(since))}`),
    plans: answer.plans.map(({ planId, role, registers, since, until, seenAt }) => [
      `${planOf(planId)}: ${text.words.memberRole[role]}`, ...registers === null ? [] : [kept.only(text.and(registers.map(one => registerInWords(one, text))))],
      kept.since(at(since)), ...until === null ? [] : [kept.until(at(until))], ...seenAt === null ? [] : [kept.lastThere(at(seenAt))],
    ].join(', ')),
    deputies: answer.deputies.map(({ planId, deputyId, from, until }) =>
      `${planOf(planId)}: ${deputyId === member.memberId ? kept.isDeputy : kept.hasDeputy}, ${kept.span(at(from), at(until))}`),
    sessions: answer.sessions.map(({ browser, way, at: begun, expiresAt }) =>
      [browser ? my.browser(browser) : kept.unknownBrowser, kept.signedIn(my.ways[way], at(begun)), kept.until(at(expiresAt))].join(', ')),
    devices: answer.devices.map(({ since, usedAt }) => `${capital(kept.since(at(since)))}, ${kept.lastUsed(at(usedAt))}`),
    identities: answer.identities.map(({ issuer, subject, since }) => `${issuer}: ${subject}, ${kept.since(at(since))}`),
    invitations: answer.invitations.map(({ planId, name, organisation, email, at: invited }) => `${planOf(planId)}: ${kept.invitedAs(name, organisation, email)}, ${at(invited)}`),
    contacts: answer.contacts.map(({ planId, name, position, email }) => `${planOf(planId)}: ${kept.invitedAs(name, position, email ?? '')}`),
    namedIn: [
      ...answer.namedIn.map(({ planId, roles, ...cell }) => [`${planOf(planId)}: ${cellOf(cell)}`, ...roles].join(', ')),
      ...answer.unreadPlans.map(planId => `${planOf(planId)}: ${kept.unread}`),
    ],
    accessLog: answer.accessLog.map(({ at: then, facts, planId, ...line }) =>
      [`${at(then)}: ${capital(eventInWords({ ...line, facts: withMoments(facts) }, nameOf, words.members, text))}`, ...planId === null ? [] : [planOf(planId)]].join(', ')),
    changes: answer.changes.map(({ planId, from, ...cell }) => `${at(from)}: ${planOf(planId)}, ${cellOf(cell)}`),
  }
  const sections = (Object.keys(kept.sections) as (keyof typeof kept.sections)[]).map(section => [
    kept.sections[section].toUpperCase(), ...section === 'devices' && lines.devices.length > 0 ? [kept.devicesWhat] : [],
    ...lines[section].length === 0 ? [kept.none] : lines[section],
  ].join('\r\n'))
  return [[kept.title(member.name), kept.fetched(dayInWords(today, words)), kept.others].join('\r\n'), ...sections, ''].join('\r\n\r\n')
}

/** «22. november 2026 kl. 10.42», by the clock that the moment is written by. */
function momentInWords(moment: WrittenMoment, words: KeptWords): string {
  const [day = '', clock = ''] = moment.split('T')
  return words.kept.moment(dayInWords(day, words), clock.slice(0, 5).replace(':', '.'))
}
function dayInWords(day: IsoDate, { kept, text }: KeptWords): string {
  const [year = '', month = '', date = ''] = day.split('-')
  return kept.day(Number(date), text.when.months[Number(month) - 1] ?? '', year)
}

/** As the log's own sentences take them. */
const withMoments = (facts: KeptAnswer['accessLog'][number]['facts']) =>
  typeof facts['until'] === 'string' ? { ...facts, until: Date.parse(facts['until']) } : facts

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)
