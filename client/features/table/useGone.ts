import { nextTick, shallowRef, type Ref } from 'vue'
import { restoreRow } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import { usePlan } from '../../plan/live.ts'
import { registerStore } from '../../plan/stores.ts'
import { useIsMine } from './useIsMine.ts'

/** The note that stands where I was when someone else deleted the row I was in. */
export function useGone(page: Readonly<Ref<HTMLElement | null>>, after: (cell: Cell | null) => void) {
  const session = usePlan()
  const gone = shallowRef<{ readonly cell: Cell, readonly top: number, readonly left: number } | null>(null)
  /** When the change is mine, I know that the row went. */
  const isMine = useIsMine()

  return {
    gone,
    tellGone(cell: Cell, where: DOMRect) {
      const row = registerStore(cell.register).byId.get(cell.row)
      const around = page.value?.getBoundingClientRect()
      if (isMine() || !around || !row || row.deletedAt === null)
        return
      gone.value = { cell, top: where.top - around.top, left: Math.max(8, Math.min(where.left - around.left, around.width - 368)) }
    },
    async restore() {
      const cell = gone.value?.cell
      gone.value = null
      if (!cell || !session.undo.asOneStep(() => restoreRow(session.plan, cell.register, cell.row)).ok)
        return
      await nextTick()
      after(cell)
    },
    async close() {
      gone.value = null
      await nextTick()
      after(null)
    },
  }
}
