import type { DatabaseSync } from 'node:sqlite'
import { accessEvents } from '#shared/protocol/access.ts'
import type { AccessNote, StoredNote } from './people.ts'
import { toText } from './columns.ts'

export type PutNote = (note: AccessNote) => void

/** The access log: lines are added to it and read; the tables themselves refuse anything else (T42). Synchronous; lives in the worker. */
export function openAccessLog(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO access_log (at, plan, event, by_member, about, facts) VALUES (?, ?, ?, ?, ?, ?)')
  const columns = 'SELECT number, at, plan, event, by_member, about, facts FROM access_log'
  const selectOfPlan = db.prepare(`${columns} WHERE plan = ? AND number < ? ORDER BY number DESC LIMIT ?`)
  const selectMembers = db.prepare('SELECT member, since FROM memberships WHERE plan = (SELECT number FROM plans WHERE id = ?)')
  /** Comings and goings that are of no plan; what somebody is and takes beside all plans is nothing to their owners. */
  const selectOfMember = db.prepare(`
    ${columns} INDEXED BY access_log_by_member WHERE plan IS NULL AND about = ? AND number < ? AND number > ? AND at >= ?
      AND event NOT IN ('exported', 'office-given', 'office-taken')
    ORDER BY number DESC LIMIT ?`)
  const selectOf = db.prepare(`
    ${columns} WHERE number IN (SELECT number FROM access_log WHERE about = ?1 UNION SELECT number FROM access_log WHERE by_member = ?1) ORDER BY number`)

  return {
    note({ at, planId, event, by, about, facts = {} }: AccessNote): void {
      insert.run(at, planId, event, by, about, JSON.stringify(facts))
    },
    accessLog(planId: string, before: number, most: number): StoredNote[] {
      let lines = selectOfPlan.all(planId, before, most)
      for (const { member, since } of selectMembers.all(planId)) {
        // Once there are enough, only newer ones are asked for.
        const above = lines.length < most ? 0 : Number(lines.at(-1)?.number)
        const more = selectOfMember.all(String(member), before, above, Number(since), most)
        if (more.length > 0)
          lines = [...lines, ...more].sort((one, other) => Number(other.number) - Number(one.number)).slice(0, most)
      }
      return lines.map(toNote)
    },
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
