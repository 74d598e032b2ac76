import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import type { Instant } from '#shared/plan/values.ts'
import { FolderNotEmptyError, FolderUnfitError } from './contracts.ts'
import { compiledName, databaseName, holdFolder, raiseSchema, restoringName } from './sqliteSchema.ts'

/** So many pages of 4 KiB are copied at a time; then the disk gets them, and those who write their turn. */
const pagesAtOnce = 1024
const breathMs = 20
const busyTimeoutMs = 5_000

/**
 * Copies the database of a data folder, as it is on disk at one moment, to a file that must be there and empty. A server that runs
 * goes on writing: this reads beside it, and never takes the folder's lock. On disk when it resolves, and needs no file beside it.
 */
export async function copyDatabase(folder: string, file: string): Promise<void> {
  const source = new DatabaseSync(join(folder, databaseName), { readOnly: true, timeout: busyTimeoutMs })
  try {
    // Held to the end: with another connection's writes in between, the copy would begin anew each time.
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM plans').get()
    await backup(source, file, { rate: pagesAtOnce, progress: () => settle(file) })
  }
  finally {
    source.close()
  }
  const copy = new DatabaseSync(file)
  copy.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA')
  copy.close()
  syncPath(file)
}

/** Little at a time: one large lot would hold up whoever waits for the same disk. */
function settle(file: string): void {
  syncPath(file)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, breathMs)
}

/** What was written to a file, or which files a folder has, is on disk from here on. */
export function syncPath(path: string): void {
  const opened = openSync(path, 'r')
  try {
    fsyncSync(opened)
  }
  finally {
    closeSync(opened)
  }
}

/** A data folder that is being restored, which no server opens before it is done. */
export interface Restoring {
  /** Where the copy is to be written. */
  readonly file: string
  /**
   * Begins another epoch of every plan and drops all sessions, in one transaction, and makes the copy the folder's database. Gives the
   * new epochs by plan.
   */
  finish(why: string, at: Instant): ReadonlyMap<string, string>
  /** Takes away what has been written, and leaves the folder as empty as it was. */
  giveUp(): void
  /** Lets go of the folder. */
  close(): void
}

/** What may stand in a folder that counts as empty: the lock, compiled code, and what a restore that was interrupted has left. */
const leftovers = [restoringName, `${restoringName}-journal`]
const emptyEnough: readonly string[] = ['lock.db', 'lock.db-journal', compiledName, ...leftovers]

/** Rejects with {@link FolderNotEmptyError}, and with FolderInUseError where a server or a command holds the folder. */
export function openRestoring(folder: string): Restoring {
  if (existsSync(folder))
    checkEmpty(folder)
  const release = holdFolder(folder)
  const file = join(folder, restoringName)
  try {
    // Now that nobody else can put anything there.
    checkEmpty(folder)
    leftovers.forEach(name => rmSync(join(folder, name), { force: true }))
  }
  catch (error) {
    release()
    throw error
  }
  return {
    file,
    finish(why, at) {
      const epochs = beginEpochs(file, why, at)
      syncPath(file)
      syncPath(folder)
      renameSync(file, join(folder, databaseName))
      syncPath(folder)
      syncPath(dirname(folder))
      return epochs
    },
    giveUp: () => leftovers.forEach(name => rmSync(join(folder, name), { force: true })),
    close: release,
  }
}

function checkEmpty(folder: string): void {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  }
  catch (error) {
    throw new FolderUnfitError(`the data folder ${folder} cannot be read`, { cause: error })
  }
  if (names.some(name => !emptyEnough.includes(name)))
    throw new FolderNotEmptyError(folder)
}

function beginEpochs(file: string, why: string, at: Instant): Map<string, string> {
  const db = new DatabaseSync(file)
  try {
    db.exec('PRAGMA foreign_keys = ON; PRAGMA synchronous = EXTRA')
    raiseSchema(db)
    const [put, note] = [db.prepare('UPDATE plans SET epoch = ? WHERE number = ?'), db.prepare('INSERT INTO epochs (plan, epoch, at, why) VALUES (?, ?, ?, ?)')]
    const epochs = new Map<string, string>()
    db.exec('BEGIN IMMEDIATE')
    for (const { number, id } of db.prepare('SELECT number, id FROM plans').all()) {
      const epoch = randomBytes(16).toString('hex')
      put.run(epoch, number ?? null)
      note.run(number ?? null, epoch, at, why)
      epochs.set(String(id), epoch)
    }
    // Those that were ended or forgotten since the backup was taken must not live again, and which they are is not known.
    db.exec('DELETE FROM sessions; DELETE FROM known_devices; COMMIT')
    return epochs
  }
  finally {
    db.close()
  }
}
