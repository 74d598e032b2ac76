import { nextTick, shallowRef, type Ref } from 'vue'
import { addRow, moveRow, restoreRow, trashRow } from '#shared/plan/commands.ts'
import type { Spot } from '#shared/plan/moves.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { NewCells } from '#shared/plan/rows.ts'
import type { RowId } from '#shared/plan/values.ts'
import { usePlan } from '../../plan/live.ts'
import { registerStore } from '../../plan/stores.ts'
import { namingRows } from '../../plan/uses.ts'
import { useToasts } from '../../ui/toasts.ts'
import { useText } from '../../text/index.ts'
import { shortName } from '../../text/naming.ts'

export interface RowVerbs {
  /** Adds a row, and tells its id when it stands there. */
  add(register: RegisterName, cells: NewCells, spot: Spot): Promise<RowId | null>
  /** One place up or down among its siblings. */
  step(register: RegisterName, id: RowId, siblings: readonly RowId[], by: -1 | 1, parentId?: RowId | null): void
  /** Moves a row and says so; the toast moves it back to `from`, whatever has been written meanwhile. */
  moveTo(register: RegisterName, id: RowId, to: Spot, from: Spot): void
  trash(register: RegisterName, id: RowId): void
  /** The rows «Flytt til …» asks about; none when it does not. */
  readonly moving: Ref<readonly RowId[]>
}

/** What a person can do with rows, with the words that say it was done. */
export function useRowVerbs(): RowVerbs {
  const text = useText()
  const session = usePlan()
  const toasts = useToasts()
  const moving = shallowRef<readonly RowId[]>([])

  /** A row command is one undo step, and never the tail of what was typed before it. */
  const { asOneStep: asStep } = session.undo
  const nameOf = (register: RegisterName, id: RowId) => {
    const row = registerStore(register).byId.get(id)
    return (row && shortName(row)) || text.value.row.untitled
  }
  return {
    moving,
    async add(register, cells, spot) {
      const added = asStep(() => addRow(session.plan, register, cells, spot))
      await nextTick()
      return added.ok ? added.id : null
    },
    step(register, id, siblings, by, parentId = null) {
      const neighbour = siblings[siblings.indexOf(id) + by]
      if (neighbour !== undefined)
        asStep(() => moveRow(session.plan, register, id, by < 0 ? { parentId, before: neighbour } : { parentId, after: neighbour }))
    },
    moveTo(register, id, to, from) {
      const name = nameOf(register, id)
      if (!asStep(() => moveRow(session.plan, register, id, to)).ok)
        return
      toasts.show({
        words: text.value.row.moved(name),
        icon: 'move',
        actions: [{ words: text.value.undo, shortcut: text.value.undoKey, act: () => void asStep(() => moveRow(session.plan, register, id, from)) }],
      })
    },
    trash(register, id) {
      const name = nameOf(register, id)
      const stillNamed = namingRows(register, [id])
      if (!asStep(() => trashRow(session.plan, register, id)).ok)
        return
      toasts.show({
        words: stillNamed > 0 ? text.value.parties.trashedInUse(name, stillNamed) : text.value.row.trashed(name),
        icon: 'trash',
        actions: [{ words: text.value.undo, shortcut: text.value.undoKey, act: () => void asStep(() => restoreRow(session.plan, register, id)) }],
      })
    },
  }
}
