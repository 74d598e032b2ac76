import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { newSession } from '../../../server/access/access.ts'
import { hashOf, newId } from '../../../server/access/secrets.ts'
import { openSignIn } from '../../../server/access/signIn.ts'
import { systemClock } from '../../../server/time/clock.ts'
import type { InvitedAnswer, MembersAnswer } from '#shared/protocol/access.ts'
import type { MailServer } from '../../support/mailServer.ts'
import { until } from '../../support/until.ts'
import { ask, cookieFrom, errorOf, memberOf, type Answer } from '../support/everybody.ts'
import { mailedServer, waysInOf, type MailedServer } from '../support/mailed.ts'
import { asRole } from '../support/notes.ts'
import { otherPlanId, planId, type SignedIn, type TestServer } from '../support/testServer.ts'

let mailed: MailedServer
let mail: MailServer
let server: TestServer
let owner: SignedIn
beforeAll(async () => {
  mailed = await mailedServer()
  ;({ server, mail } = mailed)
  owner = await memberOf(server, planId, 'owner', 'Anne Sund')
})
afterAll(async () => {
  expect(server.reported).toEqual([])
  await mailed.close()
})

/** Invited by address alone, or with a name; the secret of the letter's link. */
async function invite(email: string, name = ''): Promise<string> {
  const { body } = await ask(server, 'POST /api/plans/:planId/invitations', { cookie: owner.cookie, body: { ...asRole('editor'), invitees: [{ email, name, organisation: '' }] } })
  expect((body as InvitedAnswer).invited).toMatchObject([{ outcome: 'invited' }])
  return waysInOf(await mail.letterTo(email)).invitation
}
const take = (token: string, name?: string, cookie?: string) => ask(server, 'POST /api/invitations/take', { cookie, body: { token, name } })
const said = (answer: Answer) => [answer.status, errorOf(answer), answer.cookies.filter(cookie => cookie.startsWith('plantavle='))]
const nameless = [409, 'name-needed', []]
const sessionOf = ({ cookies }: Answer) => cookies.find(cookie => /^plantavle=[\w-]{43};/.test(cookie))?.split(';')[0]
const calledIn = async (answer: Answer) => Object((await ask(server, 'GET /api/session', { cookie: sessionOf(answer) })).body).member.name as string
const names = async () => ((await ask(server, 'GET /api/plans/:planId/members', { cookie: owner.cookie })).body as MembersAnswer).members.map(({ name }) => name)

test('T98 nobody comes in by an invitation without a name: one is asked for where it has none, and what was refused stands to be tried again', async () => {
  const token = await invite('gunn@sf.test')
  for (const name of [undefined, '', '   '])
    expect(said(await take(token, name))).toEqual(nameless)
  expect(await names()).toEqual(['Anne Sund'])
  for (const name of ['Gunn\u202EBerg', 'Gunn\u0000', 'x'.repeat(101)])
    expect((await take(token, name)).body).toEqual({ error: 'not-understood', faults: ['name'] })
  const taken = await take(token, ' Gunn Berg ')
  expect([taken.status, await calledIn(taken)]).toEqual([200, 'Gunn Berg'])
  // A name that the invitation has is the name, whatever is written beside it.
  expect(await calledIn(await take(await invite('per@sf.test', 'Per Dahl'), 'En annen'))).toBe('Per Dahl')
})

/** Asked for by a browser of its own: each way in, by the letter's code and by its link. */
async function askedFor(email: string) {
  const asked = await ask(server, 'POST /api/sign-in/email', { body: { email } })
  const { code, token } = waysInOf(await mail.letterTo(email))
  const cookie = asked.cookies[0]?.split(';')[0]
  return {
    code: (name?: string, by: string | undefined = cookie) => ask(server, 'POST /api/sign-in/code', { cookie: by, body: { code, name } }),
    link: (name?: string, by: string | undefined = cookie) => ask(server, 'POST /api/sign-in/link', { cookie: by, body: { token, name } }),
  }
}

test.each([['code', 'code'], ['link', 'link'], ['code', 'link'], ['link', 'code']] as const)(
  'T98 nor by a letter’s %s, and with it the %s goes on holding for the name that is still to be told', async (way, then) => {
    const [email, name] = [`${way}.${then}@sf.test`, `Kari ${way} ${then}`]
    await invite(email)
    const come = await askedFor(email)
    expect(said(await come[way]())).toEqual(nameless)
    expect(said(await come[way]('anne  SUND'))).toEqual([409, 'name-taken', []])
    // It is put back for the device that asked, and for no other.
    expect(said(await come[then](name, ''))).toEqual([403, 'other-device', []])
    const there = await come[then](name)
    expect([there.status, Object(there.body).planId, await calledIn(there)]).toEqual([200, planId, name])
    expect([said(await come.code(name))[1], said(await come.link(name))[1]]).toEqual(['expired', 'expired'])
  })

test('T98 a name that is refused gives a code and a link no longer time than they had', async () => {
  const email = 'kvarter@sf.test'
  await invite(email)
  const db = new DatabaseSync(join(server.folder, 'plantavle.db'), { readOnly: true })
  onTestFinished(() => db.close())
  const ends = () => db.prepare('SELECT expires_at, at FROM sign_in_asks WHERE email = ?').all(email)
  const come = await askedFor(email)
  const before = ends()
  for (const way of ['code', 'link'] as const)
    expect([way, ...said(await come[way]())]).toEqual([way, ...nameless])
  expect(ends()).toEqual(before)
})

test('T98 nor by an account that tells none: the name that was written on the invitation’s page counts then, and an account’s own before it', async () => {
  const signIn = openSignIn({
    storage: server.server.storage, clock: systemClock, publicOrigin: () => 'http://localhost',
    mail: { isThere: false, send: () => Promise.resolve('failed') }, access: { tell: () => Promise.resolve(), cutOff: () => {} },
  })
  const as = (subject: string, { name = null as string | null, written = '' } = {}) =>
    ({ email: `${subject}@sf.test`, identity: { issuer: 'https://konto.test', subject }, name, organisation: null, written })
  const token = await invite('konto@sf.test')
  expect(await signIn.arrive(as('konto'), token)).toMatchObject({ ok: false, refusal: 'name-needed' })
  expect(await signIn.arrive(as('konto', { name: '' }), token)).toMatchObject({ ok: false, refusal: 'name-needed' })
  expect(await signIn.arrive(as('konto', { written: 'Anne Sund' }), token)).toMatchObject({ ok: false, refusal: 'name-taken' })
  expect(await signIn.arrive(as('konto', { written: 'Kåre Konto' }), token)).toMatchObject({ ok: true, planId })
  await invite('egen@sf.test')
  expect(await signIn.arrive(as('egen', { name: 'Eva Egen', written: 'En annen' }))).toMatchObject({ ok: true, planId })
  expect(await names()).toEqual(expect.arrayContaining(['Kåre Konto', 'Eva Egen']))
  // Who is known comes back without one.
  expect(await signIn.arrive(as('konto'))).toMatchObject({ ok: true })
})

/** Somebody from before names were asked for, who has proven the address. */
async function namelessMember(email: string): Promise<string> {
  const memberId = newId()
  await server.server.storage.members.addPerson({ memberId, name: '', organisation: '', email, isProven: true }, 1)
  return memberId
}
const renamed = async (memberId: string) =>
  (await server.server.storage.members.personKept(memberId))?.accessLog.filter(({ event }) => event === 'renamed').length

test.each(['code', 'link'] as const)('T98 who is here from before without a name comes into no further plan without one, by a %s', async (way) => {
  const email = `fra.for.${way}@sf.test`
  const memberId = await namelessMember(email)
  expect((await (await askedFor(email))[way]()).status).toBe(200)
  await invite(email)
  const come = await askedFor(email)
  expect(said(await come[way]())).toEqual(nameless)
  expect(said(await come[way]('Anne Sund'))).toEqual([409, 'name-taken', []])
  const there = await come[way](`Fra Før ${way}`)
  expect([there.status, Object(there.body).planId, await calledIn(there), await renamed(memberId)]).toEqual([200, planId, `Fra Før ${way}`, 1])
})

test('T98 nor signed in, by an invitation’s own page; one that says what they are called names them', async () => {
  for (const [email, name, written, isProven] of [['inne@sf.test', '', 'Inne Fra', true], ['uprovd@sf.test', '', 'Uprøvd', false], ['navngitt@sf.test', 'Navn Gitt', '', true]] as const) {
    const memberId = newId()
    await server.server.storage.members.addPerson({ memberId, name: '', organisation: '', email, isProven }, 1)
    const { signInUrl } = await server.admin('member link', { member: memberId })
    const cookie = await cookieFrom(String(signInUrl))
    const token = await invite(email, name)
    await until(async () => (await server.server.storage.members.invitation(hashOf(token)))?.mail === 'sent', { what: 'it is known to be sent' })
    if (name === '')
      expect([email, ...said(await take(token, undefined, cookie))]).toEqual([email, ...nameless])
    expect([email, (await take(token, written, cookie)).status]).toEqual([email, 200])
    expect([await names(), await renamed(memberId)]).toEqual([expect.arrayContaining([name || written]), 1])
  }
})

test('T99 a name that somebody writes at joining is no other’s in the plans they come to; those of other plans may be called so', async () => {
  await memberOf(server, otherPlanId, 'reader', 'Nils Nabo')
  const token = await invite('nils@sf.test')
  for (const name of ['Anne Sund', 'ANNE  SUND', 'anne sund'])
    expect([name, ...said(await take(token, name))]).toEqual([name, 409, 'name-taken', []])
  expect(await calledIn(await take(token, 'Nils Nabo'))).toBe('Nils Nabo')
})

test('T100 what an account tells of one’s name and organisation counts when it is first tied, as a line, and undoes nothing that was set right later', async () => {
  const { members } = server.server.storage
  const { memberId } = await memberOf(server, planId, 'reader', 'Siri Før', 'siri@sf.test')
  const come = (name: string | null, organisation: string | null) => members.arrive(
    { email: 'siri@sf.test', identity: { issuer: 'https://konto.test', subject: 'siri' }, name, organisation }, newId(), newSession('provider', Date.now()).session)
  const now = async () => {
    const found = await members.find(memberId)
    return [found?.name, found?.organisation, await renamed(memberId)]
  }
  await come('SIRI', 'SF')
  expect(await now()).toEqual(['SIRI', 'SF', 2])
  await members.rename(memberId, { name: 'Siri Lie', organisation: '' }, { at: 1, event: 'renamed', planId: null, by: memberId, about: memberId })
  expect(await come('SIRI', 'SF')).toMatchObject({ member: { name: 'Siri Lie', organisation: '' } })
  expect(await now()).toEqual(['Siri Lie', '', 4])
  // Who has no name yet is named by it later too.
  await namelessMember('tom@sf.test')
  const later = { email: 'tom@sf.test', identity: { issuer: 'https://konto.test', subject: 'tom' }, organisation: null }
  for (const [told, wanted] of [[null, ''], ['Tom Vik', 'Tom Vik'], ['TOM', 'Tom Vik']] as const)
    expect(await members.arrive({ ...later, name: told }, newId(), newSession('provider', Date.now()).session)).toMatchObject({ member: { name: wanted } })
})

test('T100 one’s organisation is set right beside the name, seen by the others as the name is, and is a line of its own in the access log', async () => {
  const kari = await memberOf(server, planId, 'reader', 'Kari Moe')
  const put = (body: object) => ask(server, 'POST /api/me/name', { cookie: kari.cookie, body })
  const mine = async () => ((await ask(server, 'GET /api/plans/:planId/members', { cookie: owner.cookie })).body as MembersAnswer)
    .members.filter(({ memberId }) => memberId === kari.memberId).map(({ name, organisation }) => [name, organisation])
  const lines = async () => (await server.server.storage.members.personKept(kari.memberId))?.accessLog.filter(({ event }) => event === 'renamed').map(({ facts }) => facts)
  expect((await put({ name: 'Kari Moe', organisation: ' USHT ' })).status).toBe(204)
  expect([await mine(), await lines()]).toEqual([[['Kari Moe', 'USHT']], [{ what: 'organisation' }]])
  expect((await put({ name: 'Kari Moe' })).status).toBe(204)
  expect([await mine(), (await lines())?.length]).toEqual([[['Kari Moe', 'USHT']], 1])
  for (const organisation of ['US\u202EHT', 'x'.repeat(101), 7])
    expect((await put({ name: 'Kari Moe', organisation })).body).toEqual({ error: 'not-understood', faults: ['organisation'] })
  expect((await put({ name: 'Anne Sund', organisation: 'KS' })).status).toBe(409)
  expect(await mine()).toEqual([['Kari Moe', 'USHT']])
  expect((await put({ name: 'Kari Moen', organisation: '' })).status).toBe(204)
  expect([await mine(), (await lines())?.length]).toEqual([[['Kari Moen', '']], 3])
})
