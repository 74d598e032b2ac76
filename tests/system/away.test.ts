import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cell } from '#shared/plan/values.ts'
import { limits } from '#shared/protocol/limits.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { freePort, openLine, type Line } from '../support/line.ts'
import { activitiesAddress, onDevicePattern, openActivities, readyPlan, savedPattern, saveState, wordsIn, writeIn } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const cell: Cell = { register: 'activities', row: 'K02', field: 'arena' }

describeInBrowser('a person whose line fails', () => {
  const browsers = useBrowsers()
  let line: Line
  let server: RunningServer
  let planId: string
  beforeAll(async () => {
    line = await openLine()
    const port = await freePort()
    line.leadTo(port)
    server = await startServer({ port, env: { PUBLIC_ORIGIN: line.origin } })
    planId = await planIdOf(server)
  })
  afterAll(async () => {
    await server.kill()
    await line.close()
  })
  const open = async (name: string) => {
    const { signInUrl } = await addMember(server, planId, { name })
    const profile = await browsers.openProfile()
    return { profile, page: await openActivities(profile, { origin: line.origin, signInUrl, planId }) }
  }

  test('O10 without a line, what is written outlives its tab, and is sent once when the line is back', async () => {
    const { profile, page } = await open('Kari Nes')
    const before = await wordsIn(page, cell)
    await saveState(page, savedPattern).waitFor()
    line.blockSync()
    await writeIn(page, cell, 'end')
    await page.keyboard.type(' skrevet uten nett', { delay: 5 })
    await saveState(page, onDevicePattern).waitFor()
    await page.close()

    const later = await profile.newPage()
    await later.goto(activitiesAddress(line.origin, planId))
    await readyPlan(later)
    expect(await wordsIn(later, cell)).toBe(`${before} skrevet uten nett`)
    await saveState(later, onDevicePattern).waitFor()
    await writeIn(later, cell, 'end')
    await later.keyboard.type(', og litt til', { delay: 5 })

    line.mend()
    await saveState(later, savedPattern).waitFor({ timeout: 20_000 })
    const whole = `${before} skrevet uten nett, og litt til`
    expect(await wordsIn(later, cell)).toBe(whole)
    const { page: others } = await open('Olav Berge')
    expect(await wordsIn(others, cell)).toBe(whole)

    // A second load sends nothing again.
    await later.reload()
    await readyPlan(later)
    await saveState(later, savedPattern).waitFor()
    expect(await wordsIn(later, cell)).toBe(whole)
    expect(await wordsIn(others, cell)).toBe(whole)
  }, 90_000)

  test('O11 a line gone silent without a word is noticed within 15 s of silence, and the client connects again by itself', async () => {
    const [{ page: kari }, { page: olav }] = [await open('Kari Nes'), await open('Olav Berge')]
    await saveState(kari, savedPattern).waitFor()
    const before = await wordsIn(kari, cell)
    line.goSilent()
    // What a browser keeps open to one server hangs as well, all of it: nothing but a new line gets through.
    await olav.evaluate(async ([keeps]) => {
      for (let n = 0; n < keeps; n++)
        void fetch('/healthz', { cache: 'no-store' }).catch(() => {})
      await Promise.resolve()
    }, [6] as const)
    const since = Date.now()
    await writeIn(kari, cell, 'end')
    await kari.keyboard.type(' inn i stillheten', { delay: 5 })
    await saveState(kari, /ikke sendt/).waitFor({ timeout: limits.silentAfterMs + 3_000 }) // and time for a busy machine to show it
    const longestMs = limits.silentAfterMs + 30_000
    await expect.poll(() => wordsIn(olav, cell), { timeout: longestMs, interval: 100 }).toBe(`${before} inn i stillheten`)
    console.log(`a silent line: both had noticed, connected again and agreed after ${((Date.now() - since) / 1_000).toFixed(1)} s`)
    await saveState(kari, savedPattern).waitFor()
  }, 150_000)
})
