import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { MemberId, RowId } from '#shared/plan/values.ts'
import {
  LogReadError, LogWriteError, PlanSetAsideError, serverAuthor, type ChangeLine, type Checkpoint, type LogContent, type NewPlan,
  type Seq, type StoredPlan,
} from './contracts.ts'
import { openCheckpointTable } from './sqliteCheckpoints.ts'
import { packEntries, type EntryColumns, type PackedEntries } from './sqliteWire.ts'

export type PlanTables = ReturnType<typeof openPlanTables>

/** The tables of plans, their updates and their change lines. Synchronous; lives in the worker. */
export function openPlanTables(db: DatabaseSync) {
  const insertPlan = db.prepare('INSERT INTO plans (id, region, reform, epoch, created_at, title, period) VALUES (?, ?, ?, ?, ?, ?, ?)')
  const selectPlans = db.prepare(
    'SELECT id, region, reform, epoch, created_at, title, period FROM plans WHERE set_aside_at IS NULL ORDER BY number',
  )
  const selectPlan = db.prepare(
    'SELECT id, region, reform, epoch, created_at, title, period FROM plans WHERE id = ? AND set_aside_at IS NULL',
  )
  const selectEnd = db.prepare(
    'SELECT number, set_aside_at, coalesce((SELECT max(seq) FROM updates WHERE plan = number), 0) AS seq FROM plans WHERE id = ?',
  )
  const insertUpdate = db.prepare(
    'INSERT INTO updates (plan, seq, member, client_ids, at, bytes, crc, touches) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const selectUpdates = db.prepare(
    'SELECT seq, bytes, crc FROM updates WHERE plan = (SELECT number FROM plans WHERE id = ?) AND seq > ? ORDER BY seq',
  )
  const putTitle = db.prepare('UPDATE plans SET title = ? WHERE number = ?')
  const putPeriod = db.prepare('UPDATE plans SET period = ? WHERE number = ?')
  const putChange = db.prepare(`
    INSERT INTO changes (plan, id, member, register, row, field, set_member, begun_at, ended_at, before, after, lost)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (plan, id) DO UPDATE SET ended_at = excluded.ended_at, after = excluded.after, lost = coalesce(excluded.lost, lost)`)
  const selectChanges = db.prepare(`
    SELECT id, member, register, row, field, set_member, begun_at, ended_at, before, after, lost
    FROM changes WHERE plan = (SELECT number FROM plans WHERE id = ?) ORDER BY number`)
  const selectLastChange = db.prepare(`
    SELECT id, member, register, row, field, set_member, begun_at, ended_at, before, after, lost
    FROM changes INDEXED BY changes_by_cell
    WHERE plan = (SELECT number FROM plans WHERE id = ?) AND register = ? AND row = ? AND before <> after
    ORDER BY ended_at DESC, field = '' DESC, number DESC LIMIT 1`)
  const insertClientId = db.prepare('INSERT INTO client_ids (plan, client_id, member) VALUES (?, ?, ?)')
  const selectClientIds = db.prepare('SELECT client_id, member FROM client_ids WHERE plan = (SELECT number FROM plans WHERE id = ?)')
  const checkpoints = openCheckpointTable(db)
  /** Lines of this commit, each as it was last: many letters in one cell are one row to write. */
  const waitingLines = new Map<string, SQLInputValue[]>()
  /** Where each plan's log ends, so that an append need not ask. Forgotten when a transaction fails. */
  const ends = new Map<string, { plan: number, seq: Seq }>()

  function endOf(planId: string): { plan: number, seq: Seq } {
    const known = ends.get(planId)
    if (known)
      return known
    const found = selectEnd.get(planId)
    if (!found)
      throw new LogWriteError(`no plan ${planId}`)
    if (found.set_aside_at !== null)
      throw new PlanSetAsideError(`plan ${planId} is set aside`)
    const end = { plan: Number(found.number), seq: Number(found.seq) }
    ends.set(planId, end)
    return end
  }

  function append(planId: string, { bytes, columns }: PackedEntries): Seq {
    const { updates, binds, lines, title, period } = JSON.parse(columns) as EntryColumns
    const end = endOf(planId)
    let from = 0
    for (const [length, by, clientIds, at, touches] of updates) {
      const update = bytes.subarray(from, from += length)
      insertUpdate.run(end.plan, ++end.seq, by, clientIds, at, update, crc32(update), touches)
    }
    for (const [clientId, to] of binds)
      insertClientId.run(end.plan, clientId, to)
    for (const line of lines) {
      const key = `${end.plan}/${line[0]}`
      const [lost] = line.slice(-1)
      waitingLines.set(key, [end.plan, ...line.slice(0, -1), lost ?? waitingLines.get(key)?.at(-1) ?? null])
    }
    if (title !== null)
      putTitle.run(title, end.plan)
    if (period !== null)
      putPeriod.run(period, end.plan)
    return end.seq
  }

  return {
    append,
    bind(planId: string, clientId: number, to: MemberId): Seq {
      const { plan, seq } = endOf(planId)
      insertClientId.run(plan, clientId, to)
      return seq
    },
    owners: (planId: string): Map<number, MemberId> =>
      new Map(selectClientIds.all(planId).map(found => [Number(found.client_id), String(found.member)])),
    /** To be called before each commit. */
    writeLines(): void {
      waitingLines.forEach(line => putChange.run(...line))
      waitingLines.clear()
    },
    /** Reads again where the logs end: what was counted on has been rolled back. */
    forgetEnds(): void {
      ends.clear()
      waitingLines.clear()
    },
    plans: (): StoredPlan[] => selectPlans.all().map(toPlan),
    plan(planId: string): StoredPlan | null {
      const found = selectPlan.get(planId)
      return found ? toPlan(found) : null
    },
    createPlan({ planId, regionId, reformId, epoch, createdAt, title, period, firstContent }: NewPlan): void {
      insertPlan.run(planId, regionId, reformId, epoch, createdAt, title, period ? JSON.stringify([period.from, period.to]) : null)
      append(planId, packEntries([{
        update: firstContent, by: serverAuthor, clientIds: [], binds: [], at: createdAt, touches: [], changes: [], title: null,
      }]))
    },
    load(planId: string): LogContent {
      const checkpoint = checkpoints.read(planId)
      const rows = selectUpdates.all(planId, checkpoint?.through ?? 0)
      const tail = rows.map(({ seq, bytes, crc }) => {
        if (!(bytes instanceof Uint8Array) || crc32(bytes) !== crc)
          throw new LogReadError(`update ${String(seq)} of plan ${planId} is not what was written`)
        return bytes
      })
      return { checkpoint, tail, through: Number(rows.at(-1)?.seq ?? checkpoint?.through ?? 0) }
    },
    keep(planId: string, checkpoint: Checkpoint): void {
      const { number, seq } = selectEnd.get(planId) ?? {}
      if (number !== undefined && checkpoint.through <= Number(seq))
        checkpoints.keep(Number(number), checkpoint)
    },
    changes: (planId: string): ChangeLine[] => selectChanges.all(planId).map(toLine),
    lastChange(planId: string, register: string, row: RowId): ChangeLine | null {
      const found = selectLastChange.get(planId, register, row)
      return found ? toLine(found) : null
    },
  }
}

function toLine(found: Record<string, SQLOutputValue>): ChangeLine {
  return {
    id: String(found.id),
    by: String(found.member),
    register: String(found.register),
    row: String(found.row),
    field: String(found.field),
    member: found.set_member === null ? null : String(found.set_member),
    from: Number(found.begun_at),
    until: Number(found.ended_at),
    before: JSON.parse(String(found.before)),
    after: JSON.parse(String(found.after)),
    ...(found.lost === null ? {} : { lost: JSON.parse(String(found.lost)) }),
  }
}

/** A stored plan by its columns. */
export function toPlan(found: Record<string, unknown>): StoredPlan {
  const [from = null, to = null] = typeof found.period === 'string' ? JSON.parse(found.period) as (number | null)[] : []
  return {
    planId: String(found.id),
    regionId: String(found.region),
    reformId: String(found.reform),
    epoch: String(found.epoch),
    createdAt: Number(found.created_at),
    title: String(found.title),
    ...(found.period === null ? {} : { period: { from, to } }),
  }
}
