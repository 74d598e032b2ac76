import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openCookies } from '../../../server/access/cookie.ts'
import { openLocalBus, type AccessChange } from '../../../server/bus/bus.ts'
import { unwatched } from '../../../server/operation/watch.ts'
import type { Peer } from '../../../server/rooms/peer.ts'
import { defaultBounds } from '../../../server/transport/bounds.ts'
import { toOrigins } from '../../../server/transport/origins.ts'
import { openSockets, type SocketParts } from '../../../server/transport/sockets.ts'
import { until } from '../../support/until.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { aRight } from '../support/pretendSocket.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed())
    await close()
})

/** Kari comes to the plan p; each time it is looked up what she may do, this is told of meanwhile. */
async function kariComes({ meanwhile, stands = () => Promise.resolve(true) }: {
  meanwhile: (looks: number) => AccessChange, stands?: () => Promise<boolean>
}) {
  const [bus, clock] = [openLocalBus(), pretendClock()]
  let looks = 0
  let joined = 0
  const session = { sessionId: 'hers', member: { memberId: 'kari', name: 'Kari', organisation: 'KS' }, way: 'email' as const, expiresAt: Infinity }
  const server = createServer().listen(0, 'localhost')
  await new Promise(listening => server.once('listening', listening))
  const { port } = server.address() as AddressInfo
  const origins = toOrigins(null, port, 'localhost')
  const sockets = openSockets({
    bus, clock, origins: () => origins, cookies: () => openCookies(origins), bounds: defaultBounds, watch: unwatched,
    report: (what: string, error: unknown) => { throw new Error(what, { cause: error }) },
    seen: { mark() {} },
    storage: { plan: () => Promise.resolve({ planId: 'p', epoch: 'e' }), failure: () => null },
    rooms: {
      join(_planId: string, peer: Peer) {
        joined++
        return Promise.resolve({ leave() {}, goOn() {}, dismiss: peer.close })
      },
    },
    access: {
      session: () => Promise.resolve(session), stands,
      right: () => {
        bus.publish(meanwhile(++looks))
        return Promise.resolve(aRight('editor'))
      },
    },
  } as unknown as SocketParts)
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head))
  const socket = new WebSocket(`${origins.publicOrigin.replace('http', 'ws')}/sync/plan:p`, { headers: { origin: origins.publicOrigin } })
  let closed: number | null = null
  socket.on('close', code => closed = code)
  closers.push(async () => {
    socket.terminate()
    await sockets.close()
    server.close()
  })
  await until(() => (joined > 0 && socket.readyState === socket.OPEN) || closed !== null, { what: 'she is in, or sent away' })
  /** So much time passes, and she gives a sign of life. */
  async function pass(ms: number): Promise<void> {
    clock.sleep(ms)
    const heard = new Promise(resolve => socket.once('pong', resolve))
    socket.ping()
    await heard
  }
  return { looks: () => looks, isIn: joined > 0, closed: () => closed, pass, bus }
}

const others: Readonly<Record<string, AccessChange>> = {
  'another member\'s right': { kind: 'right', planId: 'p', memberId: 'jon', right: null },
  'her right in another plan': { kind: 'right', planId: 'q', memberId: 'kari', right: null },
  'another\'s sessions': { kind: 'sessions-ended', memberId: 'jon' },
  'another session': { kind: 'session-ended', sessionId: 'his' },
  'another plan that is gone': { kind: 'plan-gone', planId: 'q' },
}
test.each(Object.entries(others))('T69 whoever comes is looked up once, whatever becomes of others meanwhile: %s', async (_what, change) => {
  const { looks, isIn } = await kariComes({ meanwhile: () => change })
  expect([looks(), isIn]).toEqual([1, true])
})

const own: Readonly<Record<string, AccessChange>> = {
  'her right': { kind: 'right', planId: 'p', memberId: 'kari', right: aRight('reader') },
  'her sessions': { kind: 'sessions-ended', memberId: 'kari' },
  'her session': { kind: 'session-ended', sessionId: 'hers' },
  'the plan': { kind: 'plan-gone', planId: 'p' },
}
test.each(Object.entries(own))('T69 what touches whoever comes is looked up anew, and not without end: %s', async (_what, change) => {
  const once = await kariComes({ meanwhile: looks => looks === 1 ? change : { kind: 'session-ended', sessionId: 'his' } })
  expect([once.looks(), once.isIn]).toEqual([2, true])
  const always = await kariComes({ meanwhile: () => change })
  expect([always.looks(), always.closed(), always.isIn]).toEqual([5, 4503, false])
})

test('T50 looking again at what everybody may do is not begun anew while it goes on, and is when it is done', async () => {
  let asked = 0
  let answer: (stands: boolean) => void = () => {}
  const { pass, closed } = await kariComes({
    meanwhile: () => ({ kind: 'session-ended', sessionId: 'his' }),
    stands: () => new Promise((resolve) => {
      asked++
      answer = resolve
    }),
  })
  for (let n = 0; n < 3; n++)
    await pass(30_000)
  expect([asked, closed()]).toEqual([1, null])
  answer(true)
  await pass(0)
  await pass(30_000)
  expect(asked).toBe(2)
})

test('T50 a plan that is taken away is closed to each who is in it', async () => {
  const { bus, closed } = await kariComes({ meanwhile: () => ({ kind: 'session-ended', sessionId: 'his' }) })
  bus.publish({ kind: 'plan-gone', planId: 'q' })
  expect(closed()).toBeNull()
  bus.publish({ kind: 'plan-gone', planId: 'p' })
  await until(() => closed() !== null, { what: 'she is sent away' })
  expect(closed()).toBe(4403)
})
