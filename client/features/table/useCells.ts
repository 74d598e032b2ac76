import { computed, toValue, type ComputedRef, type MaybeRefOrGetter } from 'vue'
import type { Cell, Row } from '#shared/plan/values.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import { registerStore } from '../../plan/stores.ts'

/** One row and one value of it, as they are now. */
export function useCells(cell: MaybeRefOrGetter<Cell>): { row: ComputedRef<Row<RegisterName> | undefined>, value: ComputedRef<unknown> } {
  const row = computed(() => registerStore(toValue(cell).register).byId.get(toValue(cell).row))
  return {
    row,
    value: computed(() => (row.value as Readonly<Record<string, unknown>> | undefined)?.[toValue(cell).field]),
  }
}
