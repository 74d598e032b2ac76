import { execFile, spawn } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import * as Y from 'yjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { takeBackup } from '../../server/admin/backup.ts'
import { toManifestFile, type Manifest } from '../../server/admin/manifest.ts'
import { Refused } from '../../server/admin/refused.ts'
import { restoreBackup } from '../../server/admin/restore.ts'
import { verifyBackup, verifyFolder } from '../../server/admin/verify.ts'
import { FolderUnfitError, type LogEntry, type Storage } from '../../server/storage/contracts.ts'
import { openSqlite } from '../../server/storage/sqlite.ts'
import { systemClock as clock } from '../../server/time/clock.ts'
import { cleanEnvironment, startServer, temporaryFolder as temporaryRoot } from '../support/server.ts'
import { projectRoot } from '../support/sourceFiles.ts'
import { seeded } from '../support/until.ts'
import { smallContent, writerOf } from './support/plans.ts'
import { beforeAccess } from './support/olderFolder.ts'
import { aSession, asRole } from './support/notes.ts'

const root = temporaryRoot()
const temporaryFolder = () => mkdtempSync(join(root, 'mappe-'))

/** Two plans, one with edits, a checkpoint, and somebody who is signed in. */
const token = Uint8Array.of(1)
const session = Uint8Array.of(2)
async function fill(storage: Storage): Promise<void> {
  const aPlan = (planId: string) => ({
    planId, regionId: 'rogaland', reformId: 'leve-hele-livet', epoch: `epoch-${planId}`, createdAt: 1, title: 'Plan', firstContent: smallContent,
  })
  await storage.createPlans([aPlan('p'), aPlan('q')], [{ planId: 'p', memberId: 'kari', name: 'Kari', organisation: 'KS', role: 'editor', tokenHash: token }], 1)
  await storage.members.beginSession(token, aSession(session, 1, Number.MAX_SAFE_INTEGER))
  await storage.members.knowDevice(Uint8Array.of(4), null, 'kari', 2, { hash: session, browser: null })
  const kari = writerOf(smallContent, 77)
  for (let n = 0; n < 12; n++)
    await storage.log('p').append(entryOf(kari.type(` ${n}`), n === 0))
}
const entryOf = (update: Uint8Array, isFirst = false): LogEntry =>
  ({ update, by: 'kari', clientIds: [77], binds: isFirst ? [77] : [], at: 5, touches: [], changes: [], title: null })

async function filledFolder(): Promise<string> {
  const folder = temporaryFolder()
  const storage = await openSqlite({ folder })
  await fill(storage)
  await storage.close()
  return folder
}
const newPath = () => join(temporaryFolder(), 'kopi')
/** A folder of data and a backup of it, for tests that change neither. */
let data = ''
let copy = ''
let manifest: Manifest
beforeAll(async () => {
  data = await filledFolder()
  copy = newPath()
  manifest = await takeBackup({ folder: data, to: copy, clock })
})
/** A backup of one's own. */
function ownCopy(): string {
  const to = newPath()
  cpSync(copy, to, { recursive: true })
  return to
}
async function refusalOf(work: Promise<unknown>): Promise<string> {
  const refusal = await work.then(() => null, (error: unknown) => {
    if (error instanceof Refused)
      return error.refusal
    throw error
  })
  if (refusal === null)
    throw new Error('it was not refused')
  return refusal
}
const restore = (from: string, folder = newPath()) => restoreBackup({ folder, from, clock })
const change = (folder: string, work: (db: DatabaseSync) => void, file = 'plantavle.db') => {
  const db = new DatabaseSync(join(folder, file))
  work(db)
  db.close()
}
const wrongsOf = (folder: string) => {
  const { isSound, wrongs, plans } = verifyFolder(folder)
  expect(isSound).toBe(false)
  return [...wrongs, ...plans.flatMap(plan => plan.wrongs)].map(({ what }) => what)
}

describe('a backup', () => {
  test('S32 holds what was on disk when it began, and is its owner’s alone; with its manifest it is whole', async () => {
    expect(readdirSync(copy).toSorted()).toEqual(['manifest.json', 'plantavle.db'])
    expect([copy, join(copy, 'manifest.json'), join(copy, 'plantavle.db')].map(path => statSync(path).mode & 0o777)).toEqual([0o700, 0o600, 0o600])
    expect(manifest.plans).toMatchObject([{ planId: 'p', epoch: 'epoch-p', through: 13 }, { planId: 'q', through: 1 }])
    expect(new Set(manifest.plans.map(({ stateHash }) => stateHash)).size).toBe(2)
    expect(await verifyBackup(copy)).toMatchObject({ isSound: true, plans: [{ planId: 'p', updates: 13 }, { planId: 'q', updates: 1 }] })
  })

  test('S32 is taken beside a server that goes on writing, as of one moment, and again and again', async () => {
    const folder = temporaryFolder()
    const storage = await openSqlite({ folder })
    await fill(storage)
    const kari = writerOf(smallContent, 78)
    let isWriting = true
    let written = 13
    const writing = (async () => {
      for (let n = 0; isWriting; n++)
        written = await storage.log('p').append({ ...entryOf(kari.type('x')), clientIds: [78], binds: n === 0 ? [78] : [] })
    })()
    for (let round = 0; round < 3; round++) {
      const before = written
      const to = newPath()
      const taken = await takeBackup({ folder, to, clock })
      expect(taken.plans[0]?.through).toBeGreaterThanOrEqual(before)
      expect((await verifyBackup(to)).isSound).toBe(true)
    }
    expect(verifyFolder(folder).isSound).toBe(true)
    isWriting = false
    await writing
    await storage.close()
  })

  test('S32 that was killed half-way is none: it is refused, and another goes into another folder', async () => {
    const to = newPath()
    await killOnce(data, ['backup', '--to', to], () => existsSync(join(to, 'plantavle.db.part')))
    expect(existsSync(join(to, 'manifest.json'))).toBe(false)
    expect(await refusalOf(verifyBackup(to))).toBe('not-a-backup')
    expect(await refusalOf(restore(to))).toBe('not-a-backup')
    expect(await refusalOf(takeBackup({ folder: data, to, clock }))).toBe('not-empty')
    expect((await takeBackup({ folder: data, to: newPath(), clock })).plans).toHaveLength(2)
  })

  test('S33 goes into a folder that is new or empty, outside the data folder, and leaves nothing where it is refused', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const link = join(temporaryFolder(), 'link')
    symlinkSync(data, link)
    const dangling = join(temporaryFolder(), 'dangling')
    symlinkSync(join(data, 'nowhere'), dangling)
    const before = readdirSync(data)
    const refused = await Promise.all([
      [copy, data], [join(file, 'x'), data], [file, data], [data, data], [join(data, 'x', 'y'), data], [join(link, 'x'), data], [link, data],
      [newPath(), temporaryFolder()], [newPath(), newPath()],
    ].map(([to = '', folder = '']) => refusalOf(takeBackup({ folder, to, clock }))))
    expect(refused).toEqual([
      'not-empty', 'cannot-make', 'cannot-make', 'inside-data', 'inside-data', 'inside-data', 'inside-data', 'no-data', 'no-data',
    ])
    expect(await refusalOf(takeBackup({ folder: data, to: dangling, clock }))).toMatch(/inside-data|cannot-make/)
    expect(readdirSync(data)).toEqual(before)
    expect((await verifyBackup(copy)).isSound).toBe(true)
  })

  test('S33 of two into one folder at once one is whole, and the other refused', async () => {
    const to = newPath()
    const taken = await Promise.allSettled([1, 2].map(() => takeBackup({ folder: data, to, clock })))
    expect(taken.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await verifyBackup(to)).isSound).toBe(true)
  })

  test('S33 for which there is no room is told in a sentence, and taken away again', async () => {
    const to = newPath()
    // A limit on the size of files does what a full disk does.
    const { code, err, out } = await run(data, ['backup', '--to', to, '--json'], { limitBlocks: 64 })
    expect([code, out]).toEqual([1, '{"error":"disk-full"}\n'])
    expect(err).toContain('ikke plass')
    expect(existsSync(to)).toBe(false)
  })
})

describe('a restore', () => {
  test('S34 begins another epoch of every plan and says from what, drops sessions, and keeps members, roles and sign-in links', async () => {
    const folder = newPath()
    const restored = await restore(copy, folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(verifyFolder(folder).plans.map(({ stateHash }) => stateHash)).toEqual(manifest.plans.map(({ stateHash }) => stateHash))
    const storage = await openSqlite({ folder })
    for (const { planId, epoch } of restored.plans)
      expect(await storage.plan(planId)).toMatchObject({ epoch })
    expect(restored.plans.map(({ epoch }) => epoch)).toEqual(restored.plans.map(() => expect.stringMatching(/^[0-9a-f]{32}$/) as unknown))
    expect(await storage.members.session(session, 2)).toBeNull()
    expect(await storage.members.grant('p', 'kari')).toEqual(asRole('editor'))
    // Nobody is signed in now: that makes it no new folder, whose links are printed.
    expect(await storage.members.neverSignedIn()).toEqual([])
    expect(await storage.members.beginSession(token, aSession(Uint8Array.of(3), 3, 4))).toMatchObject({ memberId: 'kari' })
    await storage.close()
    const log = new DatabaseSync(join(folder, 'plantavle.db')).prepare('SELECT epoch, why FROM epochs').all()
    expect(log.map(({ epoch }) => epoch).toSorted()).toEqual(restored.plans.map(({ epoch }) => epoch).toSorted())
    expect(log[0]?.why).toContain(new Date(manifest.takenAt).toISOString())
  })

  test('T86 a browser is forgotten by a restore', async () => {
    const devicesIn = async (folder: string) => {
      const storage = await openSqlite({ folder })
      const { devices } = await storage.members.personKept('kari') ?? {}
      await storage.close()
      return devices?.length
    }
    const folder = newPath()
    await restore(copy, folder)
    expect([await devicesIn(data), await devicesIn(folder)]).toEqual([1, 0])
  })

  test('S34 goes into an empty folder that nobody holds, and changes nothing anywhere else', async () => {
    const storage = await openSqlite({ folder: data })
    expect(await refusalOf(restore(copy, data))).toBe('data-not-empty')
    await storage.close()
    expect(await refusalOf(restore(copy, data))).toBe('data-not-empty')
    expect(verifyFolder(data).plans[0]).toMatchObject({ epoch: 'epoch-p' })
    const held = temporaryFolder()
    const lock = new DatabaseSync(join(held, 'lock.db'))
    lock.exec('BEGIN EXCLUSIVE')
    expect(await refusalOf(restore(copy, held))).toBe('server-runs')
    lock.close()
    expect((await restore(copy, held)).plans).toHaveLength(2)
    expect((await verifyBackup(copy)).isSound).toBe(true)
  })

  test('S34 that is killed half-way leaves a folder no server opens, until it has been restored', async () => {
    const folder = newPath()
    await killOnce(folder, ['restore', '--from', copy], () => existsSync(join(folder, 'plantavle.db.restoring')))
    expect(existsSync(join(folder, 'plantavle.db'))).toBe(false)
    await expect(openSqlite({ folder })).rejects.toThrow(FolderUnfitError)
    // As a server that has been tried on it would.
    await expect(startServer({ dataDir: folder })).rejects.toThrow('ended with 1')
    await restore(copy, folder)
    expect(verifyFolder(folder).isSound).toBe(true)
    await (await openSqlite({ folder })).close()
  })

  test('S34 for which there is no room leaves the folder empty', async () => {
    const folder = newPath()
    const { code, out } = await run(folder, ['restore', '--from', copy, '--json'], { limitBlocks: 64 })
    expect([code, out]).toEqual([1, '{"error":"disk-full"}\n'])
    expect(readdirSync(folder)).toEqual(['lock.db'])
    await restore(copy, folder)
  })

  test('S34 of a folder from before a plan’s epochs were noted is one of this version', async () => {
    const older = await filledFolder()
    change(older, db => db.exec(`
      ${beforeAccess} DROP TABLE epochs; DROP TABLE folded; ALTER TABLE updates DROP COLUMN from_seq; ALTER TABLE updates DROP COLUMN from_at;
      ALTER TABLE updates DROP COLUMN members; ALTER TABLE plans DROP COLUMN compacted_through; PRAGMA user_version = 4`))
    expect(verifyFolder(older).isSound).toBe(true)
    const to = newPath()
    expect(await takeBackup({ folder: older, to, clock })).toMatchObject({ storedVersion: 4 })
    const folder = newPath()
    await restore(to, folder)
    expect(verifyFolder(folder)).toMatchObject({ isSound: true, storedVersion: new DatabaseSync(join(data, 'plantavle.db')).prepare('PRAGMA user_version').get()?.user_version })
  })
})

describe('what is wrong', () => {
  test.each<[string, string[], (folder: string) => void]>([
    ['an update with other bytes', ['damaged-update'], folder => change(folder, db => db.exec('UPDATE updates SET bytes = x\'00\' WHERE seq = 5'))],
    ['an update that is gone', ['gap', 'incomplete'], folder => change(folder, db => db.exec('DELETE FROM updates WHERE seq = 5'))],
    ['a plan without a log', ['no-updates'], folder => change(folder, db => db.exec('DELETE FROM updates WHERE plan = 2'))],
    ['a client id of somebody else', ['client-id'], folder => change(folder, db => db.exec('UPDATE client_ids SET member = \'olav\''))],
    ['a client id of nobody', ['client-id', 'client-id'], folder => change(folder, db => db.exec('DELETE FROM client_ids'))],
    ['a row that names no plan', ['file'], folder => change(folder, db => db.exec('PRAGMA foreign_keys = OFF; UPDATE memberships SET plan = 9'))],
    ['a damaged checkpoint', ['damaged-checkpoint'], folder => change(folder, db => db.exec(
      'INSERT INTO checkpoints (plan, seq, bytes, vector, hash, schema, crc) VALUES (1, 1, x\'00\', x\'00\', \'\', 1, 0)'))],
    ['a database of a newer server', ['newer-version'], folder => change(folder, db => db.exec('PRAGMA user_version = 99'))],
    ['bytes that are no update', ['unreadable'], folder => change(folder, (db) => {
      const bytes = Uint8Array.of(9, 9, 9)
      db.prepare('UPDATE updates SET bytes = ?, crc = ? WHERE plan = 2').run(bytes, crc32(bytes))
    })],
  ])('S35 %s is found', async (_what, wrongs, harm) => {
    const folder = await filledFolder()
    harm(folder)
    expect(wrongsOf(folder)).toEqual(wrongs)
  })

  test('S35 a checkpoint that is sound, and not what the log comes to, is found', async () => {
    const folder = await filledFolder()
    const storage = await openSqlite({ folder })
    const update = Y.mergeUpdates((await storage.log('p').read()).slice(0, 3))
    await storage.log('p').keep({ through: 13, update, stateVector: Y.encodeStateVectorFromUpdate(update), stateHash: 'x', schemaVersion: 2 })
    await storage.close()
    expect(wrongsOf(folder)).toEqual(['other-checkpoint'])
  })

  test('S35 the command says it in sentences, ends with 1, and JSON is alone on stdout', async () => {
    const folder = await filledFolder()
    expect(await run(folder, ['verify', '--json'])).toMatchObject({ code: 0, err: '' })
    change(folder, db => db.exec('UPDATE updates SET bytes = x\'00\' WHERE seq = 5'))
    const { code, err, out } = await run(folder, ['verify', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ error: 'unsound', isSound: false, plans: [{ planId: 'p', wrongs: [{ what: 'damaged-update', where: '5' }] }, {}] })
    expect(err).toContain('p: endring 5 i loggen er skadet')
    expect((await run(newPath(), ['verify'])).code).toBe(1)
  })

  test('S36 one bit that is not as it was written, anywhere in a backup, is found by both, and nothing is restored', async () => {
    const random = seeded(20_261)
    for (let n = 0; n < 40; n++) {
      const harmed = ownCopy()
      const file = join(harmed, n % 4 === 0 ? 'manifest.json' : 'plantavle.db')
      const bytes = readFileSync(file)
      const at = Math.floor(random() * bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8))
      writeFileSync(file, bytes)
      const folder = newPath()
      const refused = await refusalOf(restore(harmed, folder)).catch(() => 'restored')
      // White space between the words of the manifest says nothing.
      if (refused === 'restored') {
        expect([file.endsWith('manifest.json'), (await verifyBackup(harmed)).isSound, verifyFolder(folder).isSound]).toEqual([true, true, true])
        continue
      }
      expect(refused).toBe('damaged-backup')
      expect(await verifyBackup(harmed).then(({ isSound }) => isSound, (error: unknown) => !(error instanceof Refused))).toBe(false)
      expect(existsSync(join(folder, 'plantavle.db'))).toBe(false)
    }
  })

  test('S36 a file that was cut, is gone, a link or another’s, is refused', async () => {
    const cut = ownCopy()
    truncateSync(join(cut, 'plantavle.db'), 8_192)
    const gone = ownCopy()
    rmSync(join(gone, 'plantavle.db'))
    const link = ownCopy()
    rmSync(join(link, 'plantavle.db'))
    symlinkSync(join(copy, 'plantavle.db'), join(link, 'plantavle.db'))
    const other = newPath()
    const another = await filledFolder()
    change(another, db => db.exec('UPDATE members SET name = \'Olav\''))
    await takeBackup({ folder: another, to: other, clock })
    const anothers = ownCopy()
    copyFileSync(join(other, 'manifest.json'), join(anothers, 'manifest.json'))
    const empty = newPath()
    mkdirSync(empty)
    const refused = await Promise.all([cut, gone, link, anothers, empty, data].map(from => refusalOf(restore(from))))
    expect(refused).toEqual(['damaged-backup', 'not-a-backup', 'not-a-backup', 'damaged-backup', 'not-a-backup', 'not-a-backup'])
    expect((await verifyBackup(cut)).isSound).toBe(false)
  })

  test('S36 a manifest that says something else of the same file is found', async () => {
    const harmed = ownCopy()
    const [first, second] = manifest.plans
    if (!first || !second)
      throw new Error('two plans')
    const said = { ...manifest, plans: [{ ...first, stateHash: second.stateHash }, second] }
    writeFileSync(join(harmed, 'manifest.json'), toManifestFile(said))
    expect((await verifyBackup(harmed)).plans[0]?.wrongs).toEqual([{ what: 'other-state', where: 'p' }])
    writeFileSync(join(harmed, 'manifest.json'), toManifestFile({ ...manifest, plans: [second] }))
    expect((await verifyBackup(harmed)).isSound).toBe(false)
    expect(await refusalOf(restore(harmed))).toBe('damaged-backup')
  })
})

/** The command in a process of its own. `limitBlocks`: no file of its grows beyond so many times 1 KiB. */
function run(folder: string, args: readonly string[], { limitBlocks = 0 } = {}): Promise<{ code: number, out: string, err: string }> {
  const limit = limitBlocks > 0 ? `ulimit -f ${limitBlocks}; ` : ''
  return new Promise((resolve) => {
    execFile('bash', ['-c', `${limit}exec "$@"`, 'bash', process.execPath, 'server/admin.ts', ...args], {
      cwd: projectRoot, env: { ...cleanEnvironment(), DATA_DIR: folder },
    }, (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }))
  })
}

/** Runs the command and kills it in the very moment in which `isThere` is so. */
async function killOnce(folder: string, args: readonly string[], isThere: () => boolean): Promise<void> {
  const child = spawn(process.execPath, ['server/admin.ts', ...args], { cwd: projectRoot, env: { ...cleanEnvironment(), DATA_DIR: folder } })
  const deadline = Date.now() + 20_000
  while (!isThere() && Date.now() < deadline)
    continue
  child.kill('SIGKILL')
  await new Promise(resolve => child.once('exit', resolve))
}
