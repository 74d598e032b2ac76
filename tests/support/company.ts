import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Cell } from '#shared/plan/values.ts'
import { openActivities, writeIn, wordsIn } from './planPage.ts'
import { addMember, type RunningServer } from './server.ts'
import { turn } from './until.ts'

/** Someone who writes in one cell of a plan, and what has been typed so far. */
export interface Writer {
  readonly page: Page
  readonly cell: Cell
  readonly mark: string
  readonly typed: () => number
  /** Types at a person's rate until the time is over. */
  typeFor(ms: number): Promise<void>
}

/** The letters that writers are told apart by: none of them stands in the plan's own words. */
const marks = ['ß', 'þ', 'ð', 'ħ', 'ŧ', 'ŋ', 'ĸ', 'ŀ']
/** About five letters a second. */
const betweenMs = 200

/** Opens a page for each cell, each a person with a profile of their own, with the caret at the end of that cell's words. */
export async function openWriters(browser: Browser, server: RunningServer, planId: string, cells: readonly Cell[]): Promise<readonly Writer[]> {
  const writers: Writer[] = []
  for (const [n, cell] of cells.entries()) {
    const page = await openPerson(browser, server, planId, `Skriver ${n + 1}`)
    const mark = marks[n] ?? ''
    let typed = 0
    await writeIn(page, cell, 'end')
    writers.push({
      page, cell, mark,
      typed: () => typed,
      async typeFor(ms) {
        const until = Date.now() + ms
        // Each at a beat of their own.
        await turn(n * 31)
        while (Date.now() < until) {
          const since = Date.now()
          await page.keyboard.insertText(mark)
          typed++
          await turn(Math.max(0, betweenMs + (typed * 37 + n * 53) % 61 - 30 - (Date.now() - since)))
        }
      },
    })
  }
  return writers
}

export async function openPerson(browser: Browser, server: RunningServer, planId: string, name: string): Promise<Page> {
  const { signInUrl } = await addMember(server, planId, { name })
  const profile: BrowserContext = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'nb-NO' })
  return openActivities(profile, { origin: server.origin, signInUrl, planId })
}

/** How many of the letters a writer has typed stand in that cell on a page. */
export async function lettersSeen(page: Page, { cell, mark }: Writer): Promise<number> {
  return (await wordsIn(page, cell)).split(mark).length - 1
}
