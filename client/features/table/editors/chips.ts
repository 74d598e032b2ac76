import { nextTick, shallowRef, type ComponentPublicInstance } from 'vue'

/**
 * Keys in a row of chips, each with a button or two: left and right move, to the right of the last one is the field, Delete
 * and Backspace take the chip out and the focus goes to the next one, or to the field where none is left.
 */
export function useChips({ toField, remove }: { toField: () => void, remove: (at: number) => void }) {
  const list = shallowRef<HTMLElement | null>(null)
  const buttons = () => [...list.value?.querySelectorAll<HTMLElement>(':scope > li > button') ?? []]

  function onKey(event: KeyboardEvent) {
    const all = buttons()
    const target = event.target instanceof HTMLElement ? event.target : null
    const at = target ? all.indexOf(target) : -1
    if (at < 0 || !target)
      return
    const to = { ArrowLeft: Math.max(0, at - 1), ArrowRight: at + 1, Home: 0, End: all.length }[event.key]
    if (to !== undefined)
      go(all[to])
    else if (event.key === 'Delete' || event.key === 'Backspace')
      void take(target)
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
      toField()
    else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey)
      return toField()
    else
      return
    event.preventDefault()
    event.stopPropagation()
  }
  const go = (button: HTMLElement | undefined) => button ? button.focus() : toField()
  async function take(button: HTMLElement) {
    const at = [...list.value?.children ?? []].findIndex(chip => chip.contains(button))
    remove(at)
    await nextTick()
    const chip = list.value?.children[at] ?? list.value?.children[at - 1]
    go(chip?.querySelector<HTMLElement>('button') ?? undefined)
  }

  return {
    list: (element: Element | ComponentPublicInstance | null) => { list.value = element instanceof HTMLElement ? element : null },
    onKey,
    toLast: () => buttons().at(-1)?.focus(),
  }
}
