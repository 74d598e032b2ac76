import { computed, shallowRef, type ComputedRef } from 'vue'
import { keep, kept } from '../../text/index.ts'
import { widthWithin } from '../../ui/grid/columns.ts'
import type { Grouping } from './matrix.ts'

export type MatrixDensity = 'tight' | 'standard'
/** How a person likes to see the matrix. Widths are in rem, by column. */
interface Kept {
  readonly grouping: Grouping
  readonly density: MatrixDensity
  /** Members of collectives and groups have columns of their own. */
  readonly opens: boolean
  readonly widths: Readonly<Record<string, number>>
}

export interface MatrixView {
  readonly grouping: ComputedRef<Grouping>
  readonly density: ComputedRef<MatrixDensity>
  readonly opens: ComputedRef<boolean>
  widthOf(column: string, first: number): number
  /** In rem; 0 for the width it had at first. */
  setWidth(column: string, width: number): void
  put(next: Partial<Pick<Kept, 'grouping' | 'density' | 'opens'>>): void
}

/** One person's view of the matrix, kept on the device under `key`. */
export function useMatrixView(key: string): MatrixView {
  const state = shallowRef(read(kept(key)))
  function put(next: Partial<Kept>) {
    state.value = { ...state.value, ...next }
    keep(key, JSON.stringify(state.value))
  }
  return {
    grouping: computed(() => state.value.grouping),
    density: computed(() => state.value.density),
    opens: computed(() => state.value.opens),
    widthOf: (column, first) => state.value.widths[column] ?? first,
    setWidth(column, width) {
      const { [column]: _, ...others } = state.value.widths
      put({ widths: width === 0 ? others : { ...others, [column]: widthWithin(width) } })
    },
    put,
  }
}

/** What was kept, as far as it still is what we keep. Total. */
function read(stored: string | null): Kept {
  try {
    const { grouping, density, opens, widths } = JSON.parse(stored ?? '{}') as Partial<Record<keyof Kept, unknown>>
    const isWidth = (entry: [string, unknown]): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1])
    return {
      grouping: grouping === 'mainTask' ? 'mainTask' : 'goal',
      density: density === 'standard' ? 'standard' : 'tight',
      opens: opens === true,
      widths: Object.fromEntries(Object.entries(typeof widths === 'object' && widths !== null ? widths : {}).filter(isWidth).map(([id, width]) => [id, widthWithin(width)])),
    }
  }
  catch {
    return { grouping: 'goal', density: 'tight', opens: false, widths: {} }
  }
}
