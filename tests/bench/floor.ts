import type { Browser } from 'playwright-core'
import { middleAndHigh } from './figures.ts'
import { keysToPaint, measuredPage, scrolled } from './gridPage.ts'

/** What a browser can do at best on this machine, in this run: a bare field to type in, and a bare list to scroll. */
export async function measureFloor(browser: Browser, { cpu, letters, rows }: {
  cpu: number, letters: readonly string[], rows: number
}): Promise<Record<string, string | number>> {
  const profile = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const measured = await measuredPage(profile, { cpu }, 'textarea')
  await measured.page.goto(`data:text/html,${encodeURIComponent('<!doctype html><textarea autofocus></textarea><div></div>')}`)
  await measured.page.locator('textarea').focus()
  const { toPaint, workMs } = await keysToPaint(measured, letters)
  await measured.page.locator('div').evaluate((element, count) => {
    for (let n = 0; n < count; n++) {
      const line = document.createElement('p')
      line.style.cssText = 'height: 42px; margin: 0'
      line.textContent = `row ${n}`
      element.append(line)
    }
  }, rows)
  const scrolling = await scrolled(measured, { row: 'p', around: 'div', seconds: 6, speed: 3_000 })
  await profile.close()
  return { 'letter to paint p50 / p95 ms': middleAndHigh(toPaint), 'letter: work ms': workMs, ...scrolling }
}
