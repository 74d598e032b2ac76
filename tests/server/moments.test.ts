import { expect, test } from 'vitest'
import { openMoments } from '../../server/transport/moments.ts'
import { aRight, connected } from './support/pretendSocket.ts'
import { pretendClock } from './support/pretendClock.ts'

const longestTimerMs = 2 ** 31 - 1

/** Some who wait for a moment each, and when they were looked at. `then`: their next moment after that. */
function waiting(moments: readonly number[], { then = () => Infinity }: { then?: (now: number) => number } = {}) {
  const clock = pretendClock(0)
  const asked: number[] = []
  const looks: [number, number][] = []
  const all = moments.map((at, nth) => {
    let next = at
    return {
      nextAt: () => next,
      look() {
        looks.push([nth, clock.now()])
        next = then(clock.now())
      },
    }
  })
  const timed = { ...clock, after: (ms: number, run: () => void) => {
    asked.push(ms)
    return clock.after(ms, run)
  } }
  const awaited = openMoments({ clock: timed, all: () => all })
  all.forEach(one => awaited.expect(one.nextAt()))
  return { clock, asked, looks, awaited }
}

test('T70 each is looked at when its moment comes, at most 50 ms late, and never before', () => {
  const moments = [7_000, 1_234, 1_235, 90_001, 1_234, Infinity, 7_049]
  const { clock, looks } = waiting(moments)
  clock.advance(100_000)
  expect(looks.map(([nth]) => nth).sort()).toEqual([0, 1, 2, 3, 4, 6])
  for (const [nth, at] of looks) {
    expect(at).toBeGreaterThanOrEqual(moments[nth] ?? 0)
    expect(at).toBeLessThanOrEqual((moments[nth] ?? 0) + 50)
  }
})

test('T70 all wait with one timer, none when nobody has a moment, and all are not looked through without a pause', () => {
  const { clock, asked, looks } = waiting(Array.from({ length: 5_000 }, (_, n) => 60_000 - n), { then: now => now + 1 })
  expect(clock.waiting()).toBe(1)
  clock.advance(54_000)
  const before = asked.length
  clock.advance(2_000)
  expect(asked.length - before).toBeLessThanOrEqual(2_000 / 20)
  expect(looks.length).toBeGreaterThan(0)
  expect(waiting([Infinity, Infinity]).clock.waiting()).toBe(0)
})

test('T70 who rests is waited for no more, and may be expected again', () => {
  const { clock, looks, awaited } = waiting([1_000])
  awaited.rest()
  expect(clock.waiting()).toBe(0)
  clock.advance(5_000)
  expect(looks).toEqual([])
  awaited.expect(1_000)
  clock.advance(50)
  expect(looks).toHaveLength(1)
})

test('T70 a clock that is set back puts nobody\'s moment off', () => {
  const clock = pretendClock(0)
  let [shift, next, looks] = [0, 1_000, 0]
  const awaited = openMoments({
    clock: { ...clock, now: () => clock.now() + shift },
    all: () => [{ nextAt: () => next, look: () => { [next, looks] = [Infinity, looks + 1] } }],
  })
  awaited.expect(next)
  clock.advance(1_000)
  shift = -60_000
  next = 1_500 + shift
  awaited.expect(next)
  clock.advance(550)
  expect(looks).toBe(2)
})

test('T71 a moment further off than a timer holds comes all the same, when it is due', () => {
  const yearMs = 366 * 24 * 60 * 60_000
  const { clock, asked, looks } = waiting([yearMs])
  clock.advance(yearMs - 1)
  expect(looks).toEqual([])
  clock.advance(50)
  expect(looks).toHaveLength(1)
  expect(asked.length).toBeGreaterThan(10)
  expect(Math.max(...asked)).toBeLessThanOrEqual(longestTimerMs)
})

test('T72 a connection\'s moment is the end of its right until that is asked about, the next one then, and none once it is sent away', () => {
  const { clock, connection, happened } = connected({ until: pretendClock().now() + 1_000 })
  const start = clock.now()
  expect(connection.nextAt()).toBe(start + 1_000)
  connection.look()
  clock.advance(1_000)
  connection.look()
  expect([connection.nextAt(), happened]).toEqual([Infinity, ['asks again']])
  connection.look()
  connection.hear({ kind: 'right', planId: 'p', memberId: 'kari', right: aRight('editor', start + 2_500) })
  expect([connection.nextAt(), happened]).toEqual([start + 2_500, ['asks again']])
  connection.hear({ kind: 'right', planId: 'p', memberId: 'kari', right: null })
  clock.advance(5_000)
  connection.look()
  expect([connection.nextAt(), happened]).toEqual([Infinity, ['asks again', 'dismissed 4403 removed']])
})

test('T72 a session ends at its moment, also while it is asked what somebody may do', () => {
  const { clock, connection, happened } = connected({ until: pretendClock().now() + 1_000, expiresAt: pretendClock().now() + 1_100 })
  clock.advance(1_000)
  connection.look()
  expect(connection.nextAt()).toBe(clock.now() + 100)
  clock.advance(100)
  connection.look()
  expect([connection.nextAt(), happened]).toEqual([Infinity, ['asks again', 'dismissed 4401 expired']])
})
