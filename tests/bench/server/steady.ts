import { percentile } from '../figures.ts'
import { bytesOf, cellsOf, wholePlan, writeScript, type Script } from './edits.ts'
import { clocksOf, type Line } from './line.ts'
import { cpuSeconds } from './machine.ts'
import { allAcknowledged, allDelivered, areEqual, atRate, comesTrue, gather, openScene, remarksOn, settle, type Outcome, type Stage } from './stage.ts'

/** About as fast as somebody types. */
const lettersPerSecond = 5

/** A meeting: some type, all read. From the moment a letter is sent to its coming at each of the others. */
export async function steady(
  stage: Stage, { peers, writers, seconds, perSecond = lettersPerSecond }: { peers: number, writers: number, seconds: number, perSecond?: number },
): Promise<Outcome> {
  const content = wholePlan()
  const base = bytesOf(content)
  const scripts = cellsOf(base, writers).map((cell, person) =>
    writeScript(base, { person, cell, edits: Math.round(perSecond * seconds), manner: 'typing' }))
  const scene = await openScene(stage, [content], peers)
  const { running: { pid } } = scene
  try {
    const stamps = openStamps(scripts)
    const lines = await gather(scene, Array.from({ length: peers }, (_, n) => n), clocksOf(base), person => ({
      client: scripts[person]?.client ?? 1_000_000 + person, isKeeping: stage.isQuick || person < 2 || person === peers - 1, onNews: stamps.hear,
    }))
    await settle(stage, pid, 5_000)
    const cpuBefore = cpuSeconds(pid)
    await atRate(perSecond * writers, seconds, n => stamps.send(lines, n % writers, Math.floor(n / writers)))
    const cores = (cpuSeconds(pid) - cpuBefore) / seconds
    const delivered = await comesTrue(() => allDelivered(lines, stamps.awaited), 10_000)
    return {
      figures: { 'p50 ms': percentile(stamps.ages(), 50), 'p99 ms': percentile(stamps.ages(), 99), 'CPU cores': cores },
      checks: { delivered, equal: areEqual(lines), acknowledged: await allAcknowledged(stage.subject, lines) },
      remarks: remarksOn(lines),
    }
  }
  finally {
    await scene.running.stop()
  }
}

/** When each edit was sent, and how old it was wherever it came. */
export function openStamps(scripts: readonly Script[]) {
  const byClient = new Map(scripts.map(script => [script.client, { script, sentAt: new Map<number, number>() }]))
  let ages: number[] = []
  return {
    /** The clocks when all is sent. */
    awaited: new Map(scripts.map(({ client, clocks }) => [client, clocks.at(-1) ?? 0])),
    send(lines: readonly Line[], writer: number, edit: number) {
      const script = scripts[writer]
      const [frame, clock] = [script?.frames[edit], script?.clocks[edit]]
      if (!script || !frame || clock === undefined)
        return
      byClient.get(script.client)?.sentAt.set(clock, performance.now())
      lines[writer]?.sendUpdate(frame)
    },
    hear(client: number, from: number, to: number) {
      const now = performance.now()
      const its = byClient.get(client)
      for (let at = firstAfter(its?.script.clocks ?? [], from); its && (its.script.clocks[at] ?? Infinity) <= to; at++) {
        const sentAt = its.sentAt.get(its.script.clocks[at] ?? 0)
        if (sentAt !== undefined)
          ages.push(now - sentAt)
      }
    },
    ages: () => ages,
    forget() {
      ages = []
    },
  }
}

/** Where the first of rising numbers is that is more than `than`. */
export function firstAfter(rising: readonly number[], than: number): number {
  let [low, high] = [0, rising.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rising[middle] ?? Infinity) > than)
      high = middle
    else
      low = middle + 1
  }
  return low
}
