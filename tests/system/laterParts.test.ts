import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nb } from '../../client/text/nb.ts'
import { describeInBrowser, enter, useBrowsers, watchPage } from '../support/browser.ts'
import { activitiesAddress, readyPlan } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const panel = (page: Page) => page.locator('[data-panel]')
const hasFocus = (page: Page, selector: string) => page.evaluate(wanted => document.activeElement?.matches(wanted) === true, selector)

describeInBrowser('parts of the page that are fetched after it can be read', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
  })
  afterAll(() => server.kill())

  /** Signed in, and not yet in the plan. */
  async function signedIn(name: string, options: Parameters<typeof browsers.openProfile>[0] = {}): Promise<BrowserContext> {
    const { signInUrl } = await addMember(server, planId, { name })
    const profile = await browsers.openProfile(options)
    await enter(profile, { origin: server.origin, signInUrl })
    return profile
  }
  /** Lets the files of later parts through when told to. */
  async function heldBack(profile: BrowserContext, names: RegExp): Promise<() => void> {
    let release = () => {}
    const released = new Promise<void>((resolve) => { release = resolve })
    await profile.route(({ pathname }) => names.test(pathname), async (route) => {
      await released
      await route.continue()
    })
    return release
  }

  test('U97 the details of a row that are asked for before their part is there open when it comes, with the focus in them', async () => {
    const profile = await signedIn('Kari Nes')
    const release = await heldBack(profile, /\/DetailPanel-/)
    const page = await profile.newPage()
    const { wrongs } = watchPage(page, server.origin)
    await page.goto(activitiesAddress(server.origin, planId))
    await readyPlan(page)
    await page.locator('[data-row="K03"] [data-column="arena"]').focus()
    await page.keyboard.press('Alt+Enter')
    expect(await panel(page).count()).toBe(0)
    release()
    await panel(page).waitFor()
    await expect.poll(() => hasFocus(page, '[data-panel]')).toBe(true)
    expect(wrongs).toEqual([])
  })

  test('U97 a part that cannot be fetched says so and leaves the page as it was, and is fetched at the next press', async () => {
    const profile = await signedIn('Berit Nes')
    let isDown = true
    await profile.route(({ pathname }) => pathname.includes('/DetailPanel-'), route => isDown ? route.abort() : route.continue())
    const page = await profile.newPage()
    await page.goto(activitiesAddress(server.origin, planId))
    await readyPlan(page)
    await page.locator('[data-row="K03"] [data-column="arena"]').focus()
    await page.keyboard.press('Alt+Enter')
    await page.getByText(nb.grid.notFetched).waitFor()
    expect(await panel(page).count()).toBe(0)
    isDown = false
    await page.locator('[data-row="K03"] [data-column="arena"]').focus()
    await page.keyboard.press('Alt+Enter')
    await panel(page).waitFor()
  })

  test('U97 a part whose styles could not be fetched is no half part at the next press', async () => {
    const profile = await signedIn('Rita Moe')
    let isDown = true
    await profile.route(({ pathname }) => /\/DetailPanel-.*\.css$/.test(pathname), route => isDown ? route.abort() : route.continue())
    const page = await profile.newPage()
    await page.goto(activitiesAddress(server.origin, planId))
    await readyPlan(page)
    const ask = async () => {
      await page.locator('[data-row="K03"] [data-column="arena"]').focus()
      await page.keyboard.press('Alt+Enter')
    }
    await ask()
    await page.getByText(nb.grid.notFetched).waitFor()
    isDown = false
    await ask()
    await panel(page).waitFor()
    expect(await page.evaluate(() => [...document.styleSheets].some(({ href }) => href?.includes('/DetailPanel-')))).toBe(true)
  })

  test('U97 when the page has been at rest, the line is not needed for anything that a press opens', async () => {
    const profile = await signedIn('Olav Vik')
    const page = await profile.newPage()
    await page.goto(activitiesAddress(server.origin, planId))
    await readyPlan(page)
    // Nothing more has been asked for from one look to the next.
    let before = -1
    await expect.poll(async () => {
      const asked = await page.evaluate(() => performance.getEntriesByType('resource').length)
      const isSame = asked === before
      before = asked
      return isSame
    }, { interval: 1_500, timeout: 20_000 }).toBe(true)
    await profile.setOffline(true)

    await page.locator('[data-row="K03"] [data-column="arena"]').focus()
    await page.keyboard.press('Alt+Enter')
    await panel(page).waitFor()
    expect(await hasFocus(page, '[data-panel]')).toBe(true)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+f')
    expect(await hasFocus(page, '[role=search] input')).toBe(true)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Shift+Space')
    await page.locator('.selection-bar').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.locator('.cards [data-row]').first().waitFor()
    expect(await page.getByText(nb.grid.notFetched).count()).toBe(0)
  })

  test('U97 on a phone the cards stand when the plan can be read, and the first press opens a row', async () => {
    const profile = await signedIn('Siri Dal', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    const page = await profile.newPage()
    await page.goto(activitiesAddress(server.origin, planId))
    await page.locator('.cards [data-row]').first().waitFor()
    await page.locator('.cards [data-row] .open').first().tap()
    await panel(page).waitFor()
    await expect.poll(() => hasFocus(page, '[data-panel]')).toBe(true)
  })
})
