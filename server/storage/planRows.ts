import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { columnsOfPlans } from './sqliteRedaction.ts'
import { databaseName, storedVersion } from './sqliteSchema.ts'

type Row = Readonly<Record<string, SQLOutputValue>>

/** Everything that is stored of one plan, as of one moment. */
export interface PlanRows {
  /** Its log, oldest first. */
  readonly updates: readonly Uint8Array[]
  readonly plan: Row
  /** Those who are in it. */
  readonly people: readonly Row[]
  /** By table: rows that name the plan, without what opens anything, and without what can be made again. */
  readonly tables: Readonly<Record<string, readonly Row[]>>
}

/** Of the data folder, beside whoever writes there. Null without a database, or without the plan in it; `newer` where it cannot be read. */
export function readPlanRows(folder: string, planId: string): PlanRows | 'newer' | null {
  const file = join(folder, databaseName)
  if (!existsSync(file))
    return null
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  try {
    const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
    if (version !== storedVersion)
      return version > storedVersion ? 'newer' : null
    db.exec('BEGIN')
    const plan = db.prepare('SELECT * FROM plans WHERE id = ?').get(planId)
    return plan ? readAll(db, plan) : null
  }
  finally {
    db.close()
  }
}

function readAll(db: DatabaseSync, { number, ...plan }: Row): PlanRows {
  const ofPlan = (table: string, column: string) =>
    db.prepare(`SELECT * FROM "${table}" WHERE "${column}" = ? ORDER BY 1, 2`).all(number ?? null).map(row => without(row, [column, ...secrets]))
  const tables = columnsOfPlans(db).filter(({ table }) => !madeAgain.includes(table))
  return {
    updates: db.prepare('SELECT bytes FROM updates WHERE plan = ? ORDER BY seq').all(number ?? null).flatMap(({ bytes }) => bytes instanceof Uint8Array ? [bytes] : []),
    plan,
    people: db.prepare('SELECT id, name, organisation, email FROM members WHERE id IN (SELECT member FROM memberships WHERE plan = ?)').all(number ?? null),
    tables: Object.fromEntries(tables.map(({ table, column }) => [table, ofPlan(table, column)])),
  }
}

/** What a way in is known by, and a copy of the log. */
const secrets: readonly string[] = ['hash']
const madeAgain: readonly string[] = ['checkpoints']

const without = (row: Row, names: readonly string[]): Row => Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
