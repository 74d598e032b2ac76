import type { RegisterName } from '#shared/plan/fields.ts'
import { duplicateRows, emptyCells, moveRows, trashRows, writeCells, type CellWrite, type RefusedCell, type RefusedRow } from '#shared/plan/bulk.ts'
import type { Spot } from '#shared/plan/moves.ts'
import type { Cell, RowId } from '#shared/plan/values.ts'
import { usePlan } from '../../plan/live.ts'
import { namingRows } from '../../plan/uses.ts'
import { useText } from '../../text/index.ts'
import { useStepToast } from './useStepToast.ts'

/** What can be done with many cells or rows at once: each is one undo step, and says so with the way back. */
export function useGridVerbs(register: RegisterName) {
  const text = useText()
  const { plan } = usePlan()
  const { asStep, tell } = useStepToast()
  /** Words for what could not be written; empty when all was. */
  function leftOut(refused: readonly (RefusedCell | RefusedRow)[]): string {
    return refused.length === 0 ? '' : text.value.grid.refused(refused.length, text.value.refusals[refused[0]?.refusal ?? 'not-valid'])
  }
  return {
    empty(cells: readonly Cell[]): void {
      const refused = asStep(() => emptyCells(plan, cells))
      tell([text.value.grid.emptied(cells.length - refused.length), leftOut(refused)].filter(Boolean).join(' '), 'trash')
    },
    write(writes: readonly CellWrite[], words: (count: number) => string): void {
      const refused = asStep(() => writeCells(plan, writes))
      tell([words(writes.length - refused.length), leftOut(refused)].filter(Boolean).join(' '), 'check')
    },
    /** True when they stand there now. */
    move(ids: readonly RowId[], to: Spot): boolean {
      const refused = asStep(() => moveRows(plan, register, ids, to))
      if (ids.length > 1)
        tell([text.value.grid.moved(ids.length - refused.length), leftOut(refused)].filter(Boolean).join(' '), 'move')
      return refused.length === 0
    },
    duplicate(ids: readonly RowId[]): readonly RowId[] {
      const copies = asStep(() => duplicateRows(plan, register, ids))
      tell([text.value.grid.duplicated(copies.ids.length), leftOut(copies.refused)].filter(Boolean).join(' '), 'copy')
      return copies.ids
    },
    trash(ids: readonly RowId[]): void {
      const naming = namingRows(register, ids)
      const refused = asStep(() => trashRows(plan, register, ids))
      const inUse = naming > 0 && refused.length < ids.length ? text.value.grid.stillNamed(naming, ids.length) : ''
      tell([text.value.grid.trashed(ids.length - refused.length), inUse, leftOut(refused)].filter(Boolean).join(' '), 'trash')
    },
  }
}
