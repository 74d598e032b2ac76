import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Role } from '#shared/protocol/api.ts'
import { addRows, spliceText, textOf } from '#shared/plan/commands.ts'
import { layPlan } from '#shared/plan/lay.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readRegister } from '#shared/plan/read.ts'
import { encodeStateQuestion, encodeSync } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { mayChange } from '../../server/access/rules.ts'
import { openFreezes } from '../../server/rooms/freezes.ts'
import { openLargeJudge, type LargeJudge, type LargeJudgeOptions } from '../../server/rooms/largeJudge.ts'
import { openRoom } from '../../server/rooms/room.ts'
import { systemClock } from '../../server/time/clock.ts'
import { until } from '../support/until.ts'
import { pretendClock } from './support/pretendClock.ts'
import { pretendLog, turn } from './support/pretendLog.ts'
import { pretendPeer } from './support/peers.ts'
import { smallContent, writerOf } from './support/plans.ts'
import { testServer } from './support/testServer.ts'

const opened: LargeJudge[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map(judge => judge.close()))
})

function openJudge(options: Partial<LargeJudgeOptions> = {}): LargeJudge {
  const judge = openLargeJudge({ clock: systemClock, ...options })
  opened.push(judge)
  return judge
}

/** A room whose large updates are counted, and judged by the thread that judges, in its own document or in `state`. */
function openTestRoom({ content = smallContent, state }: { content?: Uint8Array, state?: Uint8Array } = {}) {
  const judge = openJudge()
  const log = pretendLog(content)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, content)
  const freezes = openFreezes()
  const happened: string[] = []
  let judgedApart = 0
  const room = openRoom({
    ground: doc, tail: 0, log, freezes, clock: pretendClock(), admit: mayChange, owners: new Map(),
    judge: {
      ...judge,
      judge(by, update, ownState) {
        judgedApart++
        return judge.judge(by, update, () => state ?? ownState())
      },
    },
    report: what => happened.push(what),
    onGrown: () => Promise.resolve(false),
    onEmpty: () => happened.push('empty'),
    onDropped: () => happened.push('dropped'),
  })
  return { room, log, doc, freezes, happened, judgedApart: () => judgedApart }
}

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ arena: `Aktivitet ${n} ${'ord '.repeat(30)}` }))
const paste = (plan: Plan) => addRows(plan, 'activities', rows(100))
/** A paste and, in the same update, words in a row that others write in too. */
const pasteBeside = (words: string, clientId?: number) => writerOf(smallContent, clientId).write((plan) => {
  paste(plan)
  spliceText(plan, { register: 'activities', row: 'K01', field: 'arena' }, { at: 0, remove: 0, insert: words })
})
const activitiesIn = (doc: Y.Doc) => readRegister(doc, 'activities').length
const settled = (peer: ReturnType<typeof pretendPeer>) => until(() => !peer.isPaused() || peer.closed(), { what: 'the verdict' })

test('S21 a large update is judged apart: what comes behind it on its connection waits in order, and the others go on', async () => {
  const { room, log, doc, judgedApart } = openTestRoom()
  const [kari, olav] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Olav' }).join(room)]
  const writer = writerOf()
  const [large, small, larger] = [writer.write(paste), writer.type(' etter'), writer.write(paste)]
  expect(large.byteLength).toBeGreaterThan(16 * 1024)
  kari.seat().receive(writerOf(smallContent, 5).type(' før'))
  kari.seat().receive(large)
  kari.seat().receive(small)
  kari.seat().askForState()
  kari.seat().receive(larger)
  kari.seat().receive(writer.type('!'))
  olav.seat().receive(writerOf(smallContent, 6).type(' imens'))
  await log.commit()
  expect([kari.acks(), olav.acks(), kari.isPaused(), olav.isPaused()]).toEqual([[1], [1], true, false])
  expect(activitiesIn(doc)).toBe(2)

  await settled(kari)
  await log.commit()
  expect([kari.acks().at(-1), kari.closed(), judgedApart()]).toEqual([5, null, 2])
  expect([activitiesIn(doc), log.written.length]).toEqual([202, 7])
  expect(kari.frames.map(({ kind }) => kind)).toEqual(['step1', 'ack', 'ack', 'state'])
  olav.ask()
  await turn()
  expect(olav.sees()).toMatch(/ før/)
  expect(olav.sees()).toMatch(/ etter!/)
  expect(olav.sees()).toMatch(/ imens/)
})

test('S21 where the room has moved meanwhile it is judged once more, against what stands there now', async () => {
  const { room, log } = openTestRoom()
  const [kari, olav] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Olav' }).join(room)]
  const words = 'x'.repeat(2_500)
  kari.seat().receive(pasteBeside(words))
  olav.seat().receive(writerOf().type(words))
  await log.commit()
  await settled(kari)
  expect(olav.acks()).toEqual([1])
  expect(kari.frames.at(-1)).toEqual({
    kind: 'refusal', nth: 1, refusal: { reason: 'too-long', cells: [{ register: 'activities', row: 'K01', field: 'arena' }] },
  })
})

test.each<[string, Role, (world: { freezes: ReturnType<typeof openFreezes>, lower: () => void }) => void, object]>([
  ['a role that does not suffice', 'commenter', () => {}, { reason: 'not-allowed' }],
  ['a role that is lowered meanwhile', 'editor', ({ lower }) => lower(), { reason: 'not-allowed' }],
  ['a row that is frozen meanwhile', 'editor', ({ freezes }) => freezes.freeze({ register: 'activities', row: 'K01' }),
    { reason: 'row-frozen', cells: [{ register: 'activities', row: 'K01', field: 'arena' }] }],
])('S21 a large update is refused as any other, and nothing after it is read: %s', async (_what, first, meanwhile, refusal) => {
  const { room, log, doc, freezes } = openTestRoom()
  let role = first
  const kari = pretendPeer({ name: 'Kari', role: () => role }).join(room)
  const before = Y.encodeStateVector(doc)
  const writer = writerOf()
  kari.seat().receive(Uint8Array.of(0, 0))
  kari.seat().receive(pasteBeside('ord '))
  kari.seat().receive(writer.type(' after'))
  meanwhile({ freezes, lower: () => { role = 'reader' } })
  await settled(kari)
  expect(kari.frames.at(-1)).toMatchObject({ kind: 'refusal', nth: 2, refusal })
  expect([kari.acks(), kari.closed()?.code, log.waiting()]).toEqual([[1], 4403, 0])
  expect(Y.encodeStateVector(doc)).toEqual(before)
})

test('S21 what is ill in a large update is named, and it stays out', async () => {
  const { room, doc } = openTestRoom()
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  const writer = writerOf()
  kari.seat().receive(writer.write((plan) => {
    paste(plan)
    ;(plan.doc.getMap('activities').get('K02') as Y.Map<unknown>).set('status', 'nonsense')
  }))
  await settled(kari)
  expect(kari.frames.at(-1)).toMatchObject({ refusal: { reason: 'not-valid', cells: [{ register: 'activities', row: 'K02', field: 'status' }] } })
  expect(activitiesIn(doc)).toBe(2)
})

test('S21 a large update that only takes away, or brings nothing, is judged in its turn', () => {
  const writer = writerOf()
  writer.write(paste)
  for (const { id } of readRegister(writer.doc, 'activities')) {
    const text = textOf(writer.plan, { register: 'activities', row: id, field: 'arena' })
    for (let at = 0; at < 40; at++)
      text?.insert(text.length - at, '-')
  }
  const content = Y.encodeStateAsUpdate(writer.doc)
  const { room, doc, judgedApart } = openTestRoom({ content })
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  const known = Y.encodeStateVector(writer.doc)
  for (const { id } of readRegister(writer.doc, 'activities')) {
    const text = textOf(writer.plan, { register: 'activities', row: id, field: 'arena' })
    for (let at = (text?.length ?? 0) - 1; at > 0; at -= 2)
      text?.delete(at, 1)
  }
  const removal = Y.encodeStateAsUpdate(writer.doc, known)
  expect(removal.byteLength).toBeGreaterThan(16 * 1024)
  kari.seat().receive(removal)
  kari.seat().receive(content)
  expect([kari.isPaused(), judgedApart(), kari.closed()]).toEqual([false, 0, null])
  expect(readRegister(doc, 'activities')).toEqual(readRegister(writer.doc, 'activities'))
})

test('S21 whoever leaves or is sent away while a large update is judged has brought nothing, and the room goes on', async () => {
  const { room, log, doc, happened } = openTestRoom()
  const [kari, marte, olav] = ['Kari', 'Marte', 'Olav'].map(name => pretendPeer({ name }).join(room))
  kari?.seat().receive(pasteBeside('borte'))
  marte?.seat().receive(pasteBeside('borte'))
  olav?.seat().receive(pasteBeside('her'))
  kari?.seat().leave()
  marte?.seat().dismiss(4403, 'removed')
  expect(marte?.closed()?.code).toBe(4403)
  await until(() => !olav?.isPaused(), { what: 'the verdict on the one who stayed' })
  await log.commit()
  expect([olav?.acks(), activitiesIn(doc), happened]).toEqual([[1], 102, []])
  olav?.seat().leave()
  expect(room.isIdle()).toBe(true)
})

test('S21 more than a connection may keep waiting behind a large update ends it, to come back', () => {
  const { room } = openTestRoom()
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  kari.seat().receive(pasteBeside('ord'))
  for (let sent = 0; sent <= limits.maxQueuedBytes; sent += limits.maxUpdateBytes) {
    expect(kari.closed()).toBeNull()
    kari.seat().receive(new Uint8Array(limits.maxUpdateBytes))
  }
  expect(kari.closed()?.code).toBe(4503)
})

/** As many structs as an update may have, each a letter put before the one before. */
function costly(content = manyRows): Uint8Array {
  const writer = writerOf(content)
  return writer.write(plan => plan.doc.transact(() => {
    for (const { id } of readRegister(plan.doc, 'goals')) {
      const text = textOf(plan, { register: 'goals', row: id, field: 'text' })
      for (let n = 0; n < 3_900; n++)
        text?.insert(0, 'x')
    }
  }))
}
const manyRows = layPlan({ goals: ['1', '2', '3', '4', '5'].map(id => ({ id })) })

test('S22 one update brings at most so many structs', async () => {
  const content = layPlan({ goals: ['1', '2', '3', '4', '5', '6'].map(id => ({ id })) })
  const { room, log } = openTestRoom({ content })
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  kari.seat().receive(costly(content))
  await settled(kari)
  expect(kari.frames.at(-1)).toMatchObject({ kind: 'refusal', refusal: { reason: 'too-large' } })
  expect(log.waiting()).toBe(0)
})

test('S21 what takes too long is ended and refused as too costly, and whoever waits behind it is judged', async () => {
  const hasty = openJudge({ budgetMs: 1 })
  const slow = ['Mallory', 'Kari'].map(by => hasty.judge(by, costly(), () => manyRows))
  expect(await Promise.all(slow)).toEqual([{ kind: 'too-costly' }, { kind: 'too-costly' }])
  expect(await openJudge().judge('Kari', costly(), () => manyRows)).toMatchObject({ kind: 'judged', judgement: { fault: null, isNothing: false } })
})

test('S21 members take turns, whatever one of them has waiting', async () => {
  const judge = openJudge()
  const begun: string[] = []
  const ask = (by: string, what: string) => judge.judge(by, pasteBeside(what), () => {
    begun.push(what)
    return smallContent
  })
  await Promise.all([ask('Kari', 'K1'), ask('Kari', 'K2'), ask('Kari', 'K3'), ask('Olav', 'O1'), ask('Marte', 'M1'), ask('Olav', 'O2')])
  expect(begun).toEqual(['K1', 'K2', 'O1', 'M1', 'K3', 'O2'])
})

test('S21 when the machine, and not the update, is to blame, its sender is told to come back, and it is reported', async () => {
  const { room, happened } = openTestRoom({ state: Uint8Array.of(9, 9, 9, 9) })
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  kari.seat().receive(pasteBeside('ord'))
  await settled(kari)
  expect([kari.closed()?.code, happened.filter(what => what !== 'empty')]).toEqual([4503, ['a large update could not be judged']])
})

test('S21 what waits when the judge is closed is dropped, and it can be closed twice', async () => {
  const judge = openJudge()
  const waiting = [judge.judge('Kari', costly(), () => manyRows), judge.judge('Olav', costly(), () => manyRows)]
  await Promise.all([judge.close(), judge.close()])
  waiting.push(judge.judge('Marte', costly(), () => manyRows))
  expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['dropped', 'dropped', 'dropped'])
})

test('S21 over a real socket, a large update and what comes behind it are each acknowledged, in order, before the state that is asked for', async () => {
  const server = await testServer()
  const { cookie } = await server.member('editor')
  const socket = server.connect({ cookie })
  await socket.opening()
  const writer = writerOf()
  for (const update of [writer.write(paste), writer.type(' 1'), writer.write(paste), writer.type(' 2')])
    socket.socket.send(encodeSync(2, update))
  socket.socket.send(encodeStateQuestion())
  await until(() => socket.frames.some(({ kind }) => kind === 'state'), { what: 'the state' })
  expect(socket.acks().at(-1)).toBe(4)
  expect(socket.frames.at(-1)?.kind).toBe('state')
  expect(await server.arena()).toBe('nyhetsbrev 1 2')
  socket.socket.close()
  expect(server.reported).toEqual([])
  await server.close()
})
