import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setCell, trashRow } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import { nb } from '../../client/text/nb.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { focusOn, openWitness, press, type Witness } from '../support/gridPage.ts'
import { openActivities } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const cellOf = (row: string, field = 'arena'): Cell => ({ register: 'activities', row, field })
const undoOn = (page: Page) => page.getByRole('status').getByRole('button', { name: new RegExp(`^${nb.undo}`) })

describeInBrowser('the grid, when things go otherwise than meant', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  let witness: Witness
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
    witness = await openWitness(server, planId)
  })
  afterAll(async () => {
    await witness.leave()
    await server.kill()
  })
  async function open(name: string): Promise<Page> {
    const { signInUrl } = await addMember(server, planId, { name })
    return openActivities(await browsers.openProfile(), { origin: server.origin, signInUrl, planId })
  }
  /** Goes to a cell as by arrows. */
  async function goTo(page: Page, row: string, column: string): Promise<void> {
    await page.locator(`[data-row="${row}"] [data-column="${column}"]`).focus()
    await expect.poll(() => focusOn(page)).toBe(`${row}/${column}`)
  }
  const editor = (page: Page) => page.locator('.cell-editor')

  test('U57 an offer to undo goes with the next change, which it would undo instead, and what changed nothing has none', async () => {
    const page = await open('Kari Nes')
    const { status, arena } = witness.activity('K04')
    await goTo(page, 'K04', 'when')
    await press(page, 'Delete')
    await undoOn(page).waitFor()
    await goTo(page, 'K04', 'arena')
    await page.keyboard.type('!')
    await undoOn(page).waitFor({ state: 'detached' })
    await press(page, 'Escape')
    await goTo(page, 'K04', 'place')
    await press(page, 'Delete')
    await page.getByText(nb.grid.emptied(0)).waitFor()
    expect(await undoOn(page).count()).toBe(0)
    await expect.poll(() => witness.activity('K04')).toMatchObject({ status, arena: `${arena}!`, when: null })
  }, 60_000)

  test('U58 words begun in an editor are kept when somebody else deletes the row, and when the window becomes too narrow for a table', async () => {
    const page = await open('Kari Vik')
    await goTo(page, 'K05', 'when')
    await page.keyboard.type('Annenhver uke')
    await editor(page).waitFor()
    await witness.write(plan => trashRow(plan, 'activities', 'K05'))
    await expect.poll(() => witness.plan().activities.find(({ id }) => id === 'K05')?.when).toMatchObject({ raw: 'Annenhver uke' })
    await press(page, 'Escape')

    await goTo(page, 'K06', 'when')
    await page.keyboard.type('Hver høst')
    await editor(page).waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await expect.poll(() => witness.activity('K06').when).toMatchObject({ raw: 'Hver høst' })
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[data-panel]') !== null)).toBe(true)
  }, 60_000)

  test('U59 the numbers of the rows are no cells: nothing is pasted, cut, filled or emptied from them', async () => {
    const page = await open('Kari Lie')
    const before = JSON.stringify(witness.plan())
    const { arena } = witness.activity('K09')
    await goTo(page, 'K09', '#')
    await page.evaluate(() => {
      for (const type of ['paste', 'cut']) {
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/plain', 'Til ingen nytte')
        document.activeElement?.dispatchEvent(new ClipboardEvent(type, { clipboardData, bubbles: true, cancelable: true }))
      }
    })
    await press(page, 'Control+d', 'Delete')
    // What is done after them comes after them.
    await goTo(page, 'K09', 'arena')
    await page.keyboard.type('!')
    await expect.poll(() => witness.activity('K09').arena).toBe(`${arena}!`)
    await press(page, 'Control+z')
    await expect.poll(() => JSON.stringify(witness.plan())).toBe(before)
  }, 60_000)

  test('U60 an editor tells when somebody else changed its value, not when its own person undid', async () => {
    const page = await open('Kari Moe')
    await goTo(page, 'K10', 'status')
    await press(page, 'Enter')
    await editor(page).getByRole('option', { name: nb.words.choices.activities.status.done }).click()
    await expect.poll(() => witness.activity('K10').status).toBe('done')
    await press(page, 'Enter')
    await editor(page).waitFor()
    await press(page, 'Control+z')
    await expect.poll(() => witness.activity('K10').status).toBe(null)
    expect(await editor(page).locator('[role=status]').count()).toBe(0)
    await witness.write(plan => setCell(plan, cellOf('K10', 'status'), 'postponed'))
    await editor(page).getByText(nb.editors.overtaken(nb.words.choices.activities.status.postponed)).waitFor()
  }, 60_000)
})
