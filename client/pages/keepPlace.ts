import { nextTick } from 'vue'

/**
 * Where the person is in an open plan, to be found again after the parts of the page have been made anew: the cell or control
 * with the focus, and how far the page is scrolled. What has no counterpart any more leaves the focus to the notice that says why.
 * `mayGoOn` tells of a cell (`cellKey`) whether who was writing in it may go on at once.
 */
export function keepPlace(): (mayGoOn: (cell: string) => boolean) => Promise<void> {
  const focused = document.activeElement instanceof HTMLElement && document.activeElement !== document.body ? document.activeElement : null
  const path = focused && selectorOf(focused)
  const scroller = document.querySelector(scrollerSelector)
  const [top, left] = [scroller?.scrollTop ?? 0, scroller?.scrollLeft ?? 0]
  return async (mayGoOn) => {
    await nextTick()
    document.querySelector(scrollerSelector)?.scrollTo({ top, left, behavior: 'instant' })
    if (!focused || focused.isConnected || document.activeElement !== document.body)
      return
    const again = path === null ? null : document.querySelector<HTMLElement>(path)
    const instead = document.querySelector<HTMLElement>('[role="alert"][tabindex], #innhold')
    ;(again ?? instead)?.focus({ preventScroll: true })
    // Who was writing goes on writing: the cell opens as at a press.
    if (focused.hasAttribute('data-live') && again instanceof HTMLButtonElement && mayGoOn(again.dataset['cell'] ?? ''))
      again.click()
  }
}

const scrollerSelector = '#innhold > *'

function selectorOf(element: HTMLElement): string | null {
  const cell = element.dataset['cell']
  if (cell !== undefined)
    return `[data-cell="${CSS.escape(cell)}"]`
  return element.id ? `#${CSS.escape(element.id)}` : null
}
