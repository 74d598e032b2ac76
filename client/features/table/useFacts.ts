import { computed, type ComputedRef } from 'vue'
import { equalityDeep } from 'lib0/function'
import { missingFields } from '#shared/plan/missing.ts'
import type { RowId } from '#shared/plan/values.ts'
import { municipalityCounts } from '#shared/rules/municipalities.ts'
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
    const { activities, facts, tables } = text.value
    if (register === 'municipalities') {
      const rows = registerStore(register)
      const { municipalities, districts } = municipalityCounts(rows.order.flatMap(id => rows.byId.get(id) ?? []))
      return facts.municipalities.fact(municipalities, districts)
    }
    return register === 'activities' && isGrouped.value ? activities.fact(store.order.length, goals.order.length) : tables[register].fact(store.order.length)
  })
  return { missing, fact }
}
