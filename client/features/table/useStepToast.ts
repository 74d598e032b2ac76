import { usePlan } from '../../plan/live.ts'
import type { IconName } from '../../ui/icons.ts'
import { useToasts, type Toast } from '../../ui/toasts.ts'
import { useText } from '../../text/index.ts'

type Heard = { readonly local: boolean, readonly changed: ReadonlyMap<unknown, unknown> }

/**
 * Work that is one undo step, and the telling of what it came to, with the way back. The offer goes with this person's next
 * change, which it would undo instead; what changed nothing has no way back.
 */
export function useStepToast() {
  const text = useText()
  const { plan: { doc }, undo } = usePlan()
  const toasts = useToasts()
  let isDone = false

  /** Tells of each change this person makes, until the returned function is called. */
  function onMine(act: () => void): () => void {
    const hear = ({ local, changed }: Heard) => local && changed.size > 0 && act()
    doc.on('afterTransaction', hear)
    return () => doc.off('afterTransaction', hear)
  }
  return {
    asStep<T>(work: () => T): T {
      isDone = false
      const stop = onMine(() => { isDone = true })
      try {
        return undo.asOneStep(work)
      }
      finally {
        stop()
      }
    },
    tell(words: string, icon: IconName): void {
      if (!isDone)
        return toasts.show({ words, icon: 'warning' })
      const toast: Toast = { words, icon, actions: [{ words: text.value.undo, shortcut: text.value.undoKey, act: () => void undo.undo() }] }
      const stop = onMine(() => {
        stop()
        if (toasts.current.value === toast)
          toasts.clear()
      })
      toasts.show(toast)
    },
  }
}
