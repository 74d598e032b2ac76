import type { Page } from 'playwright-core'

/** Words of the page that go on on another line without a hyphen, a slash or a space at the break. Addresses may. */
export const cutWordsOn = (page: Page) => page.evaluate(() => {
  const found: string[] = []
  const walker = document.createTreeWalker(document.querySelector('main') ?? document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  const topOf = (node: Node, at: number) => {
    range.setStart(node, at)
    range.setEnd(node, at + 1)
    const box = [...range.getClientRects()].at(-1)
    return box && box.width > 0 ? box.top : null
  }
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.textContent ?? ''
    if (words.trim() === '' || node.parentElement?.closest('.sr-only') || !node.parentElement?.checkVisibility({ visibilityProperty: true }))
      continue
    for (const { 0: run, index } of words.matchAll(/\S{5,}/g)) {
      range.setStart(node, index)
      range.setEnd(node, index + run.length)
      if (range.getClientRects().length < 2 || /:\/\/|@|^www\./.test(run))
        continue
      let line: number | null = null
      for (let at = 0; at < run.length; at++) {
        const top = topOf(node, index + at)
        if (top !== null && line !== null && top > line + 8 && /[^\-–/\u00AD\u200B]/.test(run[at - 1] ?? '-'))
          found.push(`${run.slice(0, at)}|${run.slice(at)}`)
        line = top ?? line
      }
    }
  }
  return found
})
