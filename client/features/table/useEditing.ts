import { nextTick, onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { textOf } from '#shared/plan/commands.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import type { Cell } from '#shared/plan/values.ts'
import { writesIn } from '../../plan/ending.ts'
import { usePlan } from '../../plan/live.ts'
import { registerStore } from '../../plan/stores.ts'
import { isComposing } from '../../ui/composing.ts'
import { cellKey } from '../../text/naming.ts'
import { useStaysOpen } from './useStaysOpen.ts'

/** A cell whose editor stands beside it. */
export interface OpenCell { readonly cell: Cell, readonly anchor: HTMLElement, readonly typed?: string }

/** Which cell of a table is written in: running text in its place, every other kind in an editor beside it. One at a time. */
export function useEditing({ mayEdit, tellGone }: { mayEdit: Readonly<Ref<boolean>>, tellGone: (cell: Cell, where: DOMRect) => void }) {
  const session = usePlan()
  const writing = shallowRef<{ key: string, typed?: string } | null>(null)
  const editing = shallowRef<OpenCell | null>(null)
  const isOpen = shallowRef(false)

  function edit(cell: Cell, anchor: HTMLElement, typed?: string) {
    if (!mayEdit.value || !writesIn(session.me, cell.register))
      return
    session.goTo(cell)
    if (fieldOf(cell.register, cell.field)?.kind === 'text') {
      if (textOf(session.plan, cell))
        writing.value = { key: cellKey(cell.register, cell.row, cell.field), ...(typed !== undefined && { typed }) }
      return
    }
    editing.value = { cell, anchor, ...(typed !== undefined && { typed }) }
    isOpen.value = true
    anchor.dataset['open'] = ''
  }
  /** The editor is on its way over a slow line: what is typed meanwhile is for it, and no key is for the grid. */
  function holdKeys(event: KeyboardEvent) {
    const { value: opening } = editing
    if (!opening || !isOpen.value || isComposing(event) || document.querySelector('.cell-editor') || !opening.anchor.contains(document.activeElement))
      return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape')
      isOpen.value = false
    else if ([...event.key].length === 1 && !event.ctrlKey && !event.metaKey)
      editing.value = { ...opening, typed: (opening.typed ?? '') + event.key }
  }
  addEventListener('keydown', holdKeys, { capture: true })
  onScopeDispose(() => removeEventListener('keydown', holdKeys, { capture: true }))
  watch(isOpen, async (open) => {
    const { value: opened } = editing
    if (open || !opened)
      return
    delete opened.anchor.dataset['open']
    await nextTick()
    if (document.activeElement === document.body && opened.anchor.isConnected)
      opened.anchor.focus({ preventScroll: true })
  })
  const rowOf = ({ register, row }: Cell) => registerStore(register).byId.get(row)
  const deletedAt = () => isOpen.value && editing.value ? rowOf(editing.value.cell)?.deletedAt : null
  watch(deletedAt, (at) => {
    if (!editing.value || typeof at !== 'number')
      return
    tellGone(editing.value.cell, editing.value.anchor.getBoundingClientRect())
    isOpen.value = false
  })
  watch(useStaysOpen(mayEdit), (stays) => {
    if (stays)
      return
    isOpen.value = false
    writing.value = null
  })
  return { writing, editing, isOpen, edit, stopWriting: () => { writing.value = null } }
}
