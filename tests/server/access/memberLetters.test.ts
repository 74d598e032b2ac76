import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Deputy, InvitationAnswer, MembersAnswer } from '#shared/protocol/access.ts'
import type { PlanAnswer } from '#shared/protocol/api.ts'
import type { MailServer } from '../../support/mailServer.ts'
import { ask, errorOf, memberOf, putGrant } from '../support/everybody.ts'
import { mailedServer, type MailedServer } from '../support/mailed.ts'
import { asRole } from '../support/notes.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { planId, type SignedIn, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
const dayMs = 24 * 60 * 60_000
let mailed: MailedServer
let mail: MailServer
let server: TestServer
let owner: SignedIn
beforeAll(async () => {
  mailed = await mailedServer({ clock })
  ;({ server, mail } = mailed)
  owner = await memberOf(server, planId, 'owner', 'Anne Sund')
})
afterAll(async () => {
  await mailed.close()
  expect(server.reported).toEqual([])
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
  const deputy = await memberOf(server, planId, 'chair', 'Selv', email)
  const given = { memberId: owner.memberId, deputyId: deputy.memberId, from: clock.now() + dayMs, until: clock.now() + 3 * dayMs }
  const { id } = (await act(owner, 'POST /api/plans/:planId/deputies', given)).body as Deputy
  expect((await mail.letterTo(email)).text).toContain('fra og med')
  expect((await act(deputy, 'POST /api/plans/:planId/deputies/:deputyId/end', {}, { deputyId: id })).status).toBe(204)
  await grant(deputy.memberId, asRole('reader'))
  expect(await subjectTo(email)).toBe('Ny rolle i «Prøveplan»')
})

const standIn = (by: SignedIn, deputy: SignedIn, from: number, until: number) =>
  act(by, 'POST /api/plans/:planId/my-deputies', { deputyId: deputy.memberId, from, until })
const told = async (answer: ReturnType<typeof standIn>) => errorOf(await answer) ?? (await answer).status

test('T96 who stands in for somebody is not let stand in for them at any of that time once more; what is over is another time', async () => {
  const [by, deputy, other] = [await memberOf(server, planId, 'commenter', 'Tolv'), await memberOf(server, planId, 'reader', 'Tretten', 'tretten@ks.test'), await memberOf(server, planId, 'reader', 'Fjorten')]
  const now = clock.now()
  const atOnce = await Promise.all([1, 2, 3].map(() => told(standIn(by, deputy, now, now + dayMs))))
  expect(atOnce.toSorted()).toEqual([200, 'stands-in-already', 'stands-in-already'])
  for (const [from, until] of [[now + 1, now + 2], [now - dayMs, now + 1], [now + dayMs - 1, now + 2 * dayMs], [now - 1, now + 9 * dayMs]] as const)
    expect(await told(standIn(by, deputy, from, until))).toBe('stands-in-already')
  expect(await told(standIn(by, deputy, now + dayMs, now + 2 * dayMs))).toBe(200)
  expect(await told(standIn(by, other, now, now + dayMs))).toBe(200)
  const { deputies } = (await ask(server, 'GET /api/plans/:planId/members', { cookie: by.cookie })).body as MembersAnswer
  const [first] = deputies.filter(({ deputyId }) => deputyId === deputy.memberId)
  await act(by, 'POST /api/plans/:planId/my-deputies/:deputyId/end', {}, { deputyId: first?.id ?? '' })
  // By a clock that is a little behind.
  expect(await told(standIn(by, deputy, now - 5_000, now + dayMs))).toBe(200)
  // Of what was refused there is no letter.
  const [is, isNot] = ['Du er vikar i «Prøveplan»', 'Du er ikke lenger vikar i «Prøveplan»']
  const subject = () => subjectTo('tretten@ks.test')
  const subjects = [await subject(), await subject(), await subject(), await subject()]
  expect(subjects.toSorted()).toEqual([isNot, is, is, is])
  await grant(deputy.memberId, asRole('commenter'))
  expect(await subject()).toBe('Ny rolle i «Prøveplan»')
})

test('T96 one lets the same other stand in in a plan ten times a day, each with its letter; what is refused is not counted, nobody else waits for it', async () => {
  const [by, deputy, other] = [await memberOf(server, planId, 'commenter', 'Femten'), await memberOf(server, planId, 'reader', 'Seksten', 'seksten@ks.test'), await memberOf(server, planId, 'reader', 'Sytten')]
  const nth = (n: number) => [clock.now() + n * dayMs, clock.now() + (n + 1) * dayMs] as const
  for (let n = 0; n < 10; n++) {
    expect(await told(standIn(by, deputy, ...nth(n)))).toBe(200)
    expect(await told(standIn(by, deputy, ...nth(n)))).toBe(n < 9 ? 'stands-in-already' : 'too-often')
    expect((await mail.letterTo('seksten@ks.test')).headers.get('subject')).toBe('Du er vikar i «Prøveplan»')
  }
  expect((await standIn(by, deputy, ...nth(10))).status).toBe(429)
  expect(await told(standIn(by, other, ...nth(0)))).toBe(200)
  expect(await told(standIn(owner, deputy, ...nth(0)))).toBe(200)
  clock.advance(dayMs)
  expect(await told(standIn(by, deputy, ...nth(10)))).toBe(200)
})

test('T96, T97 a deputy is told no later end than either of the two has, and nobody is let stand in from after it', async () => {
  const email = 'atten@ks.test'
  const [principal, deputy] = [await memberOf(server, planId, 'editor', 'Hoved'), await memberOf(server, planId, 'commenter', 'Atten', email)]
  const days = (count: number) => clock.now() + count * dayMs
  const lastDay = new Intl.DateTimeFormat('nb-NO', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'Europe/Oslo' })
  for (const [ofPrincipal, ofDeputy, held] of [[3, 2, 2], [2, 5, 2], [null, 4, 4], [null, null, 30]] as const) {
    await putGrant(server, principal.memberId, { ...asRole('editor'), until: ofPrincipal === null ? null : days(ofPrincipal) })
    await putGrant(server, deputy.memberId, { ...asRole('commenter'), until: ofDeputy === null ? null : days(ofDeputy) })
    const given = { memberId: principal.memberId, deputyId: deputy.memberId, from: clock.now(), until: days(30) }
    const { id } = (await act(owner, 'POST /api/plans/:planId/deputies', given)).body as Deputy
    expect((await mail.letterTo(email)).text.replaceAll(/\s+/g, ' ')).toContain(`til og med ${lastDay.format(days(held) - 1)}, og kan gjøre det samme.`)
    const { actsFor } = (await ask(server, 'GET /api/plans/:planId', { cookie: deputy.cookie })).body as PlanAnswer
    expect(actsFor).toEqual([{ memberId: principal.memberId, name: 'Hoved', until: days(held) }])
    await act(owner, 'POST /api/plans/:planId/deputies/:deputyId/end', {}, { deputyId: id })
    expect(await subjectTo(email)).toBe('Du er ikke lenger vikar i «Prøveplan»')
    const end = Math.min(ofPrincipal ?? 99, ofDeputy ?? 99)
    const late = await act(owner, 'POST /api/plans/:planId/deputies', { ...given, from: days(end), until: days(end + 1) })
    expect([late.status, errorOf(late)]).toEqual(end === 99 ? [200, null] : [409, 'over-by-then'])
  }
})
