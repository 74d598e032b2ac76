import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { activitiesAddress, readyPlan } from '../support/planPage.ts'
import { addMember, type RunningServer } from '../support/server.ts'
import { turn, until } from '../support/until.ts'
import { oneDecimal, percentile } from './figures.ts'
import { watchFrames, watchFromStart, watchKeys, type Watched } from './inPage.ts'

/** A page that is measured, with the wire to its browser's own figures. */
export interface MeasuredPage {
  readonly page: Page
  readonly devtools: CDPSession
}

/** So much slower a device is pretended to be, and so thin a line. */
export interface Slowness { readonly cpu: number, readonly bytesPerSecond?: number, readonly latencyMs?: number }

export async function measuredPage(profile: BrowserContext, { cpu, bytesPerSecond, latencyMs }: Slowness, selector = '[data-cell]'): Promise<MeasuredPage> {
  const page = await profile.newPage()
  await page.addInitScript(watchFromStart, selector)
  const devtools = await profile.newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpu })
  if (bytesPerSecond) {
    await devtools.send('Network.enable')
    const throughput = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond }
    await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: latencyMs ?? 0, ...throughput })
  }
  return { page, devtools }
}

/** A profile that has signed in and has opened nothing yet. */
export async function signedIn(browser: Browser, server: RunningServer, planId: string, name: string, role: 'editor' | 'reader' = 'editor'): Promise<BrowserContext> {
  const { signInUrl } = await addMember(server, planId, { name, role })
  const profile = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'nb-NO' })
  await profile.request.get(server.origin + new URL(signInUrl).pathname)
  return profile
}

/** Opens the activities and gives when their first words were painted, in ms since the address was opened. */
export async function openUntilRead({ page }: MeasuredPage, origin: string, planId: string): Promise<number> {
  await page.goto(activitiesAddress(origin, planId), { waitUntil: 'commit' })
  const at = await until(() => page.evaluate(() => window.watched.readableAt).catch(() => null), { what: 'the plan is painted', withinMs: 90_000 })
  await readyPlan(page)
  return at
}

/** Types, or presses a key again and again, as people do. From the key's own event to the frame that shows it, and the work of it. */
export async function keysToPaint({ page, devtools }: MeasuredPage, keys: readonly string[]): Promise<{ toPaint: number[], workMs: number }> {
  await page.evaluate(watchKeys)
  const before = await taskSeconds(devtools)
  for (const [n, key] of keys.entries()) {
    await page.keyboard.press(key)
    await turn(90 + (n % 7) * 11)
  }
  const workMs = (await taskSeconds(devtools) - before) * 1_000 / keys.length
  await until(() => page.evaluate(count => window.watched.painted.length >= count, keys.length), { what: 'every key is painted' })
  const { keys: pressed, painted } = await watched(page)
  return { toPaint: pressed.map((at, n) => (painted[n] ?? Number.NaN) - at), workMs: oneDecimal(workMs) }
}

/** Scrolls by wheel for some seconds, down and up again. */
export async function scrolled({ page, devtools }: MeasuredPage, { row, around, seconds, speed }: {
  row: string, around: string, seconds: number, speed: number
}): Promise<Record<string, string | number>> {
  await page.evaluate(() => { window.watched.longTasks = [] })
  await page.evaluate(watchFrames, { row, around })
  for (const direction of [-1, 1]) {
    await devtools.send('Input.synthesizeScrollGesture', {
      x: 700, y: 500, yDistance: direction * speed * seconds / 2, speed, gestureSourceType: 'mouse', preventFling: true,
    })
  }
  await page.evaluate(() => { window.watched.isScrolling = false })
  const { frames, gaps, longTasks } = await watched(page)
  const deltas = frames.slice(1).map((time, n) => time - (frames[n] ?? time))
  const share = (most: number) => `${oneDecimal(deltas.filter(delta => delta > most).length * 100 / deltas.length)} %`
  return {
    'scroll frame p50 / p95 / p99 ms': [50, 95, 99].map(percent => percentile(deltas, percent)).join(' / '),
    'scroll frames > 18.7 ms': share(18.7),
    'scroll frames > 33 ms': share(33.4),
    'scroll frames with a gap': `${oneDecimal(gaps * 100 / frames.length)} %`,
    'scroll long tasks': longTasksInWords(longTasks),
  }
}

/** «3 (longest 81)». */
export const longTasksInWords = (longTasks: readonly number[]) =>
  longTasks.length === 0 ? '0' : `${longTasks.length} (longest ${Math.round(Math.max(...longTasks))})`

export const watched = (page: Page): Promise<Watched> => page.evaluate(() => window.watched)

/** How much processor time the page's main thread has used on tasks in all, in seconds: what others do meanwhile is not counted. */
export async function taskSeconds(devtools: CDPSession): Promise<number> {
  return metric(devtools, 'TaskDuration')
}

export async function heapMegabytes(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage')
  return oneDecimal(await metric(devtools, 'JSHeapUsedSize') / 1e6)
}

async function metric(devtools: CDPSession, name: string): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics')
  return metrics.find(one => one.name === name)?.value ?? Number.NaN
}
