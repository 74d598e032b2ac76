import type { When } from '../plan/values.ts'
import { isWhen } from './isWhen.ts'
import type { Season } from './isWhen.ts'
import { toPlainWords } from './words.ts'

/** The years a plan covers, as its head gives them. */
export interface Period { readonly periodFrom: number | null, readonly periodTo: number | null }

/** `2021-H1` is January to June (vår), `2021-H2` July to December (høst; July is holiday). */
export type HalfYear = `${number}-H${1 | 2}`
/** `2021-03` */
export type Month = string

/** How many times: no fewer than `min`, and no more than `max` where the words set a bound. */
export interface Times { readonly min: number, readonly max: number | null }

/** A year, half-year or month that a recurrence falls in. */
export interface PlaceInTime<P> {
  readonly place: P
  /** Exact: it falls here. Vague: it may fall here, or somewhere in a stretch that this is part of. */
  readonly certainty: 'exact' | 'vague'
  readonly times: Times
  /** Named by the words, but outside the plan's period. */
  readonly isOutside: boolean
}

/** What a recurrence says about a plan's years. The three lists are in order of time. */
export interface WhenMeaning {
  /** `undated` is «uten dato»: the words say no place in the year. */
  readonly state: 'placed' | 'continuous' | 'undated'
  readonly years: readonly PlaceInTime<number>[]
  readonly halfYears: readonly PlaceInTime<HalfYear>[]
  readonly months: readonly PlaceInTime<Month>[]
  /** What is promised, counted as the words count it; null where they promise no number. */
  readonly promised: (Times & { readonly per: 'year' | 'period' }) | null
  /** «ca.», or a number that «ved behov» may change. */
  readonly isApproximate: boolean
}

const undated: WhenMeaning = Object.freeze({
  state: 'undated', years: [], halfYears: [], months: [], promised: null, isApproximate: false,
})
/** A period is at most this long; a longer one is an error in its head, and places nothing. */
const maxYears = 50
const endless: Times = { min: 0, max: null }

/**
 * Which years, half-years and months a recurrence falls in, how surely, and how often (W5). Total: what is not a valid
 * recurrence is `undated`.
 *
 * - half-yearly: both half-years of each year, exact; no months. seasons: the half-year is exact, its months vague.
 * - yearly, per-year: each year is exact and the half-years vague, unless the words name a place in the year.
 * - monthly: every month. continuous: everything, and no number.
 * - within-period: once or more, vague over the whole period.
 * - explicit: what is named, exact as far as it is named: a year alone says no half-year.
 * - on-invitation, on-demand, regular, programme, unspecified: never placed.
 *
 * What is `ambiguous` is placed vaguely.
 */
export function meaningOf(when: unknown, period: Period): WhenMeaning {
  if (!isWhen(when))
    return undated
  const inPeriod = yearsOf(period)
  const isEvery = when.kind === 'continuous' || when.kind === 'monthly'
  const spots = isEvery || placed.includes(when.kind) ? spotsOf(when, inPeriod) : []
  if (spots.length === 0)
    return undated
  const tally = openTally(inPeriod)
  for (const spot of spots)
    tally.add(when.ambiguous ? { ...spot, isHalfVague: true, areMonthsVague: true, times: { ...spot.times, min: 0 } } : spot)
  const isApproximate = when.approximate === true || when.orOnDemand === true
  return {
    state: when.kind === 'continuous' ? 'continuous' : 'placed',
    ...tally.places(),
    promised: promiseOf(when, spots),
    isApproximate,
  }
}

const placed: readonly string[] = ['half-yearly', 'yearly', 'per-year', 'seasons', 'explicit', 'within-period']

/** One time, or one stretch of time, that the words give. */
interface Spot {
  /** Months it may fall in; all of one year when the words say the year only. */
  readonly months: readonly Month[]
  /** The words say no month, only the stretch. */
  readonly areMonthsUnsaid?: boolean
  readonly areMonthsVague?: boolean
  readonly isHalfVague?: boolean
  readonly isYearVague?: boolean
  readonly times: Times
  /** How many fall in each half-year, where the words bound it. */
  readonly perHalf?: Times
}

function spotsOf(when: When, inPeriod: readonly number[]): readonly Spot[] {
  const once = when.orOnDemand ? { min: 0, max: 1 } : { min: 1, max: 1 }
  const inYears = when.years ? sorted(when.years) : inPeriod
  switch (when.kind) {
    case 'continuous': return inYears.flatMap(monthsOf).map(month => ({ months: [month], times: endless }))
    case 'within-period': return inPeriod.length === 0
      ? []
      : [{ months: inPeriod.flatMap(monthsOf), areMonthsUnsaid: true, isHalfVague: true, isYearVague: true, times: { min: 1, max: null } }]
  }
  const named = namedSpots(when, inYears, timesOfNamed(when, once))
  if (named.length > 0)
    return named
  if (when.kind === 'monthly')
    return inYears.flatMap(monthsOf).map(month => ({ months: [month], times: once }))
  if (when.kind === 'half-yearly')
    return inYears.flatMap(year => halves(year).map(months => ({ months, areMonthsUnsaid: true, times: once })))
  if (when.kind === 'explicit')
    return (when.years ? inYears : []).map(year => (
      { months: monthsOf(year), areMonthsUnsaid: true, isHalfVague: true, times: { min: once.min, max: null } }
    ))
  const perYear = perYearOf(when)
  // «Årlig/halvårlig»: whichever is meant, a half-year holds it once at most.
  const perHalf = when.kind === 'yearly' && when.altKind === 'half-yearly' ? { perHalf: { min: 0, max: 1 } } : {}
  return inYears.flatMap(year => perYear ? timesInYear(year, perYear).map(spot => ({ ...spot, ...perHalf })) : [])
}

/** A number of times in a year, somewhere in it. Twice a week is so often that it falls in every month. */
function timesInYear(year: number, { min, max }: { readonly min: number, readonly max: number }): readonly Spot[] {
  if (min >= 26)
    return monthsOf(year).map(month => ({ months: [month], times: { min: Math.floor(min / 12), max: Math.ceil(max / 12) } }))
  return [{ months: monthsOf(year), areMonthsUnsaid: true, isHalfVague: true, times: { min, max } }]
}

/** How often in each place that a year's words name: «to ganger i året, i april» is twice in the one place there is. */
function timesOfNamed(when: When, once: Times): Times {
  const perYear = perYearOf(when)
  const places = sorted(when.months ?? []).length + sorted(when.weeks ?? []).length + sorted(when.seasons ?? []).length
  if (!perYear || places === 0 || when.kind === 'monthly' || (perYear.min === places && perYear.max === places))
    return once
  return places === 1 ? perYear : { min: 0, max: perYear.max }
}

/** Days, weeks, months and seasons that the words name, each year they are named for. */
function namedSpots(when: When, inYears: readonly number[], once: Times): readonly Spot[] {
  const days = sorted(when.dates ?? []).map(date => ({ months: [date.slice(0, 7)], times: once }))
  const occurrences = (when.occurrences ?? []).map(({ year, season, until }) => occurrenceSpot(year, season as Season | undefined, until, once))
  const recurring = inYears.flatMap(year => [
    ...sorted(when.months ?? []).map(month => ({ months: [monthKey(year, month)], times: once })),
    ...sorted(when.weeks ?? []).flatMap(week => weekSpot(year, week, once)),
    ...sorted(when.seasons ?? []).map(season => ({ months: seasonMonths(year, season as Season), areMonthsVague: true, times: once })),
  ])
  return [...days, ...occurrences, ...recurring]
}

function occurrenceSpot(year: number, season: Season | undefined, until: string | undefined, times: Times): Spot {
  const start = season ? seasonMonths(year, season) : monthsOf(year)
  const end = until === undefined ? null : endOf(until)
  if (end === null || start[0] === undefined || end < start[0])
    return { months: start, areMonthsVague: true, areMonthsUnsaid: season === undefined, times }
  // A winter that lasts into another year is the one that begins in December.
  const from = season === 'winter' && end.slice(0, 4) !== String(year) ? monthKey(year, 12) : start[0]
  const lastYear = Number(end.slice(0, 4))
  const stretch = range(year, lastYear).flatMap(monthsOf).filter(month => month >= from && month <= end)
  return { months: stretch, areMonthsVague: true, times }
}

/** The last month of «tidlig 2022», «våren 2022» or «2022». */
function endOf(until: string): Month | null {
  const said = toPlainWords(until)
  const year = /(?<!\d)(?:19|20)\d{2}(?!\d)/.exec(said)?.[0]
  if (year === undefined)
    return null
  return monthKey(Number(year), /tidl[ie]g|begynn|start|byrj/.test(said) ? 3 : /vår/.test(said) ? 6 : /som+ar|som+er/.test(said) ? 8 : 12)
}

/** An ISO week, in the one or two months its days lie in. Not every year has a week 53. */
function weekSpot(year: number, week: number, times: Times): readonly Spot[] {
  const fourth = new Date(Date.UTC(year, 0, 4))
  const monday = fourth.getTime() - ((fourth.getUTCDay() + 6) % 7) * dayMs + (week - 1) * 7 * dayMs
  const isThisYears = new Date(monday + 3 * dayMs).getUTCFullYear() === year
  const months = [...new Set([monday, monday + 6 * dayMs].map(time => new Date(time).toISOString().slice(0, 7)))]
  return isThisYears ? [{ months, areMonthsVague: months.length > 1, times }] : []
}
const dayMs = 86_400_000

/** A calendar year's months of a season. A winter is both ends of the year, since people mean either. */
function seasonMonths(year: number, season: Season): readonly Month[] {
  const months = { winter: [1, 2, 3, 11, 12], spring: [1, 2, 3, 4, 5, 6], summer: [6, 7, 8], autumn: [8, 9, 10, 11, 12] }[season]
  return months.map(month => monthKey(year, month))
}

function perYearOf({ kind, perYear, altKind, orOnDemand }: When): { readonly min: number, readonly max: number } | null {
  const span = perYear ?? (kind === 'yearly' ? { min: 1, max: altKind === 'half-yearly' ? 2 : 1 } : null)
  return span && orOnDemand ? { min: 0, max: span.max } : span
}

function promiseOf(when: When, spots: readonly Spot[]): WhenMeaning['promised'] {
  const none = when.orOnDemand === true
  const perYear = perYearOf(when) ?? { monthly: { min: 12, max: 12 }, 'half-yearly': { min: 2, max: 2 } }[when.kind] ?? null
  switch (when.kind) {
    case 'continuous': return null
    case 'within-period': return { per: 'period', min: 1, max: null }
    case 'explicit': {
      const isBounded = spots.every(spot => spot.times.max !== null)
      return { per: 'period', min: none ? 0 : when.ambiguous ? Math.min(1, spots.length) : spots.length, max: isBounded ? spots.length : null }
    }
    case 'seasons': {
      const count = new Set(when.seasons).size
      return perYear ? { per: 'year', ...perYear } : { per: 'year', min: none ? 0 : count, max: count }
    }
    default: return perYear && { per: 'year', ...perYear, ...(none && { min: 0 }) }
  }
}

interface Tally {
  add(spot: Spot): void
  places(): Pick<WhenMeaning, 'years' | 'halfYears' | 'months'>
}

/** Adds spots up per year, half-year and month. Where one spot spreads over several places, none of them is sure of it. */
function openTally(inPeriod: readonly number[]): Tally {
  const years = new Map<number, PlaceInTime<number>>()
  const halfYears = new Map<HalfYear, PlaceInTime<HalfYear>>()
  const months = new Map<Month, PlaceInTime<Month>>()

  function put<P>(
    places: Map<P, PlaceInTime<P>>, at: readonly P[], yearOf: (place: P) => number, isVague: boolean, times: Times, each?: Times,
  ) {
    const isSpread = at.length > 1
    for (const place of at) {
      const here = each ?? (isSpread ? { min: 0, max: times.max } : times)
      const sure = !isVague && !isSpread
      const earlier = places.get(place)
      places.set(place, {
        place,
        certainty: sure || earlier?.certainty === 'exact' ? 'exact' : 'vague',
        times: earlier ? { min: earlier.times.min + here.min, max: sumOf(earlier.times.max, here.max) } : here,
        isOutside: inPeriod.length > 0 && !inPeriod.includes(yearOf(place)),
      })
    }
  }

  return {
    add({ months: at, areMonthsUnsaid, areMonthsVague, isHalfVague = false, isYearVague = false, times, perHalf }) {
      put(years, unique(at.map(yearOfMonth)), year => year, isYearVague, times)
      put(halfYears, unique(at.map(halfOfMonth)), half => Number(half.slice(0, 4)), isHalfVague, times, perHalf)
      if (!areMonthsUnsaid)
        put(months, at, yearOfMonth, areMonthsVague ?? false, times)
    },
    places: () => ({ years: inOrder(years), halfYears: inOrder(halfYears), months: inOrder(months) }),
  }
}

/** The years of a plan's period, none when it has no sound one. */
function yearsOf({ periodFrom, periodTo }: Period): readonly number[] {
  const isYear = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1900 && value <= 2200
  return isYear(periodFrom) && isYear(periodTo) && periodTo - periodFrom < maxYears ? range(periodFrom, periodTo) : []
}

const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n)
const monthKey = (year: number, month: number): Month => `${year}-${String(month).padStart(2, '0')}`
const monthsOf = (year: number): readonly Month[] => range(1, 12).map(month => monthKey(year, month))
const halves = (year: number) => [monthsOf(year).slice(0, 6), monthsOf(year).slice(6)]
const yearOfMonth = (month: Month) => Number(month.slice(0, 4))
const halfOfMonth = (month: Month): HalfYear => `${yearOfMonth(month)}-H${Number(month.slice(5)) <= 6 ? 1 : 2}`
const sumOf = (a: number | null, b: number | null) => a === null || b === null ? null : a + b
const unique = <T>(list: readonly T[]): T[] => [...new Set(list)]
const sorted = <T extends number | string>(list: readonly T[]): T[] => unique(list).sort((a, b) => a < b ? -1 : 1)
const inOrder = <P extends number | string>(places: ReadonlyMap<P, PlaceInTime<P>>): readonly PlaceInTime<P>[] =>
  [...places.values()].sort((a, b) => a.place < b.place ? -1 : 1)
