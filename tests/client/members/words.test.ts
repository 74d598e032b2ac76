import { expect, test } from 'vitest'
import { accessEvents, type AccessLogLine, type Grant, type InvitationLine, type MemberLine } from '#shared/protocol/access.ts'
import { dayInWords, endOfDay, lastDayOf, seenInWords } from '../../../client/features/members/days.ts'
import { draftOf, newDraft, toGrant } from '../../../client/features/members/grantDraft.ts'
import { invitedTogether, numberFormers, toEntries } from '../../../client/features/members/logLines.ts'
import { entryInWords, isOfKind, logKinds } from '../../../client/features/members/logWords.ts'
import { limitsInWords } from '../../../client/features/members/words.ts'
import { writesIn } from '../../../client/plan/ending.ts'
import { forReach, type KeptChange } from '../../../client/plan/records.ts'
import { members as nbWords } from '../../../client/text/members.nb.ts'
import { members as nnWords } from '../../../client/text/members.nn.ts'
import { nb } from '../../../client/text/nb.ts'
import { nn } from '../../../client/text/nn.ts'

const now = new Date(2027, 5, 15, 10, 0).getTime()
const plain = (words: string) => words.replaceAll('\u00A0', ' ')
const grant = (change: Partial<Grant> = {}): Grant => ({ role: 'editor', registers: null, until: null, ...change })

test('U140 when somebody was in the plan last is told by day, and by date when it is long ago', () => {
  const seen = (at: number | null) => plain(seenInWords(at, nbWords, nb, now))
  expect(seen(null)).toBe('ikke vært inne ennå')
  expect(seen(now)).toBe('i dag')
  expect(seen(new Date(2027, 5, 14, 23, 59).getTime())).toBe('i går')
  expect(seen(new Date(2027, 5, 12, 1).getTime())).toBe('for 3 dager siden')
  expect(seen(new Date(2027, 3, 1).getTime())).toBe('1. april')
  expect(seen(new Date(2025, 11, 24).getTime())).toBe('24. desember 2025')
  expect(plain(seenInWords(new Date(2027, 5, 12).getTime(), nnWords, nn, now))).toBe('for 3 dagar sidan')
})

test('U140 what somebody is limited to and when it ends stand beside the role, with the last whole day', () => {
  const limits = (of: Grant) => limitsInWords(of, nbWords, nb, now).map(plain)
  expect(limits(grant())).toEqual([])
  expect(limits(grant({ registers: ['networks'] }))).toEqual(['bare Nettverk'])
  expect(limits(grant({ role: 'commenter', registers: ['networks'], until: endOfDay('2027-06-30') }))).toEqual(['til og med 30. juni'])
  expect(limits(grant({ registers: ['plan', 'networks'], until: endOfDay('2027-06-14') }))).toEqual(['bare Om planen og Nettverk', 'tilgangen gikk ut 14. juni'])
  expect([lastDayOf(endOfDay('2027-12-31')), plain(dayInWords('2028-01-01', nb, now))]).toEqual(['2027-12-31', '1. januar 2028'])
})

test('U141 an end that is not touched stays what it was to the moment, and limits count only for who writes', () => {
  const until = Date.now() + 5 * 60 * 60_000
  const before = grant({ registers: ['networks'], until })
  expect(toGrant(draftOf(before), before)).toEqual(before)
  expect(toGrant({ ...draftOf(before), role: 'reader' }, before)).toEqual({ role: 'reader', registers: null, until })
  expect(toGrant({ ...newDraft, isLimited: true })).toBe('no-register')
  expect(toGrant({ ...newDraft, untilDay: '2020-01-01' })).toBe('in-the-past')
  expect(toGrant({ ...newDraft, untilDay: '2999-01-01' })).toEqual(grant({ until: endOfDay('2999-01-01') }))
})

const [kari, olav, gone] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)]
const byId = new Map([[kari, 'Kari Nes'], [olav, 'Olav Berge']].map(([memberId = '', name = '']) => [memberId, { memberId, name } as MemberLine]))
const people = { byId, formers: new Map([[gone, 1]]) }
const line = (change: Partial<AccessLogLine>): AccessLogLine => ({ number: 1, at: now, event: 'invited', by: kari, about: olav, facts: {}, ...change })

test('U146 each line of the access log is a sentence in both languages, of one kind, by names where they are known', () => {
  const says = (change: Partial<AccessLogLine>) => plain(entryInWords([line(change)], people, nbWords, nb))
  const until = endOfDay(`${new Date().getFullYear()}-06-30`)
  expect(says({ event: 'right-changed', facts: { from: 'reader', role: 'editor', registers: 'networks messages', until } }))
    .toBe('Kari Nes endret Olav Berge fra leser til redaktør, bare Nettverk og Budskap, til og med 30. juni')
  expect(says({ event: 'right-changed', facts: { from: null, role: 'owner', registers: null, until: null } })).toBe('Kari Nes ga Olav Berge rollen eier')
  expect(says({ event: 'removed', by: 'operator' })).toBe('Driftsansvarlig fjernet Olav Berge fra planen')
  expect(says({ event: 'removed', about: kari })).toBe('Kari Nes forlot planen')
  expect(says({ event: 'deputy-appointed', facts: { for: gone, until } })).toBe('Kari Nes satte inn Olav Berge som vikar for tidligere medlem 1, til og med 30. juni')
  expect(says({ event: 'signed-in', by: gone })).toBe('Tidligere medlem 1 logget inn')
  expect(says({ event: 'office-given', by: 'operator', facts: { office: 'national-reader' } })).toBe('Driftsansvarlig gjorde Olav Berge til nasjonal leser')
  for (const event of accessEvents) {
    for (const [words, text] of [[nbWords, nb], [nnWords, nn]] as const) {
      const sentence = entryInWords([line({ event, facts: { role: 'editor', from: 'reader', for: kari, office: 'administrator', what: 'added' } })], people, words, text)
      expect(sentence, event).toMatch(/^\p{Lu}/u)
      expect(sentence, event).not.toMatch(/undefined|null|[0-9a-f]{16}/)
    }
    expect(logKinds.filter(kind => isOfKind(line({ event }), kind)), event).toHaveLength(1)
  }
})

test('U146 those who are no members any more are told apart, each by one number that stays theirs whatever comes before or after', () => {
  const others = ['d', 'e', 'f'].map(letter => letter.repeat(32))
  const [one = '', two = '', three = ''] = others
  const isMember = (id: string) => byId.has(id)
  const lines = [
    line({ number: 9, event: 'signed-in', by: one, about: one }), line({ number: 8, event: 'removed', by: 'operator', about: two }),
    line({ number: 7, event: 'deputy-appointed', about: two, facts: { for: one } }), line({ number: 6, event: 'codes-locked', by: null }),
  ]
  const formers = numberFormers(new Map(), lines, isMember)
  expect(lines.map(each => plain(entryInWords([each], { byId, formers }, nbWords, nb)))).toEqual([
    'Tidligere medlem 1 logget inn', 'Driftsansvarlig fjernet tidligere medlem 2 fra planen',
    'Kari Nes satte inn tidligere medlem 2 som vikar for tidligere medlem 1', 'Innlogging med kode ble sperret for Olav Berge etter for mange forsøk',
  ])
  const later = [line({ number: 10, event: 'joined', by: three, about: three, facts: { role: 'reader', invitedBy: kari } }), ...lines]
  expect([...numberFormers(formers, later, isMember)]).toEqual([[one, 1], [two, 2], [three, 3]])
  expect(plain(entryInWords([line({ event: 'removed', about: two })], { byId, formers }, nnWords, nn))).toBe('Kari Nes fjerna tidlegare medlem 2 frå planen')
})

test('U146 those invited at one moment by one person, as the same, are one line: with who is invited still, and how many are not', () => {
  const invited = (number: number, change: Partial<AccessLogLine> = {}) =>
    line({ number, about: null, facts: { invitation: `i${number}`, role: 'editor', registers: null, until: null }, ...change })
  const batch = [5, 4, 3, 2].map(number => invited(number, { at: now + number }))
  const lines = [
    line({ number: 7, event: 'invitation-withdrawn', about: null, facts: { invitation: 'i4' } }), line({ number: 6, event: 'signed-in' }), ...batch,
    invited(1, { facts: { invitation: 'i1', role: 'reader', registers: null, until: null } }),
  ]
  const entries = toEntries(lines)
  expect(entries.map(entry => entry.map(({ number }) => number))).toEqual([[7], [6], [5, 4, 3, 2], [1]])
  const [, , together = entries[0]] = entries
  if (!together)
    throw new Error('no entry')
  expect(entryInWords(together, people, nbWords, nb)).toBe('Kari Nes inviterte 4 personer som redaktør')
  expect(entryInWords(together, people, nnWords, nn)).toBe('Kari Nes inviterte 4 personar som redaktør')
  const open = [{ id: 'i3', email: 'ida@ks.test', name: 'Ida Lie' }, { id: 'x', email: 'x@ks.test', name: 'En Annen' }] as InvitationLine[]
  expect(invitedTogether(together, lines, open)).toMatchObject({ open: [{ id: 'i3' }], withdrawn: 1, ended: 2 })
  // Another moment, another person, or another grant is another line.
  for (const change of [{ at: now + 120_000 }, { by: olav }, { facts: { ...batch[0]?.facts, until: now } }])
    expect(toEntries([invited(9, change), ...batch]).map(entry => entry.length)).toEqual([1, 4])
})

test('U150 who is limited to some registers may write in these alone, and what else was not sent is kept and not tried again', () => {
  const reach = { role: 'editor', registers: ['networks'] } as const
  expect([writesIn(reach, 'networks'), writesIn(reach, 'activities'), writesIn({ ...reach, role: 'commenter' }, 'networks'), writesIn({ role: 'editor', registers: null }, 'goals')])
    .toEqual([true, false, false, true])
  const change = (register: 'networks' | 'activities') => ({ register, why: null }) as KeptChange
  expect(forReach([change('networks'), change('activities')], reach).map(({ why }) => why)).toEqual([null, 'not-allowed'])
})
