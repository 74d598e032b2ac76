import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { addRow, spliceText } from '#shared/plan/commands.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import type { Cell } from '#shared/plan/values.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import { mayTrace } from '../faults/powerCut.ts'
import { rawClient, type RawClient } from '../support/rawClient.ts'
import { addMember, planIdOf, signIn, startServer, temporaryFolder, type RunningServer } from '../support/server.ts'
import { until } from '../support/until.ts'

const cell: Cell = { register: 'activities', row: 'K02', field: 'arena' }
const mostMs = 5_000

const servers: RunningServer[] = []
const sockets: (Socket | WebSocket)[] = []
afterEach(async () => {
  sockets.splice(0).forEach(socket => socket instanceof WebSocket ? socket.terminate() : socket.destroy())
  await Promise.all(servers.splice(0).map(server => server.kill()))
})

async function open(options: Parameters<typeof startServer>[0] = {}) {
  const server = await startServer(options)
  servers.push(server)
  const planId = await planIdOf(server)
  const cookieOf = async (name: string) => signIn(server, (await addMember(server, planId, { name })).signInUrl)
  const cookie = await cookieOf('Kari')
  const client = rawClient({ planId, cookie })
  await client.connect(server.origin)
  return { server, planId, cookie, client, cookieOf }
}
const put = (client: RawClient, words: string) => client.write(words, plan => void spliceText(plan, cell, { at: 0, remove: 0, insert: words }))

async function wordsAfterwards(dataDir: string, planId: string): Promise<string> {
  const server = await startServer({ dataDir })
  servers.push(server)
  const client = rawClient({ planId, cookie: await signIn(server, (await addMember(server, planId, { name: 'Liv' })).signInUrl) })
  await client.connect(server.origin)
  return String(readCellPlain(client.plan.doc, cell))
}

/** How long a server takes to end, and with what. */
async function endOf(end: () => Promise<number | null>) {
  const since = performance.now()
  return { code: await end(), isInTime: performance.now() - since < mostMs }
}

/** A connection that says the beginning of a request, and no more. */
function sayHalf(origin: string, words: string): Promise<Socket> {
  const { port, hostname } = new URL(origin)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(words, () => resolve(socket)))
    socket.on('error', () => {})
    sockets.push(socket)
  })
}

test('O61 SIGTERM ends the server with 0 within five seconds, whoever does not listen, has not said all, or has brought much', async () => {
  const { server, planId, cookie, client, cookieOf } = await open()
  const stalled = new WebSocket(`${server.origin.replace('http', 'ws')}/sync/plan:${planId}?ack=1`, { headers: { cookie: await cookieOf('Olav'), origin: server.origin } })
  sockets.push(stalled)
  await new Promise(resolve => stalled.once('message', resolve))
  stalled.pause()
  await sayHalf(server.origin, 'GET /healthz HTTP/1.1\r\nHost: x\r\n')
  await sayHalf(server.origin, `POST /api/plans HTTP/1.1\r\nHost: x\r\nOrigin: ${server.origin}\r\nCookie: ${cookie}\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{"half`)
  put(client, 'før slutten ')
  await until(() => client.acknowledged.has('før slutten '), { what: 'the words are on disk' })
  const large = rawClient({ planId, cookie: await cookieOf('Marte') })
  await large.connect(server.origin)
  large.write('much', (plan) => {
    plan.doc.transact(() => {
      for (let n = 0; n < 300; n++)
        addRow(plan, 'messages', { topic: `${n}`, text: 'mye '.repeat(100) })
    })
  })

  expect(await endOf(server.stop)).toEqual({ code: 0, isInTime: true })
  await until(() => client.closed(), { what: 'the client is told' })
  expect(client.closed()?.code).toBe(closeCode.restarting)
  expect(await wordsAfterwards(server.dataDir, planId)).toContain('før slutten ')
}, 40_000)

test.skipIf(!mayTrace())('O61 SIGTERM ends the server with 0 within five seconds also on a slow disk, and keeps what it has taken', async () => {
  const dataDir = temporaryFolder()
  const slow = ['strace', '-D', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fdatasync,fsync', '-e', 'inject=fdatasync,fsync:delay_enter=300000']
  const { server, planId, client } = await open({ dataDir, wrap: slow })
  put(client, 'langsomt ')
  await until(() => client.acknowledged.has('langsomt '), { what: 'the words are on disk' })
  put(client, 'på vei ')
  expect(await endOf(server.stop)).toEqual({ code: 0, isInTime: true })
  expect(await wordsAfterwards(dataDir, planId)).toContain('langsomt ')
}, 60_000)

test.each([
  ['an exception nobody catches', 'throw new Error("a fault on purpose")'],
  ['a promise nobody waits for', 'void Promise.reject(new Error("a fault on purpose"))'],
])('O61 after %s the server says so in its log, sends everybody away, keeps what was acknowledged, and ends with 1', async (_name, deed) => {
  const fault = `data:text/javascript,${encodeURIComponent(`process.on("SIGUSR2", () => { ${deed} })`)}`
  const { server, planId, client } = await open({ env: { NODE_OPTIONS: `--import=${fault}` } })
  put(client, 'før feilen ')
  await until(() => client.acknowledged.has('før feilen '), { what: 'the words are on disk' })
  process.kill(server.pid, 'SIGUSR2')
  await until(() => server.output().includes('"stopping"'), { what: 'it stops by itself' })
  expect(await endOf(server.stop)).toEqual({ code: 1, isInTime: true })
  const line = server.output().split('\n').find(one => one.includes('"failure"')) ?? ''
  expect(JSON.parse(line)).toMatchObject({ level: 'error', what: 'something went wrong', message: 'a fault on purpose', stack: expect.any(Array) })
  expect(client.closed()?.code).toBe(closeCode.restarting)
  expect(await wordsAfterwards(server.dataDir, planId)).toContain('før feilen ')
}, 40_000)

test('O61 a second server on the folder says so in a sentence and ends with 1, and the first goes on', async () => {
  const { server, client } = await open()
  await expect(startServer({ dataDir: server.dataDir })).rejects.toThrow(/the server ended with 1:\nDatamappa er i bruk av en annen Plantavle-server\./)
  put(client, 'videre ')
  await until(() => client.acknowledged.has('videre '), { what: 'the first takes words' })
}, 30_000)
