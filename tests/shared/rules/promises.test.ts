import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRegister } from '#shared/plan/read.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { halfOf, halfYearOf, keepingOf, otherHalf, promiseOf, sumOfKeepings, yearOf } from '#shared/rules/promises.ts'
import type { HalfYearPromise, Occurrence } from '#shared/rules/promises.ts'
import { meaningOf, parseWhen } from '#shared/rules/when.ts'
import type { HalfYear } from '#shared/rules/when.ts'
import { planWith } from '../../support/plans.ts'

const period = { periodFrom: 2021, periodTo: 2023 }
const [spring, autumn]: readonly [HalfYear, HalfYear] = ['2022-H1', '2022-H2']
const promised = (words: string, halfYear: HalfYear) => promiseOf([parseWhen(words)], halfYear, period)
const counted = (sure: number, inYear = 0) => ({ state: 'counted', sure, inYear }) as const

describe('a half-year of a recurrence', () => {
  test.each([
    ['halvårlig', counted(1), counted(1)],
    ['2 ganger i året', counted(1), counted(1)],
    ['4 ganger i året', counted(2), counted(2)],
    ['3 ganger i året', counted(1, 1), counted(1, 1)],
    ['månedlig', counted(6), counted(6)],
    ['kvartalsvis', counted(2), counted(2)],
    ['årlig', counted(0, 1), counted(0, 1)],
    ['1-2 ganger i året', counted(0, 1), counted(0, 1)],
    ['årlig/halvårlig', counted(0, 1), counted(0, 1)],
    ['årlig, i mai/juni', counted(1), { state: 'elsewhere' }],
    ['3 ganger i året, vår og høst', counted(1, 1), counted(1, 1)],
    ['vår og høst', counted(1), counted(1)],
    ['hver høst', { state: 'elsewhere' }, counted(1)],
    ['mars og oktober', counted(1), counted(1)],
    ['12.10.2022', { state: 'elsewhere' }, counted(1)],
    ['høsten 2021', { state: 'elsewhere' }, { state: 'elsewhere' }],
    ['inntil 2 ganger i året', { state: 'open' }, { state: 'open' }],
    ['kontinuerlig', { state: 'uncounted' }, { state: 'uncounted' }],
    ['etter invitasjon', { state: 'uncounted' }, { state: 'uncounted' }],
    ['ved behov', { state: 'uncounted' }, { state: 'uncounted' }],
    ['i løpet av perioden', { state: 'uncounted' }, { state: 'uncounted' }],
    ['jevnlig', { state: 'uncounted' }, { state: 'uncounted' }],
    ['ikke fastsatt', { state: 'uncounted' }, { state: 'uncounted' }],
  ] as const)('F28 «%s» promises %j in spring and %j in autumn', (words, inSpring, inAutumn) => {
    expect([promised(words, spring), promised(words, autumn)]).toEqual([inSpring, inAutumn])
  })

  test('F28 two recurrences of one row are added up; what promises no number takes nothing away', () => {
    const both = (...words: string[]) => promiseOf(words.map(parseWhen), autumn, period)
    expect(both('halvårlig', 'årlig')).toEqual(counted(1, 1))
    expect(both('kontinuerlig', 'månedlig')).toEqual(counted(6))
    expect(both('kontinuerlig', 'hver vår')).toEqual({ state: 'elsewhere' })
    expect(promiseOf([null, undefined, 7], autumn, period)).toEqual({ state: 'uncounted' })
    expect(promiseOf([], autumn, period)).toEqual({ state: 'uncounted' })
  })

  test('F28 outside the plan’s years nothing is owed', () => {
    expect(promised('månedlig', '2024-H1')).toEqual({ state: 'elsewhere' })
  })

  test('F28 of whatever is written, the two halves and the rest of a year are what the year is sure of, and nothing is below naught', () => {
    const vocabulary = ['årlig', 'to ganger', 'i året', 'tre', 'vår', 'høst', 'mars', '2022', 'og', 'månedlig', '12.10.2022', 'uke 26', 'vinter', 'ved behov', 'mai/juni', 'ca.', 'innen']
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(fc.constantFrom(...vocabulary), { maxLength: 5 }).map(parts => parts.join(' '))), (words) => {
      const when = parseWhen(words)
      const meaning = meaningOf(when, period)
      const year = meaning.years.find(({ place }) => place === 2022)
      const least = !year ? 0 : meaning.promised?.per === 'year' ? meaning.promised.min : year.certainty === 'exact' ? year.times.min : 0
      const exact = meaning.halfYears.filter(({ place, certainty }) => yearOf(place) === 2022 && certainty === 'exact')
      const placed = exact.reduce((sum, { times }) => sum + times.min, 0)
      const [first, second] = [spring, autumn].map(half => promiseOf([when], half, period))
      const sure = (promise?: HalfYearPromise) => promise?.state === 'counted' ? promise.sure : 0
      const inYear = Math.max(...[first, second].map(promise => promise?.state === 'counted' ? promise.inYear : 0))
      expect(Math.min(sure(first), sure(second), inYear)).toBeGreaterThanOrEqual(0)
      if (meaning.state === 'placed' && first?.state !== 'uncounted')
        expect(sure(first) + sure(second) + inYear).toBe(Math.max(least, placed))
      else
        expect(sure(first) + sure(second) + inYear).toBe(0)
    }), { numRuns: 1_000 })
  })

  test('F28 Rogaland’s rows promise in autumn 2022 what its file says they recur', () => {
    const { doc } = planWith(referencePlans[0]?.seed())
    const perRow = Object.fromEntries([
      ...readRegister(doc, 'activities').map(row => [row.id, promiseOf([row.when, row.furtherWhen], autumn, period)] as const),
      ...readRegister(doc, 'networks').map(row => [row.id, promiseOf([row.regularity], autumn, period)] as const),
    ].flatMap(([id, promise]) => promise.state === 'counted' ? [[id, [promise.sure, promise.inYear]]] : []))
    expect(perRow).toEqual({
      K01: [1, 0], K07: [1, 0], K08: [1, 0], K15: [1, 0], K20: [1, 0], K16: [6, 0], K17: [6, 0],
      K03: [0, 1], K04: [0, 1], K09: [0, 1], K10: [0, 1], K22: [0, 1], K23: [0, 1], K24: [0, 1], K25: [0, 1],
      N01: [1, 0], N02: [1, 0], N03: [2, 0], N06: [1, 0], N07: [6, 0], N08: [1, 0], N10: [0, 1],
    })
  })
})

describe('what was held', () => {
  let next = 0
  const one = (state: Occurrence['state'], halfYear: HalfYear, more: Partial<Occurrence> = {}): Occurrence =>
    ({ id: `o${next++}`, deletedAt: null, date: null, year: yearOf(halfYear), half: halfOf(halfYear), state, ...more })

  test('F29 its day says which half-year it stands in, else what it was written for; what says neither stands nowhere', () => {
    expect(halfYearOf({ date: '2022-07-01', year: 2022, half: 1 })).toBe('2022-H2')
    expect(halfYearOf({ date: '2022-06-30', year: null, half: null })).toBe('2022-H1')
    expect(halfYearOf({ date: null, year: 2022, half: 1 })).toBe('2022-H1')
    const notSaid = [{ year: 2022, half: null }, { year: null, half: 1 }, { year: 2022, half: 3 }]
    expect(notSaid.map(said => halfYearOf({ date: null, ...said }))).toEqual([null, null, null])
  })

  test('F29 held and planned count towards what is owed in their own half-year; what was called off or is trashed does not', () => {
    const here = (['held', 'planned', 'cancelled'] as const).map(state => one(state, autumn))
    const occurrences = [...here, one('held', autumn, { deletedAt: 1 }), one('held', spring), one('held', '2021-H2')]
    expect(keepingOf(counted(4), occurrences, autumn)).toEqual({ owed: 4, held: 1, planned: 1, cancelled: 1, missing: 2 })
  })

  test('F29 once a year lacks nothing in spring, is owed in autumn, and is not where spring had it', () => {
    expect(keepingOf(counted(0, 1), [], spring)).toMatchObject({ owed: 0, missing: 0 })
    expect(keepingOf(counted(0, 1), [], autumn)).toMatchObject({ owed: 1, missing: 1 })
    expect(keepingOf(counted(0, 1), [one('held', spring)], autumn)).toMatchObject({ owed: 0, missing: 0 })
    expect(keepingOf(counted(0, 1), [one('planned', spring)], autumn)).toMatchObject({ owed: 1, missing: 1 })
    expect(keepingOf(counted(1, 1), [one('held', spring)], autumn)).toMatchObject({ owed: 2, missing: 2 })
    expect(keepingOf(counted(1, 1), [one('held', spring), one('held', spring)], autumn)).toMatchObject({ owed: 1 })
  })

  test('F29 what promises no number owes nothing, and can be held', () => {
    expect(keepingOf({ state: 'uncounted' }, [one('held', autumn)], autumn)).toEqual({ owed: 0, held: 1, planned: 0, cancelled: 0, missing: 0 })
  })

  test('F29 of any rows, what is owed is what was held of it, what is planned of it, and what is missing', () => {
    const promises = fc.record({ sure: fc.nat(8), inYear: fc.nat(3) }).map(({ sure, inYear }) => counted(sure, inYear))
    const kinds = fc.constantFrom<Occurrence['state']>('held', 'planned', 'cancelled', null)
    const occurrences = fc.array(fc.tuple(kinds, fc.constantFrom(spring, autumn)), { maxLength: 15 })
    fc.assert(fc.property(fc.array(fc.tuple(promises, occurrences), { maxLength: 8 }), fc.constantFrom(spring, autumn), (rows, halfYear) => {
      const keepings = rows.map(([promise, list]) => keepingOf(promise, list.map(([state, where]) => one(state, where)), halfYear))
      const total = sumOfKeepings(keepings)
      expect(total.held + total.planned + total.missing).toBe(total.owed)
      expect(total.held + total.beyond).toBe(keepings.reduce((all, { held }) => all + held, 0))
    }))
  })

  test('F29 the other half of a year is its other half', () => {
    expect([otherHalf(spring), otherHalf(autumn)]).toEqual([autumn, spring])
  })
})
