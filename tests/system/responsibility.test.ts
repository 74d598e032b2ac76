import { readFile } from 'node:fs/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeMembers } from '#shared/plan/assign.ts'
import type { Role } from '#shared/protocol/api.ts'
import { nb } from '../../client/text/nb.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, enter, useBrowsers } from '../support/browser.ts'
import { focusOn, openWitness, press, pressUntil, type Witness } from '../support/gridPage.ts'
import { growPlan } from '../support/largePlan.ts'
import { readyPage, settled } from '../support/pages.ts'
import { cellOn } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const words = nb.responsibility
const ks = 'ks-rogaland'
const usht = 'usht'
const spot = (page: Page, row: string, party: string) => page.locator(`[data-row="${row}"] [data-column="${party}"]`)
const responsibleCell = (row: string) => ({ register: 'activities', row, field: 'responsible' } as const)

describeInBrowser('the responsibility matrix, by one person and by several', () => {
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
  async function open(name: string, { path = 'ansvar', role = 'editor', ...options }: { path?: string, role?: Role } & Parameters<typeof browsers.openProfile>[0] = {}) {
    const { signInUrl } = await addMember(server, planId, { name, role })
    return openAt(await browsers.openProfile(options), signInUrl, path)
  }
  async function openAt(profile: BrowserContext, signInUrl: string, path: string): Promise<Page> {
    await enter(profile, { origin: server.origin, signInUrl })
    const page = await profile.newPage()
    await page.goto(`${server.origin}/plan/${planId}/${path}`)
    await readyPage(page)
    return page
  }
  const rolesOf = (row: string, party: string) => witness.activity(row).responsible.find(({ id }) => id === party)?.roles

  test('O41 «Ansvar» changed in the table stands in the matrix of another browser, and what is changed there in the table', async () => {
    const [table, matrix] = [await open('Kari Nes', { path: 'aktiviteter' }), await open('Olav Berge')]
    await spot(matrix, 'K06', ks).waitFor()
    expect(await spot(matrix, 'K06', ks).textContent()).toBe('')
    const intoMatrix = await watchPaint(matrix, '[data-row="K06"] [data-column="ks-rogaland"]', words.marks.responsible)

    await cellOn(table, responsibleCell('K06')).click()
    await press(table, 'Enter')
    await table.locator('.cell-editor').waitFor()
    await table.keyboard.type('KS Rogaland')
    const pressedInTable = await pressTimed(table, 'Enter')
    await expect.poll(() => spot(matrix, 'K06', ks).textContent()).toContain(words.marks.responsible)
    const shownInMatrix = await intoMatrix()

    await table.keyboard.press('Escape')
    const intoTable = await watchPaint(table, '[data-cell="activities/K06/responsible"] .pill', 'SF')
    await spot(matrix, 'K06', 'sf-rogaland').click()
    await matrix.getByRole('menu').waitFor()
    const pressedInMatrix = await pressTimed(matrix, words.keys.contributor)
    // The flag of who is in the cell says SF as well.
    await cellOn(table, responsibleCell('K06')).locator('.pill', { hasText: 'SF' }).waitFor()
    const shownInTable = await intoTable()

    expect(rolesOf('K06', ks)).toEqual(['responsible'])
    expect(rolesOf('K06', 'sf-rogaland')).toEqual(['contributor'])
    const took = [shownInMatrix - pressedInTable, shownInTable - pressedInMatrix]
    console.log(`«Ansvar» from one browser to the paint of the other: ${took.map(ms => `${Math.round(ms)} ms`).join(' to the matrix, ')} to the table`)
    for (const ms of took) {
      expect(ms).toBeGreaterThan(0)
      expect(ms).toBeLessThan(3_000)
    }
    await witness.write(plan => writeMembers(plan, [ks, 'sf-rogaland'].map(member => ({ cell: responsibleCell('K06'), member, roles: null }))))
  }, 60_000)

  test('U71 with the keyboard alone a person goes to a cell, gives, changes and takes away responsibility, and undoes, with the focus where it was', async () => {
    const page = await open('Kari Vik')
    await pressUntil(page, 'Tab', '[role=grid] [data-column]')
    await press(page, 'Control+Home')
    await pressUntil(page, 'ArrowDown', '[data-row="K20"] [data-column]', { atMost: 40 })
    await pressUntil(page, 'ArrowRight', `[data-column="${usht}"]`)
    expect(rolesOf('K20', usht)).toBeUndefined()

    await press(page, 'm')
    await expect.poll(() => rolesOf('K20', usht)).toEqual(['contributor'])
    await page.getByText(words.done('USHT', 'Samarbeidsmøte', words.choices.contributor.toLowerCase()).split(' – ')[0] ?? '').waitFor({ state: 'attached' })
    await press(page, 'Enter')
    expect(await page.getByRole('menuitemradio', { checked: true }).textContent()).toContain(words.choices.contributor)
    await press(page, 'ArrowUp', 'Enter')
    await expect.poll(() => rolesOf('K20', usht)).toEqual(['lead'])
    expect(await focusOn(page)).toBe(`K20/${usht}`)
    await press(page, 'Delete')
    await expect.poll(() => rolesOf('K20', usht)).toBeUndefined()

    // Each is a step of its own.
    await press(page, 'Control+z')
    await expect.poll(() => rolesOf('K20', usht)).toEqual(['lead'])
    await press(page, 'Control+z', 'Control+z')
    await expect.poll(() => rolesOf('K20', usht)).toBeUndefined()
    expect(await focusOn(page)).toBe(`K20/${usht}`)

    // A marked block is one step.
    await press(page, 'Shift+ArrowLeft', 'a')
    await expect.poll(() => rolesOf('K20', usht)).toEqual(['responsible'])
    await press(page, 'Control+z')
    await expect.poll(() => rolesOf('K20', usht)).toBeUndefined()
    expect(rolesOf('K20', ks)).toEqual([])
    await press(page, 'Escape', 'ArrowUp', 'ArrowUp', 'Enter', 'Escape')
    expect(await page.getByRole('menu').count()).toBe(0)
  }, 60_000)

  test('U71 a mark through a group says so, and can be made direct; other parties of the row stay as they are', async () => {
    const page = await open('Mona Lie')
    await spot(page, 'K22', usht).click()
    const menu = page.getByRole('menu')
    await menu.getByText(words.nowThrough(words.through('Koordineringsgruppe', ''))).waitFor()
    await menu.getByRole('menuitemradio', { name: words.choices.responsible }).click()
    await witness.write(plan => writeMembers(plan, [{ cell: responsibleCell('K22'), member: ks, roles: 'lead' }]))
    await expect.poll(() => witness.activity('K22').responsible.map(({ id, roles }) => `${id} ${roles.join()}`).sort())
      .toEqual(['g-koordinering ', `${ks} lead`, 'usht responsible'])
    await expect.poll(() => spot(page, 'K22', ks).textContent()).toContain(words.legend.lead.toLowerCase())
    await witness.write(plan => writeMembers(plan, [ks, usht].map(member => ({ cell: responsibleCell('K22'), member, roles: null }))))
  }, 60_000)

  test('U67 what others change moves no column, and an organisation that is added comes last', async () => {
    const page = await open('Per Dahl')
    const columns = () => page.locator('[role=columnheader] [data-column]').evaluateAll(all => all.map(head => head.getAttribute('data-column')))
    await spot(page, 'K01', ks).waitFor()
    const before = await columns()
    expect(before.slice(2, 7)).toEqual(['sf-rogaland', ks, usht, 'fylkeseldreradet-rogaland', 'g-koordinering'])
    const rows = ['K01', 'K06', 'K14', 'K15', 'K16', 'K18', 'K19']
    await witness.write(plan => writeMembers(plan, rows.map(row => ({ cell: responsibleCell(row), member: 'fylkeseldreradet-rogaland', roles: 'responsible' }))))
    await expect.poll(() => page.locator('[role=columnheader] [data-column="fylkeseldreradet-rogaland"]').textContent()).toContain('7')
    expect(await columns()).toEqual(before)
    await witness.write(plan => writeMembers(plan, rows.slice(0, 5).map(row => ({ cell: responsibleCell(row), member: 'fylkeseldreradet-rogaland', roles: null }))))

    await page.getByRole('button', { name: words.add }).click()
    await page.keyboard.type('fylkeskommune')
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await columns()).length).toBe(before.length + 1)
    const added = (await columns()).at(-1)
    expect((await columns()).slice(0, -1)).toEqual(before)
    await expect.poll(() => focusOn(page)).toContain(`/${added}`)
  }, 60_000)

  test('U71 who may only read is told what a sign means, and changes nothing by any key or press', async () => {
    const page = await open('Leser Lund', { role: 'reader' })
    const before = JSON.stringify(witness.plan())
    await spot(page, 'K22', usht).click()
    const note = page.getByRole('dialog')
    await note.getByText(words.through('Koordineringsgruppe', '')).waitFor()
    await page.keyboard.press('Escape')
    await spot(page, 'K06', ks).click()
    await page.keyboard.press('Escape')
    for (const key of ['a', 'l', 'm', 'Delete', 'Backspace', ' ', 'Escape', 'Enter', 'Escape'])
      await page.keyboard.press(key)
    expect(await page.getByRole('menu').count()).toBe(0)
    expect(await page.getByRole('button', { name: words.add }).count()).toBe(0)
    expect(await spot(page, 'K06', ks).getAttribute('aria-readonly')).toBe('true')
    // What was written after it has come by now, had it changed anything.
    await witness.write(plan => writeMembers(plan, [{ cell: responsibleCell('K25'), member: ks, roles: 'lead' }]))
    await witness.write(plan => writeMembers(plan, [{ cell: responsibleCell('K25'), member: ks, roles: true }]))
    expect(JSON.stringify(witness.plan())).toBe(before)
  }, 60_000)

  test('U71 on a touch screen nothing is changed until «Rediger» is pressed; then a tap opens the menu', async () => {
    const page = await open('Tavle Tveit', { viewport: { width: 820, height: 1180 }, hasTouch: true })
    await spot(page, 'K08', ks).tap()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('menu').count()).toBe(0)
    await page.getByRole('button', { name: nb.cell.edits }).tap()
    await spot(page, 'K08', ks).tap()
    const item = page.getByRole('menuitemradio', { name: words.choices.lead })
    expect((await item.boundingBox())?.height).toBeGreaterThanOrEqual(44)
    await item.tap()
    await expect.poll(() => rolesOf('K08', ks)).toEqual(['lead'])
    await witness.write(plan => writeMembers(plan, [{ cell: responsibleCell('K08'), member: ks, roles: true }]))
  }, 60_000)

  test('U68 the list of a half-year stands at an address that can be shared, and is taken home as a file', async () => {
    const page = await open('Kari Moe', { path: 'ansvar?vis=liste&org=usht-rogaland&halvar=2022h', acceptDownloads: true })
    await page.getByRole('heading', { name: words.list.title('USHT Rogaland', 'høst 2022') }).waitFor()
    const count = (title: string) => page.locator('.section', { hasText: title }).locator('li').count()
    expect(await Promise.all([`${words.list.fixed}: høst 2022`, words.list.loose, words.list.networks].map(count))).toEqual([3, 8, 7])
    await page.getByText(words.through('Koordineringsgruppe', 'USHT')).waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: words.list.download }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('ansvar-usht-rogaland-2022h.txt')
    const said = await readFile(await file.path(), 'utf8')
    expect(said.startsWith('\uFEFF')).toBe(true)
    for (const part of ['USHT Rogaland, høst 2022', 'Møter med kommunenes kontaktpersoner', 'gjennom USHT', words.list.operator, 'vis=liste&org=usht-rogaland&halvar=2022h'])
      expect(said).toContain(part)

    await page.getByRole('button', { name: words.list.previous }).click()
    await page.getByRole('heading', { name: words.list.title('USHT Rogaland', 'vår 2022') }).waitFor()
    expect(new URL(page.url()).searchParams.get('halvar')).toBe('2022v')
    await page.getByLabel(words.list.party).selectOption('g-koordinering')
    await page.getByRole('heading', { name: /Koordineringsgruppe, vår 2022/ }).waitFor()
  }, 60_000)

  test('U65 at 320 px what each organisation has is a list, and nothing is scrolled sideways', async () => {
    const page = await open('Smal Sem', { viewport: { width: 320, height: 640 } })
    await page.locator('summary', { hasText: 'USHT' }).first().click()
    await page.getByText('Kartlegging').waitFor()
    for (const path of ['', '?vis=liste&org=usht-rogaland&halvar=2022h']) {
      await page.goto(`${server.origin}/plan/${planId}/ansvar${path}`)
      await readyPage(page)
      expect(await page.evaluate(() => Math.max(...[document.documentElement, document.querySelector('.sheet-scroll') ?? document.body]
        .map(element => element.scrollWidth - element.clientWidth)))).toBe(0)
      expect(await page.getByRole('grid').count()).toBe(0)
    }
  }, 60_000)

  test('U71 axe finds nothing wrong with the matrix, its menu, and the lists', async () => {
    const page = await open('Akse', { bypassCSP: true })
    await spot(page, 'K22', usht).waitFor()
    expect(await axe(page)).toEqual([])
    await spot(page, 'K22', usht).click()
    await page.getByRole('menu').waitFor()
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: words.perOrganisation }).click()
    await page.locator('summary').nth(2).click()
    await page.locator('.duties h3').first().waitFor()
    expect(await axe(page)).toEqual([])
    await page.goto(`${server.origin}/plan/${planId}/ansvar?vis=liste&org=usht-rogaland&halvar=2022h`)
    await readyPage(page)
    expect(await axe(page)).toEqual([])
  }, 90_000)
})

describeInBrowser('the responsibility matrix of 2,000 rows', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  afterAll(() => server.kill())

  test('U70 fewer than 80 rows are drawn, and a change of one draws that row and its goal’s again, no other', async () => {
    server = await startServer()
    const planId = await planIdOf(server)
    await growPlan(server, planId, 2_000)
    const witness = await openWitness(server, planId)
    const { signInUrl } = await addMember(server, planId, { name: 'Kari Nes' })
    const profile = await browsers.openProfile()
    await enter(profile, { origin: server.origin, signInUrl })
    const page = await profile.newPage()
    await page.goto(`${server.origin}/plan/${planId}/ansvar`)
    await spot(page, 'K02', usht).waitFor()
    expect(await page.locator('.grid-row').count()).toBeLessThan(80)
    await settled(page, '.grid-body')
    await page.evaluate(() => {
      const rows = new Set<string>()
      const note = (records: MutationRecord[]) => records.forEach(({ target }) => {
        const element = target instanceof Element ? target : target.parentElement
        rows.add(element?.closest('[data-row]')?.getAttribute('data-row') ?? 'the matrix')
      })
      const observer = new MutationObserver(note)
      observer.observe(document.querySelector('.grid-body') ?? document.body, { subtree: true, childList: true, characterData: true, attributes: true })
      Object.assign(window, { drawnAgain: rows })
    })
    await witness.write(plan => writeMembers(plan, [{ cell: responsibleCell('K02'), member: usht, roles: 'responsible' }]))
    await expect.poll(() => spot(page, 'K02', usht).textContent()).toContain(words.marks.responsible)
    const drawn = await page.evaluate(() => [...(window as unknown as { drawnAgain: Set<string> }).drawnAgain].sort())
    expect(drawn).toEqual(['K02', 'group G1'])

    // The last row is a key away.
    await spot(page, 'K02', usht).click()
    await page.keyboard.press('Escape')
    await press(page, 'Control+End')
    await expect.poll(() => focusOn(page)).toMatch(/^network N14\//)
    expect(await page.locator('.grid-row').count()).toBeLessThan(80)
    await witness.leave()
  }, 120_000)
})

/** Notes when an element says something it did not, and has been painted; the answer is that moment, by the machine's clock. */
async function watchPaint(page: Page, selector: string, said: string): Promise<() => Promise<number>> {
  await page.evaluate(([wanted, words]) => {
    const painted = new Promise<number>((resolve) => {
      const look = () => [...document.querySelectorAll(wanted)].some(element => element.textContent.includes(words))
        ? requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()))
        : requestAnimationFrame(look)
      look()
    })
    Object.assign(window, { painted })
  }, [selector, said] as const)
  return () => page.evaluate(() => (window as unknown as { painted: Promise<number> }).painted)
}

/** Presses a key and tells when the page heard it, by the machine's clock. */
async function pressTimed(page: Page, key: string): Promise<number> {
  await page.evaluate(() => {
    const heard = new Promise<number>((resolve) => {
      addEventListener('keydown', () => resolve(performance.timeOrigin + performance.now()), { capture: true, once: true })
    })
    Object.assign(window, { heard })
  })
  await page.keyboard.press(key)
  return page.evaluate(() => (window as unknown as { heard: Promise<number> }).heard)
}
