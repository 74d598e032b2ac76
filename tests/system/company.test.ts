import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cell } from '#shared/plan/values.ts'
import { countRenders } from '../bench/inPage.ts'
import { describeInBrowser } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { lettersSeen, openPerson, openWriters } from '../support/company.ts'
import { savedPattern, saveState } from '../support/planPage.ts'
import { planIdOf, startServer, type RunningServer } from '../support/server.ts'

const seconds = 10
const cells = ['K01', 'K01', 'K03'].map((row): Cell => ({ register: 'activities', row, field: 'arena' }))

describeInBrowser('several people in one plan', () => {
  let server: RunningServer
  let browser: Awaited<ReturnType<typeof launchChromium>>
  beforeAll(async () => {
    server = await startServer()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser.close()
    await server.kill()
  })

  test(`O39 of what three write for ${seconds} s, two of them in one cell, nothing is lost on anybody's screen, and each letter draws one row again`, async () => {
    const planId = await planIdOf(server)
    const writers = await openWriters(browser, server, planId, cells)
    const reader = await openPerson(browser, server, planId, 'Leser')
    await reader.evaluate(countRenders)
    await Promise.all(writers.map(writer => writer.typeFor(seconds * 1_000)))

    for (const page of [reader, ...writers.map(writer => writer.page)]) {
      for (const writer of writers)
        await expect.poll(() => lettersSeen(page, writer), { timeout: 15_000 }).toBe(writer.typed())
    }
    for (const { page } of writers)
      await saveState(page, savedPattern).waitFor()
    const typed = writers.reduce((sum, writer) => sum + writer.typed(), 0)
    const drawn = await reader.evaluate(() => (window as unknown as { rendered: string[] }).rendered.filter(name => name === 'GridRow').length)
    expect(typed).toBeGreaterThan(writers.length * seconds)
    // Letters that come in one frame are drawn at once.
    expect(drawn).toBeGreaterThan(0)
    expect(drawn).toBeLessThanOrEqual(typed)
  }, seconds * 1_000 + 90_000)
})
