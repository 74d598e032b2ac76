import { expect, test } from 'vitest'
import { accessEvents, type AccessLogLine, type Grant, type MemberLine } from '#shared/protocol/access.ts'
import { dayInWords, endOfDay, lastDayOf, seenInWords } from '../../../client/features/members/days.ts'
import { draftOf, newDraft, toGrant } from '../../../client/features/members/grantDraft.ts'
import { isOfKind, lineInWords, logKinds } from '../../../client/features/members/logWords.ts'
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

const [kari, olav] = ['a'.repeat(32), 'b'.repeat(32)]
const byId = new Map([[kari, 'Kari Nes'], [olav, 'Olav Berge']].map(([memberId = '', name = '']) => [memberId, { memberId, name } as MemberLine]))
const line = (change: Partial<AccessLogLine>): AccessLogLine => ({ number: 1, at: now, event: 'invited', by: kari, about: olav, facts: {}, ...change })

test('U146 each line of the access log is a sentence in both languages, of one kind, by names where they are known', () => {
  const says = (change: Partial<AccessLogLine>) => plain(lineInWords(line(change), byId, nbWords, nb))
  const until = endOfDay(`${new Date().getFullYear()}-06-30`)
  expect(says({ event: 'right-changed', facts: { from: 'reader', role: 'editor', registers: 'networks messages', until } }))
    .toBe('Kari Nes endret Olav Berge fra leser til redaktør, bare Nettverk og Budskap, til og med 30. juni')
  expect(says({ event: 'right-changed', facts: { from: null, role: 'owner', registers: null, until: null } })).toBe('Kari Nes ga Olav Berge rollen eier')
  expect(says({ event: 'removed', by: 'operator' })).toBe('Driftsansvarlig fjernet Olav Berge fra planen')
  expect(says({ event: 'removed', about: kari })).toBe('Kari Nes forlot planen')
  expect(says({ event: 'deputy-appointed', facts: { for: 'c'.repeat(32), until } })).toBe('Kari Nes satte inn Olav Berge som vikar for et tidligere medlem, til og med 30. juni')
  expect(says({ event: 'signed-in', by: 'c'.repeat(32) })).toBe('Et tidligere medlem logget inn')
  expect(says({ event: 'office-given', by: 'operator', facts: { office: 'national-reader' } })).toBe('Driftsansvarlig gjorde Olav Berge til nasjonal leser')
  for (const event of accessEvents) {
    for (const [words, text] of [[nbWords, nb], [nnWords, nn]] as const) {
      const sentence = lineInWords(line({ event, facts: { role: 'editor', from: 'reader', for: kari, office: 'administrator', what: 'added' } }), byId, words, text)
      expect(sentence, event).toMatch(/^\p{Lu}/u)
      expect(sentence, event).not.toMatch(/undefined|null|[0-9a-f]{16}/)
    }
    expect(logKinds.filter(kind => isOfKind(line({ event }), kind)), event).toHaveLength(1)
  }
})

test('U150 who is limited to some registers may write in these alone, and what else was not sent is kept and not tried again', () => {
  const reach = { role: 'editor', registers: ['networks'] } as const
  expect([writesIn(reach, 'networks'), writesIn(reach, 'activities'), writesIn({ ...reach, role: 'commenter' }, 'networks'), writesIn({ role: 'editor', registers: null }, 'goals')])
    .toEqual([true, false, false, true])
  const change = (register: 'networks' | 'activities') => ({ register, why: null }) as KeptChange
  expect(forReach([change('networks'), change('activities')], reach).map(({ why }) => why)).toEqual([null, 'not-allowed'])
})
