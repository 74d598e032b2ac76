import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { spliceText } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import { nb } from '../../client/text/nb.ts'
import { personal } from '../../client/text/personal.nb.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, useBrowsers, watchPage } from '../support/browser.ts'
import { focusOn, openWitness, press, type Witness } from '../support/gridPage.ts'
import { cellOn, fieldOn, openActivities, wordsIn, writeIn } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const cellOf = (row: string, field = 'arena'): Cell => ({ register: 'activities', row, field })
const goal: Cell = { register: 'goals', row: 'G2', field: 'text' }
const asked = (page: Page) => page.locator('.personal-here .personal:not(.empty)')
/** What it says, without the places where its words may be divided. */
const markWords = async (page: Page, cell: Cell) => (await markIn(page, cell).textContent())?.replaceAll('\u00AD', '')
const markIn = (page: Page, cell: Cell) => cellOn(page, cell).locator('.personal-mark')

describeInBrowser('personal data in the words of a plan', () => {
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
  async function open(name: string, { role = 'editor', ...options }: { role?: 'editor' | 'reader' } & Parameters<typeof browsers.openProfile>[0] = {}) {
    const { signInUrl } = await addMember(server, planId, { name, role })
    return openActivities(await browsers.openProfile(options), { origin: server.origin, signInUrl, planId })
  }
  const wordsOf = (row: string) => witness.activity(row).arena

  test('U123 in the grid the question comes beside the cell that was left, and everything in it is done by the keyboard alone, without a request to anybody', async () => {
    const page = await open('Kari Nes', { bypassCSP: true })
    const { wrongs } = watchPage(page, server.origin)
    const requests: string[] = []
    const before = wordsOf('K02')
    await writeIn(page, cellOf('K02'), 'end')
    page.on('request', request => requests.push(request.url()))
    await page.keyboard.type('. Ring Kari på 51 56 87 00, kari.nes@ks.no')
    await expect.poll(() => wordsOf('K02')).toContain('ks.no')
    expect(await asked(page).count()).toBe(0)
    await press(page, 'Enter')
    await asked(page).getByText(personal.looksLike.phoneNumber).waitFor()
    expect(await focusOn(page)).toBe('K02/arena')
    expect(await markWords(page, cellOf('K02'))).toContain(personal.markOfMany(2))
    expect(await axe(page, '.personal-here')).toEqual([])
    expect(await axe(page, '.personal-mark')).toEqual([])

    await press(page, 'Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe(personal.remove)
    await press(page, 'Enter')
    await asked(page).getByText(personal.looksLike.mailAddress).waitFor()
    await expect.poll(() => wordsOf('K02')).toBe(`${before}. Ring Kari på , kari.nes@ks.no`)
    await press(page, 'Tab', 'Enter')
    await asked(page).waitFor({ state: 'detached' })
    expect(await focusOn(page)).toBe('K02/arena')
    await markIn(page, cellOf('K02')).waitFor({ state: 'detached' })
    await press(page, 'Control+z')
    await expect.poll(() => wordsOf('K02')).toBe(`${before}. Ring Kari på 51 56 87 00, kari.nes@ks.no`)
    expect(await markWords(page, cellOf('K02'))).toContain(personal.mark.phoneNumber)

    // Left as it is: Esc puts it away, and the mark stays. What was there before is not asked about again.
    await writeIn(page, cellOf('K03'), 'end')
    await page.keyboard.type(' Storgata 5')
    await press(page, 'Escape')
    await asked(page).getByText(personal.looksLike.streetAddress).waitFor()
    await press(page, 'Tab', 'Escape')
    await asked(page).waitFor({ state: 'detached' })
    expect(await focusOn(page)).toBe('K03/arena')
    await writeIn(page, cellOf('K03'), 'end')
    await page.keyboard.type(' og mer')
    await press(page, 'Escape')
    await expect.poll(() => wordsIn(page, cellOf('K03'))).toContain('og mer')
    await markIn(page, cellOf('K03')).waitFor()
    expect(await asked(page).count()).toBe(0)
    expect(requests.filter(url => !url.includes('/assets/'))).toEqual([])
    expect(wrongs).toEqual([])
  }, 60_000)

  test('U124 what others wrote is marked for who may write, in a goal over its rows too, and a press on the mark asks; a reader sees no mark', async () => {
    const [page, reader] = await Promise.all([open('Olav Lie'), open('Liv Moe', { role: 'reader' })])
    await witness.write(plan => spliceText(plan, cellOf('K07'), { at: 0, remove: 0, insert: '912 34 567 ' }))
    await witness.write(plan => spliceText(plan, goal, { at: 0, remove: 0, insert: 'ola@example.no ' }))
    await markIn(page, cellOf('K07')).waitFor()
    await expect.poll(() => wordsIn(reader, cellOf('K07'))).toContain('912')
    expect(await reader.locator('.personal-mark').count()).toBe(0)
    await cellOn(page, goal).locator('.personal-mark').click()
    await asked(page).getByText(personal.looksLike.mailAddress).waitFor()
    await page.getByRole('button', { name: personal.remove }).click()
    await expect.poll(() => witness.plan().goals.find(row => row.id === 'G2')?.text).not.toContain('@')
    await asked(page).waitFor({ state: 'detached' })
    await markIn(page, cellOf('K07')).click()
    await page.getByRole('button', { name: personal.dismiss }).click()
    await markIn(page, cellOf('K07')).waitFor({ state: 'detached' })
    expect(wordsOf('K07')).toContain('912 34 567')
    await page.reload()
    await cellOn(page, cellOf('K07')).getByText('912 34 567').waitFor()
    await markIn(page, cellOf('K02')).waitFor()
    expect(await markIn(page, cellOf('K07')).count()).toBe(0)
  }, 60_000)

  test('U125 what is pasted into the cells of the grid is asked about, the first of it that tells of one person', async () => {
    const page = await open('Anne Vik')
    await cellOn(page, cellOf('K09')).click()
    await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', 'Møter i 2023\nRing 22 33 11 00\nkari@example.no')
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
    await asked(page).getByText(personal.looksLike.phoneNumber).waitFor()
    await expect.poll(() => wordsOf('K10')).toBe('Ring 22 33 11 00')
    expect(await page.locator('.personal-mark').filter({ hasText: personal.mark.mailAddress }).count()).toBeGreaterThan(0)
    // It goes when one writes on elsewhere.
    await writeIn(page, cellOf('K01'), 'end')
    await asked(page).waitFor({ state: 'detached' })
    await press(page, 'Escape')
    expect(await fieldOn(page, cellOf('K01')).count()).toBe(0)
  }, 60_000)

  test('U124 on a phone the question stands under the words in the row that is written in, and wants no room to the side', async () => {
    const page = await open('Per Dal', { viewport: { width: 320, height: 700 }, hasTouch: true })
    await witness.write(plan => spliceText(plan, cellOf('K11'), { at: 0, remove: 0, insert: '912 34 567 ' }))
    await cellOn(page, cellOf('K11')).tap()
    const panel = page.locator('[data-panel]')
    await panel.waitFor()
    expect(await panel.locator('.personal').count()).toBe(0)
    await panel.getByRole('button', { name: nb.panel.edit, exact: true }).tap()
    await panel.getByText(personal.looksLike.phoneNumber).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    for (const name of [personal.remove, personal.dismiss])
      expect((await panel.getByRole('button', { name }).boundingBox())?.height).toBeGreaterThanOrEqual(44)
    await panel.getByRole('button', { name: personal.remove }).tap()
    await panel.getByText(personal.looksLike.phoneNumber).waitFor({ state: 'detached' })
    await expect.poll(() => wordsOf('K11')).not.toContain('912')
  }, 60_000)
})
