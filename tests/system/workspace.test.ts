import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cell } from '#shared/plan/values.ts'
import { registerPages } from '../../client/text/registerPages.ts'
import { nb } from '../../client/text/nb.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { cutWordsOn } from '../support/cutWords.ts'
import { planPaths, readyPage } from '../support/pages.ts'
import { cellOn, openActivities, savedPattern, saveState, wordsIn, writeIn } from '../support/planPage.ts'
import { addMember, planIdOf, startServer, type RunningServer } from '../support/server.ts'

const phone = { width: 390, height: 844 }
const nav = (page: Page) => page.getByRole('navigation', { name: nb.nav.label })
/** What the places say of where one is, by their names. */
const marked = (page: Page, within: string) => page.locator(`${within} [aria-current]`).evaluateAll(all =>
  all.map(one => `${one.querySelector('.label')?.textContent ?? ''}: ${one.getAttribute('aria-current') ?? ''}`))
/** How much wider than what can be seen of it the page is, in px. */
const overflowOf = (page: Page) => page.evaluate(() => {
  const sheet = document.querySelector('.sheet-scroll')
  return Math.max(document.documentElement.scrollWidth - innerWidth, (sheet?.scrollWidth ?? 0) - (sheet?.clientWidth ?? 0))
})
/** Undoes all that one has done, a step at a time. */
async function undoAll(page: Page) {
  const button = page.locator('.undo button').first()
  for (let steps = 0; steps < 20 && await button.isEnabled(); steps++)
    await page.keyboard.press('Control+z')
}
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent.trim() ?? '')

const onOwnPlace: Readonly<Record<string, string>> = {
  'om-planen': nb.nav.head, 'ansvar': nb.nav.responsibility, 'gjennomforing': nb.nav.occurrences, 'medlemmer': nb.nav.members, 'papirkurv': nb.nav.trash,
}
/** How a page is marked in the rail: by its own place, or by that of its chapter. */
function markOf(path: string): readonly string[] {
  const own = onOwnPlace[path]
  const page = registerPages.find(one => one.path === path)
  if (own !== undefined || !page)
    return own === undefined ? [] : [`${own}: page`]
  const isFirst = registerPages.find(({ chapter }) => chapter === page.chapter) === page
  return [`${nb.tables.chapters[page.chapter]}: ${isFirst ? 'page' : 'true'}`]
}

describeInBrowser('the workspace', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
  })
  afterAll(() => server.kill())

  const open = async (name: string, options: Parameters<typeof browsers.openProfile>[0] = {}) => {
    const { signInUrl } = await addMember(server, planId, { name })
    return openActivities(await browsers.openProfile(options), { origin: server.origin, signInUrl, planId })
  }
  const visit = async (page: Page, path: string) => {
    await page.goto(`${server.origin}/plan/${planId}/${path}`)
    await readyPage(page)
  }

  test('U72 every page of a plan has one heading, a title of its own and its mark among the places, at three widths, and at 320 px none scrolls sideways', async () => {
    const page = await open('Kari Nes')
    const titles = new Set<string>()
    for (const path of planPaths) {
      await page.setViewportSize({ width: 1440, height: 900 })
      await visit(page, path)
      const heading = await page.getByRole('heading', { level: 1 }).innerText()
      await expect.poll(() => page.title()).toMatch(new RegExp(`^${heading} – .+ – ${nb.product}$`))
      titles.add(await page.title())
      expect(await marked(page, '.rail'), path).toEqual(markOf(path))
      for (const width of [1440, 820, 390, 320]) {
        await page.setViewportSize({ width, height: 844 })
        await expect.poll(() => page.getByRole('heading', { level: 1 }).count(), { message: `${path} at ${width}` }).toBe(1)
        const places = width === 1440 ? nav(page) : width === 820 ? page.getByRole('button', { name: nb.nav.menu }) : nav(page).getByRole('button', { name: nb.nav.more })
        await expect.poll(() => places.isVisible(), { message: `the places from ${path} at ${width}` }).toBe(true)
        // U3: no word is cut at random.
        expect(await cutWordsOn(page), `${path} at ${width}`).toEqual([])
      }
      await expect.poll(() => overflowOf(page), { message: `${path} sideways at 320 px` }).toBe(0)
    }
    expect(titles.size).toBe(planPaths.length)
  }, 180_000)

  test('U73 the places can all be reached with the keyboard: a rail of links, and what is gone to has the focus on its heading', async () => {
    const page = await open('Olav Berge')
    const links = nav(page).getByRole('link')
    const names = await links.locator('.label').allInnerTexts()
    const { chapters } = nb.tables
    expect(names).toEqual([
      nb.nav.head, chapters.activities, chapters.networks, nb.nav.responsibility, chapters.collaborations, chapters.municipalities,
      nb.nav.occurrences, chapters.parties, chapters.ground, nb.nav.members, nb.nav.trash, nb.nav.plans, nb.nav.help,
    ])
    await links.first().focus()
    for (const name of names.slice(0, 8)) {
      expect(await focused(page)).toContain(name)
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/organisasjoner$/)
    await expect.poll(() => focused(page)).toBe(nb.tables.organisations.title)
    await page.setViewportSize({ width: 1100, height: 800 })
    expect(await nav(page).getByRole('link', { name: nb.nav.responsibility }).getAttribute('title'), 'an icon alone has its name on hover').toBe(nb.nav.responsibility)
    expect((await page.locator('.rail').boundingBox())?.width).toBe(64)
  }, 60_000)

  test('U74 a phone has five places, and «Mer» opens the whole of them over the screen: Esc gives the focus back, and a place closes it', async () => {
    const page = await open('Astrid Berge', { viewport: phone, hasTouch: true })
    const { chapters } = nb.tables
    const first = [chapters.activities, chapters.networks, nb.nav.responsibility, chapters.municipalities]
    expect(await nav(page).locator('.label').allInnerTexts()).toEqual([...first, nb.nav.more])
    expect(await marked(page, '.bottom-bar')).toEqual([`${chapters.activities}: page`])
    const more = nav(page).getByRole('button', { name: nb.nav.more })
    await more.focus()
    await page.keyboard.press('Enter')
    const sheet = page.getByRole('dialog', { name: nb.nav.everything })
    await sheet.waitFor()
    await expect.poll(() => sheet.boundingBox()).toEqual({ x: 0, y: 0, ...phone })
    expect(await sheet.getByRole('link').count()).toBe(13)
    for (const box of await sheet.getByRole('link').evaluateAll(links => links.map(link => link.getBoundingClientRect().height)))
      expect(box).toBeGreaterThanOrEqual(44)
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
    expect(await focused(page)).toBe(nb.nav.more)
    await more.click()
    await sheet.getByRole('link', { name: nb.nav.trash }).click()
    await page.waitForURL(/\/papirkurv$/)
    await sheet.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe(nb.trash.title)
    expect(await marked(page, '.bottom-bar')).toEqual([`${nb.nav.more}: true`])
  }, 60_000)

  test('U74 axe finds nothing in the sheet of a phone nor in the menu of a tablet, in both schemes', async () => {
    const findings: unknown[] = []
    const page = await open('Lars Hegg', { bypassCSP: true, viewport: phone })
    await nav(page).getByRole('button', { name: nb.nav.more }).click()
    findings.push(...await axe(page))
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 820, height: 1180 })
    await page.getByRole('button', { name: nb.nav.menu }).click()
    findings.push(...await axe(page))
    expect(findings).toEqual([])
  }, 60_000)

  test('U75 an address that leads nowhere in a plan says so in the plan, with ways on, and the plan\'s own address leads to the activities', async () => {
    const page = await open('Mona Lie')
    await visit(page, 'finnes/ikke-her')
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(nb.notFound.title)
    expect(await nav(page).isVisible()).toBe(true)
    await page.getByRole('main').getByRole('link', { name: nb.notFound.toActivities }).click()
    await page.waitForURL(/\/aktiviteter$/)
    await page.goto(`${server.origin}/plan/${planId}?rad=K05`)
    await page.waitForURL(/\/aktiviteter\?rad=K05$/)
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[data-row]')?.getAttribute('data-row'))).toBe('K05')
  }, 60_000)

  test('U76 two people write in the title of a plan at once: both keep their words, and the top bar of both says them', async () => {
    const title: Cell = { register: 'plan', row: 'head', field: 'title' }
    const [kari, olav] = await Promise.all([open('Kari Nes'), open('Olav Berge')])
    await kari.locator('.top-bar').getByRole('link', { name: /gjennomføringsplan/ }).click()
    await kari.waitForURL(/\/om-planen$/)
    await visit(olav, 'om-planen')
    const before = await wordsIn(kari, title)
    await writeIn(kari, title, 'start')
    await writeIn(olav, title, 'end')
    await expect.poll(() => kari.locator('.record').getByText('Olav Berge').count(), { message: 'who else is in the cell' }).toBeGreaterThan(0)
    await Promise.all([kari.keyboard.type('Den nye ', { delay: 30 }), olav.keyboard.type(' i Rogaland', { delay: 30 })])
    const whole = `Den nye ${before} i Rogaland`
    for (const page of [kari, olav]) {
      await expect.poll(() => wordsIn(page, title)).toBe(whole)
      await expect.poll(() => page.locator('.plan-title .name').innerText()).toBe(whole)
      await saveState(page, savedPattern).waitFor()
    }
    await kari.keyboard.press('Escape')
    await undoAll(kari)
    await expect.poll(() => wordsIn(olav, title)).toBe(`${before} i Rogaland`)
    await olav.keyboard.press('Escape')
    await undoAll(olav)
    await expect.poll(() => wordsIn(kari, title)).toBe(before)
  }, 60_000)

  test('U77 the head of Rogaland is read with its period, who approved it and who made it; what lacks is counted and led to, and filled with the keyboard', async () => {
    const page = await open('Kari Nes')
    await visit(page, 'om-planen')
    const words = (field: string) => wordsIn(page, { register: 'plan', row: 'head', field })
    expect([await words('periodFrom'), await words('periodTo')].map(one => one.replace(/^\D+/, ''))).toEqual(['2021', '2023'])
    expect(await words('approvedBy')).toContain('avdelingsdirektør, Statsforvalteren i Rogaland')
    for (const party of ['1 person', 'SF', 'KS', 'Fylkeseldrerådet', '2 personer', 'USHT'])
      expect(await words('preparedBy')).toContain(party)
    const missing = page.getByRole('button', { name: nb.activities.missing(1) })
    expect(await missing.count()).toBe(0)
    const date: Cell = { register: 'plan', row: 'head', field: 'planDate' }
    await cellOn(page, date).focus()
    await page.keyboard.press('Enter')
    await page.locator('.cell-editor input').fill('')
    await page.keyboard.press('Enter')
    await missing.click()
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe('plan/head/planDate')
    await page.keyboard.press('Control+z')
    await missing.waitFor({ state: 'detached' })
  }, 60_000)

  test('U77 one who may only read has no field to press on the page of the head, and on a phone it is read until «Rediger»', async () => {
    const { signInUrl } = await addMember(server, planId, { name: 'Lise Lesar', role: 'reader' })
    const reader = await openActivities(await browsers.openProfile(), { origin: server.origin, signInUrl, planId })
    await visit(reader, 'om-planen')
    expect([await reader.locator('.record [data-cell]').count() > 10, await reader.locator('.record button').count()]).toEqual([true, 0])
    const page = await open('Kari Nes', { viewport: phone, hasTouch: true })
    await visit(page, 'om-planen')
    expect(await page.locator('.record button.cell').count()).toBe(0)
    await page.getByRole('button', { name: nb.cell.edits }).click()
    expect(await page.locator('.record button.cell').count()).toBeGreaterThan(10)
  }, 60_000)

  test('U101 what was done to a goal is shown where it can be seen: on its own page where the activities do not stand under goals', async () => {
    const oslo = await planIdOf(server, 'oslo-og-viken')
    const { signInUrl } = await addMember(server, oslo, { name: 'Berit Vik' })
    const page = await openActivities(await browsers.openProfile(), { origin: server.origin, signInUrl, planId: oslo })
    await page.goto(`${server.origin}/plan/${oslo}/mal`)
    const goal: Cell = { register: 'goals', row: 'CG3', field: 'text' }
    await cellOn(page, goal).waitFor()
    await writeIn(page, goal, 'end')
    await page.keyboard.type(' og igjen')
    await page.keyboard.press('Enter')
    await saveState(page, savedPattern).waitFor()
    const places = nav(page)
    await places.getByRole('link', { name: nb.nav.responsibility }).click()
    await page.waitForURL(/\/ansvar$/)
    await page.keyboard.press('Control+z')
    await page.getByRole('button', { name: nb.undoing.show, exact: true }).click()
    await page.waitForURL(/\/mal$/)
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[data-cell]')?.getAttribute('data-cell'))).toBe('goals/CG3/text')
    expect(await wordsIn(page, goal)).not.toContain('og igjen')
  }, 60_000)

  test('U102 on a phone too an editor sets the columns of the plan, once they have pressed «Rediger»; a reader and another table have no such way', async () => {
    const page = await open('Kari Nes', { viewport: phone, hasTouch: true })
    const way = page.getByRole('button', { name: nb.columns.open })
    await page.getByRole('button', { name: nb.cell.edits }).waitFor()
    expect(await way.count()).toBe(0)
    await page.getByRole('button', { name: nb.cell.edits }).click()
    expect((await way.boundingBox())?.height).toBeGreaterThanOrEqual(44)
    await way.click()
    const dialog = page.getByRole('dialog', { name: nb.columns.title(nb.tables.activities.title) })
    await dialog.waitFor()
    await dialog.getByRole('button', { name: nb.columns.close }).click()
    await expect.poll(() => focused(page)).toBe(nb.columns.open)
    await visit(page, 'malgrupper')
    await page.getByRole('button', { name: nb.cell.edits }).click()
    await page.getByRole('button', { name: nb.tables.audiences.add }).waitFor()
    expect(await way.count()).toBe(0)
    const { signInUrl } = await addMember(server, planId, { name: 'Lise Lesar', role: 'reader' })
    const reader = await openActivities(await browsers.openProfile({ viewport: phone, hasTouch: true }), { origin: server.origin, signInUrl, planId })
    expect(await reader.getByRole('button', { name: nb.columns.open }).count()).toBe(0)
  }, 60_000)

  test('U78 the tab of the page that is shown is in sight on a phone, however many they are', async () => {
    const page = await open('Kari Nes', { viewport: { width: 320, height: 700 } })
    for (const path of ['budskap', 'mal', 'faser', 'omrader']) {
      await visit(page, path)
      const isInSight = () => page.locator('.page-tabs').evaluate((tabs) => {
        const [around, box] = [tabs.getBoundingClientRect(), tabs.querySelector('[aria-current]')?.getBoundingClientRect()]
        return box !== undefined && box.left >= around.left && box.right <= around.right
      })
      await expect.poll(isInSight, { message: path }).toBe(true)
    }
  }, 60_000)
})
