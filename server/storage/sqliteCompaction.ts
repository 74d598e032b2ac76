import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Instant } from '#shared/plan/values.ts'
import { LogReadError, LogWriteError, serverAuthor, type LogExtent, type LogRow, type LogRun, type Seq } from './contracts.ts'
import { openCheckpointTable } from './sqliteCheckpoints.ts'

export type CompactionTables = ReturnType<typeof openCompactionTables>

/** A turn reads no more bytes than this, so that commits are not held up. */
const maxBytesAtOnce = 1024 * 1024

/** What makes old rows fewer: of updates and of change lines; and a plan's epochs. Synchronous; lives in the worker. */
export function openCompactionTables(db: DatabaseSync) {
  const selectPlan = db.prepare('SELECT number, compacted_through FROM plans WHERE id = ?')
  const selectRows = db.prepare('SELECT seq, from_seq, member, at, bytes, crc FROM updates WHERE plan = ? AND seq > ? ORDER BY seq LIMIT ?')
  const selectRun = db.prepare(`
    SELECT seq, from_seq, member, client_ids, at, bytes, crc, touches FROM updates WHERE plan = ? AND seq BETWEEN ? AND ? ORDER BY seq`)
  const deleteRun = db.prepare('DELETE FROM updates WHERE plan = ? AND seq BETWEEN ? AND ?')
  const insertRun = db.prepare(`
    INSERT INTO updates (plan, seq, member, client_ids, at, bytes, crc, touches, from_seq, from_at, members)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const putCompacted = db.prepare('UPDATE plans SET compacted_through = max(compacted_through, ?) WHERE number = ?')
  const putEpoch = db.prepare('UPDATE plans SET epoch = ? WHERE id = ?')
  const insertEpoch = db.prepare('INSERT INTO epochs (plan, epoch, at, why) SELECT number, epoch, ?, ? FROM plans WHERE id = ?')
  const selectFolded = db.prepare('SELECT through FROM folded')
  const putFolded = db.prepare('UPDATE folded SET through = ?')
  const lineColumns = 'number, plan, member, register, row, field, set_member, begun_at, ended_at, before, after, lost'
  const selectLines = db.prepare(`SELECT ${lineColumns} FROM changes WHERE number > ? ORDER BY number LIMIT ?`)
  const selectLineBefore = db.prepare(`
    SELECT ${lineColumns} FROM changes INDEXED BY changes_by_cell
    WHERE plan = ? AND register = ? AND row = ? AND field = ? AND set_member IS ? AND number < ? ORDER BY number DESC LIMIT 1`)
  const beginEarlier = db.prepare('UPDATE changes SET begun_at = ?, before = ? WHERE number = ?')
  const deleteLine = db.prepare('DELETE FROM changes WHERE number = ?')
  const checkpoints = openCheckpointTable(db)

  function planOf(planId: string): { number: number, compactedThrough: Seq } {
    const found = selectPlan.get(planId)
    if (!found)
      throw new LogWriteError(`no plan ${planId}`)
    return { number: Number(found.number), compactedThrough: Number(found.compacted_through) }
  }

  /** Whether the rows are still what the run was made of. */
  function replace(plan: number, { from, through, update, of }: LogRun): boolean {
    const rows = selectRun.all(plan, from, through)
    const isWhole = rows.length === through - from + 1 && rows.every(row => row.from_seq === null && row.member !== serverAuthor)
    if (!isWhole || rows.reduce((sum, { bytes }) => crc32(bytes as Uint8Array, sum), 0) !== of)
      return false
    const members = unique(rows.map(({ member }) => member))
    deleteRun.run(plan, from, through)
    insertRun.run(
      plan, through, members[0] ?? null, unionOf(rows, 'client_ids'), rows.at(-1)?.at ?? null, update, crc32(update), unionOf(rows, 'touches'),
      from, rows[0]?.at ?? null, JSON.stringify(members),
    )
    return true
  }

  /** Puts a line together with the one before it of the same cell, where the two are one sitting of one person. */
  function fold(line: Line, sittingMs: number): void {
    const cell = [line.plan, line.register, line.row, line.field, line.set_member].map(part => part ?? null)
    const earlier = selectLineBefore.get(...cell, line.number ?? null)
    if (!earlier || !isOneSitting(earlier, line, sittingMs))
      return
    // The later one stays, so that which line of a row ended last stays as it was.
    deleteLine.run(earlier.number ?? null)
    beginEarlier.run(earlier.begun_at ?? null, earlier.before ?? null, line.number ?? null)
  }

  return {
    extent(planId: string): LogExtent {
      const { compactedThrough } = planOf(planId)
      const checkpoint = checkpoints.read(planId)
      return {
        compactedThrough,
        checkpoint: checkpoint && { through: checkpoint.through, stateVector: checkpoint.stateVector, stateHash: checkpoint.stateHash },
      }
    },
    rows(planId: string, after: Seq, most: number): LogRow[] {
      const rows: LogRow[] = []
      let bytesRead = 0
      for (const { seq, from_seq: from, member, at, bytes, crc } of selectRows.iterate(planOf(planId).number, after, most)) {
        if (!(bytes instanceof Uint8Array) || crc32(bytes) !== crc)
          throw new LogReadError(`update ${String(seq)} of plan ${planId} is not what was written`)
        rows.push({ from: Number(from ?? seq), through: Number(seq), by: String(member), at: Number(at), update: bytes })
        bytesRead += bytes.byteLength
        if (bytesRead > maxBytesAtOnce)
          break
      }
      return rows
    },
    /** In the caller's transaction, so that what throws changes nothing. */
    compact(planId: string, runs: readonly LogRun[], through: Seq): void {
      const { number } = planOf(planId)
      for (const run of runs) {
        if (!replace(number, run))
          throw new LogReadError(`updates ${run.from} to ${run.through} of plan ${planId} are not what was put together`)
      }
      putCompacted.run(through, number)
    },
    newEpoch(planId: string, epoch: string, why: string, at: Instant): string {
      checkpoints.forget(planOf(planId).number)
      putEpoch.run(epoch, planId)
      insertEpoch.run(at, why, planId)
      return epoch
    },
    foldLines(before: Instant, sittingMs: number, most: number): boolean {
      const lines = selectLines.all(Number(selectFolded.get()?.through ?? 0), most)
      const young = lines.findIndex(({ ended_at: endedAt }) => Number(endedAt) >= before)
      const old = young < 0 ? lines : lines.slice(0, young)
      old.forEach(line => fold(line, sittingMs))
      const last = old.at(-1)
      if (last)
        putFolded.run(last.number ?? null)
      return old.length === most
    },
  }
}

type Line = Readonly<Record<string, SQLOutputValue>>

/**
 * One person went on where the other line ended, with no longer pause; nobody lost anything in either; and together they still say
 * whether something changed: who took back what they wrote keeps two lines.
 */
function isOneSitting(earlier: Line, later: Line, sittingMs: number): boolean {
  const pause = Number(later.begun_at) - Number(earlier.ended_at)
  const changes = ({ before, after }: Line) => before !== after
  return earlier.member === later.member && pause >= 0 && pause <= sittingMs && earlier.lost === null && later.lost === null
    && earlier.after === later.before && changes(later) === (earlier.before !== later.after)
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)]

/** The items of all the rows' JSON lists in this column, each once. */
function unionOf(rows: readonly Line[], column: 'client_ids' | 'touches'): string {
  const items = rows.flatMap(row => (JSON.parse(String(row[column])) as unknown[]).map(item => JSON.stringify(item)))
  return `[${unique(items).join()}]`
}
