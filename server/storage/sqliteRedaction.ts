import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Instant } from '#shared/plan/values.ts'
import { LogWriteError } from './contracts.ts'
import type { CellToRedact, Redaction, RedactionToWrite, RewrittenRow } from './redactions.ts'
import type { PutNote } from './sqliteAccessLog.ts'
import { isUnwritable } from './unwritable.ts'

export type RedactionTables = ReturnType<typeof openRedactionTables>

/** What an epoch is for that was begun so. */
const epochBegunBy = 'words were taken out for good'
/** So long a wipe waits for those who read the file; commits wait with it. */
const wipePatienceMs = 200

/** Takes words out of the stored rows for good, and out of the file. Synchronous; lives in the worker. */
export function openRedactionTables(db: DatabaseSync, { busyTimeoutMs, putNote }: { readonly busyTimeoutMs: number, readonly putNote: PutNote }) {
  const selectPlan = db.prepare('SELECT number, epoch, coalesce((SELECT max(seq) FROM updates WHERE plan = number), 0) AS seq FROM plans WHERE id = ?')
  const selectCrc = db.prepare('SELECT crc FROM updates WHERE plan = ? AND seq = ?')
  const putRow = db.prepare('UPDATE updates SET bytes = ?, crc = ? WHERE plan = ? AND seq = ?')
  const selectTouches = db.prepare('SELECT seq, touches FROM updates WHERE plan = ? AND instr(touches, ?) > 0')
  const putTouches = db.prepare('UPDATE updates SET touches = ? WHERE plan = ? AND seq = ?')
  const selectLines = db.prepare(`
    SELECT number, set_member, before, after, lost FROM changes INDEXED BY changes_by_cell
    WHERE plan = ? AND register = ? AND row = ? AND field = ? ORDER BY number`)
  const putLine = db.prepare('UPDATE changes SET set_member = ?, before = ?, after = ?, lost = ? WHERE number = ?')
  const dropCheckpoint = db.prepare('DELETE FROM checkpoints WHERE plan = ?')
  const putEpoch = db.prepare('UPDATE plans SET epoch = ? WHERE number = ?')
  const insertEpoch = db.prepare('INSERT INTO epochs (plan, epoch, at, why) VALUES (?, ?, ?, ?)')
  const putTitle = db.prepare('UPDATE plans SET title = ? WHERE number = ?')
  const putPeriod = db.prepare('UPDATE plans SET period = ? WHERE number = ?')
  const insertRedaction = db.prepare(`
    INSERT INTO redactions (plan, register, row, field, set_member, by, at, why, old_epoch, new_epoch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const selectRedactions = db.prepare(`
    SELECT register, row, field, set_member, by, at, why, old_epoch, new_epoch FROM redactions
    WHERE plan = (SELECT number FROM plans WHERE id = ?) ORDER BY number`)
  const deletePlan = db.prepare('DELETE FROM plans WHERE number = ?')
  const insertErasure = db.prepare('INSERT INTO erasures (plan, at, why) VALUES (?, ?, ?)')
  const isWipeDue = db.prepare('SELECT due FROM wipe')
  const putWipeDue = db.prepare('UPDATE wipe SET due = ?')

  function isAsRead(plan: number, { through, of }: RewrittenRow): boolean {
    return selectCrc.get(plan, through)?.crc === of
  }

  /** Members of the set are words too, wherever it is told which cells an update touched. */
  function hideMembers(plan: number, cell: CellToRedact): void {
    for (const { seq, touches } of selectTouches.all(plan, JSON.stringify(cell.field)).filter(({ touches }) => namesMember(touches, cell))) {
      const hidden = (JSON.parse(String(touches)) as unknown[][]).map(touch => isOfCell(touch, cell) ? touch.with(memberColumn, null) : touch)
      putTouches.run(JSON.stringify(hidden), plan, seq ?? null)
    }
  }

  /** Each value becomes a number: whether something changed, and what came back, is still told. */
  function hideLines(plan: number, cell: CellToRedact): number {
    const lines = selectLines.all(plan, cell.register, cell.row, cell.field)
      .filter(({ set_member: member }) => cell.member === null || member === null || member === cell.member)
    const values = (line: Line) => [line.before, line.after, line.lost].filter(value => value !== null).map(String)
    const known = lines.flatMap(values).map(value => Number(hiddenBefore.exec(value)?.[1] ?? 0))
    let last = Math.max(0, ...known)
    const numbers = new Map<string, number>()
    function hide(value: SQLOutputValue | undefined): string | null {
      const said = String(value ?? null)
      if (value === null || sayNothing.has(said) || hiddenBefore.test(said))
        return value === null ? null : said
      const number = numbers.get(said) ?? ++last
      numbers.set(said, number)
      return JSON.stringify({ redacted: number })
    }
    const telling = lines.filter(line => line.set_member !== null || values(line).some(value => hide(value) !== value))
    telling.forEach(({ number, before, after, lost }) => putLine.run(null, hide(before), hide(after), hide(lost), number ?? null))
    return telling.length
  }

  return {
    /** In the caller's transaction. */
    redact({ planId, through, rows, cells, title, period, epoch, at, by, why }: RedactionToWrite): number | null {
      const found = selectPlan.get(planId)
      if (!found)
        throw new LogWriteError(`no plan ${planId}`)
      const [plan, oldEpoch] = [Number(found.number), String(found.epoch)]
      if (found.seq !== through || !rows.every(row => isAsRead(plan, row)))
        return null
      rows.forEach(row => putRow.run(row.update, crc32(row.update), plan, row.through))
      cells.forEach(cell => hideMembers(plan, cell))
      const lines = cells.reduce((sum, cell) => sum + hideLines(plan, cell), 0)
      dropCheckpoint.run(plan)
      putEpoch.run(epoch, plan)
      insertEpoch.run(plan, epoch, at, epochBegunBy)
      if (title !== undefined)
        putTitle.run(title, plan)
      if (period)
        putPeriod.run(JSON.stringify([period.from, period.to]), plan)
      for (const { register, row, field, member, isMemberWords } of cells) {
        insertRedaction.run(plan, register, row, field, isMemberWords ? null : member, by, at, why, oldEpoch, epoch)
        putNote({ at, event: 'redacted', planId, by: isMemberId(by) ? by : 'operator', about: null, facts: { register, row, field } })
      }
      putWipeDue.run(1)
      return lines
    },
    /** In the caller's transaction. */
    erasePlan(planId: string, at: Instant, why: string): number {
      const found = selectPlan.get(planId)
      if (!found)
        throw new LogWriteError(`no plan ${planId}`)
      const plan = Number(found.number)
      const rows = columnsOfPlans(db).reduce((sum, { table, column }) => {
        const { changes } = db.prepare(`DELETE FROM "${table}" WHERE "${column}" = ?`).run(plan)
        return sum + Number(changes)
      }, 0)
      deletePlan.run(plan)
      insertErasure.run(planId, at, why)
      putNote({ at, event: 'erased', planId, by: 'operator', about: null })
      putWipeDue.run(1)
      return rows + 1
    },
    redactions: (planId: string): Redaction[] => selectRedactions.all(planId).map(found => ({
      register: String(found.register),
      row: String(found.row),
      field: String(found.field),
      member: found.set_member === null ? null : String(found.set_member),
      by: String(found.by),
      at: Number(found.at),
      why: String(found.why),
      oldEpoch: String(found.old_epoch),
      newEpoch: String(found.new_epoch),
    })),
    /** In no transaction. */
    wipe(): boolean {
      if (isWipeDue.get()?.due !== 1)
        return true
      db.exec(`PRAGMA busy_timeout = ${wipePatienceMs}`)
      try {
        // What is read stays in the file beside the database for as long as it is: then all of this would be for nothing.
        if (isInUse(db))
          return false
        if (!isWrittenAnew(db) || isInUse(db))
          return false
        putWipeDue.run(0)
        return true
      }
      finally {
        db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
      }
    },
  }
}

/** The columns of all tables that say which plan a row is of. */
export function columnsOfPlans(db: DatabaseSync): readonly { readonly table: string, readonly column: string }[] {
  return db.prepare(`
    SELECT t.name AS "table", k."from" AS "column" FROM sqlite_schema t, pragma_foreign_key_list(t.name) k
    WHERE t.type = 'table' AND k."table" = 'plans' ORDER BY t.name`).all()
    .map(({ table, column }) => ({ table: String(table), column: String(column) }))
}

/** False where there is no room for it now. */
function isWrittenAnew(db: DatabaseSync): boolean {
  try {
    db.exec('VACUUM')
    return true
  }
  catch (error) {
    if (isUnwritable(error))
      return false
    throw error
  }
}

/** Empties the file beside the database into it; true where somebody's reading does not let it. */
const isInUse = (db: DatabaseSync) => db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy !== 0

type Line = Readonly<Record<string, SQLOutputValue>>
/** What stands in place of a value, and values that hold no words. */
const hiddenBefore = /^\{"redacted":(\d+)\}$/
const sayNothing: ReadonlySet<string> = new Set(['null', '""', '[]', '{}'])

/** Whoever it was in words stands beside it: the access log holds ids alone. */
const isMemberId = (by: string) => /^[0-9a-f]{32}$/.test(by)
/** Where a touch, as it is stored, has the member of a set. */
const memberColumn = 3
const namesMember = (touches: SQLOutputValue | undefined, cell: CellToRedact) =>
  (JSON.parse(String(touches)) as unknown[][]).some(touch => touch[memberColumn] !== null && isOfCell(touch, cell))
const isOfCell = ([register, row, field, member]: readonly unknown[], cell: CellToRedact) =>
  register === cell.register && row === cell.row && field === cell.field && (cell.member === null || member === cell.member)
