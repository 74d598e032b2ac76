import { createHash } from 'node:crypto'
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Instant } from '#shared/plan/values.ts'
import { Refused } from './refused.ts'

/** The files of a whole backup. */
export const backupFile = 'plantavle.db'
export const manifestFile = 'manifest.json'

/** What a backup says of itself. It stands beside the file from the moment on in which that is whole. */
export interface Manifest {
  readonly format: 'plantavle-backup-1'
  readonly takenAt: Instant
  readonly storedVersion: number
  readonly bytes: number
  /** Of the file, in hex. */
  readonly sha256: string
  readonly plans: readonly ManifestPlan[]
}
export interface ManifestPlan {
  readonly planId: string
  readonly epoch: string
  /** Where its log ended. */
  readonly through: number
  /** Null where the plan could not be read. */
  readonly stateHash: string | null
}

const maxManifestBytes = 16 * 1024 * 1024

/** The manifest as its file holds it: with a sum of its own, so that nothing in it changes unseen. */
export const toManifestFile = (manifest: Manifest): string => `${JSON.stringify({ manifest, sum: sumOf(manifest) }, null, 2)}\n`

/** Refuses what is no whole backup, and what is not as it was written. */
export function readManifest(folder: string): Manifest {
  if (!isFile(join(folder, manifestFile)) || !isFile(join(folder, backupFile)))
    throw new Refused('not-a-backup', folder)
  if (lstatSync(join(folder, manifestFile)).size > maxManifestBytes)
    throw new Refused('damaged-backup', manifestFile)
  const found = parse(readFileSync(join(folder, manifestFile), 'utf8'))
  if (!found)
    throw new Refused('damaged-backup', manifestFile)
  return found
}

function parse(text: string): Manifest | null {
  try {
    const { manifest, sum } = JSON.parse(text) as { manifest: Manifest, sum: unknown }
    return manifest.format === 'plantavle-backup-1' && sumOf(manifest) === sum ? manifest : null
  }
  catch {
    return null
  }
}

const sumOf = (manifest: Manifest) => createHash('sha256').update(JSON.stringify(manifest)).digest('hex')

/** Never a link, which may lead elsewhere tomorrow, or a pipe, which never ends. */
function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
}
