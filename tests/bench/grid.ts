import type { Browser } from 'playwright-core'
import { spliceText } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import { launchChromium } from '../support/chromium.ts'
import { growPlan } from '../support/largePlan.ts'
import { cellOn, writeIn } from '../support/planPage.ts'
import { rawClient, type RawClient } from '../support/rawClient.ts'
import { addMember, planIdOf, signIn, startServer, type RunningServer } from '../support/server.ts'
import { turn, until } from '../support/until.ts'
import { middleAndHigh, oneDecimal, percentile, printTable } from './figures.ts'
import { measureFloor } from './floor.ts'
import { heapMegabytes, keysToPaint, longTasksInWords, measuredPage, openUntilRead, scrolled, signedIn, taskSeconds, watched, type MeasuredPage } from './gridPage.ts'
import { countRenders } from './inPage.ts'

const cell: Cell = { register: 'activities', row: 'K01', field: 'arena' }
const another: Cell = { ...cell, row: 'K03' }
const loads = 3
const letters = Array.from({ length: 60 }, (_, n) => 'abcdefghij'[n % 10] ?? 'x')
const arrows = Array.from({ length: 60 }, (_, n) => ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowUp', 'ArrowLeft'][n % 6] ?? 'ArrowDown')
const remoteChanges = 20

/**
 * Measures the grid in a real browser, for a plan as it is and for large ones, on this device and on one four times slower, beside
 * a floor: a bare field and a bare list. `sizes` are numbers of activities.
 */
export async function benchGrid(sizes: readonly number[] = [25, 2_000]): Promise<void> {
  const cases: Record<string, Record<string, string | number>> = {}
  const browser = await launchChromium()
  try {
    for (const cpu of [1, 4])
      cases[`floor, ${cpu}×`] = await measureFloor(browser, { cpu, letters, rows: 2_000 })
    for (const size of sizes)
      Object.assign(cases, await measurePlan(browser, size))
  }
  finally {
    await browser.close()
  }
  printTable(cases)
}

async function measurePlan(browser: Browser, size: number): Promise<Record<string, Record<string, string | number>>> {
  const server = await startServer()
  try {
    const planId = await planIdOf(server)
    if (size > 25)
      await growPlan(server, planId, size)
    const { signInUrl } = await addMember(server, planId, { name: 'Langt borte' })
    const client = rawClient({ planId, cookie: await signIn(server, signInUrl) })
    await client.connect(server.origin)
    const cases: Record<string, Record<string, string | number>> = {}
    for (const cpu of [1, 4])
      cases[`${size} rows, ${cpu}×`] = await measure(browser, { server, planId, cpu, client })
    await client.disconnect()
    return cases
  }
  finally {
    await server.kill()
  }
}

async function measure(browser: Browser, { server, planId, cpu, client }: {
  server: RunningServer, planId: string, cpu: number, client: RawClient
}): Promise<Record<string, string | number>> {
  const opened = await openings(browser, { server, planId, cpu })
  const profile = await signedIn(browser, server, planId, 'Måler')
  const measured = await measuredPage(profile, { cpu })
  const { page, devtools } = measured
  await openUntilRead(measured, server.origin, planId)
  const remote = await remoteChange(measured, client)

  await writeIn(page, cell, 'end')
  const typing = await keysToPaint(measured, letters)
  await page.keyboard.press('Escape')
  const moving = await keysToPaint(measured, arrows)
  const editor = await editorOpens(measured)
  const scrolling = await scrolled(measured, { row: '.grid-row', around: '.grid-body', seconds: 6, speed: 3_000 })
  const figures = {
    ...opened,
    'letter to paint p50 / p95 ms': middleAndHigh(typing.toPaint),
    'letter: work ms': typing.workMs,
    'arrow to paint p50 / p95 ms': middleAndHigh(moving.toPaint),
    'arrow: work ms': moving.workMs,
    'editor open ms': editor,
    ...remote,
    ...scrolling,
    'rows drawn': await page.locator('.grid-row').count(),
    'elements': await page.evaluate(() => document.querySelectorAll('*').length),
    'JS heap MB': await heapMegabytes(devtools),
  }
  await profile.close()
  return figures
}

/** To the first words being painted: with nothing on the device, and with the plan and the page's files there. */
async function openings(browser: Browser, { server, planId, cpu }: {
  server: RunningServer, planId: string, cpu: number
}): Promise<Record<string, number>> {
  const [fromServer, fromDevice]: [number[], number[]] = [[], []]
  for (let n = 0; n < loads; n++) {
    const profile = await signedIn(browser, server, planId, `Leser ${n}`, 'reader')
    for (const times of [fromServer, fromDevice]) {
      const measured = await measuredPage(profile, { cpu })
      times.push(await openUntilRead(measured, server.origin, planId))
      // What came is on the device before the page is closed.
      await turn(500)
      await measured.page.close()
    }
    await profile.close()
  }
  return { 'readable, from the server ms': Math.round(percentile(fromServer, 50)), 'readable, from the device ms': Math.round(percentile(fromDevice, 50)) }
}

/** What one change by somebody else costs a page that only looks: rows drawn, the main thread's work, long tasks. */
async function remoteChange({ page, devtools }: MeasuredPage, client: RawClient): Promise<Record<string, string | number>> {
  const rendered: number[] = []
  const work: number[] = []
  await page.evaluate(() => { window.watched.longTasks = [] })
  for (let n = 0; n < remoteChanges; n++) {
    const word = `fra langt borte ${n} `
    await page.evaluate(countRenders)
    const before = await taskSeconds(devtools)
    client.write(word, plan => spliceText(plan, another, { at: 0, remove: 0, insert: word }))
    const shown = { selector: `[data-cell="activities/${another.row}/arena"]`, words: word }
    await until(() => page.evaluate(({ selector, words }) => document.querySelector(selector)?.textContent.includes(words), shown), { what: 'the change is shown' })
    work.push((await taskSeconds(devtools) - before) * 1_000)
    rendered.push(await page.evaluate(() => (window as unknown as { rendered: string[] }).rendered.filter(name => name === 'GridRow').length))
    client.write(`${word}again`, plan => spliceText(plan, another, { at: 0, remove: word.length, insert: '' }))
    await turn(60)
  }
  return {
    'remote change: rows drawn': percentile(rendered, 50),
    'remote change: work ms': oneDecimal(percentile(work, 50)),
    'remote changes: long tasks': longTasksInWords((await watched(page)).longTasks),
  }
}

/** From the press that opens the editor of responsibles to its field being there. */
async function editorOpens({ page }: MeasuredPage): Promise<number> {
  await page.locator('.sheet-scroll').evaluate(element => element.scrollTo({ top: 0, behavior: 'instant' }))
  const times: number[] = []
  for (let n = 0; n < 3; n++) {
    const responsible = cellOn(page, { ...cell, field: 'responsible' })
    await responsible.scrollIntoViewIfNeeded()
    await responsible.focus()
    const since = performance.now()
    await page.keyboard.press('Enter')
    await page.locator('[role="dialog"], [popover]:popover-open').filter({ visible: true }).first().waitFor()
    times.push(performance.now() - since)
    await page.keyboard.press('Escape')
    await turn(100)
  }
  return Math.round(percentile(times, 50))
}
