import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cell } from '#shared/plan/values.ts'
import { nb } from '../../client/text/nb.ts'
import { signIn as words } from '../../client/text/signIn.nb.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { confidentialClient, openIdentityProvider, type IdentityProvider } from '../support/identityProvider.ts'
import { freePort } from '../support/line.ts'
import { openMailServer, type MailServer } from '../support/mailServer.ts'
import { cellOn, fieldOn, readyPlan, savedPattern, saveState, wordsIn, writeIn } from '../support/planPage.ts'
import { admin, planIdOf, signIn, startServer, type AddedMember, type RunningServer } from '../support/server.ts'

const cell: Cell = { register: 'activities', row: 'K02', field: 'arena' }
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
const tablet = { viewport: { width: 820, height: 1180 }, hasTouch: true }

describeInBrowser('ways in', () => {
  const browsers = useBrowsers()
  let [mail, provider, server, origin, planId]: [MailServer, IdentityProvider, RunningServer, string, string] = [] as never
  beforeAll(async () => {
    const port = await freePort()
    origin = `http://localhost:${port}`
    mail = await openMailServer()
    provider = await openIdentityProvider({ redirectUris: [`${origin}/api/sign-in/provider/answer`], signedOutUris: [`${origin}/logg-inn`] })
    server = await startServer({ port, env: {
      PUBLIC_ORIGIN: origin, SMTP_URL: mail.url, MAIL_FROM: 'Plantavle <tavle@plantavle.test>',
      OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: confidentialClient.clientId, OIDC_CLIENT_SECRET: confidentialClient.clientSecret, OIDC_NAME: 'Entra ID',
    } })
    planId = await planIdOf(server)
  })
  afterAll(async () => {
    await server.kill()
    await provider.close()
    await mail.close()
  })

  const addPerson = (name: string, email: string, role = 'editor') =>
    admin<AddedMember>(server, 'member', 'add', '--plan', planId, '--name', name, '--organisation', 'SF', '--role', role, '--email', email)
  const planAddress = () => `${origin}/plan/${planId}/aktiviteter`
  async function openPage(profile: BrowserContext, address: string): Promise<Page> {
    const page = await profile.newPage()
    await page.goto(address)
    return page
  }
  async function askForCode(page: Page, email: string) {
    await page.getByLabel(words.email).fill(email)
    await page.getByRole('button', { name: words.send }).click()
    await page.getByLabel(words.code).waitFor()
  }
  const letterOf = async (email: string) => {
    const { text } = await mail.letterTo(email)
    return { code: /\b\d{3} ?\d{3}\b/.exec(text)?.[0] ?? '', link: /http\S+\/logg-inn\/lenke\/\S+/.exec(text)?.[0] ?? '' }
  }
  const enter = (page: Page) => page.getByRole('button', { name: words.enter, exact: true })

  test('U128 U132 asked for on a tablet at a plan\'s address, read on a phone: its link lets nobody in there and says what to do, and the code lets in on the tablet, at that address', async () => {
    await addPerson('Kari Nes', 'kari@rogaland.test')
    const asking = await openPage(await browsers.openProfile(tablet), planAddress())
    await askForCode(asking, 'kari@rogaland.test')
    const { code, link } = await letterOf('kari@rogaland.test')

    const reading = await openPage(await browsers.openProfile(phone), link)
    await enter(reading).click()
    await reading.getByText(words.turnedBack['link-other-device']('').title).waitFor()
    expect(reading.url()).toBe(`${origin}/logg-inn?feil=link-other-device`)
    expect(await reading.evaluate(() => history.length)).toBe(2)

    await asking.getByLabel(words.code).fill(code)
    await readyPlan(asking)
    expect(asking.url()).toBe(planAddress())
  }, 60_000)

  test('U132 on the device that asked the link lets in, stays in no address, and the page that waited for the code goes on by itself', async () => {
    await addPerson('Liv Dahl', 'liv@rogaland.test')
    const profile = await browsers.openProfile()
    const waiting = await openPage(profile, planAddress())
    await askForCode(waiting, 'liv@rogaland.test')
    const { link } = await letterOf('liv@rogaland.test')
    const opened = await openPage(profile, link)
    await enter(opened).click()
    await opened.getByRole('heading', { name: nb.plans.hello('Liv') }).waitFor()
    await opened.goBack().catch(() => null)
    expect(opened.url()).not.toContain('lenke')
    await readyPlan(waiting)
  }, 60_000)

  test('U129 wrong codes are told of until no code will do, and a new one lets in; an address that is nobody\'s looks the same', async () => {
    await addPerson('Nils Vik', 'nils@rogaland.test')
    const page = await openPage(await browsers.openProfile(), `${origin}/`)
    await askForCode(page, 'nils@rogaland.test')
    const first = await letterOf('nils@rogaland.test')
    const field = page.getByLabel(words.code)
    for (let n = 0; n < 5; n++) {
      await field.fill(first.code.startsWith('1') ? `20000${n}` : `10000${n}`)
      await expect.poll(() => page.getByText(words.troubles['wrong-code']('')).count()).toBe(1)
    }
    await field.fill(first.code)
    await page.getByText(words.troubles['used-up']('')).waitFor()
    await page.getByRole('button', { name: words.resend }).click()
    await field.fill((await letterOf('nils@rogaland.test')).code)
    await page.getByRole('heading', { name: nb.plans.hello('Nils') }).waitFor()

    const stranger = await openPage(await browsers.openProfile(), `${origin}/`)
    await askForCode(stranger, 'ingen@rogaland.test')
    await stranger.getByText(words.sentAfter).waitFor()
  }, 60_000)

  test('U133 from the invitation\'s letter to the plan on a phone, in under a minute and one press', async () => {
    const { signInUrl } = await addPerson('Eva Lund', 'eva@rogaland.test', 'owner')
    const cookie = await signIn(server, signInUrl)
    await fetch(`${server.origin}/api/plans/${planId}/invitations`, {
      method: 'POST', headers: { cookie, origin, 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'commenter', registers: null, until: null, language: 'nb', invitees: [{ email: 'anne@kommune.test', name: 'Anne Moe', organisation: 'KS' }] }),
    })
    const link = /http\S+\/invitasjon\/\S+/.exec((await mail.letterTo('anne@kommune.test')).text)?.[0] ?? ''
    const looking = await openPage(await browsers.openProfile({ ...phone, bypassCSP: true }), link)
    await looking.getByRole('button', { name: words.invitation.join }).waitFor()
    expect(await axe(looking)).toEqual([])
    const since = Date.now()
    const page = await openPage(await browsers.openProfile(phone), link)
    await page.getByRole('button', { name: words.invitation.join }).click()
    await readyPlan(page)
    const seconds = (Date.now() - since) / 1_000
    console.log(`from an invitation's letter to the plan on a phone: ${seconds.toFixed(1)} s and one press`)
    expect(seconds).toBeLessThan(60)
    expect(page.url()).toBe(planAddress())

    const again = await openPage(await browsers.openProfile(phone), link)
    await again.getByRole('heading', { name: words.invitation.refusals.taken.title }).waitFor()
  }, 90_000)

  test('U165, U166 invited by address alone, one writes one’s name once the code is right; the code’s step outlives a reload, and Back leads to the address and leaves nothing behind', async () => {
    const { signInUrl } = await addPerson('Berit Vold', 'berit@rogaland.test', 'owner')
    await fetch(`${server.origin}/api/plans/${planId}/invitations`, {
      method: 'POST', headers: { cookie: await signIn(server, signInUrl), origin, 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'reader', registers: null, until: null, language: 'nb', invitees: [{ email: 'gunn@rogaland.test', name: '', organisation: '' }] }),
    })
    await mail.letterTo('gunn@rogaland.test')
    const page = await openPage(await browsers.openProfile({ bypassCSP: true }), `${origin}/personvern`)
    await page.goto(`${origin}/logg-inn`)
    await askForCode(page, 'gunn@rogaland.test')
    await page.reload()
    await page.getByLabel(words.code).waitFor()
    await page.goBack()
    const address = page.getByLabel(words.email, { exact: true })
    await address.waitFor()
    expect([await address.inputValue(), page.url()]).toEqual(['gunn@rogaland.test', `${origin}/logg-inn`])
    await page.goForward()
    await page.getByLabel(words.code).fill((await letterOf('gunn@rogaland.test')).code)
    const name = page.getByLabel(words.name.label)
    await name.waitFor()
    expect(await axe(page)).toEqual([])
    await name.fill('Gunn Berg')
    await enter(page).click()
    await readyPlan(page)
    expect(page.url()).toContain(`/plan/${planId}`)
    await page.goBack()
    await expect.poll(() => page.url()).toBe(`${origin}/personvern`)
  }, 60_000)

  test('U134, T93 signed out by the operator while writing, in the table or in a row’s details, the text stands, and after a code in the same window it is written on where it was, beside the details that stood open, and saved', async () => {
    const { memberId } = await addPerson('Ola Sand', 'ola@rogaland.test')
    const page = await openPage(await browsers.openProfile({ bypassCSP: true }), planAddress())
    await askForCode(page, 'ola@rogaland.test')
    await page.getByLabel(words.code).fill((await letterOf('ola@rogaland.test')).code)
    await readyPlan(page)
    await saveState(page, savedPattern).waitFor()
    const before = await wordsIn(page, cell)
    await cellOn(page, cell).click()
    await page.keyboard.press('Alt+Enter')
    const panel = page.locator('[data-panel]')
    await panel.waitFor()
    const nameOfPanel = () => panel.getAttribute('aria-label')
    expect(await nameOfPanel()).toMatch(/^Rad 2,/)
    await writeIn(page, cell, 'end')
    await page.keyboard.type(' skrevet før', { delay: 5 })
    await admin(server, 'session', 'revoke', '--member', memberId)
    await page.getByText(nb.stopped['signed-out'].title).waitFor()
    expect(await wordsIn(page, cell)).toBe(`${before} skrevet før`)

    await page.getByRole('button', { name: nb.stopped['signed-out'].action }).click()
    const dialog = page.getByRole('dialog', { name: words.again.title })
    await dialog.getByLabel(words.email).fill('ola@rogaland.test')
    expect(await axe(page, 'dialog')).toEqual([])
    await page.keyboard.press('Enter')
    await dialog.getByLabel(words.code).fill((await letterOf('ola@rogaland.test')).code)
    await fieldOn(page, cell).waitFor()
    expect(await nameOfPanel()).toMatch(/^Rad 2,/)
    await page.keyboard.type(', og etter', { delay: 5 })
    await saveState(page, savedPattern).waitFor()
    await page.keyboard.press('Escape')

    const inPanel = panel.locator('[data-panel-cell="activities/K02/arena"]')
    await inPanel.click()
    await page.keyboard.press('End')
    await page.keyboard.type(', i detaljene', { delay: 5 })
    await admin(server, 'session', 'revoke', '--member', memberId)
    await page.getByText(nb.stopped['signed-out'].title).waitFor()
    await page.getByRole('button', { name: nb.stopped['signed-out'].action }).click()
    await dialog.getByLabel(words.email).fill('ola@rogaland.test')
    await page.keyboard.press('Enter')
    await dialog.getByLabel(words.code).fill((await letterOf('ola@rogaland.test')).code)
    await panel.locator('textarea[data-panel-cell="activities/K02/arena"]:focus').waitFor()
    expect(await nameOfPanel()).toMatch(/^Rad 2,/)
    await page.keyboard.type(' også', { delay: 5 })
    await saveState(page, savedPattern).waitFor()
    await page.reload()
    await readyPlan(page)
    expect(await wordsIn(page, cell)).toBe(`${before} skrevet før, og etter, i detaljene også`)
  }, 120_000)

  test('U131 by the provider one comes back to what one wanted; who said no is told so; and a plan that waits goes on when it was in another tab', async () => {
    const { memberId } = await addPerson('Kari Nordmann', 'kari.nordmann@rogaland.test')
    const profile = await browsers.openProfile()
    const page = await openPage(profile, planAddress())
    const go = (at: Page, as: string) => at.getByRole('button', { name: as, exact: true }).click()
    await page.getByRole('link', { name: words.provider('Entra ID') }).click()
    await go(page, 'cancel')
    await page.getByText(words.turnedBack.cancelled('Entra ID').what).waitFor()
    await page.getByRole('link', { name: words.provider('Entra ID') }).click()
    await go(page, 'kari')
    await readyPlan(page)
    expect(page.url()).toBe(planAddress())

    await admin(server, 'session', 'revoke', '--member', memberId)
    await page.getByRole('button', { name: nb.stopped['signed-out'].action }).click()
    const [other] = await Promise.all([profile.waitForEvent('page'), page.getByRole('link', { name: words.provider('Entra ID') }).click()])
    // The provider knows the person still.
    await other.getByText(nb.signIn.goBack).waitFor()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await saveState(page, savedPattern).waitFor()
  }, 90_000)

  test('T87, T91 from an invitation by the provider one comes to its plan, or back to it with why not; and who has left is offered to leave the provider too, which then asks anew who one is', async () => {
    const { signInUrl } = await addPerson('Ida Lie', 'ida@rogaland.test', 'owner')
    const cookie = await signIn(server, signInUrl)
    const answer = await fetch(`${server.origin}/api/plans/${planId}/invitations`, {
      method: 'POST', headers: { cookie, origin, 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'reader', registers: null, until: null, language: 'nb', invitees: [{ email: 'olav@ks.test', name: 'Olav Ås', organisation: 'KS' }] }),
    })
    expect(answer.status).toBe(200)
    const link = /http\S+\/invitasjon\/\S+/.exec((await mail.letterTo('olav@ks.test')).text)?.[0] ?? ''
    const page = await openPage(await browsers.openProfile({ ...phone, bypassCSP: true }), link)
    const byProvider = () => page.getByRole('link', { name: words.provider('Entra ID') }).click()
    const go = (as: string) => page.getByRole('button', { name: as, exact: true }).click()
    await byProvider()
    await go('represents')
    await page.getByText(words.invitation.otherAddress('Entra ID')).waitFor()
    expect(await axe(page)).toEqual([])
    await page.context().clearCookies({ domain: '127.0.0.1' })
    await byProvider()
    await go('olav')
    await readyPlan(page)

    await page.goto(`${origin}/`)
    await page.locator('.account').getByRole('button', { name: nb.person.signOut }).click()
    await page.getByRole('link', { name: words.leaveProvider('Entra ID') }).waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('link', { name: words.leaveProvider('Entra ID') }).click()
    await page.getByRole('button', { name: /sign me out/ }).click()
    await page.getByRole('heading', { name: words.title }).waitFor()
    expect(page.url()).toBe(`${origin}/logg-inn`)
    await byProvider()
    await page.getByRole('button', { name: 'olav', exact: true }).waitFor()
  }, 120_000)

  test('T88 a printed link that lets nobody in leads to the page one signs in on, which says so; without scripts a plain page does', async () => {
    const { memberId, signInUrl } = await addPerson('Lars Bø', 'lars@rogaland.test')
    await admin(server, 'session', 'revoke', '--member', memberId)
    const address = `${origin}${new URL(signInUrl).pathname}`
    const page = await openPage(await browsers.openProfile(phone), address)
    await page.getByText(words.turnedBack['link-void']('').title).waitFor()
    expect(page.url()).toBe(`${origin}/logg-inn?feil=link-void`)
    await page.getByLabel(words.email).waitFor()
    const plain = await openPage(await browsers.openProfile({ ...phone, javaScriptEnabled: false }), address)
    await plain.getByRole('heading', { name: words.turnedBack['link-void']('').title }).waitFor()
    expect(await plain.getByRole('link', { name: /logge inn/ }).getAttribute('href')).toBe('/logg-inn')
  }, 60_000)

  test('U127 axe finds nothing wrong on any page of the way in, in both schemes, and 320 points hold all of it', async () => {
    const profile = await browsers.openProfile({ bypassCSP: true, viewport: { width: 320, height: 640 } })
    const page = await openPage(profile, `${origin}/logg-inn?feil=weak`)
    const isNarrow = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
    const look = async (what: string) => expect([what, await axe(page), await isNarrow()]).toEqual([what, [], true])
    await page.getByLabel(words.email).waitFor()
    await look('turned back')
    await askForCode(page, 'enganskelangadressesomikkekandelesnoested@statsforvalteren.test')
    await page.getByLabel(words.code).fill('123')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: words.troubles.incomplete('') }).waitFor()
    await look('a code')
    await page.goto(`${origin}/logg-inn/lenke/${'x'.repeat(43)}`)
    await enter(page).waitFor()
    await look('a link')
    await page.goto(`${origin}/invitasjon/${'x'.repeat(43)}`)
    await page.getByRole('heading', { name: words.invitation.refusals['not-there'].title }).waitFor()
    await look('an invitation')
  }, 90_000)
})
