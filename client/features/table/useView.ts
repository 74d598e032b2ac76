import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { keep, kept } from '../../text/index.ts'
import { widthWithin, type GridColumn } from '../../ui/grid/columns.ts'

export const densities = ['tight', 'standard', 'roomy'] as const
export type Density = typeof densities[number]

/** How a person likes to see a table. Columns are named by their fields. */
interface Kept {
  readonly density: Density
  /** In rem. */
  readonly widths: Readonly<Record<string, number>>
  readonly hidden: readonly string[]
  /** All columns in their order; those not named keep their place. */
  readonly order: readonly string[]
}
const asIs: Kept = { density: 'standard', widths: {}, hidden: [], order: [] }

export interface TableView {
  readonly density: ComputedRef<Density>
  readonly columns: ComputedRef<readonly GridColumn[]>
  /** Those that may be hidden and moved, in their order, hidden or not. */
  readonly movable: ComputedRef<readonly { readonly column: GridColumn, readonly isShown: boolean }[]>
  readonly isChanged: ComputedRef<boolean>
  setDensity(next: Density): void
  /** In rem; 0 for the width it had at first. */
  setWidth(id: string, width: number): void
  setShown(id: string, isShown: boolean): void
  moveColumn(id: string, by: 1 | -1): void
  reset(): void
}

/**
 * One person's view of one table, kept on the device. `fixed` tells how many of the first columns stay first; those after them
 * may be hidden, moved and made wider.
 */
export function useView(key: () => string, all: () => readonly GridColumn[], fixed: () => number): TableView {
  const state: ShallowRef<Kept> = shallowRef(asIs)
  watch(key, (now) => { state.value = read(kept(now)) }, { immediate: true, flush: 'sync' })
  function put(next: Partial<Kept>) {
    state.value = { ...state.value, ...next }
    keep(key(), JSON.stringify(state.value))
  }
  const inOrder = computed(() => {
    const columns = all()
    const loose = columns.slice(fixed())
    const rank = (id: string) => state.value.order.indexOf(id)
    // Those with a place of the person's own fill the places of such columns, in that order.
    const chosen = loose.filter(({ id }) => rank(id) >= 0).sort((a, b) => rank(a.id) - rank(b.id))
    return loose.map(column => rank(column.id) >= 0 ? chosen.shift() ?? column : column)
  })
  const isShown = ({ id, isFlexible }: GridColumn) => isFlexible === true || !state.value.hidden.includes(id)
  const sized = (column: GridColumn): GridColumn => {
    const width = state.value.widths[column.id]
    if (width === undefined)
      return column
    const { roomy: _, ...rest } = column
    return { ...rest, width: widthWithin(width), isFlexible: false }
  }
  return {
    density: computed(() => state.value.density),
    columns: computed(() => [...all().slice(0, fixed()), ...inOrder.value.filter(isShown)].map(sized)),
    movable: computed(() => inOrder.value.map(column => ({ column, isShown: isShown(column) }))),
    isChanged: computed(() => Object.keys(state.value.widths).length + state.value.hidden.length + state.value.order.length > 0),
    setDensity: density => put({ density }),
    setWidth(id, width) {
      const { [id]: _, ...others } = state.value.widths
      put({ widths: width === 0 ? others : { ...others, [id]: widthWithin(width) } })
    },
    setShown: (id, shown) => put({ hidden: shown ? state.value.hidden.filter(one => one !== id) : [...state.value.hidden, id] }),
    moveColumn(id, by) {
      const order = inOrder.value.map(column => column.id)
      const at = order.indexOf(id)
      const other = order[at + by]
      if (other === undefined)
        return
      order[at + by] = id
      order[at] = other
      put({ order })
    },
    reset: () => put({ widths: {}, hidden: [], order: [] }),
  }
}

/** What was kept, as far as it still is what we keep. Total. */
function read(stored: string | null): Kept {
  try {
    const { density, widths, hidden, order } = JSON.parse(stored ?? '{}') as Partial<Record<keyof Kept, unknown>>
    const words = (list: unknown) => Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : []
    const isWidth = (entry: [string, unknown]): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1])
    return {
      density: densities.find(one => one === density) ?? 'standard',
      widths: Object.fromEntries(Object.entries(typeof widths === 'object' && widths !== null ? widths : {}).filter(isWidth)),
      hidden: words(hidden),
      order: words(order),
    }
  }
  catch {
    return asIs
  }
}
