import { onBeforeUpdate, onUpdated } from 'vue'

/**
 * Keeps the focus where it was when what had it goes: a row that is no more leaves it to the last button of the one that takes its place, and
 * what else went, or the last of the rows, to whatever `otherwise` gives it to. `rows`: what finds them.
 */
export function useHeldPlace(rows: string, otherwise: () => void): void {
  let had: Element | null = null
  let at = -1

  onBeforeUpdate(() => {
    had = document.activeElement
    at = [...document.querySelectorAll(rows)].findIndex(row => row.contains(had))
  })
  onUpdated(() => {
    if (!had || had === document.body || had.isConnected)
      return
    const left = document.querySelectorAll(rows)
    const next = at < 0 ? null : left[Math.min(at, left.length - 1)]
    const button = [...next?.querySelectorAll('button') ?? []].at(-1)
    if (button)
      button.focus()
    else
      otherwise()
  })
}
