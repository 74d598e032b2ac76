import type { DatabaseSync } from 'node:sqlite'
import { accessEvents } from '#shared/protocol/access.ts'
import type { AccessNote, StoredNote } from './people.ts'
import { toText } from './columns.ts'

export type PutNote = (note: AccessNote) => void

/** The access log: lines are added to it and read; the tables themselves refuse anything else (T42). Synchronous; lives in the worker. */
export function openAccessLog(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO access_log (at, plan, event, by_member, about, facts) VALUES (?, ?, ?, ?, ?, ?)')
  const select = db.prepare(`
    SELECT number, at, plan, event, by_member, about, facts FROM access_log
    WHERE number < ?1 AND (plan = ?2 OR (plan IS NULL AND about IN (
      SELECT member FROM memberships WHERE plan = (SELECT number FROM plans WHERE id = ?2))))
    ORDER BY number DESC LIMIT ?3`)
  const selectOf = db.prepare('SELECT number, at, plan, event, by_member, about, facts FROM access_log WHERE about = ?1 OR by_member = ?1 ORDER BY number')

  return {
    note({ at, planId, event, by, about, facts = {} }: AccessNote): void {
      insert.run(at, planId, event, by, about, JSON.stringify(facts))
    },
    accessLog: (planId: string, before: number, most: number): StoredNote[] => select.all(before, planId, most).map(toNote),
    accessLogOf: (memberId: string): StoredNote[] => selectOf.all(memberId).map(toNote),
  }
}

function toNote(found: Record<string, unknown>): StoredNote {
  const event = accessEvents.find(one => one === found.event)
  if (!event)
    throw new Error(`no such access event: ${String(found.event)}`)
  return {
    number: Number(found.number), at: Number(found.at), event,
    planId: toText(found.plan),
    by: toText(found.by_member),
    about: toText(found.about),
    facts: JSON.parse(String(found.facts)) as StoredNote['facts'],
  }
}
