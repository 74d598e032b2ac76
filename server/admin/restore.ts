import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, lstatSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Instant } from '#shared/plan/values.ts'
import { openRestoring, syncPath, type Restoring } from '../storage/backupCopy.ts'
import { readFile } from '../storage/backupReader.ts'
import { FolderInUseError, FolderNotEmptyError } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'
import { refusalOf } from './backup.ts'
import { backupFile, readManifest, type Manifest } from './manifest.ts'
import { Refused } from './refused.ts'

export interface Restored {
  readonly folder: string
  readonly takenAt: Instant
  readonly plans: readonly { readonly planId: string, readonly epoch: string }[]
}

/**
 * Makes a data folder out of a backup, in which every plan has begun another epoch: what a client has of the one before is never
 * merged into it. Sessions are dropped, since some of them may have been ended after the backup was taken; members, roles and sign-in
 * links are as they were then. Until all of it is on disk no server opens the folder (S34).
 */
export async function restoreBackup({ folder, from, clock }: { folder: string, from: string, clock: Clock }): Promise<Restored> {
  const manifest = readManifest(resolve(from))
  const restoring = hold(folder)
  try {
    await copyWhole(join(resolve(from), backupFile), restoring.file, manifest)
    check(restoring.file, manifest)
    const epochs = restoring.finish(`restored from the backup of ${new Date(manifest.takenAt).toISOString()}`, clock.now())
    return { folder, takenAt: manifest.takenAt, plans: [...epochs].map(([planId, epoch]) => ({ planId, epoch })) }
  }
  catch (error) {
    restoring.giveUp()
    throw refusalOf(error, folder)
  }
  finally {
    restoring.close()
  }
}

function hold(folder: string): Restoring {
  try {
    return openRestoring(folder)
  }
  catch (error) {
    if (error instanceof FolderInUseError)
      throw new Refused('server-runs', folder)
    throw error instanceof FolderNotEmptyError ? new Refused('data-not-empty', folder) : error
  }
}

/** The bytes that are copied are those that are summed up: what changes meanwhile is found. */
async function copyWhole(from: string, to: string, { bytes, sha256 }: Manifest): Promise<void> {
  if (lstatSync(from).size !== bytes)
    throw new Refused('damaged-backup', backupFile)
  const hash = createHash('sha256')
  const sum = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece)
      done(null, piece)
    },
  })
  await pipeline(createReadStream(from), sum, createWriteStream(to, { flags: 'wx', mode: 0o600 }))
  if (hash.digest('hex') !== sha256)
    throw new Refused('damaged-backup', backupFile)
  syncPath(to)
}

/** Whether SQLite finds the file sound, and it holds what the manifest says. */
function check(file: string, manifest: Manifest): void {
  const stored = readFile(file)
  try {
    if (stored.isNewer)
      throw new Refused('newer-folder', backupFile)
    const [fault] = stored.faults()
    if (fault !== undefined)
      throw new Refused('damaged-backup', fault)
    const found = stored.plans().map(({ planId, epoch, through }) => [planId, epoch, through])
    const said = manifest.plans.map(({ planId, epoch, through }) => [planId, epoch, through])
    if (stored.version !== manifest.storedVersion || JSON.stringify(found) !== JSON.stringify(said))
      throw new Refused('damaged-backup', backupFile)
  }
  finally {
    stored.close()
  }
}
