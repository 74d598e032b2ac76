import type { Browser, Page } from 'playwright-core'
import type { Cell } from '#shared/plan/values.ts'
import { launchChromium } from '../support/chromium.ts'
import { lettersSeen, openPerson, openTypists, openWriters, type Typist, type Writer } from '../support/company.ts'
import { planIdOf, startServer, type RunningServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { middleAndHigh, percentile, printTable } from './figures.ts'
import { longTasksInWords, taskSeconds, watched } from './gridPage.ts'
import { countRenders, watchFromStart } from './inPage.ts'

const cellOf = (row: string): Cell => ({ register: 'activities', row, field: 'arena' })
/** Two write in the first. */
const written = ['K01', 'K01', 'K03', 'K04', 'K06', 'K08', 'K10'].map(cellOf)

/**
 * Pages of one browser in one plan: one that only reads, and is measured, and the others typing at a person's rate, two of them in
 * one cell. With two and four pages as well, and with the six others as documents and sockets without pages, as if they had machines
 * of their own: so what this machine lacks can be told from what the page needs.
 */
export async function benchEight(seconds = 60): Promise<void> {
  const cases: Record<string, Record<string, string | number>> = {}
  for (const pages of [2, 4, 8])
    cases[`${pages} pages`] = await measure({ pages, elsewhere: 0 }, seconds)
  cases['2 pages, 6 people elsewhere'] = await measure({ pages: 2, elsewhere: 6 }, seconds)
  printTable(cases)
}

async function measure({ pages, elsewhere }: { pages: number, elsewhere: number }, seconds: number): Promise<Record<string, string | number>> {
  const server = await startServer()
  const browser = await launchChromium()
  try {
    const planId = await planIdOf(server)
    const writers = await openWriters(browser, server, planId, written.slice(0, pages - 1))
    const typists = await openTypists(server, planId, written.slice(pages - 1, pages - 1 + elsewhere), pages - 1)
    const everybody = [...writers, ...typists]
    const reader = await openReader(browser, server, planId)
    const devtools = await reader.context().newCDPSession(reader)
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    const busyBefore = await taskSeconds(devtools)
    const [first] = writers
    if (!first)
      throw new Error('somebody must write')
    await watchArrivals(first, reader)
    await reader.evaluate(countRenders)
    await Promise.all(everybody.map(writer => writer.typeFor(seconds * 1_000)))
    const changes = everybody.reduce((sum, writer) => sum + writer.typed(), 0)
    await until(async () => (await lost(everybody, reader)) === 0, { what: 'every letter is seen by the reader', withinMs: 20_000 }).catch(() => {})
    const rendered = await reader.evaluate(() => (window as unknown as { rendered: string[] }).rendered.filter(name => name === 'GridRow').length)
    const { longTasks } = await watched(reader)
    await Promise.all(typists.map(typist => typist.leave()))
    return {
      'letters typed': changes,
      'letters lost': await lost(everybody, reader),
      'key in one to paint in another p50 / p95 ms': middleAndHigh(await arrivals(first, reader)),
      'a frame of the reader p95 ms': percentile(await frameTimes(reader), 95),
      'rows drawn per change': Math.round(rendered * 100 / changes) / 100,
      'long tasks of the reader': longTasksInWords(longTasks),
      'reader: main thread %': Math.round((await taskSeconds(devtools) - busyBefore) * 100 / seconds),
    }
  }
  finally {
    await browser.close()
    await server.kill()
  }
}

const lost = async (writers: readonly Typist[], page: Page) =>
  (await Promise.all(writers.map(async writer => writer.typed() - await lettersSeen(page, writer)))).reduce((sum, count) => sum + count, 0)

async function openReader(browser: Browser, server: RunningServer, planId: string): Promise<Page> {
  const page = await openPerson(browser, server, planId, 'Leser')
  // What the opening cost is measured elsewhere.
  await page.evaluate(watchFromStart, '[data-cell]')
  await page.evaluate(() => { window.watched.longTasks = [] })
  return page
}

interface Stamped { typedAt: number[], seenAt: [count: number, at: number][], frameTimes: number[] }

/** Stamps each of a writer's letters in the page it is typed in, and the first frame of the other that shows as many. */
async function watchArrivals({ page, cell, mark }: Writer, reader: Page): Promise<void> {
  const key = `${cell.register}/${cell.row}/${cell.field}`
  await page.evaluate((letter) => {
    const stamped = window as unknown as Stamped
    stamped.typedAt = []
    addEventListener('beforeinput', (event) => {
      if (event.data === letter)
        stamped.typedAt.push(performance.timeOrigin + event.timeStamp)
    }, true)
  }, mark)
  await reader.evaluate(({ selector, letter }) => {
    const stamped = window as unknown as Stamped
    stamped.seenAt = []
    stamped.frameTimes = []
    const channel = new MessageChannel()
    let count = 0
    let last = 0
    channel.port1.onmessage = () => stamped.seenAt.push([count, performance.timeOrigin + performance.now()])
    const look = (time: number) => {
      stamped.frameTimes.push(time - last)
      last = time
      const now = (document.querySelector(selector)?.textContent.split(letter).length ?? 1) - 1
      if (now !== count) {
        count = now
        channel.port2.postMessage(null)
      }
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }, { selector: `[data-cell="${key}"]`, letter: mark })
}

async function arrivals({ page }: Writer, reader: Page): Promise<readonly number[]> {
  const typedAt = await page.evaluate(() => (window as unknown as Stamped).typedAt)
  const seenAt = await reader.evaluate(() => (window as unknown as Stamped).seenAt)
  return typedAt.map((at, n) => (seenAt.find(([count]) => count > n)?.[1] ?? Number.NaN) - at)
}

const frameTimes = (page: Page) => page.evaluate(() => (window as unknown as Stamped).frameTimes.slice(1))
