import { equalityDeep } from 'lib0/function'
import { computed, shallowRef, type ComputedRef, type Ref } from 'vue'
import type { RowId, SetMember } from '#shared/plan/values.ts'
import { isRunning } from '#shared/rules/focusAreas.ts'
import { markOf } from '#shared/rules/responsibility.ts'
import { registerStore } from '../../plan/stores.ts'
import { busiestFirst, noTotals, toLines, withMembers, type Grouping, type MatrixLine, type Totals } from './matrix.ts'
import type { PartiesNow } from './useParties.ts'

export interface MatrixNow {
  readonly lines: ComputedRef<readonly MatrixLine[]>
  /** The parties that have a column, in an order that stands while the page is open. */
  readonly columns: ComputedRef<readonly RowId[]>
  /** Those among them that stand for members without a column of their own. */
  readonly openable: ComputedRef<readonly RowId[]>
  /** By party. */
  readonly totals: ComputedRef<ReadonlyMap<RowId, Totals>>
  /** How many rows of a group each party is responsible for, by the group's key. */
  readonly perGroup: ComputedRef<ReadonlyMap<string, ReadonlyMap<RowId, number>>>
  readonly unassigned: ComputedRef<number>
  readonly isEmpty: ComputedRef<boolean>
  /** Gives a party a column, after those there are. */
  add(id: RowId): void
}

const nobody: readonly SetMember[] = []
const isResponsible = ({ roles }: SetMember) => {
  const mark = markOf({ isDirect: true, roles, through: [] })
  return mark === 'responsible' || mark === 'lead'
}

/** What the matrix is laid out by. It reads of each row what it needs, so that a change in another cell wakes nothing here. */
export function useMatrix(parties: PartiesNow, { grouping, opens }: { grouping: Readonly<Ref<Grouping>>, opens: Readonly<Ref<boolean>> }): MatrixNow {
  const activities = registerStore('activities')
  const goals = registerStore('goals')
  const mainTasks = registerStore('mainTasks')
  const networks = registerStore('networks')

  const named = activities.each(({ deletedAt, responsible }) => deletedAt === null ? responsible : nobody, equalityDeep)
  const operated = networks.each(({ deletedAt, operatedBy, state }) => {
    const isAlive = deletedAt === null
    return { by: isAlive ? operatedBy : nobody, runs: isAlive && isRunning({ state }) }
  }, equalityDeep)
  const places = activities.each(({ place, mainTasks: tasks }) => ({ goal: place.parentId, tasks: tasks.map(({ id }) => id) }), equalityDeep)

  const lines = computed<readonly MatrixLine[]>(before => toLines({
    activities: activities.order,
    groups: grouping.value === 'goal' ? goals.order : mainTasks.order,
    groupsOf(id) {
      const place = places.value.get(id)
      return grouping.value === 'goal' ? (place?.goal ? [place.goal] : []) : place?.tasks ?? []
    },
    networks: networks.order,
    before,
  }))

  const totals = computed<ReadonlyMap<RowId, Totals>>((before) => {
    const all = new Map<RowId, Totals>()
    const count = (id: RowId, what: keyof Totals) => {
      const now = all.get(id) ?? noTotals
      all.set(id, { ...now, [what]: now[what] + 1 })
    }
    for (const members of named.value.values())
      members.forEach(member => count(member.id, isResponsible(member) ? 'responsible' : 'contributes'))
    for (const { by, runs } of operated.value.values())
      by.forEach(({ id }) => runs ? count(id, 'operates') : all.set(id, all.get(id) ?? noTotals))
    // A column whose numbers are as before has the same totals: its head is not drawn again.
    return new Map([...all].map(([id, now]) => {
      const was = before?.get(id)
      return [id, was && equalityDeep(was, now) ? was : now]
    }))
  })
  const totalsOf = (id: RowId) => totals.value.get(id) ?? noTotals

  const perGroup = computed(() => {
    const groups = new Map<string, Map<RowId, number>>()
    for (const line of lines.value) {
      if (line.kind !== 'activity')
        continue
      const counts = groups.get(line.group) ?? new Map<RowId, number>()
      groups.set(line.group, counts)
      for (const member of named.value.get(line.id) ?? nobody) {
        if (isResponsible(member))
          counts.set(member.id, (counts.get(member.id) ?? 0) + 1)
      }
    }
    return groups
  })

  const asked = shallowRef<readonly RowId[]>([])
  const inActivities = computed<readonly RowId[]>(before => sameList(before, ids([...named.value.values()].flat())))
  const inNetworks = computed<readonly RowId[]>(before => sameList(before, ids([...operated.value.values()].flatMap(({ by }) => by))))
  /** The order stands: who comes, comes last. Members of a collective that has a column are shown with it. */
  const base = computed<readonly RowId[]>((before) => {
    const all = new Set([...inActivities.value, ...asked.value])
    const { value: membersOf } = parties.membersOf
    const within = new Set([...all].flatMap(id => membersOf(id)))
    inNetworks.value.filter(id => !within.has(id)).forEach(id => all.add(id))
    const kept = before ?? []
    const added = [...all].filter(id => !kept.includes(id))
    return added.length === 0 ? kept : [...kept, ...busiestFirst(added, totalsOf, parties.ids.value)]
  })
  const opened = computed(() => withMembers(base.value, parties.membersOf.value))

  return {
    lines,
    columns: computed(before => sameList(before, opens.value ? opened.value : base.value)),
    openable: computed(() => base.value.filter(id => parties.membersOf.value(id).some(member => !base.value.includes(member)))),
    totals,
    perGroup,
    unassigned: computed(() => activities.order.filter(id => (named.value.get(id) ?? nobody).length === 0).length),
    isEmpty: computed(() => activities.order.length === 0 || base.value.length === 0),
    add(id) {
      if (!asked.value.includes(id))
        asked.value = [...asked.value, id]
    },
  }
}

const ids = (members: readonly SetMember[]) => [...new Set(members.map(({ id }) => id))]
const sameList = (before: readonly RowId[] | undefined, now: readonly RowId[]) => before && equalityDeep(before, now) ? before : now
