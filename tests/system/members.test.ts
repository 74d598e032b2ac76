import { readFile } from 'node:fs/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { spliceText } from '#shared/plan/commands.ts'
import { readRegister } from '#shared/plan/read.ts'
import type { Cell } from '#shared/plan/values.ts'
import type { AccessLogAnswer, ContactsAnswer, MembersAnswer } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import { members as words } from '../../client/text/members.nb.ts'
import { membersPage as pageWords } from '../../client/text/membersPage.nb.ts'
import { nb } from '../../client/text/nb.ts'
import { signIn as signInWords } from '../../client/text/signIn.nb.ts'
import { axe } from '../support/axe.ts'
import { describeInBrowser, useBrowsers, watchPage } from '../support/browser.ts'
import { freePort, openLine, type Line } from '../support/line.ts'
import { readyPage } from '../support/pages.ts'
import { activitiesAddress, cellOn, onDevicePattern, openActivities, readyPlan, savedPattern, saveState, wordsIn, writeIn } from '../support/planPage.ts'
import { rawClient } from '../support/rawClient.ts'
import { admin, planIdOf, signIn, startServer, type AddedMember, type RunningServer } from '../support/server.ts'
import { until } from '../support/until.ts'

const cell = (row: string, field = 'arena'): Cell => ({ register: 'activities', row, field })
/** «Du er ikke lenger med i «…»». */
const removedPattern = new RegExp(`^${nb.notFound.removedTitle('').slice(0, -1)}`)
const dayMs = 24 * 60 * 60_000

describeInBrowser('the members of a plan', () => {
  const browsers = useBrowsers()
  let line: Line
  let server: RunningServer
  let planId: string
  let owner: Page
  let ownersCookie: string
  let watched: { readonly wrongs: string[] }
  const measured: string[] = []

  beforeAll(async () => {
    line = await openLine()
    const port = await freePort()
    line.leadTo(port)
    server = await startServer({ port, env: { PUBLIC_ORIGIN: line.origin } })
    planId = await planIdOf(server)
    const astrid = await add('Astrid Berge', 'owner', 'astrid@sf.example.no')
    ownersCookie = await signIn(server, astrid.signInUrl)
    owner = await (await browsers.openProfile({ bypassCSP: true })).newPage()
    watched = watchPage(owner, line.origin)
    await owner.goto(line.origin + new URL(astrid.signInUrl).pathname)
    await toMembers()
  })
  afterAll(async () => {
    console.log(measured.join('\n'))
    await server.kill()
    await line.close()
  })

  const add = (name: string, role: Role, email?: string) =>
    admin<AddedMember>(server, 'member', 'add', '--plan', planId, '--name', name, '--organisation', 'SF', '--role', role, ...email ? ['--email', email] : [])
  async function toMembers(query = ''): Promise<void> {
    await owner.goto(`${line.origin}/plan/${planId}/medlemmer${query}`)
    await readyPage(owner)
  }
  async function open(signInUrl: string): Promise<{ profile: BrowserContext, page: Page }> {
    const profile = await browsers.openProfile()
    const page = await openActivities(profile, { origin: line.origin, signInUrl, planId })
    await saveState(page, savedPattern).waitFor()
    return { profile, page }
  }
  const rowOf = (memberId: string) => owner.locator(`[data-member="${memberId}"]`)
  async function choose(memberId: string, verb: string): Promise<void> {
    await rowOf(memberId).getByRole('button', { name: /^Valg for/ }).click()
    await owner.getByRole('menuitem', { name: verb }).click()
  }
  /** Presses the button that does it, and tells how long it took until the other page had followed. */
  async function measure(what: string, press: () => Promise<void>, follows: () => Promise<unknown>): Promise<void> {
    const from = Date.now()
    await press()
    const pressed = Date.now()
    await follows()
    measured.push(`${what}: ${Date.now() - pressed} ms after the press, which took ${pressed - from} ms`)
  }
  const save = () => owner.getByRole('dialog').getByRole('button', { name: words.grant.save }).click()
  const role = (name: Role) => owner.getByRole('radio', { name: new RegExp(`^${nb.words.memberRole[name]}`, 'i') })
  async function type(page: Page, at: Cell, typed: string): Promise<void> {
    await writeIn(page, at, 'end')
    await page.keyboard.type(typed)
    await page.keyboard.press('Escape')
  }
  const focusedTag = () => owner.evaluate(() => document.activeElement?.tagName)
  /** What the focus is at: by its spoken name, else its words. */
  const focused = () => owner.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '')
  /** What a profile asks for by such a path is answered when it is let through. */
  async function heldBack(profile: BrowserContext, path: RegExp): Promise<{ letThrough(): void }> {
    let letThrough = () => {}
    const released = new Promise<void>((resolve) => { letThrough = resolve })
    await profile.route(({ pathname }) => path.test(pathname), async (route) => {
      await released
      await route.continue()
    })
    return { letThrough }
  }
  const post = (path: string, body: object) => fetch(`${server.origin}/api/plans/${planId}/${path}`, {
    method: 'POST', body: JSON.stringify(body), headers: { 'cookie': ownersCookie, 'content-type': 'application/json', 'origin': line.origin },
  })
  const get = async <T>(path: string, cookie: string) =>
    await (await fetch(`${server.origin}/api/plans/${planId}/${path}`, { headers: { cookie } })).json() as T

  test('U143 a pasted list becomes people who are invited, and the link one of them is given leads into the plan', async () => {
    await owner.getByRole('button', { name: words.inviting.open, exact: true }).click()
    await owner.getByLabel(words.inviting.paste).fill('Nordmann, Kari <kari@sandnes.example.no>; Astrid Berge <astrid@sf.example.no>\nOle Olsen\tole.example.no\tKS')
    await owner.getByRole('button', { name: words.inviting.read }).click()
    await owner.getByText(words.inviting.troubles.member).waitFor()
    await owner.getByText(words.inviting.troubles['no-address']).waitFor()
    expect(await axe(owner, 'dialog')).toEqual([])
    await owner.getByRole('group', { name: words.inviting.row(3) }).getByLabel(words.inviting.email).fill('ole@ks.example.no')
    await role('commenter').check()
    await owner.getByRole('button', { name: words.inviting.send(2) }).click()
    await owner.getByText(words.inviting.byHand).waitFor()
    const link = await owner.locator('[data-invited="kari@sandnes.example.no"] code').innerText()
    expect(link.startsWith(`${line.origin}/invitasjon/`)).toBe(true)
    await owner.getByRole('button', { name: words.inviting.done }).click()
    await owner.getByRole('button', { name: words.inviting.newLinkName('Kari Nordmann') }).waitFor()
    expect(await axe(owner)).toEqual([])
    await owner.locator('[data-invitation="ole@ks.example.no"]').getByRole('button', { name: words.inviting.withdrawName('Ole Olsen') }).click()
    await owner.getByText(words.inviting.withdrawn('Ole Olsen')).waitFor()
    await expect.poll(() => owner.locator('[data-invitation]').count()).toBe(1)

    const kari = await (await browsers.openProfile()).newPage()
    await kari.goto(link)
    await kari.getByRole('button', { name: new RegExp(`^${signInWords.invitation.join}`) }).click()
    await readyPlan(kari)
    await kari.getByText(nb.role.commenter).waitFor()
    // The list follows when it is looked at again.
    await owner.evaluate(() => dispatchEvent(new Event('focus')))
    await owner.getByRole('row', { name: /Kari Nordmann.*Kommentator/i }).waitFor()
    await expect.poll(() => owner.locator('[data-invitation]').count()).toBe(0)
    await kari.context().close()
  }, 60_000)

  test('U144 a role that is changed is another one on the open page at once, and words that were not sent by then are offered', async () => {
    const marte = await add('Marte Vik', 'editor')
    const { page } = await open(marte.signInUrl)
    await toMembers()
    await choose(marte.memberId, words.change)
    await role('commenter').check()
    await measure('role changed', save, () => page.getByText(nb.left.roleNow.commenter).waitFor())
    await page.locator('[aria-readonly="true"]').first().waitFor()

    await choose(marte.memberId, words.change)
    await role('editor').check()
    await save()
    await page.getByText(nb.left.roleNow.editor).waitFor()
    await saveState(page, savedPattern).waitFor()
    line.blockSync()
    await type(page, cell('K03'), ' før rollen ble en annen')
    await saveState(page, onDevicePattern).waitFor()
    await choose(marte.memberId, words.change)
    await role('reader').check()
    await save()
    line.mend()
    await page.getByRole('link', { name: new RegExp(nb.left.nav) }).filter({ visible: true }).first().click({ timeout: 20_000 })
    await page.locator('[data-left]').getByText('før rollen ble en annen').first().waitFor()
    await page.context().close()
  }, 60_000)

  test('U145 who is limited to networks reads the rest: not to be written in the page, and refused by the server', async () => {
    const ida = await add('Ida Lie', 'editor')
    const { page } = await open(ida.signInUrl)
    await page.getByRole('button', { name: nb.tables.activities.add }).waitFor()
    await toMembers()
    await choose(ida.memberId, words.change)
    await owner.getByLabel(words.grant.limits).check()
    await owner.getByLabel(nb.words.registers.networks, { exact: true }).check()
    await measure('limited to networks', save, () => page.getByText(nb.role.reachTitle).waitFor())
    await page.getByRole('button', { name: nb.nav.close, exact: true }).click()
    await page.getByText(nb.role.only).waitFor()
    await rowOf(ida.memberId).getByText(words.only(nb.words.registers.networks)).waitFor()
    expect(await page.getByRole('button', { name: nb.tables.activities.add }).count()).toBe(0)
    await cellOn(page, cell('K04')).click()
    await page.keyboard.press('F2')
    expect(await page.locator('textarea[data-cell]').count()).toBe(0)
    await page.locator('.reach-note').getByRole('link', { name: nb.words.registers.networks }).click()
    await page.getByRole('button', { name: nb.tables.networks.add }).waitFor()
    const [network] = await page.locator('[data-cell^="networks/"][data-cell$="/name"]').evaluateAll(cells => cells.map(one => one.getAttribute('data-cell')?.split('/')[1] ?? ''))
    await type(page, { register: 'networks', row: network ?? '', field: 'name' }, ' her')
    await saveState(page, savedPattern).waitFor()

    const raw = rawClient({ planId, cookie: await signIn(server, ida.signInUrl) })
    await raw.connect(line.origin)
    const [activity] = readRegister(raw.plan.doc, 'activities')
    raw.write('not hers', plan => spliceText(plan, cell(activity?.id ?? ''), { at: 0, remove: 0, insert: 'utenfor ' }))
    await until(() => raw.closed(), { what: 'the server hangs up' })
    expect([raw.closed()?.code, raw.refusals[0]?.refusal.reason]).toEqual([closeCode.refused, 'not-allowed'])
    await page.context().close()
  }, 60_000)

  test('U144 who is removed is out at once, and so is a guest when the time is up; what was not sent is theirs to keep', async () => {
    const [per, guest] = await Promise.all([add('Per Moe', 'editor'), add('Gro Gjest', 'commenter')])
    const [{ page }, { page: other }] = [await open(per.signInUrl), await open(guest.signInUrl)]
    const untilMs = Date.now() + 2_500
    expect((await post(`members/${guest.memberId}/grant`, { role: 'commenter', registers: null, until: untilMs })).status).toBe(204)
    await other.getByRole('heading', { name: removedPattern }).waitFor()
    measured.push(`a guest's time is up: out ${Date.now() - untilMs} ms later`)
    await other.context().close()

    await toMembers()
    const remove = async () => {
      await choose(per.memberId, words.remove)
      await owner.getByRole('dialog').getByText(words.removing.what('Per Moe')).waitFor()
      expect(await focused()).toBe(words.cancel)
    }
    const yes = () => owner.getByRole('dialog').getByRole('button', { name: words.removing.yes }).click()
    await remove()
    await measure('removed', yes, () => page.getByRole('heading', { name: removedPattern }).waitFor())
    await expect.poll(() => rowOf(per.memberId).count()).toBe(0)
    await expect.poll(focused).toMatch(new RegExp(`^${words.menu('')}`))
    await page.context().close()
    const anew = await add('Pia Moe', 'editor')
    const { page: hers } = await open(anew.signInUrl)
    await toMembers()
    line.blockSync()
    await type(hers, cell('K05'), ' skrevet før jeg ble fjernet')
    await saveState(hers, onDevicePattern).waitFor()
    await choose(anew.memberId, words.remove)
    await yes()
    line.mend()
    await hers.getByRole('heading', { name: removedPattern }).waitFor({ timeout: 20_000 })
    await hers.locator('[data-left]').getByText('skrevet før jeg ble fjernet').first().waitFor()
    await hers.context().close()
  }, 60_000)

  test('U147 a deputy writes in a member’s place as long as it lasts, and stands as such where the last change is told', async () => {
    const [olav, siri] = await Promise.all([add('Olav Moen', 'editor'), add('Siri Dahl', 'reader')])
    const { page } = await open(siri.signInUrl)
    await page.getByText(nb.role.reader).waitFor()
    await toMembers()
    await choose(olav.memberId, words.appoint)
    await owner.getByRole('button', { name: words.deputies.save, exact: true }).click()
    await owner.getByText(words.deputies.noUntil).waitFor()
    await expect.poll(focusedTag).toBe('SELECT')
    expect(await axe(owner, 'dialog')).toEqual([])
    // What is told of a day that is left does not move the button that is being pressed: on a small screen it stands below it.
    await owner.setViewportSize({ width: 320, height: 400 })
    await owner.getByLabel(words.deputies.to, { exact: true }).fill('1.1.2999')
    await owner.getByLabel(words.deputies.from, { exact: true }).fill('1.1.2020')
    await owner.getByRole('button', { name: words.deputies.save, exact: true }).click()
    await owner.getByText(words.refusals['in-the-past']).waitFor()
    await expect.poll(focusedTag).toBe('SELECT')
    await owner.setViewportSize({ width: 1440, height: 900 })
    await owner.getByLabel(words.deputies.from, { exact: true }).fill(new Date().toISOString().slice(0, 10))
    await owner.getByRole('combobox', { name: words.deputies.who }).selectOption(siri.memberId)
    await owner.getByLabel(words.deputies.to, { exact: true }).fill(new Date(Date.now() + 9 * dayMs).toISOString().slice(0, 10))
    await owner.getByRole('button', { name: words.deputies.save, exact: true }).click()
    await owner.getByText(/Siri Dahl er vikar for Olav Moen/).first().waitFor()
    await expect.poll(focused).toBe(words.menu('Olav Moen'))
    await page.getByText(nb.role.deputyFor('Olav Moen', '').split(' til og')[0] ?? '').waitFor()
    await saveState(page, savedPattern).waitFor()
    await type(page, cell('K06'), ' av vikaren')
    await saveState(page, savedPattern).waitFor()
    expect(await wordsIn(page, cell('K06'))).toContain('av vikaren')
    await owner.goto(`${activitiesAddress(line.origin, planId)}?rad=K06`)
    await readyPlan(owner)
    await cellOn(owner, cell('K06')).waitFor()
    await owner.keyboard.press('Alt+Enter')
    await owner.getByText(/Siri Dahl, vikar for Olav Moen/).waitFor()
    await page.context().close()
    await toMembers()
    await owner.getByRole('button', { name: words.deputies.endName('Siri Dahl') }).click()
    await owner.getByText(words.deputies.ended('Siri Dahl')).waitFor()
    await expect.poll(focused).toBe(nb.nav.members)
  }, 60_000)

  test('U148 contacts stand by their organisation, an address is nobody’s who is no member, and the log tells what has happened', async () => {
    await toMembers('?vis=kontakter')
    await owner.getByRole('button', { name: words.contacts.add }).click()
    await owner.getByRole('button', { name: words.contacts.save }).click()
    await owner.getByText(words.contacts.wrong.organisation).waitFor()
    expect(await axe(owner, 'dialog')).toEqual([])
    // The focus is in the first field that is wrong.
    await owner.keyboard.type('Tone Vik')
    await owner.getByText(words.contacts.wrong.name).waitFor({ state: 'detached' })
    await owner.getByLabel(words.contacts.organisation).selectOption('sf-rogaland')
    await owner.getByLabel(words.contacts.email).fill('tone@sf.example.no')
    await owner.getByRole('button', { name: words.contacts.save }).click()
    await owner.getByRole('link', { name: 'tone@sf.example.no' }).waitFor()
    await expect.poll(focused).toBe(words.contacts.changeName('Tone Vik'))
    expect(await axe(owner)).toEqual([])
    await owner.goto(`${line.origin}/plan/${planId}/grupper`)
    await readyPage(owner)
    const people: Cell = { register: 'groups', row: 'g-strategisk', field: 'people' }
    await cellOn(owner, people).click()
    await owner.keyboard.press('Enter')
    await owner.getByRole('combobox', { name: nb.editors.set.searchPerson }).fill('tone')
    await owner.getByRole('option', { name: /Tone Vik/ }).waitFor()
    expect(await axe(owner)).toEqual([])
    await owner.keyboard.press('Enter')
    await owner.keyboard.press('Escape')
    await expect.poll(() => cellOn(owner, people).innerText()).toMatch(/^Tone Vik/)
    const nina = await admin<AddedMember>(server, 'member', 'add', '--plan', await planIdOf(server, 'oslo-og-viken'), '--name', 'Nina Nes', '--organisation', 'Hdir', '--role', 'reader')
    await admin(server, 'office', 'give', '--member', nina.memberId, '--office', 'national-reader')
    const outside = await signIn(server, nina.signInUrl)
    const { contacts } = await get<ContactsAnswer>('contacts', outside)
    expect(contacts.map(({ name, email }) => [name, email])).toEqual([['Tone Vik', null]])
    const { members } = await get<MembersAnswer>('members', outside)
    expect([members.length > 3, members.filter(({ email, seenAt }) => email !== null || seenAt !== null)]).toEqual([true, []])
    const stranger = await open(nina.signInUrl)
    await stranger.page.goto(`${line.origin}/plan/${planId}/medlemmer`)
    await stranger.page.getByRole('row', { name: /Astrid Berge/ }).waitFor()
    expect(await stranger.page.getByRole('link', { name: /@/ }).count()).toBe(0)
    expect(await stranger.page.getByRole('columnheader', { name: words.heads.email }).count()).toBe(0)
    await stranger.page.goto(`${line.origin}/plan/${planId}/grupper`)
    await expect.poll(() => cellOn(stranger.page, people).innerText()).toMatch(/^Tone Vik/)
    await toMembers('?vis=kontakter')
    await owner.getByText(words.inGroups('Strategisk koordineringsgruppe')).waitFor()
    await owner.getByRole('button', { name: words.contacts.removeName('Tone Vik') }).click()
    expect(await focused()).toBe(words.cancel)
    await owner.getByRole('dialog').getByRole('button', { name: words.contacts.remove }).click()
    await expect.poll(focused).toBe(nb.nav.members)
    await stranger.page.reload()
    await expect.poll(() => cellOn(stranger.page, people).innerText()).toContain(nb.people.former)

    await toMembers('?vis=logg')
    await owner.locator('[data-event="contact-changed"]').first().waitFor()
    expect(await owner.locator('[data-event="member-added"]').count()).toBeGreaterThan(0)
    await owner.getByRole('combobox', { name: words.log.filter, exact: true }).selectOption('data')
    await expect.poll(() => owner.locator('[data-event]').allInnerTexts()).toEqual([expect.stringMatching(/i dag \d\d:\d\d\s+Astrid Berge fjernet en kontakt/), expect.stringMatching(/i dag \d\d:\d\d\s+Astrid Berge la til en kontakt/)])
    expect(await axe(owner)).toEqual([])
    expect(watched.wrongs).toEqual([])
  }, 60_000)

  test('U140 the page is named before its members have come, tells once that it waits, and is asked for again by a button', async () => {
    const rut = await add('Rut Lie', 'reader')
    const { page, profile } = await open(rut.signInUrl)
    const [part, list] = [await heldBack(profile, /\/MembersView-/), await heldBack(profile, /\/members$/)]
    const waits = () => page.getByRole('status').filter({ hasText: pageWords.loading })
    await page.evaluate(() => {
      const told: string[] = []
      new MutationObserver(() => {
        const words = document.querySelector('main [role=status].sr-only')?.textContent ?? ''
        if (words !== told.at(-1))
          told.push(words)
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
      Object.assign(window, { told })
    })
    await page.getByRole('link', { name: nb.nav.members }).filter({ visible: true }).first().click()
    await page.getByRole('heading', { level: 1, name: nb.nav.members }).waitFor()
    await waits().waitFor()
    part.letThrough()
    await page.getByRole('link', { name: words.tabs.contacts }).waitFor()
    await waits().waitFor()
    list.letThrough()
    await page.getByRole('row', { name: /Astrid Berge/ }).waitFor()
    expect(await waits().count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    const told = await page.evaluate(() => (window as unknown as { told: string[] }).told)
    expect(told.filter(words => words === pageWords.loading)).toHaveLength(1)

    let isDown = true
    await profile.route(({ pathname }) => /\/MembersView-/.test(pathname), route => isDown ? route.abort() : route.fallback())
    await page.reload()
    await page.getByRole('heading', { level: 1, name: nb.nav.members }).waitFor()
    await page.getByText(pageWords.failed).waitFor()
    isDown = false
    await page.getByRole('button', { name: nb.failed.again }).click()
    // With its styles, which failed too.
    expect(await page.getByRole('table', { name: words.table }).evaluate(table => getComputedStyle(table).borderCollapse)).toBe('collapse')
    await page.context().close()
  }, 60_000)

  test('U151 one’s own page changes the name and hands over what is kept, and an administrator gives a plan an owner, which the owners can see', async () => {
    const liv = await add('Liv Aas', 'reader', 'liv@x.example.no')
    const berit = await admin<AddedMember>(server, 'member', 'add', '--plan', await planIdOf(server, 'oslo-og-viken'), '--name', 'Berit Ek', '--organisation', 'Hdir', '--role', 'reader')
    await admin(server, 'office', 'give', '--member', berit.memberId, '--office', 'administrator')
    const page = await (await browsers.openProfile({ bypassCSP: true })).newPage()
    await page.goto(line.origin + new URL(berit.signInUrl).pathname)
    await page.goto(`${line.origin}/min-side`)
    await page.getByLabel(words.my.name).fill('Berit Ek Lund')
    await page.getByRole('button', { name: words.my.saveName }).click()
    await page.getByText(words.my.named).waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: words.my.download }).click()])
    expect(await readFile(await download.path(), 'utf8')).toContain('Berit Ek Lund')
    expect(await axe(page)).toEqual([])

    await page.getByRole('link', { name: nb.person.administration }).click()
    await page.getByRole('listitem').filter({ hasText: 'Astrid Berge' }).getByRole('button').click()
    await page.getByLabel(words.administration.email).fill('ukjent@x.example.no')
    await page.getByRole('button', { name: words.administration.save }).click()
    await page.getByText(words.administration.noSuchMember).waitFor()
    await page.getByLabel(words.administration.email).fill('liv@x.example.no')
    await page.getByRole('button', { name: words.administration.save }).click()
    await page.getByRole('listitem').filter({ hasText: 'Liv Aas' }).waitFor()
    expect(await axe(page)).toEqual([])
    await page.goto(`${line.origin}/plan/${planId}/medlemmer`)
    await page.getByText(nb.notFound.planTitle).waitFor()
    const { lines } = await get<AccessLogAnswer>('access-log', ownersCookie)
    expect(lines[0]).toMatchObject({ event: 'right-changed', by: berit.memberId, about: liv.memberId, facts: { from: 'reader', role: 'owner' } })

    // Signed out everywhere: the link that was given is void too.
    await page.goto(`${line.origin}/min-side`)
    await page.getByRole('button', { name: words.my.everywhere }).click()
    await page.getByRole('dialog').getByRole('button', { name: words.my.everywhere }).click()
    await page.getByText(nb.signIn.signedOut).waitFor()
    await expect(signIn(server, berit.signInUrl)).rejects.toThrow('no session')
    await page.context().close()
  }, 60_000)
})
