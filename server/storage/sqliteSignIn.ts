import { timingSafeEqual } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { waysIn } from '#shared/protocol/access.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { AccessNote, AskOutcome, Arrival, Arrived, NewSession, SessionOfMember, SignInAsk, StoredInvitation, StoredMember, StoredSession } from './people.ts'
import type { PutNote } from './sqliteAccessLog.ts'
import type { InvitationTables } from './sqliteInvitations.ts'
import { toMember, type MemberTables } from './sqliteMembers.ts'

interface SignInParts { readonly members: MemberTables, readonly invitations: InvitationTables, readonly putNote: PutNote }
export type SignInTables = ReturnType<typeof openSignInTables>

/** The tables of sign-in links, of codes that were asked for, of accounts elsewhere, and of sessions. Synchronous; lives in the worker. */
export function openSignInTables(db: DatabaseSync, { members, invitations, putNote }: SignInParts) {
  const insertToken = db.prepare('INSERT INTO sign_in_tokens (hash, member, created_at) VALUES (?, ?, ?)')
  const ofPlanId = '(SELECT id FROM plans WHERE number = deputies.plan)'
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
  const deleteIdentitiesOf = db.prepare('DELETE FROM identities WHERE member = ? AND NOT (issuer = ? AND subject = ?)')
  const selectAddress = db.prepare('SELECT email, email_proven_at FROM members WHERE id = ?')
  const updateProof = db.prepare('UPDATE members SET email_proven_at = ? WHERE id = ?')
  const updateAddress = db.prepare('UPDATE members SET email = ?, email_proven_at = ? WHERE id = ?')
  // What they did for others, and others for them, until now stays told.
  const endDeputiesOf = db.prepare(`
    UPDATE deputies SET until = max(from_at, ?1) WHERE (member = ?2 OR deputy = ?2) AND until > ?1
    RETURNING member, deputy, ${ofPlanId} AS plan_id`)
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

  /** An invitation that is held, where its address is not somebody else's. */
  function held({ invitation }: Arrival, memberId: MemberId | null, at: Instant): StoredInvitation | null {
    const found = invitation ? invitations.invitation(invitation) : null
    const owner = found && members.findByEmail(found.email)
    return found && invitations.isOpen(found, at) && (owner === null || owner.memberId === memberId) ? found : null
  }

  function makeOf(arrival: Arrival, memberId: MemberId, at: Instant): StoredMember | null {
    const { email, name, organisation } = arrival
    const invited = (email === null ? null : invitations.open(email, at)[0]) ?? held(arrival, null, at)
    if (!invited)
      return null
    const member = { memberId, name: name ?? invited.name, organisation: organisation ?? invited.organisation }
    members.addPerson({ ...member, email: email ?? invited.email, isProven: email !== null || invited.mail === 'sent' }, at)
    return member
  }

  /**
   * Of somebody who was here before: writes down what they have proven. At the first proof of their address, all that came before it may have
   * been another's who held a link: sessions, links, accounts and those who stand in end. At the first tie to an account the sessions do.
   */
  function settle({ email, identity }: Arrival, memberId: MemberId, at: Instant): Pick<Arrived, 'isAnew' | 'deputies'> {
    const had = selectAddress.get(memberId)
    const isFirstProof = email !== null && had?.email === email && had.email_proven_at === null
    const isBound = identity !== null && Number(insertIdentity.run(identity.issuer, identity.subject, memberId, at).changes) > 0
    if (email !== null && had?.email !== email && !members.findByEmail(email))
      updateAddress.run(email, at, memberId)
    if (!isFirstProof && !isBound)
      return { isAnew: false, deputies: [] }
    deleteSessionsOf.run(memberId)
    putNote({ at, event: 'sessions-ended', planId: null, by: memberId, about: memberId })
    if (!isFirstProof)
      return { isAnew: true, deputies: [] }
    updateProof.run(at, memberId)
    deleteTokensOf.run(memberId)
    deleteIdentitiesOf.run(memberId, identity?.issuer ?? '', identity?.subject ?? '')
    const deputies = endDeputiesOf.all(at, memberId).map(found =>
      ({ planId: String(found.plan_id), memberId: String(found.member), deputyId: String(found.deputy) }))
    for (const { planId, memberId: principal, deputyId } of deputies)
      putNote({ at, event: 'deputy-ended', planId, by: memberId, about: deputyId, facts: { for: principal } })
    return { isAnew: true, deputies }
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
    tokenMember(hash: Uint8Array): StoredMember | null {
      const found = selectTokenMember.get(hash)
      return found ? toMember(found) : null
    },
    hasProvenEmail: (memberId: MemberId): boolean => typeof selectAddress.get(memberId)?.email_proven_at === 'number',
    putAddress(memberId: MemberId, email: string, note: AccessNote): boolean {
      const owner = members.findByEmail(email)
      if (owner && owner.memberId !== memberId)
        return false
      updateAddress.run(email, note.at, memberId)
      deleteSessionsOf.run(memberId)
      deleteTokensOf.run(memberId)
      putNote(note)
      return true
    },
    stands: (hash: Uint8Array, now: Instant): boolean => selectSession.get(hash, now) !== undefined,
    sessionsOf: (memberId: MemberId, now: Instant): SessionOfMember[] => selectSessionsOf.all(memberId, now).map(found => ({
      hash: found.hash as Uint8Array, way: waysIn.find(way => way === found.way) ?? 'printed-link',
      at: Number(found.created_at), expiresAt: Number(found.expires_at),
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
      const before = known(arrival)
      const found = before ?? makeOf(arrival, newId, session.at)
      if (!found)
        return null
      const { identity, name, organisation, email } = arrival
      if (!before && identity)
        insertIdentity.run(identity.issuer, identity.subject, found.memberId, session.at)
      const settled = before ? settle(arrival, found.memberId, session.at) : { isAnew: false, deputies: [] }
      updateMember.run(name, organisation, found.memberId)
      const member = { ...found, name: name ?? found.name, organisation: organisation ?? found.organisation }
      begin(member, session)
      const invited = held(arrival, member.memberId, session.at)
      const taken = email === null ? [] : invitations.takeAllTo(email, member.memberId, session.at)
      const joined = [...new Set([...invited ? invitations.takeAllTo(invited.email, member.memberId, session.at, invited.id) : [], ...taken])]
      return { member, planId: invited?.planId ?? joined[0] ?? null, joined, ...settled }
    },
    takeInvitationsTo: (email: string, memberId: MemberId, at: Instant, only?: string): string[] => invitations.takeAllTo(email, memberId, at, only),
    takeInvitation(hash: Uint8Array, newId: MemberId, session: NewSession): Arrived | null {
      const invitation = invitations.invitation(hash)
      if (!invitation || !invitations.isOpen(invitation, session.at) || members.findByEmail(invitation.email))
        return null
      const { name, organisation, email } = invitation
      const member = { memberId: newId, name, organisation }
      // A link that came by mail proves the address it came to.
      members.addPerson({ ...member, email, isProven: invitation.mail === 'sent' }, session.at)
      begin(member, session)
      // A link that did not come by mail proves no address: those of other plans wait until one is proven.
      const joined = invitations.takeAllTo(email, newId, session.at, invitation.mail === 'sent' ? undefined : invitation.id)
      return { member, planId: invitation.planId, joined, isAnew: false, deputies: [] }
    },
  }
}
