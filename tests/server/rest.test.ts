import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import { emptyUpdate } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { openCheckpoints } from '../../server/rooms/checkpoints.ts'
import { openFreezes } from '../../server/rooms/freezes.ts'
import { openLargeJudge } from '../../server/rooms/largeJudge.ts'
import { openRoom } from '../../server/rooms/room.ts'
import { openRooms } from '../../server/rooms/rooms.ts'
import { systemClock } from '../../server/time/clock.ts'
import type { LogContent, PlanLog } from '../../server/storage/contracts.ts'
import { pretendClock } from './support/pretendClock.ts'
import { newEpoch, pretendLog, turn } from './support/pretendLog.ts'
import { pretendPeer, type PretendPeer } from './support/peers.ts'
import { arenaOf, smallContent, writerOf } from './support/plans.ts'

const judge = openLargeJudge({ clock: systemClock })
const reported: string[] = []
const checkpoints = openCheckpoints({ clock: systemClock, report: what => reported.push(what) })
afterAll(() => Promise.all([judge.close(), checkpoints.close()]))

const documentOf = (updates: readonly Uint8Array[]) => {
  const doc = new Y.Doc()
  updates.forEach(update => Y.applyUpdate(doc, update))
  return doc
}

/** A room whose stored bytes come when the test lets them. */
function openTestRoom({ isHeld = false, checkpointed = true } = {}) {
  const log = pretendLog(smallContent)
  const waiting: (() => void)[] = []
  const held: PlanLog = {
    ...log,
    load: () => new Promise<LogContent>((resolve) => {
      const go = () => void log.load().then(resolve)
      if (isHeld)
        waiting.push(go)
      else
        go()
    }),
  }
  const clock = pretendClock()
  const happened: string[] = []
  const room = openRoom({
    ground: documentOf([smallContent]), tail: 1, log: held, clock, judge,
    owners: new Map(), freezes: openFreezes(), admit: () => true,
    report: what => happened.push(what),
    onGrown: () => checkpointed ? checkpoints.make(log) : Promise.resolve(false),
    onEmpty: () => {},
    onDropped: () => happened.push('dropped'),
  })
  return {
    room, log, clock, happened,
    /** Nobody writes for half a minute. */
    async rest() {
      clock.advance(30_000)
      await turn()
    },
    loads: () => waiting.length,
    async letLoad() {
      await turn()
      waiting.splice(0).forEach(go => go())
      await turn()
      await turn()
    },
  }
}

/** Whether the document is gone: then the next answer needs the stored bytes. */
async function isAtRest({ room, letLoad, loads }: ReturnType<typeof openTestRoom>): Promise<boolean> {
  const stranger = pretendPeer({ name: 'Stranger' }).join(room)
  stranger.ask()
  await turn()
  const hasWaited = loads() > 0
  await letLoad()
  stranger.seat().leave()
  return hasWaited
}

describe('a plan that nobody has written in for 30 s', () => {
  test('S30 keeps no document, and tells who comes, and who comes back, all that is written', async () => {
    const opened = openTestRoom({ isHeld: true })
    const { room, log, rest, letLoad } = opened
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    kari.ask()
    await turn()
    kari.seat().receive(writerOf().type('!'))
    await log.commit()
    expect(await isAtRest(opened)).toBe(false)
    await rest()
    await rest()
    expect(await isAtRest(opened)).toBe(true)

    const back = pretendPeer({ name: 'Olav' })
    Y.applyUpdate(back.doc, smallContent)
    back.join(room)
    const fresh = pretendPeer({ name: 'Marte' }).join(room)
    back.ask()
    fresh.ask()
    await letLoad()
    expect([back.sees(), fresh.sees()]).toEqual(['nyhetsbrev!', 'nyhetsbrev!'])
    expect(back.frames.find(({ kind }) => kind === 'step1')).toEqual({ kind: 'step1', stateVector: Y.encodeStateVector(fresh.doc) })
  })

  test('S30 the first update builds it, and whatever comes meanwhile waits in order, on every connection', async () => {
    const opened = openTestRoom({ isHeld: true })
    const { room, log, rest, letLoad } = opened
    const [kari, olav] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Olav' }).join(room)]
    for (const peer of [kari, olav])
      peer.ask()
    await turn()
    await rest()
    const [first, second] = [writerOf(smallContent, 101), writerOf(smallContent, 102)]
    kari.seat().receive(first.type(' a'))
    kari.seat().receive(first.type('b'))
    olav.seat().receive(second.type(' c'))
    const late = pretendPeer({ name: 'Marte' }).join(room)
    late.ask()
    expect([kari.isPaused(), olav.isPaused(), late.isPaused(), log.waiting()]).toEqual([true, true, true, 0])
    await letLoad()
    expect([kari.isPaused(), olav.isPaused(), late.isPaused(), log.waiting()]).toEqual([false, false, false, 3])
    await log.commit()
    expect([kari.acks().at(-1), olav.acks().at(-1)]).toEqual([2, 1])
    const all = documentOf(log.written)
    expect(late.sees()).toBe(arenaOf(all))
    expect(arenaOf(all)).toMatch(/^nyhetsbrev( ab c| c ab)$/)
    expect(await isAtRest(opened)).toBe(false)
  })

  test('S30 what repeats all that is known, or is empty, does not build it, and is acknowledged', async () => {
    const opened = openTestRoom({ isHeld: true })
    const { room, log, rest, letLoad, loads } = opened
    const writer = writerOf()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    kari.ask()
    await turn()
    kari.seat().receive(writer.write((plan) => {
      spliceText(plan, { register: 'activities', row: 'K01', field: 'arena' }, { at: 0, remove: 4, insert: 'N' })
      setCell(plan, { register: 'activities', row: 'K01', field: 'status' }, 'done')
      trashRow(plan, 'activities', 'K02')
    }))
    await log.commit()
    await rest()
    await rest()
    const stock = pretendPeer({ name: 'Olav' }).join(room)
    stock.ask()
    await letLoad()
    stock.seat().receive(Y.encodeStateAsUpdate(stock.doc, Y.encodeStateVector(stock.doc)))
    kari.seat().receive(emptyUpdate)
    expect([stock.acks(), kari.acks(), loads(), stock.isPaused()]).toEqual([[1], [1, 2], 0, false])
    expect(stock.sees()).toBe('Ntsbrev')

    // What merely may bring nothing is judged as ever.
    stock.seat().receive(Y.encodeStateAsUpdate(stock.doc))
    expect(stock.isPaused()).toBe(true)
    await letLoad()
    expect([stock.acks(), log.waiting(), stock.isPaused()]).toEqual([[1, 2], 0, false])
  })

  test('S30 and its state is known without it', async () => {
    const { room, log, rest, loads } = openTestRoom({ isHeld: true })
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    kari.ask()
    await turn()
    await rest()
    kari.seat().askForState()
    await turn()
    expect(kari.frames.at(-1)).toMatchObject({ kind: 'state', hash: openStateHash(documentOf(log.written)).read() })
    expect(loads()).toBe(0)
  })

  test('S30 is kept as a document as long as its stored bytes would be no quick answer', async () => {
    const opened = openTestRoom({ isHeld: true, checkpointed: false })
    const { room, log, rest } = opened
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    kari.ask()
    await turn()
    const writer = writerOf()
    for (let n = 0; n < 60; n++)
      kari.seat().receive(writer.type('x'))
    await log.commit()
    await rest()
    await rest()
    expect(await isAtRest(opened)).toBe(false)
  })

  test('S30, S4, S55 every schedule of writing, coming, going, resting, reading and reading slowly: nobody sees what is not written, nobody misses what is', async () => {
    const step = fc.record({
      do: fc.constantFrom('write', 'write', 'write', 'stall', 'drain', 'join', 'join', 'ask', 'ask', 'leave', 'commit', 'commit', 'rest', 'load', 'load', 'state'),
      who: fc.nat(4),
    })
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 80, size: 'max' }), async (steps) => {
      const { room, log, happened, rest, letLoad } = openTestRoom({ isHeld: true, checkpointed: false })
      const writers = Array.from({ length: 5 }, (_, n) => writerOf(smallContent, 100 + n))
      const docs = Array.from({ length: 5 }, () => new Y.Doc())
      const peers = new Map<number, PretendPeer>()
      const asked = new Set<PretendPeer>()
      for (const { do: what, who } of steps) {
        const peer = peers.get(who)
        if (what === 'join' && !peer) {
          const newcomer = pretendPeer({ name: `p${who}` })
          Y.applyUpdate(newcomer.doc, Y.encodeStateAsUpdate(docs[who] ?? new Y.Doc()))
          peers.set(who, newcomer.join(room))
        }
        else if (what === 'ask' && peer) {
          asked.add(peer)
          peer.ask()
        }
        else if (what === 'write' && peer && asked.has(peer) && arenaOf(peer.doc) !== '') {
          const update = writers[who]?.type(`${who}`) ?? emptyUpdate
          Y.applyUpdate(peer.doc, update)
          peer.seat().receive(update)
        }
        else if (what === 'leave' && peer && Y.encodeStateVector(peer.doc).length > 0) {
          // Somebody who goes has what they wrote on disk: how the rest is sent again is the client's affair.
          await letLoad()
          await log.commit()
          docs[who] = peer.doc
          peer.seat().leave()
          peers.delete(who)
        }
        else if (what === 'commit') {
          await log.commit(who)
        }
        else if (what === 'rest') {
          await rest()
        }
        else if (what === 'load') {
          await letLoad()
        }
        else if (what === 'stall') {
          peer?.stall(limits.maxAheadBytes + 1)
        }
        else if (what === 'drain') {
          peer?.drain()
        }
        else if (what === 'state') {
          peer?.seat().askForState()
        }
        const onDisk = Y.decodeStateVector(Y.encodeStateVector(documentOf(log.written)))
        for (const [n, { doc }] of peers) {
          expect(doc.store.pendingStructs).toBeNull()
          for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc))) {
            if (client !== 100 + n)
              expect(onDisk.get(client) ?? 0).toBeGreaterThanOrEqual(clock)
          }
        }
      }
      for (let n = 0; n < 3; n++) {
        peers.forEach(peer => peer.drain())
        await letLoad()
        await log.commit()
      }
      const all = arenaOf(documentOf(log.written))
      for (const peer of peers.values()) {
        if (asked.has(peer))
          expect(peer.sees()).toBe(all)
      }
      expect(happened).toEqual([])
    }), { seed: 20_267, numRuns: 150 })
  }, 120_000)
})

describe('checkpoints', () => {
  test('S29 is all updates as one, and who opens the plan from it and what came after sees the same', async () => {
    const log = pretendLog(smallContent)
    const writer = writerOf()
    const write = async () => {
      void log.append({ update: writer.type('?'), by: 'kari', clientIds: [], binds: [], at: 1, touches: [], changes: [], title: null })
      await log.commit()
    }
    await write()
    expect(await checkpoints.make(log)).toBe(true)
    expect(log.kept()?.through).toBe(2)
    await write()
    await write()
    expect(await checkpoints.make(log)).toBe(true)
    const kept = log.kept()
    expect(kept?.through).toBe(4)
    expect(arenaOf(documentOf([kept?.update ?? emptyUpdate]))).toBe('nyhetsbrev???')
    expect(kept?.stateHash).toBe(openStateHash(writer.doc).read())

    const report = (what: string) => reported.push(what)
    const rooms = openRooms({ storage: { log: () => log, newEpoch }, clock: pretendClock(), judge, checkpoints, admit: () => true, report })
    const kari = pretendPeer({ name: 'Kari' })
    const seat = await rooms.join('p', kari.peer)
    seat.askFor(Uint8Array.of(0))
    await turn()
    await turn()
    expect(kari.sees()).toBe('nyhetsbrev???')
    await rooms.close()
  })

  test('S29 of updates that do not fit together none is made, and the operator is told', async () => {
    const log = pretendLog(smallContent)
    const writer = writerOf()
    writer.type('lost')
    void log.append({ update: writer.type('?'), by: 'kari', clientIds: [], binds: [], at: 1, touches: [], changes: [], title: null })
    await log.commit()
    expect([await checkpoints.make(log), log.kept()]).toEqual([false, null])
    expect(reported).toEqual(['a checkpoint would not have been the same as its log'])
  })

  test('S29 made while others wait for theirs, each log has one', async () => {
    const logs = Array.from({ length: 5 }, () => pretendLog(smallContent))
    expect(await Promise.all([...logs, ...logs].map(log => checkpoints.make(log)))).toEqual(Array.from({ length: 10 }, () => true))
    expect(logs.map(log => log.kept()?.through)).toEqual([1, 1, 1, 1, 1])
  })
})
