import { timingSafeEqual } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { waysIn } from '#shared/protocol/access.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { AccessNote, AskOutcome, Arrival, Arrived, NewSession, SessionOfMember, SignInAsk, StoredMember, StoredSession } from './people.ts'
import type { PutNote } from './sqliteAccessLog.ts'
import type { InvitationTables } from './sqliteInvitations.ts'
import { toMember, type MemberTables } from './sqliteMembers.ts'

interface SignInParts { readonly members: MemberTables, readonly invitations: InvitationTables, readonly putNote: PutNote }
export type SignInTables = ReturnType<typeof openSignInTables>

/** The tables of sign-in links, of codes that were asked for, of accounts elsewhere, and of sessions. Synchronous; lives in the worker. */
export function openSignInTables(db: DatabaseSync, { members, invitations, putNote }: SignInParts) {
  const insertToken = db.prepare('INSERT INTO sign_in_tokens (hash, member, created_at) VALUES (?, ?, ?)')
  const selectTokenMember = db.prepare(`
    SELECT m.id, m.name, m.organisation FROM sign_in_tokens t JOIN members m ON m.id = t.member WHERE t.hash = ?`)
  const insertSession = db.prepare('INSERT INTO sessions (hash, member, way, created_at, expires_at) VALUES (?, ?, ?, ?, ?)')
  const selectSession = db.prepare(`
    SELECT m.id, m.name, m.organisation, s.expires_at FROM sessions s JOIN members m ON m.id = s.member
    WHERE s.hash = ? AND s.expires_at > ?`)
  const selectSessionsOf = db.prepare('SELECT hash, way, created_at, expires_at FROM sessions WHERE member = ? AND expires_at > ? ORDER BY created_at DESC')
  const deleteSession = db.prepare('DELETE FROM sessions WHERE hash = ?')
  const deleteExpired = db.prepare('DELETE FROM sessions WHERE expires_at <= ?')
  const deleteSessionsOf = db.prepare('DELETE FROM sessions WHERE member = ?')
  const deleteTokensOf = db.prepare('DELETE FROM sign_in_tokens WHERE member = ?')
  const deleteOldAsks = db.prepare('DELETE FROM sign_in_asks WHERE expires_at <= ? - 3600000')
  const upsertAsk = db.prepare(`
    INSERT OR REPLACE INTO sign_in_asks (device, email, code_hash, link_hash, tries, at, expires_at) VALUES (?, ?, ?, ?, 0, ?, ?)`)
  const selectAsk = db.prepare('SELECT device, email, code_hash, tries, expires_at FROM sign_in_asks WHERE device = ?')
  const selectAskByLink = db.prepare('SELECT device, email, expires_at FROM sign_in_asks WHERE link_hash = ?')
  const countTry = db.prepare('UPDATE sign_in_asks SET tries = tries + 1 WHERE device = ?')
  const deleteAsk = db.prepare('DELETE FROM sign_in_asks WHERE device = ?')
  const selectIdentity = db.prepare(`
    SELECT m.id, m.name, m.organisation FROM identities i JOIN members m ON m.id = i.member WHERE i.issuer = ? AND i.subject = ?`)
  const insertIdentity = db.prepare('INSERT OR IGNORE INTO identities (issuer, subject, member, since) VALUES (?, ?, ?, ?)')
  const updateMember = db.prepare('UPDATE members SET name = coalesce(?, name), organisation = coalesce(?, organisation) WHERE id = ?')

  function begin({ memberId }: StoredMember, { hash, way, at, expiresAt }: NewSession): void {
    deleteExpired.run(at)
    insertSession.run(hash, memberId, way, at, expiresAt)
    putNote({ at, event: 'signed-in', planId: null, by: memberId, about: memberId, facts: { way } })
  }

  function known({ email, identity }: Arrival): StoredMember | null {
    const found = identity && selectIdentity.get(identity.issuer, identity.subject)
    return found ? toMember(found) : email === null ? null : members.findByEmail(email)
  }

  function makeOf({ email, name, organisation }: Arrival, memberId: MemberId, at: Instant): StoredMember | null {
    const invited = email === null ? null : invitations.open(email, at)[0]
    if (!invited)
      return null
    const member = { memberId, name: name ?? invited.name, organisation: organisation ?? invited.organisation }
    members.addPerson({ ...member, email }, at)
    return member
  }

  return {
    addToken(hash: Uint8Array, memberId: MemberId, at: Instant): void {
      insertToken.run(hash, memberId, at)
    },
    beginSession(tokenHash: Uint8Array, session: NewSession): StoredMember | null {
      const found = selectTokenMember.get(tokenHash)
      if (!found)
        return null
      begin(toMember(found), session)
      return toMember(found)
    },
    session(hash: Uint8Array, now: Instant): StoredSession | null {
      const found = selectSession.get(hash, now)
      return found ? { member: toMember(found), expiresAt: Number(found.expires_at) } : null
    },
    stands: (hash: Uint8Array, now: Instant): boolean => selectSession.get(hash, now) !== undefined,
    sessionsOf: (memberId: MemberId, now: Instant): SessionOfMember[] => selectSessionsOf.all(memberId, now).map(found => ({
      hash: found.hash as Uint8Array, way: waysIn.find(way => way === found.way) ?? 'printed-link', at: Number(found.created_at), expiresAt: Number(found.expires_at),
    })),
    endSession(hash: Uint8Array, note: AccessNote): void {
      deleteSession.run(hash)
      putNote(note)
    },
    endAllOf(memberId: MemberId, note: AccessNote): void {
      deleteSessionsOf.run(memberId)
      deleteTokensOf.run(memberId)
      putNote(note)
    },
    ask({ device, email, codeHash, linkHash, at, expiresAt }: SignInAsk): void {
      deleteOldAsks.run(at)
      upsertAsk.run(device, email, codeHash, linkHash, at, expiresAt)
    },
    asked(device: Uint8Array): string | null {
      const found = selectAsk.get(device)
      return found ? String(found.email) : null
    },
    tryCode(device: Uint8Array, codeHash: Uint8Array, now: Instant, mostTries: number): AskOutcome {
      const found = selectAsk.get(device)
      if (!found)
        return { state: 'none' }
      if (Number(found.expires_at) <= now)
        return { state: 'expired' }
      if (Number(found.tries) >= mostTries)
        return { state: 'used-up' }
      const isRight = timingSafeEqual(found.code_hash as Uint8Array, codeHash)
      ;(isRight ? deleteAsk : countTry).run(device)
      return { state: isRight ? 'right' : 'wrong', email: String(found.email) }
    },
    tryLink(device: Uint8Array | null, linkHash: Uint8Array, now: Instant): AskOutcome {
      const found = selectAskByLink.get(linkHash)
      if (!found)
        return { state: 'none' }
      if (Number(found.expires_at) <= now)
        return { state: 'expired' }
      const asked = found.device as Uint8Array
      if (!device || !timingSafeEqual(asked, device))
        return { state: 'other-device' }
      deleteAsk.run(asked)
      return { state: 'right', email: String(found.email) }
    },
    isExpected: (email: string, now: Instant): boolean => members.findByEmail(email) !== null || invitations.open(email, now).length > 0,
    arrive(arrival: Arrival, newId: MemberId, session: NewSession): Arrived | null {
      const found = known(arrival) ?? makeOf(arrival, newId, session.at)
      if (!found)
        return null
      const { identity, name, organisation, email } = arrival
      // Whoever had come in under this address before the account vouched for it comes in anew.
      const isBound = identity !== null && Number(insertIdentity.run(identity.issuer, identity.subject, found.memberId, session.at).changes) > 0
      if (isBound)
        deleteSessionsOf.run(found.memberId)
      updateMember.run(name, organisation, found.memberId)
      const member = { ...found, name: name ?? found.name, organisation: organisation ?? found.organisation }
      begin(member, session)
      const joined = email === null ? [] : invitations.takeAllTo(email, member.memberId, session.at)
      return { member, planId: joined[0] ?? null, joined, isBound }
    },
    takeInvitationsTo: (email: string, memberId: MemberId, at: Instant, only?: string): string[] => invitations.takeAllTo(email, memberId, at, only),
    takeInvitation(hash: Uint8Array, newId: MemberId, session: NewSession): Arrived | null {
      const invitation = invitations.invitation(hash)
      if (!invitation || !invitations.isOpen(invitation, session.at) || members.findByEmail(invitation.email))
        return null
      const { name, organisation, email } = invitation
      const member = { memberId: newId, name, organisation }
      members.addPerson({ ...member, email }, session.at)
      begin(member, session)
      // A link that did not come by mail proves no address: those of other plans wait until one is proven.
      const joined = invitations.takeAllTo(email, newId, session.at, invitation.mail === 'sent' ? undefined : invitation.id)
      return { member, planId: invitation.planId, joined, isBound: false }
    },
  }
}
