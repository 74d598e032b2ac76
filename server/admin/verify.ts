import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readFile, readFolder, type StoredReader } from '../storage/backupReader.ts'
import { sha256Of } from './backup.ts'
import { checkPlan, type CheckedPlan, type Wrong } from './checkPlan.ts'
import { backupFile, readManifest, type Manifest } from './manifest.ts'
import { Refused } from './refused.ts'

/** What a folder or a backup holds, and what is wrong with it. */
export interface Verified {
  readonly isSound: boolean
  readonly storedVersion: number | null
  /** Of all of it. */
  readonly wrongs: readonly Wrong[]
  readonly plans: readonly VerifiedPlan[]
}
export interface VerifiedPlan extends CheckedPlan {
  readonly planId: string
  readonly epoch: string
  readonly isSetAside: boolean
  readonly through: number
}

/** Of a data folder, beside a server that runs too. */
export function verifyFolder(folder: string): Verified {
  const stored = existsSync(folder) ? readFolder(folder) : null
  if (!stored)
    throw new Refused('no-data', folder)
  return reading(stored, () => verify(stored, null))
}

/** Of a backup, by its manifest. */
export async function verifyBackup(from: string): Promise<Verified> {
  const folder = resolve(from)
  const manifest = readManifest(folder)
  const file = join(folder, backupFile)
  // Nothing is read of what is not the file that was written.
  if (await sha256Of(file) !== manifest.sha256)
    return toVerified(null, [{ what: 'file', where: backupFile }], [])
  const stored = readFile(file)
  return reading(stored, () => verify(stored, manifest))
}

/** A file can be damaged in such a way that SQLite reads none of it. */
function reading(stored: StoredReader, read: () => Verified): Verified {
  try {
    return read()
  }
  catch (error) {
    return toVerified(stored.version, [{ what: 'file', where: error instanceof Error ? error.message : String(error) }], [])
  }
  finally {
    stored.close()
  }
}

function verify(stored: StoredReader, manifest: Manifest | null): Verified {
  const wrongs: Wrong[] = stored.faults().map(where => ({ what: 'file', where }))
  if (stored.isNewer)
    return toVerified(stored.version, [...wrongs, { what: 'newer-version', where: String(stored.version) }], [])
  const plans = stored.plans().map(plan => ({ ...plan, ...checkPlan(stored.read(plan.planId)) }))
  if (!manifest)
    return toVerified(stored.version, wrongs, plans)
  const missing = manifest.plans.filter(({ planId }) => !plans.some(plan => plan.planId === planId))
  return toVerified(stored.version, [...wrongs, ...missing.map(({ planId }): Wrong => ({ what: 'other-plan', where: planId }))],
    plans.map(plan => ({ ...plan, wrongs: [...plan.wrongs, ...wrongsBeside(plan, manifest)] })))
}

function wrongsBeside({ planId, epoch, through, stateHash }: VerifiedPlan, manifest: Manifest): Wrong[] {
  const said = manifest.plans.find(plan => plan.planId === planId)
  if (!said || said.epoch !== epoch || said.through !== through)
    return [{ what: 'other-plan', where: planId }]
  return said.stateHash === null || said.stateHash === stateHash ? [] : [{ what: 'other-state', where: planId }]
}

const toVerified = (storedVersion: number | null, wrongs: readonly Wrong[], plans: readonly VerifiedPlan[]): Verified =>
  ({ isSound: wrongs.length === 0 && plans.every(plan => plan.wrongs.length === 0), storedVersion, wrongs, plans })
