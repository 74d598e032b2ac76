import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Cell } from '#shared/plan/values.ts'
import { nb } from '../../client/text/nb.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { cellOn, openActivities } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const cellIn = (row: string, field = 'arena'): Cell => ({ register: 'activities', row, field })

describeInBrowser('two people near each other', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
  })
  afterAll(() => server.kill())
  const opened: Page[] = []
  afterEach(() => Promise.all(opened.splice(0).map(page => page.close())))

  async function open(name: string, organisation: string): Promise<Page> {
    const { signInUrl } = await addMember(server, planId, { name, organisation })
    const page = await openActivities(await browsers.openProfile(), { origin: server.origin, signInUrl, planId })
    opened.push(page)
    return page
  }

  test('U33 another\'s caret is seen within half a second where it stands in the words, with their name, and draws nothing again but itself', async () => {
    const [kari, olav] = await Promise.all([open('Kari Nes', 'SF'), open('Olav Berge', 'KS')])
    await write(olav, 'K06')
    const caret = kari.locator('.caret')
    await caret.waitFor()
    await expect.poll(() => kari.locator('.flag').innerText()).toBe('Olav Berge, KS')
    await olav.keyboard.press('Control+Home')
    await caretStandsBefore(kari, 'K06', 0)

    const watched = await watchGrid(kari)
    const waits: number[] = []
    for (let index = 1; index <= 12; index++) {
      const from = Date.now()
      await olav.keyboard.press('ArrowRight')
      await caretStandsBefore(kari, 'K06', index)
      waits.push(Date.now() - from)
    }
    expect(Math.max(...waits), `${waits.join(', ')} ms`).toBeLessThan(500)
    expect(await watched(), 'drawn again for a caret').toEqual([])
  }, 60_000)

  test('U33 over the field I write in, the other\'s caret stands in the same lines as my words, and gives way to them at once', async () => {
    const [kari, olav] = await Promise.all([open('Kari Berg', 'SF'), open('Olav Lie', 'KS')])
    await write(olav, 'K07')
    await olav.keyboard.type(' Kommunedirektørutvalget ⛄ 😀 superoptimaliseringsprosjektgjennomføring')
    await olav.keyboard.press('Shift+Enter')
    await olav.keyboard.type('ny linje')
    await write(kari, 'K07')
    await kari.locator('.caret').waitFor()
    for (const width of [1440, 1100, 900]) {
      await kari.setViewportSize({ width, height: 900 })
      await expect.poll(() => kari.evaluate(() => {
        const [field, mirror] = [document.querySelector('textarea'), document.querySelector('.mirror')]
        return field && mirror && field.scrollHeight - mirror.scrollHeight
      }), { message: `lines at ${width} px` }).toBe(0)
    }
    const before = await caretBox(kari)
    await olav.keyboard.press('ArrowLeft')
    await expect.poll(async () => (await caretBox(kari)).x).toBeLessThan(before.x)
    const still = await caretBox(kari)
    await kari.keyboard.press('Control+End')
    for (let n = 0; n < 8; n++)
      await kari.keyboard.press('ArrowLeft')
    await kari.keyboard.type('WW')
    await expect.poll(async () => (await caretBox(kari)).x - still.x).toBeGreaterThan(15)
  }, 60_000)

  test('U34 what another does near me is marked and spoken, at most once in five seconds, until I mute it', async () => {
    const [kari, olav] = await Promise.all([open('Kari Dal', 'SF'), open('Olav Vik', 'KS')])
    await cellOn(kari, cellIn('K09')).click()
    const spoken = await listen(kari)
    await write(olav, 'K10')
    await olav.keyboard.type(' og flere', { delay: 30 })
    await olav.keyboard.press('Escape')
    const sentence = nb.near.wrote('Olav Vik', nb.near.cell(nb.words.fields.activities.arena, nb.near.row(10)))
    await expect.poll(async () => (await spoken()).map(one => one.words), { timeout: 8_000 }).toEqual([sentence])
    await olav.keyboard.press('ArrowRight')
    await expect.poll(() => kari.locator('.fresh .who').count()).toBeGreaterThan(0)
    expect(await kari.evaluate(() => [...CSS.highlights.get('fresh') ?? []].map(String).join())).toContain('og flere')

    await write(olav, 'K08')
    for (let n = 0; n < 16; n++)
      await olav.keyboard.type('x', { delay: 500 })
    const all = await spoken()
    expect(all.length).toBeGreaterThan(1)
    all.slice(1).forEach(({ at }, n) => expect(at - (all[n]?.at ?? 0)).toBeGreaterThan(4_950))

    await kari.keyboard.press('Shift+F8')
    await expect.poll(async () => (await spoken()).at(-1)?.words).toBe(nb.near.announcementsOff)
    const count = (await spoken()).length
    for (let n = 0; n < 12; n++)
      await olav.keyboard.type('y', { delay: 500 })
    expect((await spoken()).length).toBe(count)
    await kari.keyboard.press('F8')
    await expect.poll(async () => (await spoken()).at(-1)?.words).toContain('Olav Vik')
    expect(await kari.evaluate(() => document.activeElement?.closest('[data-cell]')?.getAttribute('data-cell'))).toBe('activities/K09/arena')
  }, 90_000)

  test('U35 «her nå» says where each is, follows them while it is open, and a press goes there, also far down', async () => {
    const [kari, olav] = await Promise.all([open('Kari Moe', 'SF'), open('Olav Ness', 'KS')])
    await cellOn(olav, cellIn('K01', 'when')).click()
    await kari.getByRole('button', { name: /her nå/ }).click()
    const line = kari.getByRole('dialog').getByRole('button', { name: /Olav Ness/ })
    await expect.poll(() => line.innerText()).toContain(nb.here.at(nb.here.row(1), nb.words.fields.activities.when))
    await line.focus()
    await olav.keyboard.press('Control+End')
    await expect.poll(() => line.innerText()).not.toContain(nb.here.row(1) + ',')
    expect(await line.evaluate(element => element === document.activeElement)).toBe(true)
    await kari.keyboard.press('Enter')
    const at = await olav.evaluate(() => document.activeElement?.closest('[data-cell]')?.getAttribute('data-cell'))
    await expect.poll(() => kari.evaluate(() => document.activeElement?.closest('[data-cell]')?.getAttribute('data-cell'))).toBe(at)
  }, 60_000)
})

/** Opens a text cell for writing, as the keyboard does. */
async function write(page: Page, row: string): Promise<void> {
  await cellOn(page, cellIn(row)).click()
  if (await page.locator('textarea').count() === 0)
    await page.keyboard.press('Enter')
  await page.locator('textarea').waitFor()
}

const caretBox = (page: Page) => page.locator('.caret').evaluate((element) => {
  const { x, y } = element.getBoundingClientRect()
  return { x, y }
})

/** Resolves when the one caret on the page stands before the character with this number in the cell's words. */
async function caretStandsBefore(page: Page, row: string, index: number): Promise<void> {
  await page.waitForFunction(([key, at]) => {
    const node = document.querySelector(`[data-cell="${key}"] .cell-words`)?.firstChild
    const caret = document.querySelector('.caret')?.getBoundingClientRect()
    if (!node || !caret)
      return false
    const range = document.createRange()
    range.setStart(node, Number(at))
    range.setEnd(node, Number(at) + 1)
    const [character] = range.getClientRects()
    return character && Math.abs(caret.left - character.left) <= 1.5 && Math.abs(caret.top - character.top) <= 1
  }, [`activities/${row}/arena`, index] as const, { polling: 10 })
}

/** Tells what of the page's sheet was changed by anybody, but the overlays of those who are near. */
async function watchGrid(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const changed: string[] = []
    new MutationObserver(records => records.forEach(({ target }) => {
      const element = target instanceof Element ? target : target.parentElement
      if (element && !element.closest('.near'))
        changed.push(`${element.tagName}.${element.className}`)
    })).observe(document.querySelector('.sheet-scroll') ?? document.body, { subtree: true, childList: true, characterData: true, attributes: true })
    Object.assign(window, { changed })
  })
  return () => page.evaluate(() => (window as unknown as { changed: string[] }).changed)
}

/** What the live region is given, and when. */
async function listen(page: Page): Promise<() => Promise<{ words: string, at: number }[]>> {
  await page.evaluate(() => {
    const spoken: { words: string, at: number }[] = []
    const region = document.querySelector('.near-region')
    new MutationObserver(() => spoken.push({ words: region?.textContent.trim() ?? '', at: performance.now() }))
      .observe(region ?? document.body, { childList: true, subtree: true, characterData: true })
    Object.assign(window, { spoken })
  })
  return () => page.evaluate(() => (window as unknown as { spoken: { words: string, at: number }[] }).spoken)
}
