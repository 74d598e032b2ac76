import { inject, useId, type InjectionKey } from 'vue'

/** A cell may stand on the page twice: in the grid, and in the panel of its row. */
export type CellPlace = 'grid' | 'panel'
export const cellPlaceKey: InjectionKey<CellPlace> = Symbol('cell place')
/** The id of what names a cell where no column head does. */
export const cellLabelKey: InjectionKey<string> = Symbol('cell label')

/**
 * The attributes by which a cell is found and known. `data-cell` is on the page once; in a panel it is `data-panel-cell`, and
 * what can be pressed is named by its field and what stands in it.
 */
export function useCellMark(): (key: string, isPressed?: boolean) => Readonly<Record<string, string>> {
  const isInPanel = inject(cellPlaceKey, 'grid') === 'panel'
  const labelId = inject(cellLabelKey, null)
  const id = useId()
  return (key, isPressed = false) => ({
    [isInPanel ? 'data-panel-cell' : 'data-cell']: key,
    ...(isPressed && labelId !== null ? { id, 'aria-labelledby': `${labelId} ${id}` } : {}),
  })
}
