import type { DatabaseSync } from 'node:sqlite'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { AccessNote, InvitationRenewal, InvitingBound, NewInvitation, Seen, StoredInvitation } from './people.ts'
import type { PutNote } from './sqliteAccessLog.ts'
import { toInvitation, toTogether } from './invitationRows.ts'
import type { MemberTables } from './sqliteMembers.ts'

export type InvitationTables = ReturnType<typeof openInvitationTables>

/** The table of invitations. Synchronous; lives in the worker. */
export function openInvitationTables(db: DatabaseSync, { members, putNote }: { members: MemberTables, putNote: PutNote }) {
  const columns = `i.id, p.id AS plan, i.email, i.name, i.organisation, i.role, i.registers, i.until, i.hash, i.invited_by, i.at, i.expires_at,
    i.mail, i.taken_at, i.withdrawn_at FROM invitations i JOIN plans p ON p.number = i.plan`
  const isOpenStill = 'i.taken_at IS NULL AND i.withdrawn_at IS NULL'
  const insert = db.prepare(`
    INSERT INTO invitations (id, plan, email, name, organisation, role, registers, until, hash, invited_by, at, expires_at, mail)
    VALUES (?, (SELECT number FROM plans WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const withdrawSame = db.prepare(`
    UPDATE invitations SET withdrawn_at = ? WHERE plan = (SELECT number FROM plans WHERE id = ?) AND email = ? AND taken_at IS NULL AND withdrawn_at IS NULL`)
  const countBy = db.prepare('SELECT count(*) AS n FROM invitations WHERE invited_by = ? AND at >= ?')
  const updateMail = db.prepare('UPDATE invitations SET mail = ? WHERE hash = ? AND mail = \'sending\'')
  const giveUpMail = db.prepare('UPDATE invitations SET mail = \'failed\' WHERE mail = \'sending\'')
  const selectIn = db.prepare(`SELECT ${columns} WHERE p.id = ? AND ${isOpenStill} ORDER BY i.at, i.email`)
  const selectByHash = db.prepare(`SELECT ${columns} WHERE i.hash = ?`)
  const selectById = db.prepare(`SELECT ${columns} WHERE i.id = ? AND p.id = ? AND ${isOpenStill}`)
  const selectTo = db.prepare(`SELECT ${columns} WHERE i.email = ? AND ${isOpenStill} AND i.expires_at > ? AND p.set_aside_at IS NULL ORDER BY i.at DESC`)
  const renew = db.prepare('UPDATE invitations SET hash = ?, at = ?, expires_at = ?, invited_by = ?, mail = ? WHERE id = ?')
  const withdraw = db.prepare('UPDATE invitations SET withdrawn_at = ? WHERE id = ?')
  const take = db.prepare('UPDATE invitations SET taken_at = ?, taken_by = ? WHERE id = ?')

  const open = (email: string, now: Instant): StoredInvitation[] => selectTo.all(email, now).map(toInvitation)

  const isTooMany = (memberId: MemberId, { since, most }: InvitingBound, more: number) => Number(countBy.get(memberId, since)?.n) + more > most
  const openIds = (planId: string, emails: readonly string[]) =>
    selectIn.all(planId).filter(({ email }) => emails.includes(String(email))).map(({ id }) => String(id))

  /** What they do for others is not theirs, and is no part of it. */
  function join({ id, planId, role, registers, until, invitedBy }: StoredInvitation, memberId: MemberId, at: Instant): void {
    take.run(at, memberId, id)
    const own = members.grant(planId, memberId)
    const together = own ? toTogether(own, { role, registers, until }) : { role, registers, until }
    if (together !== own)
      members.putGrantAtOnce(planId, memberId, together, at)
    putNote({ at, event: 'joined', planId, by: memberId, about: memberId, facts: { role, until, invitedBy } })
  }

  return {
    open,
    isOpen: ({ takenAt, withdrawnAt, expiresAt }: StoredInvitation, now: Instant) => takenAt === null && withdrawnAt === null && expiresAt > now,
    invite(
      invitations: readonly NewInvitation[], notes: readonly AccessNote[], bound: InvitingBound, replaced: readonly string[], seen: Seen,
    ): 'done' | 'too-many' | 'changed' {
      const [first] = invitations
      if (!first)
        return 'done'
      const isReplaced = openIds(first.planId, invitations.map(({ email }) => email)).every(id => replaced.includes(id))
      if (!isReplaced || !members.isAsSeen(first.planId, seen))
        return 'changed'
      if (first.invitedBy !== null && isTooMany(first.invitedBy, bound, invitations.length))
        return 'too-many'
      for (const { id, planId, email, name, organisation, role, registers, until, hash, invitedBy, at, expiresAt, mail } of invitations) {
        withdrawSame.run(at, planId, email)
        insert.run(id, planId, email, name, organisation, role, registers && JSON.stringify(registers), until, hash, invitedBy, at, expiresAt, mail)
      }
      notes.forEach(putNote)
      return 'done'
    },
    putInvitationMail(hash: Uint8Array, mail: 'sent' | 'failed'): void {
      updateMail.run(mail, hash)
    },
    giveUpInvitationMail(): void {
      giveUpMail.run()
    },
    invitationsIn: (planId: string): StoredInvitation[] => selectIn.all(planId).map(toInvitation),
    invitation(hash: Uint8Array): StoredInvitation | null {
      const found = selectByHash.get(hash)
      return found ? toInvitation(found) : null
    },
    renewInvitation(
      { planId, id, hash, at, expiresAt, invitedBy, mail }: InvitationRenewal, note: AccessNote, bound: InvitingBound, seen: Seen,
    ): StoredInvitation | 'not-there' | 'too-many' | 'changed' {
      const found = selectById.get(id, planId)
      if (!found)
        return 'not-there'
      if (!members.isAsSeen(planId, seen))
        return 'changed'
      if (isTooMany(invitedBy, bound, 1))
        return 'too-many'
      renew.run(hash, at, expiresAt, invitedBy, mail, id)
      putNote(note)
      return { ...toInvitation(found), hash, at, expiresAt, invitedBy, mail }
    },
    withdrawInvitation(planId: string, id: string, note: AccessNote, seen: Seen): boolean | 'changed' {
      if (!members.isAsSeen(planId, seen))
        return 'changed'
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
