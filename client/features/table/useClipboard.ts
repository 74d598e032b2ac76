import type { ComputedRef } from 'vue'
import { cellValueOf } from '#shared/plan/cellValues.ts'
import { addRows } from '#shared/plan/commands.ts'
import { writeCells } from '#shared/plan/bulk.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import type { Cell, RowId } from '#shared/plan/values.ts'
import { usePlan } from '../../plan/live.ts'
import { fullNamesOf, namesNow } from '../../plan/names.ts'
import { registerStore } from '../../plan/stores.ts'
import type { GridBlock } from '../../ui/grid/gridState.ts'
import { useToasts } from '../../ui/toasts.ts'
import { useText } from '../../text/index.ts'
import { copyCells, type Block } from './clipboard/block.ts'
import { readClipboard, writeClipboard } from './clipboard/clipboard.ts'
import type { FocusArea } from './context.ts'
import { readingWords } from './laterParts.ts'
import { useStepToast } from './useStepToast.ts'

/** The marked block and what lies around it, as the grid shows it. */
export interface MarkedCells {
  /** The rows of the register, in order; null where a line is no row. */
  readonly rows: readonly (RowId | null)[]
  /** The fields of the columns, in order; none is a gutter. */
  readonly fields: readonly string[]
  readonly block: GridBlock
}

/** Copying, cutting, pasting and filling down in a grid. Each that writes is one undo step, and tells what it came to. */
export function useClipboard(
  register: RegisterName, planId: () => string, focusAreas: ComputedRef<readonly FocusArea[]>,
  /** Told the cells of running text that were pasted into. */
  onPasted: (cells: readonly Cell[]) => void = () => {},
) {
  const text = useText()
  const { plan } = usePlan()
  const toasts = useToasts()
  const { asStep, tell } = useStepToast()
  const store = registerStore(register)

  function cellsIn({ rows, fields, block }: MarkedCells): readonly (readonly Cell[])[] {
    const across = fields.slice(block.left, block.right + 1)
    return rows.slice(block.top, block.bottom + 1).flatMap(row => row === null ? [] : [across.map(field => ({ register, row, field }))])
  }

  function copy(event: ClipboardEvent, marked: MarkedCells): boolean {
    const cells = cellsIn(marked)
    if (!event.clipboardData || cells.length === 0)
      return false
    const names = fullNamesOf(text.value, focusAreas.value)
    writeClipboard(copyCells(cells, { rowOf: (of, id) => registerStore(of).byId.get(id), text: text.value, names }), event.clipboardData, planId())
    event.preventDefault()
    return true
  }

  function paste(event: ClipboardEvent, marked: MarkedCells): void {
    // The clipboard is open to us during the event alone.
    const block = event.clipboardData && readClipboard(event.clipboardData, planId())
    event.preventDefault()
    if (block)
      put(block, marked).catch(() => toasts.show({ words: text.value.grid.notFetched, icon: 'warning' }))
    else
      toasts.show({ words: text.value.grid.paste.nothing, icon: 'warning', actions: [] })
  }

  async function put(block: Block, marked: MarkedCells): Promise<void> {
    const { fitBlock } = await readingWords()
    const { rows, fields, block: at } = marked
    const ids = rows.filter(row => row !== null)
    const placeOf = (index: number) => rows.slice(0, index).filter(row => row !== null).length
    const [top, bottom] = [placeOf(at.top), Math.max(placeOf(at.top), placeOf(at.bottom + 1) - 1)]
    const target = { register, rows: ids, columns: fields, from: { row: top, column: at.left }, to: { row: bottom, column: at.right } }
    const fitted = fitBlock(block, target, namesNow(focusAreas.value))
    const last = ids.at(-1)
    const parentId = register === 'activities' && last !== undefined ? registerStore('activities').byId.get(last)?.place.parentId ?? null : null
    let isFull = false
    const refused = asStep(() => {
      const left = writeCells(plan, fitted.writes)
      const spot = { parentId, ...(last !== undefined && { after: last }) }
      isFull = fitted.newRows.length > 0 && !addRows(plan, register, fitted.newRows, spot).ok
      return left
    })
    onPasted(fitted.writes.map(({ cell }) => cell).filter(cell => fieldOf(cell.register, cell.field)?.kind === 'text'))
    const { paste: words } = text.value.grid
    const example = fitted.notTaken[0]
    tell([
      words.done(fitted.rows - (isFull ? fitted.newRows.length : 0), fitted.columns),
      fitted.newRows.length === 0 ? '' : isFull ? words.full(fitted.newRows.length) : words.added(fitted.newRows.length),
      example ? words.notTaken(fitted.notTaken.length, example.words.slice(0, 40)) : '',
      fitted.fixed > 0 ? words.fixed : '',
      fitted.dropped > 0 ? words.dropped(fitted.dropped) : '',
      refused.length > 0 ? text.value.grid.refused(refused.length, text.value.refusals[refused[0]?.refusal ?? 'too-long']) : '',
    ].filter(Boolean).join(' '), 'check')
  }

  /** The top row's cells in all the rows below it; of one row, the row above it. */
  function fillDown(marked: MarkedCells): void {
    const { rows, fields, block } = marked
    const top = block.top < block.bottom ? block.top : rows.findLastIndex((row, n) => n < block.top && row !== null)
    const from = top < 0 ? undefined : store.byId.get(rows[top] ?? '')
    if (!from)
      return
    const targets = rows.slice(top + 1, block.bottom + 1).filter(row => row !== null)
    const writes = targets.flatMap(row => fields.slice(block.left, block.right + 1).filter(field => field !== 'place')
      .map(field => ({ cell: { register, row, field }, value: cellValueOf(register, from, field) })))
    const refused = asStep(() => writeCells(plan, writes))
    tell([text.value.grid.filled(writes.length - refused.length), refused.length > 0 ? text.value.grid.refused(refused.length, text.value.refusals[refused[0]?.refusal ?? 'not-valid']) : '']
      .filter(Boolean).join(' '), 'check')
  }
  return { copy, paste, fillDown }
}
