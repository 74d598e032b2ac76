import { computed, type ComputedRef } from 'vue'
import { equalityDeep } from 'lib0/function'
import { shortName } from '../text/naming.ts'
import { registerStore } from './stores.ts'

/** The living groups that each person is in, by the names they go by, in the plan's order. Who is in two is one person in both. */
export function useGroupsOfPeople(): ComputedRef<ReadonlyMap<string, readonly string[]>> {
  const store = registerStore('groups')
  const rows = store.each(row => ({ name: shortName(row, 40), people: row.people.map(({ id }) => id) }), equalityDeep)
  return computed(() => {
    const groups = new Map<string, string[]>()
    for (const { name, people } of store.order.flatMap(id => rows.value.get(id) ?? [])) {
      for (const person of name === '' ? [] : people)
        groups.set(person, [...groups.get(person) ?? [], name])
    }
    return groups
  })
}
