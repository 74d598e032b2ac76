import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRow, moveRow, spliceText, trashRow } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import { nb } from '../../client/text/nb.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { focusOn, goToColumn, openWitness, press, pressUntil, tapCell, type Witness } from '../support/gridPage.ts'
import { growPlan } from '../support/largePlan.ts'
import { cellOn, fieldOn, openActivities, savedPattern, saveState, wordsIn, writeIn } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const cellOf = (row: string, field = 'arena'): Cell => ({ register: 'activities', row, field })
const ks = 'ks-rogaland'
const itemNamed = (page: Page, name: string) => page.getByRole('menuitem', { name })

interface Clicked { readonly clicks: number }

describeInBrowser('the grid, by one person and by several', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  let witness: Witness
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
    witness = await openWitness(server, planId)
  })
  afterAll(async () => {
    await witness.leave()
    await server.kill()
  })
  async function open(name: string, options: Parameters<typeof browsers.openProfile>[0] = {}): Promise<Page> {
    const { signInUrl } = await addMember(server, planId, { name })
    return openActivities(await browsers.openProfile(options), { origin: server.origin, signInUrl, planId })
  }
  const responsibleOf = (row: string) => witness.activity(row).responsible.map(({ id }) => id)
  const isTrashed = (row: string) => !witness.plan().activities.some(one => one.id === row && one.deletedAt === null)

  test('O29 with the keyboard alone a person finds a row, changes, writes, moves, undoes, trashes and restores, and the focus is never lost', async () => {
    const page = await open('Kari Nes')
    await pressUntil(page, 'Tab', '[role=grid] [data-column]')

    // Finds «Kartlegging», and changes when it is.
    await press(page, 'Control+f')
    await page.keyboard.type('Kartlegging')
    await page.getByText(nb.grid.findHits(1, 1)).waitFor()
    await press(page, 'Escape')
    expect(await focusOn(page)).toBe('K09/arena')
    await goToColumn(page, 'when')
    await press(page, 'Enter')
    await page.locator('.cell-editor').waitFor()
    await press(page, 'Control+a')
    await page.keyboard.type('To ganger i året')
    await press(page, 'Enter')
    await expect.poll(() => witness.activity('K09').when).toMatchObject({ raw: 'To ganger i året', kind: 'per-year' })
    expect(await focusOn(page)).toBe('K09/when')

    // Adds KS where it is not.
    await press(page, 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowRight')
    expect(await focusOn(page)).toBe('K06/responsible')
    expect(responsibleOf('K06')).not.toContain(ks)
    await press(page, 'F2')
    await page.locator('.cell-editor').waitFor()
    await page.keyboard.type('KS Rogaland')
    await press(page, 'Enter', 'Enter')
    await expect.poll(() => responsibleOf('K06')).toContain(ks)
    await expect.poll(() => focusOn(page)).toBe('K06/responsible')

    // Writes two sentences: what is typed comes after the words that stand there.
    await goToColumn(page, 'arena')
    const before = witness.activity('K06').arena
    const sentences = '. Vi samler svarene i mai. Alle kommunene får dem tilsendt.'
    await page.keyboard.type(sentences)
    await press(page, 'Enter')
    await expect.poll(() => witness.activity('K06').arena).toBe(before + sentences)
    expect(await focusOn(page)).toBe('K06/arena')

    // Moves the row: with its own keys, and to another goal from the menu.
    const order = witness.under('G1')
    await press(page, 'Alt+ArrowUp')
    await expect.poll(() => witness.under('G1').indexOf('K06')).toBe(order.indexOf('K06') - 1)
    expect(await focusOn(page)).toBe('K06/arena')
    await press(page, 'Alt+ArrowDown')
    await expect.poll(() => witness.under('G1')).toEqual(order)
    await press(page, 'ContextMenu')
    await pressUntil(page, 'ArrowDown', '[role=menuitem]', { words: nb.row.moveTo })
    await press(page, 'Enter')
    await page.getByRole('dialog', { name: /^Flytt «/ }).waitFor()
    await pressUntil(page, 'Tab', 'dialog select')
    await press(page, 'ArrowDown')
    await pressUntil(page, 'Tab', 'dialog button', { words: nb.row.move })
    await press(page, 'Enter')
    await expect.poll(() => witness.activity('K06').place.parentId).toBe('G2')
    await expect.poll(() => focusOn(page)).toMatch(/^K06\//)

    await press(page, 'Control+z')
    await expect.poll(() => [witness.activity('K06').place.parentId, witness.under('G1')]).toEqual(['G1', order])
    expect(await focusOn(page)).toMatch(/^K06\//)
    await press(page, 'Control+Shift+z')
    await expect.poll(() => witness.activity('K06').place.parentId).toBe('G2')
    await press(page, 'Control+z')
    await expect.poll(() => witness.under('G1')).toEqual(order)

    // Trashes it from the menu, and restores it in the trash.
    await press(page, 'ContextMenu', 'End', 'Enter')
    await expect.poll(() => isTrashed('K06')).toBe(true)
    await expect.poll(() => focusOn(page)).toMatch(/^K07\//)
    await pressUntil(page, 'Shift+Tab', 'a[href$="/papirkurv"]')
    await press(page, 'Enter')
    await page.getByRole('heading', { level: 1, name: nb.trash.title }).waitFor()
    await pressUntil(page, 'Tab', 'main li button, main td button')
    await press(page, 'Enter')
    await expect.poll(() => isTrashed('K06')).toBe(false)
    expect(witness.activity('K06').arena).toBe(before + sentences)
  }, 90_000)

  test('O30 on a touch screen nothing in the plan changes by touching it, until «Rediger» is pressed; then one tap opens a cell', async () => {
    const page = await open('Kari Vik', { viewport: { width: 820, height: 1180 }, hasTouch: true })
    const before = JSON.stringify(witness.plan())
    const cells = await page.locator('.grid-row .grid-cell').evaluateAll(all => all.map((cell) => {
      const { x, y, width, height, bottom } = cell.getBoundingClientRect()
      return { x: x + width / 2, y: y + Math.min(height / 2, 20), isSeen: y > 180 && bottom < innerHeight - 90 && width > 0 }
    }).filter(({ isSeen }) => isSeen))
    expect(cells.length).toBeGreaterThan(30)
    const panel = page.locator('[data-panel]')
    // What a touch opens is fetched when the page is at rest, and then stands at once.
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => {
      Object.assign(window, { clicks: 0 })
      // What a click leads to stands by the next picture.
      window.addEventListener('click', () => requestAnimationFrame(() => setTimeout(() => Object.assign(window, { clicks: (window as unknown as Clicked).clicks + 1 }))))
    })
    const clicks = () => page.evaluate(() => (window as unknown as Clicked).clicks)
    for (const { x, y } of cells) {
      const before = await clicks()
      await page.touchscreen.tap(x, y)
      await page.waitForFunction(was => (window as unknown as Clicked).clicks > was, before)
      if (await panel.count() > 0) {
        await panel.getByRole('button', { name: nb.panel.close }).tap()
        await panel.waitFor({ state: 'detached' })
      }
    }
    expect(await page.locator('textarea, :popover-open').count()).toBe(0)

    const edits = page.getByRole('button', { name: nb.cell.edits })
    await edits.tap()
    await tapCell(page, cellOf('K10'))
    const words = await wordsIn(page, cellOf('K10'))
    await fieldOn(page, cellOf('K10')).waitFor()
    await page.keyboard.type('. Vi samler svarene i mai. Alle får dem tilsendt.')
    await expect.poll(() => witness.activity('K10').arena).toBe(`${words}. Vi samler svarene i mai. Alle får dem tilsendt.`)
    // What was tapped before has come by now, had it changed anything.
    const now = witness.plan()
    const asBefore = { ...now, activities: now.activities.map(row => row.id === 'K10' ? { ...row, arena: words } : row) }
    expect(JSON.stringify(asBefore)).toBe(before)

    await tapCell(page, cellOf('K10', 'when'))
    const editor = page.locator('.cell-editor')
    await editor.getByRole('option', { name: /^Månedlig/ }).tap()
    await expect.poll(() => witness.activity('K10').when).toMatchObject({ raw: 'Månedlig' })
    await editor.waitFor({ state: 'detached' })

    expect(responsibleOf('K15')).not.toContain(ks)
    await tapCell(page, cellOf('K15', 'responsible'))
    await editor.getByRole('option', { name: /KS Rogaland/ }).first().tap()
    await expect.poll(() => responsibleOf('K15')).toContain(ks)
    await page.locator('main h1').tap()
    await editor.waitFor({ state: 'detached' })

    const menuOf = (row: string) => page.locator(`[data-row="${row}"] .row-menu`)
    const { parentId } = witness.activity('K10').place
    await menuOf('K10').tap()
    await itemNamed(page, nb.row.moveTo).tap()
    await page.getByRole('dialog').getByRole('combobox').first().selectOption('G4')
    await page.getByRole('dialog').getByRole('button', { name: nb.row.move, exact: true }).tap()
    await expect.poll(() => witness.activity('K10').place.parentId).toBe('G4')
    await page.getByRole('button', { name: new RegExp(`^${nb.undo}`) }).filter({ visible: true }).first().tap()
    await expect.poll(() => witness.activity('K10').place.parentId).toBe(parentId)

    await menuOf('K10').tap()
    await itemNamed(page, nb.row.trash).tap()
    await expect.poll(() => isTrashed('K10')).toBe(true)
    await page.getByRole('button', { name: new RegExp(`^${nb.undo}`) }).filter({ visible: true }).first().tap()
    await expect.poll(() => isTrashed('K10')).toBe(false)
  }, 120_000)

  test('O31 the row I write in stays where it is on the screen, with my caret, whatever the others do above it', async () => {
    const page = await open('Kari Lie', { viewport: { width: 1440, height: 700 } })
    await page.locator('.sheet-scroll').evaluate((scroller) => { scroller.scrollTop = 150 })
    await writeIn(page, cellOf('K08'), 'start')
    await press(page, 'ArrowRight', 'ArrowRight', 'ArrowRight')
    const place = () => page.evaluate(() => {
      const field = document.activeElement as HTMLTextAreaElement
      return { top: field.closest('[data-row]')?.getBoundingClientRect().top ?? Number.NaN, caret: field.selectionStart, words: field.value }
    })
    const first = await place()
    // Every frame that is painted counts, not only where it ends.
    await page.evaluate(() => {
      const tops: number[] = []
      Object.assign(window, { tops })
      const look = () => {
        tops.push(document.activeElement?.closest('[data-row]')?.getBoundingClientRect().top ?? Number.NaN)
        requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })
    const rowsAbove = () => page.locator('.grid-row').evaluateAll(rows => rows.map(row => [Number(row.getAttribute('data-index')), row.getAttribute('data-row')] as const).sort((a, b) => a[0] - b[0]).map(([, row]) => row))
    const added = { id: '' }
    const deeds: [string, Parameters<Witness['write']>[0], () => Promise<boolean>][] = [
      ['adds a row', (plan) => {
        const row = addRow(plan, 'activities', { arena: 'Ny rad over, med så mange ord at den trenger flere linjer enn én for å vise dem alle' }, { parentId: 'G1', before: 'K02' })
        added.id = row.ok ? row.id : ''
      }, async () => (await rowsAbove()).includes(added.id)],
      ['writes three lines', plan => spliceText(plan, cellOf('K03'), { at: 0, remove: 0, insert: 'Første linje\nAndre linje\nTredje linje\n' }), async () => (await wordsIn(page, cellOf('K03'))).startsWith('Første')],
      ['moves a row down', plan => moveRow(plan, 'activities', 'K02', { parentId: 'G1', after: 'K04' }), async () => (await rowsAbove()).indexOf('K02') > (await rowsAbove()).indexOf('K04')],
      ['trashes a row', plan => trashRow(plan, 'activities', 'K05'), async () => !(await rowsAbove()).includes('K05')],
      ['moves my row down', plan => moveRow(plan, 'activities', 'K08', { parentId: 'G2', after: 'K10' }), async () => (await rowsAbove()).indexOf('K08') > (await rowsAbove()).indexOf('K10')],
      ['moves my row up', plan => moveRow(plan, 'activities', 'K08', { parentId: 'G2', before: 'K09' }), async () => (await rowsAbove()).indexOf('K08') < (await rowsAbove()).indexOf('K09')],
      ['moves a row from above to below', plan => moveRow(plan, 'activities', 'K04', { parentId: 'G4' }), async () => (await rowsAbove()).indexOf('K04') > (await rowsAbove()).indexOf('K08')],
    ]
    for (const [what, change, isSeen] of deeds) {
      await witness.write(change)
      await expect.poll(isSeen, { message: what }).toBe(true)
      const { top, caret, words } = await place()
      expect(Math.abs(top - first.top), `${what}: from ${first.top} to ${top}`).toBeLessThanOrEqual(1)
      expect([caret, words]).toEqual([3, first.words])
    }
    const tops = await page.evaluate(() => (window as unknown as { tops: number[] }).tops)
    expect(tops.length).toBeGreaterThan(5)
    expect(tops.filter(top => !(Math.abs(top - first.top) <= 1))).toEqual([])
  }, 60_000)

  test('O32 who is in a row that somebody else trashes is told there, with the way back, and comes back to the same cell', async () => {
    const page = await open('Kari Moe')
    await writeIn(page, cellOf('K12'), 'end')
    await page.keyboard.type(' og mer')
    await expect.poll(() => witness.activity('K12').arena).toContain(' og mer')
    await witness.write(plan => trashRow(plan, 'activities', 'K12'))
    const note = page.getByRole('alertdialog', { name: nb.row.goneHere })
    await note.waitFor()
    await page.keyboard.type('ingenting')
    await press(page, 'Tab')
    await press(page, 'Enter')
    await expect.poll(() => isTrashed('K12')).toBe(false)
    await note.waitFor({ state: 'detached' })
    await expect.poll(() => focusOn(page)).toBe('K12/arena')
    expect(witness.activity('K12').arena).not.toContain('ingenting')
    // Somebody who has only chosen the cell is told too.
    await witness.write(plan => trashRow(plan, 'activities', 'K12'))
    await note.waitFor()
    await press(page, 'Escape')
    await expect.poll(() => focusOn(page)).toMatch(/^K\d\d\/arena$/)
  }, 60_000)

  test('O33 a goal renamed once stands so in all its rows, here and in the other browser', async () => {
    const [kari, olav] = await Promise.all([open('Kari Dal'), open('Olav Vik')])
    const goal: Cell = { register: 'goals', row: 'G9', field: 'text' }
    await writeIn(kari, goal, 'end')
    await kari.getByText(nb.grid.sharedBy(4)).waitFor()
    await kari.keyboard.type(', i hele fylket')
    await press(kari, 'Escape')
    for (const page of [kari, olav]) {
      await expect.poll(() => wordsIn(page, goal)).toMatch(/, i hele fylket$/)
      const spoken = page.locator('.grid-row', { has: page.locator('[data-cell^="activities/K22/"], [data-cell^="activities/K25/"]') }).locator('[data-column="place"]')
      expect(await spoken.allInnerTexts()).toEqual(Array.from({ length: 2 }, () => expect.stringMatching(/^Mål 9: .*, i hele fylket$/) as string))
    }
    expect(witness.plan().goals.find(({ id }) => id === 'G9')?.text).toMatch(/, i hele fylket$/)
  }, 60_000)

  test('O34 of two who write in one cell at once both keep their words and their places', async () => {
    const [kari, olav] = await Promise.all([open('Kari Hov'), open('Olav Ask')])
    const cell = cellOf('K16')
    const before = await wordsIn(kari, cell)
    await Promise.all([writeIn(kari, cell, 'start'), writeIn(olav, cell, 'end')])
    await Promise.all([kari.keyboard.type('Kort og greit: ', { delay: 15 }), olav.keyboard.type(', også på nett', { delay: 15 })])
    for (const page of [kari, olav])
      await expect.poll(() => wordsIn(page, cell)).toBe(`Kort og greit: ${before}, også på nett`)
    const caret = (page: Page) => fieldOn(page, cell).evaluate(field => (field as HTMLTextAreaElement).selectionStart)
    expect(await caret(kari)).toBe('Kort og greit: '.length)
    expect(await caret(olav)).toBe(`Kort og greit: ${before}, også på nett`.length)
    await Promise.all([kari, olav].map(page => saveState(page, savedPattern).waitFor()))
  }, 60_000)

  test('O34 who writes by an input method keeps every word in its place beside another who writes in the same cell', async () => {
    const [kari, olav] = await Promise.all([open('Kari Fjell'), open('Olav Dal')])
    const cell = cellOf('K17')
    const before = await wordsIn(kari, cell)
    await writeIn(kari, cell, 'start')
    await writeIn(olav, cell, 'end')
    // What the keyboard has no key for comes as from an input method, which has counted out its caret before the field hears of it.
    const words = 'på '.repeat(60)
    await Promise.all([kari.keyboard.type('Kort og greit for alle her. '.repeat(4), { delay: 5 }), olav.keyboard.type(words, { delay: 2 })])
    for (const page of [kari, olav])
      await expect.poll(() => wordsIn(page, cell)).toBe(`${'Kort og greit for alle her. '.repeat(4)}${before}${words}`)
  }, 60_000)

  test('O36 how I like to see the table is there after a reload, and is my own', async () => {
    const [kari, olav] = await Promise.all([open('Kari Rud'), open('Olav Lid')])
    const heads = (page: Page) => page.getByRole('columnheader').evaluateAll(all => all.map(head => /column-(\S+)/.exec(head.className.replace('grid-column-head', ''))?.[1]))
    const widthOf = async (page: Page, column: string) => (await page.locator(`.grid-column-head.column-${column}`).boundingBox())?.width ?? 0
    const before = await heads(olav)
    const width = await widthOf(kari, 'when')
    async function choose(column: string, item: string) {
      await kari.locator(`.column-head[data-column="${column}"]`).click()
      await itemNamed(kari, item).click()
    }
    await choose('when', nb.grid.wider)
    await choose('when', nb.grid.wider)
    await choose('status', nb.grid.columnLeft)
    await choose('focusAreas', nb.grid.hideColumn)
    await kari.getByRole('button', { name: nb.grid.densities.standard }).click()
    await kari.getByText(nb.grid.densities.roomy, { exact: true }).click()
    await kari.keyboard.press('Escape')
    const mine = before.filter(column => column !== 'focusAreas' && column !== 'responsible').flatMap(column => column === 'status' ? ['status', 'responsible'] : [column])
    await expect.poll(() => heads(kari)).toEqual(mine)
    const wider = await widthOf(kari, 'when')
    expect(wider).toBeGreaterThan(width + 20)
    await kari.reload()
    await cellOn(kari, cellOf('K01')).waitFor()
    expect([await heads(kari), await widthOf(kari, 'when')]).toEqual([mine, wider])
    await kari.getByRole('button', { name: nb.grid.densities.roomy }).waitFor()
    await olav.reload()
    await cellOn(olav, cellOf('K01')).waitFor()
    expect(await heads(olav)).toEqual(before)
    await olav.getByRole('button', { name: nb.grid.densities.standard }).waitFor()
  }, 60_000)

  test('O35 of 2,000 rows few are drawn, the last is a key away, and the row I am in is kept while I look elsewhere', async () => {
    const grown = await planIdOf(server, 'oslo-og-viken')
    await growPlan(server, grown, 2_000)
    const { signInUrl } = await addMember(server, grown, { name: 'Kari Li' })
    const page = await openActivities(await browsers.openProfile(), { origin: server.origin, signInUrl, planId: grown })
    const rows = page.locator('.grid-row')
    const drawn = () => rows.count()
    const count = Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 1
    expect(count).toBeGreaterThanOrEqual(2_000)
    expect(await drawn()).toBeLessThan(80)
    await pressUntil(page, 'Tab', '[role=grid] [data-column]')
    await press(page, 'Control+End')
    const last = rows.and(page.locator(`[data-index="${count - 1}"]`))
    await last.waitFor()
    const isInWindow = (row: typeof last) => row.evaluate((element) => {
      const around = document.querySelector('.sheet-scroll')?.getBoundingClientRect()
      const { top, bottom } = element.getBoundingClientRect()
      return around !== undefined && bottom > around.top && top < around.bottom
    })
    await expect.poll(() => isInWindow(last)).toBe(true)
    const here = await focusOn(page)
    expect(here).toBe(`${await last.getAttribute('data-row') ?? ''}/status`)
    expect(await drawn()).toBeLessThan(80)
    // Looks at the top of the table; the cell stays the active one, and is drawn.
    await page.locator('.sheet-scroll').evaluate((scroller) => { scroller.scrollTop = 0 })
    const first = rows.and(page.locator('[data-index="0"]'))
    await first.waitFor()
    await expect.poll(() => isInWindow(first)).toBe(true)
    expect([await focusOn(page), await last.count()]).toEqual([here, 1])
    expect(await drawn()).toBeLessThan(80)
    // And the next key goes on from there.
    await press(page, 'ArrowUp')
    await expect.poll(() => isInWindow(rows.and(page.locator(`[data-index="${count - 2}"]`)))).toBe(true)
    await press(page, 'Control+Home')
    await expect.poll(() => isInWindow(first)).toBe(true)
  }, 90_000)

  test.each([
    ['a screen of 320 px', { viewport: { width: 320, height: 640 } }],
    ['a window enlarged four times', { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }],
    ['a window of 1,024 px enlarged twice', { viewport: { width: 512, height: 384 }, deviceScaleFactor: 2 }],
  ])('O37 on %s nothing must be scrolled sideways to be read, at rest, in a row and in its editor', async (_what, options) => {
    const page = await open('Kari By', options)
    const tooWide = () => page.evaluate(() => [...document.querySelectorAll('html, body, main, .sheet-scroll, [data-panel], :popover-open, dialog[open]')]
      .filter(element => element.scrollWidth > element.clientWidth + 1)
      .map(element => `${element.tagName} ${element.className}: ${element.scrollWidth} > ${element.clientWidth}`))
    await expect.poll(tooWide).toEqual([])
    await page.getByRole('button', { name: /Åpne rad 1:/ }).click()
    const panel = page.locator('[data-panel]')
    await panel.waitFor()
    await expect.poll(tooWide).toEqual([])
    await panel.getByRole('button', { name: nb.panel.edit, exact: true }).click()
    await panel.locator('[data-panel-cell="activities/K01/when"]').click()
    await page.locator('.cell-editor').waitFor()
    await expect.poll(tooWide).toEqual([])
  }, 60_000)

  test('O37 where the table is wider than the window, it alone scrolls sideways', async () => {
    const page = await open('Kari Bø', { viewport: { width: 800, height: 600 } })
    for (const column of ['when', 'responsible', 'status']) {
      for (let times = 0; times < 4; times++) {
        await page.locator(`.column-head[data-column="${column}"]`).click()
        await itemNamed(page, nb.grid.wider).click()
      }
    }
    const table = page.locator('.sheet-scroll')
    expect(await table.evaluate(element => element.scrollWidth > element.clientWidth)).toBe(true)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(800)
    // The title and what is done with the table stay in sight.
    await page.locator('.sheet-scroll').evaluate((scroller) => { scroller.scrollLeft = 400 })
    const box = await page.getByRole('heading', { level: 1 }).boundingBox()
    expect(box && box.x >= 0 && box.x + box.width <= 800).toBe(true)
  }, 60_000)
})
