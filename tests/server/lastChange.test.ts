import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addRow, restoreRow, setCell, trashRow } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import type { LastChangeAnswer } from '#shared/protocol/api.ts'
import { encodeSync } from '#shared/protocol/frames.ts'
import { until } from '../support/until.ts'
import { writerOf, type Writer } from './support/plans.ts'
import { planId, testServer, type RawSocket, type SignedIn, type TestServer } from './support/testServer.ts'

let server: TestServer
beforeEach(async () => {
  server = await testServer()
})
afterEach(() => server.close())

/** Somebody at the plan, whose changes are on disk when `write` resolves. */
async function atThePlan(name: string): Promise<SignedIn & { write(work: (plan: Plan) => void): Promise<void> }> {
  const member = await server.member('editor', name)
  const socket: RawSocket = server.connect({ cookie: member.cookie })
  const writer: Writer = writerOf()
  await socket.opening()
  let sent = 0
  return {
    ...member,
    async write(work) {
      socket.socket.send(encodeSync(2, writer.write(work)))
      sent++
      await until(() => socket.acks().includes(sent), { what: 'the change is on disk' })
    },
  }
}

const ask = async (row: string, { cookie }: SignedIn, register = 'activities') => {
  const answer = await server.get(`/api/plans/${planId}/rows/${register}/${row}/last-change`, { cookie })
  return { status: answer.status, body: await answer.json() as unknown }
}
const changeOf = async (row: string, asker: SignedIn) => (await ask(row, asker)).body as LastChangeAnswer

test('T19 members are told who changed a row last, when by the server\'s clock, and which field', async () => {
  const [kari, olav, reader] = [await atThePlan('Kari'), await atThePlan('Olav'), await server.member('reader')]
  expect(await changeOf('K01', reader)).toEqual({ change: null })
  const since = Date.now()
  await kari.write(plan => setCell(plan, { register: 'activities', row: 'K01', field: 'status' }, 'in-progress'))
  await olav.write(plan => setCell(plan, { register: 'activities', row: 'K01', field: 'risk' }, 'critical'))
  const { change } = await changeOf('K01', reader)
  expect(change).toEqual({ at: expect.any(Number) as unknown, field: 'risk', by: { memberId: olav.memberId, name: 'Olav', organisation: 'KS', actedFor: [] } })
  expect(change?.at).toBeGreaterThanOrEqual(since)
  expect(change?.at).toBeLessThanOrEqual(Date.now())
  expect(await changeOf('K02', reader)).toEqual({ change: null })
})

test('T19 a row\'s coming and going are changes too', async () => {
  const kari = await atThePlan('Kari')
  let id = ''
  await kari.write((plan) => {
    const added = addRow(plan, 'networks', { name: 'Nytt' })
    id = added.ok ? added.id : ''
  })
  const added = (await ask(id, kari, 'networks')).body as LastChangeAnswer
  expect([added.change?.by?.name, added.change?.field]).toEqual(['Kari', ''])
  await kari.write(plan => trashRow(plan, 'activities', 'K01'))
  expect((await changeOf('K01', kari)).change?.field).toBe('deletedAt')
  await kari.write(plan => restoreRow(plan, 'activities', 'K02'))
  expect((await changeOf('K02', kari)).change).toBeNull()
})

test('T19 who is no longer a member is not named', async () => {
  const [kari, olav] = [await atThePlan('Kari'), await atThePlan('Olav')]
  await olav.write(plan => setCell(plan, { register: 'activities', row: 'K01', field: 'status' }, 'done'))
  await server.admin('member remove', { plan: planId, member: olav.memberId })
  const { body } = await ask('K01', kari)
  expect(body).toEqual({ change: { at: expect.any(Number) as unknown, field: 'status', by: null } })
  expect(JSON.stringify(body)).not.toContain(olav.memberId)
})

test('T19 what cannot name a row is answered so, and an id that no row has was changed by nobody', async () => {
  const kari = await server.member('editor', 'Kari')
  for (const register of ['nothing', '__proto__', 'toString', '%00'])
    expect(await ask('K01', kari, register)).toEqual({ status: 400, body: { error: 'no-such-register' } })
  for (const row of ['a%2Fb', '__proto__', 'x'.repeat(201)])
    expect(await ask(row, kari)).toEqual({ status: 400, body: { error: 'not-a-row-id' } })
  for (const row of ['nobody', '%00', '%F0%9F%98%80', '%', '\'%20OR%201=1', 'x'.repeat(200)])
    expect(await ask(row, kari)).toEqual({ status: 200, body: { change: null } })
  expect(server.reported).toEqual([])
})

test('S26 a plan is not loaded to be asked who changed a row', async () => {
  const kari = await server.member('editor', 'Kari')
  const db = new DatabaseSync(join(server.folder, 'plantavle.db'))
  db.exec('UPDATE updates SET crc = crc + 1')
  db.close()
  expect(await changeOf('K01', kari)).toEqual({ change: null })
  expect([(await server.get('/healthz')).status, server.reported]).toEqual([200, []])
})
