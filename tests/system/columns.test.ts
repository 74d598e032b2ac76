import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownFields } from '#shared/plan/registers.ts'
import { nb } from '../../client/text/nb.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { openActivities, savedPattern, saveState, wordsIn, writeIn } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const title = 'Merknad til Helsedirektoratet'
/** What stands above the columns of the table, in their order. */
const heads = (page: Page) => page.getByRole('columnheader')
  .evaluateAll(all => all.map(head => head.textContent.replace(/[\u00AD\u200B\u2060]/gu, '').trim()))
const dialogOf = (page: Page) => page.getByRole('dialog')

const viewButton = (page: Page) => page.getByRole('button', { name: new RegExp(`^${nb.grid.view}`) })

async function openColumns(page: Page) {
  await viewButton(page).click()
  await page.getByRole('button', { name: nb.columns.open }).click()
  await dialogOf(page).getByRole('heading', { name: nb.columns.title(nb.tables.activities.title) }).waitFor()
}
const close = (page: Page) => dialogOf(page).getByRole('button', { name: nb.columns.close, exact: true }).click()
const isThere = (page: Page, head: string) =>
  expect.poll(() => heads(page).then(all => all.some(one => one.startsWith(head))), { timeout: 5_000, interval: 25 })

describeInBrowser('the columns of a plan', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server, 'oslo-og-viken')
  })
  afterAll(() => server.kill())

  async function come(name: string, role: 'editor' | 'reader' = 'editor'): Promise<Page> {
    const { signInUrl } = await addMember(server, planId, { name, role })
    return openActivities(await browsers.openProfile({ bypassCSP: true }), { origin: server.origin, signInUrl, planId })
  }

  test('O40 a column that one adds is there for the other within a second, is written in, renamed, taken out and taken in again with its words', async () => {
    const [kari, olav] = await Promise.all([come('Kari Nes'), come('Olav Berge')])
    for (const head of ['Kommunikasjonsform', 'Mål med kommunikasjonen', 'Tema', 'Når', 'Ansvar'])
      await isThere(olav, head).toBe(true)

    await openColumns(kari)
    await dialogOf(kari).getByRole('button', { name: nb.columns.addOwn }).click()
    await kari.keyboard.type(title)
    const typedAt = Date.now()
    await isThere(olav, title).toBe(true)
    expect(Date.now() - typedAt).toBeLessThan(1_000)
    expect(await axe(kari)).toEqual([])
    await close(kari)
    expect(await kari.evaluate(() => document.activeElement?.textContent)).toContain(nb.grid.view)

    const own = await olav.locator('[data-cell^="activities/K01/own"]').getAttribute('data-cell')
    const field = ownFields.find(name => own?.endsWith(name)) ?? ''
    const cell = { register: 'activities', row: 'K01', field } as const
    await writeIn(olav, cell, 'end')
    await olav.keyboard.type('Les dette')
    await olav.keyboard.press('Escape')
    await expect.poll(() => wordsIn(kari, cell)).toBe('Les dette')

    await openColumns(kari)
    const name = dialogOf(kari).getByRole('textbox', { name: nb.columns.name(title) })
    await name.fill('Til direktoratet')
    await isThere(olav, 'Til direktoratet').toBe(true)
    await dialogOf(kari).getByRole('button', { name: nb.columns.takeOutName('Til direktoratet'), exact: true }).click()
    await isThere(olav, 'Til direktoratet').toBe(false)
    await dialogOf(kari).getByText(nb.columns.takenOutOwn('Til direktoratet', 1)).waitFor()
    await dialogOf(kari).getByRole('button', { name: nb.columns.takeInName('Til direktoratet') }).click()
    await isThere(olav, 'Til direktoratet').toBe(true)
    await expect.poll(() => wordsIn(olav, cell)).toBe('Les dette')
    await close(kari)
    await saveState(kari, savedPattern).waitFor()
  }, 60_000)

  test('O40 with the keyboard alone a column is moved and back, and undone with the keys', async () => {
    const kari = await come('Kari Nes')
    await openColumns(kari)
    const orderOf = () => dialogOf(kari).getByRole('textbox').evaluateAll(all => all.map(one => (one as HTMLInputElement).value))
    const before = await orderOf()
    for (let n = 0; n < 40 && await kari.evaluate(() => (document.activeElement as HTMLInputElement).value) !== 'Tema'; n++)
      await kari.keyboard.press('Tab')
    await kari.keyboard.press('Alt+ArrowUp')
    await expect.poll(orderOf).toEqual([before[0], 'Tema', before[1], ...before.slice(3)])
    expect(await kari.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('Tema')
    await kari.keyboard.press('Control+z')
    await expect.poll(orderOf).toEqual(before)
    await kari.keyboard.press('Escape')
    await dialogOf(kari).waitFor({ state: 'detached' })
  }, 60_000)

  test('O40 who may only read is not offered to change the columns', async () => {
    const reader = await come('Jon Eide', 'reader')
    await viewButton(reader).click()
    await reader.getByText(nb.grid.onlyMine).waitFor()
    expect(await reader.getByRole('button', { name: nb.columns.open }).count()).toBe(0)
  }, 60_000)
})
