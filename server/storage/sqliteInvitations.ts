import type { DatabaseSync } from 'node:sqlite'
import type { InvitationLine } from '#shared/protocol/access.ts'
import { roles } from '#shared/protocol/api.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { AccessNote, NewInvitation, StoredInvitation } from './people.ts'
import type { PutNote } from './sqliteAccessLog.ts'
import { toNumber, toText } from './columns.ts'
import { toGrant, type MemberTables } from './sqliteMembers.ts'

export type InvitationTables = ReturnType<typeof openInvitationTables>

/** The table of invitations. Synchronous; lives in the worker. */
export function openInvitationTables(db: DatabaseSync, { members, putNote }: { members: MemberTables, putNote: PutNote }) {
  const columns = `i.id, p.id AS plan, i.email, i.name, i.organisation, i.role, i.registers, i.until, i.hash, i.invited_by, i.at, i.expires_at,
    i.mail, i.taken_at, i.withdrawn_at FROM invitations i JOIN plans p ON p.number = i.plan`
  const isOpenStill = 'i.taken_at IS NULL AND i.withdrawn_at IS NULL'
  const insert = db.prepare(`
    INSERT INTO invitations (id, plan, email, name, organisation, role, registers, until, hash, invited_by, at, expires_at)
    VALUES (?, (SELECT number FROM plans WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const withdrawSame = db.prepare(`
    UPDATE invitations SET withdrawn_at = ? WHERE plan = (SELECT number FROM plans WHERE id = ?) AND email = ? AND taken_at IS NULL AND withdrawn_at IS NULL`)
  const countBy = db.prepare('SELECT count(*) AS n FROM invitations WHERE invited_by = ? AND at >= ?')
  const updateMail = db.prepare('UPDATE invitations SET mail = ? WHERE id = ?')
  const selectIn = db.prepare(`SELECT ${columns} WHERE p.id = ? AND ${isOpenStill} ORDER BY i.at, i.email`)
  const selectByHash = db.prepare(`SELECT ${columns} WHERE i.hash = ?`)
  const selectById = db.prepare(`SELECT ${columns} WHERE i.id = ? AND p.id = ? AND ${isOpenStill}`)
  const selectTo = db.prepare(`SELECT ${columns} WHERE i.email = ? AND ${isOpenStill} AND i.expires_at > ? AND p.set_aside_at IS NULL ORDER BY i.at DESC`)
  const renew = db.prepare('UPDATE invitations SET hash = ?, at = ?, expires_at = ?, mail = \'none\' WHERE id = ?')
  const withdraw = db.prepare('UPDATE invitations SET withdrawn_at = ? WHERE id = ?')
  const take = db.prepare('UPDATE invitations SET taken_at = ?, taken_by = ? WHERE id = ?')

  const open = (email: string, now: Instant): StoredInvitation[] => selectTo.all(email, now).map(toInvitation)

  /** Who has as much already keeps it; what they do for others is not theirs. */
  function join({ id, planId, role, registers, until, invitedBy }: StoredInvitation, memberId: MemberId, at: Instant): void {
    take.run(at, memberId, id)
    const own = members.grant(planId, memberId)
    if (!own || (own.until !== null && own.until <= at) || roles.indexOf(own.role) < roles.indexOf(role))
      members.putGrantAtOnce(planId, memberId, { role, registers, until }, at)
    putNote({ at, event: 'joined', planId, by: memberId, about: memberId, facts: { role, until, invitedBy } })
  }

  return {
    open,
    isOpen: ({ takenAt, withdrawnAt, expiresAt }: StoredInvitation, now: Instant) => takenAt === null && withdrawnAt === null && expiresAt > now,
    invite({ id, planId, email, name, organisation, role, registers, until, hash, invitedBy, at, expiresAt }: NewInvitation, note: AccessNote): void {
      withdrawSame.run(at, planId, email)
      insert.run(id, planId, email, name, organisation, role, registers && JSON.stringify(registers), until, hash, invitedBy, at, expiresAt)
      putNote(note)
    },
    countInvitedBy: (memberId: MemberId, since: Instant): number => Number(countBy.get(memberId, since)?.n),
    putInvitationMail(id: string, mail: InvitationLine['mail']): void {
      updateMail.run(mail, id)
    },
    invitationsIn: (planId: string): StoredInvitation[] => selectIn.all(planId).map(toInvitation),
    invitation(hash: Uint8Array): StoredInvitation | null {
      const found = selectByHash.get(hash)
      return found ? toInvitation(found) : null
    },
    renewInvitation(planId: string, id: string, hash: Uint8Array, at: Instant, expiresAt: Instant, note: AccessNote): StoredInvitation | null {
      const found = selectById.get(id, planId)
      if (!found)
        return null
      renew.run(hash, at, expiresAt, id)
      putNote(note)
      return { ...toInvitation(found), hash, at, expiresAt, mail: 'none' }
    },
    withdrawInvitation(planId: string, id: string, note: AccessNote): boolean {
      const isThere = selectById.get(id, planId) !== undefined
      if (isThere) {
        withdraw.run(note.at, id)
        putNote(note)
      }
      return isThere
    },
    /** Takes every open invitation to an address; the plans, that of the newest first. `only`: this one, and no other. */
    takeAllTo(email: string, memberId: MemberId, at: Instant, only?: string): string[] {
      const all = open(email, at).filter(({ id }) => only === undefined || id === only)
      all.forEach(invitation => join(invitation, memberId, at))
      return all.map(({ planId }) => planId)
    },
  }
}

const toInvitation = (found: Record<string, unknown>): StoredInvitation => ({
  ...toGrant(found),
  id: String(found.id), planId: String(found.plan), email: String(found.email), name: String(found.name), organisation: String(found.organisation),
  hash: found.hash as Uint8Array, invitedBy: toText(found.invited_by), at: Number(found.at), expiresAt: Number(found.expires_at),
  mail: found.mail === 'sent' || found.mail === 'failed' ? found.mail : 'none', takenAt: toNumber(found.taken_at), withdrawnAt: toNumber(found.withdrawn_at),
})
