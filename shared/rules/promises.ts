import type { Activity, Instant, IsoDate, Network, RowId, When } from '../plan/values.ts'
import { isRunning } from './focusAreas.ts'
import { halfYearAt } from './halfYear.ts'
import { meaningOf } from './whenMeaning.ts'
import type { HalfYear, Period, WhenMeaning } from './whenMeaning.ts'

/**
 * What a row's recurrences promise for one half-year.
 *
 * - `counted`: a number. `sure` is owed in the half-year itself; `inYear` besides, in the year, in whichever half.
 * - `open`: it may fall here, and nobody has promised that it does («inntil to ganger i året», «mai eller november»).
 * - `elsewhere`: what is promised falls in other half-years.
 * - `uncounted`: the words promise no number at all (continuous, after invitation, not stated).
 */
export type HalfYearPromise =
  | { readonly state: 'counted', readonly sure: number, readonly inYear: number }
  | { readonly state: 'open' | 'elsewhere' | 'uncounted' }

/**
 * What recurrences promise together for a half-year (F28). A number of times in a year without a place in it is owed evenly: of two
 * one in each half, of three one in each and one in either. Where words leave a choice the least is promised. Total: what is no
 * recurrence promises no number.
 */
export function promiseOf(recurrences: readonly unknown[], halfYear: HalfYear, period: Period): HalfYearPromise {
  const each = recurrences.map(when => promiseOfOne(meaningOf(when, period), halfYear))
  const counted = each.filter(promise => promise.state === 'counted')
  if (counted.length > 0)
    return { state: 'counted', sure: sum(counted.map(one => one.sure)), inYear: sum(counted.map(one => one.inYear)) }
  return each.find(one => one.state === 'open') ?? each.find(one => one.state === 'elsewhere') ?? { state: 'uncounted' }
}

function promiseOfOne({ state, halfYears, years, promised }: WhenMeaning, halfYear: HalfYear): HalfYearPromise {
  const isOncePerPeriod = promised?.per === 'period' && years.every(year => year.certainty === 'vague')
  if (state !== 'placed' || promised === null || isOncePerPeriod)
    return { state: 'uncounted' }
  const here = halfYears.find(({ place }) => place === halfYear)
  const year = years.find(({ place }) => place === yearOf(halfYear))
  if (!here || !year)
    return { state: 'elsewhere' }
  const inThisYear = halfYears.filter(({ place }) => yearOf(place) === year.place)
  const placed = inThisYear.filter(({ certainty }) => certainty === 'exact')
  // «Årlig/halvårlig» is placed as a choice, and is once a year whichever is meant.
  const least = promised.per === 'year' ? promised.min : year.certainty === 'exact' ? year.times.min : 0
  const loose = Math.max(0, least - sum(placed.map(({ times }) => times.min)))
  const isOnlyHalf = inThisYear.length === 1
  const evenly = placed.length === 0 && !isOnlyHalf ? Math.floor(loose / 2) : 0
  const sure = (here.certainty === 'exact' ? here.times.min : 0) + (isOnlyHalf ? loose : evenly)
  const inYear = isOnlyHalf ? 0 : loose - 2 * evenly
  return sure + inYear > 0 ? { state: 'counted', sure, inYear } : { state: 'open' }
}

/** What a row promises by: its recurrences, as long as it is neither called off nor at rest. */
export interface Promising { readonly whens: readonly (When | null)[], readonly isActive: boolean }
export const activityPromises = ({ when, furtherWhen, status }: Pick<Activity, 'when' | 'furtherWhen' | 'status'>): Promising =>
  ({ whens: [when, furtherWhen], isActive: status !== 'cancelled' })
export const networkPromises = ({ regularity, state }: Pick<Network, 'regularity' | 'state'>): Promising =>
  ({ whens: [regularity], isActive: isRunning({ state }) })

/** What one row promises in a half-year and what has come of it; `occurrences` are its own, whenever they fall. */
export interface RowKeeping { readonly promise: HalfYearPromise, readonly keeping: Keeping, readonly isActive: boolean }
export function rowKeepingOf({ whens, isActive }: Promising, occurrences: readonly Occurrence[], halfYear: HalfYear, period: Period): RowKeeping {
  const promise: HalfYearPromise = isActive ? promiseOf(whens, halfYear, periodAround(halfYear, period)) : { state: 'uncounted' }
  return { promise, isActive, keeping: keepingOf(promise, occurrences, halfYear) }
}

/** A plan without years of its own is looked at one year at a time. */
function periodAround(halfYear: HalfYear, { periodFrom, periodTo }: Period): Period {
  const year = yearOf(halfYear)
  return periodFrom !== null && periodTo !== null ? { periodFrom, periodTo } : { periodFrom: year, periodTo: year }
}

/** One time something was held, is planned, or was called off, as it is stored. */
export interface Occurrence {
  readonly id: RowId
  readonly deletedAt: Instant | null
  readonly year: number | null
  readonly half: number | null
  readonly date: IsoDate | null
  readonly state: 'planned' | 'held' | 'cancelled' | null
}

/** The half-year an occurrence stands in: its day's, else the one it was written for; null when it says neither. */
export function halfYearOf({ date, year, half }: Pick<Occurrence, 'date' | 'year' | 'half'>): HalfYear | null {
  if (date !== null)
    return halfYearAt(date)
  return year !== null && (half === 1 || half === 2) ? `${year}-H${half}` : null
}

export const yearOf = (halfYear: HalfYear) => Number(halfYear.slice(0, 4))
export const halfOf = (halfYear: HalfYear): 1 | 2 => halfYear.endsWith('H1') ? 1 : 2
/** The other half of its year. */
export const otherHalf = (halfYear: HalfYear): HalfYear => `${yearOf(halfYear)}-H${halfOf(halfYear) === 1 ? 2 : 1}`

/** How a row has kept its promise in a half-year. */
export interface Keeping {
  /** What is owed in the half-year: in the second half also what the year still lacks. */
  readonly owed: number
  readonly held: number
  readonly planned: number
  readonly cancelled: number
  /** Owed, and neither held nor planned. What was called off was not held. */
  readonly missing: number
}

/**
 * How a row has kept its promise: `occurrences` are its own, whenever they fall. In the first half-year nothing is lacking of
 * what may as well be held in the second; in the second, what the first had beyond its own counts for the year (F29).
 */
export function keepingOf(promise: HalfYearPromise, occurrences: readonly Occurrence[], halfYear: HalfYear): Keeping {
  const count = (where: HalfYear, state: Occurrence['state']) =>
    occurrences.filter(one => one.deletedAt === null && one.state === state && halfYearOf(one) === where).length
  const [held, planned, cancelled] = [count(halfYear, 'held'), count(halfYear, 'planned'), count(halfYear, 'cancelled')]
  const { sure, inYear } = promise.state === 'counted' ? promise : { sure: 0, inYear: 0 }
  const earlier = halfOf(halfYear) === 2 ? count(otherHalf(halfYear), 'held') : 0
  const owed = sure + (halfOf(halfYear) === 2 ? Math.max(0, inYear - Math.max(0, earlier - sure)) : 0)
  return { owed, held, planned, cancelled, missing: Math.max(0, owed - held - planned) }
}

/** The sum over rows: of what is owed, so much is held, planned and missing. */
export interface KeepingSum {
  readonly owed: number
  readonly held: number
  readonly planned: number
  readonly missing: number
  /** Held, and never promised. */
  readonly beyond: number
}

export function sumOfKeepings(keepings: readonly Keeping[]): KeepingSum {
  const parts = keepings.map(({ owed, held, planned, missing }) => {
    const heldOfOwed = Math.min(owed, held)
    return { owed, held: heldOfOwed, planned: Math.min(owed - heldOfOwed, planned), missing, beyond: Math.max(0, held - owed) }
  })
  const total = (part: keyof KeepingSum) => sum(parts.map(one => one[part]))
  return { owed: total('owed'), held: total('held'), planned: total('planned'), missing: total('missing'), beyond: total('beyond') }
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
