import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cell } from '#shared/plan/values.ts'
import { toNorwegianDate, today } from '../../client/text/dates.ts'
import { members as words } from '../../client/text/members.nb.ts'
import { nb } from '../../client/text/nb.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, enter, useBrowsers } from '../support/browser.ts'
import { wrongOnPaper } from '../support/laidOut.ts'
import { readyPage } from '../support/pages.ts'
import { cellOn, readyPlan } from '../support/planPage.ts'
import { addMember, listPlans, planIdOf, startServer, type RunningServer } from '../support/server.ts'

describeInBrowser('people, on the screen and on paper', () => {
  const browsers = useBrowsers({ processes: 1 })
  let server: RunningServer
  let planId: string
  let page: Page
  const at = (path: string) => `${server.origin}/plan/${planId}/${path}`

  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
    const { signInUrl } = await addMember(server, planId, { name: 'Astrid Berge', role: 'owner' })
    // As many as are searched among.
    for (let n = 1; n <= 12; n++)
      await addMember(server, planId, { name: `Medlem Nummer ${n}`, role: 'reader' })
    const profile = await browsers.openProfile({ bypassCSP: true, colorScheme: 'dark' })
    await enter(profile, { origin: server.origin, signInUrl })
    page = await profile.newPage()
    const body = { role: 'reader', registers: null, until: null, language: 'nb', invitees: [1, 2, 3].map(n => ({ email: `invitert${n}@ks.example.no`, name: `Invitert ${n}`, organisation: 'KS' })) }
    await page.goto(at('medlemmer'))
    const status = await page.evaluate(async ([to, json = '']) =>
      (await fetch(to ?? '', { method: 'POST', body: json, headers: { 'content-type': 'application/json' } })).status, [`/api/plans/${planId}/invitations`, JSON.stringify(body)])
    expect(status).toBe(200)
  })
  afterAll(() => server.kill())

  test('U149 a person in a group is no taller than an organisation’s pill, in the cell, the details and where one chooses', async () => {
    const people: Cell = { register: 'groups', row: 'g-strategisk', field: 'people' }
    await page.goto(at('grupper'))
    await readyPlan(page)
    await cellOn(page, people).click()
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: nb.editors.set.searchPerson }).fill('astrid')
    await page.getByRole('option', { name: /Astrid Berge/ }).locator('.person').waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.cell-editor .chip .person').waitFor()
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    const shown = cellOn(page, people)
    await shown.locator('.person-name').waitFor()
    expect(await shown.locator('.pill').count()).toBe(0)
    const [person, pill] = await Promise.all([shown.locator('.person-name').boundingBox(), page.locator('.grid-cell .pill').first().boundingBox()])
    expect(person?.height).toBeLessThanOrEqual(pill?.height ?? 0)
    await page.keyboard.press('Alt+Enter')
    await page.locator('[data-panel] .person-name').getByText('Astrid Berge', { exact: true }).waitFor()
  }, 60_000)

  test('U4 a box that is not ticked is as empty as its ground on a dark page, and one that is, is filled', async () => {
    await page.goto(at('medlemmer'))
    await readyPage(page)
    await page.getByRole('button', { name: words.inviting.open, exact: true }).click()
    await page.getByLabel(words.inviting.paste).fill('ny@ks.example.no')
    await page.getByRole('button', { name: words.inviting.read }).click()
    const box = page.getByRole('checkbox', { name: new RegExp(`^${words.grant.limits}`) })
    const drawn = () => box.evaluate((element) => {
      const probe = document.body.appendChild(document.createElement('i'))
      probe.style.background = 'var(--sheet)'
      const [sheet, { backgroundColor, appearance }] = [getComputedStyle(probe).backgroundColor, getComputedStyle(element)]
      probe.remove()
      return { isOurs: appearance === 'none', isEmpty: backgroundColor === sheet }
    })
    expect(await drawn()).toEqual({ isOurs: true, isEmpty: true })
    await box.check()
    expect(await drawn()).toEqual({ isOurs: true, isEmpty: false })
  }, 60_000)

  test('O50 the members on paper say of which plan and which day they are, in ink on white, with nothing to press', async () => {
    const title = (await listPlans(server)).find(plan => plan.planId === planId)?.title ?? ''
    await page.setViewportSize({ width: 1032, height: 688 })
    for (const query of ['', '?vis=kontakter', '?vis=logg']) {
      await page.emulateMedia({ media: 'screen' })
      await page.goto(at(`medlemmer${query}`))
      await readyPage(page)
      await page.getByText(query === '?vis=logg' ? /inviterte 3 personer/ : query === '' ? 'invitert3@ks.example.no' : words.contacts.empty).first().waitFor()
      await page.emulateMedia({ media: 'print' })
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
      await page.getByText(words.onPaper(title, toNorwegianDate(today()))).waitFor()
      const look = await page.evaluate(() => {
        const lightness = (colour: string) => Math.max(...(colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number))
        const controls = [...document.querySelectorAll('main :is(button, input, select)')].filter(element => element.checkVisibility())
        return { controls: controls.map(({ className }) => className), ink: lightness(getComputedStyle(document.querySelector('main h1') ?? document.body).color) }
      })
      expect(look.controls, query).toEqual([])
      expect(look.ink, query).toBeLessThan(60)
      expect(await wrongOnPaper(page), query).toEqual([])
    }
  }, 60_000)
})
