import { nextTick, watch } from 'vue'
import type { Rescue } from '../plan/left.ts'

/**
 * Where the person is in an open plan, to be found again after the parts of the page have been made anew: the cell or control
 * with the focus, and what stands where in the window. What has no counterpart any more leaves the focus to the notice that says
 * why. `mayGoOn` tells of a cell (`cellKey`) whether who was writing in it may go on.
 */
export function keepPlace(): (mayGoOn: (cell: string) => Promise<boolean>) => Promise<void> {
  const focused = document.activeElement instanceof HTMLElement && document.activeElement !== document.body ? document.activeElement : null
  const path = focused && selectorOf(focused)
  const scrollAgain = keepScroll(focused)
  return async (mayGoOn) => {
    await nextTick()
    scrollAgain()
    if (!focused || focused.isConnected || document.activeElement !== document.body)
      return
    const again = path === null ? null : document.querySelector<HTMLElement>(path)
    again?.focus({ preventScroll: true })
    if (again === null || document.activeElement !== again) {
      document.querySelector<HTMLElement>('[role="alert"][tabindex], #innhold')?.focus({ preventScroll: true })
      return
    }
    // The grid goes where the focus has gone, and takes it there once more: within a frame.
    await new Promise(requestAnimationFrame)
    // Who was writing goes on writing: the cell opens as at its key, unless they have gone elsewhere meanwhile.
    const { cell, panelCell } = focused.dataset
    if (!focused.hasAttribute('data-live') || !await mayGoOn(cell ?? panelCell ?? '') || document.activeElement !== again)
      return
    if (panelCell === undefined)
      again.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true, cancelable: true }))
    else
      again.click()
  }
}

/** Resolves with true when what was unsent before has been written again or put on the list, and with false when that takes long. */
export function rescueIsTold({ last, waiting }: Pick<Rescue, 'last' | 'waiting'>): Promise<boolean> {
  const isTold = () => last.value !== null && waiting.value === 0
  if (isTold())
    return Promise.resolve(true)
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      unwatch()
      resolve(isTold())
    }
    const timer = setTimeout(done, patienceMs)
    const unwatch = watch([last, waiting], () => isTold() && done())
  })
}
const patienceMs = 3_000

const scrollerSelector = '#innhold > *'

/** Rows may be taller or lower than they were: the cell with the focus, or the first in the window, is to stand where it stood. */
function keepScroll(focused: HTMLElement | null): () => void {
  const scroller = document.querySelector(scrollerSelector)
  const [top, left] = [scroller?.scrollTop ?? 0, scroller?.scrollLeft ?? 0]
  const mark = [focused, ...scroller?.querySelectorAll<HTMLElement>('[data-cell]') ?? []].find(element => element !== null && isInWindow(element))
  const path = mark ? selectorOf(mark) : null
  const at = mark?.getBoundingClientRect().top ?? 0
  return () => {
    const again = document.querySelector(scrollerSelector)
    again?.scrollTo({ top, left, behavior: 'instant' })
    const found = path === null || top === 0 ? null : again?.querySelector(path)
    if (found)
      again?.scrollBy({ top: found.getBoundingClientRect().top - at, behavior: 'instant' })
  }
  function isInWindow(element: HTMLElement): boolean {
    const { top: above, bottom: below } = scroller?.getBoundingClientRect() ?? { top: 0, bottom: 0 }
    const box = element.getBoundingClientRect()
    return scroller?.contains(element) === true && box.top >= above && box.top < below
  }
}

/** By what an element is found when it is made anew: in a grid its row and column, also for a field that stands over several rows. */
function selectorOf(element: HTMLElement): string | null {
  const grid = element.closest('.grid-frame')
  const place = element.closest('[data-column]') ?? grid?.querySelector('[data-row] [data-column][tabindex="0"]')
  const [row, column] = [place?.closest('[data-row]')?.getAttribute('data-row'), place?.getAttribute('data-column')]
  if (grid && typeof row === 'string' && column)
    return `[data-row="${CSS.escape(row)}"] [data-column="${CSS.escape(column)}"]`
  const { cell, panelCell } = element.dataset
  if (panelCell !== undefined)
    return `[data-panel-cell="${CSS.escape(panelCell)}"]`
  if (cell !== undefined)
    return `[data-cell="${CSS.escape(cell)}"]`
  return element.id ? `#${CSS.escape(element.id)}` : null
}
