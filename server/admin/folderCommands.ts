import { constants, setPriority } from 'node:os'
import type { FolderCommandName } from '../access/rules.ts'
import { systemClock } from '../time/clock.ts'
import { takeBackup } from './backup.ts'
import { exportPlan } from './planExport.ts'
import { Refused } from './refused.ts'
import type { AdminAnswer, Options } from './requests.ts'
import { restoreBackup } from './restore.ts'
import { verifyBackup, verifyFolder } from './verify.ts'

/**
 * Carries out what reads or makes a whole folder, in this process: a server that runs beside it has no part in it, and its work
 * comes first.
 */
export async function runOnFolder({ command, options: { to = '', from, plan = '' } }: { command: FolderCommandName, options: Options }, folder: string): Promise<AdminAnswer> {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  try {
    switch (command) {
      case 'backup': return { ok: true, value: await takeBackup({ folder, to, clock: systemClock }) }
      case 'plan export': return { ok: true, value: exportPlan({ folder, planId: plan, to, clock: systemClock }) }
      case 'restore': return { ok: true, value: await restoreBackup({ folder, from: from ?? '', clock: systemClock }) }
      case 'verify': {
        const value = from === undefined ? verifyFolder(folder) : await verifyBackup(from)
        return value.isSound ? { ok: true, value } : { ok: false, refusal: 'unsound', what: from ?? folder, value }
      }
    }
  }
  catch (error) {
    if (error instanceof Refused)
      return { ok: false, refusal: error.refusal, what: error.what }
    throw error
  }
}
