import { nextTick, onBeforeUnmount, shallowRef, type ShallowRef } from 'vue'
import type { RowId } from '#shared/plan/values.ts'

/** On its way from a table that is taken down to the one that is made in its place in the same turn. */
let passing: { readonly of: string, readonly row: RowId | null } | null = null

/**
 * The row whose details are shown; null for none. It stays where the table is made anew for another session of the same plan, as after signing
 * in again, and nowhere else. `of` names whose table it is, of what.
 */
export function useDetailed(of: string): ShallowRef<RowId | null> {
  const detailed = shallowRef<RowId | null>(passing?.of === of ? passing.row : null)
  onBeforeUnmount(() => {
    const mine = { of, row: detailed.value }
    passing = mine
    void nextTick(() => {
      if (passing === mine)
        passing = null
    })
  })
  return detailed
}
