import { expect, onTestFinished, test } from 'vitest'
import { newSession } from '../../../server/access/access.ts'
import { newId } from '../../../server/access/secrets.ts'
import { openSignIn } from '../../../server/access/signIn.ts'
import { systemClock } from '../../../server/time/clock.ts'
import { ask, memberOf } from '../support/everybody.ts'
import { planId, testServer } from '../support/testServer.ts'

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
  expect(first.arrived).toMatchObject({ isBound: true, member: { memberId: kari.memberId } })
  expect([await stands(kari.cookie), await stands(first.cookie)]).toEqual([false, true])
  const second = await arriveAs()
  expect([second.arrived?.isBound, await stands(first.cookie), await stands(second.cookie)]).toEqual([false, true, true])
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
