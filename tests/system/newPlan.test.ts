import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nb } from '../../client/text/nb.ts'
import { newPlan as words } from '../../client/text/newPlan.nb.ts'
import { newPlan as wordsInNynorsk } from '../../client/text/newPlan.nn.ts'
import { nn } from '../../client/text/nn.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, useBrowsers, watchPage } from '../support/browser.ts'
import { readyPage } from '../support/pages.ts'
import { cellOn, readyPlan } from '../support/planPage.ts'
import { addMember, admin, listPlans, planIdOf, startServer, type RunningServer } from '../support/server.ts'
import { until } from '../support/until.ts'

const boTrygtHjemme = fileURLToPath(new URL('../fixtures/bo-trygt-hjemme.json', import.meta.url))
const texts = { nb, nn }

describeInBrowser('a new plan', () => {
  const browsers = useBrowsers()
  let server: RunningServer
  let planId: string
  let people = 0
  beforeAll(async () => {
    server = await startServer()
    planId = await planIdOf(server)
  })
  afterAll(() => server.kill())

  async function openAs(role: 'owner' | 'chair' | 'reader', options: Parameters<typeof browsers.openProfile>[0] = {}): Promise<Page> {
    const { signInUrl } = await addMember(server, planId, { name: `Kari Nes ${++people}`, role })
    const profile = await browsers.openProfile({ bypassCSP: true, ...options })
    const page = await profile.newPage()
    await page.goto(signInUrl)
    await readyPage(page)
    return page
  }
  const choice = (page: Page, name: string) => page.getByLabel(name).first()
  const countPlans = async () => (await listPlans(server)).length

  /** Presses Tab until what has the focus is what is looked for. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      if (await page.evaluate(wanted => document.activeElement?.matches(wanted) ?? false, selector))
        return
      await page.keyboard.press('Tab')
    }
    throw new Error(`${selector} is not reached`)
  }

  test('U92 from last year’s plan: nine goals, 25 activities and the networks that run come along, and the way back stands there', async () => {
    const page = await openAs('owner')
    const { wrongs } = watchPage(page, server.origin)
    const before = await countPlans()
    await page.getByRole('link', { name: words.title }).click()
    await page.getByRole('heading', { level: 1, name: words.title }).waitFor()
    await page.getByText('9 mål, 25 aktiviteter').waitFor()
    await page.getByLabel(words.running(13)).waitFor()
    expect(await page.getByLabel(words.planTitle).inputValue()).toBe('Revidert gjennomføringsplan Leve hele livet 2024')
    expect([await page.getByLabel(words.from).inputValue(), await page.getByLabel(words.to).inputValue()]).toEqual(['2024', '2024'])
    await page.getByLabel(words.from).fill('2024')
    await page.getByLabel(words.to).fill('2025')
    expect(await page.getByLabel(words.planTitle).inputValue()).toBe('Revidert gjennomføringsplan Leve hele livet 2024–2025')
    await page.getByRole('button', { name: words.make }).click()
    await page.getByRole('heading', { level: 1, name: words.made }).waitFor()
    expect(await countPlans()).toBe(before + 1)

    await page.getByRole('link', { name: words.openIt }).click()
    await readyPlan(page)
    await page.getByText(nb.activities.fact(25, 9)).first().waitFor()
    expect(page.url()).not.toContain(planId)
    await cellOn(page, { register: 'activities', row: 'K01', field: 'arena' }).first().waitFor()
    await page.goto(page.url().replace('aktiviteter', 'nettverk'))
    await readyPlan(page)
    expect(await page.locator('[data-cell^="networks/"][data-cell$="/name"]').count()).toBe(13)
    expect(await page.locator('[data-cell^="networks/N12"]').count()).toBe(0)
    expect(wrongs).toEqual([])
  }, 90_000)

  test('U93 pressed twice it is one plan; «Angre» takes it away, and the list does so too', async () => {
    const page = await openAs('chair')
    const before = await countPlans()
    await page.goto(`${server.origin}/ny-plan`)
    await page.getByText('9 mål, 25 aktiviteter').waitFor()
    await page.getByRole('button', { name: words.make }).dblclick()
    await page.getByRole('heading', { level: 1, name: words.made }).waitFor()
    expect(await countPlans()).toBe(before + 1)
    await page.getByRole('button', { name: words.undo }).click()
    await page.getByRole('heading', { level: 1, name: words.undone }).waitFor()
    expect((await listPlans(server)).filter(plan => !('setAsideAt' in plan))).toHaveLength(before)

    await page.getByRole('button', { name: words.another }).click()
    await page.getByLabel(words.planTitle).fill('Feil plan')
    await page.getByRole('button', { name: words.make }).click()
    await page.getByRole('heading', { level: 1, name: words.made }).waitFor()
    await page.goto(server.origin)
    const links = page.getByRole('main').getByRole('listitem')
    expect(await links.first().textContent()).toContain('Feil plan2024 · Rogaland')
    await page.getByRole('button', { name: words.undoPlan('Feil plan') }).click()
    await page.getByText(words.undoneOf('Feil plan')).waitFor()
    await page.getByRole('link', { name: /Feil plan/ }).waitFor({ state: 'detached' })
  }, 90_000)

  test('U94 when no answer comes it says so and keeps what was filled in; trying again makes one plan', async () => {
    const page = await openAs('chair')
    await page.goto(`${server.origin}/ny-plan`)
    await choice(page, words.fromTemplate).check()
    await page.getByLabel(words.planTitle).fill('Plan uten svar')
    // The server gets it and makes the plan; its answer is lost on the way.
    await page.route('**/api/plans', async (route) => {
      await route.fetch()
      await route.abort()
    }, { times: 1 })
    await page.getByRole('button', { name: words.make }).click()
    await page.getByText(words.noAnswerWhat).waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert')
    expect(await page.getByLabel(words.planTitle).inputValue()).toBe('Plan uten svar')
    await page.getByRole('button', { name: words.make }).click()
    await page.getByRole('heading', { level: 1, name: words.made }).waitFor()
    expect((await listPlans(server)).filter(({ title }) => title === 'Plan uten svar')).toHaveLength(1)
  }, 60_000)

  test('U94 what lacks is told where it lacks, and nothing is sent', async () => {
    const page = await openAs('chair')
    const before = await countPlans()
    await page.goto(`${server.origin}/ny-plan`)
    await page.getByText('9 mål, 25 aktiviteter').waitFor()
    await page.getByLabel(words.planTitle).fill(' ')
    await page.getByLabel(words.to).fill('1900')
    await page.getByRole('button', { name: words.make }).click()
    await page.getByText(words.refusals['no-title']).waitFor()
    await page.getByText(words.refusals['not-a-period']).waitFor()
    expect(await page.getByLabel(words.planTitle).evaluate(field => field === document.activeElement)).toBe(true)
    expect(await page.getByLabel(words.planTitle).getAttribute('aria-invalid')).toBe('true')
    expect(await countPlans()).toBe(before)
  }, 60_000)

  test('U95 who leads no plan is offered none, and is told who may', async () => {
    const page = await openAs('reader')
    await page.getByRole('link', { name: /Leve hele livet/ }).waitFor()
    expect(await page.getByRole('link', { name: words.title }).count()).toBe(0)
    await page.goto(`${server.origin}/ny-plan`)
    await page.getByRole('heading', { level: 1, name: words.mayNot }).waitFor()
  }, 60_000)

  test.each(['nb', 'nn'] as const)('U92 from a template in %s, with the keyboard alone', async (language) => {
    const text = texts[language]
    const sentences = { nb: words, nn: wordsInNynorsk }[language]
    const page = await openAs('owner', { locale: `${language}-NO` })
    await tabTo(page, 'a[href="/ny-plan"]')
    await page.keyboard.press('Enter')
    await page.getByText('9 mål, 25 ').waitFor()
    await tabTo(page, 'input[name="beginning"]')
    await page.keyboard.press('ArrowUp')
    expect(await choice(page, sentences.fromTemplate).isChecked()).toBe(true)
    await tabTo(page, 'summary')
    await page.keyboard.press('Enter')
    await page.getByText('Kommunikasjonsplan').first().waitFor()
    await tabTo(page, 'input[name="language"]')
    expect(await page.getByLabel(text.person.languages[language]).isChecked()).toBe(true)
    await tabTo(page, 'button[type="submit"]')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: sentences.made }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/plan\/rogaland-[0-9a-f]{32}\/aktiviteter/)
    await readyPage(page)
    await page.goto(page.url().replace('aktiviteter', 'hovedoppgaver'))
    await page.getByText(language === 'nn' ? 'kommunane i fylket' : 'kommunene i fylket').first().waitFor()
  }, 90_000)

  test('O13 axe finds nothing on the way to a new plan, on a wide screen or a phone', async () => {
    const page = await openAs('chair')
    const findings: unknown[] = []
    const look = async (where: string) => {
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 })
        findings.push(...(await axe(page)).map(finding => ({ ...finding, onPage: where, width })))
      }
    }
    await look('list')
    await page.goto(`${server.origin}/ny-plan`)
    await page.getByText('9 mål, 25 aktiviteter').waitFor()
    await look('from a plan')
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `sideways at ${width} px`).toBeLessThanOrEqual(width)
    }
    await choice(page, words.fromTemplate).check()
    await page.locator('summary').click()
    await look('from a template')
    await page.getByLabel(words.planTitle).fill('')
    await page.getByRole('button', { name: words.make }).click()
    await look('what lacks')
    await page.getByLabel(words.planTitle).fill('Plan i lyst og mørkt')
    await page.getByRole('button', { name: words.make }).click()
    await page.getByRole('heading', { level: 1, name: words.made }).waitFor()
    await look('made')
    await page.getByRole('button', { name: words.undo }).click()
    await page.getByRole('heading', { level: 1, name: words.undone }).waitFor()
    await look('undone')
    expect(findings).toEqual([])
  }, 120_000)

  test('U96 on a touch screen what is pressed is at least 44 px high', async () => {
    const page = await openAs('chair', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    await page.goto(`${server.origin}/ny-plan`)
    await page.getByText('9 mål, 25 aktiviteter').waitFor()
    const heights = await page.locator('main label:has(input[type=radio], input[type=checkbox]), main input[type=text], main .ds-button')
      .evaluateAll(all => all.map(one => Math.round(one.getBoundingClientRect().height)))
    expect(heights.length).toBeGreaterThan(10)
    expect(heights.filter(height => height < 44)).toEqual([])
  }, 60_000)

  test('O45 another reform is added to the running server, and a plan of it shows its own areas, columns, phases and words', async () => {
    const added = await admin<{ reformId: string }>(server, 'reform', 'add', '--file', boTrygtHjemme)
    expect(added.reformId).toBe('bo-trygt-hjemme')
    const page = await openAs('owner')
    await page.goto(`${server.origin}/ny-plan`)
    await choice(page, words.fromTemplate).check()
    await choice(page, words.templateName('Trygghetsplan', 'Bo trygt hjemme')).check()
    await page.locator('summary').click()
    await page.getByText('Levende lokalsamfunn').waitFor()
    expect(await page.getByLabel(words.planTitle).inputValue()).toBe('Trygghetsplan 2024–2027')
    await page.getByRole('button', { name: words.make }).click()
    await page.getByRole('link', { name: words.openIt }).click()
    await page.getByRole('heading', { level: 1, name: nb.words.registers.activities }).waitFor()
    await page.getByText('Trygghetsplan 2024–2027').first().waitFor()
    const id = /plan\/([^/]+)/.exec(page.url())?.[1] ?? ''

    // A goal and an activity under it, so that there is something to look at.
    await page.getByRole('button', { name: nb.activities.addGoal }).first().click()
    await page.keyboard.type('Trygge hjem')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: nb.grid.addFirst }).click()
    await page.locator('[data-cell^="activities/"][data-cell$="/focusAreas"]').first().waitFor()
    const heads = await page.getByRole('columnheader').allTextContents()
    for (const title of ['Ønsket virkning', 'Tiltak', 'Hvem det gjelder', 'Hvem gjør det', 'Frist'])
      expect(heads.some(head => head.replace(/[\u00AD\u200B]/gu, '').includes(title)), `${title} in ${heads.join()}`).toBe(true)

    const cell = page.locator('[data-cell^="activities/"][data-cell$="/focusAreas"]').first()
    await cell.click({ force: true })
    await page.keyboard.press('Enter')
    const editor = page.getByText('Boligtilpasning og planlegging').first()
    await editor.waitFor()
    await page.getByText('Trygghet for brukere og støtte til pårørende').first().waitFor()
    expect(await page.getByText('Mat og måltider').count()).toBe(0)
    await page.keyboard.press('7')
    await page.keyboard.press('Escape')
    await until(async () => (await cell.textContent())?.includes('7'), { what: 'area seven is shown' })
    await page.getByRole('button', { name: /^Område/ }).first().click()
    await page.getByRole('checkbox', { name: /Trygghet for brukere/ }).waitFor()
    await page.keyboard.press('Escape')

    await page.goto(`${server.origin}/plan/${id}/faser`)
    for (const phase of ['Forankre', 'Prøve ut', 'Spre'])
      await page.getByText(phase, { exact: true }).first().waitFor()
    await page.goto(`${server.origin}/plan/${id}/nettverk`)
    await page.getByRole('heading', { level: 1, name: nb.words.registers.networks }).waitFor()
    expect((await listPlans(server)).find(plan => plan.planId === id)?.title).toBe('Trygghetsplan 2024–2027')
  }, 90_000)
})
