import { openSqlite } from '../../server/storage/sqlite.ts'
import { openPlanThread } from '../../server/plans/planThread.ts'
import { redactCommands } from '../../server/admin/redact.ts'
import { systemClock } from '../../server/time/clock.ts'
import { workForYears } from '../server/support/yearsOfWork.ts'
import { smallContent } from '../server/support/plans.ts'
import { mkdtempSync, statSync } from 'node:fs'
const folder = mkdtempSync('/tmp/redactbig-')
const storage = await openSqlite({ folder })
await storage.createPlan({ planId: 'p', regionId: 'rogaland', reformId: 'l', epoch: 'e1', createdAt: 1, title: 'Plan', firstContent: smallContent })
const a = (row: string, field: string) => ({ register: 'activities', row, field }) as const
const edits = Number(process.argv[2] ?? 50000)
await workForYears(storage.log('p'), { content: smallContent, edits, from: 0, until: 1e11, texts: [a('K01', 'arena'), a('K01', 'note'), a('K02', 'topic'), a('K02', 'arena')] })
console.log('made', statSync(`${folder}/plantavle.db`).size)
const thread = openPlanThread()
let worst = 0
let running = true
void (async () => { while (running) { const t = performance.now(); await storage.plan('p'); worst = Math.max(worst, performance.now() - t); await new Promise(r => setTimeout(r, 5)) } })()
const t = performance.now()
const held: number[] = []
const done = await redactCommands({ storage, thread, clock: systemClock, hold: async (_p, work) => { const t = performance.now(); const r = await work(() => {}); held.push(performance.now() - t); return r } }).redact({ plan: 'p', cell: 'activities/K01/arena', by: 'x', why: 'y' })
console.log(done.updates, done.lines, 'ms', Math.round(performance.now() - t), 'held', held.map(Math.round), 'worst other', Math.round(worst), process.memoryUsage().rss / 1e6)
running = false
await thread.close(); await storage.close()
