import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grant, InvitationAnswer, Invited, InvitationsAnswer, InvitedAnswer } from '#shared/protocol/access.ts'
import { invitationLastsMs } from '../../../server/access/inviting.ts'
import { ask, errorOf, memberOf, putGrant, type Answer } from '../support/everybody.ts'
import { asRole } from '../support/notes.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { otherPlanId, planId, testServer, type SignedIn, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
const dayMs = 24 * 60 * 60_000
let server: TestServer
let owner: SignedIn
let otherOwner: SignedIn
beforeAll(async () => {
  // No mail: the link is given to whoever invites.
  server = await testServer({ clock })
  owner = await memberOf(server, planId, 'owner', 'Eier')
  otherOwner = await memberOf(server, otherPlanId, 'owner', 'Annen eier')
})
afterAll(async () => {
  expect(server.reported).toEqual([])
  await server.close()
})

async function invite(email: string, grant: Partial<Grant> = {}, by = owner, plan = planId): Promise<Invited> {
  const { body } = await ask(server, 'POST /api/plans/:planId/invitations', {
    cookie: by.cookie, params: { planId: plan }, body: { ...asRole('editor'), ...grant, invitees: [{ email, name: 'Ny', organisation: 'KS' }] },
  })
  const [invited] = (body as InvitedAnswer).invited
  if (!invited)
    throw new Error('nobody was invited')
  return invited
}
const tokenOf = ({ link }: Invited) => link?.split('/').at(-1) ?? ''
const idOf = async (email: string) => ((await ask(server, 'GET /api/plans/:planId/invitations', { cookie: owner.cookie })).body as InvitationsAnswer)
  .invitations.find(one => one.email === email)?.id ?? ''
const look = (token: string, cookie?: string) => ask(server, 'POST /api/invitations/look', { cookie, body: { token } })
const take = (token: string, cookie?: string) => ask(server, 'POST /api/invitations/take', { cookie, body: { token } })
const sessionOf = ({ cookies }: Answer) => cookies.find(cookie => /^plantavle=[\w-]{43};/.test(cookie))?.split(';')[0]
/** Neither seen nor taken, and no session begun. */
async function isRefused(token: string, status: number, error: string): Promise<void> {
  expect([(await look(token)).status, errorOf(await look(token))]).toEqual([status, error])
  const taken = await take(token)
  expect([taken.status, errorOf(taken), taken.cookies]).toEqual([status, error, []])
}

test('T46 whoever holds the link sees what it says, takes it once, and is in the plan as it said', async () => {
  const until = clock.now() + dayMs
  const invited = await invite('Åse.Gjest@KS.test'.replace('Å', 'a'), { role: 'commenter', until })
  expect(invited).toMatchObject({ email: 'ase.gjest@ks.test', outcome: 'invited', mail: 'none', link: expect.stringMatching(/\/invitasjon\/[\w-]{43}$/) as string })
  expect((await look(tokenOf(invited))).body).toEqual({
    planId, planTitle: 'Prøveplan', inviter: { name: 'Eier', organisation: 'KS' }, email: 'a•••@ks.test', name: 'Ny', organisation: 'KS',
    role: 'commenter', registers: null, until, isKnown: false, isOthers: false, isIn: false,
  })
  const taken = await take(tokenOf(invited))
  expect([taken.status, Object(taken.body).planId]).toEqual([200, planId])
  const session = await ask(server, 'GET /api/session', { cookie: sessionOf(taken) })
  expect(session.body).toMatchObject({ member: { name: 'Ny', organisation: 'KS' }, plans: [{ planId, role: 'commenter' }], mayMakePlans: false })
  expect((session.body as { plans: unknown[] }).plans).toHaveLength(1)
  for (const route of ['GET /api/plans/:planId', 'GET /api/plans/:planId/members', 'GET /api/plans/:planId/contacts'] as const)
    expect((await ask(server, route, { cookie: sessionOf(taken), params: { planId: otherPlanId } })).status).toBe(404)
  await isRefused(tokenOf(invited), 410, 'taken')
})

describe('T46 an invitation that is not open lets nobody in', () => {
  test('T46 withdrawn', async () => {
    const invited = await invite('trukket@ks.test')
    const params = { invitationId: await idOf('trukket@ks.test') }
    expect((await ask(server, 'POST /api/plans/:planId/invitations/:invitationId/withdraw', { cookie: owner.cookie, params, body: {} })).status).toBe(204)
    await isRefused(tokenOf(invited), 410, 'withdrawn')
  })

  test('T46 replaced by a new link, or by a new invitation to the same address', async () => {
    const first = await invite('to.ganger@ks.test')
    const params = { invitationId: await idOf('to.ganger@ks.test') }
    const again = (await ask(server, 'POST /api/plans/:planId/invitations/:invitationId/again', { cookie: owner.cookie, params, body: {} })).body as InvitedAnswer
    await isRefused(tokenOf(first), 404, 'not-there')
    const second = await invite('to.ganger@ks.test', { role: 'reader' })
    await isRefused(again.invited[0] ? tokenOf(again.invited[0]) : '', 410, 'withdrawn')
    expect((await look(tokenOf(second))).body).toMatchObject({ role: 'reader' })
  })

  test('T46 expired, to the moment', async () => {
    const invited = await invite('sein@ks.test')
    clock.sleep(invitationLastsMs - 1)
    expect((await look(tokenOf(invited))).status).toBe(200)
    clock.sleep(1)
    await isRefused(tokenOf(invited), 410, 'expired')
  })

  test.each(['x', '', 'a'.repeat(43), '../x', '%00'])('T46 never made (%s)', async (token) => {
    await isRefused(token, 404, 'not-there')
  })

  test('T46 cut, longer, in other case, or by its id or its hash', async () => {
    const token = tokenOf(await invite('nesten@ks.test'))
    for (const forged of [token.slice(1), `${token}A`, [...token].toReversed().join(''), await idOf('nesten@ks.test')])
      await isRefused(forged, 404, 'not-there')
  })

  test('T46 of a plan that has been taken away', async () => {
    const { planId: made } = (await ask(server, 'POST /api/plans', {
      cookie: otherOwner.cookie, headers: { 'idempotency-key': 'en-noekkel-som-er-lang' },
      body: { origin: { kind: 'plan', planId: otherPlanId, carry: { parts: [], networks: 'all' }, withMembers: false }, title: 'Ny', periodFrom: 2027, periodTo: 2028 },
    })).body as { planId: string }
    const invited = await invite('borte@ks.test', {}, otherOwner, made)
    expect((await ask(server, 'POST /api/plans/:planId/take-away', { cookie: otherOwner.cookie, params: { planId: made }, body: {} })).status).toBe(204)
    await isRefused(tokenOf(invited), 404, 'not-there')
  })
})

describe('T46 an invitation is one address\'s', () => {
  test('T46 who has the address already signs in first; whoever else is signed in does not take it', async () => {
    const known = await memberOf(server, otherPlanId, 'reader', 'Kjent', 'kjent@ks.test')
    const invited = await invite('kjent@ks.test')
    const seen = await Promise.all([undefined, known.cookie, otherOwner.cookie]
      .map(async cookie => (await look(tokenOf(invited), cookie)).body as InvitationAnswer))
    expect(seen.map(({ isKnown, isOthers }) => [isKnown, isOthers])).toEqual([[true, false], [true, false], [true, true]])
    expect((await look(tokenOf(await invite('ny.her@ks.test')), known.cookie)).body).toMatchObject({ isKnown: false, isOthers: true })
    const [unknown, another] = [await take(tokenOf(invited)), await take(tokenOf(invited), otherOwner.cookie)]
    const mine = await take(tokenOf(invited), known.cookie)
    expect([errorOf(unknown), unknown.cookies, errorOf(another), another.cookies]).toEqual(['sign-in-first', [], 'signed-in-as-other', []])
    expect([mine.status, mine.body, mine.cookies]).toEqual([200, { memberId: known.memberId, planId }, []])
    // Opened once more it leads there, as long as they are in the plan; to nobody else it says anything.
    const oncemore = async (cookie?: string) => (await look(tokenOf(invited), cookie)).body
    expect(await oncemore(known.cookie)).toMatchObject({ isIn: true, planId })
    expect([errorOf(await look(tokenOf(invited))), errorOf(await look(tokenOf(invited), otherOwner.cookie))]).toEqual(['taken', 'taken'])
    expect((await ask(server, 'GET /api/plans/:planId', { cookie: known.cookie })).body).toMatchObject({ role: 'editor' })
    await ask(server, 'POST /api/plans/:planId/members/:memberId/remove', { cookie: owner.cookie, params: { memberId: known.memberId }, body: {} })
    expect(errorOf(await look(tokenOf(invited), known.cookie))).toBe('taken')
  })

  test('T46 taken twice at once it is one person, with one session', async () => {
    const invited = await invite('samtidig@ks.test')
    const answers = await Promise.all(Array.from({ length: 6 }, () => take(tokenOf(invited))))
    expect(answers.filter(answer => sessionOf(answer) !== undefined)).toHaveLength(1)
    const { body } = await ask(server, 'GET /api/plans/:planId/members', { cookie: owner.cookie })
    expect((body as { members: { email: string | null }[] }).members.filter(({ email }) => email === 'samtidig@ks.test')).toHaveLength(1)
  })

  test('T46 a link that was handed over opens its own plan, and no other that the address is invited to', async () => {
    await invite('to.planer@ks.test', { role: 'chair' }, otherOwner, otherPlanId)
    const session = sessionOf(await take(tokenOf(await invite('to.planer@ks.test'))))
    expect((await ask(server, 'GET /api/plans/:planId', { cookie: session, params: { planId } })).status).toBe(200)
    expect((await ask(server, 'GET /api/plans/:planId', { cookie: session, params: { planId: otherPlanId } })).status).toBe(404)
  })

  test('T46 who has as much already keeps it; what one does for others does not count as that', async () => {
    const chair = await memberOf(server, planId, 'chair', 'Møteleder')
    const commenter = await memberOf(server, planId, 'commenter', 'Kommentator', 'kommentator@ks.test')
    await ask(server, 'POST /api/plans/:planId/members/:memberId/remove', { cookie: owner.cookie, params: { memberId: commenter.memberId }, body: {} })
    const invited = await invite('kommentator@ks.test', { role: 'editor' })
    await server.server.storage.members.putGrant(planId, commenter.memberId, asRole('commenter'), { at: 1, event: 'right-changed', planId, by: 'operator', about: null })
    await ask(server, 'POST /api/plans/:planId/deputies', {
      cookie: owner.cookie, body: { memberId: chair.memberId, deputyId: commenter.memberId, from: clock.now(), until: clock.now() + 1_000 },
    })
    expect((await take(tokenOf(invited), commenter.cookie)).status).toBe(200)
    clock.sleep(1_000)
    expect(await server.server.storage.members.right(planId, commenter.memberId, clock.now())).toMatchObject({ role: 'editor' })
    expect(await invite('kommentator@ks.test', { role: 'reader' })).toMatchObject({ outcome: 'already-member', link: null })
  })
})

describe('T60 what an invitation gives and what one has are one grant, and never less of it', () => {
  const at = clock.now()
  const [soon, later] = [at + 100 * dayMs, at + 200 * dayMs]
  const editor = (grant: Partial<Grant> = {}): Grant => ({ ...asRole('editor'), ...grant })
  const chair = (grant: Partial<Grant> = {}): Grant => ({ ...asRole('chair'), ...grant })

  test.each<[string, Grant, Grant, Grant]>([
    ['the wider', editor(), chair(), chair()],
    ['the longer', editor({ until: soon }), editor({ until: later }), editor({ until: later })],
    ['without end, and not the shorter', editor(), editor({ until: later }), editor()],
    ['more registers', editor({ registers: ['goals'] }), editor({ registers: ['goals', 'networks'] }), editor({ registers: ['goals', 'networks'] })],
    ['all registers, and not some', editor(), editor({ registers: ['goals'] }), editor()],
    ['registers of both', editor({ registers: ['goals'] }), editor({ registers: ['networks'] }), editor({ registers: ['goals', 'networks'] })],
    ['what has no end, before a higher role for a time', editor(), chair({ until: later }), editor()],
    ['what has no end, before a higher role that one had for a time', chair({ until: soon }), editor(), editor()],
    ['the longer of two, each with registers of its own', editor({ registers: ['goals'], until: later }), editor({ registers: ['networks'], until: soon }),
      editor({ registers: ['goals'], until: later })],
    ['of those that end together what was there', chair({ registers: ['goals'] }), editor(), chair({ registers: ['goals'] })],
    ['what is given, where one has come to an end', chair({ until: at - 1 }), editor({ until: soon }), editor({ until: soon })],
  ])('T60 %s', async (what, own, given, kept) => {
    const email = `${what.replace(/\W/g, '.')}@ks.test`
    const known = await memberOf(server, otherPlanId, 'reader', 'Kjent', email)
    const invited = await invite(email, given)
    await putGrant(server, known.memberId, own)
    expect((await take(tokenOf(invited), known.cookie)).status).toBe(200)
    expect(await server.server.storage.members.grant(planId, known.memberId)).toEqual(kept)
  })
})

test('T46 one for a time is expired when that is past, and is not sent again', async () => {
  const until = clock.now() + dayMs
  const [invited, byLetter] = [await invite('kort@ks.test', { until }), await invite('kort.brev@ks.test', { until })]
  const params = { invitationId: await idOf('kort@ks.test') }
  const again = () => ask(server, 'POST /api/plans/:planId/invitations/:invitationId/again', { cookie: owner.cookie, params, body: {} })
  const sent = (await again()).body as InvitedAnswer
  const newest = sent.invited[0] ? tokenOf(sent.invited[0]) : ''
  await isRefused(tokenOf(invited), 404, 'not-there')
  clock.sleep(dayMs - 1)
  expect([(await look(newest)).status, (await look(tokenOf(byLetter))).status]).toEqual([200, 200])
  clock.sleep(1)
  await isRefused(newest, 410, 'expired')
  await isRefused(tokenOf(byLetter), 410, 'expired')
  expect(await server.server.storage.members.isExpected('kort@ks.test', clock.now())).toBe(false)
  expect(errorOf(await again())).toBe('in-the-past')
})

test('T46 three hundred letters a day are no more where they are asked for at once, and who sends one again has sent it', async () => {
  const [chair, other] = [await memberOf(server, planId, 'chair', 'Samtidig'), await memberOf(server, planId, 'chair', 'Annen')]
  const many = (from: number, count: number, cookie = chair.cookie) => ask(server, 'POST /api/plans/:planId/invitations', {
    cookie, body: { ...asRole('reader'), invitees: Array.from({ length: count }, (_, n) => ({ email: `s${from + n}@ks.test`, name: '', organisation: '' })) },
  })
  const answers = await Promise.all([0, 1, 2, 3, 4, 5].map(n => many(n * 100, 100)))
  expect(answers.map(answer => errorOf(answer) ?? answer.status).sort()).toEqual([200, 200, 200, 'too-many', 'too-many', 'too-many'])
  await many(700, 1, other.cookie)
  const params = { invitationId: await idOf('s700@ks.test') }
  const again = (by: SignedIn) => ask(server, 'POST /api/plans/:planId/invitations/:invitationId/again', { cookie: by.cookie, params, body: {} })
  expect(errorOf(await again(chair))).toBe('too-many')
  expect((await again(owner)).status).toBe(200)
  const { invitations } = (await ask(server, 'GET /api/plans/:planId/invitations', { cookie: owner.cookie })).body as InvitationsAnswer
  expect(invitations.find(({ email }) => email === 's700@ks.test')).toMatchObject({ invitedBy: owner.memberId })
})

test('T46 of a link only its hash is kept, in no file and no log', async () => {
  const token = tokenOf(await invite('hemmelig@ks.test'))
  const files = readdirSync(server.folder, { withFileTypes: true }).filter(entry => entry.isFile()).map(({ name }) => name)
  expect(files).toContain('plantavle.db')
  expect(files.filter(name => readFileSync(join(server.folder, name)).includes(token))).toEqual([])
})

test('T46 five links again a day to one address, three hundred letters a day from one person, and a hundred at once', async () => {
  const chair = await memberOf(server, planId, 'chair', 'Ivrig')
  await invite('mas@ks.test', {}, chair)
  const params = { invitationId: await idOf('mas@ks.test') }
  const again = () => ask(server, 'POST /api/plans/:planId/invitations/:invitationId/again', { cookie: chair.cookie, params, body: {} })
  const statuses = []
  for (let n = 0; n < 6; n++)
    statuses.push((await again()).status)
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429])

  const many = (from: number, count: number) => ask(server, 'POST /api/plans/:planId/invitations', {
    cookie: chair.cookie, body: { ...asRole('reader'), invitees: Array.from({ length: count }, (_, n) => ({ email: `m${from + n}@ks.test`, name: '', organisation: '' })) },
  })
  expect((await many(0, 101)).status).toBe(400)
  expect([(await many(0, 100)).status, (await many(100, 100)).status, (await many(200, 99)).status]).toEqual([200, 200, 200])
  expect(errorOf(await many(299, 1))).toBe('too-many')
  clock.sleep(dayMs + 1)
  expect([(await many(299, 1)).status, (await again()).status]).toEqual([200, 200])
})
