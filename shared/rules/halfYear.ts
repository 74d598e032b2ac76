import type { Activity, IsoDate, Network, RowId, When } from '../plan/values.ts'
import { isRunning } from './focusAreas.ts'
import { standingOf, waysTo, type Parties, type Standing } from './responsibility.ts'
import { meaningOf, type HalfYear, type Period } from './when.ts'

/** The half-years of a plan's period, in order; none where it has no sound one. */
export function halfYearsOf({ periodFrom, periodTo }: Period): readonly HalfYear[] {
  if (periodFrom === null || periodTo === null || periodTo - periodFrom > mostYears)
    return []
  const years = Array.from({ length: Math.max(0, periodTo - periodFrom + 1) }, (_, n) => periodFrom + n)
  return years.flatMap<HalfYear>(year => [`${year}-H1`, `${year}-H2`])
}
const mostYears = 50

export const halfYearAt = (day: IsoDate): HalfYear => `${Number(day.slice(0, 4))}-H${Number(day.slice(5, 7)) <= 6 ? 1 : 2}`

/** The half-year that is asked about before anybody has chosen: the one we are in, else the plan's last (F20). */
export function halfYearFirst(period: Period, today: IsoDate): HalfYear {
  const all = halfYearsOf(period)
  const now = halfYearAt(today)
  return all.includes(now) ? now : all.at(-1) ?? now
}

/** The same in an address: «2022v» and «2022h». */
export const halfYearInAddress = (half: HalfYear) => `${half.slice(0, 4)}${half.endsWith('1') ? 'v' : 'h'}`
export function halfYearFrom(address: unknown): HalfYear | null {
  const [, year, half] = typeof address === 'string' ? /^(\d{4})([vh])$/.exec(address) ?? [] : []
  return year === undefined ? null : `${Number(year)}-H${half === 'v' ? 1 : 2}`
}

/**
 * How a recurrence falls in a half-year: `fixed` is that it surely does; `sometime` that it may, as «Årlig» may; `continuous`
 * all the time; `undated` that the words say no time at all.
 */
type Falling = 'fixed' | 'continuous' | 'sometime' | 'undated'
const surest: readonly Falling[] = ['fixed', 'continuous', 'sometime', 'undated']

/** How the recurrences of a row fall in a half-year, the surest of them; null when they name other times only (F19). */
export function fallsIn(half: HalfYear, whens: readonly (When | null)[], period: Period): Falling | null {
  const stated = whens.filter(when => when !== null)
  const all = stated.length === 0 ? ['undated' as const] : stated.map(when => fallingOf(half, when, period))
  return surest.find(falling => all.includes(falling)) ?? null
}

function fallingOf(half: HalfYear, when: When, period: Period): Falling | null {
  const { state, halfYears } = meaningOf(when, period)
  if (state === 'undated')
    return 'undated'
  const here = halfYears.find(({ place }) => place === half)
  return here === undefined ? null : state === 'continuous' ? 'continuous' : here.certainty === 'exact' ? 'fixed' : 'sometime'
}

/** A row that a party has something to do with, and how. */
export interface Duty { readonly id: RowId, readonly standing: Standing }
export interface TimedDuty extends Duty { readonly falling: Falling }

/** What a party has to do in a half-year, each list in the order given. */
export interface HalfYearDuties {
  /** Activities that surely fall in it. */
  readonly fixed: readonly TimedDuty[]
  /** Activities that may fall in it, go on all the time, or have no time: never guessed into it. */
  readonly loose: readonly TimedDuty[]
  /** Running networks it operates or takes part in operating. */
  readonly networks: readonly Duty[]
}

type DutyActivity = Pick<Activity, 'id' | 'responsible' | 'when' | 'furtherWhen' | 'deletedAt'>
type DutyNetwork = Pick<Network, 'id' | 'operatedBy' | 'state' | 'deletedAt'>

/** What a party is responsible for, takes part in and operates in a half-year, itself and through others (F19, F21). */
export function dutiesIn(half: HalfYear, partyId: RowId, { activities, networks, parties, period }: {
  readonly activities: readonly DutyActivity[]
  readonly networks: readonly DutyNetwork[]
  readonly parties: Parties
  readonly period: Period
}): HalfYearDuties {
  const ways = waysTo(partyId, parties)
  const timed = activities.filter(isAlive).flatMap<TimedDuty>(({ id, responsible, when, furtherWhen }) => {
    const standing = standingOf(responsible, partyId, ways)
    const falling = standing && fallsIn(half, [when, furtherWhen], period)
    return standing && falling ? [{ id, standing, falling }] : []
  })
  return {
    fixed: timed.filter(({ falling }) => falling === 'fixed'),
    loose: timed.filter(({ falling }) => falling !== 'fixed'),
    networks: networks.filter(row => isAlive(row) && isRunning(row)).flatMap<Duty>(({ id, operatedBy }) => {
      const standing = standingOf(operatedBy, partyId, ways)
      return standing ? [{ id, standing }] : []
    }),
  }
}

const isAlive = (row: { readonly deletedAt: number | null }) => row.deletedAt === null
