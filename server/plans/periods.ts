import * as Y from 'yjs'
import { newDocument } from '#shared/plan/plan.ts'
import { periodOf } from '../rooms/listing.ts'
import type { Storage } from '../storage/contracts.ts'

/** Plans from before periods were kept beside the title have theirs looked up, once. One that cannot be read is left for later. */
export async function lookAtPeriods(
  storage: Pick<Storage, 'plans' | 'log' | 'putPeriod'>, report: (what: string, error: unknown) => void,
): Promise<void> {
  for (const { planId, period } of await storage.plans()) {
    if (period)
      continue
    try {
      const doc = newDocument()
      for (const update of await storage.log(planId).read())
        Y.applyUpdate(doc, update)
      await storage.putPeriod(planId, periodOf(doc))
      doc.destroy()
    }
    catch (error) {
      report(`plan ${planId}: its period could not be read`, error)
    }
  }
}
