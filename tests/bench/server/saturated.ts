import { percentile } from '../figures.ts'
import { bytesOf, cellsOf, wholePlan, writeScript, type Script } from './edits.ts'
import { clocksOf, type Line } from './line.ts'
import { cpuSeconds } from './machine.ts'
import { allAcknowledged, allDelivered, areEqual, comesTrue, gather, openScene, remarksOn, settle, type Outcome, type Stage } from './stage.ts'

/** How many of a writer's edits may be under way: more than a server is slow to take, less than it would drown in. */
const underWay = 64

/**
 * Writers who write as fast as the server takes it, and readers. What it costs the server to bring one edit to one other peer: until
 * all is delivered and what the server had put off is done.
 */
export async function saturated(stage: Stage, { peers, writers, edits }: { peers: number, writers: number, edits: number }): Promise<Outcome> {
  const content = wholePlan()
  const base = bytesOf(content)
  const cells = cellsOf(base, writers)
  const scripts = cells.map((cell, person) => writeScript(base, { person, cell, edits, manner: 'typing' }))
  const scene = await openScene(stage, [content], peers)
  const { running: { pid } } = scene
  try {
    const crowd = openPump(scripts)
    const keepers = new Set(stage.isQuick ? Array.from({ length: peers }, (_, n) => n) : [0, writers - 1, writers, peers - 1])
    const lines = await gather(scene, Array.from({ length: peers }, (_, n) => n), clocksOf(base), person => ({
      client: scripts[person]?.client ?? 1_000_000 + person,
      isKeeping: keepers.has(person),
      // The last one, who writes nothing, is the measure of what has come through.
      onNews: person === peers - 1 ? crowd.hear : undefined,
    }))
    await settle(stage, pid, 5_000)
    const cpuBefore = cpuSeconds(pid)
    const since = performance.now()
    crowd.begin(lines)
    const awaited = new Map(scripts.map(({ client, clocks }) => [client, clocks.at(-1) ?? 0]))
    await comesTrue(() => allDelivered(lines, awaited) || lines.some(line => line.ended() !== null), 90_000)
    const delivered = allDelivered(lines, awaited)
    const seconds = (performance.now() - since) / 1_000
    await settle(stage, pid, 15_000)
    const deliveries = writers * edits * (peers - 1)
    return {
      figures: {
        'CPU-s per 100k deliveries': (cpuSeconds(pid) - cpuBefore) * 100_000 / deliveries,
        'deliveries per s': deliveries / seconds,
        'p50 ms': percentile(crowd.ages(), 50),
        'p99 ms': percentile(crowd.ages(), 99),
      },
      checks: { delivered, equal: areEqual(lines), acknowledged: await allAcknowledged(stage.subject, lines) },
      remarks: remarksOn(lines),
    }
  }
  finally {
    await scene.running.stop()
  }
}

/** Sends scripts, each a writer's, with so many edits of each under way. */
export function openPump(scripts: readonly Script[]) {
  const heardOf = new Map(scripts.map(({ client }) => [client, { edits: 0, sent: 0 }]))
  const byClient = new Map(scripts.map((script, n) => [script.client, { script, n }]))
  const sentAt = new Map<number, number[]>(scripts.map(({ client }) => [client, []]))
  const ages: number[] = []
  let lines: readonly Line[] = []

  function sendMore(client: number): void {
    const its = heardOf.get(client)
    const found = byClient.get(client)
    const times = sentAt.get(client)
    if (!its || !found || !times)
      return
    const { script, n } = found
    for (; its.sent < Math.min(script.frames.length, its.edits + underWay); its.sent++) {
      const frame = script.frames[its.sent]
      times.push(performance.now())
      if (frame)
        lines[n]?.sendUpdate(frame)
    }
  }

  return {
    begin(all: readonly Line[]) {
      lines = all
      scripts.forEach(({ client }) => sendMore(client))
    },
    /** What the witness hears. What only takes out moves no clock: it counts as heard with what comes after it. */
    hear(client: number, _from: number, to: number) {
      const its = heardOf.get(client)
      const script = byClient.get(client)?.script
      const times = sentAt.get(client)
      if (!its || !script || !times)
        return
      const now = performance.now()
      for (; its.edits < its.sent && (script.clocks[its.edits] ?? Infinity) <= to; its.edits++)
        ages.push(now - (times[its.edits] ?? now))
      sendMore(client)
    },
    ages: () => ages,
  }
}
