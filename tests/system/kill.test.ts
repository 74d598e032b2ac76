import { afterAll, expect, test } from 'vitest'
import { putMember, spliceText, textOf } from '#shared/plan/commands.ts'
import { readRegister } from '#shared/plan/read.ts'
import type * as Y from 'yjs'
import type { Cell } from '#shared/plan/values.ts'
import { rawClient, type RawClient } from '../support/rawClient.ts'
import { addMember, planIdOf, signIn, startServer, temporaryFolder, type RunningServer } from '../support/server.ts'
import { seeded, turn } from '../support/until.ts'

const rounds = Number(process.env.KILL_ROUNDS ?? 50)
const seed = Number(process.env.SEED ?? 20_261)
const writerCount = 6
const texts = ['arena', 'topic', 'note'] as const

let server: RunningServer
afterAll(() => server.kill())

test('O6 what is acknowledged or seen by another outlives kill -9 of the server, and comes once', async () => {
  const random = seeded(seed)
  const dataDir = temporaryFolder()
  server = await startServer({ dataDir })
  const planId = await planIdOf(server)
  const links = []
  for (let n = 0; n < writerCount + 1; n++)
    links.push((await addMember(server, planId, { name: `Skriver ${n + 1}` })).signInUrl)
  const cookies = await Promise.all(links.map(link => signIn(server, link)))
  const watcherCookie = cookies.pop() ?? ''
  const writers = cookies.map(cookie => rawClient({ planId, cookie }))

  const firstSeen = new Set<string>()
  const counts = { written: 0, acknowledged: 0, seen: 0, acknowledgedAndLost: 0, seenAndLost: 0, doubled: 0 }
  for (let round = 0; round < rounds; round++) {
    await Promise.all(writers.map(writer => writer.connect(server.origin)))
    const cells = cellsOfRound(writers[0]?.plan.doc, round)
    const typing = writers.map((writer, n) => type(writer, cells, `${round}-${n}`, seeded(seed + round * 10 + n)))
    await turn(40 + random() * 260)
    await server.kill()
    counts.written += (await Promise.all(typing)).reduce((sum, words) => sum + words, 0)

    const acknowledged = new Set(writers.flatMap(writer => [...writer.acknowledged]))
    writers.forEach((writer, n) => {
      for (const word of wordsIn(writer.plan.doc).keys()) {
        if (!word.endsWith(`-${n}`))
          firstSeen.add(word)
      }
    })

    // A newcomer looks before any writer is back, so that nothing is mended by being sent again.
    server = await startServer({ dataDir })
    const watcher = rawClient({ planId, cookie: watcherCookie })
    await watcher.connect(server.origin)
    const kept = wordsIn(watcher.plan.doc)
    counts.acknowledgedAndLost += [...acknowledged].filter(word => !kept.has(word)).length
    counts.seenAndLost += [...firstSeen].filter(word => !kept.has(word)).length
    counts.doubled += [...kept.values()].filter(times => times !== 1).length
    await watcher.disconnect()
    counts.acknowledged = acknowledged.size
    counts.seen = firstSeen.size
  }

  // Back for good: what each still held is sent once, and all agree.
  await Promise.all(writers.map(writer => writer.connect(server.origin)))
  const last = rawClient({ planId, cookie: watcherCookie })
  await last.connect(server.origin)
  await expect.poll(() => wordsIn(last.plan.doc).size, { timeout: 10_000 }).toBe(counts.written)
  counts.doubled += [...wordsIn(last.plan.doc).values()].filter(times => times !== 1).length
  expect(readRegister(last.plan.doc, 'activities')).toHaveLength(25)
  await Promise.all([last, ...writers].map(client => client.disconnect()))

  console.log(`kill -9: ${rounds} rounds, ${writerCount} writers, seed ${seed}: ${JSON.stringify(counts)}`)
  expect(counts).toMatchObject({ acknowledgedAndLost: 0, seenAndLost: 0, doubled: 0 })
  expect(counts.acknowledged).toBeGreaterThan(rounds * writerCount)
}, 60_000 + rounds * 6_000)

/** Writes words of its own into the round's texts and sets until the line is gone; gives how many. */
async function type(writer: RawClient, cells: ReturnType<typeof cellsOfRound>, mark: string, random: () => number): Promise<number> {
  let words = 0
  while (writer.isLive()) {
    const word = `${words++}-${mark}`
    writer.write(word, (plan) => {
      const set = random() < 0.25 ? pick(cells.sets, random) : undefined
      const text = pick(cells.texts, random)
      const at = random() < 0.5 ? 0 : textOf(plan, text)?.length ?? 0
      const outcome = set ? putMember(plan, set, word) : spliceText(plan, text, { at, remove: 0, insert: `<${word}>` })
      if (!outcome.ok)
        throw new Error(`${word}: ${outcome.refusal}`)
    })
    await turn(4 + random() * 8)
  }
  return words
}

/** Three texts of one activity, and the aliases of two organisations: enough that writers meet, few enough words for a cell. */
function cellsOfRound(doc: Y.Doc | undefined, round: number) {
  if (!doc)
    throw new Error('nobody writes')
  const activities = readRegister(doc, 'activities')
  const organisations = readRegister(doc, 'organisations')
  const row = activities[round % activities.length]?.id ?? ''
  return {
    texts: texts.map((field): Cell => ({ register: 'activities', row, field })),
    sets: [2 * round, 2 * round + 1].map((n): Cell => (
      { register: 'organisations', row: organisations[n % organisations.length]?.id ?? '', field: 'aliases' })),
  }
}

const pick = <T>(items: readonly T[], random: () => number): T => {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined)
    throw new Error('nothing to pick from')
  return item
}

/** Every word of ours in the document, and how many times it stands there. */
function wordsIn(doc: Y.Doc): Map<string, number> {
  const found = new Map<string, number>()
  const count = (word: string) => found.set(word, (found.get(word) ?? 0) + 1)
  for (const activity of readRegister(doc, 'activities')) {
    for (const field of texts)
      activity[field].match(/(?<=<)\d+-\d+-\d+(?=>)/g)?.forEach(count)
  }
  for (const organisation of readRegister(doc, 'organisations'))
    organisation.aliases.filter(({ id }) => /^\d+-\d+-\d+$/.test(id)).forEach(({ id }) => count(id))
  return found
}
