import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { emptyUpdate } from '#shared/protocol/frames.ts'
import { mayChange } from '../../server/access/rules.ts'
import { openFreezes } from '../../server/rooms/freezes.ts'
import { openLargeJudge } from '../../server/rooms/largeJudge.ts'
import { openRoom } from '../../server/rooms/room.ts'
import { openRooms } from '../../server/rooms/rooms.ts'
import { openWriting, trialEveryMs } from '../../server/rooms/writing.ts'
import { openSqlite } from '../../server/storage/sqlite.ts'
import { isUnwritable } from '../../server/storage/unwritable.ts'
import { presenceEntries } from './support/frames.ts'
import { pretendPeer } from './support/peers.ts'
import { smallContent, writerOf } from './support/plans.ts'
import { pretendClock } from './support/pretendClock.ts'
import { newEpoch, noCheckpoints, pretendLog, turn } from './support/pretendLog.ts'

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse())
    await close()
})
function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plantavle-'))
  closers.push(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A plan's room, and a disk in the test's hand. */
function openBarrableRoom() {
  const clock = pretendClock()
  const log = pretendLog(smallContent)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, smallContent)
  let isBarred = false
  const judge = openLargeJudge({ clock })
  closers.push(() => judge.close())
  const room = openRoom({
    ground: doc, tail: 0, log, clock, owners: new Map([[7, 'Olav']]), freezes: openFreezes(), admit: mayChange, judge, report: () => {},
    onGrown: () => Promise.resolve(false), onEmpty: () => {}, onDropped: () => {}, isBarred: () => isBarred,
  })
  return {
    room, log, clock,
    bar(next: boolean) {
      isBarred = next
      room.tellWriting()
    },
  }
}
const toldOf = ({ frames }: ReturnType<typeof pretendPeer>) => frames.flatMap(frame => frame.kind === 'writing' ? [frame.isPossible] : [])

test('S37 from a failure of the disk until a trial succeeds nothing can be saved; it is tried every three seconds, and everybody hears', async () => {
  const clock = pretendClock()
  const heard: boolean[] = []
  let tries = 0
  let isFull = true
  const writing = openWriting({ clock, storage: { tryWriting: () => ++tries && isFull ? Promise.reject(new Error('full')) : Promise.resolve() } })
  writing.subscribe(isBarred => heard.push(isBarred))
  writing.bar()
  writing.bar()
  expect([writing.isBarred(), heard, tries]).toEqual([true, [true], 0])
  for (let n = 1; n <= 3; n++) {
    clock.advance(trialEveryMs)
    await turn()
    expect([tries, writing.isBarred()]).toEqual([n, true])
  }
  isFull = false
  clock.advance(trialEveryMs)
  await turn()
  expect([writing.isBarred(), heard]).toEqual([false, [true, false]])
  clock.advance(10 * trialEveryMs)
  expect(tries).toBe(4)
  writing.bar()
  expect(heard).toEqual([true, false, true])
  writing.close()
  clock.advance(trialEveryMs)
  expect(tries).toBe(4)
})

test('S38 a plan that cannot be saved is read by who is there and who comes; who asked for our frames is told, and when it is over', async () => {
  const { room, bar } = openBarrableRoom()
  const [kari, stock] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Stock', wantsAcks: false }).join(room)]
  bar(true)
  const late = pretendPeer({ name: 'Liv' }).join(room)
  late.ask()
  late.seat().receive(emptyUpdate)
  await turn()
  expect([toldOf(kari), toldOf(stock), toldOf(late), late.sees()]).toEqual([[false], [], [false], 'nyhetsbrev'])
  expect(late.frames.map(({ kind }) => kind).indexOf('writing')).toBeLessThan(late.frames.map(({ kind }) => kind).indexOf('step1'))
  bar(false)
  expect([toldOf(kari), toldOf(late), stock.closed()]).toEqual([[false, true], [false, true], null])
})

test('S38 meanwhile a change is sent back with its sender, reaches neither log nor others, and passes afterwards; what may not pass is refused as ever', async () => {
  const { room, log, bar } = openBarrableRoom()
  const [kari, reader, olav] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Leser', role: 'reader' }).join(room), pretendPeer({ name: 'Olav' }).join(room)]
  olav.ask()
  await turn()
  bar(true)
  const writer = writerOf()
  const update = writer.type(' i mai')
  kari.seat().receive(update)
  reader.seat().receive(writerOf().type('!'))
  await turn()
  expect([kari.closed()?.code, reader.closed()?.code, log.waiting(), olav.sees()]).toEqual([closeCode.comeBack, closeCode.refused, 0, 'nyhetsbrev'])
  expect(kari.frames.some(({ kind }) => kind === 'refusal' || kind === 'ack')).toBe(false)

  bar(false)
  const again = pretendPeer({ name: 'Kari' }).join(room)
  again.seat().receive(update)
  await turn()
  await log.commit()
  expect([again.acks(), olav.sees()]).toEqual([[1], 'nyhetsbrev i mai'])
})

test('S38 meanwhile a client id that is nobody\'s is bound to nobody, and one that is somebody\'s is seen', async () => {
  const { room, log, bar, clock } = openBarrableRoom()
  const [kari, olav, liv] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Olav' }).join(room), pretendPeer({ name: 'Liv' }).join(room)]
  bar(true)
  kari.seat().showPresence(presenceEntries({ client: 5, state: {} }))
  olav.seat().showPresence(presenceEntries({ client: 7, state: {} }))
  clock.advance(1_000)
  await turn()
  expect([log.waiting(), liv.presence().map(({ client }) => client), kari.closed()]).toEqual([0, [7], null])
  bar(false)
  kari.seat().showPresence(presenceEntries({ client: 5, clock: 2, state: {} }))
  await log.commit()
  clock.advance(1_000)
  expect(liv.presence().map(({ client }) => client)).toContain(5)
})

test('S38 every plan that is open is told, and no checkpoint is made of any', async () => {
  const clock = pretendClock()
  const listeners: (() => void)[] = []
  let isBarred = false
  let checkpoints = 0
  const judge = openLargeJudge({ clock })
  const rooms = openRooms({
    storage: { log: () => pretendLog(smallContent), newEpoch }, clock, judge, admit: mayChange, report: () => {},
    checkpoints: { ...noCheckpoints, make: () => Promise.resolve(++checkpoints > 0) },
    writing: { isBarred: () => isBarred, subscribe: (hear) => { listeners.push(() => hear(isBarred)); return () => {} } },
  })
  closers.push(() => rooms.close(), () => judge.close())
  const peers = [pretendPeer({ name: 'Kari' }), pretendPeer({ name: 'Olav' })]
  const seats = await Promise.all(peers.map(({ peer }, n) => rooms.join(`p${n}`, peer)))
  isBarred = true
  listeners.forEach(hear => hear())
  expect(peers.map(toldOf)).toEqual([[false], [false]])
  expect(rooms.census().map(room => room.peers)).toEqual([1, 1])
  seats.forEach(seat => seat.leave())
  clock.advance(60_000)
  await turn()
  expect([checkpoints, rooms.census()]).toEqual([0, []])
})

test('S39 only what the disk itself answers bars everything: no room, no right to write; not a row that does not fit, nor what could not be read', () => {
  const folder = aFolder()
  const file = join(folder, 'a.db')
  const db = new DatabaseSync(file)
  db.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB); INSERT INTO t VALUES (1, NULL); PRAGMA max_page_count = 3')
  const failing = (work: () => unknown): unknown => {
    try {
      return work()
    }
    catch (error) {
      return error
    }
  }
  const full = failing(() => db.exec('INSERT INTO t VALUES (2, zeroblob(100000))'))
  const unfit = failing(() => db.exec('INSERT INTO t VALUES (1, NULL)'))
  db.close()
  const still = new DatabaseSync(file, { readOnly: true })
  const readOnly = failing(() => still.exec('DELETE FROM t'))
  still.close()
  expect([full, readOnly, unfit].map(error => [error instanceof Error, isUnwritable(error)])).toEqual([[true, true], [true, true], [true, false]])
  const withCode = (errcode: number) => Object.assign(new Error('of the disk'), { errcode })
  const [write, read, shortRead] = [10 | 3 << 8, 10 | 1 << 8, 10 | 2 << 8]
  expect([write, read, shortRead].map(code => isUnwritable(withCode(code)))).toEqual([true, false, false])
})

test('S39 a trial writes to the folder and to the database, leaves nothing, and heals only where it succeeds', async () => {
  const folder = aFolder()
  const failures: boolean[] = []
  const storage = await openSqlite({ folder, watch: { committed: () => {}, failed: (_error, isUnwritable) => failures.push(isUnwritable) } })
  closers.push(() => storage.close())
  // What is in the way of its file is in the way of the trial.
  mkdirSync(join(folder, 'trial.tmp'))
  await expect(storage.tryWriting()).rejects.toThrow()
  expect([storage.failure() === null, failures]).toEqual([false, [false]])
  rmdirSync(join(folder, 'trial.tmp'))
  const written = () => statSync(join(folder, 'plantavle.db-wal')).size
  const before = written()
  await storage.tryWriting()
  expect(written()).toBeGreaterThan(before)
  expect([storage.failure(), statSync(join(folder, 'trial.tmp'), { throwIfNoEntry: false })]).toEqual([null, undefined])
})
