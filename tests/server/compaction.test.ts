import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import * as Y from 'yjs'
import { openCheckpoints } from '../../server/rooms/checkpoints.ts'
import { openCompaction } from '../../server/rooms/compaction.ts'
import { isSameCopy, openCopy } from '../../server/rooms/copies.ts'
import { openReplay } from '../../server/rooms/replay.ts'
import { LogReadError, type LogRow, type Storage } from '../../server/storage/contracts.ts'
import { openSqlite } from '../../server/storage/sqlite.ts'
import { systemClock } from '../../server/time/clock.ts'
import { forge, words } from '../support/dishonestBytes.ts'
import { temporaryFolder } from '../support/server.ts'
import { seeded, until } from '../support/until.ts'
import { smallContent } from './support/plans.ts'
import { workForYears } from './support/yearsOfWork.ts'

const day = 24 * 60 * 60_000
const from = Date.UTC(2024, 0, 1)
const activity = (row: 'K01' | 'K02', field: string) => ({ register: 'activities', row, field }) as const
const aPlan = (planId: string) => ({
  planId, regionId: 'rogaland', reformId: 'leve-hele-livet', epoch: 'e1', createdAt: 1, title: 'Plan', firstContent: smallContent,
})
const anEntry = (update: Uint8Array, at: number, by = 'kari') =>
  ({ update, by, clientIds: [], binds: [], at, touches: [], changes: [], title: null })

/** A plan that five people have written in for half a year, with a checkpoint; it is looked at when the test says. */
async function oldPlan({ edits = 1_300, until = from + 180 * day } = {}) {
  const folder = temporaryFolder()
  const storage = await openSqlite({ folder })
  await storage.createPlan(aPlan('p'))
  const live = await workForYears(storage.log('p'), {
    content: smallContent, edits, from, until, seed: edits,
    texts: [activity('K01', 'arena'), activity('K01', 'note'), activity('K02', 'topic'), activity('K02', 'arena')],
    choices: [[activity('K01', 'status'), ['done', 'not-started', 'in-progress']]],
    sets: [[activity('K01', 'responsible'), ['sf-rogaland', 'ks-rogaland']]],
  })
  const checkpoints = openCheckpoints({ clock: systemClock, report: what => expect.unreachable(what) })
  await checkpoints.make(storage.log('p'))
  await checkpoints.close()
  onTestFinished(() => storage.close())
  return { folder, storage, live }
}

function openTestCompaction(storage: Storage, now = from + 400 * day) {
  const happened: string[] = []
  let time = now
  const compaction = openCompaction({
    storage, clock: { ...systemClock, now: () => time }, report: (what, error) => happened.push(`${what}: ${String(error)}`),
    async onDiffering(planId) {
      happened.push(`${planId} differs`)
      await storage.newEpoch(planId, 'it differs', time)
    },
  })
  onTestFinished(() => compaction.close())
  return { compaction, happened, later: (ms: number) => { time += ms } }
}

async function rowsOf(storage: Storage): Promise<LogRow[]> {
  const rows: LogRow[] = []
  for (;;) {
    const more = await storage.log('p').rows(rows.at(-1)?.through ?? 0, 300)
    if (more.length === 0)
      return rows
    rows.push(...more)
  }
}
const inFile = (folder: string, sql: string) => {
  const file = new DatabaseSync(join(folder, 'plantavle.db'))
  try {
    return file.prepare(sql).all()
  }
  finally {
    file.close()
  }
}
const copyOf = (rows: readonly LogRow[]) => openCopy(rows.map(({ update }) => update))

test('S45 old updates that a checkpoint stands for are put together, and the log comes to the same, as a whole and up to each row of it', async () => {
  const { storage, folder, live } = await oldPlan()
  const log = storage.log('p')
  const [before, changes, owners] = [await rowsOf(storage), await log.changes(), await log.owners()]
  const columns = inFile(folder, 'SELECT * FROM updates ORDER BY seq')
  const { compaction, happened } = openTestCompaction(storage)
  await compaction.look('p')
  const after = await rowsOf(storage)
  expect(happened).toEqual([])
  expect(after.length).toBeLessThan(before.length / 10)
  expect(after[0]).toEqual(before[0])
  expect([await log.changes(), await log.owners()]).toEqual([changes, owners])
  expect((await log.load()).through).toBe(before.length)

  await storage.newEpoch('p', 'the log alone is to count', 1)
  const { checkpoint, tail } = await log.load()
  expect([checkpoint, tail]).toEqual([null, after.map(({ update }) => update)])
  expect(isSameCopy(openCopy(tail), openCopy([Y.encodeStateAsUpdate(live)]))).toBe(true)
  expect(after.map((row, n) => row.from - (after[n - 1]?.through ?? 0))).toEqual(after.map(() => 1))
  expect(after.at(-1)?.through).toBe(before.length)
  for (const [n, { through }] of after.entries())
    expect(isSameCopy(copyOf(after.slice(0, n + 1)), copyOf(before.slice(0, through)))).toBe(true)

  for (const row of inFile(folder, 'SELECT * FROM updates WHERE from_seq IS NOT NULL')) {
    const of = columns.slice(Number(row.from_seq) - 1, Number(row.seq))
    const union = (column: string) =>
      [...new Set(of.flatMap(one => (JSON.parse(String(one[column])) as unknown[]).map(item => JSON.stringify(item))))]
    expect(row).toMatchObject({
      member: of[0]?.member, at: of.at(-1)?.at, from_at: of[0]?.at, members: JSON.stringify([...new Set(of.map(({ member }) => member))]),
      client_ids: `[${union('client_ids').join()}]`, touches: `[${union('touches').join()}]`, crc: crc32(row.bytes as Uint8Array),
    })
    expect(of.length).toBeLessThanOrEqual(100)
    expect(Number(row.at) - Number(row.from_at)).toBeLessThanOrEqual(day)
  }
  expect(await log.append(anEntry(Uint8Array.of(0, 0), 1))).toBe(before.length + 1)
}, 30_000)

test('S45 what is younger than 30 days, what no checkpoint stands for, and what the server itself wrote stays row by row', async () => {
  const { storage, folder } = await oldPlan({ edits: 1_000, until: from + 100 * day })
  const young = (await rowsOf(storage)).filter(({ at }) => at >= from + 70 * day)
  expect(young.length).toBeGreaterThan(100)
  inFile(folder, 'UPDATE updates SET member = \'server\' WHERE seq = 50')
  await storage.log('p').append(anEntry(Uint8Array.of(0, 0), from))
  const { compaction } = openTestCompaction(storage, from + 100 * day)
  await compaction.look('p')
  const after = await rowsOf(storage)
  expect(after.length).toBeLessThan(young.length + 50)
  expect(after.filter(({ at }) => at >= from + 70 * day)).toEqual(young)
  expect(after.find(({ through }) => through === 50)).toMatchObject({ from: 50, by: 'server' })
  const last = after.at(-1)
  expect(last?.from).toBe(last?.through)
})

test('S45 a plan is looked at once a day at most, and left alone with fewer than a hundred old updates', async () => {
  const { storage } = await oldPlan({ edits: 90 })
  const before = await rowsOf(storage)
  const { compaction, later } = openTestCompaction(storage)
  await compaction.look('p')
  expect(await rowsOf(storage)).toEqual(before)

  await workForYears(storage.log('p'), {
    content: Y.encodeStateAsUpdate(copyOf(before).doc), edits: 120, from: from + 200 * day, until: from + 201 * day, texts: [activity('K01', 'note')],
  })
  const checkpoints = openCheckpoints({ clock: systemClock, report: () => {} })
  await checkpoints.make(storage.log('p'))
  await checkpoints.close()
  await compaction.look('p')
  const unlooked = await rowsOf(storage)
  expect(unlooked.length).toBe(before.length + 120)
  later(day)
  await compaction.look('p')
  expect((await rowsOf(storage)).length).toBeLessThan(unlooked.length - 90)
})

test('S45 neighbours that would not come to the same are left as they are, and those after them are put together', () => {
  const by = (client: number) => [client, 0, [{ parent: 'plan', content: words('x') }]] as const
  const row = (seq: number, update: Uint8Array): LogRow => ({ from: seq, through: seq, by: 'kari', at: seq, update })
  const doc = new Y.Doc()
  const later: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => later.push(update))
  for (let n = 0; n < 150; n++)
    doc.getMap('activities').set(`k${n}`, n)
  const unlike = [forge({ structs: [by(2), by(4_000), by(3_999)] }), forge({ structs: [by(3_998)] })]
  const replay = openReplay({ after: 0, through: 1_000, before: day })
  const step = replay.take([...unlike, ...later].map((update, n) => row(n + 1, update)))
  const next = replay.take([{ ...row(200, Uint8Array.of(0, 0)), by: 'server' }])
  expect([step.unlike, step.through, step.runs.length, next.runs.map(({ from, through }) => [from, through])]).toEqual([1, 100, 0, [[101, 152]]])
  const plain = openCopy([...unlike, ...later])
  expect(replay.end()).toEqual({ stateVector: Y.encodeStateVector(plain.doc), stateHash: plain.stateHash(), isComplete: true })
})

test('S45 what rests on what is lacking is left as it is', () => {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (let n = 0; n < 150; n++)
    doc.getMap('activities').set(`k${n}`, n)
  const replay = openReplay({ after: 0, through: 1_000, before: day })
  const rows = updates.slice(1).map((update, n): LogRow => ({ from: n + 1, through: n + 1, by: 'kari', at: n, update }))
  expect(replay.take(rows)).toEqual({ runs: [], through: 100, unlike: 1 })
  expect(replay.end().isComplete).toBe(false)
})

test('S46 what is not what was put together is not replaced, and nothing of its turn is', async () => {
  const storage = await openSqlite({ folder: temporaryFolder() })
  onTestFinished(() => storage.close())
  await storage.createPlan(aPlan('p'))
  const log = storage.log('p')
  const updates = [1, 2, 3, 4, 5].map(n => Uint8Array.of(n, n))
  await Promise.all(updates.map((update, n) => log.append(anEntry(update, n, n === 4 ? 'server' : 'kari'))))
  const before = await rowsOf(storage)
  const of = (...parts: number[]) => parts.reduce((sum, n) => crc32(updates[n - 1] ?? new Uint8Array(), sum), 0)
  const run = (from: number, through: number, sum: number) => ({ from, through, update: Uint8Array.of(9), of: sum })
  const sound = run(2, 3, of(1, 2))
  for (const wrong of [run(4, 5, of(3, 3)), run(4, 7, of(3, 4)), run(5, 6, of(4, 5)), run(1, 2, of(1))]) {
    await expect(log.compact([sound, wrong], 9)).rejects.toThrow(LogReadError)
    expect([await rowsOf(storage), (await log.extent()).compactedThrough]).toEqual([before, 0])
  }
  await log.compact([sound], 3)
  await expect(log.compact([run(3, 4, of(2, 3))], 4)).rejects.toThrow(LogReadError)
  expect((await rowsOf(storage)).map(({ from, through, update }) => [from, through, update.length > 2 ? 'first' : update[0]]))
    .toEqual([[1, 1, 'first'], [2, 3, 9], [4, 4, 3], [5, 5, 4], [6, 6, 5]])
  expect((await log.extent()).compactedThrough).toBe(3)
})

test('S46 who wrote in a plan is known of what was put together too', async () => {
  const storage = await openSqlite({ folder: temporaryFolder() })
  onTestFinished(() => storage.close())
  await storage.makePlan({ plan: aPlan('p'), by: 'kari', key: 'k', grants: [], at: 1 })
  const log = storage.log('p')
  const updates = [Uint8Array.of(1), Uint8Array.of(2)]
  await log.append(anEntry(updates[0] ?? new Uint8Array(), 1, 'kari'))
  await log.append(anEntry(updates[1] ?? new Uint8Array(), 2, 'olav'))
  await log.compact([{ from: 2, through: 3, update: Uint8Array.of(9), of: updates.reduce((sum, part) => crc32(part, sum), 0) }], 3)
  expect(await storage.untouchedPlansOf('kari', 0)).toEqual([])
})

test('O63 killed at any moment while it compacts and folds, and while somebody writes, the server loses nothing', async () => {
  const { storage, folder, live } = await oldPlan({ edits: 900 })
  const changes = await storage.log('p').changes()
  await storage.close()
  const at = (path: string) => JSON.stringify(new URL(`../../server/${path}`, import.meta.url).href)
  const script = `
    import { openSqlite } from ${at('storage/sqlite.ts')}
    import { openCompaction } from ${at('rooms/compaction.ts')}
    import { systemClock } from ${at('time/clock.ts')}
    const storage = await openSqlite({ folder: ${JSON.stringify(folder)}, lockTimeoutMs: 5000 })
    const compaction = openCompaction({
      storage, clock: { ...systemClock, now: () => ${from + 400 * day} }, report: (what, error) => console.log('WRONG', what, error),
      onDiffering: async () => console.log('WRONG differs'),
    })
    const log = storage.log('p')
    const write = async () => {
      for (;;)
        console.log('seq', await log.append({ update: Uint8Array.of(0, 0), by: 'kari', clientIds: [], binds: [], at: ${from + 399 * day}, touches: [], changes: [], title: null }))
    }
    console.log('begun')
    void write()
    await Promise.all([compaction.look('p'), compaction.foldLines()])
    console.log('done')`
  const random = seeded(20_269)
  let acknowledged = 0
  let said = ''
  let rounds = 0
  for (; !said.includes('done'); rounds++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    said = ''
    child.stdout.on('data', (bytes: Buffer) => { said += bytes.toString() })
    const gone = new Promise(resolve => child.once('exit', resolve))
    await until(() => said.includes('begun'), { what: 'it compacts' })
    // Longer from round to round, so that it comes to its end.
    await Promise.race([gone, until(() => said.includes('done'), { what: 'it is done', withinMs: 20 + random() * 200 + rounds * 80 }).catch(() => {})])
    child.kill('SIGKILL')
    await gone
    expect(said).not.toContain('WRONG')
    acknowledged = Math.max(acknowledged, ...[...said.matchAll(/^seq (\d+)$/gm)].map(([, seq]) => Number(seq)))

    const again = await openSqlite({ folder, lockTimeoutMs: 5_000 })
    const rows = await rowsOf(again)
    expect(rows.map((row, n) => row.from - (rows[n - 1]?.through ?? 0))).toEqual(rows.map(() => 1))
    expect(rows.at(-1)?.through).toBeGreaterThanOrEqual(acknowledged)
    expect(isSameCopy(copyOf(rows), openCopy([Y.encodeStateAsUpdate(live)]))).toBe(true)
    await again.close()
  }
  expect(rounds).toBeGreaterThan(3)
  expect(acknowledged).toBeGreaterThan(950)
  const last = await openSqlite({ folder })
  const folded = await last.log('p').changes()
  expect(folded.length).toBeLessThan(changes.length)
  expect((await rowsOf(last)).filter(({ through }) => through <= 900).length).toBeLessThan(200)
  await last.close()
}, 60_000)

test('S50 a log that does not come to what its checkpoint says is told of; the log counts, and the plan is not opened from the checkpoint', async () => {
  const { storage, live } = await oldPlan({ edits: 120 })
  const log = storage.log('p')
  const kept = (await log.load()).checkpoint
  if (!kept)
    throw new Error('there is a checkpoint')
  const { compaction, happened, later } = openTestCompaction(storage)
  await compaction.look('p')
  expect(happened).toEqual([])

  const wrong = openCopy([Y.encodeStateAsUpdate(live)])
  wrong.doc.getMap('activities').delete('K02')
  await log.append(anEntry(Uint8Array.of(0, 0), from))
  await log.keep({
    ...kept, through: kept.through + 1,
    update: Y.encodeStateAsUpdate(wrong.doc), stateVector: Y.encodeStateVector(wrong.doc), stateHash: wrong.stateHash(),
  })
  later(day)
  await compaction.look('p')
  expect(happened).toEqual(['p differs'])
  expect((await log.load()).checkpoint).toBeNull()
})

test('S50 damaged bytes in the log are found though a checkpoint stands for them, and told of until they are mended', async () => {
  const { storage, folder } = await oldPlan({ edits: 120 })
  const { compaction, happened, later } = openTestCompaction(storage)
  inFile(folder, 'UPDATE updates SET crc = crc + 1 WHERE seq = 60')
  await compaction.look('p')
  expect([happened, compaction.isAnyDamaged()])
    .toEqual([['plan p: its log could not be looked through: LogReadError: update 60 of plan p is not what was written'], true])
  expect((await storage.log('p').load()).checkpoint).not.toBeNull()
  inFile(folder, 'UPDATE updates SET crc = crc - 1 WHERE seq = 60')
  later(day)
  await compaction.look('p')
  expect([happened.length, compaction.isAnyDamaged()]).toEqual([1, false])
})
