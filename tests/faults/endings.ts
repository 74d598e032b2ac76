import { join } from 'node:path'
import { readRegister } from '#shared/plan/read.ts'
import { rawClient, type RawClient } from '../support/rawClient.ts'
import { addMember, planIdOf, signIn, startServer, temporaryFolder, type RunningServer } from '../support/server.ts'
import { seeded, turn, until } from '../support/until.ts'
import { traceFolder, type TracedFolder } from './powerCut.ts'
import { cellsOfRound, typeWords, wordsIn } from './words.ts'

/** How a server ends: SIGKILL, a power cut, or SIGTERM. */
export type Ending = 'kill' | 'power' | 'term'

export interface EndingFigures {
  readonly rounds: number
  written: number
  acknowledged: number
  /** Of what somebody else wrote. */
  seen: number
  acknowledgedAndLost: number
  seenAndLost: number
  doubled: number
  /** Words that are not there when all are back and have sent what they held. */
  missing: number
  /** How many times the plan could not be opened after it. */
  unreadable: number
  /** Power cuts alone: writes that had not been synced. */
  unsynced: number
  /** SIGTERM alone: exits otherwise than with 0, and the slowest in ms. */
  badExits: number
  slowestExitMs: number
}

/**
 * Ends a server again and again while several people write in one plan of it, starts it anew each time, and counts what of
 * their words was acknowledged, or seen by others, and is gone. Bounded by `rounds`, some two seconds each.
 */
export async function endAgainAndAgain({ ending, rounds, seed, writers: count = 6 }: {
  ending: Ending, rounds: number, seed: number, writers?: number
}): Promise<EndingFigures> {
  const random = seeded(seed)
  const dataDir = temporaryFolder()
  const traceFile = join(temporaryFolder(), 'trace')
  const figures: EndingFigures = {
    rounds, written: 0, acknowledged: 0, seen: 0, acknowledgedAndLost: 0, seenAndLost: 0, doubled: 0, missing: 0, unreadable: 0,
    unsynced: 0, badExits: 0, slowestExitMs: 0,
  }
  let traced: TracedFolder | null = null
  const start = () => {
    traced = ending === 'power' ? traceFolder(dataDir, traceFile) : null
    return startServer({ dataDir, wrap: traced?.wrap ?? [] })
  }
  let server = await start()
  try {
    const planId = await planIdOf(server)
    const cookies = await cookiesOf(server, planId, count + 1)
    const watcherCookie = cookies.pop() ?? ''
    const writers = cookies.map(cookie => rawClient({ planId, cookie }))
    const firstSeen = new Set<string>()

    for (let round = 0; round < rounds; round++) {
      await Promise.all(writers.map(writer => writer.connect(server.origin)))
      const cells = cellsOfRound(first(writers).plan.doc, round)
      const typing = writers.map((writer, n) => typeWords(writer, cells, `${round}-${n}`, seeded(seed + round * 10 + n)))
      await turn(40 + random() * 260)
      await end(server)
      figures.written += (await Promise.all(typing)).reduce((sum, words) => sum + words, 0)
      for (const [n, writer] of writers.entries())
        [...wordsIn(writer.plan.doc).keys()].filter(word => !word.endsWith(`-${n}`)).forEach(word => firstSeen.add(word))

      server = await start()
      await look(writers, firstSeen)
    }

    // Back for good: what each still held is sent once, and all agree.
    await Promise.all(writers.map(writer => writer.connect(server.origin)))
    const last = await newcomer()
    await until(() => wordsIn(last.plan.doc).size === figures.written, { what: 'every word is there' }).catch(() => {})
    figures.missing = figures.written - wordsIn(last.plan.doc).size
    figures.doubled += countDoubled(last)
    await Promise.all([last, ...writers].map(client => client.disconnect()))

    async function newcomer(): Promise<RawClient> {
      const client = rawClient({ planId, cookie: watcherCookie })
      await client.connect(server.origin)
      return client
    }

    /** A newcomer looks before any writer is back, so that nothing is mended by being sent again. */
    async function look(writers: readonly RawClient[], seen: ReadonlySet<string>): Promise<void> {
      const watcher = await newcomer().catch(() => null)
      if (!watcher) {
        figures.unreadable++
        return
      }
      const kept = wordsIn(watcher.plan.doc)
      const acknowledged = new Set(writers.flatMap(writer => [...writer.acknowledged]))
      figures.acknowledged = acknowledged.size
      figures.seen = seen.size
      figures.acknowledgedAndLost += [...acknowledged].filter(word => !kept.has(word)).length
      figures.seenAndLost += [...seen].filter(word => !kept.has(word)).length
      figures.doubled += countDoubled(watcher)
      figures.unreadable += readRegister(watcher.plan.doc, 'activities').length === 25 ? 0 : 1
      await watcher.disconnect()
    }
  }
  finally {
    await server.kill()
  }
  return figures

  async function end(running: RunningServer): Promise<void> {
    if (ending === 'term') {
      const asked = performance.now()
      figures.badExits += await running.stop() === 0 ? 0 : 1
      figures.slowestExitMs = Math.max(figures.slowestExitMs, Math.round(performance.now() - asked))
      return
    }
    await running.kill()
    const cut = await traced?.cut(random)
    figures.unsynced += cut ? cut.lost + cut.kept + cut.torn : 0
  }
}

/** What of these figures must not be, in words; empty when all is well. */
export function wrongsOf({ acknowledged, rounds, slowestExitMs, ...figures }: EndingFigures): string[] {
  const zero = ['acknowledgedAndLost', 'seenAndLost', 'doubled', 'missing', 'unreadable', 'badExits'] as const
  return [
    ...zero.filter(name => figures[name] !== 0).map(name => `${name}: ${figures[name]}`),
    ...acknowledged > rounds ? [] : [`only ${acknowledged} words were acknowledged in ${rounds} rounds`],
    ...slowestExitMs <= mostExitMs ? [] : [`an exit took ${slowestExitMs} ms`],
  ]
}
const mostExitMs = 5_000

const countDoubled = ({ plan }: RawClient) => [...wordsIn(plan.doc).values()].filter(times => times !== 1).length

async function cookiesOf(server: RunningServer, planId: string, count: number): Promise<string[]> {
  const cookies: string[] = []
  for (let n = 1; n <= count; n++)
    cookies.push(await signIn(server, (await addMember(server, planId, { name: `Skriver ${n}` })).signInUrl))
  return cookies
}

function first<T>([one]: readonly T[]): T {
  if (one === undefined)
    throw new Error('nobody writes')
  return one
}
