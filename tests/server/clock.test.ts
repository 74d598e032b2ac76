import { expect, test } from 'vitest'
import { systemClock as clock } from '../../server/time/clock.ts'
import { until } from '../support/until.ts'

test('O62 what waits for its time is counted until it has run once or is stopped, also twice', async () => {
  const before = clock.waiting()
  let runs = 0
  const stops = [clock.after(60_000, () => {}), clock.every(60_000, () => {}), clock.after(0, () => { runs++ })]
  expect(clock.waiting() - before).toBe(3)
  await until(() => runs === 1, { what: 'one has run' })
  expect(clock.waiting() - before).toBe(2)
  stops.forEach(stop => stop())
  stops.forEach(stop => stop())
  expect([clock.waiting() - before, runs]).toEqual([0, 1])
})
