import { nextTick, provide, shallowRef, watch, type Ref } from 'vue'
import { textOf } from '#shared/plan/commands.ts'
import { isRegisterName } from '#shared/plan/registers.ts'
import type { Cell } from '#shared/plan/values.ts'
import { usePlan } from '../../../plan/live.ts'
import { laterModule } from '../../../ui/later.ts'
import { cellKey } from '../../../text/naming.ts'
import { mayBePersonal, showPersonalKey } from './noted.ts'

const finding = laterModule(() => import('./usePersonal.ts'))

/** A cell that is asked about, and where on the page beside it there is room. */
export interface ShownHere {
  readonly cell: Cell
  /** In px within the page; its lower edge where it stands above the cell. */
  readonly top: number
  readonly left: number
  readonly isAbove: boolean
  readonly takesFocus: boolean
}

/**
 * The question about what was just written or pasted in the grid. It comes when the cell has been left, never while it is written in,
 * and goes when another one is written in.
 */
export function usePersonalHere(page: Readonly<Ref<HTMLElement | null>>, writing: Readonly<Ref<{ readonly key: string } | null>>) {
  const { plan } = usePlan()
  const here = shallowRef<ShownHere | null>(null)
  /** Somebody has written here: the part that asks is on the page, and what comes in it is spoken. */
  const isReady = shallowRef(false)
  let before = ''

  function cellOf(key: string): Cell | null {
    const [register = '', row = '', field = ''] = key.split('/')
    return isRegisterName(register) ? { register, row, field } : null
  }
  const wordsIn = (cell: Cell | null) => (cell && textOf(plan, cell)?.toString()) ?? ''

  async function show(cell: Cell, takesFocus: boolean) {
    isReady.value = true
    await nextTick()
    const { register, row, field } = cell
    const at = page.value?.querySelector(`[data-cell="${CSS.escape(cellKey(register, row, field))}"]`)?.getBoundingClientRect()
    const around = page.value?.getBoundingClientRect()
    if (!at || !around)
      return
    const isAbove = at.bottom + needed > innerHeight && at.top > needed
    const left = Math.max(8, Math.min(at.left - around.left, document.documentElement.clientWidth - around.left - 368))
    here.value = { cell, top: (isAbove ? at.top - 6 : at.bottom + 6) - around.top, left, isAbove, takesFocus }
  }
  /** Asks about the first of these cells that got something new. */
  async function look(cells: readonly { readonly cell: Cell, readonly before: string }[]) {
    const suspect = cells.filter(one => mayBePersonal(wordsIn(one.cell)))
    if (suspect.length === 0)
      return
    const { hasMorePersonal } = await finding()
    const first = suspect.find(one => hasMorePersonal(one.before, wordsIn(one.cell)))
    if (first && writing.value === null)
      await show(first.cell, false)
  }

  watch(() => writing.value?.key, (now, was) => {
    if (now !== undefined) {
      here.value = null
      isReady.value = true
      before = wordsIn(cellOf(now))
    }
    const cell = was === undefined ? null : cellOf(was)
    if (cell && now === undefined)
      look([{ cell, before }]).catch(() => {})
  })
  provide(showPersonalKey, cell => void show(cell, true))

  return {
    here,
    isReady,
    end: () => { here.value = null },
    /** What was pasted into cells. */
    onPasted: (cells: readonly Cell[]) => void look(cells.map(cell => ({ cell, before: '' }))).catch(() => {}),
  }
}
/** About as tall as the question is, in px. */
const needed = 240
