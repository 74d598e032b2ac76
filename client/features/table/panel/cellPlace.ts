import { inject, type InjectionKey } from 'vue'

/** A cell may stand on the page twice: in the grid, and in the panel of its row. Or in a record, where there is no grid. */
export type CellPlace = 'grid' | 'panel' | 'record'
export const cellPlaceKey: InjectionKey<CellPlace> = Symbol('cell place')

/** Whether a cell stands where there is room for words, as in a grid there is not. */
export const useHasRoom = (): boolean => inject(cellPlaceKey, 'grid') !== 'grid'

/** The attribute by which a cell is found, by its `cellKey`. `data-cell` is on the page once; in a panel it is `data-panel-cell`. */
export function useCellMark(): (key: string) => Readonly<Record<string, string>> {
  const isInPanel = inject(cellPlaceKey, 'grid') === 'panel'
  return key => ({ [isInPanel ? 'data-panel-cell' : 'data-cell']: key })
}

/** What a cell is called where no column head names it: spoken before what stands in it. */
export const cellNameKey: InjectionKey<() => string> = Symbol('cell name')
export const useCellName = (): (() => string) => inject(cellNameKey, () => '')
