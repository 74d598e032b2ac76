import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRow, putMember } from '#shared/plan/commands.ts'
import { readRegister } from '#shared/plan/read.ts'
import { encodeSync } from '#shared/protocol/frames.ts'
import { hashOf } from '../../../server/access/secrets.ts'
import { until } from '../../support/until.ts'
import { ask, memberOf } from '../support/everybody.ts'
import { presenceFrame } from '../support/frames.ts'
import { writerOf } from '../support/plans.ts'
import { planId, testServer, type RawSocket, type SignedIn, type TestServer } from '../support/testServer.ts'

let server: TestServer
let owner: SignedIn
beforeAll(async () => {
  server = await testServer()
  owner = await memberOf(server, planId, 'owner', 'Eivind Eier', 'eivind@ks.test')
})
afterAll(async () => {
  expect(server.reported).toEqual([])
  await server.close()
})

const post = (by: SignedIn, route: Parameters<typeof ask>[1], body: object, params: Record<string, string> = {}) =>
  ask(server, route, { cookie: by.cookie, body, params })

/** Files of the data folder that hold any of these words. */
const filesWith = (words: readonly string[]) => readdirSync(server.folder, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .flatMap(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name))
    return words.filter(word => bytes.includes(word)).map(word => `${name}: ${word}`)
  })

async function connected({ cookie }: SignedIn): Promise<RawSocket> {
  const socket = server.connect({ cookie })
  await socket.opening()
  return socket
}

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0'
/** As Norwegian clocks show it, and told how far from UTC that is. */
const written = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00$/) as unknown

/** Somebody of whom all is kept that can be: address, account, office, deputies, sessions, an invitation, a contact, words in the plan. */
async function somebodyKnown(name: string, email: string) {
  const invitees = [{ email, name: `${name} Invitert`, organisation: 'KS' }]
  await post(owner, 'POST /api/plans/:planId/invitations', { role: 'editor', registers: null, until: null, invitees })
  const session = { hash: hashOf(`secret of ${name}`), way: 'provider' as const, at: Date.now(), expiresAt: Date.now() + 1e9 }
  const arrived = await server.server.storage.members.arrive(
    { email, identity: { issuer: 'https://konto.example.no', subject: `subjekt-${name}` }, name, organisation: 'KS Rogaland' }, hashOf(name).toString('hex').slice(0, 32), session)
  const memberId = typeof arrived === 'object' && arrived ? arrived.member.memberId : ''
  const { signInUrl } = await server.admin('member link', { member: memberId })
  const cookie = (await fetch(String(signInUrl), { redirect: 'manual', headers: { 'user-agent': firefox } })).headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const who = { memberId, cookie, signInUrl: String(signInUrl) }
  await server.admin('office give', { member: memberId, office: 'national-reader' })
  await post(owner, 'POST /api/plans/:planId/deputies', { memberId: owner.memberId, deputyId: memberId, from: 1, until: Date.now() + 1e9 })
  await post(owner, 'POST /api/plans/:planId/contacts', { id: null, name: `${name} Kontakt`, organisationId: 'ks-rogaland', position: 'leder', email, from: null, until: null })
  await ask(server, 'POST /api/sign-in/email', { body: { email } })
  const socket = await connected(who)
  socket.socket.send(presenceFrame({ client: 1_000 + name.length, state: {} }))
  socket.socket.send(encodeSync(2, writerOf().type(' skrevet')))
  await until(() => socket.acks().at(-1) === 1, { what: 'words are saved' })
  return { ...who, socket }
}

test('T53 all that is kept of somebody is given to them, and to the operator for them, with moments one can read: nothing of others, and nothing that opens anything', async () => {
  const marte = await somebodyKnown('Marte Kirkerud', 'marte@ks.test')
  const other = await memberOf(server, planId, 'reader', 'Ola Annen', 'ola@ks.test')
  const { contacts } = await server.server.storage.members.personKept(marte.memberId) ?? { contacts: [] }
  const writer = writerOf()
  const people = (row: string) => ({ register: 'groups', row, field: 'people' }) as const
  marte.socket.socket.send(encodeSync(2, writer.write(plan => ['En', 'To'].forEach(name => addRow(plan, 'groups', { name })))))
  marte.socket.socket.send(encodeSync(2, writer.write((plan) => {
    const [one = '', two = ''] = readRegister(plan.doc, 'groups').map(({ id }) => id)
    putMember(plan, people(one), marte.memberId, 'leder')
    putMember(plan, people(one), other.memberId, 'nestleder')
    putMember(plan, people(two), contacts[0]?.id ?? '', true)
  })))
  await until(() => marte.socket.acks().at(-1) === 3, { what: 'the groups are saved' })
  const mine = await ask(server, 'GET /api/me/kept', { cookie: marte.cookie })
  expect(mine.headers.get('content-disposition')).toContain('attachment')
  expect(mine.body).toMatchObject({
    member: { memberId: marte.memberId, name: 'Marte Kirkerud', organisation: 'KS Rogaland', email: 'marte@ks.test' },
    offices: [{ office: 'national-reader' }],
    plans: [{ planId, title: 'Prøveplan', role: 'editor', registers: null, until: null }],
    deputies: [{ planId, memberId: owner.memberId, deputyId: marte.memberId }],
    sessions: [{ way: 'provider', browser: null, at: written, expiresAt: written }, { way: 'printed-link', browser: { name: 'Firefox', system: 'Windows' } }],
    identities: [{ issuer: 'https://konto.example.no', subject: 'subjekt-Marte Kirkerud' }],
    invitations: [{ planId, email: 'marte@ks.test', name: 'Marte Kirkerud Invitert', organisation: 'KS' }],
    contacts: [{ planId, name: 'Marte Kirkerud Kontakt', email: 'marte@ks.test' }],
    namedIn: [{ planId, register: 'groups', field: 'people', roles: ['leder'] }, { planId, register: 'groups', field: 'people', roles: [] }],
  })
  expect(mine.body).toMatchObject({ changes: expect.arrayContaining([expect.objectContaining({ planId, register: 'activities', row: 'K01', field: 'arena', from: written, until: written })]) as unknown })
  const kept = await server.admin('member export', { member: marte.memberId })
  expect({ ...kept, accessLog: [] }).toEqual({ ...mine.body as object, accessLog: [] })
  const said = JSON.stringify([mine.body, kept])
  expect(said).not.toMatch(/Gecko|Mozilla|:1\d{12}[,}]/)
  expect(mine.body).toMatchObject({ devices: [{ since: written, usedAt: written }] })
  const me = await ask(server, 'GET /api/me', { cookie: marte.cookie })
  expect(me.body).toMatchObject({ sessions: expect.arrayContaining([expect.objectContaining({ isThis: true, browser: { name: 'Firefox', system: 'Windows' } })]) as unknown })
  for (const word of ['Eivind', 'eivind@', 'Ola Annen', 'ola@', other.memberId, 'nestleder', marte.cookie.split('=')[1] ?? '', marte.signInUrl.split('/').at(-1) ?? '', hashOf(marte.cookie.split('=')[1] ?? '').toString('hex')])
    expect(said).not.toContain(word)
  for (const event of ['joined', 'signed-in', 'office-given', 'deputy-appointed', 'exported'])
    expect(said).toContain(`"event":"${event}"`)
  marte.socket.socket.close()
  await server.admin('member remove', { plan: planId, member: other.memberId })
  expect(await server.admin('member export', { member: other.memberId })).toMatchObject({
    plans: [], changes: [], namedIn: [{ planId, register: 'groups', field: 'people', roles: ['nestleder'] }], unreadPlans: [],
  })
})

test('T54 who is erased is in no file any more; what they did stays, by an id that is nobody\'s, and their ways in are gone', async () => {
  const [name, email] = ['Gerhardine Skogsrud', 'gerhardine@slettes.test']
  const gone = await somebodyKnown(name, email)
  const deputy = await memberOf(server, planId, 'reader', 'Vikar')
  await post(owner, 'POST /api/plans/:planId/deputies', { memberId: gone.memberId, deputyId: deputy.memberId, from: 1, until: Date.now() + 1e9 })
  const row = { register: 'activities', row: 'K01' }
  const changedBy = async () => Object((await ask(server, 'GET /api/plans/:planId/rows/:register/:row/last-change', { cookie: owner.cookie, params: row })).body).change.by as unknown
  expect(await changedBy()).toMatchObject({ memberId: gone.memberId, name })
  const before = await server.arena()
  expect(filesWith([name, email]).length).toBeGreaterThan(0)

  await expect(server.admin('member erase', { member: gone.memberId, sure: owner.memberId })).rejects.toThrow('not-sure')
  expect(await server.admin('member erase', { member: gone.memberId, sure: gone.memberId })).toEqual({ memberId: gone.memberId, isWiped: true })

  expect(await gone.socket.closing()).toBe(4401)
  expect((await ask(server, 'GET /api/session', { cookie: gone.cookie })).status).toBe(401)
  expect((await fetch(gone.signInUrl, { redirect: 'manual' })).status).toBe(403)
  expect(filesWith([name, email, name.split(' ')[1] ?? '', 'gerhardine@', `subjekt-${name}`])).toEqual([])

  expect([await changedBy(), await server.arena()]).toEqual([null, before])
  const people = JSON.stringify(await Promise.all((['GET /api/plans/:planId/members', 'GET /api/plans/:planId/contacts', 'GET /api/plans/:planId/access-log'] as const)
    .map(async route => (await ask(server, route, { cookie: owner.cookie })).body)))
  expect(people).not.toContain(name)
  const log = (await server.admin('access-log', { plan: planId }) as unknown as { event: string, about: string | null }[]).filter(({ about }) => about === gone.memberId)
  expect(log.map(({ event }) => event)).toContain('joined')
  const again = await connected(deputy)
  expect(again.frames[0]).toEqual({ kind: 'reach', reach: { role: 'reader', registers: null } })
  again.socket.close()

  // The address is free, and whoever has it next is somebody else.
  const next = await memberOf(server, planId, 'reader', 'En Annen', email)
  expect(next.memberId).not.toBe(gone.memberId)
  await expect(server.admin('member erase', { member: gone.memberId, sure: gone.memberId })).rejects.toThrow('no-such-member')
  await expect(server.admin('member link', { member: gone.memberId })).rejects.toThrow('no-such-member')
  await expect(server.admin('member role', { plan: planId, member: gone.memberId, role: 'owner' })).rejects.toThrow('no-such-member')
  expect(await server.server.storage.members.arrive(
    { email: null, identity: { issuer: 'https://konto.example.no', subject: `subjekt-${name}` }, name, organisation: null }, '1'.repeat(32),
    { hash: hashOf('x'), way: 'provider', at: Date.now(), expiresAt: Date.now() + 1e9 })).toBeNull()
})

test('T54 a plan\'s last owner is not erased', async () => {
  await expect(server.admin('member erase', { member: owner.memberId, sure: owner.memberId })).rejects.toThrow('last-owner')
  expect((await ask(server, 'GET /api/session', { cookie: owner.cookie })).status).toBe(200)
  const second = await memberOf(server, planId, 'owner', 'Ny Eier')
  await server.admin('member erase', { member: owner.memberId, sure: owner.memberId })
  expect((await ask(server, 'GET /api/plans/:planId', { cookie: second.cookie })).body).toMatchObject({ role: 'owner' })
})

test('T55 who is seen is who the session says: a forged name is seen by nobody, under one\'s own id or a neighbour\'s; a new name is, by those who come later', async () => {
  const [kari, olav, watcher] = [await memberOf(server, planId, 'editor', 'Kari'), await memberOf(server, planId, 'reader', 'Olav'), await memberOf(server, planId, 'reader', 'Vakt')]
  const [a, b, watching] = [await connected(kari), await connected(olav), await connected(watcher)]
  const forged = (name: string) => ({ user: { memberId: olav.memberId, name, organisation: 'Forfalsket', colour: 3 }, at: null, cursor: null })
  const seen = (socket: RawSocket) => socket.frames.flatMap(frame => frame.kind === 'presence' ? frame.entries : [])
  const nameOf = (client: number, socket = watching) => Object(seen(socket).findLast(entry => entry.client === client)?.state).user?.name as unknown

  b.socket.send(presenceFrame({ client: 222, state: {} }))
  await until(() => nameOf(222) === 'Olav', { what: 'Olav is seen' })
  a.socket.send(presenceFrame({ client: 222, clock: 9_999, state: forged('Forfalsket nabo') }))
  a.socket.send(presenceFrame({ client: 222, clock: 10_000, state: null }))
  a.socket.send(presenceFrame({ client: 111, state: forged('Forfalsket') }, { client: 222, clock: 10_001, state: forged('Forfalsket nabo') }))
  await until(() => nameOf(111) === 'Kari', { what: 'Kari is seen as Kari' })
  expect((await ask(server, 'POST /api/me/name', { cookie: kari.cookie, body: { name: 'Kari Ny' } })).status).toBe(204)
  const later = await connected(kari)
  later.socket.send(presenceFrame({ client: 333, state: forged('Forfalsket') }))
  await until(() => nameOf(333) === 'Kari Ny', { what: 'the new name is seen' })
  const newcomer = await connected(watcher)
  await until(() => nameOf(333, newcomer) === 'Kari Ny' && nameOf(222, newcomer) === 'Olav', { what: 'a newcomer sees them' })
  for (const socket of [a, b, watching, later, newcomer])
    expect(JSON.stringify(seen(socket))).not.toMatch(/Forfalsket/)
  expect(seen(watching).filter(({ client, state }) => client === 222 && state === null)).toEqual([])
  for (const name of ['', ' ', 'x'.repeat(101), 'Kari\u202E', 'Ka\nri', 7, null])
    expect((await ask(server, 'POST /api/me/name', { cookie: kari.cookie, body: { name } })).status).toBe(400)
})
