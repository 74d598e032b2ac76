/** Scrolls to the first of these that is on the page and gives it focus; waits some frames for what is still being drawn. */
export function bringIntoView(selectors: readonly string[], framesLeft = 600): void {
  const found = selectors.map(selector => document.querySelector<HTMLElement>(selector)).find(element => element !== null)
  if (found) {
    found.scrollIntoView({ block: 'center' })
    found.focus({ preventScroll: true })
    if (document.activeElement !== found) {
      found.tabIndex = -1
      found.focus({ preventScroll: true })
    }
  }
  else if (framesLeft > 0) {
    requestAnimationFrame(() => bringIntoView(selectors, framesLeft - 1))
  }
}
