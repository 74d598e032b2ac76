import { expect, onTestFinished, test } from 'vitest'
import type { AccessLogAnswer } from '#shared/protocol/access.ts'
import { newSession } from '../../../server/access/access.ts'
import { hashOf, newId } from '../../../server/access/secrets.ts'
import { openPaces } from '../../../server/access/guesses.ts'
import { openSignIn } from '../../../server/access/signIn.ts'
import { systemClock } from '../../../server/time/clock.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { appoint, ask, cookieFrom, memberOf } from '../support/everybody.ts'
import { asRole } from '../support/notes.ts'
import { planId, testServer, type TestServer } from '../support/testServer.ts'

async function open() {
  const server = await testServer()
  onTestFinished(() => server.close())
  return server
}

test('T56 when an account is first tied to a member, whoever came in under that address before is signed out, and later sessions stay', async () => {
  const server = await open()
  const kari = await memberOf(server, planId, 'editor', 'Kari', 'kari@ks.test')
  const { members } = server.server.storage
  const identity = { issuer: 'https://konto.test', subject: 'kari' }
  const stands = async (cookie: string) => (await server.get('/api/session', { cookie })).status === 200
  const arriveAs = async () => {
    const { secret, session } = newSession('provider', systemClock.now())
    const arrived = await members.arrive({ email: 'kari@ks.test', identity, name: null, organisation: null }, newId(), session)
    return { cookie: `plantavle=${secret}`, arrived }
  }
  expect(await stands(kari.cookie)).toBe(true)
  const first = await arriveAs()
  expect(first.arrived).toMatchObject({ isAnew: true, member: { memberId: kari.memberId } })
  expect([await stands(kari.cookie), await stands(first.cookie)]).toEqual([false, true])
  const second = await arriveAs()
  expect(second.arrived).toMatchObject({ isAnew: false })
  expect([await stands(first.cookie), await stands(second.cookie)]).toEqual([true, true])
})

test('T56 the open connections of those earlier sessions are cut', async () => {
  const server = await open()
  const kari = await memberOf(server, planId, 'editor', 'Kari', 'kari@ks.test')
  const cutOff: string[] = []
  const signIn = openSignIn({
    storage: server.server.storage, clock: systemClock, publicOrigin: () => 'http://localhost',
    mail: { isThere: false, send: () => Promise.resolve('failed') },
    access: { tell: () => Promise.resolve(), cutOff: memberId => void cutOff.push(memberId) },
  })
  const person = { email: 'kari@ks.test', identity: { issuer: 'https://konto.test', subject: 'kari' }, name: null, organisation: null }
  expect(await signIn.arrive(person)).toMatchObject({ ok: true, memberId: kari.memberId })
  expect(await signIn.arrive(person)).toMatchObject({ ok: true })
  expect(cutOff).toEqual([kari.memberId])
})

test('T57 what fills the access log by being asked for is done twenty times an hour and no more, and says when it may be again', async () => {
  const server = await open()
  const kari = await memberOf(server, planId, 'reader', 'Kari', 'kari@ks.test')
  const answers = []
  for (let n = 0; n < 22; n++)
    answers.push(await (n % 2 ? ask(server, 'POST /api/me/name', { cookie: kari.cookie, body: { name: `Kari ${n}` } }) : ask(server, 'GET /api/me/kept', { cookie: kari.cookie })))
  expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 20 }, (_, n) => n % 2 ? 204 : 200), 429, 429])
  expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0)
})

/** Somebody whose link was handed over by whoever invited them, and who holds it: signed in under an address that nobody has proven. */
async function unproven(server: TestServer, email: string) {
  const owner = await memberOf(server, planId, 'owner', `Eier for ${email}`)
  const { body } = await ask(server, 'POST /api/plans/:planId/invitations', {
    cookie: owner.cookie, body: { ...asRole('editor'), invitees: [{ email, name: 'Ny', organisation: 'KS' }] },
  })
  const token = String(Object(body).invited[0].link).split('/').at(-1) ?? ''
  const taken = await ask(server, 'POST /api/invitations/take', { body: { token } })
  return { memberId: String(Object(taken.body).memberId), cookie: taken.cookies[0]?.split(';')[0] ?? '', owner }
}
const standsIn = async (server: TestServer, cookie: string) => (await server.get('/api/session', { cookie })).status === 200
const plain = (email: string) => ({ email, identity: null, name: null, organisation: null })

test.each(['code', 'provider'] as const)(
  'T62 the first proof of an address, by %s, ends all that came before it: sessions, links, accounts and those who stand in', async (way) => {
    const server = await open()
    const { members } = server.server.storage
    const [before, other] = [await unproven(server, 'kari@ks.test'), await memberOf(server, planId, 'editor', 'Annen')]
    const { signInUrl } = await server.admin('member link', { member: before.memberId })
    const now = systemClock.now()
    await appoint(server, before.memberId, other.memberId, 1, now + 100_000)
    await appoint(server, other.memberId, before.memberId, now + 50_000, now + 100_000)
    const begin = async (identity: { issuer: string, subject: string } | null) => {
      const { secret, session } = newSession(identity ? 'provider' : 'email', systemClock.now())
      return { cookie: `plantavle=${secret}`, arrived: await members.arrive({ ...plain('kari@ks.test'), identity }, newId(), session) }
    }
    expect([await members.hasProvenEmail(before.memberId), await standsIn(server, before.cookie)]).toEqual([false, true])
    const { cookie, arrived } = await begin(way === 'provider' ? { issuer: 'https://konto.test', subject: 'kari' } : null)
    expect(arrived).toMatchObject({ isAnew: true, member: { memberId: before.memberId } })
    expect([await standsIn(server, before.cookie), await standsIn(server, cookie)]).toEqual([false, true])
    expect(await cookieFrom(String(signInUrl))).toBe('')
    expect((await members.deputiesIn(planId)).filter(({ until }) => until > systemClock.now() + 50_000)).toEqual([])
    const kept = await members.personKept(before.memberId)
    expect(kept?.accessLog.filter(({ event }) => event === 'sessions-ended')).toHaveLength(1)
    expect(kept?.accessLog.filter(({ event, planId: plan }) => event === 'deputy-ended' && plan === planId)).toHaveLength(2)
    expect((await begin(null)).arrived).toMatchObject({ isAnew: false })
    expect([await members.hasProvenEmail(before.memberId), await standsIn(server, cookie)]).toEqual([true, true])
  })

test('T62 an account that was tied before the address was proven is a way in no more', async () => {
  const server = await open()
  const { members } = server.server.storage
  const { memberId } = await unproven(server, 'kari@ks.test')
  const arrive = (email: string | null, identity: { issuer: string, subject: string } | null) =>
    members.arrive({ ...plain(''), email, identity }, newId(), newSession('provider', systemClock.now()).session)
  const hers = { issuer: 'https://konto.test', subject: 'kari' }
  expect(await arrive('kari@ks.test', hers)).toMatchObject({ isAnew: true, member: { memberId } })
  expect(await arrive(null, hers)).toMatchObject({ isAnew: false, member: { memberId } })
  const anothers = { issuer: 'https://konto.test', subject: 'inviterer' }
  const { owner } = await unproven(server, 'per@ks.test')
  const invited = await ask(server, 'POST /api/plans/:planId/invitations', {
    cookie: owner.cookie, body: { ...asRole('editor'), invitees: [{ email: 'ola@ks.test', name: 'Ola', organisation: 'KS' }] },
  })
  const invitation = hashOf(String(Object(invited.body).invited[0].link).split('/').at(-1) ?? '')
  const taken = await members.arrive({ ...plain(''), email: null, identity: anothers, invitation }, newId(), newSession('provider', systemClock.now()).session)
  expect(taken).toMatchObject({ member: { memberId: expect.any(String) as unknown } })
  expect(await arrive('ola@ks.test', null)).toMatchObject({ isAnew: true, member: { memberId: Object(taken).member.memberId as unknown } })
  expect(await arrive(null, anothers)).toBeNull()
})

test('T62 what the operator says of an address is believed: the printed link lasts', async () => {
  const server = await open()
  const kari = await memberOf(server, planId, 'editor', 'Kari', 'kari@ks.test')
  const arrived = await server.server.storage.members.arrive(plain('kari@ks.test'), newId(), newSession('email', systemClock.now()).session)
  expect(arrived).toMatchObject({ isAnew: false })
  expect([await standsIn(server, kari.cookie), await cookieFrom(kari.signInUrl)]).toEqual([true, expect.stringMatching(/^plantavle=/)])
})

test('T63 somebody whose provider tells no address binds the account by an invitation, and is known by it afterwards', async () => {
  const server = await open()
  const { members } = server.server.storage
  const owner = await memberOf(server, planId, 'owner', 'Eier')
  await memberOf(server, planId, 'reader', 'Kjent', 'kjent@ks.test')
  const signIn = openSignIn({
    storage: server.server.storage, clock: systemClock, publicOrigin: () => 'http://localhost',
    mail: { isThere: false, send: () => Promise.resolve('failed') }, access: { tell: () => Promise.resolve(), cutOff: () => {} },
  })
  const invite = async (email: string, by = owner) => {
    const { body } = await ask(server, 'POST /api/plans/:planId/invitations', {
      cookie: by.cookie, body: { ...asRole('editor'), invitees: [{ email, name: 'Ny', organisation: 'KS' }] },
    })
    return String(Object(body).invited[0].link).split('/').at(-1) ?? ''
  }
  const as = (subject: string) => ({ ...plain(''), email: null, identity: { issuer: 'https://konto.test', subject } })
  const token = await invite('ny@ks.test')
  expect(await signIn.arrive(as('ny'))).toMatchObject({ ok: false, refusal: 'not-invited' })
  expect(await signIn.arrive(as('ny'), 'x')).toMatchObject({ ok: false, refusal: 'not-invited' })
  const first = await signIn.arrive(as('ny'), token)
  expect(first).toMatchObject({ ok: true, planId })
  const memberId = first.ok ? first.memberId : ''
  expect([await members.grant(planId, memberId), await members.hasProvenEmail(memberId)]).toMatchObject([{ role: 'editor' }, false])
  expect(await signIn.arrive(as('ny'))).toMatchObject({ ok: true, memberId })
  expect(await signIn.arrive(as('en annen'), token)).toMatchObject({ ok: false, refusal: 'not-invited' })
  await server.admin('member remove', { plan: planId, member: memberId })
  expect(await signIn.arrive(as('ny'), await invite('ny@ks.test'))).toMatchObject({ ok: true, memberId, planId })
  expect(await signIn.arrive(as('ny'), await invite('kollega@ks.test'))).toMatchObject({ ok: true, memberId, planId: null })
  expect(await members.findByEmail('kollega@ks.test')).toBeNull()
  const unbound = await unproven(server, 'ubundet@ks.test')
  await server.admin('member remove', { plan: planId, member: unbound.memberId })
  expect(await signIn.arrive(as('tredje'), await invite('ubundet@ks.test'))).toMatchObject({ ok: false, refusal: 'not-invited' })
})

test('T64 a printed link of somebody else puts nobody in another\'s place: the session that was there stays, and a page says so', async () => {
  const server = await open()
  const [kari, per] = [await memberOf(server, planId, 'reader', 'Kari <b>', undefined), await memberOf(server, planId, 'reader', 'Per')]
  const path = new URL(per.signInUrl).pathname
  const answer = await server.get(path, { cookie: kari.cookie })
  const page = await answer.text()
  expect([answer.status, answer.headers.getSetCookie(), page.includes('Kari &#60;b&#62;')]).toEqual([409, [], true])
  expect(await standsIn(server, kari.cookie)).toBe(true)
  const own = await server.get(new URL(kari.signInUrl).pathname, { cookie: kari.cookie })
  expect([own.status, own.headers.getSetCookie().map(cookie => cookie.split('=')[0])]).toEqual([303, ['plantavle', 'plantavle-kjent']])
  expect((await server.get(path)).status).toBe(303)
})

test('T65 an address follows the account: a verified one that is free is taken over, somebody else\'s is not', async () => {
  const server = await open()
  const kari = await memberOf(server, planId, 'reader', 'Kari', 'kari@sf.test')
  await memberOf(server, planId, 'reader', 'Per', 'per@ks.test')
  const { members } = server.server.storage
  const arrive = (email: string) => members.arrive(
    { ...plain(email), identity: { issuer: 'https://konto.test', subject: 'kari' } }, newId(), newSession('provider', systemClock.now()).session)
  const addressOf = async () => (await members.personKept(kari.memberId))?.member.email
  await arrive('kari@sf.test')
  expect(await arrive('per@ks.test')).toMatchObject({ member: { memberId: kari.memberId } })
  expect(await addressOf()).toBe('kari@sf.test')
  expect(await arrive('kari@ks.test')).toMatchObject({ member: { memberId: kari.memberId } })
  expect([await addressOf(), await members.findByEmail('kari@sf.test')]).toEqual(['kari@ks.test', null])
})

test('T89 an account that follows a new address is a line in the access log, by ids alone; one that keeps its address is none', async () => {
  const server = await open()
  const owner = await memberOf(server, planId, 'owner', 'Eier')
  const kari = await memberOf(server, planId, 'reader', 'Kari', 'kari@sf.test')
  const { members } = server.server.storage
  for (const email of ['kari@sf.test', 'kari@ks.test', 'kari@ks.test'])
    await members.arrive({ ...plain(email), identity: { issuer: 'https://konto.test', subject: 'kari' } }, newId(), newSession('provider', systemClock.now()).session)
  const { body } = await ask(server, 'GET /api/plans/:planId/access-log', { cookie: owner.cookie })
  const lines = (body as AccessLogAnswer).lines.filter(({ event }) => event === 'address-changed')
  expect(lines).toMatchObject([{ by: kari.memberId, about: kari.memberId, facts: {} }])
})

test('T65 the operator gives a member another address, which ends sessions and links; not one that somebody has', async () => {
  const server = await open()
  const kari = await memberOf(server, planId, 'reader', 'Kari', 'kari@sf.test')
  await memberOf(server, planId, 'reader', 'Per', 'per@ks.test')
  await expect(server.admin('member address', { member: kari.memberId, email: 'per@ks.test' })).rejects.toThrow('address-taken')
  await expect(server.admin('member address', { member: kari.memberId, email: 'x' })).rejects.toThrow('not-an-address')
  expect(await standsIn(server, kari.cookie)).toBe(true)
  expect(await server.admin('member address', { member: kari.memberId, email: 'Kari@KS.test' })).toEqual({ memberId: kari.memberId })
  expect([await standsIn(server, kari.cookie), await cookieFrom(kari.signInUrl)]).toEqual([false, ''])
  const kept = await server.server.storage.members.personKept(kari.memberId)
  expect([kept?.member.email, kept?.accessLog.at(-1)]).toMatchObject(['kari@ks.test', { event: 'sessions-ended', by: 'operator' }])
})

test('T45 letters are bounded by those that went out, and asking in vain costs nobody theirs', async () => {
  const server = await open()
  const clock = pretendClock()
  await memberOf(server, planId, 'reader', 'Kari', 'kari@ks.test')
  const signIn = openSignIn({
    storage: server.server.storage, clock, publicOrigin: () => 'http://localhost', limits: { lettersFrom: { atOnce: 2, everyMs: 60_000 } },
    mail: { isThere: true, send: () => Promise.resolve('sent') }, access: { tell: () => Promise.resolve(), cutOff: () => {} },
  })
  const asking = (email: string) => signIn.ask({ email, language: 'nb', from: 'proxy' })
  for (let n = 0; n < 10; n++)
    expect(await asking(`ukjent${n}@ks.test`)).toMatchObject({ ok: true })
  expect([await asking('kari@ks.test'), await asking('kari@ks.test')]).toMatchObject([{ ok: true }, { ok: true }])
  const late = [await asking('kari@ks.test'), await asking('ukjent@ks.test')]
  expect(late).toEqual([{ ok: false, refusal: 'too-many', seconds: 60 }, { ok: false, refusal: 'too-many', seconds: 60 }])
})

test('T45 past so many at once one more may be asked for every five minutes, to the second', () => {
  const clock = pretendClock()
  const paces = openPaces(clock, { atOnce: 8, everyMs: 300_000 })
  const count = () => paces.count('kari@ks.test')
  expect(Array.from({ length: 9 }, count)).toEqual([...Array.from({ length: 8 }, () => null), 300])
  clock.sleep(299_000)
  expect([count(), paces.wait('per@ks.test')]).toEqual([1, null])
  clock.sleep(1_000)
  expect([count(), count()]).toEqual([null, 300])
  clock.sleep(8 * 300_000)
  expect(Array.from({ length: 9 }, count)).toEqual([...Array.from({ length: 8 }, () => null), 300])
})
