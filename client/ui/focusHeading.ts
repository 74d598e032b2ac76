/** Gives the focus to the page's heading when it is there, unless something on the page has it already. */
export function focusHeading(framesLeft = 300): void {
  const { activeElement } = document
  if (activeElement !== null && activeElement !== document.body)
    return
  const heading = document.querySelector<HTMLElement>('main h1')
  if (heading) {
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
  }
  else if (framesLeft > 0) {
    requestAnimationFrame(() => focusHeading(framesLeft - 1))
  }
}
