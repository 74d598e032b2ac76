import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { putMember, restoreRow, setCell, trashRow } from '#shared/plan/commands.ts'
import type { Role } from '#shared/protocol/api.ts'
import { nb } from '../../client/text/nb.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { focusOn, openWitness, press, pressUntil } from '../support/gridPage.ts'
import { readyPage, type Scheme } from '../support/pages.ts'
import { wordsIn } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'
import { until } from '../support/until.ts'

const { cooperation, filters, notes } = nb.parties
const council = cooperation.actors['elderly-council']

describeInBrowser('parties, cooperation and lists', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let rogaland: string
  let oslo: string
  beforeAll(async () => {
    server = await startServer()
    rogaland = await planIdOf(server)
    oslo = await planIdOf(server, 'oslo-og-viken')
  })
  afterAll(() => server.kill())

  async function openPage(planId: string, path: string, { name = 'Kari Nes', role = 'editor', ...look }: {
    name?: string, role?: Role, colorScheme?: Scheme, width?: number, hasTouch?: boolean
  } = {}): Promise<Page> {
    const { signInUrl } = await addMember(server, planId, { name, role })
    const profile = await browsers.openProfile({ bypassCSP: true, ...look, viewport: { width: look.width ?? 1440, height: 900 } })
    const page = await profile.newPage()
    await page.goto(signInUrl)
    await goTo(page, planId, path)
    return page
  }
  async function goTo(page: Page, planId: string, path: string) {
    await page.goto(`${server.origin}/plan/${planId}/${path}`)
    await readyPage(page)
  }
  const rows = (page: Page) => page.locator('.grid-row [data-column="arena"]')
  const cell = (page: Page, row: string, column: string) => page.locator(`[data-row="${row}"] [data-column="${column}"]`)

  test('O43 what the plan lacks of those who must take part is added by the keyboard, and the other browser sees the list emptied', async () => {
    const kari = await openPage(rogaland, 'samarbeid')
    const olav = await openPage(rogaland, 'samarbeid', { name: 'Olav Berge' })
    for (const page of [kari, olav])
      await page.getByText(cooperation.title(1)).waitFor()
    expect(await kari.getByText(council).first().locator('..').textContent()).toContain('Strategisk koordineringsgruppe')

    await pressUntil(kari, 'Tab', 'button', { words: cooperation.add, atMost: 60 })
    await press(kari, 'Enter')
    await kari.waitForFunction(() => document.activeElement?.closest('[data-column="form"]') !== null)
    await kari.getByText(cooperation.lacks.form).waitFor()
    await olav.getByText(cooperation.titleThin).waitFor()
    for (const [column, words] of [['form', 'Fast møte hvert halvår'], ['role', 'Gir råd og sprer informasjon']] as const) {
      await pressUntil(kari, 'ArrowRight', `[data-column="${column}"]`, { atMost: 4 })
      await press(kari, 'Enter')
      await kari.keyboard.type(words)
      await press(kari, 'Escape')
    }
    for (const page of [kari, olav])
      await page.getByText(cooperation.settled).waitFor()
    const added = (await focusOn(kari)).split('/')[0] ?? ''
    expect(await wordsIn(olav, { register: 'collaborations', row: added, field: 'with' })).toBe('Fylkeseldrerådet i Rogaland')
    expect(await wordsIn(olav, { register: 'collaborations', row: added, field: 'organisations' })).toContain('Fylkeseldrerådet')

    const witness = await openWitness(server, rogaland)
    await witness.write(plan => trashRow(plan, 'collaborations', added))
    await olav.getByText(cooperation.title(1)).waitFor()
    await witness.leave()
  }, 60_000)

  test('O43 who may only read is told what is lacking, and is offered nothing to press', async () => {
    const page = await openPage(rogaland, 'samarbeid', { name: 'Lars Lie', role: 'reader' })
    await page.getByText(cooperation.title(1)).waitFor()
    expect(await page.getByRole('button', { name: cooperation.addName(council.toLowerCase()) }).count()).toBe(0)
  }, 30_000)

  test('O43 Oslo og Viken, which says how all three take part, is told so', async () => {
    const page = await openPage(oslo, 'samarbeid')
    await page.getByText(cooperation.settled).waitFor()
    expect(await page.getByText(cooperation.what).count()).toBe(0)
  }, 30_000)

  test('O43 the details of an organisation say where it is used, and each count leads to its rows', async () => {
    const page = await openPage(rogaland, 'organisasjoner')
    await cell(page, 'usht', 'name').click()
    await press(page, 'Alt+Enter')
    await page.getByRole('link', { name: nb.parties.uses.words['activities/responsible']?.(10) ?? '' }).click()
    await page.getByText(nb.grid.filtered(10, 25)).waitFor()
    await until(async () => await rows(page).count() === 10, { what: 'only those rows are drawn' })
    await page.reload()
    await readyPage(page)
    await page.getByText(nb.grid.filtered(10, 25)).waitFor()

    await goTo(page, rogaland, 'organisasjoner')
    await cell(page, 'usht-rogaland', 'name').click()
    await press(page, 'Alt+Enter')
    await page.getByRole('link', { name: nb.parties.uses.through('Koordineringsgruppe', 1) }).click()
    await page.getByText(nb.grid.filtered(1, 25)).waitFor()
  }, 60_000)

  test('O43 an organisation that is trashed while it is in use is told with how many rows name it, and stands as gone where they do', async () => {
    const page = await openPage(rogaland, 'organisasjoner')
    const grid = await openPage(rogaland, 'aktiviteter', { name: 'Olav Berge' })
    const witness = await openWitness(server, rogaland)
    await cell(page, 'usht', 'name').click()
    await press(page, 'Shift+F10')
    await pressUntil(page, 'ArrowDown', '[role=menuitem]', { words: nb.row.trash, atMost: 12 })
    await press(page, 'Enter')
    await page.getByText(/«USHT» er slettet\. \d\d rader viser fortsatt til den\./).waitFor()
    const pill = grid.locator('[data-column="responsible"] .pill.gone').first()
    await pill.waitFor()
    expect(await pill.textContent()).toContain(nb.cell.gone)
    await witness.write(plan => restoreRow(plan, 'organisations', 'usht'))
    await grid.locator('[data-column="responsible"] .pill.gone').first().waitFor({ state: 'detached' })
    await witness.leave()
  }, 60_000)

  test('O43 rows for one phase are listed by the keyboard, though the plan’s table has no such column, and a link shows the same', async () => {
    const witness = await openWitness(server, oslo)
    const phase = witness.plan().phases.find(row => row.number === 3)?.id ?? ''
    for (const row of ['K02', 'K05'])
      await witness.write(plan => putMember(plan, { register: 'activities', row, field: 'phases' }, phase))
    const page = await openPage(oslo, 'aktiviteter')
    await pressUntil(page, 'Tab', 'button', { words: filters.more, atMost: 60 })
    await press(page, 'Enter')
    await pressUntil(page, 'ArrowDown', '[role=menuitem]', { words: nb.words.fields.activities.phases, atMost: 12 })
    await press(page, 'Enter')
    await page.waitForFunction(() => document.activeElement?.matches('input[type=checkbox]'))
    await page.keyboard.press('Space')
    await page.getByText(nb.grid.filtered(2, 6)).waitFor()
    await press(page, 'Escape')
    expect(await page.getByRole('button', { name: /Faser: 3 Implementering/ }).count()).toBe(1)
    expect(new URL(page.url()).search).toBe(`?phases=${phase}`)

    const other = await openPage(oslo, `aktiviteter?phases=${phase}`, { name: 'Olav Berge' })
    await other.getByText(nb.grid.filtered(2, 6)).waitFor()
    await goTo(other, oslo, 'aktiviteter?when=continuous')
    const continuous = witness.plan().activities.filter(row => row.when?.kind === 'continuous').length
    expect(continuous).toBeGreaterThan(0)
    await other.getByText(nb.grid.filtered(continuous, 6)).waitFor()
    await witness.leave()
  }, 60_000)

  test('O43 an alias finds its organisation in the editor of a set, and one that two have is told at both', async () => {
    const page = await openPage(oslo, 'aktiviteter')
    await cell(page, 'K04', 'responsible').click()
    await press(page, 'Enter')
    await page.keyboard.type('Statsforv')
    await page.getByRole('option', { name: /SFOV/ }).waitFor()
    await press(page, 'Escape')
    const witness = await openWitness(server, oslo)
    await witness.write(plan => setCell(plan, { register: 'organisations', row: 'rio', field: 'short' }, 'SF'))
    await goTo(page, oslo, 'organisasjoner')
    const told = page.getByText(notes.sharedName('SF', 'Rusmisbrukernes interesseorganisasjon'))
    await told.waitFor()
    await witness.write(plan => setCell(plan, { register: 'organisations', row: 'rio', field: 'short' }, 'RIO'))
    await told.waitFor({ state: 'detached' })
    await witness.leave()
  }, 60_000)

  test.each<Scheme>(['light', 'dark'])('O43 axe finds nothing in the details of these tables and in what their numbers lead to, in the %s scheme', async (colorScheme) => {
    const findings: unknown[] = []
    for (const [width, hasTouch] of [[1440, false], [390, true]] as const) {
      const page = await openPage(rogaland, 'organisasjoner', { colorScheme, width, hasTouch })
      await goTo(page, rogaland, 'aktiviteter?responsible=usht')
      findings.push(...(await axe(page)).map(finding => ({ path: 'filtered', width, ...finding })))
      await goTo(page, rogaland, 'grupper')
      if (hasTouch)
        await page.locator('[data-row] .open').first().tap()
      else
        await cell(page, 'g-strategisk', 'name').click().then(() => press(page, 'Alt+Enter'))
      await page.getByText(nb.parties.uses.title).waitFor()
      findings.push(...(await axe(page)).map(finding => ({ path: 'details', width, ...finding })))
      await page.context().close()
    }
    expect(findings).toEqual([])
  }, 240_000)
})
