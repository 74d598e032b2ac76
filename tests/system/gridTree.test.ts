import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setCell } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import { nb } from '../../client/text/nb.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { openWitness, press, type Witness } from '../support/gridPage.ts'
import { readyPage } from '../support/pages.ts'
import { cellOn, openActivities, readyPlan, writeIn } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const cellOf = (row: string, field = 'arena'): Cell => ({ register: 'activities', row, field })
const municipality: Cell = { register: 'municipalities', row: '1101', field: 'name' }

/** What a screen reader is given, without the places where words may be divided; of a list its first options, of a calendar its first week. */
async function treeOf(...parts: Locator[]): Promise<string> {
  const trees = await Promise.all(parts.map(part => part.ariaSnapshot()))
  const counts = new Map<number, number>()
  let leftOutBelow = Infinity
  const lines = trees.join('\n').replace(/[\u00AD\u200B\u2060]/gu, '').split('\n').filter((line) => {
    const indent = line.search(/\S/)
    if (indent > leftOutBelow)
      return false
    const most = /^\s*- '?option/.test(line) ? 3 : /^\s*- '?row "uke/.test(line) ? 1 : Infinity
    const count = most === Infinity ? 0 : (counts.get(indent) ?? 0) + 1
    counts.set(indent, count)
    leftOutBelow = count > most ? indent : Infinity
    return count <= most
  })
  return `${lines.join('\n')}\n`
}
const snapshot = (name: string) => `../fixtures/tree/${name}.yml`

describeInBrowser('what a screen reader is given of the grid', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  let signInUrl: string
  let witness: Witness
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
    signInUrl = (await addMember(server, planId, { name: 'Astrid Berge' })).signInUrl
    witness = await openWitness(server, planId)
    await witness.write((plan) => {
      setCell(plan, { ...municipality, field: 'decisionDate' }, '2021-04-01')
      setCell(plan, { ...municipality, field: 'contactCount' }, 2)
    })
  })
  afterAll(async () => {
    await witness.leave()
    await server.kill()
  })
  const open = async () => openActivities(await browsers.openProfile({ bypassCSP: true }), { origin: server.origin, signInUrl, planId })
  async function openMunicipalities(page: Page) {
    await page.goto(`${server.origin}/plan/${planId}/kommuner`)
    await readyPlan(page)
  }
  const editor = (page: Page) => page.locator('.popover:popover-open')
  /** Chooses a cell with one press, and opens it with its key. */
  async function openCell(page: Page, cell: Cell): Promise<Locator> {
    await cellOn(page, cell).scrollIntoViewIfNeeded()
    await cellOn(page, cell).click({ position: { x: 4, y: 4 } })
    await press(page, 'F2')
    await editor(page).waitFor()
    return editor(page)
  }
  async function close(page: Page) {
    await press(page, 'Escape')
    await editor(page).waitFor({ state: 'detached' })
  }
  async function openMenu(page: Page, row: string): Promise<Locator> {
    await cellOn(page, cellOf(row)).click({ position: { x: 4, y: 4 } })
    await press(page, 'ContextMenu')
    await editor(page).waitFor()
    return editor(page)
  }

  test('O38 the grid tells how large it is, its columns\' heads, each row by its own words, and goal and target group in every row', async () => {
    const page = await open()
    const grid = page.getByRole('grid')
    const told = await grid.evaluate((element) => {
      const attributes = (one: Element, ...names: string[]) => names.map(name => one.getAttribute(`aria-${name}`)).join()
      const rows = [...element.querySelectorAll('[role=row]')]
      return {
        grid: attributes(element, 'label', 'rowcount', 'colcount', 'multiselectable'),
        rows: rows.map(row => Number(row.getAttribute('aria-rowindex'))).sort((a, b) => a - b),
        columns: [...new Set(rows.map(row => [...row.children].map(cell => cell.getAttribute('aria-colindex')).join()))],
        stops: element.querySelectorAll('[tabindex="0"]').length,
      }
    })
    expect(told).toEqual({
      grid: `${nb.tables.activities.table},26,8,true`, rows: Array.from({ length: 26 }, (_, n) => n + 1), columns: ['1,2,3,4,5,6,7,8'], stops: 1,
    })
    const rows = page.locator('.grid-row')
    await expect(await treeOf(page.locator('.grid-head [role=row]'), rows.nth(0), rows.nth(1))).toMatchFileSnapshot(snapshot('grid'))
    // What lies over the cells for the eye says nothing twice: only the goals' menus are there.
    const over = (await page.locator('.grid-blocks').ariaSnapshot()).split('\n')
    expect(over.filter(line => !line.startsWith('- button "Valg for '))).toEqual([])
    expect(over).toHaveLength(9)

    // The field that is written in stands in its cell.
    await writeIn(page, cellOf('K02'), 'end')
    await expect(await treeOf(page.locator('[data-row="K02"] [data-column="arena"]'))).toMatchFileSnapshot(snapshot('writing'))
  }, 60_000)

  test('O38 each kind of editor tells its field, its row, what is chosen and what can be', async () => {
    const page = await open()
    for (const field of ['when', 'responsible', 'focusAreas', 'status']) {
      await expect(await treeOf(await openCell(page, cellOf('K01', field)))).toMatchFileSnapshot(snapshot(`editor-${field}`))
      await close(page)
    }
    await openMenu(page, 'K01')
    await page.getByRole('menuitem', { name: nb.cell.choose(nb.words.rowOf.audiences) }).click()
    await page.locator('.cell-editor').waitFor()
    await expect(await treeOf(editor(page))).toMatchFileSnapshot(snapshot('editor-audience'))
    await close(page)
    await openMunicipalities(page)
    for (const field of ['decisionDate', 'contactCount', 'name']) {
      const opened = await openCell(page, { ...municipality, field })
      // The calendar has a file of its own.
      if (field === 'decisionDate')
        await opened.getByRole('grid').waitFor()
      await expect(await treeOf(opened)).toMatchFileSnapshot(snapshot(`editor-${field}`))
      await close(page)
    }
  }, 60_000)

  test('O38 the row\'s menu, the move dialog, a column\'s menu, the chosen rows\' bar and the panel have names and words', async () => {
    const page = await open()
    await expect(await treeOf(await openMenu(page, 'K01'))).toMatchFileSnapshot(snapshot('row-menu'))
    await page.getByRole('menuitem', { name: nb.row.moveTo }).click()
    await page.getByRole('dialog').getByRole('combobox').first().selectOption('G4')
    await expect(await treeOf(page.getByRole('dialog'))).toMatchFileSnapshot(snapshot('move-dialog'))
    await press(page, 'Escape')
    await page.locator('.column-head[data-column="when"]').click()
    await expect(await treeOf(editor(page))).toMatchFileSnapshot(snapshot('column-menu'))
    await close(page)
    await cellOn(page, cellOf('K02')).click({ position: { x: 4, y: 4 } })
    await press(page, 'Shift+ ', 'Alt+Enter')
    await page.locator('[data-panel]').waitFor()
    await page.getByText(nb.panel.last.none).waitFor()
    await expect(await treeOf(page.getByRole('toolbar'), page.locator('[data-panel]'))).toMatchFileSnapshot(snapshot('panel'))
  }, 60_000)

  test('O13 axe finds nothing in the grid at work: writing, editors, menus, the dialog, the panel and chosen rows', async () => {
    const page = await open()
    const findings: unknown[] = []
    const look = async (state: string, within?: string) => findings.push(...(await axe(page, within)).map(finding => ({ state, ...finding })))
    for (const field of ['when', 'responsible', 'focusAreas', 'status']) {
      await openCell(page, cellOf('K01', field))
      await look(field, '.popover')
      await close(page)
    }
    await openMenu(page, 'K01')
    await look('row menu', '.popover')
    await page.getByRole('menuitem', { name: nb.row.moveTo }).click()
    await look('move dialog', 'dialog')
    await press(page, 'Escape')
    await page.locator('.column-head[data-column="when"]').click()
    await look('column menu', '.popover')
    await close(page)
    await page.getByRole('button', { name: nb.grid.densities.standard }).click()
    await look('view', '.popover')
    await close(page)
    // Chosen rows, a marked block, and the details of a row.
    await cellOn(page, cellOf('K02')).click({ position: { x: 4, y: 4 } })
    await press(page, 'Shift+ ', 'Alt+Enter')
    await page.locator('[data-panel]').waitFor()
    await cellOn(page, cellOf('K03')).click({ position: { x: 4, y: 4 } })
    await press(page, 'Shift+ArrowDown', 'Shift+ArrowRight', 'Control+f')
    await page.keyboard.type('info')
    await look('panel, chosen rows, a block and the search')
    await press(page, 'Escape', 'Escape')
    await writeIn(page, cellOf('K04'), 'end')
    await look('writing')
    await openMunicipalities(page)
    await readyPage(page)
    for (const field of ['decisionDate', 'contactCount']) {
      await openCell(page, { ...municipality, field })
      await look(field, '.popover')
      await close(page)
    }
    expect(findings).toEqual([])
  }, 90_000)
})
