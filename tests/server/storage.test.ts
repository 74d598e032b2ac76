import { mkdtempSync, rmSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import {
  FolderInUseError, FolderUnfitError, LogReadError, LogWriteError, type ChangeLine, type Checkpoint, type LogEntry, type PlanLog, type Storage,
} from '../../server/storage/contracts.ts'
import { openSqlite } from '../../server/storage/sqlite.ts'
import { smallContent } from './support/plans.ts'
import { beforeAccess } from './support/olderFolder.ts'
import { aNote, aSession, asRole } from './support/notes.ts'

/** What every keeper must pass. There is one for now. */
const opened: Storage[] = []
const folders: string[] = []
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plantavle-'))
  folders.push(folder)
  return folder
}
async function open(folder = newFolder(), options: { lockTimeoutMs?: number, busyTimeoutMs?: number } = {}) {
  const storage = await openSqlite({ folder, lockTimeoutMs: 50, ...options })
  opened.push(storage)
  return { storage, folder }
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map(storage => storage.close()))
  for (const folder of folders.splice(0))
    rmSync(folder, { recursive: true, force: true })
})

const aPlan = (planId: string) => ({
  planId, regionId: 'rogaland', reformId: 'leve-hele-livet', epoch: `epoch-${planId}`, createdAt: 1, title: 'Plan', firstContent: smallContent,
})
const anEntry = (byte: number, more: Partial<LogEntry> = {}): LogEntry =>
  ({ update: Uint8Array.of(byte), by: 'kari', clientIds: [7], binds: [], at: byte, touches: [], changes: [], title: null, ...more })
const aLine = (more: Partial<ChangeLine> = {}): ChangeLine => ({
  id: 'a', by: 'kari', register: 'activities', row: 'K01', field: 'arena', member: null, from: 1, until: 1, before: 'a', after: 'ab', ...more,
})

test('S1 a plan is made with its first content as update number 1, and cannot be made twice', async () => {
  const { storage } = await open()
  await storage.createPlan(aPlan('p'))
  expect(await storage.log('p').read()).toEqual([smallContent])
  await expect(storage.createPlan(aPlan('p'))).rejects.toThrow()
  expect(await storage.log('p').append(anEntry(1))).toBe(2)
  expect(await storage.plan('p')).toMatchObject({ epoch: 'epoch-p', title: 'Plan' })
  expect(await storage.plan('q')).toBeNull()
})

test('S1 updates keep the order of the calls, over groups, plans and reopening', async () => {
  const { storage, folder } = await open()
  await storage.createPlan(aPlan('p'))
  await storage.createPlan(aPlan('q'))
  const [p, q] = [storage.log('p'), storage.log('q')]
  const seqs = await Promise.all(Array.from({ length: 600 }, (_, n) => (n % 3 === 0 ? q : p).append(anEntry(n % 256))))
  expect(seqs.filter((_, n) => n % 3 !== 0)).toEqual(Array.from({ length: 400 }, (_, n) => n + 2))
  await storage.close()

  const again = await open(folder)
  const read = await again.storage.log('p').read()
  expect(read.slice(1).map(update => update[0])).toEqual(Array.from({ length: 600 }, (_, n) => n % 256).filter((_, n) => n % 3 !== 0))
})

test('S1 what is on disk when an append resolves is there for whoever reads the file', async () => {
  const { storage, folder } = await open()
  await storage.createPlan(aPlan('p'))
  await storage.log('p').append(anEntry(5))
  const other = new DatabaseSync(join(folder, 'plantavle.db'), { readOnly: true })
  expect(other.prepare('SELECT count(*) AS n FROM updates').get()?.n).toBe(2)
  other.close()
})

test('S1 many updates that wait share a commit, and those of one commit resolve in one turn', async () => {
  const { storage } = await open()
  await storage.createPlan(aPlan('p'))
  const log = storage.log('p')
  const turns: number[] = []
  let turnNumber = 0
  let isCounting = true
  const count = () => {
    turnNumber++
    if (isCounting)
      setImmediate(count)
  }
  count()
  await Promise.all(Array.from({ length: 500 }, () => log.append(anEntry(1)).then(() => turns.push(turnNumber))))
  isCounting = false
  expect(new Set(turns).size).toBeLessThan(50)
})

test('S2 the database is set to survive a power cut at every opening', async () => {
  const { folder } = await open()
  const other = new DatabaseSync(join(folder, 'plantavle.db'), { readOnly: true })
  expect(other.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  other.close()
})

test('S3 two servers cannot hold one folder, and the refusal names it', async () => {
  const { storage, folder } = await open()
  await expect(open(folder)).rejects.toThrow(FolderInUseError)
  await expect(open(folder)).rejects.toThrow(folder)
  await storage.close()
  await open(folder)
})

test('S3 the folder is free again when its holder is killed', async () => {
  const folder = newFolder()
  const script = `
    import { openSqlite } from ${JSON.stringify(new URL('../../server/storage/sqlite.ts', import.meta.url).href)}
    await openSqlite({ folder: ${JSON.stringify(folder)} })
    console.log('open')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise(resolve => child.stdout.once('data', resolve))
  await expect(open(folder)).rejects.toThrow(FolderInUseError)
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
  await open(folder)
})

test('S7 a change line with the id of an earlier one replaces it, and keeps where it began', async () => {
  const { storage } = await open()
  await storage.createPlan(aPlan('p'))
  const log = storage.log('p')
  await log.append(anEntry(1, { changes: [aLine()] }))
  await log.append(anEntry(2, { changes: [aLine({ until: 2, after: 'abc', lost: { was: 'x' } }), aLine({ id: 'b', member: 'ks', before: null, after: true })] }))
  await log.append(anEntry(3, { changes: [aLine({ until: 3, after: 'abcd' })], title: 'Ny tittel' }))
  expect(await log.changes()).toEqual([
    aLine({ until: 3, after: 'abcd', lost: { was: 'x' } }),
    aLine({ id: 'b', member: 'ks', before: null, after: true }),
  ])
  expect((await storage.plans()).map(({ title }) => title)).toEqual(['Ny tittel'])
})

test('S7 of many lines of one commit with one id there is one, as the last left it, with what lost in any of them', async () => {
  const { storage } = await open()
  await storage.createPlan(aPlan('p'))
  const log = storage.log('p')
  await Promise.all([
    aLine({ after: 'ab' }), aLine({ id: 'b', by: 'olav', after: 'x' }), aLine({ after: 'abc', until: 2, lost: 'q' }), aLine({ after: 'abcd', until: 3 }),
  ].map((line, n) => log.append(anEntry(n, { changes: [line] }))))
  expect(await log.changes()).toEqual([aLine({ after: 'abcd', until: 3, lost: 'q' }), aLine({ id: 'b', by: 'olav', after: 'x' })])
})

test('S25 the last change of a row is the line that ended last and left its cell otherwise, in its own plan and register', async () => {
  const { storage, folder } = await open()
  await storage.createPlan(aPlan('p'))
  await storage.createPlan(aPlan('q'))
  const log = storage.log('p')
  expect(await log.lastChange('activities', 'K01')).toBeNull()
  const last = aLine({ id: 'c', by: 'olav', field: 'responsible', member: 'ks', from: 5, until: 8, before: null, after: 'lead', lost: 'responsible' })
  await log.append(anEntry(1, { changes: [aLine({ until: 7 }), aLine({ id: 'b', by: 'marte', field: 'topic', from: 3, until: 3 })] }))
  expect(await log.lastChange('activities', 'K01')).toEqual(aLine({ until: 7 }))
  await log.append(anEntry(2, { changes: [last, aLine({ id: 'd', by: 'jon', from: 9, until: 9, before: 'ab', after: 'ab', lost: 'x' })] }))
  const elsewhere = [aLine({ id: 'e', row: 'K02', until: 20 }), aLine({ id: 'f', register: 'networks', until: 20 }), aLine({ id: 'g', row: 'K0', until: 20 })]
  await log.append(anEntry(3, { changes: elsewhere }))
  await storage.log('q').append(anEntry(4, { changes: [aLine({ id: 'h', until: 30 })] }))
  expect(await log.lastChange('activities', 'K01')).toEqual(last)
  await log.append(anEntry(5, { changes: [aLine({ until: 8, after: 'abc' }), aLine({ id: 'i', by: 'kari', field: 'note', from: 8, until: 8 })] }))
  expect((await log.lastChange('activities', 'K01'))?.id).toBe('i')
  await log.append(anEntry(6, { changes: ['', 'place'].map(field => aLine({ id: `new ${field}`, row: 'K03', field, from: 9, until: 9, before: null })) }))
  expect((await log.lastChange('activities', 'K03'))?.field).toBe('')
  await storage.close()
  expect((await (await open(folder)).storage.log('p').lastChange('networks', 'K01'))?.id).toBe('f')
})

test('S25 a change that is not on disk is not told, and one that waits is told when it is', async () => {
  const { storage, folder } = await open(undefined, { busyTimeoutMs: 20 })
  await storage.createPlan(aPlan('p'))
  const log = storage.log('p')
  const other = new DatabaseSync(join(folder, 'plantavle.db'))
  other.exec('CREATE TRIGGER full BEFORE INSERT ON updates BEGIN SELECT RAISE(ABORT, \'disk is full\'); END')
  await expect(log.append(anEntry(1, { changes: [aLine()] }))).rejects.toThrow(LogWriteError)
  expect(await log.lastChange('activities', 'K01')).toBeNull()
  other.exec('DROP TRIGGER full')
  other.close()
  const again = storage.log('p')
  const appended = again.append(anEntry(2, { changes: [aLine({ id: 'b' })] }))
  expect((await again.lastChange('activities', 'K01'))?.id).toBe('b')
  expect(await appended).toBe(2)
})

test('S11 after an append that failed, its log takes no more; a new hand on the log goes on', async () => {
  const { storage, folder } = await open(undefined, { busyTimeoutMs: 20 })
  await storage.createPlan(aPlan('p'))
  await storage.createPlan(aPlan('q'))
  const log = storage.log('p')
  await log.append(anEntry(1))
  const other = new DatabaseSync(join(folder, 'plantavle.db'))
  other.exec('BEGIN IMMEDIATE')
  await expect(log.append(anEntry(2))).rejects.toThrow(LogWriteError)
  other.exec('ROLLBACK')
  other.close()
  await expect(log.append(anEntry(3))).rejects.toThrow(LogWriteError)
  expect(await storage.log('q').append(anEntry(4))).toBe(2)
  const again = storage.log('p')
  expect((await again.read()).map(update => update.length > 1 ? 'first' : update[0])).toEqual(['first', 1])
  expect(await again.append(anEntry(5))).toBe(3)
})

test('S11 of many logs in one commit only the one whose update cannot be written takes no more', async () => {
  const { storage } = await open()
  await storage.createPlan(aPlan('p'))
  const [p, nowhere] = [storage.log('p'), storage.log('nowhere')]
  const all = await Promise.allSettled([p.append(anEntry(1)), nowhere.append(anEntry(2)), p.append(anEntry(3))])
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await p.append(anEntry(4))).toBe(4)
  await expect(nowhere.append(anEntry(5))).rejects.toThrow(LogWriteError)
})

test('S11 an entry that cannot be handed over is refused alone: its log takes no more, the storage goes on and can be closed', async () => {
  const { storage } = await open()
  await storage.createPlan(aPlan('p'))
  const log = storage.log('p')
  const entries = [anEntry(1), anEntry(2, { changes: [aLine({ after: () => {} })] }), anEntry(3)]
  const appended = await Promise.allSettled(entries.map(entry => log.append(entry)))
  expect(appended).toMatchObject([{ value: 2 }, { reason: { name: 'LogWriteError' } }, { reason: { name: 'LogWriteError' } }])
  expect(storage.failure()).toBeNull()
  expect(await storage.log('p').append(anEntry(4))).toBe(3)
})

test('S18 whose a client id is comes on disk with the update that binds it, or alone, and stays there', async () => {
  const { storage, folder } = await open()
  await storage.createPlan(aPlan('p'))
  await storage.createPlan(aPlan('q'))
  const log = storage.log('p')
  const written = Promise.all([log.append(anEntry(1, { clientIds: [7, 8], binds: [7, 8] })), log.bind(9, 'olav'), log.append(anEntry(2, { binds: [2 ** 53 - 1] }))])
  expect((await written)[2]).toBe(3)
  const owners = new Map([[7, 'kari'], [8, 'kari'], [9, 'olav'], [2 ** 53 - 1, 'kari']])
  expect([await log.owners(), await storage.log('q').owners()]).toEqual([owners, new Map()])
  await storage.close()
  expect(await (await open(folder)).storage.log('p').owners()).toEqual(owners)
})

test.each<[string, (log: PlanLog) => Promise<unknown>]>([
  ['alone', log => log.bind(7, 'olav')],
  ['with an update', log => log.append(anEntry(5, { by: 'olav', binds: [6, 7] }))],
])('S18 an id that is somebody\'s is not bound again: what would is not written, nor what its log is given after it (%s)', async (_how, bindAgain) => {
  const { storage } = await open()
  await storage.createPlan(aPlan('p'))
  await storage.log('p').bind(7, 'kari')
  const log = storage.log('p')
  const [again, after] = [bindAgain(log), log.append(anEntry(6))]
  await expect(again).rejects.toThrow(LogWriteError)
  await expect(after).rejects.toThrow(LogWriteError)
  expect([await log.owners(), (await log.read()).length]).toEqual([new Map([[7, 'kari']]), 1])
})

test('S24 a folder from before client ids had owners opens, and each is the first one\'s who wrote under it', async () => {
  const { storage, folder } = await open()
  await storage.createPlan(aPlan('p'))
  await storage.createPlan(aPlan('q'))
  const [p, q] = [storage.log('p'), storage.log('q')]
  await p.append(anEntry(1, { by: 'kari', clientIds: [7] }))
  await p.append(anEntry(2, { by: 'olav', clientIds: [7, 8, 1] }))
  await p.append(anEntry(3, { by: 'olav', clientIds: [] }))
  await q.append(anEntry(4, { by: 'olav', clientIds: [7] }))
  await storage.close()
  const older = new DatabaseSync(join(folder, 'plantavle.db'))
  older.exec(`
    ${beforeAccess} DROP TABLE epochs; DROP TABLE folded; ALTER TABLE plans DROP COLUMN compacted_through; ALTER TABLE updates DROP COLUMN from_seq;
    ALTER TABLE updates DROP COLUMN from_at; ALTER TABLE updates DROP COLUMN members; DROP TABLE checkpoints; DROP TABLE reforms; DROP INDEX plans_by_maker; ALTER TABLE plans DROP COLUMN made_by; ALTER TABLE plans DROP COLUMN made_with;
    ALTER TABLE plans DROP COLUMN period; ALTER TABLE plans DROP COLUMN set_aside_at; DROP TABLE client_ids; PRAGMA user_version = 1`)
  older.close()

  const { storage: raised } = await open(folder)
  const log = raised.log('p')
  expect(await log.owners()).toEqual(new Map([[7, 'kari'], [8, 'olav']]))
  expect(await raised.log('q').owners()).toEqual(new Map([[7, 'olav']]))
  expect(await log.append(anEntry(5, { by: 'marte', binds: [9] }))).toBe(5)
  await raised.close()
  const { storage: again } = await open(folder)
  expect(await again.log('p').owners()).toEqual(new Map([[7, 'kari'], [8, 'olav'], [9, 'marte']]))
})

test('S24 a folder that a newer server has written is left alone', async () => {
  const { storage, folder } = await open()
  await storage.close()
  const newer = new DatabaseSync(join(folder, 'plantavle.db'))
  newer.exec('PRAGMA user_version = 99')
  newer.close()
  await expect(open(folder)).rejects.toThrow(FolderUnfitError)
})

test('S16 the storage remembers that a write failed until one succeeds; reading alone does not heal it', async () => {
  const { storage, folder } = await open()
  await storage.createPlan(aPlan('p'))
  await storage.createPlan(aPlan('q'))
  const other = new DatabaseSync(join(folder, 'plantavle.db'))
  other.exec('CREATE TRIGGER full BEFORE INSERT ON updates BEGIN SELECT RAISE(ABORT, \'disk is full\'); END')
  const log = storage.log('p')
  await expect(log.append(anEntry(1))).rejects.toThrow('disk is full')
  expect(storage.failure()?.message).toBe('disk is full')
  await storage.plans()
  await storage.log('p').read()
  expect(storage.failure()).not.toBeNull()
  other.exec('DROP TRIGGER full')
  other.close()
  await storage.log('q').append(anEntry(1))
  expect(storage.failure()).toBeNull()
  await expect(log.append(anEntry(2))).rejects.toThrow(LogWriteError)
  expect(storage.failure()).toBeNull()
})

test('S1 plans and their first members are made all together or not at all', async () => {
  const { storage } = await open()
  const aMember = (memberId: string, more: { planId?: string } = {}) =>
    ({ memberId, name: memberId, organisation: 'KS', role: 'editor' as const, planId: 'p', tokenHash: Buffer.from(memberId), ...more })
  for (const unfit of [aMember('kari'), aMember('olav', { planId: 'nowhere' })])
    await expect(storage.createPlans([aPlan('p'), aPlan('q')], [aMember('kari'), unfit], 1)).rejects.toThrow()
  expect([await storage.plans(), await storage.members.find('kari')]).toEqual([[], null])
  await expect(storage.log('p').append(anEntry(1))).rejects.toThrow(LogWriteError)

  await storage.createPlans([aPlan('p'), aPlan('q')], [aMember('kari'), aMember('olav', { planId: 'q' })], 1)
  expect((await storage.plans()).map(({ planId }) => planId)).toEqual(['p', 'q'])
  expect(await storage.log('q').read()).toEqual([smallContent])
  expect(await storage.members.neverSignedIn()).toMatchObject([{ planId: 'p', memberId: 'kari', role: 'editor' }, { planId: 'q', memberId: 'olav' }])

  await storage.members.add(aMember('marte'), 2, aNote())
  await storage.members.endAllOf('olav', aNote())
  expect((await storage.members.neverSignedIn()).map(({ memberId }) => memberId)).toEqual(['kari'])
  await storage.members.beginSession(Buffer.from('marte'), aSession(Uint8Array.of(1), 2, 100))
  expect(await storage.members.neverSignedIn()).toEqual([])
})

test('S11 an update of no plan is refused as one that will never be written', async () => {
  const { storage } = await open()
  await expect(storage.log('nowhere').append(anEntry(1))).rejects.toThrow(LogWriteError)
})

const aCheckpoint = (through: number, more: Partial<Checkpoint> = {}): Checkpoint =>
  ({ through, update: Uint8Array.of(9, through), stateVector: Uint8Array.of(0), stateHash: 'abc', schemaVersion: 2, ...more })

test('S29 a checkpoint stands for what came before it, over reopening; one that reaches no further, or beyond the log, is passed over', async () => {
  const { storage, folder } = await open()
  await storage.createPlan(aPlan('p'))
  const log = storage.log('p')
  await Promise.all([1, 2, 3].map(byte => log.append(anEntry(byte))))
  await log.keep(aCheckpoint(3))
  await log.keep(aCheckpoint(2))
  await log.keep(aCheckpoint(5))
  await log.append(anEntry(4))
  const content = { checkpoint: aCheckpoint(3), tail: [Uint8Array.of(3), Uint8Array.of(4)], through: 5 }
  expect(await log.load()).toEqual(content)
  expect(await log.read()).toEqual([content.checkpoint.update, ...content.tail])
  await storage.close()
  const again = await open(folder)
  expect(await again.storage.log('p').load()).toEqual(content)
  await again.storage.log('p').keep(aCheckpoint(5))
  expect(await again.storage.log('p').load()).toEqual({ checkpoint: aCheckpoint(5), tail: [], through: 5 })
  expect(await again.storage.log('p').append(anEntry(5))).toBe(6)
})

test.each(['bytes', 'vector', 'hash', 'schema', 'seq'])('S29 a checkpoint whose %s is not what was written is passed over: the log has every update', async (column) => {
  const { storage, folder } = await open()
  await storage.createPlan(aPlan('p'))
  await storage.log('p').append(anEntry(1))
  await storage.log('p').keep(aCheckpoint(2))
  await storage.close()
  const other = new DatabaseSync(join(folder, 'plantavle.db'))
  other.exec(`UPDATE checkpoints SET ${column} = ${{ bytes: 'x\'07\'', vector: 'x\'07\'', hash: '\'x\'', schema: '1', seq: '1' }[column]}`)
  other.close()
  const again = await open(folder)
  expect(await again.storage.log('p').load()).toEqual({ checkpoint: null, tail: [smallContent, Uint8Array.of(1)], through: 2 })
})

test('S11 bytes that are not what was written are not read as if they were', async () => {
  const { storage, folder } = await open()
  await storage.createPlan(aPlan('p'))
  await storage.log('p').append(anEntry(1))
  const other = new DatabaseSync(join(folder, 'plantavle.db'))
  other.exec('UPDATE updates SET bytes = x\'02\' WHERE seq = 2')
  other.close()
  await expect(storage.log('p').read()).rejects.toThrow(LogReadError)
})

test('S12 closing settles what was appended, may be asked for twice, and nothing is taken afterwards', async () => {
  const { storage, folder } = await open()
  await storage.createPlan(aPlan('p'))
  const log = storage.log('p')
  const appended = Array.from({ length: 20 }, (_, n) => log.append(anEntry(n)))
  await Promise.all([storage.close(), storage.close()])
  expect(await Promise.all(appended)).toHaveLength(20)
  await expect(log.append(anEntry(1))).rejects.toThrow(LogWriteError)
  const again = await open(folder)
  expect(await again.storage.log('p').read()).toHaveLength(21)
})

test('S13 members, roles, tokens and sessions are kept, and end when they are told to', async () => {
  const { storage: { members, createPlan } } = await open()
  await createPlan(aPlan('p'))
  await createPlan(aPlan('q'))
  const firstToken = Uint8Array.of(3)
  await members.add({ memberId: 'kari', name: 'Kari', organisation: 'KS', planId: 'p', role: 'reader', tokenHash: firstToken }, 1, aNote())
  expect(await members.grant('p', 'kari')).toEqual(asRole('reader'))
  expect(await members.beginSession(firstToken, aSession(Uint8Array.of(8), 1, 100))).toMatchObject({ memberId: 'kari' })
  await members.putGrant('p', 'kari', asRole('editor' as const), aNote(2))
  expect(await members.inPlan('p')).toEqual([{ memberId: 'kari', name: 'Kari', organisation: 'KS', ...asRole('editor'), email: null, seenAt: null }])
  expect((await members.plansOf('kari', 1)).map(({ planId, role }) => [planId, role])).toEqual([['p', 'editor']])
  expect(await members.right('q', 'kari', 1)).toBeNull()

  const [token, hash] = [Uint8Array.of(1), Uint8Array.of(2)]
  await members.addToken(token, 'kari', 1)
  expect(await members.beginSession(Uint8Array.of(9), aSession(hash, 1, 100))).toBeNull()
  expect(await members.beginSession(token, aSession(hash, 1, 100))).toMatchObject({ memberId: 'kari' })
  expect(await members.session(hash, 99)).toMatchObject({ member: { name: 'Kari' }, expiresAt: 100 })
  expect(await members.session(hash, 100)).toBeNull()
  await members.endAllOf('kari', aNote())
  expect(await members.session(hash, 2)).toBeNull()
  expect(await members.beginSession(token, aSession(hash, 1, 100))).toBeNull()
  expect(await members.removeGrant('p', 'kari', aNote())).toBe('done')
  expect(await members.removeGrant('p', 'kari', aNote())).toBe('not-there')
})
