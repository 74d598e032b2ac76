import type { DatabaseSync } from 'node:sqlite'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import { serverAuthor, type MadePlan, type PlanPeriod, type StoredPlan, type StoredReform } from './contracts.ts'
import { toPlan } from './sqlitePlans.ts'

export type NewPlanTables = ReturnType<typeof openNewPlanTables>

/** Who made which plan and with what key, plans that are set aside, and reform sets. Synchronous; lives in the worker. */
export function openNewPlanTables(db: DatabaseSync) {
  const putMaker = db.prepare('UPDATE plans SET made_by = ?, made_with = ? WHERE id = ?')
  const selectMade = db.prepare('SELECT id, set_aside_at FROM plans WHERE made_by = ? AND made_with = ?')
  const countMade = db.prepare('SELECT count(*) AS n FROM plans WHERE made_by = ? AND created_at >= ?')
  const selectOthers = db.prepare(`
    SELECT 1 FROM updates WHERE plan = ?1
    AND (member NOT IN (?2, ?3) OR EXISTS (SELECT 1 FROM json_each(members) WHERE value NOT IN (?2, ?3))) LIMIT 1`)
  const selectMadeSince = db.prepare('SELECT number, id FROM plans WHERE made_by = ? AND created_at >= ? AND set_aside_at IS NULL')
  const selectMaker = db.prepare('SELECT number, made_by, created_at FROM plans WHERE id = ? AND set_aside_at IS NULL')
  const putAside = db.prepare('UPDATE plans SET set_aside_at = ? WHERE number = ?')
  const takeBack = db.prepare('UPDATE plans SET set_aside_at = NULL WHERE id = ? AND set_aside_at IS NOT NULL')
  const selectAside = db.prepare(`
    SELECT id, region, reform, epoch, created_at, title, period, set_aside_at FROM plans WHERE set_aside_at IS NOT NULL ORDER BY number`)
  const putPeriod = db.prepare('UPDATE plans SET period = ? WHERE id = ? AND period IS NULL')
  const selectReforms = db.prepare('SELECT id, file FROM reforms ORDER BY added_at, id')
  const insertReform = db.prepare('INSERT OR IGNORE INTO reforms (id, file, added_at) VALUES (?, ?, ?)')
  const updateReform = db.prepare('UPDATE reforms SET file = ? WHERE id = ? AND file = ?')
  const deleteReform = db.prepare('DELETE FROM reforms WHERE id = ?')
  const selectOfReform = db.prepare('SELECT 1 FROM plans WHERE reform = ? LIMIT 1')

  const haveOthersWritten = (plan: number, by: MemberId) => selectOthers.get(plan, by, serverAuthor) !== undefined

  return {
    planMadeWith(by: MemberId, key: string): MadePlan | null {
      const found = selectMade.get(by, key)
      return found ? { planId: String(found.id), isSetAside: found.set_aside_at !== null } : null
    },
    putMaker(planId: string, by: MemberId, key: string): void {
      putMaker.run(by, key, planId)
    },
    countMadeBy: (by: MemberId, since: Instant): number => Number(countMade.get(by, since)?.n),
    untouchedPlansOf: (by: MemberId, since: Instant): string[] => selectMadeSince.all(by, since)
      .filter(found => !haveOthersWritten(Number(found.number), by)).map(found => String(found.id)),
    setAside(planId: string, by: MemberId, at: Instant, notBefore: Instant): 'done' | 'not-yours' | 'others-wrote' | 'too-late' {
      const found = selectMaker.get(planId)
      if (found?.made_by !== by)
        return 'not-yours'
      if (Number(found.created_at) < notBefore)
        return 'too-late'
      if (haveOthersWritten(Number(found.number), by))
        return 'others-wrote'
      putAside.run(at, found.number ?? null)
      return 'done'
    },
    bringBack: (planId: string): boolean => Number(takeBack.run(planId).changes) > 0,
    plansSetAside: (): (StoredPlan & { setAsideAt: Instant })[] =>
      selectAside.all().map(found => ({ ...toPlan(found), setAsideAt: Number(found.set_aside_at) })),
    putPeriod(planId: string, { from, to }: PlanPeriod): void {
      putPeriod.run(JSON.stringify([from, to]), planId)
    },
    reforms: (): StoredReform[] => selectReforms.all().map(found => ({ id: String(found.id), file: String(found.file) })),
    addReform: ({ id, file }: StoredReform, at: Instant): boolean => Number(insertReform.run(id, file, at).changes) > 0,
    replaceReform({ id, file }: StoredReform, was: string, onlyUnused: boolean): 'replaced' | 'in-use' | 'changed' {
      if (onlyUnused && selectOfReform.get(id))
        return 'in-use'
      return Number(updateReform.run(file, id, was).changes) > 0 ? 'replaced' : 'changed'
    },
    removeReform(id: string): 'removed' | 'in-use' | 'not-there' {
      if (selectOfReform.get(id))
        return 'in-use'
      return Number(deleteReform.run(id).changes) > 0 ? 'removed' : 'not-there'
    },
  }
}
