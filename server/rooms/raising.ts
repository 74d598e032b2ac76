import * as Y from 'yjs'
import { serverClientId } from '#shared/plan/lay.ts'
import { migrationOf } from '#shared/plan/migrate.ts'
import type { Instant } from '#shared/plan/values.ts'
import { serverAuthor, type PlanLog } from '../storage/contracts.ts'

/**
 * Brings a plan of an older schema up to the declaration: in its log first, in one update, then in `doc`, which must hold all of
 * the log and have nobody in it yet. What a server that died had not written is written by the next; what it had is not repeated.
 * It is nobody's change: no line in the change log tells of it. Rejects when the plan is of a newer schema, or cannot be written.
 */
export async function raisePlan(doc: Y.Doc, log: PlanLog, at: Instant): Promise<void> {
  const update = migrationOf(doc)
  if (!update)
    return
  await log.append({ update, by: serverAuthor, clientIds: [serverClientId], binds: [], at, touches: [], changes: [], title: null })
  Y.applyUpdate(doc, update)
}
