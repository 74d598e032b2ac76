import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { openCompaction } from '../../server/rooms/compaction.ts'
import { openSqlite } from '../../server/storage/sqlite.ts'
import { systemClock } from '../../server/time/clock.ts'
import type { ChangeLine, PlanLog } from '../../server/storage/contracts.ts'
import { temporaryFolder } from '../support/server.ts'
import { smallContent } from './support/plans.ts'

const folder = temporaryFolder()
const storage = await openSqlite({ folder })
afterAll(() => storage.close())
const minute = 60_000
const day = 24 * 60 * minute
const sitting = 30 * minute
let plans = 0
let lines = 0

async function newLog(): Promise<PlanLog> {
  const planId = `plan-${++plans}`
  await storage.createPlan({
    planId, regionId: 'rogaland', reformId: 'leve-hele-livet', epoch: planId, createdAt: 1, title: 'Plan', firstContent: smallContent,
  })
  return storage.log(planId)
}
const aLine = (more: Partial<ChangeLine> = {}): ChangeLine => ({
  id: `line-${++lines}`, by: 'kari', register: 'activities', row: 'K01', field: 'arena', member: null, from: 1, until: 1, before: 'a', after: 'b', ...more,
})
const write = (log: PlanLog, changes: readonly ChangeLine[]) =>
  log.append({ update: Uint8Array.of(0, 0), by: 'kari', clientIds: [], binds: [], at: 1, touches: [], changes, title: null })
async function foldAll(before = Number.MAX_SAFE_INTEGER, most = 100): Promise<void> {
  while (await storage.foldLines(before, sitting, most)) { /* there are more */ }
}

/** Lines of a cell as letters make them: each begins with what the one before left. */
function typed(words: readonly string[], at: readonly number[], more: (n: number) => Partial<ChangeLine> = () => ({})): ChangeLine[] {
  return words.slice(1).map((after, n) => aLine({ before: words[n], after, from: at[n] ?? 0, until: (at[n] ?? 0) + 1, ...more(n) }))
}

test('S44 what one person wrote in one cell in one sitting is one line, from the first before to the last after; a pause of more than half an hour ends it', async () => {
  const log = await newLog()
  const changes = typed(['', 'm', 'mø', 'møt', 'møte'], [0, 10 * minute, 40 * minute, 70 * minute + 2].map(at => at + 100))
  await write(log, changes)
  await foldAll()
  expect(await log.changes()).toEqual([
    { ...changes[2], before: '', from: changes[0]?.from },
    changes[3],
  ])
})

test('S44 another\'s change of the same cell, a value that lost, what no line tells of, another cell or another member ends it, and stays as it is', async () => {
  const log = await newLog()
  const at = Array.from({ length: 8 }, (_, n) => n * minute)
  const among = typed(['', 'a', 'ab', 'abc', 'abcd'], at, n => ({ by: n === 1 ? 'olav' : 'kari' }))
  const lost = typed(['x', 'y', 'z', 'w'], at, n => ({ field: 'status', ...(n === 1 ? { lost: 'q' } : {}) }))
  const members = ['ks', 'sf', 'ks', 'sf'].map((member, n) => aLine({ field: 'responsible', member, from: n * minute, until: n * minute, before: n, after: n + 2 }))
  const torn = [['a', 'b'], ['c', 'd']].map(([before, after], n) => aLine({ field: 'note', from: n * minute, until: n * minute, before, after }))
  await write(log, [...among, ...lost, ...members, ...torn])
  await foldAll()
  const left = await log.changes()
  expect(left.filter(({ field }) => field === 'arena')).toEqual([among[0], among[1], { ...among[3], before: 'ab', from: 2 * minute }])
  expect(left.filter(({ field }) => field === 'status')).toEqual(lost)
  expect(left.filter(({ field }) => field === 'note')).toEqual(torn)
  expect(left.filter(({ field }) => field === 'responsible').map(({ member, before, after }) => [member, before, after])).toEqual([['ks', 0, 4], ['sf', 1, 5]])
})

test('S44 who took back what they wrote is told of in two lines: one would say that nothing was changed, and who did it would be forgotten', async () => {
  const log = await newLog()
  await write(log, typed(['a', 'ab', 'abc', 'ab', 'a'], [0, 1, 2, 3].map(n => n * minute)))
  await foldAll()
  expect((await log.changes()).map(({ before, after }) => [before, after])).toEqual([['a', 'ab'], ['ab', 'a']])
  expect((await log.lastChange('activities', 'K01'))?.after).toBe('a')
})

test('S44 only lines older than 30 days are folded, what is written meanwhile is not held up, and how far it came is on disk', async () => {
  const log = await newLog()
  const now = 400 * day
  const [old, young] = [typed(['', 'a', 'ab'], [now - 31 * day, now - 31 * day + minute]), typed(['ab', 'abc', 'abcd'], [now - 29 * day, now - 29 * day + minute])]
  const many = typed(Array.from({ length: 3_001 }, (_, n) => `${n}`), Array.from({ length: 3_000 }, (_, n) => n * minute), () => ({ row: 'K02' }))
  await write(log, [...many, ...old, ...young])
  const compaction = openCompaction({
    storage, clock: { ...systemClock, now: () => now }, report: what => expect.unreachable(what), onDiffering: () => Promise.reject(new Error('differs')),
  })
  let isFolded = false
  const folding = compaction.foldLines().then(() => { isFolded = true })
  await write(log, [])
  expect(isFolded).toBe(false)
  await folding
  await compaction.close()
  expect((await log.changes()).map(({ before, after }) => [before, after])).toEqual([['0', '3000'], ['', 'ab'], ['ab', 'abc'], ['abc', 'abcd']])

  const looking = new DatabaseSync(join(folder, 'plantavle.db'), { readOnly: true })
  const folded = Number(looking.prepare('SELECT through FROM folded').get()?.through)
  expect(looking.prepare('SELECT count(*) AS n FROM changes WHERE number > ?').get(folded)?.n).toBe(2)
  looking.close()
})

const cellOf = ({ register, row, field, member }: ChangeLine) => JSON.stringify([register, row, field, member])
function byCell(all: readonly ChangeLine[]): Map<string, ChangeLine[]> {
  const cells = new Map<string, ChangeLine[]>()
  all.forEach(line => cells.set(cellOf(line), [...cells.get(cellOf(line)) ?? [], line]))
  return cells
}
const names = (all: readonly ChangeLine[]) => all.map(({ by }) => by).filter((by, n, those) => by !== those[n - 1])

test('S44 of any lines the chain of before and after stays, everybody who changed something is named in their order, what lost is kept, and the last change of a row is the same', async () => {
  const step = fc.record({
    by: fc.constantFrom('kari', 'kari', 'olav', 'marte'), cell: fc.nat(3), pause: fc.constantFrom(minute, minute, 29 * minute, 31 * minute, day, -minute),
    to: fc.nat(3), lost: fc.nat(9),
  })
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), fc.integer({ min: 1, max: 9 }), async (steps, most) => {
    const log = await newLog()
    const values = new Map<number, number>()
    let at = 0
    const written = steps.map(({ by, cell, pause, to, lost }) => {
      at = Math.max(0, at + pause)
      const before = values.get(cell) ?? 0
      values.set(cell, to)
      return aLine({
        by, from: at, until: at + 10, before, after: to, row: cell < 2 ? 'K01' : 'K02', ...(cell % 2 ? {} : { field: 'responsible', member: 'ks' }),
        ...(lost === 0 ? { lost: 'q' } : {}),
      })
    })
    await write(log, written)
    const lastBefore = await Promise.all((['K01', 'K02'] as const).map(row => log.lastChange('activities', row)))
    await foldAll(Number.MAX_SAFE_INTEGER, most)
    const left = await log.changes()
    expect(left.filter(line => 'lost' in line)).toEqual(written.filter(line => 'lost' in line))
    for (const [cell, originals] of byCell(written)) {
      const folded = byCell(left).get(cell) ?? []
      let from = 0
      for (const line of folded) {
        const to = originals.findIndex(({ id }) => id === line.id)
        const run = originals.slice(from, to + 1)
        expect(run.length).toBeGreaterThan(0)
        expect(line).toEqual({ ...run.at(-1), before: run[0]?.before, from: run[0]?.from })
        expect(run.every((one, n) => n === 0 || (one.by === line.by && !('lost' in one) && one.from - (run[n - 1]?.until ?? 0) <= sitting))).toBe(true)
        expect(line.before === line.after && run.some(({ before, after }) => before !== after)).toBe(false)
        from = to + 1
      }
      expect(from).toBe(originals.length)
      expect(names(folded)).toEqual(names(originals))
    }
    const told = (line: ChangeLine | null) => line && [line.id, line.by, line.until, line.after]
    const lastAfter = await Promise.all((['K01', 'K02'] as const).map(row => log.lastChange('activities', row)))
    expect(lastAfter.map(told)).toEqual(lastBefore.map(told))
  }), { seed: 20_268, numRuns: 80 })
}, 60_000)
