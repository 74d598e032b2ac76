import { expect, test } from 'vitest'
import { endAgainAndAgain, wrongsOf } from '../faults/endings.ts'
import { openFirst } from '../faults/firstContent.ts'
import { withstandHostile } from '../faults/hostile.ts'
import { harmLines } from '../faults/lines.ts'
import { mayTrace } from '../faults/powerCut.ts'
import { drillRestore } from '../faults/restore.ts'
import { soak } from '../faults/soak.ts'

// Enough to see that each family is harmless; how often it is so, `npm run faults` shows.
const rounds = Number(process.env.ROUNDS ?? 5)
const seed = Number(process.env.SEED ?? 20_261)
const canTrace = mayTrace()
if (!canTrace)
  console.warn('SKIPPED: strace is not installed, or may not trace: no power is cut')

test('O6 what is acknowledged or seen by another outlives kill -9 of the server, and comes once', async () => {
  const figures = await endAgainAndAgain({ ending: 'kill', rounds, seed })
  expect(wrongsOf(figures), JSON.stringify(figures)).toEqual([])
}, 60_000 + rounds * 6_000)

test.skipIf(!canTrace)('O51 what is acknowledged or seen by another outlives a power cut that loses or tears whatever had not been synced', async () => {
  const figures = await endAgainAndAgain({ ending: 'power', rounds, seed })
  expect(wrongsOf(figures), JSON.stringify(figures)).toEqual([])
  expect(figures.unsynced).toBeGreaterThan(0)
}, 60_000 + rounds * 8_000)

test('O52 SIGTERM while people write ends the server within five seconds with 0, and loses nothing', async () => {
  const figures = await endAgainAndAgain({ ending: 'term', rounds: Math.ceil(rounds / 2), seed })
  expect(wrongsOf(figures), JSON.stringify(figures)).toEqual([])
}, 60_000 + rounds * 8_000)

test('O54 while lines are dropped, refused, silent or slow, and the server is killed, nothing typed in the real client is lost, there twice, or back again', async () => {
  const { figures, wrongs } = await harmLines({ seed, faults: 25 })
  expect(wrongs, JSON.stringify(figures)).toEqual([])
}, 180_000)

test('O55 hostile frames of every kind, as three roles, harm nobody: who writes meanwhile is served, who is here is told truly, the plan is sound', async () => {
  const { figures, wrongs } = await withstandHostile({ seed, share: 160 })
  // How long it takes is for `npm run faults` to say.
  expect(wrongs.filter(wrong => !/^(dearestCpuMs|healthyP99Ms)/.test(wrong)), JSON.stringify(figures)).toEqual([])
}, 180_000)

test('O62 a hundred and twenty-five people who come and go, write, stop reading and come back leave the server as it was, and all see the same', async () => {
  const { figures, wrongs } = await soak({ seed, seconds: 6, isWhole: false })
  expect(wrongs, JSON.stringify(figures)).toEqual([])
}, 120_000)

test('O56 a backup taken while six write opens from an empty folder with all that was acknowledged, every plan as the manifest says', async () => {
  const { figures, wrongs } = await drillRestore({ seed, rounds: 1 })
  expect(wrongs, JSON.stringify(figures)).toEqual([])
}, 120_000)

test('O57 first content exists exactly once for twenty who open a plan at once, also after a kill -9 while it is made and after a restore', async () => {
  const { figures, wrongs } = await openFirst({ seed, rounds: 1 })
  expect(wrongs, JSON.stringify(figures)).toEqual([])
}, 120_000)
