import type { Browser, BrowserContext, Page } from 'playwright-core'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import { openActivities, writeIn, wordsIn } from './planPage.ts'
import { rawClient } from './rawClient.ts'
import { addMember, signIn, type RunningServer } from './server.ts'
import { turn } from './until.ts'

/** Someone who writes in one cell of a plan, and what has been typed so far. */
export interface Typist {
  readonly cell: Cell
  readonly mark: string
  readonly typed: () => number
  /** Types at a person's rate until the time is over. */
  typeFor(ms: number): Promise<void>
}
/** One who does so in a page. */
export interface Writer extends Typist { readonly page: Page }

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
        await atABeat(n, ms, async () => {
          await page.keyboard.insertText(mark)
          typed++
        })
      },
    })
  }
  return writers
}

/** The same without pages: each a document and a socket of their own. `from` is how many marks are in use already. */
export async function openTypists(
  server: RunningServer, planId: string, cells: readonly Cell[], from: number,
): Promise<readonly (Typist & { leave(): Promise<void> })[]> {
  return Promise.all(cells.map(async (cell, n) => {
    const { signInUrl } = await addMember(server, planId, { name: `Skriver ${from + n + 1}` })
    const client = rawClient({ planId, cookie: await signIn(server, signInUrl) })
    await client.connect(server.origin)
    const mark = marks[from + n] ?? ''
    let typed = 0
    return {
      cell, mark,
      typed: () => typed,
      typeFor: (ms: number) => atABeat(from + n, ms, () => {
        client.write(`${mark}${typed}`, plan => void spliceText(plan, cell, { at: textOf(plan, cell)?.length ?? 0, remove: 0, insert: mark }))
        typed++
      }),
      leave: () => client.disconnect(),
    }
  }))
}

/** Each at a beat of their own, as people type. */
async function atABeat(n: number, ms: number, type: () => void | Promise<void>): Promise<void> {
  const until = Date.now() + ms
  await turn(n * 31)
  for (let typed = 1; Date.now() < until; typed++) {
    const since = Date.now()
    await type()
    await turn(Math.max(0, betweenMs + (typed * 37 + n * 53) % 61 - 30 - (Date.now() - since)))
  }
}

export async function openPerson(browser: Browser, server: RunningServer, planId: string, name: string): Promise<Page> {
  const { signInUrl } = await addMember(server, planId, { name })
  const profile: BrowserContext = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'nb-NO' })
  return openActivities(profile, { origin: server.origin, signInUrl, planId })
}

/** How many of the letters a writer has typed stand in that cell on a page. */
export async function lettersSeen(page: Page, { cell, mark }: Typist): Promise<number> {
  return (await wordsIn(page, cell)).split(mark).length - 1
}
