import { createHash } from 'node:crypto'
import { once } from 'node:events'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { applyAwarenessUpdate, Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { spliceText, trashRow } from '#shared/plan/commands.ts'
import { openPlan } from '#shared/plan/plan.ts'
import { readPlan, readRegister } from '#shared/plan/read.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodePresence, encodeSync, frameKind, syncStep } from '#shared/protocol/frames.ts'
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

/** Ends the server as a power cut would, and starts it on the same folder. */
async function startAgain(): Promise<void> {
  const { dataDir } = server
  await server.kill()
  server = await startServer({ dataDir })
}

/** A presence frame as a client sends its own. */
const presenceOf = (clientId: number) => encodePresence(encoding.encode((encoder) => {
  for (const number of [1, clientId, 1])
    encoding.writeVarUint(encoder, number)
  encoding.writeVarString(encoder, '{}')
}))

/** Somebody who looks on: which client ids they have been told are here. */
async function watch(name: string) {
  const awareness = new Awareness(new Y.Doc())
  const socket = new WebSocket(`${server.origin.replace(/^http/, 'ws')}/sync/plan:${planId}`, { headers: { cookie: cookieOf[name], origin: server.origin } })
  socket.on('message', (bytes: Buffer) => {
    const decoder = decoding.createDecoder(bytes)
    if (decoding.readVarUint(decoder) === frameKind.presence)
      applyAwarenessUpdate(awareness, decoding.readVarUint8Array(decoder), 'server')
  })
  await once(socket, 'open')
  return { hasSeen: (clientId: number) => awareness.getStates().has(clientId), close: () => { awareness.destroy(); socket.close() } }
}

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
  const named = { ...cell, field: deed === 'types' ? 'arena' : 'deletedAt' }
  expect(intruder.refusals).toEqual([{ nth: expect.any(Number), refusal: { reason: 'not-allowed', cells: [named] } }])

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

test.each([
  ['has written', 'before anything else happens'], ['has only been seen', 'before anything else happens'],
  ['has written', 'after a new start of the server'], ['has only been seen', 'after a new start of the server'],
] as const)('S18 words forged under the client id of somebody who %s and is away are refused, %s, and that person’s own land whole', async (how, when) => {
  const kari = client('editor')
  await kari.connect(server.origin)
  const cell = { register: 'activities', row: readRegister(kari.plan.doc, 'activities')[2]?.id ?? '', field: 'topic' } as const
  const typeAs = ({ plan }: typeof kari, word: string) => spliceText(plan, cell, { at: 0, remove: 0, insert: word })
  if (how === 'has written') {
    kari.write('first', () => typeAs(kari, 'først '))
    await until(() => kari.acknowledged.has('first'), { what: 'the first word is acknowledged' })
  }
  else {
    const onlooker = await watch('reader')
    kari.sendBytes(presenceOf(kari.plan.doc.clientID))
    await until(() => onlooker.hasSeen(kari.plan.doc.clientID), { what: 'she is seen' })
    onlooker.close()
  }
  await kari.disconnect()
  if (when === 'after a new start of the server')
    await startAgain()

  const forged = new Y.Doc()
  Y.applyUpdate(forged, Y.encodeStateAsUpdate(kari.plan.doc))
  forged.clientID = kari.plan.doc.clientID
  const held = Y.encodeStateVector(forged)
  spliceText(openPlan(forged), cell, { at: 0, remove: 0, insert: 'FALSK ' })
  const mallory = client('other')
  await mallory.connect(server.origin)
  mallory.sendBytes(encodeSync(syncStep.update, Y.encodeStateAsUpdate(forged, held)))
  await until(() => mallory.closed(), { what: 'the forger is closed' })
  expect(mallory.refusals).toMatchObject([{ refusal: { reason: 'not-yours', cells: [] } }])

  kari.write('later', () => typeAs(kari, 'skrevet uten nett '))
  await kari.connect(server.origin)
  await until(() => kari.acknowledged.has('later'), { what: 'what was written while away is acknowledged' })
  const newcomer = client('other')
  await newcomer.connect(server.origin)
  expect(readRegister(newcomer.plan.doc, 'activities')[2]?.topic).toMatch(/^skrevet uten nett (?!.*FALSK)/)
  await Promise.all([kari, newcomer].map(each => each.disconnect()))
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
