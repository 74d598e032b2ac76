import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { putMember, restoreRow, setCell, trashRow } from '#shared/plan/commands.ts'
import type { Role } from '#shared/protocol/api.ts'
import { nb } from '../../client/text/nb.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, enter, useBrowsers } from '../support/browser.ts'
import { focusOn, openWitness, press, pressUntil } from '../support/gridPage.ts'
import { readyPage } from '../support/pages.ts'
import { wordsIn } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'
import { until } from '../support/until.ts'

const { cooperation, filters, notes } = nb.parties
const { responsibility } = nb
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
    name?: string, role?: Role, width?: number, hasTouch?: boolean
  } = {}): Promise<Page> {
    const { signInUrl } = await addMember(server, planId, { name, role })
    const profile = await browsers.openProfile({ bypassCSP: true, ...look, viewport: { width: look.width ?? 1440, height: 900 } })
    await enter(profile, { origin: server.origin, signInUrl })
    const page = await profile.newPage()
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

  test('O43 axe finds nothing in the details of these tables and in what their numbers lead to', async () => {
    const findings: unknown[] = []
    for (const [width, hasTouch] of [[1440, false], [390, true]] as const) {
      const page = await openPage(rogaland, 'organisasjoner', { width, hasTouch })
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

  test('U112 what a party is in a row is changed in its own list, in one undo step, with the focus kept also when the row leaves the list', async () => {
    const witness = await openWitness(server, rogaland)
    const page = await openPage(rogaland, 'ansvar?vis=organisasjoner')
    const rolesOf = (row: string) => witness.activity(row).responsible.find(({ id }) => id === 'fylkeseldreradet-rogaland')?.roles
    await pressUntil(page, 'Tab', 'summary', { words: 'Fylkeseldre' })
    await press(page, 'Enter')
    await pressUntil(page, 'Tab', 'button.sign')
    await press(page, 'Enter')
    await page.getByRole('menuitemradio', { name: responsibility.choices.responsible, checked: true }).waitFor()
    await press(page, 'l')
    await expect.poll(() => rolesOf('K18')).toEqual(['lead'])
    expect(await focusOn(page)).toContain('Endre ansvar: Fylkeseldrerådet')
    await press(page, 'Enter', 'Delete')
    await expect.poll(() => rolesOf('K18')).toBeUndefined()
    expect(await focusOn(page)).toContain('Fylkeseldre')
    await press(page, 'Control+z', 'Control+z')
    await expect.poll(() => rolesOf('K18')).toEqual([])
    await witness.leave()
    const reader = await openPage(rogaland, 'ansvar?vis=organisasjoner', { name: 'Lise Lesar', role: 'reader' })
    await reader.locator('summary').first().click()
    await reader.locator('.task .sign').first().waitFor()
    expect(await reader.locator('button.sign').count()).toBe(0)
  }, 60_000)

  test('U113 a half-year list is copied as text and as a table, and a letter carries it within what mail programs take, else it says where the rest stands', async () => {
    const page = await openPage(rogaland, 'ansvar?vis=liste&org=usht-rogaland&halvar=2022h')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: responsibility.list.copy }).click()
    await page.getByText(responsibility.list.copied).waitFor()
    const [text, html] = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read()
      return await Promise.all(['text/plain', 'text/html'].map(async type => await (await item?.getType(type))?.text() ?? ''))
    })
    expect(text).toContain('USHT Rogaland, høst 2022')
    expect(text).toContain('15. Rapport i henhold til samfunnsoppdrag')
    expect(html).toContain('<td>Rapport i henhold til samfunnsoppdrag</td>')

    const opened = page.context().newCDPSession(page).then(async (devtools) => {
      await devtools.send('Page.enable')
      return await new Promise<string>(resolve => devtools.on('Page.frameRequestedNavigation', ({ url }) => resolve(url)))
    })
    await page.getByRole('button', { name: responsibility.list.mail }).click()
    const letter = await opened
    expect(letter.length).toBeLessThanOrEqual(1_900)
    const { protocol, searchParams } = new URL(letter)
    expect([protocol, searchParams.get('subject')]).toEqual(['mailto:', 'USHT Rogaland, høst 2022 – Revidert gjennomføringsplan Leve hele livet 2021–2023'])
    expect(searchParams.get('body')).toContain('Løpende informasjon')
    expect(searchParams.get('body')).toContain(responsibility.list.restAt(page.url()))
  }, 60_000)

  test('U114 the roles of who runs a network are ticked in its menu, by the keyboard and by taps, and the last that goes takes the party out', async () => {
    const witness = await openWitness(server, rogaland)
    const rolesOf = () => witness.plan().networks.find(({ id }) => id === 'N01')?.operatedBy.find(({ id }) => id === 'ks-rogaland')?.roles
    const page = await openPage(rogaland, 'ansvar')
    await cell(page, 'network N01', 'ks-rogaland').focus()
    await press(page, 'Enter', 'Home', 'Enter')
    await expect.poll(rolesOf).toEqual(['operator'])
    await press(page, 'Enter', 'Home', 'ArrowDown', 'Enter')
    await expect.poll(rolesOf).toEqual(['operator', 'partner'])
    expect(await focusOn(page)).toBe('network N01/ks-rogaland')

    const tablet = await openPage(rogaland, 'ansvar', { name: 'Tavle Tveit', width: 820, hasTouch: true })
    await tablet.getByRole('button', { name: nb.cell.edits }).tap()
    for (const [role, left] of [['operator', ['partner']], ['partner', undefined]] as const) {
      await cell(tablet, 'network N01', 'ks-rogaland').tap()
      const item = tablet.getByRole('menuitemcheckbox', { name: nb.words.roles[role], checked: true })
      expect((await item.boundingBox())?.height).toBeGreaterThanOrEqual(44)
      await item.tap()
      await expect.poll(rolesOf).toEqual(left)
    }
    await witness.leave()
  }, 60_000)

  test('U110 the matrix begins near the top: its name and views in one row, its signs and tools in the next, also under a finger and where it is written in', async () => {
    for (const [width, hasTouch] of [[1440, false], [1024, true], [820, true]] as const) {
      const page = await openPage(rogaland, 'ansvar', { name: `Bredde ${width}`, width, hasTouch })
      if (width === 820)
        await page.getByRole('button', { name: nb.cell.edits }).tap()
      const add = page.getByRole('button', { name: responsibility.add })
      await add.waitFor()
      expect((await page.getByRole('grid').boundingBox())?.y, `at ${width} px`).toBeLessThanOrEqual(hasTouch ? 204 : 180)
      for (const tool of hasTouch ? [add, page.getByRole('button', { name: nb.grid.view, exact: true })] : [])
        expect((await tool.boundingBox())?.height, `at ${width} px`).toBeGreaterThanOrEqual(44)
      await page.getByRole('button', { name: nb.grid.view, exact: true }).click()
      await page.getByRole('menuitemradio', { name: responsibility.byMainTask }).click()
      await page.getByText(responsibility.noGroup).first().waitFor()
    }
  }, 90_000)

  test('U111 who is in one party’s cell of the matrix has a frame there and nowhere else in it, and in the table in the cell of all', async () => {
    const [kari, olav, table] = [await openPage(rogaland, 'ansvar'), await openPage(rogaland, 'ansvar', { name: 'Olav Berge' }), await openPage(rogaland, 'aktiviteter', { name: 'Mona Lie' })]
    await cell(olav, 'K02', 'ks-rogaland').click()
    await press(olav, 'Escape')
    await cell(kari, 'K02', 'ks-rogaland').locator('.frame').waitFor()
    await table.locator('[data-cell="activities/K02/responsible"] .frame').waitFor()
    expect(await kari.locator('.matrix-grid [data-row="K02"] .frame').count()).toBe(1)
    await press(olav, 'ArrowLeft')
    await cell(kari, 'K02', 'sf-rogaland').locator('.frame').waitFor()
    expect(await kari.locator('.matrix-grid [data-row="K02"] .frame').count()).toBe(1)
    expect(await table.locator('[data-cell="activities/K02/responsible"] .frame').count()).toBe(1)
  }, 60_000)
})
