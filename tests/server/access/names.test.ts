import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSignIn } from '../../../server/access/signIn.ts'
import { systemClock } from '../../../server/time/clock.ts'
import type { InvitedAnswer, MembersAnswer } from '#shared/protocol/access.ts'
import { openMailServer, type MailServer } from '../../support/mailServer.ts'
import { ask, errorOf, memberOf, type Answer } from '../support/everybody.ts'
import { asRole } from '../support/notes.ts'
import { otherPlanId, planId, testServer, type SignedIn, type TestServer } from '../support/testServer.ts'

let mail: MailServer
let server: TestServer
let owner: SignedIn
beforeAll(async () => {
  mail = await openMailServer()
  server = await testServer({
    environment: { mail: { host: '127.0.0.1', port: mail.port, tls: 'none', login: null, from: { name: 'Plantavle', address: 'plan@plantavle.test' } } },
  })
  owner = await memberOf(server, planId, 'owner', 'Anne Sund')
})
afterAll(async () => {
  expect(server.reported).toEqual([])
  await server.close()
  await mail.close()
})

/** Invited by address alone, or with a name; the secret of the letter's link. */
async function invite(email: string, name = ''): Promise<string> {
  const { body } = await ask(server, 'POST /api/plans/:planId/invitations', { cookie: owner.cookie, body: { ...asRole('editor'), invitees: [{ email, name, organisation: '' }] } })
  expect((body as InvitedAnswer).invited).toMatchObject([{ outcome: 'invited' }])
  return /\/invitasjon\/([\w-]{43})/.exec((await mail.letterTo(email)).text)?.[1] ?? ''
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

test('T98 nor by a code or a letter’s link, which hold for the name that is still to be told', async () => {
  for (const [email, name, way] of [['kode@sf.test', 'Kari Kode', 'code'], ['lenke@sf.test', 'Liv Lenke', 'link']] as const) {
    await invite(email)
    const asked = await ask(server, 'POST /api/sign-in/email', { body: { email } })
    const { text } = await mail.letterTo(email)
    const [code, token] = [/\b(\d{3}) ?(\d{3})\b/.exec(text)?.slice(1).join('') ?? '', /\/logg-inn\/lenke\/([\w-]{43})/.exec(text)?.[1] ?? '']
    const cookie = asked.cookies[0]?.split(';')[0]
    const come = (own?: string, by: string | undefined = cookie) => way === 'code'
      ? ask(server, 'POST /api/sign-in/code', { cookie: by, body: { code, name: own } })
      : ask(server, 'POST /api/sign-in/link', { cookie: by, body: { token, name: own } })
    expect([way, ...said(await come())]).toEqual([way, ...nameless])
    expect([way, ...said(await come('anne  SUND'))]).toEqual([way, 409, 'name-taken', []])
    // It is put back for the device that asked, and for no other.
    expect([way, ...said(await come(name, ''))]).toEqual([way, 403, 'other-device', []])
    const there = await come(name)
    expect([way, there.status, Object(there.body).planId, await calledIn(there)]).toEqual([way, 200, planId, name])
    expect([way, said(await come(name))[1]]).toEqual([way, 'expired'])
  }
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

test('T99 a name that somebody writes at joining is no other’s in the plans they come to; those of other plans may be called so', async () => {
  await memberOf(server, otherPlanId, 'reader', 'Nils Nabo')
  const token = await invite('nils@sf.test')
  for (const name of ['Anne Sund', 'ANNE  SUND', 'anne sund'])
    expect([name, ...said(await take(token, name))]).toEqual([name, 409, 'name-taken', []])
  expect(await calledIn(await take(token, 'Nils Nabo'))).toBe('Nils Nabo')
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
