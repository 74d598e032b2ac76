import { nextTick, shallowRef, type Ref } from 'vue'
import { addRow, moveRow, restoreRow, trashRow } from '#shared/plan/commands.ts'
import type { Spot } from '#shared/plan/moves.ts'
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
  /** Moves a row and says so; the toast moves it back to `from`, whatever has been written meanwhile. */
  moveTo(register: RegisterName, id: RowId, to: Spot, from: Spot): void
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

  /** A row command is one undo step, and never the tail of what was typed before it. */
  const { asOneStep: asStep } = session.undo
  const nameOf = (register: RegisterName, id: RowId) => {
    const row = registerStore(register).byId.get(id)
    return (row && shortName(row)) || text.value.row.untitled
  }

  async function add(register: RegisterName, field: string, parentId: RowId | null = null) {
    const added = asStep(() => addRow(session.plan, register, {}, { parentId }))
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
    asStep(() => moveRow(session.plan, register, id, by < 0 ? { parentId, before: neighbour } : { parentId, after: neighbour }))
  }
  function moveTo(register: RegisterName, id: RowId, to: Spot, from: Spot) {
    const name = nameOf(register, id)
    if (!asStep(() => moveRow(session.plan, register, id, to)).ok)
      return
    toasts.show({
      words: text.value.row.moved(name),
      icon: 'move',
      actions: [{ words: text.value.undo, shortcut: text.value.undoKey, act: () => void asStep(() => moveRow(session.plan, register, id, from)) }],
    })
  }
  function trash(register: RegisterName, id: RowId) {
    const name = nameOf(register, id)
    if (!asStep(() => trashRow(session.plan, register, id)).ok)
      return
    toasts.show({
      words: text.value.row.trashed(name),
      icon: 'trash',
      actions: [{ words: text.value.undo, shortcut: text.value.undoKey, act: () => void asStep(() => restoreRow(session.plan, register, id)) }],
    })
  }
  return {
    add: (register, field, parentId) => void add(register, field, parentId ?? null),
    moveUp: (register, id, siblings, parentId) => step(register, id, siblings, -1, parentId ?? null),
    moveDown: (register, id, siblings, parentId) => step(register, id, siblings, 1, parentId ?? null),
    moveTo,
    trash,
    moving,
  }
}
