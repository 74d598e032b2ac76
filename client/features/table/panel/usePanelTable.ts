import { computed, nextTick, provide, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Cell } from '#shared/plan/values.ts'
import { usePlan } from '../../../plan/live.ts'
import { cellKey } from '../../../text/naming.ts'
import { tableKey, useTable, type LeaveTo, type TableContext } from '../context.ts'
import { cellPlaceKey } from './cellPlace.ts'

export interface PanelTable {
  /** The cell whose editor is open, or was last. */
  readonly editing: Readonly<Ref<{ readonly cell: Cell, readonly anchor: HTMLElement } | null>>
  readonly isOpen: Ref<boolean>
  /** An editor was left: by Tab to the field beside its own. */
  leaveEditor(to: LeaveTo): void
}

/**
 * The table as the parts of a panel know it: its cells are marked as the panel's, open editors in the panel, where a press
 * reaches them on a phone too, and can be written in only as long as the row is alive.
 */
export function usePanelTable(isAlive: ComputedRef<boolean>, panel: Readonly<Ref<HTMLElement | null>>): PanelTable {
  const session = usePlan()
  const above = useTable()
  const editing = shallowRef<{ cell: Cell, anchor: HTMLElement } | null>(null)
  const isOpen = shallowRef(false)

  const table: TableContext = {
    ...above,
    mayEdit: computed(() => above.mayEdit.value && isAlive.value),
    edit(cell, anchor) {
      editing.value = { cell, anchor }
      isOpen.value = true
      anchor.dataset['open'] = ''
      session.goTo(cell)
    },
    leave: () => {},
    // The panel itself says that its row is gone.
    tellGone: () => {},
  }
  provide(tableKey, table)
  provide(cellPlaceKey, 'panel')

  watch(table.mayEdit, (may) => {
    if (!may)
      isOpen.value = false
  })
  watch(isOpen, async (open) => {
    if (open || !editing.value)
      return
    const { cell, anchor } = editing.value
    delete anchor.dataset['open']
    await nextTick()
    if (anchor.isConnected || document.activeElement !== document.body)
      return
    const again = panel.value?.querySelector<HTMLElement>(`[data-panel-cell="${CSS.escape(cellKey(cell.register, cell.row, cell.field))}"]`)
    ;(again ?? panel.value)?.focus({ preventScroll: true })
  })
  function leaveEditor(to: LeaveTo) {
    const anchor = editing.value?.anchor
    const cells = [...panel.value?.querySelectorAll<HTMLElement>('button.cell') ?? []]
    const at = anchor ? cells.indexOf(anchor) : -1
    if (at >= 0 && (to === 'next' || to === 'previous'))
      cells[at + (to === 'next' ? 1 : -1)]?.focus()
  }
  return { editing, isOpen, leaveEditor }
}
