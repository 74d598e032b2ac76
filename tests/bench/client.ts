import type { Browser, Page } from 'playwright-core'
import type { Cell } from '#shared/plan/values.ts'
import { spliceText } from '#shared/plan/commands.ts'
import { initialScripts } from '../support/bundle.ts'
import { launchChromium } from '../support/chromium.ts'
import { growPlan } from '../support/largePlan.ts'
import { activitiesAddress, cellOn, openActivities, readyPlan, writeIn } from '../support/planPage.ts'
import { rawClient } from '../support/rawClient.ts'
import { addMember, planIdOf, signIn, startServer, type RunningServer } from '../support/server.ts'
import { turn, until } from '../support/until.ts'
import { percentile as exactly } from './figures.ts'
import { countRenders } from './inPage.ts'

const keystrokes = 60
const loads = 3
const cell: Cell = { register: 'activities', row: 'K01', field: 'arena' }
/** A mid-range device on a thin line: four times slower, 1.6 Mbit/s. */
const slow = { cpu: 4, bytesPerSecond: 1_600_000 / 8, latencyMs: 100 }

/** Measures the client in real browsers on this machine, for a plan as it is and for a large one, and prints one table. */
export async function benchClient(): Promise<void> {
  const rows: Record<string, Record<string, string | number>> = {}
  for (const count of [25, 2_000])
    rows[`${count.toLocaleString('nb')} activities`] = await measure(count)
  console.table(rows)
}

async function measure(count: number): Promise<Record<string, string | number>> {
  const server = await startServer()
  const browsers = [await launchChromium(), await launchChromium()] as const
  try {
    const planId = await planIdOf(server)
    if (count > 25)
      await growPlan(server, planId, count)
    const [writer, reader] = await Promise.all(browsers.map(browser => open(browser, server, planId)))
    if (!writer || !reader)
      throw new Error('two browsers are needed')
    const { toOther, toOwn } = await typeAndWatch(writer, reader)
    const rendered = await renderedPerRemoteChange(server, planId, reader)
    await Promise.all([writer.close(), reader.close()])
    console.log(`${count} activities: one remote change renders ${rendered.components}`)
    return {
      'own p50 ms': percentile(toOwn, 50), 'own p95 ms': percentile(toOwn, 95),
      'other p50 ms': percentile(toOther, 50), 'other p95 ms': percentile(toOther, 95),
      'first load ms': await firstLoad(browsers[0], server, planId, { cpu: 1 }),
      'slow device ms': await firstLoad(browsers[0], server, planId, { cpu: slow.cpu }),
      'slow device and line ms': await firstLoad(browsers[0], server, planId, slow),
      'initial JS kB gz': Math.round(initialScripts('PlanPage', 'TablePage').reduce((sum, { bytes }) => sum + bytes, 0) / 102.4) / 10,
      'rows rendered': rendered.rows,
    }
  }
  finally {
    await Promise.all(browsers.map(browser => browser.close()))
    await server.kill()
  }
}

async function open(browser: Browser, server: RunningServer, planId: string): Promise<Page> {
  const { signInUrl } = await addMember(server, planId, { name: 'Måler' })
  const profile = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  return openActivities(profile, { origin: server.origin, signInUrl, planId })
}

/**
 * From a key's own event to the frame in which its letter stands in the cell, in the browser it was typed in and in the
 * other. Both stamp with the machine's clock; a frame is stamped after it has been handed over for painting.
 */
async function typeAndWatch(writer: Page, reader: Page): Promise<{ toOwn: number[], toOther: number[] }> {
  await writeIn(writer, cell, 'end')
  await cellOn(reader, cell).scrollIntoViewIfNeeded()
  const selector = `[data-cell="${cell.register}/${cell.row}/${cell.field}"]`
  await Promise.all([writer, reader].map(page => page.evaluate(watchFrames, selector)))
  await writer.evaluate(watchKeys)
  const letters = 'abcdefghij'
  for (let n = 0; n < keystrokes; n++) {
    await writer.keyboard.type(letters[n % letters.length] ?? 'x')
    await turn(90 + (n % 7) * 11)
  }
  const typed = await writer.evaluate(() => (window as unknown as Stamped).keys)
  const lengthBefore = await writer.evaluate(() => (window as unknown as Stamped).lengthBefore)
  const times = async (page: Page) => {
    await until(() => page.evaluate(wanted => (window as unknown as Stamped).painted.has(wanted), lengthBefore + keystrokes), { what: 'all letters are painted' })
    const painted = new Map(await page.evaluate(() => [...(window as unknown as Stamped).painted]))
    return typed.map((at, n) => {
      // Letters that came in one frame were painted by the first frame that shows at least as many.
      const lengths = [...painted.keys()].filter(length => length >= lengthBefore + n + 1)
      return (painted.get(Math.min(...lengths)) ?? Number.NaN) - at
    })
  }
  return { toOwn: await times(writer), toOther: await times(reader) }
}

interface Stamped { keys: number[], painted: Map<number, number>, lengthBefore: number }

/** In the page: stamps the first frame after which the cell has each length. */
function watchFrames(selector: string): void {
  const stamped = window as unknown as Stamped
  const lengthNow = () => {
    const element = document.querySelector(selector)
    return (element instanceof HTMLTextAreaElement ? element.value : element?.textContent.trim() ?? '').length
  }
  stamped.lengthBefore = lengthNow()
  stamped.painted = new Map()
  const channel = new MessageChannel()
  let shown = stamped.lengthBefore
  channel.port1.onmessage = () => {
    if (!stamped.painted.has(shown))
      stamped.painted.set(shown, performance.timeOrigin + performance.now())
  }
  const look = () => {
    shown = lengthNow()
    if (!stamped.painted.has(shown))
      channel.port2.postMessage(null)
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** In the page: stamps every key as the browser made it. */
function watchKeys(): void {
  const stamped = window as unknown as Stamped
  stamped.keys = []
  document.addEventListener('keydown', event => stamped.keys.push(performance.timeOrigin + event.timeStamp), true)
}

/** From the address being opened to the first activity's words standing there, with nothing cached. The median of some loads. */
async function firstLoad(browser: Browser, server: RunningServer, planId: string, { cpu, bytesPerSecond, latencyMs }: {
  cpu: number, bytesPerSecond?: number, latencyMs?: number
}): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < loads; n++) {
    const { signInUrl } = await addMember(server, planId, { name: 'Leser', role: 'reader' })
    const profile = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await profile.newPage()
    await page.request.get(signInUrl)
    const devtools = await profile.newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpu })
    if (bytesPerSecond) {
      await devtools.send('Network.enable')
      await devtools.send('Network.emulateNetworkConditions', {
        offline: false, latency: latencyMs ?? 0, downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond,
      })
    }
    const since = Date.now()
    await page.goto(activitiesAddress(server.origin, planId), { waitUntil: 'commit' })
    await cellOn(page, { ...cell, field: 'arena' }).waitFor({ timeout: 60_000 })
    times.push(Date.now() - since)
    await profile.close()
  }
  return percentile(times, 50)
}

/** Counts, in the built client, which components render while one remote change arrives; the median of some changes. */
async function renderedPerRemoteChange(server: RunningServer, planId: string, page: Page): Promise<{ rows: number, components: string }> {
  await readyPlan(page)
  const { signInUrl } = await addMember(server, planId, { name: 'Langt borte' })
  const client = rawClient({ planId, cookie: await signIn(server, signInUrl) })
  await client.connect(server.origin)
  const perChange: string[][] = []
  for (let n = 0; n < 5; n++) {
    const word = `fra langt borte ${n} `
    await page.evaluate(countRenders)
    client.write(word, plan => spliceText(plan, { ...cell, row: 'K03' }, { at: 0, remove: 0, insert: word }))
    await cellOn(page, { ...cell, row: 'K03' }).filter({ hasText: word }).waitFor()
    perChange.push(await page.evaluate(() => (window as unknown as { rendered: string[] }).rendered))
  }
  await client.disconnect()
  const rowsOf = (names: string[]) => names.filter(name => /Row$/.test(name)).length
  return { rows: percentile(perChange.map(rowsOf), 50), components: (perChange[2] ?? []).join(' ') }
}

const percentile = (numbers: readonly number[], percent: number) => Math.round(exactly(numbers, percent))
