import { equalityDeep } from 'lib0/function'
import { computed, type ComputedRef } from 'vue'
import { headId } from '#shared/plan/registers.ts'
import type { Row, RowId } from '#shared/plan/values.ts'
import { halfYearsOf } from '#shared/rules/halfYear.ts'
import {
  activityPromises, halfOf, halfYearOf, networkPromises, rowKeepingOf, sumOfKeepings, type KeepingSum, type Promising, type RowKeeping,
} from '#shared/rules/promises.ts'
import type { HalfYear } from '#shared/rules/when.ts'
import { registerStore } from '../../plan/stores.ts'

export type FollowedRegister = 'activities' | 'networks'
/** A row that is followed up, with what it promises in the half-year and what has come of it. */
export interface FollowedRow extends RowKeeping {
  readonly register: FollowedRegister
  readonly id: RowId
  /** From 1, as in its table. */
  readonly number: number
  readonly when: string
  /** Those that stand in the half-year, by day; without a day last. */
  readonly occurrences: readonly Row<'occurrences'>[]
}
/** `goalId` is null for rows under no goal. */
export interface FollowedGroup { readonly kind: 'goal' | 'networks' | 'others', readonly goalId: RowId | null, readonly rows: readonly FollowedRow[] }

/** What of the sum the rows are shown for. */
export type Part = 'owed' | 'held' | 'planned' | 'missing'

export interface Followed {
  readonly groups: ComputedRef<readonly FollowedGroup[]>
  readonly sum: ComputedRef<KeepingSum>
  /** Promised in the year and not bound to this half of it. */
  readonly inYear: ComputedRef<number>
  /** All that can be looked at, in order. */
  readonly halfYears: ComputedRef<readonly HalfYear[]>
}

/** The rows of a plan by what they promise in a half-year: by goal, then networks, then those that promise no number. */
export function usePromises(halfYear: () => HalfYear, now: () => HalfYear): Followed {
  const activities = registerStore('activities')
  const networks = registerStore('networks')
  const occurrences = registerStore('occurrences')
  const goals = registerStore('goals')
  const head = computed(() => registerStore('plan').byId.get(headId))
  // Not the rows themselves, which are others at each letter that is written in them.
  const ofActivities = activities.each(row => ({ goalId: row.place.parentId, ...activityPromises(row) }), equalityDeep)
  const ofNetworks = networks.each(row => ({ goalId: null, ...networkPromises(row) }), equalityDeep)
  const period = computed(() => head.value ?? { periodFrom: null, periodTo: null })
  const byRow = computed(() => {
    const lists = new Map<string, Row<'occurrences'>[]>()
    for (const id of occurrences.order) {
      const row = occurrences.byId.get(id)
      const key = row && (row.activityId ? `activities/${row.activityId}` : `networks/${row.networkId ?? ''}`)
      if (row && key)
        lists.set(key, [...lists.get(key) ?? [], row])
    }
    return lists
  })

  function followed(register: FollowedRegister, id: RowId, n: number, promising: Promising): FollowedRow {
    const own = byRow.value.get(`${register}/${id}`) ?? []
    return {
      register, id, number: n + 1,
      ...rowKeepingOf(promising, own, halfYear(), period.value),
      when: promising.whens.flatMap(when => when?.raw.trim() || []).join(' · '),
      occurrences: own.filter(one => halfYearOf(one) === halfYear()).sort(byDay),
    }
  }
  const rows = computed(() => [
    ...activities.order.flatMap((id, n) => {
      const row = ofActivities.value.get(id)
      return row ? [{ goalId: row.goalId, row: followed('activities', id, n, row) }] : []
    }),
    ...networks.order.flatMap((id, n) => {
      const row = ofNetworks.value.get(id)
      return row ? [{ goalId: null, row: followed('networks', id, n, row) }] : []
    }),
  ].filter(({ row }) => row.isActive || row.occurrences.length > 0))

  const isCounted = ({ promise }: FollowedRow) => promise.state === 'counted'
  const groups = computed<readonly FollowedGroup[]>(() => {
    const known = new Set(goals.order)
    const counted = rows.value.filter(({ row }) => isCounted(row))
    const under = (goalId: RowId | null) => counted.filter(({ row, goalId: own }) => row.register === 'activities' && (own !== null && known.has(own) ? own : null) === goalId)
    return [
      ...[...goals.order, null].map(goalId => ({ kind: 'goal', goalId, rows: under(goalId).map(({ row }) => row) }) as const),
      { kind: 'networks', goalId: null, rows: counted.filter(({ row }) => row.register === 'networks').map(({ row }) => row) } as const,
      { kind: 'others', goalId: null, rows: rows.value.filter(({ row }) => !isCounted(row)).map(({ row }) => row) } as const,
    ].filter(group => group.rows.length > 0)
  })

  return {
    groups,
    sum: computed(() => sumOfKeepings(rows.value.map(({ row }) => row.keeping))),
    inYear: computed(() => halfOf(halfYear()) === 2 ? 0 : rows.value.reduce((sum, { row: { promise } }) => sum + (promise.state === 'counted' ? promise.inYear : 0), 0)),
    halfYears: computed(() => {
      const held = occurrences.order.map(id => halfYearOf(occurrences.byId.get(id) ?? nowhere)).filter(one => one !== null)
      const planned = head.value ? halfYearsOf(head.value) : []
      // In order of time: `2022-H1` before `2022-H2`.
      return [...new Set<HalfYear>([...planned, ...held, now(), halfYear()])].sort()
    }),
  }
}

const nowhere = { date: null, year: null, half: null }
const byDay = (a: { date: string | null }, b: { date: string | null }) => (a.date ?? '~') < (b.date ?? '~') ? -1 : (a.date ?? '~') > (b.date ?? '~') ? 1 : 0
