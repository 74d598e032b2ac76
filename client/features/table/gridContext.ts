import { inject, type ComputedRef, type InjectionKey } from 'vue'
import type { GridState } from '../../ui/grid/gridState.ts'
import type { Line } from './lines.ts'
import type { RowVerb } from './RowMenu.vue'

/** What the rows of one grid share beside the table's own. */
export interface GridTableContext {
  readonly state: GridState
  /** Rows are being chosen, to do something with several: each has a box to tick. */
  readonly isChoosing: ComputedRef<boolean>
  /** A line of words and what stands above and below them, in px. */
  readonly measures: ComputedRef<{ readonly line: number, readonly around: number }>
  startDrag(event: PointerEvent, key: string): void
  choose(verb: RowVerb, line: Line): void
  /** Chooses a row, or with Shift all from the one chosen last. */
  select(key: string, event: MouseEvent): void
}
export const gridTableKey: InjectionKey<GridTableContext> = Symbol('grid table')

export function useGridTable(): GridTableContext {
  const grid = inject(gridTableKey)
  if (!grid)
    throw new Error('This part belongs inside a grid.')
  return grid
}
