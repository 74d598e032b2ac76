import { expect, test } from 'vitest'
import { openTidying } from '../../server/operation/tidying.ts'
import { pretendClock } from './support/pretendClock.ts'

const mib = 1024 * 1024

test('S51 memory is given back when the server is idle and much of it is held, and not again before much more is', () => {
  const clock = pretendClock()
  const now = { heap: 50 * mib, load: 0, rooms: 0, collected: 0 }
  const tidying = openTidying({
    clock, rooms: () => now.rooms, load: () => now.load, heapBytes: () => now.heap,
    collect() {
      now.collected++
      now.heap = 40 * mib
    },
  })
  const after = (heap: number, load: number) => {
    Object.assign(now, { heap: heap * mib, load })
    clock.advance(5_000)
    return now.collected
  }
  expect(after(60, 0)).toBe(0)
  expect(after(200, 0.5)).toBe(0)
  expect(after(200, 0.01)).toBe(1)
  expect(after(60, 0)).toBe(1)
  expect(after(70, 0)).toBe(2)
  // Much has been done since, and what it held may be garbage by now.
  expect(after(41, 1)).toBe(2)
  expect(after(41, 1)).toBe(2)
  expect(after(41, 0.02)).toBe(3)
  expect(after(41, 0.02)).toBe(3)
  // Plans have been let go.
  now.rooms = 20
  expect(after(50, 0)).toBe(3)
  now.rooms = 11
  expect(after(50, 0)).toBe(3)
  now.rooms = 10
  expect(after(50, 0.2)).toBe(3)
  expect(after(50, 0)).toBe(4)
  expect(after(50, 0)).toBe(4)
  now.rooms = 0
  expect(after(50, 0)).toBe(5)
  expect(after(50, 0)).toBe(5)
  tidying.close()
  expect(after(900, 0)).toBe(5)
})

test('S51 what nobody holds any more is collected, and it takes no flag to start the server with', () => {
  const clock = pretendClock()
  const heaps = [0, 1_000 * mib, 0, 1_000 * mib]
  const tidying = openTidying({ clock, rooms: () => 0, load: () => 0, heapBytes: () => heaps.shift() ?? 0 })
  const held = new WeakRef({})
  clock.advance(5_000)
  return new Promise<void>((resolve) => {
    setImmediate(() => {
      clock.advance(5_000)
      expect(held.deref()).toBeUndefined()
      tidying.close()
      resolve()
    })
  })
})
