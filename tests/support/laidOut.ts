import type { Page } from 'playwright-core'

/** How much wider the page is than what can be seen of it, in px: the window's and the sheet's own. */
export const sidewaysOf = (page: Page) => page.evaluate(() => {
  const sheet = document.querySelector('.sheet-scroll')
  return Math.max(document.documentElement.scrollWidth - innerWidth, (sheet?.scrollWidth ?? 0) - (sheet?.clientWidth ?? 0))
})

/** Words that stand over each other: each pair of texts of the page whose lines share more than a sliver. */
export const overlapsOf = (page: Page) => page.evaluate(() => {
  const lines: { text: string, box: DOMRect, node: Node }[] = []
  const walker = document.createTreeWalker(document.querySelector('main') ?? document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    // What stays in sight while the rest passes stands over it, on a ground of its own.
    const staysInSight = (element: Element | null): boolean => element !== null && (getComputedStyle(element).position === 'sticky' || staysInSight(element.parentElement))
    const isOver = parent?.closest('[popover], .writing, .sr-only, option') !== null || staysInSight(parent)
    if (isOver || !node.textContent?.trim() || !parent?.checkVisibility({ visibilityProperty: true }))
      continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) {
      if (box.width > 2 && box.height > 2)
        lines.push({ text: node.textContent.trim().slice(0, 40), box, node })
    }
  }
  const found: string[] = []
  lines.forEach((one, n) => {
    for (const other of lines.slice(n + 1)) {
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left)
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top)
      if (one.node !== other.node && across > 4 && down > 6)
        found.push(`${one.text} / ${other.text}`)
    }
  })
  return found
})

/** What lies over the last words of the page when it has been scrolled to its end; null when they can be read. */
export const coverOf = (page: Page) => page.evaluate(async () => {
  const scroller = document.querySelector('.sheet-scroll') ?? document.documentElement
  // What comes into sight is drawn then, and may be taller than was thought.
  for (let before = -1; before !== scroller.scrollTop;) {
    before = scroller.scrollTop
    scroller.scrollTop = scroller.scrollHeight
    await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }
  const walker = document.createTreeWalker(document.querySelector('main') ?? document.body, NodeFilter.SHOW_TEXT)
  let last: { words: string, box: DOMRect } | null = null
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.textContent?.trim() ?? ''
    if (!words || node.parentElement?.closest('.sr-only, .writing, [popover], option') || !node.parentElement?.checkVisibility({ visibilityProperty: true }))
      continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = [...range.getClientRects()].at(-1)
    if (box && box.width > 2 && box.bottom >= (last?.box.bottom ?? -Infinity))
      last = { words, box }
  }
  if (!last)
    return null
  const { left, width, top, height } = last.box
  const hit = document.elementFromPoint(left + Math.min(width, innerWidth - left) / 2, top + height / 2)
  // A card is one button, from edge to edge of its words.
  const isOverAll = (element: Element | null): boolean => element !== null && (getComputedStyle(element).position === 'fixed' || isOverAll(element.parentElement))
  const isFree = hit !== null && document.querySelector('main')?.contains(hit) === true && !isOverAll(hit)
  return isFree ? null : `${hit?.tagName ?? 'nothing'}.${hit?.className ?? ''} over «${last.words.slice(0, 40)}»`
})

/** What is wrong with the page as it stands on paper of this width: what is no part of the plan, what is cut, what may be split. */
export const wrongOnPaper = (page: Page) => page.evaluate(() => {
  const seen = [...document.querySelectorAll<HTMLElement>('body *')].filter(element =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest('.sr-only') && element.getBoundingClientRect().width > 1)
  const named = (element: Element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`
  const chrome = seen.filter(element => element.matches('nav, .top-bar, .rail, .bottom-bar, .skip, .frames, .near, .ds-button, select, input, [popover], [role="grid"]'))
  const cut = seen.filter(element => element.getBoundingClientRect().right > innerWidth + 1)
  const split = seen.filter(element => element.matches('tr') && getComputedStyle(element).breakInside !== 'avoid')
  const heads = seen.filter(element => element.matches('thead') && getComputedStyle(element).display !== 'table-header-group')
  return [
    ...chrome.map(element => `tool: ${named(element)}`), ...cut.map(element => `cut: ${named(element)}`),
    ...split.map(element => `split: ${named(element)}`), ...heads.map(element => `once: ${named(element)}`),
  ].slice(0, 6)
})
