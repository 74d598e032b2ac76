import { percentile } from '../figures.ts'
import { bytesOf, cellsOf, clientOf, wholePlan } from './edits.ts'
import { clocksOf, type Line } from './line.ts'
import { cpuSeconds } from './machine.ts'
import { atRate, comesTrue, gather, openScene, remarksOn, settle, type Outcome, type Stage } from './stage.ts'
import { encodeOnePresence, readPresence } from './wire.ts'

const movesPerSecond = 10
/** Those who look at what comes; the others take it and throw it away, so that the load is the server's to bear. */
const watchers = 10

/** Everybody moves their cursor all the time, and nobody writes. How old is what the others see of it? */
export async function cursors(stage: Stage, { peers, seconds }: { peers: number, seconds: number }): Promise<Outcome> {
  const content = wholePlan()
  const base = bytesOf(content)
  const cells = cellsOf(base, peers)
  const scene = await openScene(stage, [content], peers)
  const { running: { pid } } = scene
  try {
    const sight = openSight()
    const lines = await gather(scene, Array.from({ length: peers }, (_, n) => n), clocksOf(base), person => ({
      client: clientOf(person), onPresence: person < watchers ? sight.watcher(clientOf(person)) : undefined,
    }))
    const moved = lines.map(() => 0)
    const move = (person: number) => {
      const line = lines[person]
      if (!line)
        return
      moved[person] = (moved[person] ?? 0) + 1
      line.sendFrame(encodeOnePresence(line.client, moved[person] ?? 0, stateOf(person, cells[person])))
    }
    // Each has been seen once before it begins, and whose client id it is has come to rest.
    lines.forEach((_, person) => move(person))
    await settle(stage, pid, 10_000)
    lines.slice(watchers).forEach(line => line.becomeDeaf())
    sight.forget()
    const cpuBefore = cpuSeconds(pid)
    const since = performance.now()
    await atRate(movesPerSecond * peers, seconds, n => move(n % peers))
    const cores = (cpuSeconds(pid) - cpuBefore) / ((performance.now() - since) / 1_000)
    const last = lines.map(line => [line.client, sight.lastOf(line.client)] as const)
    const delivered = await comesTrue(() => isSeen(lines.slice(0, watchers), last, sight), 10_000)
    return {
      figures: { 'CPU cores': cores, 'p50 age ms': percentile(sight.ages(), 50), 'p99 age ms': percentile(sight.ages(), 99) },
      checks: { delivered, equal: true, acknowledged: null },
      remarks: remarksOn(lines),
    }
  }
  finally {
    await scene.running.stop()
  }

  function stateOf(person: number, cell: object | undefined): object {
    const user = { memberId: `member-${person}`, name: `Skriver ${person + 1}`, organisation: 'SF', colour: person % 6 }
    return { user, at: cell, cursor: { at: sentNow(person), anchor: { type: { client: clientOf(person), clock: person }, assoc: 0 } } }
  }
}

const sent = new Map<number, number>()
function sentNow(person: number): number {
  const now = Math.round(performance.now() * 10) / 10
  sent.set(clientOf(person), now)
  return now
}

/** What the watchers see: for each the latest of everybody else, and how old it all was when it came. */
function openSight() {
  const seen = new Map<number, Map<number, number>>()
  let ages: number[] = []
  return {
    watcher: (own: number) => {
      const latest = new Map<number, number>()
      seen.set(own, latest)
      return (entries: Uint8Array) => {
        const now = performance.now()
        for (const { client, state } of readPresence(entries)) {
          const at = Number(/"cursor":\{"at":([\d.]+)/.exec(state)?.[1] ?? Number.NaN)
          if (client === own || Number.isNaN(at) || at <= (latest.get(client) ?? -1))
            continue
          latest.set(client, at)
          ages.push(now - at)
        }
      }
    },
    seenBy: (own: number, client: number) => seen.get(own)?.get(client),
    lastOf: (client: number) => sent.get(client) ?? Number.NaN,
    ages: () => ages,
    forget() {
      ages = []
    },
  }
}

/** Whether each watcher has seen where everybody went last. */
const isSeen = (watching: readonly Line[], last: readonly (readonly [number, number])[], sight: ReturnType<typeof openSight>) =>
  watching.every(({ client: own }) => last.every(([client, at]) => client === own || sight.seenBy(own, client) === at))
