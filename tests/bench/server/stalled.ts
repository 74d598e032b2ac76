import { percentile } from '../figures.ts'
import { bytesOf, cellsOf, wholePlan, writeScript } from './edits.ts'
import { clocksOf } from './line.ts'
import { isOpenAtServer, memoryKib } from './machine.ts'
import { allAcknowledged, allDelivered, areEqual, atRate, comesTrue, gather, openScene, remarksOn, settle, type Outcome, type Stage } from './stage.ts'
import { openStamps } from './steady.ts'

const pastesPerSecond = 500

/**
 * One of the readers stops reading while others paste much. First a while in which all read, to know what the traffic itself costs in
 * memory and time; then the same with the one who is stalled; then, where that one is still there, it is waited for that it is cut.
 */
export async function stalled(stage: Stage, { writers, readers, seconds, cutWithin }: {
  writers: number, readers: number, seconds: number, cutWithin: number
}): Promise<Outcome> {
  const content = wholePlan()
  const base = bytesOf(content)
  const perWriter = Math.ceil(pastesPerSecond * seconds * 2 / writers)
  const scripts = cellsOf(base, writers).map((cell, person) => writeScript(base, { person, cell, edits: perWriter, manner: 'pasting' }))
  const people = Array.from({ length: writers + readers + 1 }, (_, n) => n)
  const scene = await openScene(stage, [content], people.length)
  const { running: { pid, port } } = scene
  try {
    const stamps = openStamps(scripts)
    const lines = await gather(scene, people, clocksOf(base), person => ({
      client: scripts[person]?.client ?? 1_000_000 + person, isKeeping: person === 0 || person === writers, onNews: stamps.hear,
    }))
    const others = lines.slice(0, -1)
    const reader = lines.at(-1)
    if (!reader)
      throw new Error('nobody is there to be stalled')
    const clientPort = reader.tcp().localPort ?? 0
    let samples: number[] = []
    let next = 0
    const paste = () => {
      stamps.send(lines, next % writers, Math.floor(next / writers))
      next++
      if (next % 10 === 0)
        samples.push(memoryKib(pid))
    }
    await atRate(pastesPerSecond, seconds, paste)
    const [usual, p99Before] = [highestMiddle(samples), percentile(stamps.ages(), 99)]
    const saidBefore = bytesOfFirst(next)
    reader.tcp().pause()
    stamps.forget()
    samples = []
    const since = performance.now()
    let cutAfter = Number.POSITIVE_INFINITY
    const isCut = () => {
      if (cutAfter === Number.POSITIVE_INFINITY && !isOpenAtServer({ serverPort: port, clientPort }))
        cutAfter = (performance.now() - since) / 1_000
      return cutAfter < Number.POSITIVE_INFINITY
    }
    await atRate(pastesPerSecond, seconds, (n) => {
      paste()
      if (n % 50 === 0)
        isCut()
    })
    const highest = highestMiddle(samples)
    const delivered = await comesTrue(() => allDelivered(others, stamps.awaited), 20_000)
    const p99 = percentile(stamps.ages(), 99)
    const acknowledged = await allAcknowledged(stage.subject, others)
    await comesTrue(isCut, Math.max(0, since + cutWithin * 1_000 - performance.now()))
    reader.close()
    await settle(stage, pid, 3_000)
    return {
      figures: {
        'memory grown MiB': (highest - usual) / 1_024, 'owed MiB': (bytesOfFirst(next) - saidBefore) / 1_048_576, 'cut after s': cutAfter,
        'p99 ms of the others': p99, 'p99 before it': p99Before, 'p99, times before': p99 / p99Before,
      },
      checks: { delivered, equal: areEqual(others), acknowledged },
      remarks: remarksOn(others),
    }
  }
  finally {
    await scene.running.stop()
  }

  function bytesOfFirst(count: number): number {
    let sum = 0
    for (let n = 0; n < count; n++)
      sum += scripts[n % writers]?.frames[Math.floor(n / writers)]?.length ?? 0
    return sum
  }
}

/** A second's worth of samples. */
const samplesTogether = pastesPerSecond / 10

/** The highest there was for a while: what is collected a moment later does not count. */
export function highestMiddle(samples: readonly number[], together = samplesTogether): number {
  const middles: number[] = []
  for (let at = 0; at + together <= samples.length; at += together)
    middles.push(percentile(samples.slice(at, at + together), 50))
  return Math.max(...middles)
}
