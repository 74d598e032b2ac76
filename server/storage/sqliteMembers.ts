import type { DatabaseSync } from 'node:sqlite'
import { isRole, type Role } from '#shared/protocol/api.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { NewcomerOfPlan, NewMember, PlanMember, StoredMember, StoredPlan, StoredSession } from './contracts.ts'
import { toPlan } from './sqlitePlans.ts'

export type MemberTables = ReturnType<typeof openMemberTables>

/** The tables of members, roles, sign-in tokens and sessions. Synchronous; lives in the worker. */
export function openMemberTables(db: DatabaseSync) {
  const insertMember = db.prepare('INSERT INTO members (id, name, organisation, created_at) VALUES (?, ?, ?, ?)')
  const selectMember = db.prepare('SELECT id, name, organisation FROM members WHERE id = ?')
  const selectRole = db.prepare('SELECT role FROM memberships WHERE plan = (SELECT number FROM plans WHERE id = ?) AND member = ?')
  const upsertRole = db.prepare(`
    INSERT INTO memberships (plan, member, role, since) VALUES ((SELECT number FROM plans WHERE id = ?), ?, ?, ?)
    ON CONFLICT (plan, member) DO UPDATE SET role = excluded.role`)
  const deleteRole = db.prepare('DELETE FROM memberships WHERE plan = (SELECT number FROM plans WHERE id = ?) AND member = ?')
  const selectInPlan = db.prepare(`
    SELECT m.id, m.name, m.organisation, s.role FROM memberships s JOIN members m ON m.id = s.member
    WHERE s.plan = (SELECT number FROM plans WHERE id = ?) ORDER BY s.since, m.name`)
  const selectNeverSignedIn = db.prepare(`
    SELECT p.id AS plan, p.title, m.id, m.name, m.organisation, s.role
    FROM memberships s JOIN plans p ON p.number = s.plan JOIN members m ON m.id = s.member
    WHERE p.made_by IS NULL AND p.set_aside_at IS NULL AND s.since = p.created_at AND EXISTS (SELECT 1 FROM sign_in_tokens t WHERE t.member = m.id) AND NOT EXISTS (SELECT 1 FROM sessions)
      AND NOT EXISTS (SELECT 1 FROM epochs)
    ORDER BY p.number, m.name`)
  const selectPlansOf = db.prepare(`
    SELECT p.id, p.region, p.reform, p.epoch, p.created_at, p.title, p.period, s.role
    FROM memberships s JOIN plans p ON p.number = s.plan
    WHERE s.member = ? AND p.set_aside_at IS NULL ORDER BY p.number DESC`)
  const insertToken = db.prepare('INSERT INTO sign_in_tokens (hash, member, created_at) VALUES (?, ?, ?)')
  const selectTokenMember = db.prepare(`
    SELECT m.id, m.name, m.organisation FROM sign_in_tokens t JOIN members m ON m.id = t.member WHERE t.hash = ?`)
  const insertSession = db.prepare('INSERT INTO sessions (hash, member, created_at, expires_at) VALUES (?, ?, ?, ?)')
  const selectSession = db.prepare(`
    SELECT m.id, m.name, m.organisation, s.expires_at FROM sessions s JOIN members m ON m.id = s.member
    WHERE s.hash = ? AND s.expires_at > ?`)
  const deleteSession = db.prepare('DELETE FROM sessions WHERE hash = ?')
  const deleteExpired = db.prepare('DELETE FROM sessions WHERE expires_at <= ?')
  const deleteSessionsOf = db.prepare('DELETE FROM sessions WHERE member = ?')
  const deleteTokensOf = db.prepare('DELETE FROM sign_in_tokens WHERE member = ?')

  return {
    addMember({ memberId, name, organisation, planId, role, tokenHash }: NewMember, at: Instant): void {
      insertMember.run(memberId, name, organisation, at)
      upsertRole.run(planId, memberId, role, at)
      insertToken.run(tokenHash, memberId, at)
    },
    findMember(memberId: MemberId): StoredMember | null {
      const found = selectMember.get(memberId)
      return found ? toMember(found) : null
    },
    role(planId: string, memberId: MemberId): Role | null {
      const role = selectRole.get(planId, memberId)?.role
      return isRole(role) ? role : null
    },
    putRole(planId: string, memberId: MemberId, role: Role, at: Instant): void {
      upsertRole.run(planId, memberId, role, at)
    },
    removeRole: (planId: string, memberId: MemberId): boolean => Number(deleteRole.run(planId, memberId).changes) > 0,
    inPlan: (planId: string): PlanMember[] => selectInPlan.all(planId).map(found => ({ ...toMember(found), role: toRole(found) })),
    neverSignedIn: (): NewcomerOfPlan[] => selectNeverSignedIn.all()
      .map(found => ({ ...toMember(found), role: toRole(found), planId: String(found.plan), planTitle: String(found.title) })),
    plansOf(memberId: MemberId): (StoredPlan & { role: Role })[] {
      return selectPlansOf.all(memberId).map(found => ({ ...toPlan(found), role: toRole(found) }))
    },
    addToken(hash: Uint8Array, memberId: MemberId, at: Instant): void {
      insertToken.run(hash, memberId, at)
    },
    beginSession(tokenHash: Uint8Array, hash: Uint8Array, at: Instant, expiresAt: Instant): StoredMember | null {
      const found = selectTokenMember.get(tokenHash)
      if (!found)
        return null
      const member = toMember(found)
      deleteExpired.run(at)
      insertSession.run(hash, member.memberId, at, expiresAt)
      return member
    },
    session(hash: Uint8Array, now: Instant): StoredSession | null {
      const found = selectSession.get(hash, now)
      return found ? { member: toMember(found), expiresAt: Number(found.expires_at) } : null
    },
    endSession(hash: Uint8Array): void {
      deleteSession.run(hash)
    },
    endAllOf(memberId: MemberId): void {
      deleteSessionsOf.run(memberId)
      deleteTokensOf.run(memberId)
    },
  }
}

const toMember = (found: Record<string, unknown>): StoredMember =>
  ({ memberId: String(found.id), name: String(found.name), organisation: String(found.organisation) })

function toRole(found: Record<string, unknown>): Role {
  if (!isRole(found.role))
    throw new Error(`no such role: ${String(found.role)}`)
  return found.role
}
