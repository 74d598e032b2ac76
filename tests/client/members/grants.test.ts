import { expect, test } from 'vitest'
import type { Deputy, Grant, MemberLine } from '#shared/protocol/access.ts'
import { giversOf, mayAppoint } from '../../../client/features/members/givers.ts'
import { draftOf, fitted, newDraft, offerOf, readDraft, toGrant } from '../../../client/features/members/grantDraft.ts'
import { endOfDay, lastDayOf } from '../../../client/features/members/days.ts'
import { noDay } from '../../../client/ui/writtenDay.ts'

const dayMs = 24 * 60 * 60_000
const now = Date.now()
const grant = (change: Partial<Grant> = {}): Grant => ({ role: 'editor', registers: null, until: null, ...change })
const line = (memberId: string, change: Partial<Grant> = {}): MemberLine => ({ memberId, name: memberId, organisation: '', email: null, seenAt: null, ...grant(change) })
const company = (members: readonly MemberLine[], deputies: readonly Omit<Deputy, 'id'>[] = []) =>
  ({ byId: new Map(members.map(one => [one.memberId, one])), deputies: deputies.map((one, n) => ({ id: String(n), ...one })) })
const short = { role: 'chair', registers: ['networks', 'groups'], until: now + 40 * dayMs } as const

test('U153 who is limited gives from what they have: those registers, until then, and all of them to begin with', () => {
  const givers = giversOf('magnus', null, company([line('magnus', short)]))
  const offer = offerOf(givers, newDraft)
  expect(offer).toEqual({ registers: ['networks', 'groups'], isLimited: true, until: short.until })
  const draft = fitted(newDraft, offer)
  expect(draft).toMatchObject({ isLimited: true, registers: ['networks', 'groups'], untilDay: lastDayOf(short.until) })
  expect(fitted(draft, offerOf(givers, draft))).toBe(draft)
  expect(toGrant(draft, null, givers)).toEqual(grant({ registers: ['networks', 'groups'], until: short.until }))
  expect(toGrant({ ...draft, untilDay: '' }, null, givers)).toBe('too-long')
  expect(toGrant({ ...draft, untilDay: lastDayOf(short.until + 2 * dayMs) }, null, givers)).toBe('too-long')
  expect(toGrant({ ...draft, untilDay: noDay }, null, givers)).toBe('no-day')
  const reader = { ...newDraft, role: 'reader' } as const
  expect(offerOf(givers, reader)).toMatchObject({ isLimited: false, until: short.until })
  expect(offerOf([grant({ role: 'owner' })], newDraft)).toMatchObject({ isLimited: false, until: null })
  expect(fitted(newDraft, offerOf([grant({ role: 'owner' })], newDraft))).toBe(newDraft)
})

test('U153 what a member has may be left or made less by whoever reaches them; nobody gives themselves more', () => {
  const [magnus, olav, anne] = [line('magnus', short), line('olav'), line('anne', { role: 'owner' })]
  const all = company([magnus, olav, anne])
  const givers = giversOf('magnus', olav, all)
  expect(toGrant(draftOf(olav), olav, givers)).toEqual(grant())
  expect(toGrant({ ...draftOf(olav), role: 'reader' }, olav, givers)).toEqual(grant({ role: 'reader' }))
  expect(toGrant({ ...draftOf(olav), role: 'chair' }, olav, givers)).toBe('above-you')
  expect(giversOf('magnus', magnus, all)).toEqual([magnus])
  expect([mayAppoint('magnus', olav, all), mayAppoint('anne', olav, all), mayAppoint('magnus', line('siri', { registers: ['groups'] }), all)]).toEqual([false, true, true])
})

test('U141 all that is wrong with a choice is told, one thing in each field, and what is in none by itself', () => {
  const givers = giversOf('magnus', null, company([line('magnus', short)]))
  const faults = (change: Partial<typeof newDraft>) => readDraft({ ...newDraft, isLimited: true, registers: ['networks'], untilDay: lastDayOf(now + dayMs), ...change }, null, givers).faults
  expect(faults({})).toEqual([])
  expect(faults({ registers: [], untilDay: noDay })).toEqual(['no-register', 'no-day'])
  expect(faults({ registers: [], untilDay: '' })).toEqual(['no-register', 'too-long'])
  expect(faults({ untilDay: lastDayOf(now - dayMs) })).toEqual(['in-the-past'])
  expect(faults({ registers: ['goals'], untilDay: '' })).toEqual(['above-you'])
  expect(faults({ role: 'owner', untilDay: noDay })).toEqual(['no-day', 'above-you'])
})

test('U153 who stands in for somebody gives from that too, each by itself, and on them as themselves', () => {
  const [magnus, olav] = [line('magnus', short), line('olav')]
  const all = company([magnus, olav], [{ memberId: 'olav', deputyId: 'magnus', from: now - 1, until: now + 9 * dayMs }])
  const givers = giversOf('magnus', null, all)
  expect(givers.map(one => [one.role, one.until])).toEqual([['chair', short.until], ['editor', now + 9 * dayMs]])
  expect(offerOf(givers, newDraft)).toMatchObject({ isLimited: false, until: now + 9 * dayMs })
  expect(offerOf(givers, { ...newDraft, isLimited: true, registers: ['networks'] }).until).toBe(short.until)
  expect(giversOf('magnus', olav, all).map(({ role }) => role)).toEqual(['chair', 'editor'])
  expect(giversOf('magnus', olav, all)[0]?.until).toBe(short.until)
})

test('U141 an end on the day that one’s own ends is that moment, and not later', () => {
  const until = endOfDay(lastDayOf(now + 3 * dayMs)) - 60_000
  expect(toGrant({ ...newDraft, untilDay: lastDayOf(until) }, null, [grant({ until })])).toEqual(grant({ until }))
})

test('U159 what has no page to be written on is not offered; who is limited to it already keeps it', () => {
  const givers = [grant({ role: 'owner' })]
  expect(offerOf(givers, newDraft).registers).not.toContain('sections')
  const before = draftOf(grant({ registers: ['networks', 'sections'] }))
  expect(offerOf(givers, before).registers).toContain('sections')
  expect(toGrant(before, null, givers)).toEqual(grant({ registers: ['networks', 'sections'] }))
})
