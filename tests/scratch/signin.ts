import { launchChromium } from '../support/chromium.ts'
import { openMailServer } from '../support/mailServer.ts'
import { openIdentityProvider, confidentialClient } from '../support/identityProvider.ts'
import { freePort } from '../support/line.ts'
import { admin, planIdOf, startServer, signIn } from '../support/server.ts'
import { until } from '../support/until.ts'

const mail = await openMailServer()
const port = await freePort()
const origin = `http://localhost:${port}`
const provider = await openIdentityProvider({ redirectUris: [`${origin}/api/sign-in/provider/answer`] })
const server = await startServer({ port, env: {
  SMTP_URL: mail.url, MAIL_FROM: 'Plantavle <plan@plantavle.test>', PUBLIC_ORIGIN: origin, CONTACT: 'hjelp@plantavle.test',
  OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: confidentialClient.clientId, OIDC_CLIENT_SECRET: confidentialClient.clientSecret, OIDC_NAME: 'Entra ID',
} })
const planId = await planIdOf(server)
const kari = await admin<{ memberId: string, signInUrl: string }>(server, 'member', 'add', '--plan', planId, '--name', 'Kari Nes', '--organisation', 'SF', '--role', 'owner', '--email', 'kari@rogaland.test')
const browser = await launchChromium()
const to = '/work/look14/signin'
const only = process.argv[2]
const sizes = [['390', { width: 390, height: 844 }], ['820', { width: 820, height: 1180 }], ['1440', { width: 1440, height: 900 }]] as const
for (const [name, viewport] of sizes) {
  for (const scheme of ['light', 'dark'] as const) {
    if (only && only !== name + scheme) continue
    const profile = await browser.newContext({ viewport, locale: name === '820' ? 'nn-NO' : 'nb-NO', colorScheme: scheme, hasTouch: name !== '1440' })
    const page = await profile.newPage()
    page.on('pageerror', e => console.log('ERR', e.message))
    page.on('console', m => ['error', 'warning'].includes(m.type()) && console.log(m.type(), m.text()))
    const shot = async (what: string) => { await page.evaluate(() => document.fonts.ready); await page.screenshot({ path: `${to}/${what}-${name}-${scheme}.png` }) }
    await page.goto(origin + '/plan/' + planId)
    await page.locator('input[type=email]').waitFor()
    await shot('01-address')
    await page.locator('input[type=email]').fill('kari')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await shot('02-not-an-address')
    const who = `kari@rogaland.test`
    await page.locator('input[type=email]').fill(who)
    await page.keyboard.press('Enter')
    await page.locator('input[name=code]').waitFor()
    await shot('03-code')
    await page.keyboard.type('000000')
    await page.getByRole('alert').waitFor()
    await shot('04-wrong')
    const letter = await mail.letterTo(who)
    const code = /\b(\d{3}\s?\d{3})\b/.exec(letter.text)?.[1] ?? ''
    await page.locator('input[name=code]').fill(code)
    await page.locator('[data-cell]').first().waitFor()
    await shot('05-plan')
    // revoke
    await page.goto(origin + '/')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await shot('06-plans')
    await page.goto(`${origin}/plan/${planId}/aktiviteter`)
    await page.locator('[data-cell]').first().waitFor()
    const cell = page.locator('[data-cell="activities/K02/arena"]').first()
    if (name !== '390') {
      for (let n = 0; n < 4 && await page.locator('textarea[data-cell="activities/K02/arena"]').count() === 0; n++) await cell.click({ force: true })
      await page.keyboard.press('Control+End')
      await page.keyboard.type(' hei')
    }
    await admin(server, 'session', 'revoke', '--member', kari.memberId)
    await page.locator('.notice-bar').waitFor()
    await shot('07-out')
    console.log('focus', await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 100)))
    await page.locator('.notice-bar button').last().click()
    await page.locator('dialog input[type=email]').waitFor()
    await shot('08-dialog')
    console.log('focus', await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 100)))
    await page.locator('dialog input[type=email]').fill(who)
    await page.keyboard.press('Enter')
    await page.locator('dialog input[name=code]').waitFor()
    await shot('09-dialog-code')
    const second = /\b(\d{3}\s?\d{3})\b/.exec((await mail.letterTo(who)).text)?.[1] ?? ''
    await page.locator('input[name=code]').fill(second)
    await until(async () => await page.locator('.notice-bar').count() === 0 && await page.locator('dialog').count() === 0, { what: 'back' })
    await page.waitForTimeout(800)
    await shot('10-back')
    console.log('focus', await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 160)))
    // turned back
    await profile.clearCookies()
    for (const why of ['cancelled', 'weak', 'link-other-device', 'not-invited']) {
      await page.goto(`${origin}/logg-inn?feil=${why}`)
      await page.locator('input[type=email]').waitFor()
      await shot(`11-${why}`)
    }
    await page.goto(`${origin}/logg-inn/lenke/${'a'.repeat(43)}`)
    await page.getByRole('button', { name: 'Logg inn' }).waitFor()
    await shot('12-link')
    await page.getByRole('button', { name: 'Logg inn' }).click()
    await page.getByRole('alert').waitFor()
    console.log(page.url())
    // invitation
    const cookie = await signIn(server, (await admin<{ signInUrl: string }>(server, 'member', 'link', '--member', kari.memberId)).signInUrl)
    const invite = (email: string, role = 'editor', until: number | null = null) => fetch(`${server.origin}/api/plans/${planId}/invitations`, {
      method: 'POST', headers: { cookie, 'content-type': 'application/json', 'origin': origin },
      body: JSON.stringify({ role, registers: null, until, language: 'nb', invitees: [{ email, name: 'Anne Moe', organisation: 'USHT Sør' }] }),
    }).then(async r => console.log(r.status, (await r.text()).slice(0, 200)))
    const newcomer = `anne${name}${scheme}@kommune.test`
    await invite(newcomer, 'commenter', Date.UTC(2027, 2, 4))
    const link = /https?:\/\/\S+\/invitasjon\/[\w-]+/.exec((await mail.letterTo(newcomer)).text)?.[0] ?? ''
    await page.goto(link)
    await page.getByRole('button', { name: 'Bli med' }).waitFor()
    await shot('13-invitation')
    await page.goto(new URL(kari.signInUrl).pathname.length ? origin + new URL((await admin<{ signInUrl: string }>(server, 'member', 'link', '--member', kari.memberId)).signInUrl).pathname : '')
    await page.goto(link)
    await page.getByRole('button', { name: 'Bli med' }).waitFor()
    await shot('14-invitation-as-kari')
    await page.getByRole('button', { name: 'Bli med' }).click()
    await page.getByRole('button', { name: /Logg ut og/ }).waitFor()
    await shot('15-as-other')
    await page.getByRole('button', { name: /Logg ut og/ }).click()
    await page.getByRole('button', { name: 'Bli med' }).waitFor()
    await page.getByRole('button', { name: 'Bli med' }).click()
    await page.locator('[data-cell]').first().waitFor()
    console.log(page.url())
    await page.goto(link)
    await page.getByRole('link', { name: /Til plan/ }).waitFor()
    await shot('16-taken')
    await profile.close()
  }
}
await browser.close()
await server.stop()
await provider.close()
await mail.close()
process.exit(0)
