import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fieldOf } from '#shared/plan/registers.ts'
import type { Cell } from '#shared/plan/values.ts'
import { mainField } from '../../client/features/table/columns.ts'
import { nb } from '../../client/text/nb.ts'
import { registerPages } from '../../client/text/registerPages.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, enter, useBrowsers, watchPage } from '../support/browser.ts'
import { press, pressUntil } from '../support/gridPage.ts'
import { coverOf, overlapsOf, sidewaysOf, wrongOnPaper } from '../support/laidOut.ts'
import { pages, readyPage } from '../support/pages.ts'
import { activitiesAddress, cellOn, readyPlan, savedPattern, saveState } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const widths = [1440, 820, 390, 320]

describeInBrowser('every page', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  let profile: BrowserContext
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
    const { signInUrl } = await addMember(server, planId, { name: 'Astrid Berge' })
    profile = await browsers.openProfile()
    await enter(profile, { origin: server.origin, signInUrl })
  })
  afterAll(() => server.kill())
  async function openActivities(): Promise<Page> {
    const page = await profile.newPage()
    await page.goto(activitiesAddress(server.origin, planId))
    await readyPlan(page)
    return page
  }

  test('O12 the save state can be read at every width, and the page never scrolls sideways', async () => {
    const page = await openActivities()
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 })
      const state = saveState(page, savedPattern)
      await state.waitFor()
      const box = await state.boundingBox()
      expect(box, `at ${width} px`).not.toBeNull()
      const isInside = box && box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= 800
      expect(isInside, `at ${width} px: ${JSON.stringify(box)}`).toBe(true)
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `sideways at ${width} px`).toBeLessThanOrEqual(width)
    }
    const cell: Cell = { register: 'activities', row: 'K01', field: 'arena' }
    await cellOn(page, cell).first().waitFor()
    await page.close()
  }, 60_000)

  test('O48 with the keyboard alone each page is come into, changed in one place, left and undone, and what has the focus is seen', async () => {
    const page = await openActivities()
    const visit = async (path: string) => {
      await page.goto(`${server.origin}/plan/${planId}/${path}`)
      await readyPage(page)
    }
    /** What was typed is in the plan, and is not when it has been undone: the focus is on something that is seen each time. */
    const typeAndUndo = async (path: string, keeps: 'Escape' | 'Enter' = 'Escape') => {
      const word = 'Xylofon'
      await page.keyboard.type(word)
      await press(page, keeps)
      await expect.poll(() => page.locator('main').innerText(), { message: `${path}: written` }).toContain(word)
      await expectFocusSeen(page, path)
      await page.keyboard.press('Control+z')
      await expect.poll(() => page.locator('main').innerText(), { message: `${path}: undone` }).not.toContain(word)
      await expectFocusSeen(page, `${path}, undone`)
    }
    await visit('om-planen')
    await pressUntil(page, 'Tab', '[data-cell="plan/head/title"]')
    await expectFocusSeen(page, 'om-planen')
    await press(page, 'Enter', 'Control+End')
    await typeAndUndo('om-planen')

    for (const { path, register } of registerPages.filter(({ path: one }) => one !== 'aktiviteter' && one !== 'budskap')) {
      await visit(path)
      await pressUntil(page, 'Tab', '[role=grid] [data-column]', { atMost: 80 })
      await press(page, 'Control+Home')
      await pressUntil(page, 'ArrowRight', `[data-column="${mainField[register]}"]`, { atMost: 4 })
      await expectFocusSeen(page, path)
      await press(page, 'Enter')
      // What is no text has its editor beside the cell, which Enter keeps.
      await typeAndUndo(path, fieldOf(register, mainField[register])?.kind === 'text' ? 'Escape' : 'Enter')
    }

    await visit('budskap')
    await pressUntil(page, 'Tab', 'button', { words: nb.tables.messages.add })
    await press(page, 'Enter')
    await page.locator('textarea').waitFor()
    await typeAndUndo('budskap')
    // Its coming undone is its way into the trash, with the focus on the page that is left.
    await page.keyboard.press('Control+z')
    await page.getByText(nb.tables.messages.empty).waitFor()
    await expectFocusSeen(page, 'budskap, empty')
    await visit('papirkurv')
    await pressUntil(page, 'Tab', '.restore')
    await press(page, 'Enter')
    await page.getByText(nb.trash.empty).waitFor()
    await expectFocusSeen(page, 'papirkurv')

    await visit('gjennomforing')
    await pressUntil(page, 'Tab', 'main select', { atMost: 40 })
    await press(page, 'ArrowUp')
    await expectFocusSeen(page, 'gjennomforing')
    await visit('ansvar?vis=liste&org=usht-rogaland&halvar=2022h')
    await pressUntil(page, 'Tab', 'main select', { atMost: 40 })
    await press(page, 'Tab', 'ArrowUp')
    await page.getByRole('heading', { name: 'USHT Rogaland, vår 2022' }).waitFor()
    await expectFocusSeen(page, 'halvårsliste')
  }, 180_000)

  /** What every page did and how it looked, on a narrow screen with letters of both sizes, to axe, and on paper: they are gone through once. */
  let walked: Promise<{ broke: readonly string[], narrow: readonly unknown[], findings: readonly unknown[], paper: readonly unknown[] }> | null = null
  async function walk() {
    const page = await profile.newPage()
    const { wrongs: broke } = watchPage(page, server.origin)
    const devtools = await profile.newCDPSession(page)
    const [narrow, findings, paper]: [unknown[], unknown[], unknown[]] = [[], [], []]
    const views = ['vis=organisasjoner', 'vis=liste&org=usht-rogaland&halvar=2022h'].map(vis => ({ name: vis, path: `/plan/${planId}/ansvar?${vis}`, isSignedOut: false }))
    for (const { name, path, isSignedOut } of [...views, ...pages(planId)]) {
      if (isSignedOut)
        await profile.clearCookies()
      await page.setViewportSize({ width: 320, height: 800 })
      await page.emulateMedia({ media: 'screen', colorScheme: 'light' })
      await page.goto(server.origin + path)
      await readyPage(page)
      for (const standard of [32, 16]) {
        await devtools.send('Page.setFontSizes', { fontSizes: { standard } })
        await page.waitForFunction(size => getComputedStyle(document.documentElement).fontSize === `${size}px`, standard)
        // Cards are measured again when their letters are others, and what the server is asked for comes later.
        const look = async () => ({ sideways: await sidewaysOf(page), overlaps: await overlapsOf(page), cover: await coverOf(page) })
        const isRight = ({ sideways, overlaps, cover }: Awaited<ReturnType<typeof look>>) => sideways <= 0 && overlaps.length === 0 && cover === null
        let seen = await look()
        await expect.poll(async () => isRight(seen) || isRight(seen = await look()), { timeout: 4_000 }).toBe(true).catch(() => {})
        if (!isRight(seen))
          narrow.push({ name, standard, ...seen })
      }
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 900 })
        await page.evaluate(() => (document.querySelector('.sheet-scroll') ?? document.documentElement).scrollTo(0, 0))
        await readyPage(page)
        findings.push(...(await axe(page)).map(finding => ({ name, width, ...finding })))
      }
      // What is left of A4 on its side within the margins.
      await page.setViewportSize({ width: 1032, height: 688 })
      await page.emulateMedia({ media: 'print' })
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
      const wrong = await wrongOnPaper(page)
      if (wrong.length > 0)
        paper.push({ name, wrong })
    }
    await page.close()
    return { broke, narrow, findings, paper }
  }
  const everyPage = () => walked ??= walk()

  test('O14 no page asks another origin for anything, breaks the content policy or ends in an error', async () => {
    expect((await everyPage()).broke).toEqual([])
  }, 300_000)

  test('O13 axe finds nothing on any page, on a wide screen or a phone, light or dark', async () => {
    expect((await everyPage()).findings).toEqual([])
  }, 300_000)

  test('O49 at 320 px, also with letters of twice the size, no page scrolls sideways, no words stand over each other, and nothing lies over the last of them', async () => {
    expect((await everyPage()).narrow).toEqual([])
  }, 180_000)

  test('O50 on paper every page is the plan alone: no tools, nobody\'s frames, nothing cut; the heads of tables repeat, and no row is split', async () => {
    expect((await everyPage()).paper).toEqual([])
  }, 180_000)
})

/** Something but the page itself has the focus, is on the screen, and has a ring or a field's own edge. */
async function expectFocusSeen(page: Page, where: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => {
    const { activeElement: element } = document
    if (!element || element === document.body)
      return 'nowhere'
    const box = element.getBoundingClientRect()
    const style = getComputedStyle(element)
    const isRinged = (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none' || element.matches('h1, input, textarea, select, .merged')
    const isOnScreen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.height > 0
    return isRinged && isOnScreen ? 'seen' : `${element.tagName}.${element.className}: ring ${isRinged}, on screen ${isOnScreen}`
  }), { message: `the focus, ${where}` }).toBe('seen')
}
