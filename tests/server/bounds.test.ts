import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { openPlaces, type Bounds } from '../../server/transport/bounds.ts'
import { until } from '../support/until.ts'
import { planId, testServer, type RawSocket, type TestServer } from './support/testServer.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0))
    await close()
})

async function boundServer(bounds: Partial<Bounds>): Promise<TestServer> {
  const server = await testServer({ bounds })
  closers.push(async () => {
    await server.close()
    expect(server.reported).toEqual([])
  })
  return server
}

describe('how many', () => {
  const tryAgain = async (connectOnce: () => RawSocket) => until(async () => {
    const socket = connectOnce()
    await until(() => socket.frames.length > 0 || socket.closed() !== null, { what: 'an answer' })
    return socket.closed() === null
  }, { what: 'a place is free' })

  test('T17 a member\'s connection above the cap is told to come back, and nothing else; another member is let in', async () => {
    const server = await boundServer({ connectionsPerMember: 2 })
    const [kari, jon] = [await server.member('editor', 'Kari'), await server.member('reader', 'Jon')]
    const enter = ({ cookie }: { cookie: string }) => server.connect({ cookie })
    const [first, second] = [enter(kari), enter(kari)]
    await Promise.all([first.opening(), second.opening()])
    const third = enter(kari)
    expect([await third.closing(), third.frames]).toEqual([4503, []])
    await enter(jon).opening()
    first.socket.terminate()
    await tryAgain(() => enter(kari))
    const one = enter(kari)
    expect([await one.closing(), second.closed()]).toEqual([4503, null])
  })

  test('T17 an address\'s connection above the cap is told to come back, whoever it is; those who were sent away hold nothing', async () => {
    const server = await boundServer({ connectionsPerAddress: 2 })
    const { cookie } = await server.member('editor', 'Kari')
    for (let n = 0; n < 5; n++)
      expect(await server.connect({}).closing()).toBe(4401)
    const first = server.connect({ cookie })
    await tryAgain(() => server.connect({ cookie }))
    for (const options of [{ cookie }, {}]) {
      const third = server.connect(options)
      expect([await third.closing(), third.frames]).toEqual([4503, []])
    }
    first.socket.close()
    await tryAgain(() => server.connect({ cookie }))
  })

  test('T17 places are given back one by one', () => {
    const places = openPlaces(2)
    const [a, b] = [places.take('x'), places.take('x')]
    expect([places.take('x'), places.take('y') === null]).toEqual([null, false])
    a?.()
    expect([places.take('x') === null, places.take('x')]).toEqual([false, null])
    b?.()
    expect(places.take('x')).not.toBeNull()
  })
})

describe('how long', () => {
  /** A line to the server without a client behind it, and what came back on it. */
  function rawLine({ server: { port } }: TestServer) {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    let isClosed = false
    socket.on('data', (data: Buffer) => { answer += data.toString('latin1') })
    socket.on('error', () => {})
    socket.on('close', () => { isClosed = true })
    closers.unshift(() => Promise.resolve(void socket.destroy()))
    return { socket, answer: () => answer, closing: () => until(() => isClosed, { what: 'the line is closed' }) }
  }
  const upgradeLines = ({ server: { address } }: TestServer, cookie = '') => [
    'GET /sync/plan:x HTTP/1.1', `Host: ${address.slice(7)}`, `Origin: ${address}`, `Cookie: ${cookie}`, 'Connection: Upgrade', 'Upgrade: websocket',
    'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ].join('\r\n')
  const isHealthy = async (server: TestServer) => (await server.get('/healthz')).status === 200

  test.each<[string, (server: TestServer) => string, string]>([
    ['says nothing', () => '', '408'],
    ['never ends its headers', () => 'GET / HTTP/1.1\r\nHost: localhost\r\nX-', '408'],
    ['never ends its upgrade', upgradeLines, '408'],
    ['never ends its body', () => 'POST /api/logg-ut HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx', '403'],
  ])('T18 who %s is let go in time', async (_what, said, status) => {
    const server = await boundServer({ headersTimeoutMs: 200, requestTimeoutMs: 300 })
    const line = rawLine(server)
    line.socket.write(said(server))
    await line.closing()
    expect(line.answer()).toContain(`HTTP/1.1 ${status}`)
    expect(await isHealthy(server)).toBe(true)
  })

  test.each<[string, (server: TestServer) => string, string]>([
    ['what is no request', () => 'hello\r\n\r\n', 'HTTP/1.1 400'],
    ['headers without end', () => `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}`, 'HTTP/1.1 400'],
    ['an upgrade without a key', server => `${upgradeLines(server).replace(/\r\nSec-WebSocket-Key.*/, '')}\r\n\r\n`, ''],
    ['an upgrade to something else', server => `${upgradeLines(server).replace('websocket', 'h2c')}\r\n\r\n`, ''],
    ['an upgrade to a path of nobody', server => `${upgradeLines(server).replace('/sync/', '/other/')}\r\n\r\n`, 'HTTP/1.1 404'],
  ])('T18 %s ends its own line and nothing else', async (_what, said, answer) => {
    const server = await boundServer({})
    const line = rawLine(server)
    line.socket.write(said(server))
    await line.closing()
    expect(line.answer()).toContain(answer)
    expect(line.answer()).not.toContain('101 Switching')
    expect(await isHealthy(server)).toBe(true)
  })

  test.each<[string, (socket: Socket) => void]>([
    ['breaks off', socket => socket.resetAndDestroy()],
    ['hangs up without a word', socket => socket.end()],
    ['sends a frame without a mask', socket => socket.write(Uint8Array.of(0x82, 1, 3))],
    ['sends a frame that says it is too large', socket => socket.write(Uint8Array.of(0x82, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0))],
  ])('T18 who %s right after the upgrade is let go, and nothing else', async (_what, act) => {
    const server = await boundServer({ connectionsPerAddress: 1 })
    const { cookie } = await server.member('editor', 'Kari')
    const line = rawLine(server)
    line.socket.write(`${upgradeLines(server, cookie).replace('plan:x', `plan:${planId}`)}\r\n\r\n`)
    await until(() => line.answer().includes('101 Switching Protocols'), { what: 'the upgrade' })
    act(line.socket)
    await line.closing()
    await until(async () => {
      const next = server.connect({ cookie })
      await until(() => next.frames.length > 0 || next.closed() !== null, { what: 'an answer' })
      return next.frames.length > 0
    }, { what: 'its place is free' })
  })
})
