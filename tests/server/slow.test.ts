import { afterAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { layPlan } from '#shared/plan/lay.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import { limits } from '#shared/protocol/limits.ts'
import { openCheckpoints } from '../../server/rooms/checkpoints.ts'
import { openFreezes } from '../../server/rooms/freezes.ts'
import { openLargeJudge } from '../../server/rooms/largeJudge.ts'
import { cutsOf } from '../../server/rooms/piece.ts'
import { openRoom } from '../../server/rooms/room.ts'
import { systemClock } from '../../server/time/clock.ts'
import { pretendClock } from './support/pretendClock.ts'
import { pretendLog, turn } from './support/pretendLog.ts'
import { pretendPeer, type PretendPeer } from './support/peers.ts'
import { arenaOf, smallContent, smallSeed, writerOf } from './support/plans.ts'

const judge = openLargeJudge({ clock: systemClock })
const checkpoints = openCheckpoints({ clock: systemClock, report: () => {} })
afterAll(() => Promise.all([judge.close(), checkpoints.close()]))

/** About 1.2 MB, of five pieces. */
const largeContent = layPlan({
  ...smallSeed,
  activities: [...smallSeed.activities ?? [], ...Array.from({ length: 400 }, (_, n) => ({ id: `L${n}`, arena: `${n} `.repeat(700).slice(0, 3_000) }))],
})

function openTestRoom(content = smallContent, { isAtRest = false } = {}) {
  const log = pretendLog(content)
  const clock = pretendClock()
  const doc = new Y.Doc()
  Y.applyUpdate(doc, content)
  const happened: string[] = []
  const opened = async () => openRoom({
    ground: isAtRest ? await log.load() : doc, tail: 1, log, clock, judge,
    owners: new Map(), freezes: openFreezes(), admit: () => true,
    report: what => happened.push(what), onGrown: () => Promise.resolve(false), onEmpty: () => {}, onDropped: () => happened.push('dropped'),
  })
  return { log, clock, happened, opened }
}

/** Lets what goes on a moment later go on. */
async function settle(clock: ReturnType<typeof pretendClock>) {
  for (let n = 0; n < 5; n++) {
    clock.advance(1)
    await turn()
  }
}

const kinds = ({ frames }: PretendPeer) => frames.map(({ kind }) => kind).filter(kind => kind === 'step2' || kind === 'update')
const isSame = (a: Y.Doc, b: Y.Doc) => Buffer.compare(Y.encodeStateAsUpdate(a), Y.encodeStateAsUpdate(b)) === 0
const isSound = ({ doc: { store } }: PretendPeer) => store.pendingStructs === null && store.pendingDs === null

describe('a newcomer on a slow line to a large plan', () => {
  test.each([false, true])('S54 gets it a piece at a time as the line takes it, then what came meanwhile, and only then goes on with everybody (at rest: %s)', async (isAtRest) => {
    const { log, clock, happened, opened } = openTestRoom(largeContent, { isAtRest })
    // Where nobody writes it is answered from its checkpoint, which was cut when it was made.
    if (isAtRest)
      expect([await checkpoints.make(log), cutsOf(log.kept()?.update ?? largeContent)?.length]).toEqual([true, 5])
    const room = await opened()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    const olav = pretendPeer({ name: 'Olav' }).join(room)
    kari.ask()
    await settle(clock)
    expect(kinds(kari)).toEqual(['update', 'update', 'update', 'update', 'update', 'step2'])
    expect(arenaOf(kari.doc)).toBe('nyhetsbrev')

    olav.stall()
    olav.ask()
    await settle(clock)
    expect(kinds(olav)).toEqual(['update', 'update'])
    const writer = writerOf(largeContent)
    for (let n = 0; n < 7; n++) {
      kari.seat().receive(writer.type(`${n}`))
      await settle(clock)
      await log.commit()
      expect(olav.waiting()).toBeLessThanOrEqual(2 * limits.maxPieceBytes)
      const hasAll = kinds(olav).includes('step2')
      expect([isSound(olav), hasAll, olav.sees().includes('0')]).toEqual([true, n > 1, hasAll])
      olav.drain()
      await settle(clock)
    }
    expect(isSame(olav.doc, writer.doc)).toBe(true)
    kari.seat().receive(writer.type('!'))
    await log.commit()
    expect([kinds(olav).at(-1), olav.sees(), happened]).toEqual(['update', 'nyhetsbrev0123456!', []])
  })

  test('S54 one who goes halfway holds nothing up, and comes back to what is lacking', async () => {
    const { clock, opened } = openTestRoom(largeContent)
    const room = await opened()
    const olav = pretendPeer({ name: 'Olav' }).join(room)
    olav.stall()
    olav.ask()
    await settle(clock)
    olav.drain()
    await settle(clock)
    olav.seat().leave()
    olav.drain()
    await settle(clock)
    const had = kinds(olav).length
    const back = pretendPeer({ name: 'Olav' })
    Y.applyUpdate(back.doc, Y.encodeStateAsUpdate(olav.doc))
    back.join(room).ask()
    await settle(clock)
    expect([had, kinds(back), back.sees()]).toEqual([4, ['step2'], 'nyhetsbrev'])
  })
})

describe('a peer that reads slower than others write', () => {
  /** Kari writes, Olav's line is full. */
  async function withOlavBehind() {
    const parts = openTestRoom()
    const room = await parts.opened()
    const [kari, olav, liv] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Olav' }).join(room), pretendPeer({ name: 'Liv' }).join(room)]
    for (const peer of [kari, olav, liv])
      peer.ask()
    await turn()
    olav.stall(limits.maxAheadBytes + 1)
    const writer = writerOf()
    const write = async (words: string) => {
      kari.seat().receive(writer.type(words))
      await parts.log.commit()
    }
    return { ...parts, room, kari, olav, liv, writer, write }
  }

  test('S55 is told of nothing until its line has taken what waits, then of all of it as one, and goes on with the others, who never waited', async () => {
    const { clock, olav, liv, write } = await withOlavBehind()
    const before = kinds(olav).length
    for (const letter of 'abcde')
      await write(letter)
    expect([kinds(olav).length, liv.sees()]).toEqual([before, 'nyhetsbrevabcde'])
    olav.drain()
    await settle(clock)
    expect([kinds(olav).length, olav.sees()]).toEqual([before + 1, 'nyhetsbrevabcde'])
    await write('f')
    expect([kinds(olav).length, olav.sees()]).toEqual([before + 2, 'nyhetsbrevabcdef'])
  })

  test('S55 has its own words acknowledged as ever meanwhile, and hears of what is only deleted', async () => {
    const { clock, log, olav, kari, writer, write } = await withOlavBehind()
    await write('abc')
    const own = writerOf(smallContent, 777)
    olav.seat().receive(own.type('x'))
    expect(olav.acks()).toEqual([])
    await log.commit()
    expect(olav.acks()).toEqual([1])
    Y.applyUpdate(olav.doc, Y.encodeStateAsUpdate(own.doc))
    olav.drain()
    await settle(clock)
    expect([...olav.sees()].sort().join('')).toBe([...'nyhetsbrevabcx'].sort().join(''))

    olav.stall(limits.maxAheadBytes + 1)
    kari.seat().receive(writer.write(({ doc }) => {
      const row = doc.getMap('activities').get('K01')
      const text = row instanceof Y.Map ? row.get('arena') : null
      if (text instanceof Y.Text)
        text.delete(0, 4)
    }))
    await log.commit()
    expect(olav.sees()).toContain('nyhe')
    olav.drain()
    await settle(clock)
    expect(olav.sees()).not.toContain('nyhe')
  })

  test('S55, S4 what brings it up to date waits for the disk like everything else', async () => {
    const { clock, log, olav, kari, writer, write } = await withOlavBehind()
    await write('a')
    kari.seat().receive(writer.type('b'))
    olav.drain()
    await settle(clock)
    expect(olav.sees()).toBe('nyhetsbrev')
    await log.commit()
    expect(olav.sees()).toBe('nyhetsbrevab')
  })

  test('S55 which state it should have is answered when it has had all that is in it', async () => {
    const { clock, olav, write } = await withOlavBehind()
    await write('a')
    olav.seat().askForState()
    await settle(clock)
    expect(olav.frames.some(({ kind }) => kind === 'state')).toBe(false)
    olav.drain()
    await settle(clock)
    expect(olav.frames.at(-1)).toEqual({ kind: 'state', hash: openStateHash(olav.doc).read() })
  })
})
