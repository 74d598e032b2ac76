import { createHash } from 'node:crypto'
import {
  closeSync, createReadStream, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, realpathSync, renameSync, rmdirSync, rmSync, statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { copyDatabase, syncPath } from '../storage/backupCopy.ts'
import { readFile, readFolder } from '../storage/backupReader.ts'
import { isUnwritable } from '../storage/unwritable.ts'
import type { Clock } from '../time/clock.ts'
import { stateHashOf } from './checkPlan.ts'
import { backupFile, manifestFile, toManifestFile, type Manifest } from './manifest.ts'
import { Refused } from './refused.ts'

/** What is not whole yet has this at the end of its name. */
const part = '.part'
const parts = [backupFile, `${backupFile}-journal`, `${backupFile}-wal`, `${backupFile}-shm`, manifestFile]

/**
 * Takes a backup of the data folder, as it was at one moment, into a folder that is new or empty. The manifest gets its name last: a
 * folder without one is no backup (S32). What could not be finished is taken away again.
 */
export async function takeBackup({ folder, to, clock }: { folder: string, to: string, clock: Clock }): Promise<Manifest & { readonly to: string }> {
  checkSource(folder)
  const target = whereItLeads(resolve(to))
  const source = realpathSync(folder)
  if (target === source || target.startsWith(source + sep))
    throw new Refused('inside-data', to)
  const isMade = makeTarget(target)
  let isClaimed = false
  try {
    closeSync(openSync(join(target, backupFile + part), 'wx', 0o600))
    isClaimed = true
    const manifest = await write(folder, target, clock)
    return { to: target, ...manifest }
  }
  catch (error) {
    if (isClaimed)
      parts.forEach(name => rmSync(join(target, name + part), { force: true }))
    if (isMade && readdirSync(target).length === 0)
      rmdirSync(target)
    throw refusalOf(error, to)
  }
}

function checkSource(folder: string): void {
  const stored = existsSync(folder) ? readFolder(folder) : null
  const isNewer = stored?.isNewer ?? false
  stored?.close()
  if (!stored || isNewer)
    throw new Refused(isNewer ? 'newer-folder' : 'no-data', folder)
}

async function write(folder: string, target: string, clock: Clock): Promise<Manifest> {
  const file = join(target, backupFile + part)
  const takenAt = clock.now()
  await copyDatabase(folder, file)
  const stored = readFile(file)
  const { version } = stored
  const plans = stored.plans().map(({ planId, epoch, through }) => ({ planId, epoch, through, stateHash: stateHashOf(stored.read(planId)) }))
  stored.close()
  const manifest: Manifest = {
    format: 'plantavle-backup-1', takenAt, storedVersion: version, bytes: statSync(file).size, sha256: await sha256Of(file), plans,
  }
  const opened = openSync(join(target, manifestFile + part), 'wx', 0o600)
  try {
    writeFileSync(opened, toManifestFile(manifest))
    fsyncSync(opened)
  }
  finally {
    closeSync(opened)
  }
  renameSync(file, join(target, backupFile))
  syncPath(target)
  renameSync(join(target, manifestFile + part), join(target, manifestFile))
  syncPath(target)
  syncPath(dirname(target))
  return manifest
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Where a path leads, links followed as far as it is there. */
function whereItLeads(path: string): string {
  if (existsSync(path))
    return realpathSync(path)
  const above = dirname(path)
  return above === path ? path : join(whereItLeads(above), basename(path))
}

/** Gives whether the folder was not there before. */
function makeTarget(target: string): boolean {
  try {
    const isMade = mkdirSync(target, { recursive: true, mode: 0o700 }) !== undefined
    if (readdirSync(target).length > 0)
      throw new Refused('not-empty', target)
    return isMade
  }
  catch (error) {
    throw error instanceof Refused ? error : new Refused('cannot-make', target)
  }
}

const codeOf = (error: unknown): unknown => error instanceof Error && 'code' in error ? error.code : null
const noRoom: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'])
const noRight: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT'])

/** A failure to write somewhere, as what it is to whoever asked for it; any other as it is. */
export function refusalOf(error: unknown, where: string): unknown {
  if (isUnwritable(error) || noRoom.has(codeOf(error)))
    return new Refused('disk-full', where)
  if (codeOf(error) === 'EEXIST')
    return new Refused('not-empty', where)
  return noRight.has(codeOf(error)) ? new Refused('cannot-make', where) : error
}
