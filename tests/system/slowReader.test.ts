import { afterAll, beforeAll, expect, test } from 'vitest'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import { readRegister } from '#shared/plan/read.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import type { Cell } from '#shared/plan/values.ts'
import { rawClient, type RawClient } from '../support/rawClient.ts'
import { addMember, planIdOf, signIn, startServer, type RunningServer } from '../support/server.ts'
import { turn, until } from '../support/until.ts'

const writers = 8
/** Each below what one connection may bring at once; together more than the system's own buffers hold for one reader. */
const pastesOfEach = 380
const pastedChars = 3_900

let server: RunningServer
let planId: string
const clients: RawClient[] = []
beforeAll(async () => {
  server = await startServer()
  planId = await planIdOf(server)
  const cookie = await signIn(server, (await addMember(server, planId, { name: 'Kari Nes' })).signInUrl)
  clients.push(...Array.from({ length: writers + 1 }, () => rawClient({ planId, cookie })))
  await Promise.all(clients.map(client => client.connect(server.origin)))
})
afterAll(async () => {
  await Promise.all(clients.map(client => client.disconnect()))
  await server.kill()
})

test('S55, S56 who stops reading while others paste stays, costs the others nothing, and goes on with the same plan when it reads again', async () => {
  const [reader, ...pasting] = clients
  if (!reader)
    throw new Error('nobody reads')
  const rows = readRegister(reader.plan.doc, 'activities')
  const cells = pasting.map((_client, n): Cell => ({ register: 'activities', row: rows[n]?.id ?? '', field: 'note' }))
  const goOn = reader.stall()
  for (let n = 0; n < pastesOfEach; n++) {
    for (const [who, client] of pasting.entries()) {
      const cell = cells[who]
      if (cell) {
        client.write(`paste ${n}`, plan => spliceText(plan, cell, {
          at: 0, remove: textOf(plan, cell)?.length ?? 0, insert: `${n} ${String.fromCharCode(97 + who).repeat(pastedChars)}`,
        }))
      }
    }
    await turn(1)
  }
  await until(() => pasting.every(client => client.isSettled()), { what: 'everybody\'s words are on disk', withinMs: 20_000 })
  const stateOf = ({ plan: { doc } }: RawClient) => openStateHash(doc).read()
  await until(() => new Set(pasting.map(stateOf)).size === 1, { what: 'the others see the same', withinMs: 20_000 })
  expect([reader.closed(), stateOf(reader) === stateOf(pasting[0] ?? reader)]).toEqual([null, false])

  goOn()
  await until(() => stateOf(reader) === stateOf(pasting[0] ?? reader), { what: 'it has all of it', withinMs: 20_000 })
  expect(reader.closed()).toBeNull()
  const [cell] = cells
  if (cell)
    pasting[0]?.write('after', plan => spliceText(plan, cell, { at: 0, remove: 0, insert: 'etterpå ' }))
  await until(() => cell !== undefined && textOf(reader.plan, cell)?.toJSON().startsWith('etterpå ') === true, { what: 'it hears of what comes as it comes' })
}, 90_000)
