import { openAccess } from '../access/access.ts'
import { openLocalBus } from '../bus/bus.ts'
import { openPlanThread } from '../plans/planThread.ts'
import { openReforms } from '../plans/reforms.ts'
import { openSqlite } from '../storage/sqlite.ts'
import { systemClock } from '../time/clock.ts'
import { openAdmin } from './commands.ts'
import type { AdminAnswer, AdminRequest } from './requests.ts'

/** Runs a command with no server running, on the folder itself and under the server's own lock. */
export async function runAlone(request: AdminRequest, folder: string, publicOrigin: string): Promise<AdminAnswer> {
  const storage = await openSqlite({ folder, lockTimeoutMs: 0 })
  const thread = openPlanThread()
  try {
    const access = openAccess({ storage, bus: openLocalBus(), clock: systemClock })
    const reforms = openReforms({ storage, clock: systemClock, report: (_what, error) => process.emitWarning(String(error)) })
    return await openAdmin({ storage, access, clock: systemClock, reforms, thread, publicOrigin: () => Promise.resolve(publicOrigin) })(request)
  }
  finally {
    await thread.close()
    await storage.close()
  }
}
