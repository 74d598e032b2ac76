import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { noteRefusals } from '../../../server/access/refusalNotes.ts'
import { httpRules, type HttpRoute } from '../../../server/access/rules.ts'
import { openWiping } from '../../../server/admin/wiping.ts'
import type { Storage } from '../../../server/storage/contracts.ts'
import type { Told } from '../../../server/transport/asking.ts'
import { notedAnHour, notedRoutes, openNotedLimit } from '../../../server/transport/notedLimit.ts'
import { until } from '../../support/until.ts'
import { ask, memberOf } from '../support/everybody.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { planId, testServer } from '../support/testServer.ts'

test('T67 one member adds lines to the access log six hundred times an hour over all that does so, and nobody else waits for that', async () => {
  const clock = pretendClock()
  const limit = openNotedLimit(clock)
  const app = new Hono<Told>()
  app.get('/:member/:route', (context) => {
    const { member, route } = context.req.param()
    const session = member === 'nobody' ? null : { sessionId: 's', member: { memberId: member, name: '', organisation: '' }, way: 'email' as const, expiresAt: Infinity }
    return limit(context, decodeURIComponent(route) as HttpRoute, { session, plan: null, right: null, regionIds: [] }) ?? context.body(null, 204)
  })
  const ask = (member: string, route: HttpRoute) => app.request(`/${member}/${encodeURIComponent(route)}`)
  const routes = [...notedRoutes]
  for (let n = 0; n < notedAnHour.most; n++)
    expect((await ask('kari', routes[n % routes.length] ?? 'GET /api/me')).status).toBe(204)
  for (const route of routes) {
    const answer = await ask('kari', route)
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([429, '3600', { error: 'too-many', seconds: 3_600 }])
    expect([(await ask('jon', route)).status, (await ask('nobody', route)).status]).toEqual([204, 204])
  }
  for (const route of ['GET /api/me', 'GET /api/session', 'POST /api/logg-ut', 'POST /api/me/sign-out-everywhere'] as const)
    expect((await ask('kari', route)).status).toBe(204)
  clock.advance(notedAnHour.withinMs)
  expect((await ask('kari', 'POST /api/me/name')).status).toBe(204)
})

test('T67 each change over HTTP is counted, but for ways in and out', () => {
  const changing = Object.entries(httpRules).flatMap(([route, need]) => route.startsWith('POST') && need !== 'anyone' ? [route] : [])
  const uncounted = changing.filter(route => !notedRoutes.has(route as HttpRoute))
  expect(uncounted.toSorted()).toEqual(['POST /api/logg-ut', 'POST /api/me/sign-out-everywhere', 'POST /api/plans/:planId/take-away'])
})

test('T68 a refused change that could not be noted is reported, and noted the next time', async () => {
  const [written, reported] = [[] as unknown[], [] as string[]]
  let isFull = true
  const members = { note: (line: unknown) => isFull ? Promise.reject(new Error('full')) : Promise.resolve(void written.push(line)) }
  const note = noteRefusals(() => {}, { storage: { members } as unknown as Pick<Storage, 'members'>, clock: pretendClock(), report: what => reported.push(what) })
  const refuse = () => note('update-refused', { planId: 'p', memberId: 'kari', reason: 'not-allowed' })
  refuse()
  await until(() => reported.length === 1, { what: 'it is reported' })
  isFull = false
  refuse()
  refuse()
  expect([written.length, reported]).toEqual([1, ['a refused change could not be written in the access log']])
})

test('S64 where the file cannot be written anew it is tried again for as long as the server runs', async () => {
  const clock = pretendClock()
  let [tries, isBroken] = [0, true]
  const redactions = { wipe: () => (tries++, isBroken ? Promise.reject(new Error('no room')) : Promise.resolve(true)) }
  const wipe = openWiping({ storage: { redactions } as unknown as Pick<Storage, 'redactions'>, clock })
  await expect(wipe()).rejects.toThrow('no room')
  for (const wanted of [2, 3]) {
    await until(() => clock.waiting() === 1, { what: 'it waits for its time' })
    clock.advance(60_000)
    expect(tries).toBe(wanted)
  }
  isBroken = false
  await until(() => clock.waiting() === 1, { what: 'it waits for its time' })
  clock.advance(60_000)
  await Promise.resolve()
  expect([tries, clock.waiting()]).toEqual([4, 0])
})

test('T67 the server counts so where requests come in', async () => {
  const server = await testServer()
  onTestFinished(() => server.close())
  const kari = await memberOf(server, planId, 'editor', 'Kari')
  const remove = async () => (await ask(server, 'POST /api/plans/:planId/contacts/:contactId/remove', { cookie: kari.cookie, body: {} })).status
  const answers = []
  for (let n = 0; n < notedAnHour.most + 1; n++)
    answers.push(await remove())
  expect([new Set(answers.slice(0, -1)), answers.at(-1)]).toEqual([new Set([404]), 429])
})
