import { existsSync, mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FolderInUseError, FolderUnfitError } from './contracts.ts'
import { steps } from './sqliteTables.ts'

/** What a file system says it is, for those that do not keep what fsync promises: NFS, SMB, CIFS, SMB2. */
const networkFileSystems = new Set([0x6969, 0x517B, 0xFF534D42, 0xFE534D42])

export const storedVersion = steps.length
export const databaseName = 'plantavle.db'
/** What a restore writes, until all of it is there (S34). */
export const restoringName = 'plantavle.db.restoring'
/** Where compiled code of the server's threads lies: nothing that is missed. */
export const compiledName = 'compiled'

export interface Folder { readonly db: DatabaseSync, close(): void }

/**
 * Opens the data folder for this process alone. The lock is a transaction that is never ended, in a database of its own:
 * it dies with the process, whatever kills it (S3).
 */
export function openFolder(folder: string, { busyTimeoutMs, lockTimeoutMs }: { busyTimeoutMs: number, lockTimeoutMs: number }): Folder {
  makeFolder(folder)
  const lock = takeLock(folder, lockTimeoutMs)
  try {
    if (existsSync(join(folder, restoringName)))
      throw new FolderUnfitError(`a restore into the data folder ${folder} was interrupted: run it again, or empty the folder`)
    const db = new DatabaseSync(join(folder, databaseName), { timeout: busyTimeoutMs })
    configure(db, busyTimeoutMs)
    raiseSchema(db)
    return {
      db,
      close() {
        db.close()
        lock.close()
      },
    }
  }
  catch (error) {
    lock.close()
    throw error
  }
}

/** Makes the folder where it is not there, and holds it as a server does, until the returned function is called. */
export function holdFolder(folder: string): () => void {
  makeFolder(folder)
  const lock = takeLock(folder, 0)
  return () => lock.close()
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }
  catch (error) {
    throw new FolderUnfitError(`the data folder ${folder} cannot be made`, { cause: error })
  }
  if (networkFileSystems.has(statfsSync(folder).type))
    throw new FolderUnfitError(`the data folder ${folder} is on a network file system, which does not keep what it says is written`)
}

function takeLock(folder: string, timeoutMs: number): DatabaseSync {
  let lock: DatabaseSync | null = null
  try {
    lock = new DatabaseSync(join(folder, 'lock.db'), { timeout: timeoutMs })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  }
  catch (error) {
    lock?.close()
    if (isBusy(error))
      throw new FolderInUseError(`the data folder ${folder} is in use by another server or command`)
    throw new FolderUnfitError(`the data folder ${folder} cannot be written to`, { cause: error })
  }
}

/** Set at every open, and read back: a database that does not keep to it must not be written to (S2). */
function configure(db: DatabaseSync, busyTimeoutMs: number): void {
  db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON`)
  const full = 2
  const wanted = { journal_mode: 'wal', synchronous: full, foreign_keys: 1, busy_timeout: busyTimeoutMs }
  for (const [name, value] of Object.entries(wanted)) {
    const [found] = Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})
    if (found !== value)
      throw new FolderUnfitError(`the database has ${name} = ${String(found)}, not ${value}`)
  }
}

export function raiseSchema(db: DatabaseSync): void {
  const found = Number(db.prepare('PRAGMA user_version').get()?.user_version)
  if (found === storedVersion)
    return
  if (found > storedVersion)
    throw new FolderUnfitError(`the data folder was written by a newer server (version ${found}, this one knows ${storedVersion})`)
  db.exec('BEGIN')
  try {
    for (const step of steps.slice(found)) {
      if (typeof step === 'string')
        db.exec(step)
      else
        step(db)
    }
    db.exec(`PRAGMA user_version = ${storedVersion}; COMMIT`)
  }
  catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}

function isBusy(error: unknown): boolean {
  const busy = 5
  return error instanceof Error && 'errcode' in error && error.errcode === busy
}
