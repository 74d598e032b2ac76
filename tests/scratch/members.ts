import { mkdirSync } from 'node:fs'
import { launchChromium } from '../support/chromium.ts'
import { readyPage } from '../support/pages.ts'
import { addMember, admin, planIdOf, signIn, startServer, type AddedMember } from '../support/server.ts'

const folder = '/work/look14/members'
mkdirSync(folder, { recursive: true })
const server = await startServer()
const browser = await launchChromium()
const only = process.argv[2] ?? ''
try {
  const planId = await planIdOf(server)
  const add = (name: string, organisation: string, role: string, email?: string) =>
    admin<AddedMember>(server, 'member', 'add', '--plan', planId, '--name', name, '--organisation', organisation, '--role', role, ...email ? ['--email', email] : [])
  const astrid = await add('Astrid Berge', 'SF', 'owner', 'astrid.berge@statsforvalteren.no')
  const olav = await add('Olav Berge', 'KS', 'chair', 'olav.berge@ks.no')
  const marte = await add('Marte Lunde', 'USHT', 'editor', 'marte.lunde@stavanger.kommune.no')
  const ida = await add('Ida Sørensen', 'Rogaland fylkeskommune', 'commenter', 'ida.sorensen@rogfk.no')
  await add('Per Håkon Kristoffersen-Hetland', 'Helse Stavanger', 'editor')
  const cookie = await signIn(server, astrid.signInUrl)
  const post = async (path: string, body: object, by = cookie) => {
    const answer = await fetch(`${server.origin}/api/${path}`, { method: 'POST', headers: { cookie: by, 'content-type': 'application/json', origin: server.origin }, body: JSON.stringify(body) })
    const words = await answer.text()
    if (!answer.ok) console.log(path, answer.status, words)
    return words ? JSON.parse(words) as unknown : null
  }
  const day = 86_400_000
  await post(`plans/${planId}/members/${marte.memberId}/grant`, { role: 'editor', registers: ['networks', 'messages'], until: null })
  await post(`plans/${planId}/members/${ida.memberId}/grant`, { role: 'commenter', registers: null, until: Date.now() + 30 * day })
  await post(`plans/${planId}/deputies`, { memberId: olav.memberId, deputyId: ida.memberId, from: Date.now(), until: Date.now() + 9 * day })
  await post(`plans/${planId}/invitations`, { role: 'reader', registers: null, until: null, invitees: [{ email: 'kari@sandnes.kommune.no', name: 'Kari Nordmann', organisation: 'Sandnes' }, { email: 'x@y.no', name: '', organisation: '' }] })
  for (const contact of [
    { name: 'Tone Vik', organisationId: 'sf-rogaland', position: 'rådgiver', email: 'tone.vik@statsforvalteren.no', from: '2026-01-01', until: null },
    { name: 'Nils Hauge', organisationId: 'sf-rogaland', position: 'leder', email: null, from: null, until: '2025-06-30' },
    { name: 'Eva Lie', organisationId: 'ks-rogaland', position: '', email: 'eva.lie@ks.no', from: null, until: '2027-06-30' },
  ]) await post(`plans/${planId}/contacts`, { id: null, ...contact })
  await admin(server, 'office', 'give', '--member', astrid.memberId, '--office', 'administrator').catch((e: unknown) => console.log(String(e)))
  for (const [colorScheme, language, sizes] of [['light', 'nb', [[1440, 900], [820, 1180], [320, 640]]], ['dark', 'nn', [[390, 844]]]] as const) {
    const context = await browser.newContext({ colorScheme, locale: 'nb-NO' })
    const page = await context.newPage()
    page.on('pageerror', e => console.log('ERROR', e.message))
    page.on('console', m => { if (m.type() === 'error' || m.type() === 'warning') console.log(m.text()) })
    await page.addInitScript(chosen => localStorage.setItem('plantavle:language', chosen), language)
    await page.goto(astrid.signInUrl)
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height })
      const shot = async (name: string, path: string | null, act?: () => Promise<unknown>) => {
        if (only && !only.split(',').includes(name)) return
        if (path !== null) {
          await page.goto(server.origin + path)
          await readyPage(page)
        }
        await act?.()
        await page.waitForTimeout(350)
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        if (over > 0) console.log('WIDER', name, width, over)
        await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png` })
      }
      const members = `/plan/${planId}/medlemmer`
      await shot('members', members, () => page.locator('[data-member]').first().waitFor())
      await shot('members-end', null, () => page.locator('[data-invitation]').last().scrollIntoViewIfNeeded())
      await shot('contacts', `${members}?vis=kontakter`, () => page.getByText('Tone Vik').waitFor())
      await shot('contact', null, async () => { await page.getByRole('button', { name: /^Ny kontakt/ }).click() })
      await shot('log', `${members}?vis=logg`, () => page.locator('[data-event]').first().waitFor())
      await shot('invite', members, async () => { await page.getByRole('button', { name: /^Inviter$/ }).click() })
      await shot('invite-rows', only.includes('invite') ? null : members, async () => {
        if (!only.includes('invite')) await page.getByRole('button', { name: /^Inviter$/ }).click()
        await page.locator('dialog textarea').fill('Nordmann, Lise <lise@stavanger.kommune.no>; Olav Berge <olav.berge@ks.no>\nOle Olsen\nPer per@x.no\nkari@sandnes.kommune.no')
        await page.getByRole('button', { name: 'Les lista' }).click()
      })
      await shot('invite-grant', only.includes('invite') ? null : members, async () => {
        if (!only.includes('invite')) return
        await page.locator('dialog input[type=checkbox]').first().check()
        await page.locator('dialog input[type=date]').scrollIntoViewIfNeeded()
      })
      await shot('invite-done', only.includes('invite') ? null : members, async () => {
        if (!only.includes('invite')) return
        await page.locator('dialog input[type=checkbox]').nth(2).check()
        await page.getByRole('button', { name: /^Inviter (\d|é)/ }).click()
        await page.locator('[data-invited]').first().waitFor()
      })
      await shot('grant', members, async () => {
        await page.getByRole('button', { name: 'Marte Lunde' }).first().click()
        await page.getByRole('menuitem').first().click()
      })
      await shot('remove', members, async () => {
        await page.getByRole('button', { name: 'Marte Lunde' }).first().click()
        await page.getByRole('menuitem').last().click()
      })
      await shot('deputy', members, async () => { await page.getByRole('button', { name: /for meg/ }).click() })
      await shot('me', '/min-side')
      await shot('everywhere', null, async () => { await page.getByRole('button', { name: /overalt/ }).click() })
      await shot('admin', '/administrasjon')
      await shot('admin-give', null, async () => { await page.getByRole('button', { name: /^Gi «/ }).first().click() })
      await shot('plans', '/')
    }
    await context.close()
    const second = await browser.newContext({ colorScheme })
    const limited = await second.newPage()
    await limited.goto(marte.signInUrl)
    for (const [width, height] of sizes) {
      if (only && !only.includes('limited')) break
      await limited.setViewportSize({ width, height })
      await limited.goto(`${server.origin}/plan/${planId}/aktiviteter`)
      await readyPage(limited)
      await limited.waitForTimeout(600)
      await limited.screenshot({ path: `${folder}/limited-${width}-${colorScheme}.png` })
    }
    await second.close()
  }
}
finally {
  await browser.close()
  await server.kill()
}
