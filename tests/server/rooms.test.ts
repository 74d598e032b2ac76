import { expect, test } from 'vitest'
import { spliceText } from '#shared/plan/commands.ts'
import { openLargeJudge } from '../../server/rooms/largeJudge.ts'
import { openRooms, UnreadablePlanError } from '../../server/rooms/rooms.ts'
import type { PlanLog } from '../../server/storage/contracts.ts'
import { pretendClock } from './support/pretendClock.ts'
import { newEpoch, noCheckpoints, pretendLog, turn, type PretendLog } from './support/pretendLog.ts'
import { pretendPeer } from './support/peers.ts'
import { smallContent, writerOf } from './support/plans.ts'

/** Rooms over one plan whose every load waits until the test lets it through. */
function testRooms() {
  const clock = pretendClock()
  const loads: { go: () => void, fail: () => void }[] = []
  const log: PretendLog = pretendLog(smallContent)
  const held: PlanLog = {
    ...log,
    load: () => new Promise((resolve, reject) => loads.push({
      go: () => void log.load().then(resolve),
      fail: () => reject(new Error('the disk is gone')),
    })),
  }
  const reported: string[] = []
  const judge = openLargeJudge({ clock })
  const rooms = openRooms({
    storage: { log: () => held, newEpoch }, clock, judge, checkpoints: noCheckpoints, admit: () => true, report: what => reported.push(what),
  })
  async function enter(name: string) {
    const peer = pretendPeer({ name })
    const joining = rooms.join('p', peer.peer).then(seat => ({ ...peer, seat: () => seat }))
    await turn()
    return { peer, joining }
  }
  return { clock, loads, log, rooms, reported, enter }
}

test('S8 a plan is loaded once for all who come, and nobody is told anything before', async () => {
  const { loads, enter } = testRooms()
  const [kari, olav] = [await enter('Kari'), await enter('Olav')]
  expect(loads).toHaveLength(1)
  expect(kari.peer.frames).toEqual([])
  loads[0]?.go()
  await Promise.all([kari.joining, olav.joining])
  expect([kari.peer.frames[0]?.kind, olav.peer.frames[0]?.kind]).toEqual(['step1', 'step1'])
})

test('S8 a plan that cannot be read lets nobody in, is told of once, and is left alone for 5 s whoever comes', async () => {
  const { clock, loads, rooms, reported, enter } = testRooms()
  const first = await Promise.all([enter('Kari'), enter('Olav')])
  const refused = Promise.all(first.map(({ joining }) => expect(joining).rejects.toThrow(UnreadablePlanError)))
  loads[0]?.fail()
  await refused
  clock.advance(4_999)
  const early = rooms.join('p', pretendPeer().peer)
  await expect(early).rejects.toThrow(UnreadablePlanError)
  expect([loads.length, reported, rooms.isAnyUnreadable()]).toEqual([1, ['plan p: reading failed'], true])

  clock.advance(1)
  const marte = await enter('Marte')
  loads[1]?.go()
  await marte.joining
  expect(marte.peer.frames[0]?.kind).toBe('step1')
  expect(rooms.isAnyUnreadable()).toBe(false)
})

test('S8 a plan stays open for 30 s after the last has left, and while anything is being written', async () => {
  const { clock, loads, log, enter } = testRooms()
  const kari = await enter('Kari')
  loads[0]?.go()
  const first = (await kari.joining).seat()
  clock.advance(20_000)
  first.receive(writerOf().type('!'))
  first.leave()
  clock.advance(29_000)
  const olav = await enter('Olav')
  await olav.joining
  expect(loads).toHaveLength(1)

  olav.peer.peer.close(1000, 'gone')
  ;(await olav.joining).seat().leave()
  clock.advance(31_000)
  const stillWriting = await enter('Marte')
  await stillWriting.joining
  expect(loads).toHaveLength(1)
  ;(await stillWriting.joining).seat().leave()
  await log.commit()
  clock.advance(30_000)
  const last = await enter('Jon')
  expect(loads).toHaveLength(2)
  loads[1]?.go()
  await last.joining
})

test('S11 after a commit that failed, who comes back meets the plan as it is on disk', async () => {
  const { loads, log, enter } = testRooms()
  const kari = await enter('Kari')
  loads[0]?.go()
  ;(await kari.joining).seat().receive(writerOf().type(' lost'))
  await log.fail()
  expect(kari.peer.closed()?.code).toBe(4503)
  const again = await enter('Kari')
  loads[1]?.go()
  const seat = (await again.joining).seat()
  seat.askFor(Uint8Array.of(0))
  await turn()
  expect(again.peer.sees()).toBe('nyhetsbrev')
})

test('S20 a row stays frozen whether its plan is open or not, in that plan alone, until it is let go', async () => {
  const { clock, loads, log, rooms, enter } = testRooms()
  const unfreeze = rooms.freeze('p', { register: 'activities', row: 'K01' })
  rooms.freeze('q', { register: 'activities', row: 'K02' })
  for (const n of [0, 1]) {
    const kari = await enter('Kari')
    loads[n]?.go()
    const seat = (await kari.joining).seat()
    seat.receive(writerOf().type('!'))
    expect(kari.peer.frames.at(-1)).toMatchObject({ kind: 'refusal', refusal: { reason: 'row-frozen' } })
    seat.leave()
    clock.advance(30_000)
  }
  const olav = await enter('Olav')
  loads[2]?.go()
  const seat = (await olav.joining).seat()
  seat.receive(writerOf().write(plan => spliceText(plan, { register: 'activities', row: 'K02', field: 'arena' }, { at: 0, remove: 0, insert: 'x' })))
  unfreeze()
  seat.receive(writerOf().type('!'))
  await log.commit()
  expect(olav.peer.acks()).toEqual([2])
})

test('S12 closing the rooms sends everybody away, and nobody comes in afterwards', async () => {
  const { loads, rooms, enter } = testRooms()
  const kari = await enter('Kari')
  loads[0]?.go()
  await kari.joining
  await rooms.close()
  expect(kari.peer.closed()?.code).toBe(1012)
  const late = await enter('Olav')
  loads[1]?.go()
  await expect(late.joining).rejects.toThrow()
})
