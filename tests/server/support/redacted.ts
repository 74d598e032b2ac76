import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import * as Y from 'yjs'
import { putMember, setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import { layPlan } from '#shared/plan/lay.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readTouches } from '#shared/plan/touches.ts'
import type { Cell } from '#shared/plan/values.ts'
import { redactCommands, type RedactParts } from '../../../server/admin/redact.ts'
import { openPlanThread } from '../../../server/plans/planThread.ts'
import { openChangeLines } from '../../../server/rooms/changeLines.ts'
import { openCheckpoints } from '../../../server/rooms/checkpoints.ts'
import { changedListing } from '../../../server/rooms/listing.ts'
import type { Storage } from '../../../server/storage/contracts.ts'
import { openSqlite } from '../../../server/storage/sqlite.ts'
import { systemClock } from '../../../server/time/clock.ts'
import { temporaryFolder } from '../../support/server.ts'
import { smallSeed, writerOf } from './plans.ts'

/** Words that stand in the cells to be redacted alone. */
export const secret = 'Qvistmark'
export const activity = (row: string, field: string) => ({ register: 'activities', row, field }) as const satisfies Cell

const content = layPlan({
  ...smallSeed,
  activities: [
    { id: 'K01', arena: `nyhetsbrev fra ${secret}`, status: 'not-started', responsible: { 'ks-rogaland': 'responsible' } },
    { id: 'K02', arena: 'samling' },
    { id: 'K03', arena: 'kurs', note: `ring ${secret}` },
  ],
  organisations: [{ id: 'sf-rogaland', name: 'Statsforvalteren i Rogaland', short: 'SF', aliases: { [secret]: true, Fylkesmannen: true } }],
})

const root = temporaryFolder()
let made: Promise<string> | null = null
export const aFolder = (): string => mkdtempSync(join(root, 'mappe-'))

/** A stored plan in which a few have written, `secret` among other words, and of which checkpoints have been kept. A folder of its own. */
export async function planWithSecrets() {
  const folder = aFolder()
  cpSync(await (made ??= makePlan()), folder, { recursive: true })
  const storage = await openSqlite({ folder })
  onTestFinished(() => storage.close())
  const log = storage.log('p')
  const state = Y.mergeUpdates([...await log.read()])
  return { folder, storage, log, olav: writerOf(state, 21) }
}

async function makePlan(): Promise<string> {
  const folder = aFolder()
  const storage = await openSqlite({ folder })
  await storage.createPlan({
    planId: 'p', regionId: 'rogaland', reformId: 'leve-hele-livet', epoch: 'e1', createdAt: 1, title: 'Prøveplan', period: { from: 2021, to: 2023 },
    firstContent: content,
  })
  const log = storage.log('p')
  const live = writerOf(content, 3).doc
  const lines = openChangeLines(live)
  const [kari, olav] = [writerOf(content, 10), writerOf(content, 20)]
  const known = new Set<number>()
  const checkpoints = openCheckpoints({ clock: systemClock, report: (what) => { throw new Error(what) } })
  let at = 1_000

  async function write(who: typeof kari, change: (plan: Plan) => void): Promise<void> {
    const update = who.write(change)
    const { cells: touches, clients: clientIds } = readTouches(live, update)
    const by = who === kari ? 'kari' : 'olav'
    at += 60_000
    lines.around(() => Y.applyUpdate(live, update), touches, by, at)
    const others = [kari, olav].filter(other => other !== who)
    others.forEach(({ doc }) => Y.applyUpdate(doc, update, 'afar'))
    const binds = clientIds.filter(id => !known.has(id))
    binds.forEach(id => known.add(id))
    await log.append({ update, by, clientIds, binds, at, touches, changes: lines.take(), ...changedListing(live, touches) })
  }
  const put = (cell: Cell, at: number, insert: string, remove = 0) => (plan: Plan) => void spliceText(plan, cell, { at, remove, insert })

  await write(kari, put(activity('K02', 'note'), 0, `spør ${secret} i mai`))
  for (const letter of 'om ') await write(olav, put(activity('K02', 'note'), 0, letter))
  await checkpoints.make(log)
  await write(kari, plan => void setCell(plan, activity('K01', 'when'), { raw: `når ${secret} kan`, kind: 'yearly' }))
  await write(olav, plan => void setCell(plan, activity('K01', 'when'), { raw: 'årlig', kind: 'yearly' }))
  await write(kari, put(activity('K02', 'note'), 3, `${secret}😀`))
  await write(olav, put(activity('K02', 'note'), 0, '', 4))
  await write(olav, put(activity('K01', 'topic'), 0, 'uendret'))
  await write(kari, plan => void putMember(plan, { register: 'organisations', row: 'sf-rogaland', field: 'aliases' }, `${secret} jr`))
  await write(kari, plan => void trashRow(plan, 'activities', 'K03'))
  await write(olav, put({ register: 'plan', row: 'head', field: 'title' }, 0, `${secret}s `))
  await write(olav, put(activity('K01', 'own1'), 0, `hos ${secret}`))
  await checkpoints.make(log)
  await checkpoints.close()
  await storage.close()
  return folder
}

/** The cells of it that have held `secret`. */
export const secretCells = [
  'activities/K01/arena', 'activities/K01/when', 'activities/K02/note', 'activities/K03/note', 'activities/K01/own1', 'plan/head/title',
  `organisations/sf-rogaland/aliases/${secret}`, `organisations/sf-rogaland/aliases/${secret} jr`,
]

/** The operator's commands over a folder in which no server runs. */
export function commandsOver(storage: Storage, parts: Partial<RedactParts> = {}) {
  const thread = openPlanThread()
  onTestFinished(() => thread.close())
  const commands = redactCommands({ storage, thread, clock: systemClock, ...parts })
  const redact = (cell: string, more: Record<string, string> = {}) =>
    commands.redact({ plan: 'p', cell, by: 'kari', why: 'navn på en pasient', ...more })
  const erase = (more: Record<string, string> = {}) => commands['plan erase']({ plan: 'p', sure: 'p', why: 'avtalen er over', ...more })
  return { redact, erase, list: () => commands['redact list']({ plan: 'p' }) }
}

/** How often some words stand in the raw files of the database, by file. */
export function inRawFiles(folder: string, words = secret): Record<string, number> {
  const files = readdirSync(folder).filter(name => name.startsWith('plantavle.db'))
  return Object.fromEntries(files.map(name => [name, readFileSync(join(folder, name)).toString('latin1').split(words).length - 1]))
}
export const sumOf = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, count) => sum + count, 0)
