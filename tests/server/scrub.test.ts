import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { openFreezes } from '../../server/rooms/freezes.ts'
import type { LargeJudge } from '../../server/rooms/largeJudge.ts'
import { openRoom } from '../../server/rooms/room.ts'
import { openRooms, UnreadablePlanError } from '../../server/rooms/rooms.ts'
import { openScrub, scrubThread, type Comparison } from '../../server/rooms/scrub.ts'
import { isAsStored, type ScrubQuestion } from '../../server/rooms/scrubWorker.ts'
import type { Thread } from '../../server/rooms/thread.ts'
import { openSqlite } from '../../server/storage/sqlite.ts'
import { systemClock } from '../../server/time/clock.ts'
import { temporaryFolder } from '../support/server.ts'
import { until } from '../support/until.ts'
import { pretendPeer, type PretendPeer } from './support/peers.ts'
import { arenaOf, smallContent, writerOf } from './support/plans.ts'
import { pretendClock } from './support/pretendClock.ts'
import { noCheckpoints, pretendLog, turn } from './support/pretendLog.ts'

const noJudge: LargeJudge = { judge: () => Promise.reject(new Error('a large update')), close: () => Promise.resolve() }
const scrub = openScrub(scrubThread(systemClock))
afterAll(() => scrub.close())

/** A room whose document is in the test's hand too. */
function openTestRoom({ thread }: { thread?: Thread<ScrubQuestion, boolean> } = {}) {
  const log = pretendLog(smallContent)
  const clock = pretendClock()
  const doc = new Y.Doc()
  Y.applyUpdate(doc, smallContent)
  const happened: string[] = []
  const compared: Comparison[] = []
  const used = thread ? openScrub(thread) : scrub
  const room = openRoom({
    ground: doc, tail: 0, log, clock, owners: new Map(), freezes: openFreezes(), admit: () => true, judge: noJudge,
    report: what => happened.push(what),
    onGrown: () => Promise.resolve(false),
    onEmpty: () => {},
    onDropped: () => happened.push('dropped'),
    compare: live => used.compare(log, live, what => happened.push(what)).then((comparison) => {
      compared.push(comparison)
      return comparison
    }),
    onDiffering: () => {
      happened.push('another epoch')
      return Promise.resolve()
    },
  })
  const next = async (ms = 30_000) => {
    const count = compared.length
    clock.advance(ms)
    await until(() => compared.length > count, { what: 'it is compared' })
    await turn()
  }
  return { room, log, clock, doc, happened, compared, next }
}

test('S47 what is in memory is compared with what is stored before a plan goes to rest; where it differs there is another epoch, and then the room is dropped', async () => {
  for (const damage of [false, true]) {
    const { room, log, doc, happened, compared, next } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    kari.ask()
    await turn()
    kari.seat().receive(writerOf().type('!'))
    await log.commit()
    if (damage)
      Y.applyUpdate(doc, writerOf(smallContent, 4_711).type(' som ingen har skrevet'))
    await next(60_000)
    expect(compared).toEqual([damage ? 'differs' : 'same'])
    expect(happened).toEqual(damage ? ['another epoch', 'what was in memory was not what is stored', 'dropped'] : [])
    expect([kari.closed()?.code, kari.acks()]).toEqual([damage ? closeCode.comeBack : undefined, [1]])
  }
})

test('S47 and every five minutes while people write, so that it is found in a meeting too', async () => {
  const { room, log, clock, doc, compared, happened, next } = openTestRoom()
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  kari.ask()
  await turn()
  const writer = writerOf()
  async function writeFor(halfMinutes: number): Promise<void> {
    for (let n = 0; n < halfMinutes; n++) {
      kari.seat().receive(writer.type('x'))
      await log.commit()
      clock.advance(30_000)
      await turn()
    }
  }
  await writeFor(9)
  expect(compared).toEqual([])
  kari.seat().receive(writer.type('x'))
  await log.commit()
  await next()
  expect(compared).toEqual(['same'])
  doc.getMap('activities').delete('K02')
  await writeFor(9)
  kari.seat().receive(writer.type('x'))
  await log.commit()
  await next()
  expect([compared, happened[0]]).toEqual([['same', 'differs'], 'another epoch'])
  expect(kari.acks().at(-1)).toBe(20)
})

test('S47 a room in which something always waits for the disk is compared all the same', async () => {
  const { room, log, clock, happened, compared } = openTestRoom()
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  const writer = writerOf()
  for (let n = 0; n < 11; n++) {
    kari.seat().receive(writer.type(`${n % 10}`))
    clock.advance(30_000)
    await log.commit()
  }
  await until(() => compared.length > 0, { what: 'it is compared' })
  expect([compared, happened, kari.acks().at(-1)]).toEqual([['same'], [], 11])
})

test('S48 of a sound plan it never says that it differs, whatever is written, and whoever comes and goes, while it is compared', async () => {
  const step = fc.record({
    do: fc.constantFrom('write', 'write', 'write', 'erase', 'commit', 'commit', 'wait', 'wait', 'wait long', 'compare', 'join', 'leave'), who: fc.nat(3),
  })
  let differed = 0
  let total = 0
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 120, size: 'max' }), async (steps) => {
    const asked: (() => void)[] = []
    const { room, log, clock, happened, compared } = openTestRoom({
      thread: {
        ask: question => new Promise(resolve => asked.push(() => resolve(isAsStored(question)))), rest() {}, close: () => Promise.resolve(),
      },
    })
    const writers = Array.from({ length: 4 }, (_, n) => writerOf(smallContent, 100 + n))
    const peers = new Map<number, PretendPeer>()
    for (const { do: what, who } of steps) {
      const [peer, writer] = [peers.get(who), writers[who]]
      if (what === 'join' && !peer) {
        peers.set(who, pretendPeer({ name: `p${who}` }).join(room))
        peers.get(who)?.ask()
      }
      else if ((what === 'write' || what === 'erase') && peer && writer) {
        const length = writer.sees().length
        peer.seat().receive(what === 'write' || length < 3 ? writer.type(`${who}`) : writer.write(({ doc }) => eraseAt(doc, length - 2)))
      }
      else if (what === 'commit') {
        await log.commit(who + 1)
      }
      else if (what === 'wait' || what === 'wait long') {
        clock.advance(what === 'wait' ? 30_000 : 310_000)
      }
      else if (what === 'compare') {
        asked.splice(0).forEach(go => go())
      }
      else if (what === 'leave' && peer) {
        peer.seat().leave()
        peers.delete(who)
      }
      await turn()
    }
    total += compared.length
    differed += compared.filter(comparison => comparison !== 'same').length
    expect(happened).toEqual([])
  }), { seed: 20_270, numRuns: 120 })
  expect([differed, total > 200]).toEqual([0, true])
}, 60_000)

function eraseAt(doc: Y.Doc, at: number): void {
  const row = doc.getMap('activities').get('K01')
  const text = row instanceof Y.Map ? row.get('arena') : null
  if (text instanceof Y.Text)
    text.delete(at, 1)
}

/** Rooms over a file, which the test can change behind their back. */
async function openTestRooms({ newEpoch }: { newEpoch?: () => Promise<string> } = {}) {
  const folder = temporaryFolder()
  const storage = await openSqlite({ folder })
  const clock = pretendClock()
  await storage.createPlan({
    planId: 'p', regionId: 'rogaland', reformId: 'leve-hele-livet', epoch: 'e1', createdAt: 1, title: 'Plan', firstContent: smallContent,
  })
  const reported: string[] = []
  const failing = newEpoch
  const rooms = openRooms({
    storage: { log: storage.log, newEpoch: (...about) => (failing?.() ?? Promise.resolve('')).then(() => storage.newEpoch(...about)) },
    clock, judge: noJudge, checkpoints: noCheckpoints, scrub, admit: () => true, report: (what, error) => reported.push(`${what}: ${String(error)}`),
  })
  onTestFinished(async () => {
    await rooms.close()
    await storage.close()
  })
  async function enter(name: string, epoch = 'e1') {
    const peer = pretendPeer({ name })
    const seat = await rooms.join('p', peer.peer, epoch)
    seat.askFor(Uint8Array.of(0))
    await turn()
    return { ...peer, seat: () => seat }
  }
  return { storage, folder, clock, reported, rooms, enter }
}
/** How often the operator was told that what is in memory is not what is stored. */
const timesToldOf = (reported: readonly string[]) => reported.filter(what => what.includes('another epoch, and nobody')).length

function inFile(folder: string, sql: string, ...values: (Uint8Array | number)[]) {
  const file = new DatabaseSync(join(folder, 'plantavle.db'))
  try {
    return file.prepare(sql).all(...values)
  }
  finally {
    file.close()
  }
}

test('S47 the other epoch is on disk with when and why before anybody is sent away; nobody comes in under the one before, and what is stored is what all see', async () => {
  const { storage, folder, clock, reported, rooms, enter } = await openTestRooms()
  const kari = await enter('Kari')
  kari.seat().receive(writerOf(smallContent, 7).type(' som ble til noe annet'))
  await until(() => kari.acks().length > 0, { what: 'it is written' })
  const other = writerOf(smallContent, 8).type(' på disken')
  inFile(folder, 'UPDATE updates SET bytes = ?, crc = ? WHERE seq = 2', other, crc32(other))
  let epochAtClose: unknown = null
  const close = kari.peer.close
  Object.assign(kari.peer, { close: (code: number, reason: string) => {
    epochAtClose = inFile(folder, 'SELECT epoch FROM plans')[0]?.epoch
    close(code, reason)
  } })
  clock.advance(60_000)
  await until(() => kari.closed(), { what: 'she is sent away' })
  const epoch = (await storage.plan('p'))?.epoch ?? ''
  expect([kari.closed()?.code, epochAtClose, epoch === 'e1']).toEqual([closeCode.comeBack, epoch, false])
  expect(inFile(folder, 'SELECT epoch, at, why FROM epochs')).toEqual([{ epoch, at: clock.now(), why: 'what was in memory was not what is stored' }])
  expect(reported.map(what => what.split(':')[1])).toEqual([' another epoch, and nobody goes on with what they have', ' what was in memory was not what is stored'])

  await expect(enter('Olav')).rejects.toMatchObject({ code: closeCode.comeBack })
  expect((await enter('Olav', epoch)).sees()).toBe('nyhetsbrev på disken')
  expect([rooms.hasDiffered(), timesToldOf(reported), rooms.isAnyUnreadable()]).toEqual([true, 1, false])
  clock.advance(60 * 60_000)
  expect([rooms.hasDiffered(), timesToldOf(reported)]).toEqual([false, 1])
})

test('S52 what is stored and rests on something that is not there is left out and told of, and the plan can be written in', async () => {
  const { storage, folder, clock, reported, rooms, enter } = await openTestRooms()
  const [kari, writer] = [await enter('Kari'), writerOf(smallContent, 7)]
  kari.seat().receive(writer.type(' i'))
  kari.seat().receive(writer.type(' mai'))
  await until(() => kari.acks().at(-1) === 2, { what: 'it is written' })
  kari.seat().leave()
  clock.advance(30_000)
  const other = writerOf(smallContent, 8).type('!')
  inFile(folder, 'UPDATE updates SET bytes = ?, crc = ? WHERE seq = 2', other, crc32(other))
  await turn()
  const olav = await enter('Olav')
  expect([olav.sees(), reported.map(what => what.split(':')[1])]).toEqual(['nyhetsbrev!', [' something stored rests on what is not there, and is left out']])
  olav.seat().receive(writerOf(smallContent, 9).type('?'))
  await until(() => olav.acks().at(-1) === 1, { what: 'it is written' })
  expect((await storage.log('p').read()).length).toBe(4)
  await rooms.close()
})

test('S47 as long as the other epoch cannot be written nobody is let in', async () => {
  let isFull = true
  const { storage, folder, clock, reported, enter } = await openTestRooms({ newEpoch: () => isFull ? Promise.reject(new Error('full')) : Promise.resolve('') })
  const kari = await enter('Kari')
  kari.seat().receive(writerOf(smallContent, 7).type('!'))
  await until(() => kari.acks().length > 0, { what: 'it is written' })
  const other = writerOf(smallContent, 8).type('?')
  inFile(folder, 'UPDATE updates SET bytes = ?, crc = ? WHERE seq = 2', other, crc32(other))
  clock.advance(60_000)
  await until(() => kari.closed(), { what: 'she is sent away' })
  await expect(enter('Kari')).rejects.toThrow(UnreadablePlanError)
  isFull = false
  clock.advance(5_000)
  await expect(enter('Kari')).rejects.toThrow(UnreadablePlanError)
  const epoch = (await storage.plan('p'))?.epoch ?? ''
  expect(epoch).not.toBe('e1')
  expect((await enter('Kari', epoch)).sees()).toBe('nyhetsbrev?')
  expect(timesToldOf(reported)).toBe(1)
})

test('S49 where what is stored is damaged the operator is told, and nobody loses what is in memory: the plan goes on, and is not let go', async () => {
  const { storage, folder, clock, reported, rooms, enter } = await openTestRooms()
  const kari = await enter('Kari')
  const writer = writerOf(smallContent, 7)
  kari.seat().receive(writer.type(' a'))
  await until(() => kari.acks().length > 0, { what: 'it is written' })
  inFile(folder, 'UPDATE updates SET crc = crc + 1 WHERE seq = 2')
  clock.advance(60_000)
  await until(() => rooms.isAnyUnreadable(), { what: 'it is noticed' })
  expect(reported).toEqual(['plan p: what is stored could not be read: LogReadError: update 2 of plan p is not what was written'])
  kari.seat().receive(writer.type('b'))
  await until(() => kari.acks().at(-1) === 2, { what: 'it is written' })
  kari.seat().leave()
  clock.advance(300_000)
  await until(() => reported.length > 1, { what: 'it is looked at again' })
  expect((await enter('Olav')).sees()).toBe('nyhetsbrev ab')

  inFile(folder, 'UPDATE updates SET crc = crc - 1 WHERE seq = 2')
  clock.advance(300_000)
  await until(() => !rooms.isAnyUnreadable(), { what: 'it is found mended' })
  expect([(await storage.plan('p'))?.epoch, timesToldOf(reported)]).toEqual(['e1', 0])
})

test('S47 who compares sees what was written before it was asked, and nothing after', async () => {
  const log = pretendLog(smallContent)
  const writer = writerOf()
  const live = Y.encodeStateAsUpdate(writer.doc)
  const comparing = scrub.compare(log, live, () => {})
  void log.append({ update: writer.type('!'), by: 'kari', clientIds: [], binds: [], at: 1, touches: [], changes: [], title: null })
  await log.commit()
  expect(arenaOf(writer.doc)).toBe('nyhetsbrev!')
  expect([await comparing, await scrub.compare(log, live, () => {})]).toEqual(['same', 'differs'])
})

test('S48 nor of one in whose log something is lacking: it is the same in memory', async () => {
  const log = pretendLog(smallContent)
  const writer = writerOf(smallContent, 7)
  writer.type('lost')
  void log.append({ update: writer.type('?'), by: 'kari', clientIds: [], binds: [], at: 1, touches: [], changes: [], title: null })
  await log.commit()
  const live = new Y.Doc()
  log.written.forEach(update => Y.applyUpdate(live, update))
  expect(live.store.pendingStructs).not.toBeNull()
  expect(await scrub.compare(log, Y.encodeStateAsUpdate(live), () => {})).toBe('same')
})

test.each<[string, (mine: Uint8Array) => Uint8Array]>([
  ['other letters under the same ids', () => writerOf(smallContent, 7).type('en')],
  ['letters that rest on what is not there', (mine) => {
    const writer = writerOf(smallContent, 7)
    writer.type('x')
    return Y.mergeUpdates([mine, writerOf(smallContent, 8).type('!'), writer.type('y')])
  }],
])('S47 %s differ too', async (_what, toStored) => {
  const log = pretendLog(smallContent)
  const writer = writerOf(smallContent, 7)
  const mine = writer.type('to')
  void log.append({ update: toStored(mine), by: 'kari', clientIds: [], binds: [], at: 1, touches: [], changes: [], title: null })
  await log.commit()
  expect(await scrub.compare(log, Y.encodeStateAsUpdate(writer.doc), () => {})).toBe('differs')
})
