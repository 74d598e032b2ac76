import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { readCellPlain } from '#shared/plan/read.ts'
import { schemaVersion } from '#shared/plan/registers.ts'
import type { Cell } from '#shared/plan/values.ts'
import { nb } from '../../client/text/nb.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { onDevicePattern, openActivities, readyPlan, savedPattern, saveState, wordsIn, writeIn } from '../support/planPage.ts'
import { rawClient } from '../support/rawClient.ts'
import { addMember, planIdOf, signIn, startServer, type RunningServer } from '../support/server.ts'
import { until } from '../support/until.ts'

const cell: Cell = { register: 'activities', row: 'K02', field: 'arena' }
const key = 'the build this page is of'

/** From the moment its storage says so the page's connections tell the schema of an older build, as one does that outlives an upgrade. */
async function mayBecomeOld(page: Page): Promise<void> {
  await page.addInitScript(({ key, older }) => {
    const Current = WebSocket
    window.WebSocket = class extends Current {
      constructor(address: string | URL, protocols?: string | string[]) {
        const url = new URL(address)
        if (localStorage.getItem(key) === 'older')
          url.searchParams.set('schema', older)
        super(url, protocols)
      }
    }
  }, { key, older: String(schemaVersion - 1) })
}

describeInBrowser('a page of an older build', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
  })
  afterAll(() => server.kill())

  test('O65 is refused in words that say what to do, keeps what was not sent, and the new one sends it', async () => {
    const profile = await browsers.openProfile()
    const { signInUrl } = await addMember(server, planId, { name: 'Kari Nes' })
    const page = await openActivities(profile, { origin: server.origin, signInUrl, planId })
    await mayBecomeOld(page)
    await page.reload()
    await readyPlan(page)
    await saveState(page, savedPattern).waitFor()
    const before = await wordsIn(page, cell)

    // The server is another when the line is back.
    await profile.setOffline(true)
    await writeIn(page, cell, 'end')
    await page.keyboard.insertText(' fra en gammel side')
    await saveState(page, onDevicePattern).waitFor()
    await page.evaluate(key => localStorage.setItem(key, 'older'), key)
    let attempts = 0
    page.on('websocket', () => { attempts++ })
    await profile.setOffline(false)
    const { title, what, action } = nb.stopped['outdated-client']
    const notice = page.getByRole('alert').filter({ hasText: title })
    await notice.waitFor({ timeout: 20_000 })
    expect(what).toBe('Last siden på nytt – ingenting er mistet.')
    expect(await notice.textContent()).toContain(`${nb.save.kept(1)} ${what}`)
    expect(await wordsIn(page, cell)).toBe(`${before} fra en gammel side`)
    const witness = rawClient({ planId, cookie: await signIn(server, (await addMember(server, planId, { name: 'Olav Berge' })).signInUrl) })
    await witness.connect(server.origin)
    const words = () => String(readCellPlain(witness.plan.doc, cell))
    expect(words()).toBe(before)

    // It has asked once, and stays away.
    expect(attempts).toBe(1)
    await page.evaluate(key => localStorage.removeItem(key), key)
    await notice.getByRole('button', { name: action }).click()
    await readyPlan(page)
    await saveState(page, savedPattern).waitFor({ timeout: 20_000 })
    expect(await wordsIn(page, cell)).toBe(`${before} fra en gammel side`)
    await until(() => words() === `${before} fra en gammel side`, { what: 'others see it, once' })
    await witness.disconnect()
  }, 60_000)
})
