import { equalityDeep } from 'lib0/function'
import { nextTick, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { RowId } from '#shared/plan/values.ts'
import { usePlan } from '../../plan/live.ts'
import { hasPage, pageOf } from '../../text/registerPages.ts'
import { registerStore } from '../../plan/stores.ts'
import type { UndoStep } from '../../plan/undo.ts'
import { bringIntoView } from '../../ui/bringIntoView.ts'
import type { Place } from '../../ui/goTo.ts'
import { useToasts, type Toast, type ToastAction } from '../../ui/toasts.ts'
import { useText } from '../../text/index.ts'
import { spotsOf } from './places.ts'
import { stepInWords } from './undoWords.ts'

/**
 * Says what was undone or redone, whoever asked for it: a key in a field, a button, a toast. With the way back, and with the
 * way there where it is not to be seen in `view`: the place that is then `wanted`.
 */
export function useUndoToasts(planId: () => string, view: Readonly<Ref<HTMLElement | null>>, wanted: Ref<Place | null>): void {
  const text = useText()
  const { undo } = usePlan()
  const route = useRoute()
  const router = useRouter()
  const toasts = useToasts()

  watch(undo.last, async (done) => {
    if (!done)
      return
    await nextTick()
    const words = text.value.undoing
    const back: ToastAction = done.verb === 'undo'
      ? { words: text.value.redo, shortcut: text.value.redoKey, act: undo.redo }
      : { words: text.value.undo, shortcut: text.value.undoKey, act: undo.undo }
    const page = pageWith(done.step)
    const toast: Toast = {
      words: (done.verb === 'undo' ? words.undone : words.redone)(stepInWords(done.step, text.value)),
      icon: done.verb,
      actions: page === null ? [back] : [back, { words: words.show, act: () => void show(page, done.step) }],
    }
    toasts.show(toast)
    offered = { toast, next: nextAfter(done.verb), step: nextAfter(done.verb).value }
  })

  /** What the toast offers is the next step back: once something else is, as after more writing, there is no such offer. */
  let offered: { readonly toast: Toast, readonly next: Readonly<Ref<UndoStep | null>>, readonly step: UndoStep | null } | null = null
  const nextAfter = (verb: 'undo' | 'redo') => verb === 'undo' ? undo.nextRedo : undo.nextUndo
  watch([undo.nextUndo, undo.nextRedo], () => {
    if (offered && !equalityDeep(offered.next.value, offered.step) && toasts.current.value === offered.toast)
      toasts.clear()
  })

  /** The page to go to for a step's row; null when it is on the screen, or nowhere but where we are. */
  function pageWith({ register, rows: [row = ''], field }: UndoStep): string | null {
    const element = document.querySelector(spotsOf({ register, row, field }).join())
    if (element)
      return isInView(element) ? null : route.path
    const home = pageOf(planId(), register)
    if (!hasPage(register))
      return null
    // What has gone from the page one is on was seen going.
    return isTrashed(register, row) ? (route.path === home ? null : elsewhere(`/plan/${planId()}/papirkurv`)) : home
  }
  const elsewhere = (page: string) => page === route.path ? null : page
  function isInView(element: Element): boolean {
    const around = view.value?.getBoundingClientRect()
    const { top, bottom } = element.getBoundingClientRect()
    return around === undefined || (bottom > around.top && top < around.bottom)
  }
  const isTrashed = (register: RegisterName, row: RowId) => typeof registerStore(register).byId.get(row)?.deletedAt === 'number'

  async function show(page: string, { register, rows: [row = ''], field }: UndoStep) {
    await router.push(page)
    await nextTick()
    if (isTrashed(register, row))
      bringIntoView(['main h1'])
    else
      wanted.value = { register, row, field }
  }
}
