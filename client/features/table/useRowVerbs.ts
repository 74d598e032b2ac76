import { nextTick, shallowRef, type Ref } from 'vue'
import { addRow, moveRow, restoreRow, trashRow } from '#shared/plan/commands.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { RowId } from '#shared/plan/values.ts'
import { usePlan } from '../../plan/live.ts'
import { registerStore } from '../../plan/stores.ts'
import { useToasts } from '../../ui/toasts.ts'
import { useText } from '../../text/index.ts'
import { cellKey, shortName } from '../../text/naming.ts'

export interface RowVerbs {
  /** Adds a last row (under a parent) and opens its words for writing. */
  add(register: RegisterName, field: string, parentId?: RowId | null): void
  moveUp(register: RegisterName, id: RowId, siblings: readonly RowId[], parentId?: RowId | null): void
  moveDown(register: RegisterName, id: RowId, siblings: readonly RowId[], parentId?: RowId | null): void
  trash(register: RegisterName, id: RowId): void
  /** The row «Flytt til …» asks about; null when it does not. */
  readonly moving: Ref<RowId | null>
}

/** What a person can do with rows, with the words that say it was done. */
export function useRowVerbs(): RowVerbs {
  const text = useText()
  const session = usePlan()
  const toasts = useToasts()
  const moving = shallowRef<RowId | null>(null)

  async function add(register: RegisterName, field: string, parentId: RowId | null = null) {
    const added = addRow(session.plan, register, {}, { parentId })
    if (!added.ok)
      return
    await nextTick()
    const cell = document.querySelector<HTMLElement>(`[data-cell="${cellKey(register, added.id, field)}"]`)
    cell?.scrollIntoView({ block: 'nearest' })
    cell?.click()
  }
  function step(register: RegisterName, id: RowId, siblings: readonly RowId[], by: -1 | 1, parentId: RowId | null) {
    const neighbour = siblings[siblings.indexOf(id) + by]
    if (neighbour === undefined)
      return
    moveRow(session.plan, register, id, by < 0 ? { parentId, before: neighbour } : { parentId, after: neighbour })
  }
  function trash(register: RegisterName, id: RowId) {
    const row = registerStore(register).byId.get(id)
    const name = (row && shortName(row)) || text.value.row.untitled
    if (!trashRow(session.plan, register, id).ok)
      return
    toasts.show({
      words: text.value.row.trashed(name),
      icon: 'trash',
      action: { words: text.value.undo, shortcut: text.value.undoKey, act: () => void restoreRow(session.plan, register, id) },
    })
  }
  return {
    add: (register, field, parentId) => void add(register, field, parentId ?? null),
    moveUp: (register, id, siblings, parentId) => step(register, id, siblings, -1, parentId ?? null),
    moveDown: (register, id, siblings, parentId) => step(register, id, siblings, 1, parentId ?? null),
    trash,
    moving,
  }
}
