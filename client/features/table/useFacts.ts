import { computed, type ComputedRef } from 'vue'
import { equalityDeep } from 'lib0/function'
import { missingFields } from '#shared/plan/missing.ts'
import type { RowId } from '#shared/plan/values.ts'
import { registerStore } from '../../plan/stores.ts'
import { useText } from '../../text/index.ts'
import type { Column, TableRegister } from './columns.ts'

/** What stands beside a table's title: how much there is of what, and which rows lack something a column here shows. */
export function useFacts(register: TableRegister, columns: ComputedRef<readonly Column[]>, isGrouped: ComputedRef<boolean>) {
  const text = useText()
  const store = registerStore(register)
  const goals = registerStore('goals')

  /** Whether focus areas are stated stands in a cell of its own, and is shown with them. */
  const columnOf = (field: string) => field === 'focusAreasAnswer' ? 'focusAreas' : field
  const missingIn = store.each(row => missingFields(register, row).map(columnOf), equalityDeep)
  const missing = computed<readonly { id: RowId, field: string }[]>((before) => {
    const shown = new Set(columns.value.map(column => column.field))
    const next = store.order.flatMap((id) => {
      const field = missingIn.value.get(id)?.find(name => shown.has(name))
      return field ? [{ id, field }] : []
    })
    return before && equalityDeep(before, next) ? before : next
  })

  const fact = computed(() => {
    const { activities, tables } = text.value
    return register === 'activities' && isGrouped.value ? activities.fact(store.order.length, goals.order.length) : tables[register].fact(store.order.length)
  })
  /** Networks by state, in the states' own order. */
  const states = computed(() => {
    if (register !== 'networks')
      return ''
    const networks = registerStore('networks')
    const known: Readonly<Record<string, string>> = text.value.words.choices.networks.state
    const counts = new Map<string, number>()
    for (const id of networks.order) {
      const state = networks.byId.get(id)?.state ?? ''
      counts.set(state, (counts.get(state) ?? 0) + 1)
    }
    const rank = [...Object.keys(known)]
    const sorted = [...counts].sort(([a], [b]) => (rank.indexOf(a) + 1 || 99) - (rank.indexOf(b) + 1 || 99))
    return sorted.map(([state, count]) => state === '' ? text.value.networks.noState(count) : text.value.networks.stateCount(count, known[state] ?? state)).join(', ')
  })
  return { missing, fact, states }
}
