import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { addRow } from '#shared/plan/commands.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import { emptyUpdate, encodeStateQuestion, encodeSync, encodeSyncStep1 } from '#shared/protocol/frames.ts'
import { until } from '../../support/until.ts'
import { ask, memberOf, putGrant, somebody, type Comer } from '../support/everybody.ts'
import { presenceFrame } from '../support/frames.ts'
import { asRole } from '../support/notes.ts'
import { smallContent, writerOf, type Writer } from '../support/plans.ts'
import { planId, testServer, type RawSocket, type SignedIn, type TestServer } from '../support/testServer.ts'

let server: TestServer
let watcher: RawSocket
let editor: SignedIn
/** Somebody who has written, and under which id. */
let victimsId: number
let db: DatabaseSync
beforeAll(async () => {
  server = await testServer()
  db = new DatabaseSync(join(server.folder, 'plantavle.db'), { readOnly: true })
  editor = await memberOf(server, planId, 'editor', 'Kari')
  await memberOf(server, planId, 'owner', 'Eier')
  const victim = server.connect({ cookie: editor.cookie })
  await victim.opening()
  const writer = writerOf()
  victimsId = writer.doc.clientID
  victim.socket.send(encodeSync(2, writer.type(' av Kari')))
  await until(() => victim.acks().at(-1) === 1, { what: 'somebody has written' })
  watcher = server.connect({ cookie: editor.cookie })
  await watcher.opening()
  watcher.socket.send(encodeSyncStep1(Uint8Array.of(0)))
  await until(() => watcher.frames.some(({ kind }) => kind === 'step2'), { what: 'the watcher has the plan' })
})
afterAll(async () => {
  db.close()
  expect(server.reported).toEqual([])
  await server.close()
})

/** Pieces of websocket messages, and whether each is the last of its message. */
type Pieces = readonly (readonly [piece: Uint8Array, isLast: boolean])[]
const frames = (...all: Uint8Array[]): Pieces => all.map(frame => [frame, true])
const send = ({ socket }: RawSocket, pieces: Pieces) => pieces.forEach(([piece, fin]) => socket.send(piece, { fin }))
/** Words in the arena of K01, as one update. */
const words = (base: Uint8Array, writer = writerOf(base)) => writer.type(' ikke dette')

const ways: Readonly<Record<string, (base: Uint8Array) => Pieces>> = {
  'as an update': base => frames(encodeSync(2, words(base))),
  'as step 2': base => frames(encodeSync(1, words(base))),
  'merged with an empty one, and with all that is known': base => frames(encodeSync(2, Y.mergeUpdates([emptyUpdate, base, words(base)]))),
  'split over two frames, each the half of a sentence': (base) => {
    const writer = writerOf(base)
    return frames(encodeSync(2, writer.type(' ikke')), encodeSync(2, writer.type(' dette')))
  },
  'split over two pieces of one websocket message': (base) => {
    const frame = encodeSync(2, words(base))
    return [[frame.subarray(0, 9), false], [frame.subarray(9), true]]
  },
  'inside a large update, which is judged apart, behind what they may': (base) => {
    const writer = writerOf(base)
    const large = Y.mergeUpdates([allowed(writer), words(base, writer)])
    expect(large.byteLength).toBeGreaterThan(20_000)
    return frames(encodeSync(2, large))
  },
  'under another member\'s client id': (base) => {
    const writer = writerOf(base)
    writer.doc.clientID = victimsId
    return frames(encodeSync(2, words(base, writer)))
  },
  'after presence under the id': (base) => {
    const writer = writerOf(base)
    return frames(presenceFrame({ client: writer.doc.clientID, state: {} }), encodeSync(2, words(base, writer)))
  },
}

/** Twenty networks with long names: more than is judged in a turn. */
const allowed = (writer: Writer) => writer.write((plan) => {
  for (let n = 0; n < 20; n++) {
    const added = addRow(plan, 'networks', { note: 'ord '.repeat(300) })
    if (!added.ok)
      throw new Error(added.refusal)
  }
})

/** What the server has: rows of the log and of changes, and the state as it lives and as it is stored. */
async function whatIs() {
  const before = watcher.frames.length
  watcher.socket.send(encodeStateQuestion())
  const state = await until(() => watcher.frames.slice(before).find(({ kind }) => kind === 'state'), { what: 'the state' })
  return { state, stored: await storedHash(), rows: db.prepare('SELECT count(*) AS n, max(seq) AS last FROM updates').get(), changes: db.prepare('SELECT count(*) AS n FROM changes').get() }
}
async function stored(): Promise<Uint8Array> {
  return Y.mergeUpdates([...await server.server.storage.log(planId).read()])
}
async function storedHash(): Promise<string> {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, await stored())
  return openStateHash(doc).read()
}

/** Nothing has changed anywhere, and nobody was sent anything. */
async function harmless(work: () => Promise<void>): Promise<void> {
  const before = await whatIs()
  const heard = watcher.frames.length
  await work()
  expect(await whatIs()).toEqual(before)
  expect(watcher.frames.slice(heard).filter(({ kind }) => kind === 'update' || kind === 'step2')).toEqual([])
}

let tries = 0

describe('T49 what somebody may not write changes nothing for anybody, whichever way it comes', () => {
  const nonWriters: Readonly<Partial<Record<Comer, number>>> = {
    'reader': 4403, 'commenter': 4403, 'national-reader': 4403, 'limited': 4403, 'past-guest': 4404, 'removed': 4404, 'elsewhere': 4404, 'administrator': 4404,
    'signed-out': 4401, 'stranger': 4401,
  }

  test.each(Object.entries(nonWriters))('T49 %s', async (kind, code) => {
    const who = await somebody(server, kind as Comer, { editor: editor.memberId, samePlan: planId })
    const base = await stored()
    await harmless(async () => {
      await Promise.all(Object.values(ways).map(async (way) => {
        const pieces = way(base)
        const socket = server.connect({ cookie: who.cookie })
        socket.socket.once('open', () => send(socket, pieces))
        expect(await socket.closing()).toBe(code)
        expect(socket.acks()).toEqual([])
        tries++
      }))
    })
  })
})

describe('T49 a connection from before somebody lost the right to write brings nothing any more', () => {
  const losses: Readonly<Record<string, (who: SignedIn) => Promise<unknown>>> = {
    'made a reader': ({ memberId }) => server.admin('member role', { plan: planId, member: memberId, role: 'reader' }),
    'made a commenter': ({ memberId }) => server.admin('member role', { plan: planId, member: memberId, role: 'commenter' }),
    'reads nationally, and was an editor besides': async ({ memberId }) => {
      await server.admin('office give', { member: memberId, office: 'national-reader' })
      await server.admin('member remove', { plan: planId, member: memberId })
    },
    'limited to networks': async ({ memberId }) => {
      const owner = await memberOf(server, planId, 'owner', 'Eier')
      const answer = await ask(server, 'POST /api/plans/:planId/members/:memberId/grant', {
        cookie: owner.cookie, params: { memberId }, body: { role: 'editor', registers: ['networks'], until: null },
      })
      expect(answer.status).toBe(204)
    },
    'removed': ({ memberId }) => server.admin('member remove', { plan: planId, member: memberId }),
    'signed out everywhere': ({ cookie }) => ask(server, 'POST /api/me/sign-out-everywhere', { cookie }),
  }

  test.each(Object.entries(losses))('T49 %s', async (_what, lose) => {
    const who = await memberOf(server, planId, 'editor', 'Var redaktør')
    const base = await stored()
    const sockets = await Promise.all(Object.values(ways).map(async (way) => {
      const socket = server.connect({ cookie: who.cookie })
      await socket.opening()
      return { socket, way }
    }))
    await lose(who)
    await harmless(async () => {
      for (const { socket, way } of sockets) {
        if (socket.socket.readyState === socket.socket.OPEN)
          send(socket, way(base))
        expect([4401, 4403]).toContain(await socket.closing())
        expect(socket.acks()).toEqual([])
        tries++
      }
    })
  })
})

test('T49 each of these ways would have changed the plan in the hands of who may write, but under another\'s id', async () => {
  for (const [name, way] of Object.entries(ways)) {
    const before = await whatIs()
    const who = await memberOf(server, planId, 'editor', 'Redaktør')
    const socket = server.connect({ cookie: who.cookie })
    await socket.opening()
    send(socket, way(await stored()))
    const isTheft = name.startsWith('under another')
    await until(() => isTheft ? socket.closed() : socket.acks().length > 0 || socket.closed(), { what: name })
    const after = await whatIs()
    expect([name, after.stored !== before.stored, socket.closed()]).toEqual([name, !isTheft, isTheft ? 4403 : null])
    socket.socket.close()
  }
})

test('T49 who is limited writes in their registers, small or large', async () => {
  const who = await memberOf(server, planId, 'editor', 'USHT')
  await putGrant(server, who.memberId, { ...asRole('editor'), registers: ['networks'] })
  const socket = server.connect({ cookie: who.cookie })
  await socket.opening()
  socket.socket.send(encodeSync(2, allowed(writerOf(smallContent))))
  await until(() => socket.acks().at(-1) === 1, { what: 'an ack' })
  expect(tries).toBeGreaterThanOrEqual(125)
  socket.socket.close()
})
