import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { Cell } from '#shared/plan/values.ts'
import { cellKey } from '../../client/text/naming.ts'
import { nb } from '../../client/text/nb.ts'
import { enter } from './browser.ts'
import { readyPage } from './pages.ts'

/** «Lagret på serveren 10:42». */
export const savedPattern = new RegExp(`${nb.save.saved('').trim()} \\d\\d:\\d\\d`)
/** «Lagret på denne enheten – ikke sendt (3)». */
export const onDevicePattern = new RegExp(nb.save.onDevice(0).replace('(0)', '\\(\\d+\\)'))

/** Signs in through a link and opens the activities of a plan, at an origin that may be a line's. */
export async function openActivities(profile: BrowserContext, { origin, signInUrl, planId }: {
  origin: string, signInUrl: string, planId: string
}): Promise<Page> {
  await enter(profile, { origin, signInUrl })
  const page = await profile.newPage()
  await page.goto(activitiesAddress(origin, planId))
  await readyPlan(page)
  return page
}

export const activitiesAddress = (origin: string, planId: string) => `${origin}/plan/${planId}/aktiviteter`

/** Resolves when the plan can be read. */
export async function readyPlan(page: Page): Promise<void> {
  await readyPage(page)
  await page.locator('[data-cell]').first().waitFor()
}

/** The cell on the page: its place in the grid, or the field while it is written in. */
export function cellOn(page: Page, { register, row, field }: Cell): Locator {
  return page.locator(`[data-cell="${cellKey(register, row, field)}"]`)
}

/** The field of a text cell that is written in. */
export function fieldOn(page: Page, { register, row, field }: Cell): Locator {
  return page.locator(`textarea[data-cell="${cellKey(register, row, field)}"]`)
}

/** What the cell says: the words at rest, without the places where they may be divided, or what stands in the field while it is written in. */
export async function wordsIn(page: Page, cell: Cell): Promise<string> {
  const words = await cellOn(page, cell).evaluate((element) => {
    if (element instanceof HTMLTextAreaElement)
      return element.value
    // Others who are in the cell stand in it too.
    return (element.querySelector('.cell-words') ?? element).textContent.trim()
  })
  return words.replace(/[\u00AD\u200B\u2060]/gu, '')
}

/**
 * Opens a text cell for writing with the mouse, with the caret at one of its ends: one press chooses it, a second one opens it.
 * Where the page moves meanwhile, a press goes elsewhere.
 */
export async function writeIn(page: Page, cell: Cell, at: 'start' | 'end'): Promise<void> {
  const field = fieldOn(page, cell)
  for (let presses = 0; presses < 6 && await field.count() === 0; presses++) {
    await cellOn(page, cell).scrollIntoViewIfNeeded()
    // Words that stand over several rows let the press through to the row's own cell.
    await cellOn(page, cell).click({ force: true })
  }
  await field.waitFor()
  await page.keyboard.press(at === 'start' ? 'Control+Home' : 'Control+End')
}

/** Where the page says that the changes are. */
export const saveState = (page: Page, pattern: RegExp) => page.getByText(pattern).filter({ visible: true }).first()
