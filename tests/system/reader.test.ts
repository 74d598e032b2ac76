import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { spliceText, trashRow } from '#shared/plan/commands.ts'
import { openPlan } from '#shared/plan/plan.ts'
import { readPlan, readRegister } from '#shared/plan/read.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodeSync, syncStep } from '#shared/protocol/frames.ts'
import { rawClient } from '../support/rawClient.ts'
import { addMember, planIdOf, signIn, startServer, type RunningServer } from '../support/server.ts'
import { until } from '../support/until.ts'

/** How long the stock client must stay; past the 30 s of silence after which it hangs up by itself. */
const stayMs = Number(process.env.SOAK_SECONDS ?? 40) * 1_000

let server: RunningServer
let planId: string
const cookieOf: Record<string, string> = {}

beforeAll(async () => {
  server = await startServer()
  planId = await planIdOf(server)
  for (const [name, role] of [['reader', 'reader'], ['commenter', 'commenter'], ['editor', 'editor'], ['other', 'editor']] as const)
    cookieOf[name] = await signIn(server, (await addMember(server, planId, { name, role })).signInUrl)
}, 30_000)
afterAll(() => server.kill())

const client = (name: string) => rawClient({ planId, cookie: cookieOf[name] ?? '' })
const hashOf = (doc: Y.Doc) => createHash('sha256').update(JSON.stringify(readPlan(doc))).update(Y.encodeStateVector(doc)).digest('hex')

test.each([
  ['reader', syncStep.update, 'types'], ['reader', syncStep.step2, 'types'], ['reader', syncStep.update, 'trashes a row'],
  ['commenter', syncStep.update, 'types'], ['commenter', syncStep.step2, 'types'],
] as const)('O7 an update from a %s’s raw socket (step %i, who %s) is refused whole, and honest people never notice', async (role, step, deed) => {
  const [editor, other, intruder] = [client('editor'), client('other'), client(role)]
  await Promise.all([editor, other, intruder].map(each => each.connect(server.origin)))
  const before = hashOf(editor.plan.doc)
  const [activity] = readRegister(intruder.plan.doc, 'activities')
  const cell = { register: 'activities', row: activity?.id ?? '', field: 'arena' } as const

  const stolen = new Y.Doc()
  Y.applyUpdate(stolen, Y.encodeStateAsUpdate(intruder.plan.doc))
  const seen = Y.encodeStateVector(stolen)
  const outcome = deed === 'types'
    ? spliceText(openPlan(stolen), cell, { at: 0, remove: 0, insert: 'innbrudd ' })
    : trashRow(openPlan(stolen), 'activities', cell.row)
  expect(outcome.ok).toBe(true)
  intruder.sendBytes(encodeSync(step, Y.encodeStateAsUpdate(stolen, seen)))

  await until(() => intruder.closed(), { what: 'the intruder is closed' })
  expect(intruder.closed()?.code).toBe(closeCode.refused)
  expect(intruder.refusals).toMatchObject([{ refusal: { reason: 'not-allowed', cells: [{ register: 'activities', row: cell.row }] } }])

  const newcomer = client('other')
  await newcomer.connect(server.origin)
  expect(hashOf(newcomer.plan.doc)).toBe(before)
  expect(hashOf(editor.plan.doc)).toBe(before)
  expect([editor.closed(), other.closed()]).toEqual([null, null])

  const word = `ærlig ${role} ${step} ${deed} `
  editor.write(word, plan => spliceText(plan, cell, { at: 0, remove: 0, insert: word }))
  await until(() => editor.acknowledged.has(word), { what: 'the editor’s word is acknowledged' })
  await until(() => readRegister(other.plan.doc, 'activities')[0]?.arena.includes(word), { what: 'the other sees the editor’s word' })
  await Promise.all([editor, other, newcomer].map(each => each.disconnect()))
})

test(`O8 a stock y-websocket client that only reads stays connected, alone and in company (${stayMs / 1_000} s)`, async () => {
  const doc = new Y.Doc()
  const cookie = cookieOf.reader ?? ''
  class SignedIn extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers: { cookie, origin: server.origin } })
    }
  }
  const closes: unknown[] = []
  const provider = new WebsocketProvider(`${server.origin.replace(/^http/, 'ws')}/sync`, `plan:${planId}`, doc, {
    WebSocketPolyfill: SignedIn as unknown as typeof globalThis.WebSocket, disableBc: true,
  })
  provider.on('connection-close', event => closes.push(event?.code ?? 'silence'))
  await until(() => provider.synced, { what: 'the stock client is synced' })
  expect(readRegister(doc, 'activities')).toHaveLength(25)
  const since = Date.now()

  await until(() => closes.length > 0 || Date.now() - since > stayMs - 5_000, { what: 'the stock client stays', withinMs: stayMs })
  expect(closes).toEqual([])

  const editor = client('editor')
  await editor.connect(server.origin)
  const cell = { register: 'activities', row: readRegister(doc, 'activities')[1]?.id ?? '', field: 'topic' } as const
  editor.write('later', plan => spliceText(plan, cell, { at: 0, remove: 0, insert: 'senere ' }))
  await until(() => readRegister(doc, 'activities')[1]?.topic.startsWith('senere '), { what: 'the stock client sees a later word' })
  await until(() => closes.length > 0 || Date.now() - since > stayMs, { what: 'the stock client stays in company', withinMs: 10_000 })
  expect(closes).toEqual([])
  provider.destroy()
  await editor.disconnect()
}, stayMs + 30_000)
