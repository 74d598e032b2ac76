import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cell } from '#shared/plan/values.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, useBrowsers, watchPage } from '../support/browser.ts'
import { pages, readyPage, type Scheme } from '../support/pages.ts'
import { cellOn, openActivities, savedPattern, saveState } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const widths = [1440, 820, 390, 320]

describeInBrowser('every page', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  let signInUrl: string
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
    signInUrl = (await addMember(server, planId, { name: 'Astrid Berge' })).signInUrl
  })
  afterAll(() => server.kill())

  test.each<Scheme>(['light', 'dark'])('O13 axe finds nothing on any page in the %s scheme, on a wide screen or a phone', async (colorScheme) => {
    const profile = await browsers.openProfile({ colorScheme, bypassCSP: true })
    const page = await profile.newPage()
    await page.goto(signInUrl)
    const findings: unknown[] = []
    for (const { name, path, isSignedOut } of pages(planId)) {
      if (isSignedOut)
        await profile.clearCookies()
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 })
        await page.goto(server.origin + path)
        await readyPage(page)
        findings.push(...(await axe(page)).map(finding => ({ name, width, ...finding })))
      }
    }
    expect(findings).toEqual([])
  }, 300_000)

  test('O14 no page asks another origin for anything, breaks the content policy or ends in an error', async () => {
    const profile = await browsers.openProfile()
    const page = await profile.newPage()
    const { wrongs } = watchPage(page, server.origin)
    await page.goto(signInUrl)
    for (const { path, isSignedOut } of pages(planId)) {
      if (isSignedOut)
        await profile.clearCookies()
      await page.goto(server.origin + path)
      await readyPage(page)
    }
    expect(wrongs).toEqual([])
  }, 120_000)

  test('O12 the save state can be read at every width, and the page never scrolls sideways', async () => {
    const page = await openActivities(await browsers.openProfile(), { origin: server.origin, signInUrl, planId })
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
  }, 60_000)
})
