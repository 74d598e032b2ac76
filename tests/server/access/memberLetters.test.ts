import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Deputy, InvitationAnswer, MembersAnswer } from '#shared/protocol/access.ts'
import type { PlanAnswer } from '#shared/protocol/api.ts'
import { openMailServer, type MailServer } from '../../support/mailServer.ts'
import { ask, memberOf } from '../support/everybody.ts'
import { asRole } from '../support/notes.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { planId, testServer, type SignedIn, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
const dayMs = 24 * 60 * 60_000
let mail: MailServer
let server: TestServer
let owner: SignedIn
beforeAll(async () => {
  mail = await openMailServer()
  const from = { name: 'Plantavle', address: 'plan@plantavle.test' }
  server = await testServer({
    clock, environment: { mail: { host: '127.0.0.1', port: mail.port, tls: 'none', login: null, from } },
  })
  owner = await memberOf(server, planId, 'owner', 'Anne Sund')
})
afterAll(async () => {
  await mail.close()
  await server.close()
  expect(server.reported.filter(told => !told.includes('took too long'))).toEqual([])
})

const act = (by: SignedIn, route: Parameters<typeof ask>[1], body: object, params: Record<string, string> = {}) =>
  ask(server, route, { cookie: by.cookie, params, body })
const grant = (memberId: string, body: object) => act(owner, 'POST /api/plans/:planId/members/:memberId/grant', body, { memberId })
const subjectTo = async (email: string) => (await mail.letterTo(email)).headers.get('subject')

test('T95 whose role is the same is told that limits or the end are others, and nothing where all is as it was', async () => {
  const email = 'olav.grenser@ks.test'
  const { memberId } = await memberOf(server, planId, 'editor', 'Olav', email)
  await grant(memberId, asRole('editor'))
  await grant(memberId, { ...asRole('editor'), registers: ['networks'], until: clock.now() + dayMs })
  const first = await mail.letterTo(email)
  expect(first.headers.get('subject')).toBe('Tilgangen din i «Prøveplan» er endret')
  expect(first.text).toMatch(/endre Nettverk[^]*Tilgangen din gjelder til og med/)
  await grant(memberId, { ...asRole('editor'), registers: ['networks'], until: clock.now() + dayMs })
  await grant(memberId, asRole('reader'))
  expect(await subjectTo(email)).toBe('Ny rolle i «Prøveplan»')
})

test('T95 an invitation says the registers it is limited to', async () => {
  const invitees = [{ email: 'gjest@ks.test', name: 'Gjest', organisation: 'KS' }]
  await act(owner, 'POST /api/plans/:planId/invitations', { ...asRole('editor'), registers: ['networks'], invitees })
  const { text } = await mail.letterTo('gjest@ks.test')
  expect(text).toContain('Du blir redaktør, og kan endre Nettverk.')
  const token = /\/invitasjon\/([\w-]{43})/.exec(text)?.[1]
  expect((await ask(server, 'POST /api/invitations/look', { body: { token } })).body as InvitationAnswer).toMatchObject({ role: 'editor', registers: ['networks'] })
})

test('T96, T97 a deputy is written to, in the language of who appoints, when they are appointed and when they are let go; the plan says for whom they act', async () => {
  const email = 'vikar@ks.test'
  const deputy = await memberOf(server, planId, 'editor', 'Vikar', email)
  const until = clock.now() + 3 * dayMs
  const actsFor = async () => ((await ask(server, 'GET /api/plans/:planId', { cookie: deputy.cookie })).body as PlanAnswer).actsFor
  expect(await actsFor()).toEqual([])
  const given = { deputyId: deputy.memberId, from: clock.now() - 1, until, language: 'nn' }
  const { id } = (await act(owner, 'POST /api/plans/:planId/my-deputies', given)).body as Deputy
  const letter = await mail.letterTo(email)
  expect([letter.headers.get('subject'), letter.headers.get('content-language')]).toEqual(['Du er vikar i «Prøveplan»', 'nn'])
  expect(letter.text).toMatch(/Du er vikar for Anne Sund[^]* i «Prøveplan» til og med [^]*, og kan gjere det same\./)
  expect(await actsFor()).toEqual([{ memberId: owner.memberId, name: 'Anne Sund', until }])
  await act(owner, 'POST /api/plans/:planId/my-deputies/:deputyId/end', { language: 'nb' }, { deputyId: id })
  expect(await subjectTo(email)).toBe('Du er ikke lenger vikar i «Prøveplan»')
  expect(await actsFor()).toEqual([])
  expect(((await ask(server, 'GET /api/plans/:planId/members', { cookie: owner.cookie })).body as MembersAnswer).deputies.some(one => one.id === id && one.until > clock.now())).toBe(false)
})

test('T96 who lets go of it by themselves is not written to', async () => {
  const email = 'selv@ks.test'
  const deputy = await memberOf(server, planId, 'editor', 'Selv', email)
  const given = { memberId: owner.memberId, deputyId: deputy.memberId, from: clock.now() + dayMs, until: clock.now() + 3 * dayMs }
  const { id } = (await act(owner, 'POST /api/plans/:planId/deputies', given)).body as Deputy
  expect((await mail.letterTo(email)).text).toContain('fra og med')
  await act(deputy, 'POST /api/plans/:planId/deputies/:deputyId/end', {}, { deputyId: id })
  await grant(deputy.memberId, asRole('reader'))
  expect(await subjectTo(email)).toBe('Ny rolle i «Prøveplan»')
})
