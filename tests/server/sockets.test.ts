import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { schemaVersion } from '#shared/plan/registers.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import { emptyUpdate, encodeStateQuestion, encodeSync, encodeSyncStep1 } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { sessionLastsMs } from '../../server/access/access.ts'
import { until } from '../support/until.ts'
import { presenceFrame } from './support/frames.ts'
import { arenaOf, smallContent, writerOf } from './support/plans.ts'
import { pretendClock } from './support/pretendClock.ts'
import { otherPlanId, planId, testServer, type SignedIn, type TestServer } from './support/testServer.ts'

let server: TestServer
let kari: SignedIn
let jon: SignedIn
beforeAll(async () => {
  server = await testServer()
  kari = await server.member('editor', 'Kari')
  jon = await server.member('reader', 'Jon')
})
afterAll(async () => {
  expect(server.reported).toEqual([])
  await server.close()
})

/** A stock y-websocket client, signed in. */
function stockClient({ cookie }: SignedIn, at: TestServer = server) {
  const { address } = at.server
  class SignedInSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url, { headers: { cookie, origin: address } })
    }
  }
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`${address.replace('http', 'ws')}/sync`, `plan:${planId}`, doc, {
    WebSocketPolyfill: SignedInSocket as unknown as typeof globalThis.WebSocket, disableBc: true,
  })
  return { doc, provider }
}

describe('who gets in', () => {
  test.each([null, 'http://evil.example', 'null', 'http://localhost', 'http://localhost:1', 'https://localhost'])(
    'T2 a wrong Origin (%s) is refused before the upgrade', async (origin) => {
      const socket = server.connect({ cookie: kari.cookie, origin })
      await until(() => socket.refusedWith(), { what: 'an answer' })
      expect(socket.refusedWith()).toBe(403)
    })

  test('T2 the address that means the same as localhost is ours too', async () => {
    const socket = server.connect({ cookie: kari.cookie, origin: server.server.address.replace('localhost', '127.0.0.1') })
    await socket.opening()
    socket.socket.close()
  })

  test.each([
    ['no session', {}, 4401],
    ['a forged session', { cookie: `plantavle=${'a'.repeat(43)}` }, 4401],
    ['a session under another name', { as: 'kari', rename: '__Host-plantavle' }, 4401],
    ['no such plan', { as: 'kari', room: 'plan:rogaland-nowhere' }, 4404],
    ['a plan of others', { as: 'kari', room: `plan:${otherPlanId}` }, 4404],
    ['another kind of room', { as: 'kari', room: planId }, 4404],
    ['an address that cannot be read', { as: 'kari', room: '%E0%A4%A' }, 4404],
    ['another epoch', { as: 'kari', query: '&epoch=other' }, 4409],
    ['a page that was opened for somebody else', { as: 'kari', query: '&member=somebody-else' }, 4401],
    ['a page that was opened for another member', { as: 'kari', query: '&member=jon' }, 4401],
    ['an older schema', { as: 'kari', query: `&schema=${schemaVersion - 1}` }, 4426],
    ['a schema that is no number', { as: 'kari', query: '&schema=new' }, 4426],
  ])('T3 %s: upgraded, told nothing, and closed', async (_what, { as, rename, query = '', ...options }: Record<string, string>, code) => {
    const cookie = as ? kari.cookie.replace('plantavle', rename ?? 'plantavle') : options.cookie
    // Whoever wants acks is told of their reach before anything else: too early is seen.
    const asked = `?ack=1${query.replace('jon', jon.memberId)}`
    const socket = server.connect({ ...options, query: asked, ...(cookie === undefined ? {} : { cookie }) })
    expect(await socket.closing()).toBe(code)
    expect(socket.frames).toEqual([])
  })

  test('T3 the plan\'s own epoch and schema are let in, and so are none; the room\'s name may be escaped', async () => {
    for (const options of [{ query: `?epoch=epoch-of-rogaland&schema=${schemaVersion}&ack=1` }, { query: '' }, { query: `?member=${kari.memberId}` }, { room: encodeURIComponent(`plan:${planId}`) }]) {
      const socket = server.connect({ cookie: kari.cookie, ...options })
      await socket.opening()
      await until(() => socket.frames.some(({ kind }) => kind === 'step1'), { what: 'the room speaks' })
      socket.socket.close()
    }
  })
})

describe('the wire', () => {
  test('T4 two stock y-websocket clients see each other\'s words, and each other', async () => {
    const [a, b] = [stockClient(kari), stockClient(kari)]
    await until(() => a.provider.synced && b.provider.synced, { what: 'both are in step' })
    expect(arenaOf(a.doc)).toBe('nyhetsbrev')
    Y.applyUpdate(a.doc, writerOf(Y.encodeStateAsUpdate(a.doc)).type(' fra a'))
    await until(() => arenaOf(b.doc).endsWith(' fra a'), { what: 'b sees it' })
    b.provider.awareness.setLocalStateField('user', { name: 'someone else' })
    await until(() => a.provider.awareness.getStates().get(b.doc.clientID)?.user?.name === 'Kari', { what: 'a sees b under the name of the session' })
    b.provider.destroy()
    await until(() => !a.provider.awareness.getStates().has(b.doc.clientID), { what: 'b is gone' })
    a.provider.destroy()
  })

  test('T4 a stock reader stays connected after deletions in the plan', async () => {
    const writer = stockClient(kari)
    await until(() => writer.provider.synced, { what: 'in step' })
    const row = writer.doc.getMap('activities').get('K01')
    const text = row instanceof Y.Map ? row.get('arena') : null
    if (text instanceof Y.Text)
      text.delete(0, 2)
    await until(async () => (await server.arena()).startsWith('hetsbrev'), { what: 'it is on disk' })
    const reader = stockClient(jon)
    let closes = 0
    reader.provider.on('connection-close', () => closes++)
    await until(() => reader.provider.synced, { what: 'the reader is in step' })
    reader.provider.disconnect()
    reader.provider.connect()
    await until(() => reader.provider.synced, { what: 'the reader is in step again' })
    expect(closes).toBe(1)
    reader.provider.destroy()
    writer.provider.destroy()
  })

  test('T4 sync updates are acknowledged by count to those who ask, and only to them', async () => {
    const asks = server.connect({ cookie: kari.cookie })
    const stock = server.connect({ cookie: kari.cookie, query: '' })
    await Promise.all([asks.opening(), stock.opening()])
    const writer = writerOf()
    asks.socket.send(encodeSync(1, emptyUpdate))
    asks.socket.send(encodeSync(2, writer.type(' x')))
    stock.socket.send(encodeSyncStep1(Uint8Array.of(0)))
    stock.socket.send(encodeSync(2, writerOf().type(' y')))
    await until(() => asks.acks().at(-1) === 2, { what: 'the ack' })
    await until(async () => (await server.arena()).includes(' y'), { what: 'the other is on disk' })
    expect(await server.arena()).toContain(' x')
    expect(stock.acks()).toEqual([])
    asks.socket.close()
    stock.socket.close()
  })

  test('T4 who asks who is here is told', async () => {
    const [a, b] = [server.connect({ cookie: kari.cookie }), server.connect({ cookie: jon.cookie })]
    await Promise.all([a.opening(), b.opening()])
    a.socket.send(presenceFrame({ client: 77, state: { at: null } }))
    await until(() => b.frames.some(frame => frame.kind === 'presence' && frame.entries.some(({ client }) => client === 77)), { what: 'b sees a' })
    const before = b.frames.length
    b.socket.send(Uint8Array.of(3))
    await until(() => b.frames.length > before, { what: 'an answer' })
    expect(b.frames.at(-1)).toMatchObject({ kind: 'presence', entries: [{ client: 77, state: { user: { name: 'Kari' } } }] })
    a.socket.close()
    b.socket.close()
  })
})

describe('what may not pass', () => {
  test('T6 a reader\'s update is refused, nothing after it is read, and the document is unchanged', async () => {
    const before = await server.arena()
    const reader = server.connect({ cookie: jon.cookie })
    await reader.opening()
    const writer = writerOf()
    reader.socket.send(encodeSync(2, writer.type(' not this')))
    reader.socket.send(encodeSync(2, writer.type(' nor this')))
    expect(await reader.closing()).toBe(4403)
    expect(reader.frames.at(-1)).toEqual({
      kind: 'refusal', nth: 1, refusal: { reason: 'not-allowed', cells: [{ register: 'activities', row: 'K01', field: 'arena' }] },
    })
    expect(await server.arena()).toBe(before)
  })

  test('T5 an update over the limit is refused as too large, a frame over the limit ends the connection', async () => {
    const large = server.connect({ cookie: kari.cookie })
    await large.opening()
    large.socket.send(encodeSync(2, new Uint8Array(limits.maxUpdateBytes + 1)))
    expect(await large.closing()).toBe(4403)
    expect(large.frames.at(-1)).toMatchObject({ kind: 'refusal', refusal: { reason: 'too-large' } })
    const larger = server.connect({ cookie: kari.cookie })
    await larger.opening()
    larger.socket.send(new Uint8Array(limits.maxFrameBytes + 1))
    expect(await larger.closing()).toBe(1009)
  })

  test.each<[string, string | Uint8Array, number]>([
    ['text', 'hello', 1003],
    ['nothing', new Uint8Array(0), 1007],
    ['a kind no client has', Uint8Array.of(42), 1002],
    ['an ack', Uint8Array.of(100, 1), 1002],
    ['an auth frame', Uint8Array.of(2, 0, 0), 1002],
    ['an unknown sync step', Uint8Array.of(0, 3, 0), 1002],
    ['a truncated update', Uint8Array.of(0, 2, 200), 1007],
    ['an absurd length', Uint8Array.of(0, 2, 255, 255, 255, 255, 255, 255, 255, 15), 1007],
    ['two frames in one', Uint8Array.of(0, 2, 2, 0, 0, 0, 2, 2, 0, 0), 1002],
    ['a truncated state vector', Uint8Array.of(0, 0, 2, 5, 1), 1007],
    ['bytes after a state vector', Uint8Array.of(0, 0, 2, 0, 0), 1002],
    ['presence that is not JSON', Uint8Array.of(1, 5, 1, 2, 1, 1, 120), 1007],
    ['a question about the state with something behind it', Uint8Array.of(102, 0), 1002],
    ['an update that is none', encodeSync(2, Uint8Array.of(7, 7, 7, 7, 7)), 1007],
  ])('T5 %s closes its own connection and no other', async (_what, bytes, code) => {
    const [healthy, hostile] = [server.connect({ cookie: kari.cookie }), server.connect({ cookie: kari.cookie })]
    await Promise.all([healthy.opening(), hostile.opening()])
    hostile.socket.send(bytes)
    expect(await hostile.closing()).toBe(code)
    healthy.socket.send(encodeSync(1, emptyUpdate))
    await until(() => healthy.acks().length === 1, { what: 'the healthy one is served' })
    healthy.socket.close()
  })
})

describe('rights that change', () => {
  test('T7 a member who is removed or signed out is cut off at once', async () => {
    const [removed, revoked, signedOut] = await Promise.all(['a', 'c', 'd'].map(name => server.member('editor', name)))
    if (!removed || !revoked || !signedOut)
      throw new Error('members are missing')
    const sockets = [removed, revoked, signedOut].map(({ cookie }) => server.connect({ cookie }))
    await Promise.all(sockets.map(socket => socket.opening()))
    await server.admin('member remove', { plan: planId, member: removed.memberId })
    await server.admin('session revoke', { member: revoked.memberId })
    await server.get('/api/logg-ut', { method: 'POST', cookie: signedOut.cookie, headers: { origin: server.server.address } })
    expect(await Promise.all(sockets.map(socket => socket.closing()))).toEqual([4403, 4401, 4401])

    const again = [removed, revoked, signedOut].map(({ cookie }) => server.connect({ cookie }))
    expect(await Promise.all(again.map(socket => socket.closing()))).toEqual([4404, 4401, 4401])
    expect((await fetch(revoked.signInUrl, { redirect: 'manual' })).status).toBe(403)
    expect((await fetch(signedOut.signInUrl, { redirect: 'manual' })).status).toBe(303)
  })

  test('T7 a role that is lowered counts at once on the open connection: what may still pass does, the rest is refused after its acks', async () => {
    const member = await server.member('chair', 'Liv')
    const socket = server.connect({ cookie: member.cookie })
    await socket.opening()
    const lower = (role: string) => server.admin('member role', { plan: planId, member: member.memberId, role })
    const writer = writerOf()
    await lower('editor')
    socket.socket.send(encodeSync(2, writer.type(' as a lesser one')))
    await until(() => socket.acks().length === 1, { what: 'the ack' })
    await lower('reader')
    socket.socket.send(encodeSync(2, emptyUpdate))
    await until(() => socket.acks().at(-1) === 2, { what: 'the ack of nothing' })
    expect(socket.closed()).toBeNull()
    socket.socket.send(encodeSync(2, writer.type(' not this')))
    expect(await socket.closing()).toBe(4403)
    expect(socket.frames.at(-1)).toMatchObject({ kind: 'refusal', nth: 3, refusal: { reason: 'not-allowed' } })
    expect(await server.arena()).toMatch(/ as a lesser one(?!.* not this)/)
  })

  test('T7 a role that grows counts at once, on the open connection', async () => {
    const member = await server.member('reader', 'Marte')
    const socket = server.connect({ cookie: member.cookie })
    await socket.opening()
    await server.admin('member role', { plan: planId, member: member.memberId, role: 'editor' })
    socket.socket.send(encodeSync(2, writerOf().type(' as editor')))
    await until(() => socket.acks().length === 1, { what: 'the ack' })
    expect(await server.arena()).toContain(' as editor')
    socket.socket.close()
  })

  test('T14 a client that asks for frames of ours is told its role first of all, and at once when it changes; a stock client is not', async () => {
    const member = await server.member('reader', 'Siri')
    const [asks, stock] = [server.connect({ cookie: member.cookie }), server.connect({ cookie: member.cookie, query: '' })]
    await Promise.all([asks.opening(), stock.opening()])
    const rolesOf = ({ frames }: typeof asks) => frames.flatMap(frame => frame.kind === 'reach' ? [frame.reach.role] : [])
    for (const role of ['editor', 'editor', 'commenter'])
      await server.admin('member role', { plan: planId, member: member.memberId, role })
    await until(() => rolesOf(asks).length === 3, { what: 'the roles' })
    stock.socket.send(encodeSyncStep1(Uint8Array.of(0)))
    await until(() => stock.frames.some(({ kind }) => kind === 'step2'), { what: 'an answer to the stock client' })
    expect([asks.frames[0]?.kind, rolesOf(asks), rolesOf(stock)]).toEqual(['reach', ['reader', 'editor', 'commenter'], []])
    asks.socket.close()
    stock.socket.close()
  })
})

describe('the state', () => {
  test('T15 whoever asks is told which state the plan has, a reader too', async () => {
    const [reader, editor] = [server.connect({ cookie: jon.cookie }), server.connect({ cookie: kari.cookie })]
    await Promise.all([reader.opening(), editor.opening()])
    reader.socket.send(encodeSyncStep1(Uint8Array.of(0)))
    const statesOf = ({ frames }: typeof reader) => frames.flatMap(frame => frame.kind === 'state' ? [frame.hash] : [])
    const writer = writerOf()
    for (const [n, words] of [' første', ' andre'].entries()) {
      editor.socket.send(encodeSync(2, writer.type(words)))
      await until(() => arenaOf(reader.doc).includes(words), { what: 'the reader sees it' })
      reader.socket.send(encodeStateQuestion())
      await until(() => statesOf(reader).length > n, { what: 'the state' })
      expect(statesOf(reader).at(-1)).toBe(openStateHash(reader.doc).read())
    }
    expect(new Set(statesOf(reader)).size).toBe(2)
    reader.socket.close()
    editor.socket.close()
  })
})

describe('time', () => {
  test('T8 every connection gets a frame at least every 10 s, and one that is dead is let go', async () => {
    const clock = pretendClock()
    const slow = await testServer({ clock })
    const member = await slow.member('reader')
    const socket = slow.connect({ cookie: member.cookie })
    await socket.opening()
    socket.socket.pong = () => {}
    for (let n = 1; n <= 3; n++) {
      const before = socket.bytes.length
      clock.advance(limits.serverSpeaksEveryMs)
      await until(() => socket.bytes.length > before, { what: 'a sign of life' })
      expect([...socket.bytes.at(-1) ?? []]).toEqual([1, 1, 0])
    }
    clock.advance(limits.serverSpeaksEveryMs)
    expect(await socket.closing()).toBe(1006)
    await slow.close()
  })

  test('T7 an expired session ends its connections', async () => {
    const clock = pretendClock()
    const aged = await testServer({ clock })
    const member = await aged.member('reader')
    const socket = aged.connect({ cookie: member.cookie })
    await socket.opening()
    expect((await aged.get('/api/session', { cookie: member.cookie })).status).toBe(200)
    clock.sleep(sessionLastsMs)
    expect(await socket.closing()).toBe(4401)
    expect((await aged.get('/api/session', { cookie: member.cookie })).status).toBe(401)
    await aged.close()
  })
})

test('S12 stopping sends everybody away with «restarting», and keeps what was acknowledged', async () => {
  const stopping = await testServer()
  const member = await stopping.member('editor')
  const socket = stopping.connect({ cookie: member.cookie })
  await socket.opening()
  socket.socket.send(encodeSync(2, writerOf(smallContent).type(' kept')))
  await until(() => socket.acks().length === 1, { what: 'the ack' })
  const closing = stopping.server.close()
  expect(await socket.closing()).toBe(1012)
  await closing
  await stopping.close()
})
