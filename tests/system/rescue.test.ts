import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import { rowMap } from '#shared/plan/plan.ts'
import { readCellPlain, readPlan } from '#shared/plan/read.ts'
import { fieldOf, isRegisterName } from '#shared/plan/registers.ts'
import type { Cell } from '#shared/plan/values.ts'
import { nb } from '../../client/text/nb.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { openLine, type Line } from '../support/line.ts'
import { openOwnServer, type OwnServer } from '../support/ownServer.ts'
import { activitiesAddress, onDevicePattern, openActivities, readyPlan, savedPattern, saveState, wordsIn, writeIn } from '../support/planPage.ts'

const cellOf = (row: string, field = 'arena'): Cell => ({ register: 'activities', row, field })
const leftLink = (page: Page) => page.getByRole('link', { name: new RegExp(nb.left.nav) }).filter({ visible: true }).first()

describeInBrowser('a person whose changes are refused', () => {
  const browsers = useBrowsers()
  let line: Line
  let server: OwnServer
  beforeAll(async () => {
    line = await openLine()
    server = await openOwnServer(line)
  })
  afterAll(async () => {
    await server.close()
    await line.close()
  })

  async function open(name: string): Promise<{ memberId: string, profile: BrowserContext, page: Page }> {
    const { memberId, signInUrl } = await server.addMember(name)
    const profile = await browsers.openProfile()
    const page = await openActivities(profile, { origin: line.origin, signInUrl, planId: server.planId })
    await saveState(page, savedPattern).waitFor()
    return { memberId, profile, page }
  }

  /** Text cells that stand on the page, in the order of the page. */
  async function textCellsOn(page: Page): Promise<Cell[]> {
    const names = await page.locator('[data-cell]').evaluateAll(cells => cells.map(cell => cell.getAttribute('data-cell') ?? ''))
    return [...new Set(names)].flatMap((name): Cell[] => {
      const [register = '', row = '', field = ''] = name.split('/')
      return isRegisterName(register) && fieldOf(register, field)?.kind === 'text' ? [{ register, row, field }] : []
    })
  }

  async function type(page: Page, cell: Cell, words: string): Promise<void> {
    await writeIn(page, cell, 'end')
    await page.keyboard.type(words)
    await page.keyboard.press('Escape')
  }

  const leftOn = async (page: Page) => {
    await leftLink(page).click()
    const list = page.locator('[data-left]')
    await list.first().waitFor()
    return list
  }

  test('O24 of 200 edits in 40 cells without a line, one beyond a limit: the others are on the server, and that one is kept to copy', async () => {
    const { profile, page } = await open('Kari Nes')
    const cells = (await textCellsOn(page)).slice(0, 40)
    const [full = cellOf('K01')] = cells
    const before = await server.stored()
    line.blockSync()
    for (const cell of cells)
      await type(page, cell, ' +nye')
    await saveState(page, onDevicePattern).waitFor()
    // Meanwhile somebody else fills one of the cells to its brim.
    await server.writeAsAnother((plan) => {
      const field = isRegisterName(full.register) ? fieldOf(full.register, full.field) : null
      const length = textOf(plan, full)?.length ?? 0
      spliceText(plan, full, { at: 0, remove: 0, insert: 'x'.repeat((field?.kind === 'text' ? field.maxChars : 0) - length) })
    })

    line.mend()
    await page.getByText(nb.left.causes['too-long'].title).waitFor({ timeout: 20_000 })
    await saveState(page, savedPattern).waitFor()
    const after = await server.stored()
    const wordsOf = (cell: Cell) => [readCellPlain(before, cell), readCellPlain(after, cell)]
    expect(cells.length).toBe(40)
    for (const cell of cells.slice(1)) {
      const [was, is] = wordsOf(cell)
      expect(is).toBe(`${String(was)} +nye`)
    }
    expect(wordsOf(full)[1]).not.toContain('+nye')
    expect(await wordsIn(page, full)).not.toContain('+nye')

    const kept = String(wordsOf(full)[0]) + ' +nye'
    expect(await (await leftOn(page)).count()).toBe(1)
    await page.getByText(kept).first().waitFor()

    // The same in a second tab, after a reload and after the server's restart; and nothing refused comes back.
    await server.restart()
    const other = await profile.newPage()
    await other.goto(activitiesAddress(line.origin, server.planId))
    await readyPlan(other)
    await page.reload()
    for (const one of [page, other]) {
      await saveState(one, savedPattern).waitFor({ timeout: 20_000 })
      expect(await (await leftOn(one)).count()).toBe(1)
      await one.getByText(kept).first().waitFor()
    }
    expect(readCellPlain(await server.stored(), full)).toBe(wordsOf(full)[1])
    // What is dropped in one tab is gone in the other.
    await page.locator('[data-left]').getByRole('button', { name: new RegExp(nb.left.remove) }).click()
    await page.getByRole('dialog').getByRole('button', { name: nb.left.remove }).click()
    await expect.poll(() => other.locator('[data-left]').count()).toBe(0)
  }, 180_000)

  test('O25 a role that is taken away while 30 edits are unsent: they are kept with their words, and the person is told', async () => {
    const { memberId, page } = await open('Kari Vik')
    // The first is full, from the test before.
    const cells = (await textCellsOn(page)).slice(1, 31)
    line.blockSync()
    for (const [n, cell] of cells.entries())
      await type(page, cell, ` r${n}`)
    await saveState(page, onDevicePattern).waitFor()
    const before = await server.stored()
    await server.setRole(memberId, 'reader')
    line.mend()
    await page.getByText(nb.left.roleNow.reader).waitFor({ timeout: 20_000 })
    expect(await (await leftOn(page)).count()).toBe(30)
    for (const n of cells.keys())
      expect(await page.getByText(new RegExp(` r${n}$`)).count()).toBeGreaterThan(0)
    expect(readPlan(await server.stored())).toEqual(readPlan(before))
  }, 120_000)

  test('O26 a row that is frozen under the caret: what was typed is kept, and the plan shows what the server has', async () => {
    const { page } = await open('Kari Lie')
    const cell = cellOf('K03')
    const before = await server.storedText(cell)
    await writeIn(page, cell, 'end')
    const release = server.freeze({ register: 'activities', row: 'K03' })
    await page.keyboard.type(' frosset', { delay: 20 })
    await page.getByText(nb.left.causes['row-frozen'].happened).waitFor({ timeout: 20_000 })
    expect(await wordsIn(page, cell)).toBe(before)
    const list = await leftOn(page)
    await page.getByText(`${before} frosset`).first().waitFor()
    release()
    await list.getByRole('button', { name: new RegExp(nb.left.try) }).click()
    await expect.poll(() => server.storedText(cell)).toBe(`${before} frosset`)
    await expect.poll(() => page.locator('[data-left]').count()).toBe(0)
  }, 120_000)

  test('O27 a plan that comes back under another epoch: what was unsent is written where it still fits, or kept', async () => {
    const { page } = await open('Kari Moe')
    const [written, changed] = [cellOf('K05'), cellOf('K06')]
    const before = await server.storedText(written)
    line.blockSync()
    await type(page, written, ' epoke')
    await type(page, changed, ' min epoke')
    await saveState(page, onDevicePattern).waitFor()
    await server.writeAsAnother(plan => spliceText(plan, changed, { at: 0, remove: 0, insert: 'Andres: ' }))
    await server.beginEpoch()
    line.mend()
    await page.getByText(nb.left.causes['other-epoch'].title).waitFor({ timeout: 20_000 })
    await expect.poll(() => server.storedText(written)).toBe(`${before} epoke`)
    expect(await server.storedText(changed)).not.toContain('min epoke')
    expect(await (await leftOn(page)).count()).toBe(1)
    await page.getByText(/min epoke/).first().waitFor()
  }, 120_000)

  test('O28 a page whose copy of the plan is damaged finds that by itself, opens the plan from the server, and says so', async () => {
    const { page } = await open('Kari Dahl')
    const cell = cellOf('K08')
    const right = await wordsIn(page, cell)
    // A letter that the server never had, by somebody who never was.
    const doc = await server.stored()
    const held = Y.encodeStateVector(doc)
    doc.clientID = 4_000_000_001
    ;(rowMap(doc, 'activities', 'K08')?.get('arena') as Y.Text).insert(0, 'FEIL ')
    await page.evaluate(async (bytes) => {
      const [copy] = (await indexedDB.databases()).filter(({ name = '' }) => name.startsWith('plantavle/'))
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(copy?.name ?? '')
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(new Error('no copy'))
      })
      const transaction = db.transaction('confirmed', 'readwrite')
      transaction.objectStore('confirmed').add(Uint8Array.from(bytes))
      await new Promise((resolve) => { transaction.oncomplete = resolve })
      db.close()
    }, [...Y.encodeStateAsUpdate(doc, held)])
    await page.reload()
    await readyPlan(page)
    expect(await wordsIn(page, cell)).toBe(`FEIL ${right}`)
    await page.getByText(nb.left.causes.differs.title).waitFor({ timeout: 40_000 })
    expect(await wordsIn(page, cell)).toBe(right)
    await saveState(page, savedPattern).waitFor()
    await page.reload()
    await readyPlan(page)
    expect(await wordsIn(page, cell)).toBe(right)
  }, 120_000)
})
