import { turn } from '../../support/until.ts'
import { percentile } from '../figures.ts'
import { bytesOf, cellsOf, littlePlan, writeScript } from './edits.ts'
import { clocksOf, inGroups, type Line } from './line.ts'
import { memoryKib } from './machine.ts'
import { allAcknowledged, areEqual, atRate, comesTrue, gather, openScene, remarksOn, settle, type Outcome, type Stage } from './stage.ts'
import { openStamps } from './steady.ts'

const editsPerSecond = 100

/**
 * Many little plans with two people in each, of whom one types: memory per plan before and after, the age of an edit at the other, and
 * what is left in memory when all have gone. `restSeconds`: how long nobody writes before the memory is looked at.
 */
export async function manyPlans(stage: Stage, { plans, seconds, restSeconds, goneSeconds }: {
  plans: number, seconds: number, restSeconds: number, goneSeconds: number
}): Promise<Outcome> {
  const content = littlePlan()
  const base = bytesOf(content)
  const scene = await openScene(stage, Array.from({ length: plans }, () => content), 2)
  const { running: { pid } } = scene
  try {
    const count = editsPerSecond * seconds
    const [cell] = cellsOf(base, 1)
    if (!cell)
      throw new Error('there is no cell')
    // The same letters in each plan: one script serves them all.
    const script = writeScript(base, { person: 0, cell, edits: Math.ceil(count / plans), manner: 'typing' })
    const stamps = Array.from({ length: plans }, () => openStamps([script]))
    await settle(stage, pid, 5_000)
    const before = memoryKib(pid)
    const rooms: Line[][] = await inGroups(stamps, 25, (stamp, plan) => gather(scene, [0, 1], clocksOf(base), person => ({
      client: person === 0 ? script.client : 1_000_000, onNews: stamp.hear, isKeeping: plan % 100 === 0,
    }), plan))
    await settle(stage, pid, 5_000)
    const opened = memoryKib(pid)
    await atRate(editsPerSecond, seconds, n => stamps[n % plans]?.send(rooms[n % plans] ?? [], 0, Math.floor(n / plans)))
    const ages = () => stamps.flatMap(stamp => stamp.ages())
    const delivered = await comesTrue(() => ages().length === count, 20_000)
    const lines = rooms.flat()
    const acknowledged = await allAcknowledged(stage.subject, lines)
    await turn(restSeconds * 1_000)
    const atRest = memoryKib(pid)
    const equal = rooms.filter(([first]) => first && first.kept.length > 0).every(areEqual)
    const remarks = remarksOn(lines)
    lines.forEach(line => line.close())
    let after = memoryKib(pid)
    await comesTrue(() => {
      after = Math.min(after, memoryKib(pid))
      return after <= before * 1.1
    }, goneSeconds * 1_000)
    return {
      figures: {
        'KiB per plan': (atRest - before) / plans, 'KiB per plan, just opened': (opened - before) / plans,
        'p50 ms': percentile(ages(), 50), 'p99 ms': percentile(ages(), 99),
        'MiB before': before / 1_024, 'memory after, times before': after / before,
      },
      checks: { delivered: delivered && remarks.length === 0, equal, acknowledged },
      remarks,
    }
  }
  finally {
    await scene.running.stop()
  }
}
