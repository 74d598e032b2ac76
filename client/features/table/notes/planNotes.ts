import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Row, RowId } from '#shared/plan/values.ts'
import { ringThrough } from '#shared/rules/membership.ts'
import { registerStore } from '../../../plan/stores.ts'
import { idsIn } from '../../../plan/uses.ts'
import { sharedNames } from '../../../text/sharedNames.ts'

/** The fields of an activity by which it is counted under what it names. */
const counted = ['place', 'goals', 'audienceId', 'phases', 'messages', 'mainTasks'] as const satisfies readonly (keyof Row<'activities'>)[]

/** What the rows of a plan say of each other, worked out once for all the cells that tell it. */
export const usePlanNotes = defineStore('plan-notes', () => {
  const organisations = registerStore('organisations')
  const groups = registerStore('groups')
  const activities = registerStore('activities')

  const rowsOf = <R>({ order, byId }: { order: readonly RowId[], byId: ReadonlyMap<RowId, R> }) => order.flatMap(id => byId.get(id) ?? [])
  const parties = computed(() => ({ organisations: rowsOf(organisations), groups: rowsOf(groups) }))
  const shared = computed(() => sharedNames([...parties.value.organisations, ...parties.value.groups]))
  const rings = computed(() => new Map([...parties.value.organisations, ...parties.value.groups].flatMap(({ id, members }) => {
    const way = members.length > 0 ? ringThrough(id, parties.value) : null
    return way ? [[id, way] as const] : []
  })))
  /** How many activities name a row, in whichever field. */
  const named = computed(() => {
    const counts = new Map<RowId, number>()
    for (const row of rowsOf(activities)) {
      for (const id of new Set(counted.flatMap(field => idsIn(row[field]))))
        counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    return counts
  })
  return { parties, shared, rings, named }
})
