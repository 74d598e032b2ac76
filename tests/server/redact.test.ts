import { spawn } from 'node:child_process'
import { cpSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { readHead, readPlan } from '#shared/plan/read.ts'
import { clearCells } from '#shared/plan/redact.ts'
import { checkPlan } from '../../server/admin/checkPlan.ts'
import { exportPlan } from '../../server/admin/planExport.ts'
import { readCells } from '../../server/admin/redactCells.ts'
import { sayRedacted, sayRedactions } from '../../server/admin/redactTexts.ts'
import { openCheckpoints } from '../../server/rooms/checkpoints.ts'
import { openCompaction } from '../../server/rooms/compaction.ts'
import { isSameCopy, openCopy } from '../../server/rooms/copies.ts'
import { openLargeJudge } from '../../server/rooms/largeJudge.ts'
import { openRooms, UnreadablePlanError } from '../../server/rooms/rooms.ts'
import { readFolder } from '../../server/storage/backupReader.ts'
import type { Storage } from '../../server/storage/contracts.ts'
import { openSqlite } from '../../server/storage/sqlite.ts'
import { systemClock } from '../../server/time/clock.ts'
import { until } from '../support/until.ts'
import { pretendPeer } from './support/peers.ts'
import { turn } from './support/pretendLog.ts'
import { smallContent } from './support/plans.ts'
import { aFolder, commandsOver, inRawFiles, planWithSecrets, secret, secretCells, sumOf } from './support/redacted.ts'

const all = secretCells.join(',')
const inFile = (folder: string, sql: string) => {
  const file = new DatabaseSync(join(folder, 'plantavle.db'))
  try {
    return file.prepare(sql).all().map(row => ({ ...row }))
  }
  finally {
    file.close()
  }
}
const copyOfLog = async (storage: Storage) => openCopy((await storage.log('p').rows(0, 10_000)).map(({ update }) => update))
const everythingIn = (folder: string) => ['plans', 'updates', 'changes', 'checkpoints', 'epochs', 'client_ids', 'redactions', 'wipe']
  .map(table => inFile(folder, `SELECT * FROM ${table}`))

test('S63 a redaction leaves places, times, members, client ids and other cells as they are, and the log comes to the plan with the cells emptied', async () => {
  const { storage, folder } = await planWithSecrets()
  const [rows, lines, before] = [inFile(folder, 'SELECT * FROM updates'), inFile(folder, 'SELECT * FROM changes'), await copyOfLog(storage)]
  const plan = await storage.plan('p')
  const answer = await commandsOver(storage).redact(all)
  expect(answer).toMatchObject({ planId: 'p', updates: 11, isWiped: true })

  const after = inFile(folder, 'SELECT * FROM updates')
  expect(after.map(({ bytes: _bytes, crc: _crc, touches: _touches, ...row }) => row))
    .toEqual(rows.map(({ bytes: _bytes, crc: _crc, touches: _touches, ...row }) => row))
  expect(after.every(({ bytes, crc }) => crc32(bytes as Uint8Array) === crc)).toBe(true)
  const changed = after.filter(({ crc }, n) => crc !== rows[n]?.crc)
  expect(changed).toHaveLength(answer.updates)
  clearCells(before.doc, readCells(all))
  const now = await copyOfLog(storage)
  expect(isSameCopy(now, before)).toBe(true)
  expect(now.doc.getMap('activities').size).toBe(3)

  expect(await storage.plan('p')).toEqual({ ...plan, epoch: answer.epoch, title: readHead(now.doc)?.title })
  expect(readHead(now.doc)?.title).toBe('')
  expect((await storage.log('p').load()).checkpoint).toBeNull()
  expect((await storage.members.accessLog('p', 1_000, 1_000)).toReversed().map(({ event, facts }) => [event, facts.register])).toEqual(readCells(all).map(({ register }) => ['redacted', register]))
  expect(inFile(folder, 'SELECT epoch, why FROM epochs')).toEqual([{ epoch: answer.epoch, why: 'words were taken out for good' }])
  const stored = readFolder(folder)
  expect(stored && checkPlan(stored.read('p')).wrongs).toEqual([])
  stored?.close()

  const left = inFile(folder, 'SELECT * FROM changes')
  const who = ({ set_member: _member, before: _before, after: _after, lost: _lost, ...rest }: Record<string, unknown>) => rest
  expect(left.map(who)).toEqual(lines.map(who))
  const isChange = ({ before, after }: Record<string, unknown>) => before !== after
  expect(left.map(isChange)).toEqual(lines.map(isChange))
  expect(JSON.stringify(left)).not.toContain(secret)
  expect(left.filter((line, n) => line.after !== lines[n]?.after || line.before !== lines[n]?.before)).toHaveLength(answer.lines)
  expect(left.filter(({ field }) => field === 'topic')).toEqual(lines.filter(({ field }) => field === 'topic'))
})

test('S63 what changed to what is still told apart: the same value has the same number, and nothing stays nothing', async () => {
  const { storage } = await planWithSecrets()
  await commandsOver(storage).redact('activities/K01/when')
  const lines = (await storage.log('p').changes()).filter(({ field }) => field === 'when')
  expect(lines.map(({ before, after, by }) => [by, before, after])).toEqual([['kari', null, { redacted: 1 }], ['olav', { redacted: 1 }, { redacted: 2 }]])
  expect(await storage.log('p').lastChange('activities', 'K01')).toMatchObject({ field: 'own1' })
})

test('S62 the name of a member that is words goes from the log, the change lines and the note of the redaction; its neighbour stays', async () => {
  const { storage, folder } = await planWithSecrets()
  const { redact, list } = commandsOver(storage)
  const answer = await redact(`organisations/sf-rogaland/aliases/${secret} jr`)
  expect(answer.cells).toEqual(['organisations/sf-rogaland/aliases'])
  expect(JSON.stringify([await list(), await storage.log('p').changes(), inFile(folder, 'SELECT touches FROM updates')])).not.toContain(`${secret} jr`)
  const row = (await copyOfLog(storage)).doc.getMap('organisations').get('sf-rogaland') as Y.Map<unknown>
  expect([...row.keys()].filter(key => key.startsWith('aliases/')).sort()).toEqual(['aliases/Fylkesmannen', `aliases/${secret}`])
})

test('S64 after a redaction the words stand in no byte of the database, of its log or of what it no longer uses', async () => {
  const { storage, folder } = await planWithSecrets()
  expect(sumOf(inRawFiles(folder))).toBeGreaterThan(20)
  expect(await commandsOver(storage).redact(all)).toMatchObject({ isWiped: true })
  const counts = inRawFiles(folder)
  expect(Object.keys(counts)).toEqual(expect.arrayContaining(['plantavle.db', 'plantavle.db-shm', 'plantavle.db-wal']))
  expect(sumOf(counts)).toBe(0)
  expect(sumOf(inRawFiles(folder, 'Fylkesmannen'))).toBeGreaterThan(0)
  await storage.close()
  expect(sumOf(inRawFiles(folder))).toBe(0)
})

test('S64 where somebody reads the file, it is written anew when they are done, or when the folder is opened next', async () => {
  const { storage, folder } = await planWithSecrets()
  const reader = new DatabaseSync(join(folder, 'plantavle.db'), { readOnly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM updates').get()
  const redacting = commandsOver(storage).redact(all)
  await until(async () => (await storage.redactions.list('p')).length > 0, { what: 'it is taken out' })
  expect(await storage.redactions.wipe()).toBe(false)
  expect(sumOf(inRawFiles(folder))).toBeGreaterThan(0)
  reader.close()
  expect((await redacting).isWiped).toBe(true)
  expect(sumOf(inRawFiles(folder))).toBe(0)

  const other = await planWithSecrets()
  const staying = new DatabaseSync(join(other.folder, 'plantavle.db'), { readOnly: true })
  staying.exec('BEGIN')
  staying.prepare('SELECT count(*) FROM updates').get()
  // What stands after the command has been killed: all is written, and nothing wiped.
  await redactWithoutWiping(other.storage)
  await other.storage.close()
  staying.close()
  expect(sumOf(inRawFiles(other.folder))).toBeGreaterThan(0)
  const again = await openSqlite({ folder: other.folder })
  await again.close()
  expect(sumOf(inRawFiles(other.folder))).toBe(0)
})

/** As a command that is ended right after its transaction. */
async function redactWithoutWiping(storage: Storage): Promise<void> {
  const wipe = () => Promise.reject(new Error('ended'))
  await expect(commandsOver({ ...storage, redactions: { ...storage.redactions, wipe } }).redact(all)).rejects.toThrow('ended')
}

test('S65 killed at any moment a redaction is there as a whole or not at all, and after the next start its words are not', async () => {
  const { storage, folder: first } = await planWithSecrets()
  await storage.close()
  const wanted = await copyOfPlan(first)
  const before = everythingIn(first)
  clearCells(wanted.doc, readCells(all))
  const seen: boolean[] = []
  for (const [moment, laterMs] of [['begun', 0], ['writing', 0], ['writing', 2], ['written', 0]] as const) {
    const folder = aFolder()
    cpSync(first, folder, { recursive: true })
    const child = spawn(process.execPath, ['--input-type=module', '-e', scriptThatRedacts(folder)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString()
      if (said.includes(moment))
        setTimeout(() => child.kill('SIGKILL'), laterMs)
    })
    await new Promise(resolve => child.once('exit', resolve))
    expect(said).toContain(moment)
    await (await openSqlite({ folder, lockTimeoutMs: 5_000 })).close()
    const isDone = inFile(folder, 'SELECT * FROM redactions').length > 0
    seen.push(isDone)
    if (isDone) {
      expect(isSameCopy(await copyOfPlan(folder), wanted)).toBe(true)
      expect([inFile(folder, 'SELECT * FROM redactions').length, sumOf(inRawFiles(folder))]).toEqual([secretCells.length, 0])
    }
    else {
      expect(everythingIn(folder)).toEqual(before)
    }
  }
  expect([seen.at(0), seen.at(-1)]).toEqual([false, true])
}, 60_000)

function scriptThatRedacts(folder: string): string {
  const at = (path: string) => JSON.stringify(new URL(`../../server/${path}`, import.meta.url).href)
  return `
    import { openSqlite } from ${at('storage/sqlite.ts')}
    import { openPlanThread } from ${at('plans/planThread.ts')}
    import { redactCommands } from ${at('admin/redact.ts')}
    import { systemClock } from ${at('time/clock.ts')}
    const storage = await openSqlite({ folder: ${JSON.stringify(folder)}, lockTimeoutMs: 5000 })
    const { redactions } = storage
    async function write(redaction) {
      console.log('writing')
      const lines = await redactions.write(redaction)
      console.log('written')
      return lines
    }
    console.log('begun')
    await redactCommands({ storage: { ...storage, redactions: { ...redactions, write } }, thread: openPlanThread(), clock: systemClock })
      .redact({ plan: 'p', cell: ${JSON.stringify(all)}, by: 'x', why: 'y' })`
}

const copyOfPlan = (folder: string) =>
  Promise.resolve(openCopy(inFile(folder, 'SELECT bytes FROM updates ORDER BY seq').map(({ bytes }) => bytes as Uint8Array)))

test('S65 a log that has grown since it was read is not rewritten, nor is a row that is another, and what fails on the way changes nothing', async () => {
  const { storage, folder, log, olav } = await planWithSecrets()
  const before = everythingIn(folder)
  const through = (await log.load()).through
  const given = { planId: 'p', cells: readCells('activities/K01/topic'), epoch: 'e2', at: 1, by: 'x', why: 'y' }
  expect(await storage.redactions.write({ ...given, through: through - 1, rows: [] })).toBeNull()
  expect(await storage.redactions.write({ ...given, through, rows: [{ through: 2, update: Uint8Array.of(0, 0), of: 1 }] })).toBeNull()
  expect(everythingIn(folder)).toEqual(before)

  // Whatever fails on the way, and be it the last of it.
  inFile(folder, 'CREATE TRIGGER t BEFORE INSERT ON redactions WHEN NEW.field = \'aliases\' BEGIN SELECT RAISE(ABORT, \'no\'); END')
  await expect(commandsOver(storage).redact(all)).rejects.toThrow('no')
  expect(everythingIn(folder)).toEqual(before)
  inFile(folder, 'DROP TRIGGER t')

  // Written while the command read: it reads once more.
  let isFirst = true
  const grown: Storage = {
    ...storage,
    redactions: {
      ...storage.redactions,
      async write(redaction) {
        if (isFirst)
          await log.append({ update: olav.type(` og ${secret}`), by: 'olav', clientIds: [21], binds: [21], at: 1, touches: [], changes: [], title: null })
        isFirst = false
        return await storage.redactions.write(redaction)
      },
    },
  }
  await commandsOver(grown).redact(all)
  expect(sumOf(inRawFiles(folder))).toBe(0)
})

test('S66 while a plan is held nobody is in it: who was is told to come back, who comes waits, and with the old epoch is turned away', async () => {
  const { storage } = await planWithSecrets()
  const { rooms } = openTestRooms(storage)
  const kari = pretendPeer({ name: 'kari' })
  await rooms.join('p', kari.peer, 'e1')
  let letGo = () => {}
  const holding = rooms.hold('p', async (begun) => {
    expect(kari.closed()?.code).toBe(closeCode.comeBack)
    await new Promise<void>((resolve) => { letGo = resolve })
    begun('e2')
    return 7
  })
  const told: string[] = []
  const early = rooms.join('p', pretendPeer({ name: 'olav' }).peer, 'e1').then(() => told.push('in'), (error: unknown) => told.push(String(error instanceof UnreadablePlanError)))
  const late = pretendPeer({ name: 'marte' })
  const fresh = rooms.join('p', late.peer, 'e2').then(() => told.push('marte'))
  let goOn: (() => void) | null = null
  const second = rooms.hold('p', () => new Promise<string>((resolve) => { goOn = () => resolve('next') }))
  await until(() => kari.closed(), { what: 'she is told' })
  expect([told, late.frames]).toEqual([[], []])
  letGo()
  expect(await holding).toBe(7)
  await early
  await until(() => goOn, { what: 'the second has begun' })
  // As long as reading the plan would take.
  await storage.log('p').load()
  await turn()
  expect([told, late.frames]).toEqual([['true'], []])
  ;(goOn as (() => void) | null)?.()
  expect(await second).toBe('next')
  await fresh
  expect(told).toEqual(['true', 'marte'])
  await expect(rooms.hold('p', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await rooms.join('p', pretendPeer({ name: 'Anne' }).peer, 'e2')
})

test('S66 what was admitted before a redaction is in the log when it begins', async () => {
  const { storage, olav, folder, log } = await planWithSecrets()
  const { rooms } = openTestRooms(storage)
  const peer = pretendPeer({ memberId: 'olav' })
  const seat = await rooms.join('p', peer.peer, 'e1')
  seat.receive(olav.type(' i juni'))
  await until(() => peer.acks().includes(1), { what: 'it is written' })
  seat.receive(olav.type(` med ${secret} Hansen`))
  const { updates } = await commandsOver(storage, { hold: rooms.hold }).redact(all)
  expect([updates, (await log.load()).through, sumOf(inRawFiles(folder)), peer.closed()?.code]).toEqual([13, 16, 0, closeCode.comeBack])
})

function openTestRooms(storage: Storage) {
  const checkpoints = openCheckpoints({ clock: systemClock, report: () => {} })
  const judge = openLargeJudge({ clock: systemClock })
  const rooms = openRooms({ storage, clock: systemClock, judge, checkpoints, admit: () => true, report: () => {} })
  return { rooms, checkpoints }
}

test('S67 a checkpoint of the log as it was is not kept once it has been rewritten, however late it comes; the next one is', async () => {
  const { storage, folder, log, olav } = await planWithSecrets()
  await log.append({ update: olav.type('.'), by: 'olav', clientIds: [21], binds: [21], at: 1, touches: [], changes: [], title: null })
  const { checkpoint, through } = await log.load()
  if (!checkpoint)
    throw new Error('there is a checkpoint')
  await commandsOver(storage).redact(all)
  await log.keep({ ...checkpoint, through })
  expect((await storage.log('p').load()).checkpoint).toBeNull()
  const checkpoints = openCheckpoints({ clock: systemClock, report: what => expect.unreachable(what) })
  expect(await checkpoints.make(storage.log('p'))).toBe(true)
  await checkpoints.close()
  expect((await storage.log('p').load()).checkpoint?.through).toBe(through)
  expect(sumOf(inRawFiles(folder))).toBe(0)
})

test('S67 nothing is rewritten while a log is looked through, and it can be looked through afterwards', async () => {
  const { storage } = await planWithSecrets()
  const wrong: string[] = []
  const compaction = openCompaction({
    storage, clock: systemClock, report: what => wrong.push(what), onDiffering: planId => Promise.resolve(void wrong.push(planId)),
  })
  const order: string[] = []
  const looking = compaction.look('p').then(() => order.push('looked'))
  await compaction.aside(() => {
    order.push('begun')
    return commandsOver(storage).redact(all)
  })
  await expect(compaction.aside(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await Promise.all([looking, compaction.look('p')])
  await compaction.close()
  expect([order, wrong, compaction.isAnyDamaged()]).toEqual([['looked', 'begun'], [], false])
})

test('S68 of what is no cell, is not there, or has no words nothing is taken out, and nothing is changed', async () => {
  const { storage, folder } = await planWithSecrets()
  const { redact } = commandsOver(storage)
  const before = everythingIn(folder)
  for (const [cell, refusal] of Object.entries({
    'activities/K99/note': 'no-such-row', 'activities/K01/nothing': 'no-such-field', 'nothing/K01/note': 'not-a-cell', 'activities/K01': 'not-a-cell',
    '': 'not-a-cell', 'activities/K01/place': 'without-words', 'plan/head/schemaVersion': 'without-words', 'activities/K01/deletedAt': 'no-such-field',
    'activities/K01/note/x': 'not-a-set', 'activities/K02/own2': 'nothing-there', 'activities/K01/note': 'nothing-there',
    'organisations/sf-rogaland/aliases/Ingen': 'nothing-there', 'activities/__proto__/note': 'not-a-cell',
    'activities/K01/constructor': 'no-such-field', [`${all},activities/K01/note`]: 'nothing-there',
  })) {
    await expect(redact(cell), cell).rejects.toMatchObject({ refusal })
    expect(everythingIn(folder)).toEqual(before)
  }
})

test('S68 an unknown plan, a comment, and words of the operator that are none are refused; what was taken out cannot be again', async () => {
  const { storage, folder } = await planWithSecrets()
  const { redact, list } = commandsOver(storage)
  const before = everythingIn(folder)
  await expect(redact(all, { plan: 'x' })).rejects.toMatchObject({ refusal: 'no-such-plan' })
  await expect(redact(all, { comment: '7' })).rejects.toMatchObject({ refusal: 'no-comments-yet' })
  for (const words of ['', ' ', 'to\nlinjer', 'x'.repeat(501)]) {
    await expect(redact(all, { why: words })).rejects.toMatchObject({ refusal: 'unfit-words', what: 'why' })
    await expect(redact(all, { by: words })).rejects.toMatchObject({ refusal: 'unfit-words', what: 'by' })
  }
  expect(everythingIn(folder)).toEqual(before)
  expect(await list()).toEqual([])

  const { epoch } = await redact('activities/K03/note')
  await expect(redact('activities/K03/note')).rejects.toMatchObject({ refusal: 'nothing-there', what: 'activities/K03/note' })
  expect(await list()).toEqual([{
    cell: 'activities/K03/note', at: expect.any(Number) as number, by: 'kari', why: 'navn på en pasient', oldEpoch: 'e1', newEpoch: epoch,
  }])
  expect((await copyOfLog(storage)).doc.getMap('activities').get('K03')).toBeInstanceOf(Y.Map)
})

test('S68 a set goes as a whole or by its members, and commas are between cells only where a register comes after', async () => {
  expect(readCells('activities/K01/note, organisations/sf/aliases/A, B,plan/head/title').map(({ member, field }) => [field, member]))
    .toEqual([['note', null], ['aliases', 'A, B'], ['title', null]])
  expect(readCells('organisations/sf/aliases/A,organisations/sf/aliases,activities/K01/note,activities/K01/note')).toHaveLength(2)
  const { storage } = await planWithSecrets()
  await commandsOver(storage).redact('organisations/sf-rogaland/aliases')
  const row = (await copyOfLog(storage)).doc.getMap('organisations').get('sf-rogaland') as Y.Map<unknown>
  expect([...row.keys()].filter(key => key.startsWith('aliases'))).toEqual([])
})

test('S68 a log that is not whole is not rewritten', async () => {
  const { storage, folder, log } = await planWithSecrets()
  const doc = new Y.Doc()
  doc.clientID = 77
  doc.getText('x').insert(0, 'a')
  const held = Y.encodeStateVector(doc)
  doc.getText('x').insert(1, 'b')
  await log.append({ update: Y.encodeStateAsUpdate(doc, held), by: 'kari', clientIds: [77], binds: [77], at: 1, touches: [], changes: [], title: null })
  const before = everythingIn(folder)
  await expect(commandsOver(storage).redact(all)).rejects.toMatchObject({ refusal: 'unsound-log', what: 'p' })
  expect(everythingIn(folder)).toEqual(before)
})

test('S68 the operator is told what was done, how much, and what it does not reach', () => {
  const done = { planId: 'p', cells: ['activities/K01/note'], updates: 3, lines: 2, epoch: 'e2', isWiped: true }
  expect(sayRedacted(done)).toMatch(/activities\/K01\/note[^]*skrevet om: 3[^]*innhold nå: 2[^]*sikkerhetskopier[^]*nettlesere[^]*e-post/)
  expect(sayRedacted(done)).not.toContain('Rester')
  expect(sayRedacted({ ...done, isWiped: false })).toContain('Rester av ordene kan ligge i den.')
  expect(sayRedactions([])).toBe('Ingenting er tatt ut av denne planen.')
  expect(sayRedactions([{ cell: 'a/b/c', at: 0, by: 'Kari', why: 'navn' }])).toMatch(/a\/b\/c {2}Kari: navn$/)
})

test('O70 a plan that is erased is in no table and no byte any more, but that it was, when and why; the plan beside it is as it was', async () => {
  const { storage, folder, log } = await planWithSecrets()
  const beside = { planId: 'q', regionId: 'rogaland', reformId: 'leve-hele-livet', epoch: 'q1', createdAt: 2, title: 'Naboplan', firstContent: smallContent }
  await storage.createPlan(beside)
  const tokenHash = new Uint8Array(32)
  await storage.createPlans([], [{ memberId: 'kari', name: 'Kari', organisation: 'KS', role: 'editor', planId: 'p', tokenHash }], 1)
  await storage.redactions.write({
    planId: 'p', through: (await log.load()).through, rows: [], cells: readCells('activities/K01/topic'), epoch: 'e2', at: 1, by: 'x', why: 'y',
  })
  const other = await storage.log('q').read()
  const { erase } = commandsOver(storage)
  await expect(erase({ sure: 'q' })).rejects.toMatchObject({ refusal: 'plan-not-sure', what: 'p' })
  await expect(erase({ plan: 'x', sure: 'x' })).rejects.toMatchObject({ refusal: 'no-such-plan' })
  expect(await erase()).toMatchObject({ planId: 'p', isWiped: true })

  expect(sumOf(inRawFiles(folder)) + sumOf(inRawFiles(folder, 'Prøveplan')) + sumOf(inRawFiles(folder, 'uendret'))).toBe(0)
  const tables = inFile(folder, 'SELECT name FROM sqlite_schema WHERE type = \'table\'').map(({ name }) => String(name))
  const naming = tables.flatMap(table => inFile(folder, `SELECT * FROM "${table}"`).filter(row => JSON.stringify(Object.values(row)).includes('"p"')).map(() => table))
  // What happened with it stays in the access log, by ids.
  expect([...new Set(naming)]).toEqual(['access_log', 'erasures'])
  expect(inFile(folder, 'SELECT event, by_member, about FROM access_log WHERE plan = \'p\' ORDER BY number').at(-1)).toEqual({ event: 'erased', by_member: 'operator', about: null })
  expect(inFile(folder, 'SELECT plan, why FROM erasures')).toEqual([{ plan: 'p', why: 'avtalen er over' }])
  expect([await storage.plan('p'), (await storage.plans()).map(({ planId }) => planId)]).toEqual([null, ['q']])
  expect(inFile(folder, 'PRAGMA foreign_key_check')).toEqual([])
  await expect(log.append({ update: Uint8Array.of(0, 0), by: 'x', clientIds: [], binds: [], at: 1, touches: [], changes: [], title: null })).rejects.toThrow()
  expect(await storage.log('q').read()).toEqual(other)
  await storage.createPlan({ ...beside, planId: 'r' })
  expect(await storage.log('r').read()).toEqual(other)
})

test('O70 who waits to come into a plan while it is erased is let into none', async () => {
  const { storage } = await planWithSecrets()
  const { rooms } = openTestRooms(storage)
  let waiting: Promise<unknown> = Promise.resolve()
  const { erase } = commandsOver(storage, {
    hold: (planId, work) => rooms.hold(planId, (begun) => {
      waiting = expect(rooms.join('p', pretendPeer().peer, 'e1')).rejects.toThrow(UnreadablePlanError)
      return work(begun)
    }),
  })
  await erase()
  await waiting
  expect([rooms.census(), rooms.isAnyUnreadable()]).toEqual([[], false])
})

test('O70 all that is kept of a plan is written to a new file, which can be read, with names and without ways in', async () => {
  const { storage, folder } = await planWithSecrets()
  await storage.createPlans([], [{ memberId: 'kari', name: 'Kari Nes', organisation: 'KS', role: 'editor', planId: 'p', tokenHash: new Uint8Array(32) }], 1)
  await commandsOver(storage).redact('activities/K03/note')
  inFile(folder, `
    INSERT INTO invitations (id, plan, email, name, organisation, role, hash, at, expires_at)
    VALUES ('i', (SELECT number FROM plans), 'liv@example.org', 'Liv', 'KS', 'reader', x'0102', 1, 2)`)
  const to = join(aFolder(), 'plan.json')
  const parts = { folder, planId: 'p', to, clock: systemClock }
  expect(exportPlan(parts)).toEqual({ planId: 'p', to, bytes: statSync(to).size })
  expect(statSync(to).mode & 0o777).toBe(0o600)
  const { content, plan, people, tables } = JSON.parse(readFileSync(to, 'utf8')) as Record<string, Record<string, unknown>>
  expect(content).toEqual(JSON.parse(JSON.stringify(readPlan((await copyOfLog(storage)).doc))))
  expect([plan?.id, people]).toMatchObject(['p', [{ id: 'kari', name: 'Kari Nes' }]])
  const rows = (await storage.log('p').rows(0, 1_000)).map(({ update }) => Buffer.from(update).toString('base64'))
  expect(tables?.updates).toMatchObject(rows.map(bytes => ({ bytes })))
  expect(tables).toMatchObject({ changes: await storage.log('p').changes().then(lines => lines.map(({ id }) => ({ id }))), redactions: [{ row: 'K03' }] })
  expect(tables?.invitations).toMatchObject([{ email: 'liv@example.org' }])
  expect(JSON.stringify(tables)).not.toContain('"hash"')
  expect(() => exportPlan(parts)).toThrow(expect.objectContaining({ refusal: 'not-empty' }) as Error)
  expect(() => exportPlan({ ...parts, planId: 'x' })).toThrow(expect.objectContaining({ refusal: 'no-such-plan' }) as Error)
  expect(() => exportPlan({ ...parts, to: join(to, 'x') })).toThrow(expect.objectContaining({ refusal: 'cannot-make' }) as Error)
})
