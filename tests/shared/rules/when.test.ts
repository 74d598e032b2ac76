import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWhen, maxWhenChars, meaningOf, parseWhen, whenKinds } from '#shared/rules/when.ts'
import type { Period } from '#shared/rules/when.ts'
import osloOgViken from '#shared/reference/oslo-og-viken.json' with { type: 'json' }
import rogaland from '#shared/reference/rogaland.json' with { type: 'json' }

/** What the words say, without the words. */
function said(words: string) {
  const { raw, ...rest } = parseWhen(words)
  expect(raw).toBe(words)
  return rest
}
const times = (min: number, max = min) => ({ min, max })
const period = { periodFrom: 2021, periodTo: 2023 }
const halfYears = (words: string, within: Period = period) => meaningOf(parseWhen(words), within).halfYears
  .map(half => `${half.place}${half.certainty === 'vague' ? '~' : ''}${half.isOutside ? '!' : ''} ${half.times.min}-${half.times.max ?? 'n'}`)
const months = (words: string, within: Period = period) => meaningOf(parseWhen(words), within).months
  .map(month => `${month.place}${month.certainty === 'vague' ? '~' : ''}`)

describe('the two plans', () => {
  /** Every recurrence the files write in words, by row. */
  const written: readonly (readonly [string, { readonly raw: string }])[] = [
    ...rogaland.communicationPlan.rows.map(row => [`Rogaland ${row.id}`, row.when] as const),
    ...rogaland.communicationPlan.rows.flatMap(row => row.embeddedWhen ? [[`Rogaland ${row.id} embedded`, row.embeddedWhen] as const] : []),
    ...rogaland.networks.map(row => [`Rogaland ${row.id}`, { ...row.regularity, raw: row.regularityRaw }] as const),
    ...osloOgViken.communicationPlan.rows.map(row => [`Oslo og Viken ${row.id}`, row.when] as const),
    ...osloOgViken.groups.flatMap(group => (group.meetings ?? []).map(meeting => [`Oslo og Viken ${group.id} ${meeting.what}`, meeting.when] as const)),
    ...[...osloOgViken.collaboration, ...osloOgViken.followUp]
      .flatMap(row => row.when?.raw === undefined ? [] : [[`Oslo og Viken ${row.id}`, { ...row.when, raw: row.when.raw }] as const]),
  ]

  /** Where a file's value and the words' value differ, and why. */
  const exceptions: Readonly<Record<string, object>> = {
    // What comes beside the recurrence is described in English in the file; the words' own are kept.
    'Rogaland N07': { extra: 'seminarer' },
    'Rogaland N08': { extra: 'årlig fagdag' },
    'Rogaland N11': { extra: 'tilbud om oppfølging og veiledning' },
    'Rogaland N14': { trigger: undefined },
    // The file leaves out a number that the word says, and says what the words are about, which the parser does not.
    'Rogaland K07 embedded': { perYear: times(2), appliesTo: undefined },
    'Oslo og Viken g-koordinatornettverk under planarbeidet': { perYear: times(12) },
    // The last of the file's words, in English there.
    'Oslo og Viken C3': { occurrences: [{ year: 2021, season: 'winter', until: 'tidlig 2022' }] },
    // The year stands elsewhere in the plan, not in the words.
    'Oslo og Viken F2': { kind: 'seasons', occurrences: undefined, seasons: ['spring'], perYear: times(1), ambiguous: true },
  }

  test.each(written)('W2 the words of %s give the value of the file', (row, value) => {
    expect(parseWhen(value.raw)).toEqual({ ...value, ...exceptions[row] })
  })

  test('W2 every exception belongs to a row', () => {
    const rows = written.map(([row]) => row)
    expect(Object.keys(exceptions).filter(row => !rows.includes(row))).toEqual([])
    expect(written).toHaveLength(25 + 1 + 14 + 6 + 3 + 4)
  })
})

describe('words', () => {
  test.each([
    ['Fortløpende', { kind: 'continuous' }],
    ['kontinuerleg', { kind: 'continuous' }],
    ['fortløpande', { kind: 'continuous' }],
    ['hele året', { kind: 'continuous' }],
    ['jamleg', { kind: 'regular' }],
    ['flere ganger i året', { kind: 'regular' }],
    ['månadleg', { kind: 'monthly', perYear: times(12) }],
    ['kvar månad', { kind: 'monthly', perYear: times(12) }],
    ['kvart halvår', { kind: 'half-yearly', perYear: times(2) }],
    ['en gang i halvåret', { kind: 'half-yearly', perYear: times(2) }],
    ['årleg', { kind: 'yearly', perYear: times(1) }],
    ['én gang pr. år', { kind: 'yearly', perYear: times(1) }],
    ['to gonger i året', { kind: 'per-year', perYear: times(2) }],
    ['2 gr. i året', { kind: 'per-year', perYear: times(2) }],
    ['3 møter i halvåret', { kind: 'per-year', perYear: times(6) }],
    ['annenhver måned', { kind: 'per-year', perYear: times(6) }],
    ['annankvar månad', { kind: 'per-year', perYear: times(6) }],
    ['kvar tredje månad', { kind: 'per-year', perYear: times(4) }],
    ['hvert kvartal', { kind: 'per-year', perYear: times(4) }],
    ['ukentlig', { kind: 'per-year', perYear: times(52) }],
    ['minst to ganger i året', { kind: 'per-year', perYear: times(2), approximate: true }],
    ['inntil 4 ganger i året', { kind: 'per-year', perYear: times(0, 4) }],
    ['1-2 ganger per år', { kind: 'per-year', perYear: times(1, 2) }],
    ['Årlig/halvårlig', { kind: 'yearly', altKind: 'half-yearly', perYear: times(1, 2), ambiguous: true }],
    ['årleg/kvart halvår', { kind: 'yearly', altKind: 'half-yearly', perYear: times(1, 2), ambiguous: true }],
    ['Jevnlig, minst 2 g. i året', { kind: 'per-year', perYear: times(2), approximate: true }],
    ['i løpet av reformperioden', { kind: 'within-period' }],
    ['I løpet av planperioden', { kind: 'within-period' }],
    ['Varighet på 6 måneder', { kind: 'programme', durationMonths: times(6) }],
    ['lengd 6–9 månader', { kind: 'programme', durationMonths: times(6, 9) }],
    ['Våren 2021, varighet 6 måneder', { kind: 'explicit', occurrences: [{ year: 2021, season: 'spring' }], durationMonths: times(6) }],
    ['vår og haust', { kind: 'seasons', seasons: ['spring', 'autumn'], perYear: times(2) }],
    ['haust', { kind: 'seasons', seasons: ['autumn'], perYear: times(1) }],
    ['gjennom våren', { kind: 'seasons', seasons: ['spring'], perYear: times(1), ambiguous: true }],
    ['vår og høst 2021', { kind: 'explicit', occurrences: [{ year: 2021, season: 'spring' }, { year: 2021, season: 'autumn' }] }],
    ['2021: vår og høst', { kind: 'explicit', occurrences: [{ year: 2021, season: 'spring' }, { year: 2021, season: 'autumn' }] }],
    ['vår 2021 og 2022', { kind: 'explicit', occurrences: [{ year: 2021, season: 'spring' }, { year: 2022, season: 'spring' }] }],
    ['2. halvår 2022', { kind: 'explicit', occurrences: [{ year: 2022, season: 'autumn' }] }],
    ['uke 42', { kind: 'explicit', weeks: [42] }],
    ['veke 6, 8 og 10', { kind: 'explicit', weeks: [6, 8, 10] }],
    ['uke 10-12 2022', { kind: 'explicit', weeks: [10, 11, 12], years: [2022] }],
    ['mars og oktober', { kind: 'explicit', months: [3, 10] }],
    ['mars–mai 2022', { kind: 'explicit', months: [3, 4, 5], years: [2022] }],
    ['mai/juni', { kind: 'explicit', months: [5, 6], ambiguous: true }],
    ['mars 2021, oktober 2022', { kind: 'explicit', months: [3, 10], years: [2021, 2022], ambiguous: true }],
    ['Årlig i mars', { kind: 'yearly', months: [3], perYear: times(1) }],
    ['15. mai', { kind: 'explicit', months: [5] }],
    ['15. mai 2021', { kind: 'explicit', dates: ['2021-05-15'] }],
    ['01.05.2021', { kind: 'explicit', dates: ['2021-05-01'] }],
    ['1/5-21', { kind: 'explicit', dates: ['2021-05-01'] }],
    ['2021–2023', { kind: 'explicit', years: [2021, 2022, 2023] }],
    ['høsten 2021 ved behov', { kind: 'explicit', occurrences: [{ year: 2021, season: 'autumn' }], orOnDemand: true }],
    ['Årlig fra 2022', { kind: 'yearly', perYear: times(1), ambiguous: true }],
    ['Kontinuerlig frå 2022', { kind: 'continuous' }],
    ['vinteren 2021/tidlig 2022', { kind: 'explicit', occurrences: [{ year: 2021, season: 'winter', until: 'tidlig 2022' }], ambiguous: true }],
    ['4 ganger/år', { kind: 'per-year', perYear: times(4) }],
    ['Hver måned unntatt juli', { kind: 'monthly', perYear: times(12), ambiguous: true }],
    ['15.-16. mai 2022', { kind: 'explicit', months: [5], years: [2022] }],
    ['våren -22', { kind: 'explicit', occurrences: [{ year: 2022, season: 'spring' }] }],
    ['To ganger i året, vår og høst', { kind: 'per-year', seasons: ['spring', 'autumn'], perYear: times(2) }],
    ['Møter vår og haust, nyhetsbrev månadleg', { kind: 'monthly', seasons: ['spring', 'autumn'], perYear: times(12), ambiguous: true }],
    ['må- nedlig', { kind: 'monthly', perYear: times(12) }],
  ])('W3 «%s» is understood in bokmål and nynorsk', (words, expected) => {
    expect(said(words)).toEqual(expected)
  })

  test.each([
    '', '   ', 'Ikke fastsatt', 'ikkje avklart', 'Årlig, men ikke avklart', 'etter avtale', 'i vår region', 'annethvert år', 'kvart andre år', 'før jul',
    '31.02.2021', 'fra 2021', 'uke 99', 'rom 2.12',
  ])('W1 «%s» says no time that is understood: the words are kept and nothing is guessed', (words) => {
    expect(parseWhen(words)).toEqual({ raw: words, kind: 'unspecified' })
  })

  test('W1 any words are kept as they were written, and give a value a cell may hold', () => {
    const vocabulary = ['vår', 'høst', 'haust', '/', '-', ' og ', '2021', '2022', '31.12.', 'uke', 'måned', '2.', 'hver', 'årlig', 'ganger i året', 'to', 'mai', 'ca.', 'over', '6', 'pluss', 'tidlig']
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom(...vocabulary), { maxLength: 30 }).map(parts => parts.join(' '))), (words) => {
      const when = parseWhen(words)
      expect(when.raw).toBe(words)
      expect(isWhen(when)).toBe(words.length <= maxWhenChars)
      expect(whenKinds).toContain(when.kind)
    }), { numRuns: 2_000 })
  })

  test('W1 very long words, and words that repeat without end, are read within the time of a test, and kept', () => {
    for (const part of ['vår ', '2 ', 'en av to ', '1-', '2021/', 'mai-', 'å'.repeat(40)]) {
      const words = part.repeat(Math.floor(maxWhenChars / part.length))
      expect(parseWhen(words).raw).toBe(words)
      expect(parseWhen(part.repeat(50_000)).kind).toBe('unspecified')
    }
  })
})

describe('a stored recurrence', () => {
  test.each([
    [null], [undefined], ['Årlig'], [[]], [{}], [{ raw: 'x' }], [{ raw: 'x', kind: 'sometimes' }], [{ raw: 1, kind: 'yearly' }],
    [{ raw: 'x'.repeat(501), kind: 'yearly' }], [{ raw: 'x', kind: 'yearly', perYear: { min: 2, max: 1 } }],
    [{ raw: 'x', kind: 'yearly', perYear: { min: 1 } }], [{ raw: 'x', kind: 'yearly', perYear: { min: Number.NaN, max: 2 } }],
    [{ raw: 'x', kind: 'explicit', months: [13] }], [{ raw: 'x', kind: 'explicit', months: Array.from({ length: 51 }, () => 1) }],
    [{ raw: 'x', kind: 'explicit', dates: ['2021-02-30'] }], [{ raw: 'x', kind: 'explicit', occurrences: [{ season: 'spring' }] }],
    [{ raw: 'x', kind: 'seasons', seasons: ['monsoon'] }], [{ raw: 'x', kind: 'yearly', ambiguous: 'yes' }], [{ raw: 'x', kind: 'yearly', html: '<b>' }],
    [{ raw: 'x', kind: 'explicit', weeks: [null, 4] }],
  ])('W4 %j is not a recurrence', (value) => {
    expect(isWhen(value)).toBe(false)
    expect(meaningOf(value, period).state).toBe('undated')
  })

  test('W4 the words alone, even none, are a recurrence that says nothing yet', () => {
    expect(isWhen({ raw: '', kind: 'unspecified' })).toBe(true)
  })
})

describe('what it means', () => {
  test('W5 «Vår/høst» falls once in each half-year, surely, and in their months vaguely', () => {
    expect(halfYears('Vår/høst', { periodFrom: 2021, periodTo: 2022 })).toEqual(['2021-H1 1-1', '2021-H2 1-1', '2022-H1 1-1', '2022-H2 1-1'])
    expect(months('Vår/høst', { periodFrom: 2021, periodTo: 2021 })).toEqual(
      ['01', '02', '03', '04', '05', '06', '08', '09', '10', '11', '12'].map(month => `2021-${month}~`),
    )
  })

  test('W5 «Halvårlig» falls in every half-year and says no month', () => {
    expect(halfYears('Halvårlig', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-H1 1-1', '2021-H2 1-1'])
    expect(months('Halvårlig')).toEqual([])
    expect(meaningOf(parseWhen('Halvårlig'), period).promised).toEqual({ per: 'year', min: 2, max: 2 })
  })

  test('W5 «Årlig» falls once in each year, in a half-year nobody has said', () => {
    const meaning = meaningOf(parseWhen('Årlig'), period)
    expect(meaning.years.map(year => [year.place, year.certainty, year.times])).toEqual([2021, 2022, 2023].map(year => [year, 'exact', times(1)]))
    expect(halfYears('Årlig', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-H1~ 0-1', '2021-H2~ 0-1'])
    expect(meaning.promised).toEqual({ per: 'year', min: 1, max: 1 })
  })

  test('W5 «Årlig/halvårlig» promises once or twice a year, and no half-year holds it twice', () => {
    expect(meaningOf(parseWhen('Årlig/halvårlig'), period).promised).toEqual({ per: 'year', min: 1, max: 2 })
    expect(halfYears('Årlig/halvårlig', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-H1~ 0-1', '2021-H2~ 0-1'])
  })

  test('W5 «Månedlig» falls in every month', () => {
    expect(months('Månedlig')).toHaveLength(36)
    expect(halfYears('Månedlig', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-H1 6-6', '2021-H2 6-6'])
  })

  test('W5 «Kontinuerlig» is everywhere and promises no number', () => {
    const meaning = meaningOf(parseWhen('Kontinuerlig'), period)
    expect([meaning.state, meaning.halfYears.length, meaning.months.length, meaning.promised]).toEqual(['continuous', 6, 36, null])
  })

  test('W5 «To ganger i året» promises two a year without saying when', () => {
    expect(meaningOf(parseWhen('To ganger i året'), period).promised).toEqual({ per: 'year', min: 2, max: 2 })
    expect(halfYears('To ganger i året', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-H1~ 0-2', '2021-H2~ 0-2'])
  })

  test('W5 «I løpet av reformperioden» is at least once, somewhere in the period', () => {
    const meaning = meaningOf(parseWhen('I løpet av reformperioden'), period)
    expect(meaning.promised).toEqual({ per: 'period', min: 1, max: null })
    expect(meaning.halfYears).toHaveLength(6)
    expect([...meaning.years, ...meaning.halfYears].every(place => place.certainty === 'vague')).toBe(true)
    expect(meaning.months).toEqual([])
  })

  test.each(['Etter invitasjon', 'Ved behov', 'Jevnlige', 'Varighet på 6 måneder', 'når det passer'])('W6 «%s» is never given a place in the year', (words) => {
    expect(meaningOf(parseWhen(words), period)).toMatchObject({ state: 'undated', years: [], halfYears: [], months: [], promised: null })
  })

  test('W7 what is named outside the period is kept, and marked', () => {
    expect(halfYears('høst 2021/våren 2022/våren 2023', { periodFrom: 2021, periodTo: 2022 })).toEqual(['2021-H2 1-1', '2022-H1 1-1', '2023-H1! 1-1'])
    expect(meaningOf(parseWhen('2020, 2021'), period).years.map(year => [year.place, year.certainty, year.isOutside])).toEqual([[2020, 'exact', true], [2021, 'exact', false]])
  })

  test('W7 days, weeks and months are exact', () => {
    expect(months('01.05.2021')).toEqual(['2021-05'])
    expect(months('mars og oktober', { periodFrom: 2022, periodTo: 2022 })).toEqual(['2022-03', '2022-10'])
    expect(months('uke 42', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-10'])
    expect(months('15. mai', { periodFrom: 2021, periodTo: 2022 })).toEqual(['2021-05', '2022-05'])
  })

  test('W7 a week across two months is in one of them, and only a long year has week 53', () => {
    expect(months('uke 26', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-06~', '2021-07~'])
    expect(halfYears('uke 26', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-H1~ 0-1', '2021-H2~ 0-1'])
    expect(months('uke 53', { periodFrom: 2019, periodTo: 2020 })).toEqual(['2020-12~', '2021-01~'])
  })

  test('W7 «vinteren 2021/tidlig 2022» is one time, from December to March', () => {
    expect(months('vinteren 2021/tidlig 2022')).toEqual(['2021-12~', '2022-01~', '2022-02~', '2022-03~'])
    expect(halfYears('vinteren 2021/tidlig 2022')).toEqual(['2021-H2~ 0-1', '2022-H1~ 0-1'])
    expect(meaningOf(parseWhen('vinteren 2021/tidlig 2022'), period).promised).toEqual({ per: 'period', min: 1, max: 1 })
  })

  test('W7 «ca. 2.hver måned eller etter behov» promises nothing firm', () => {
    const meaning = meaningOf(parseWhen('ca. 2.hver måned eller etter behov'), period)
    expect(meaning).toMatchObject({ state: 'placed', isApproximate: true, promised: { per: 'year', min: 0, max: 6 } })
  })

  test('W7 «To ganger i året i april» is twice in April, and «Årlig i mars» once in March', () => {
    expect(halfYears('To ganger i året i april', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-H1 2-2'])
    expect(halfYears('Årlig i mars', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-H1 1-1'])
    expect(months('Årlig i mars', { periodFrom: 2021, periodTo: 2021 })).toEqual(['2021-03'])
  })

  test('W8 a plan without a sound period places only what names its own years', () => {
    const unsound = [
      { periodFrom: null, periodTo: 2023 }, { periodFrom: 2023, periodTo: 2021 }, { periodFrom: 2021, periodTo: 9_999_999 },
      { periodFrom: Number.NaN, periodTo: 2 },
    ]
    for (const within of unsound) {
      expect(meaningOf(parseWhen('Månedlig'), within).state).toBe('undated')
      expect(months('01.05.2021', within)).toEqual(['2021-05'])
    }
  })

  test('W8 any value in a shared document gets an answer in order of time, with nothing promised above its bound', () => {
    const anything = fc.oneof(fc.anything(), fc.record({
      raw: fc.string(), kind: fc.constantFrom(...whenKinds), altKind: fc.constantFrom(undefined, ...whenKinds),
      seasons: fc.option(fc.array(fc.constantFrom('spring', 'autumn', 'winter', 'summer')), { nil: undefined }),
      months: fc.option(fc.array(fc.integer({ min: 0, max: 13 })), { nil: undefined }),
      weeks: fc.option(fc.array(fc.integer({ min: 1, max: 53 })), { nil: undefined }),
      years: fc.option(fc.array(fc.integer({ min: 1900, max: 2200 })), { nil: undefined }),
      dates: fc.option(fc.array(fc.constantFrom('2021-05-01', '2020-02-29', '2021-02-29')), { nil: undefined }),
      occurrences: fc.option(fc.array(fc.record({ year: fc.integer({ min: 2000, max: 2030 }), season: fc.constantFrom('winter', 'spring', undefined), until: fc.constantFrom(undefined, 'tidlig 2022', 'x', '1900') })), { nil: undefined }),
      perYear: fc.option(fc.record({ min: fc.nat(9), max: fc.nat(60) }), { nil: undefined }),
      ambiguous: fc.constantFrom(undefined, true), orOnDemand: fc.constantFrom(undefined, true),
    }))
    fc.assert(fc.property(anything, fc.integer({ min: 1800, max: 2300 }), fc.integer({ min: 0, max: 100 }), (value, periodFrom, years) => {
      const meaning = meaningOf(value, { periodFrom, periodTo: periodFrom + years })
      for (const places of [meaning.years, meaning.halfYears, meaning.months]) {
        const keys = places.map(place => place.place)
        expect(keys).toEqual([...keys].sort())
        for (const place of places)
          expect(place.times.max === null || place.times.min <= place.times.max).toBe(true)
      }
      expect(meaning.state === 'undated').toBe(meaning.years.length === 0)
    }), { numRuns: 2_000 })
  })
})
