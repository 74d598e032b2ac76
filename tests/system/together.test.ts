import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cell } from '#shared/plan/values.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { openActivities, readyPlan, savedPattern, saveState, wordsIn, writeIn } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const typingMs = Number(process.env.TYPING_SECONDS ?? 15) * 1_000
const cell: Cell = { register: 'activities', row: 'K01', field: 'arena' }

describeInBrowser('two people in one plan', () => {
  const browsers = useBrowsers({ processes: 2 })
  let server: RunningServer
  beforeAll(async () => { server = await startServer() })
  afterAll(() => server.kill())

  test(`O9 two browsers type at both ends of one text for ${typingMs / 1_000} s, and every character is there, in order, in both and in a third`, async () => {
    const planId = await planIdOf(server)
    const [kari, olav] = await Promise.all(['Kari Nes', 'Olav Berge'].map(async (name) => {
      const { signInUrl } = await addMember(server, planId, { name })
      return { signInUrl, page: await openActivities(await browsers.openProfile(), { origin: server.origin, signInUrl, planId }) }
    }))
    if (!kari || !olav)
      throw new Error('two people are needed')
    const before = await wordsIn(kari.page, cell)
    await writeIn(kari.page, cell, 'start')
    await writeIn(olav.page, cell, 'end')

    const until = Date.now() + typingMs
    const typed = { kari: '', olav: '' }
    await Promise.all([
      (async () => {
        for (let n = 0; Date.now() < until; n++)
          typed.kari += await typeOne(kari.page, `k${n.toString(36)}`)
      })(),
      (async () => {
        for (let n = 0; Date.now() < until; n++)
          typed.olav += await typeOne(olav.page, `o${n.toString(36)}`)
      })(),
    ])

    const whole = typed.kari + before + typed.olav
    await expect.poll(() => wordsIn(kari.page, cell), { timeout: 10_000 }).toBe(whole)
    await expect.poll(() => wordsIn(olav.page, cell), { timeout: 10_000 }).toBe(whole)
    await saveState(kari.page, savedPattern).waitFor()
    await saveState(olav.page, savedPattern).waitFor()

    const third = await (await browsers.openProfile()).newPage()
    await third.goto(kari.signInUrl)
    await third.goto(kari.page.url())
    await readyPlan(third)
    expect(await wordsIn(third, cell)).toBe(whole)
    console.log(`two browsers: ${typed.kari.length} + ${typed.olav.length} characters in ${typingMs / 1_000} s, all there`)
    expect(Math.min(typed.kari.length, typed.olav.length)).toBeGreaterThan(typingMs / 1_000)
  }, typingMs + 60_000)
})

async function typeOne(page: Parameters<typeof wordsIn>[0], word: string): Promise<string> {
  await page.keyboard.type(word, { delay: 25 })
  return word
}
