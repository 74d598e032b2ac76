import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpRules, type HttpRoute } from '../../../server/access/rules.ts'
import { ask, errorOf, memberOf, putGrant } from '../support/everybody.ts'
import { asRole } from '../support/notes.ts'
import { smallContent } from '../support/plans.ts'
import { otherPlanId, planId, testServer, type SignedIn, type TestServer } from '../support/testServer.ts'

/** An owner of one plan asks in its name for what belongs to another; and somebody of the plan for what is another member's. */
let server: TestServer
let owner: SignedIn
let victim: Readonly<Record<'owner' | 'editor' | 'reader', SignedIn> & Record<'invitation' | 'deputy' | 'contact', string>>
let db: DatabaseSync
const period = { from: 1, until: 9e12 }
const aContact = { name: 'Kontakt', organisationId: 'ks-rogaland', position: 'leder', email: 'kontakt@ks.test', from: null, until: null }
beforeAll(async () => {
  server = await testServer()
  db = new DatabaseSync(join(server.folder, 'plantavle.db'), { readOnly: true })
  owner = await memberOf(server, planId, 'owner', 'Eier')
  const others = {
    owner: await memberOf(server, otherPlanId, 'owner', 'Annen eier'), editor: await memberOf(server, otherPlanId, 'editor', 'Annen redaktør'),
    reader: await memberOf(server, otherPlanId, 'reader', 'Annen leser'),
  }
  const there = { cookie: others.owner.cookie, params: { planId: otherPlanId } }
  const made = async (route: HttpRoute, body: object) => (await ask(server, route, { ...there, body })).body
  await made('POST /api/plans/:planId/invitations', { ...asRole('reader'), invitees: [{ email: 'a@ks.test', name: '', organisation: '' }] })
  const { invitations } = (await ask(server, 'GET /api/plans/:planId/invitations', there)).body as { invitations: { id: string }[] }
  const deputy = await made('POST /api/plans/:planId/deputies', { memberId: others.editor.memberId, deputyId: others.reader.memberId, ...period })
  const contact = await made('POST /api/plans/:planId/contacts', { ...aContact, id: null })
  victim = { ...others, invitation: invitations[0]?.id ?? '', deputy: String(Object(deputy).id), contact: String(Object(contact).id) }
})
afterAll(async () => {
  db.close()
  expect(server.reported).toEqual([])
  await server.close()
})

/** All that could be changed by it. */
const tables = () => ['members', 'memberships', 'deputies', 'invitations', 'contacts', 'offices', 'plans', 'access_log']
  .map(table => db.prepare(`SELECT * FROM ${table}`).all())

const mixed: readonly (readonly [HttpRoute, () => Record<string, string>, () => object])[] = [
  ['POST /api/plans/:planId/members/:memberId/grant', () => ({ memberId: victim.editor.memberId }), () => asRole('owner')],
  ['POST /api/plans/:planId/members/:memberId/remove', () => ({ memberId: victim.editor.memberId }), () => ({})],
  ['POST /api/plans/:planId/invitations/:invitationId/again', () => ({ invitationId: victim.invitation }), () => ({})],
  ['POST /api/plans/:planId/invitations/:invitationId/withdraw', () => ({ invitationId: victim.invitation }), () => ({})],
  ['POST /api/plans/:planId/deputies', () => ({}), () => ({ memberId: victim.editor.memberId, deputyId: owner.memberId, ...period })],
  ['POST /api/plans/:planId/deputies', () => ({}), () => ({ memberId: owner.memberId, deputyId: victim.editor.memberId, ...period })],
  ['POST /api/plans/:planId/my-deputies', () => ({}), () => ({ deputyId: victim.editor.memberId, ...period })],
  ['POST /api/plans/:planId/deputies/:deputyId/end', () => ({ deputyId: victim.deputy }), () => ({})],
  ['POST /api/plans/:planId/my-deputies/:deputyId/end', () => ({ deputyId: victim.deputy }), () => ({})],
  ['POST /api/plans/:planId/contacts', () => ({}), () => ({ ...aContact, id: victim.contact, name: 'Kapret' })],
  ['POST /api/plans/:planId/contacts/:contactId/remove', () => ({ contactId: victim.contact }), () => ({})],
]

test.each(mixed)('T52 %s: an id of another plan is no id here, and nothing of it is changed', async (route, params, body) => {
  const before = tables()
  const answer = await ask(server, route, { cookie: owner.cookie, params: { planId, ...params() }, body: body() })
  expect([answer.status, ['not-there', 'not-in-the-plan'].includes(errorOf(answer) ?? '')]).toEqual([404, true])
  const crossed = await ask(server, route, { cookie: owner.cookie, params: { planId: otherPlanId, ...params() }, body: body() })
  expect([crossed.status, errorOf(crossed)]).toEqual([404, 'not-found'])
  expect(tables()).toEqual(before)
})

test('T52 a new plan is made from no plan that somebody is not in, and from none in a region they do not lead', async () => {
  const before = tables()
  const make = (body: object) => ask(server, 'POST /api/plans', {
    cookie: owner.cookie, body: { title: 'Ny', periodFrom: 2027, periodTo: 2028, ...body }, headers: { 'idempotency-key': 'en-noekkel-som-er-lang' },
  })
  const carry = { parts: [], networks: 'all' }
  expect(errorOf(await make({ origin: { kind: 'plan', planId: otherPlanId, carry, withMembers: true } }))).toBe('no-such-plan')
  await putGrant(server, owner.memberId, asRole('reader'), otherPlanId)
  expect(errorOf(await make({ origin: { kind: 'plan', planId: otherPlanId, carry, withMembers: true } }))).toBe('not-your-region')
  expect((await ask(server, 'GET /api/plans/:planId/to-carry', { cookie: owner.cookie, params: { planId: otherPlanId } })).status).toBe(403)
  expect(tables()[6]).toEqual(before[6])
})

test('T52 who stands in for somebody is ended by those who lead and by who is stood in for, and by no other member', async () => {
  const [editor, deputy] = [await memberOf(server, planId, 'editor', 'a'), await memberOf(server, planId, 'reader', 'b')]
  const other = await memberOf(server, planId, 'editor', 'c')
  const appointed = await ask(server, 'POST /api/plans/:planId/my-deputies', { cookie: editor.cookie, body: { deputyId: deputy.memberId, ...period } })
  const params = { deputyId: String(Object(appointed.body).id) }
  const end = (by: SignedIn, route: HttpRoute) => ask(server, route, { cookie: by.cookie, params, body: {} })
  expect(errorOf(await end(other, 'POST /api/plans/:planId/my-deputies/:deputyId/end'))).toBe('not-there')
  expect(errorOf(await end(deputy, 'POST /api/plans/:planId/my-deputies/:deputyId/end'))).toBe('not-there')
  expect(errorOf(await end(other, 'POST /api/plans/:planId/deputies/:deputyId/end'))).toBe('not-allowed')
  expect((await end(editor, 'POST /api/plans/:planId/my-deputies/:deputyId/end')).status).toBe(204)
})

test('T52 ids that are none, too long, or words of a query are no ids', async () => {
  const before = tables()
  for (const id of ['', ' ', '0', '%', '\'; DROP TABLE members; --', 'x'.repeat(5_000), '../../api/me', '__proto__', 'constructor']) {
    for (const [route, , body] of mixed) {
      const params = { memberId: id, invitationId: id, deputyId: id, contactId: id }
      const answer = await ask(server, route, { cookie: owner.cookie, params, body: { ...body(), id, memberId: id, deputyId: id } })
      expect([route, id, answer.status >= 400 && answer.status < 500]).toEqual([route, id, true])
    }
  }
  expect(tables()).toEqual(before)
})

test('T43 who is no member of the plan is told no address, not when somebody was here, and not who stands in for whom, in any answer', async () => {
  const outside = await memberOf(server, planId, 'reader', 'Nasjonal')
  await server.admin('member remove', { plan: planId, member: outside.memberId })
  await server.admin('office give', { member: outside.memberId, office: 'national-reader' })
  // Who leads another plan of the region is told what this one has to take along.
  await leadAnother(outside)
  await memberOf(server, planId, 'reader', 'Med adresse', 'med.adresse@ks.test')
  await ask(server, 'POST /api/plans/:planId/contacts', { cookie: owner.cookie, body: { ...aContact, id: null } })
  await server.server.storage.members.see([{ planId, memberId: owner.memberId, at: 5 }])
  const row = { register: 'activities', row: 'K01' }
  const routes = (Object.keys(httpRules) as HttpRoute[])
    .filter(route => route.startsWith('GET /api/') && !route.startsWith('GET /api/me') && !route.startsWith('GET /api/sign-in') && !route.endsWith('openapi.json'))
  const told = async ({ cookie }: SignedIn) =>
    JSON.stringify(await Promise.all(routes.map(async route => (await ask(server, route, { cookie, params: row })).body)))
  const [mine, theirs] = [await told(owner), await told(outside)]
  for (const address of ['med.adresse@ks.test', 'kontakt@ks.test']) {
    expect(mine).toContain(address)
    expect(theirs).not.toContain(address)
  }
  expect(theirs).not.toContain('@')
  expect([mine.includes('"seenAt":5'), theirs.includes('"seenAt":5')]).toEqual([true, false])
  expect((await ask(server, 'GET /api/plans/:planId/members', { cookie: outside.cookie })).body).toMatchObject({ deputies: [] })
  const socket = server.connect({ cookie: outside.cookie })
  await socket.opening()
  expect(Buffer.concat(socket.bytes).toString()).not.toContain('@')
  socket.socket.close()
})

/** A plan of the test plan's region that somebody leads. */
async function leadAnother({ memberId }: SignedIn): Promise<void> {
  const { storage } = server.server
  const known = await storage.plan(planId)
  if (!known)
    throw new Error('no plan')
  await storage.createPlan({ ...known, planId: 'rogaland-another', epoch: 'another', firstContent: smallContent })
  await putGrant(server, memberId, { role: 'chair', registers: null, until: null }, 'rogaland-another')
}

test('T43 who reads a plan from outside makes the next one of it, and brings nobody of it along', async () => {
  const outside = await memberOf(server, planId, 'reader', 'Nasjonal to')
  await server.admin('member remove', { plan: planId, member: outside.memberId })
  await server.admin('office give', { member: outside.memberId, office: 'national-reader' })
  await putGrant(server, outside.memberId, { role: 'chair', registers: null, until: null }, 'rogaland-another')
  const body = {
    title: 'Neste', periodFrom: 2027, periodTo: 2028,
    origin: { kind: 'plan', planId, carry: { parts: [], networks: 'all' }, withMembers: true },
  }
  const made = await ask(server, 'POST /api/plans', { cookie: outside.cookie, body, headers: { 'idempotency-key': 'a-key-of-sixteen-chars' } })
  expect(made.status).toBe(200)
  const { planId: next } = made.body as { planId: string }
  expect((await server.server.storage.members.inPlan(next)).map(({ memberId }) => memberId)).toEqual([outside.memberId])
})

test('T50 what counts of a request is what its sender may do when all of it has come', async () => {
  const chair = await memberOf(server, planId, 'chair', 'Sen')
  const { port } = new URL(server.server.address)
  const request = httpRequest({
    port, method: 'POST', path: `/api/plans/${planId}/invitations`, headers: { 'cookie': chair.cookie, 'origin': server.server.address, 'content-type': 'application/json' },
  })
  const answered = new Promise<number | undefined>((resolve, reject) => {
    request.on('response', answer => resolve(answer.resume().statusCode))
    request.on('error', reject)
  })
  const body = JSON.stringify({ role: 'reader', registers: null, until: null, invitees: [{ email: 'sen@ks.test', name: '', organisation: '' }] })
  request.write(body.slice(0, -1))
  // It has come so far when the server has answered something else that came after it.
  await server.get('/healthz')
  await server.admin('member remove', { plan: planId, member: chair.memberId })
  request.end(body.slice(-1))
  expect(await answered).toBe(404)
  expect((await server.server.storage.members.invitationsIn(planId)).map(({ email }) => email)).not.toContain('sen@ks.test')
})
