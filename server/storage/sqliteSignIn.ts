import type { DatabaseSync } from 'node:sqlite'
import type { NameRefusal } from '#shared/protocol/access.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { AccessNote, Arrival, Arrived, BegunIn, NewSession, StoredInvitation, StoredMember } from './people.ts'
import type { PutNote } from './sqliteAccessLog.ts'
import { openAddressTables } from './sqliteAddresses.ts'
import { openAskTables } from './sqliteAsks.ts'
import { openDeviceTables } from './sqliteDevices.ts'
import type { InvitationTables } from './sqliteInvitations.ts'
import { toMember, type MemberTables } from './sqliteMembers.ts'
import { openSessionTables } from './sqliteSessions.ts'

interface SignInParts { readonly members: MemberTables, readonly invitations: InvitationTables, readonly putNote: PutNote }
export type SignInTables = ReturnType<typeof openSignInTables>

/** Who comes in: by an address, an account elsewhere or an invitation; with the tables of what they come by. Synchronous; lives in the worker. */
export function openSignInTables(db: DatabaseSync, { members, invitations, putNote }: SignInParts) {
  const devices = openDeviceTables(db)
  const sessions = openSessionTables(db, { devices, putNote })
  const ofPlanId = '(SELECT id FROM plans WHERE number = deputies.plan)'
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

  function known({ email, identity }: Arrival): StoredMember | null {
    const found = identity && selectIdentity.get(identity.issuer, identity.subject)
    return found ? toMember(found) : email === null ? null : members.findByEmail(email)
  }

  /** An invitation that is held, where its address is the proven one, or theirs where none is, or nobody's where they have none (T82). */
  function held({ invitation, email }: Arrival, memberId: MemberId | null, at: Instant): StoredInvitation | null {
    const found = invitation ? invitations.invitation(invitation) : null
    const owner = found && members.findByEmail(found.email)
    const own = email ?? (memberId === null ? null : selectAddress.get(memberId)?.email)
    return found && invitations.isOpen(found, at) && (own ?? found.email) === found.email && (owner === null || owner.memberId === memberId)
      ? found
      : null
  }

  /** What somebody new is called: as they are told of, else by their own word, which is no other's in the plans they come to (T90). */
  const nameOf = (told: string, written: string, planIds: readonly string[]): { readonly name: string } | NameRefusal =>
    told !== '' ? { name: told } : written === '' ? 'name-needed' : members.isNameIn(planIds, written) ? 'name-taken' : { name: written }
  /** Somebody from before who has no name yet has to have one, as somebody new, where they come into a plan by this. */
  function namedFor(joining: readonly StoredInvitation[], before: StoredMember, told: string, written: string): StoredMember | NameRefusal {
    const [first] = joining
    if (before.name !== '' || !first)
      return before
    const named = nameOf(told || first.name, written, plansOf(joining))
    return typeof named === 'string' ? named : { ...before, ...named }
  }
  const plansOf = (taken: readonly StoredInvitation[]) => taken.map(({ planId }) => planId)

  function makeOf(arrival: Arrival, memberId: MemberId, at: Instant): StoredMember | NameRefusal | null {
    const { email, name, organisation, written = '' } = arrival
    const all = email === null ? [] : invitations.open(email, at)
    const invited = all[0] ?? held(arrival, null, at)
    if (!invited)
      return null
    const named = nameOf(name || invited.name, written, plansOf([invited, ...all]))
    if (typeof named === 'string')
      return named
    const member = { memberId, ...named, organisation: organisation ?? invited.organisation }
    members.addPerson({ ...member, email: email ?? invited.email, isProven: email !== null || invited.mail === 'sent' }, at)
    return member
  }

  /**
   * Of somebody who was here before: writes down what they have proven. At the first proof of their address, all that came before it may have
   * been another's who held a link: sessions, links, accounts and those who stand in end. At the first tie to an account the sessions do.
   * Whenever another might have come in as them, the browsers are forgotten.
   */
  function settle({ email, identity }: Arrival, memberId: MemberId, at: Instant): Pick<Arrived, 'isAnew' | 'deputies'> & { readonly isBound: boolean } {
    const had = selectAddress.get(memberId)
    const isFirstProof = email !== null && had?.email === email && had.email_proven_at === null
    const isBound = identity !== null && Number(insertIdentity.run(identity.issuer, identity.subject, memberId, at).changes) > 0
    if (email !== null && had?.email !== email && !members.findByEmail(email)) {
      updateAddress.run(email, at, memberId)
      devices.forgetDevicesOf(memberId)
      putNote({ at, event: 'address-changed', planId: null, by: memberId, about: memberId })
    }
    if (!isFirstProof && !isBound)
      return { isAnew: false, deputies: [], isBound }
    sessions.endSessionsOf(memberId)
    devices.forgetDevicesOf(memberId)
    putNote({ at, event: 'sessions-ended', planId: null, by: memberId, about: memberId })
    if (!isFirstProof)
      return { isAnew: true, deputies: [], isBound }
    updateProof.run(at, memberId)
    sessions.endWaysOf(memberId)
    deleteIdentitiesOf.run(memberId, identity?.issuer ?? '', identity?.subject ?? '')
    const deputies = endDeputiesOf.all(at, memberId).map(found =>
      ({ planId: String(found.plan_id), memberId: String(found.member), deputyId: String(found.deputy) }))
    for (const { planId, memberId: principal, deputyId } of deputies)
      putNote({ at, event: 'deputy-ended', planId, by: memberId, about: deputyId, facts: { for: principal } })
    return { isAnew: true, deputies, isBound }
  }

  /** What an account tells of somebody counts when it is first tied to them, and until they have a name. After that they set it right themselves. */
  function called(before: StoredMember, found: StoredMember, { name, organisation }: Arrival, isBound: boolean, at: Instant): StoredMember {
    const { memberId } = before
    const next = {
      ...found,
      name: (isBound || found.name === '' ? name : null) || found.name,
      organisation: (isBound ? organisation : null) ?? found.organisation,
    }
    if (next.name !== before.name || next.organisation !== before.organisation)
      members.call(before, next, { at, event: 'renamed', planId: null, by: memberId, about: memberId })
    return next
  }

  return {
    ...openAddressTables(db),
    ...openAskTables(db),
    ...sessions.operations,
    ...devices,
    knowDevice(device: Uint8Array, former: Uint8Array | null, memberId: MemberId, at: Instant, { hash, browser }: BegunIn): boolean {
      // Whoever was signed out meanwhile, or erased, has left nothing here.
      if (!sessions.isOf(hash, memberId))
        return false
      devices.knowDevice(device, former, memberId, at)
      if (browser)
        sessions.putBrowser(hash, browser)
      return true
    },
    hasProvenEmail: (memberId: MemberId): boolean => typeof selectAddress.get(memberId)?.email_proven_at === 'number',
    putAddress(memberId: MemberId, email: string, note: AccessNote): boolean {
      const owner = members.findByEmail(email)
      if (owner && owner.memberId !== memberId)
        return false
      updateAddress.run(email, note.at, memberId)
      sessions.endWaysOf(memberId)
      putNote(note)
      return true
    },
    isExpected: (email: string, now: Instant): boolean => members.findByEmail(email) !== null || invitations.open(email, now).length > 0,
    arrive(arrival: Arrival, newId: MemberId, session: NewSession): Arrived | NameRefusal | null {
      const before = known(arrival)
      const { identity, email, written = '' } = arrival
      const joining = email === null ? [] : invitations.open(email, session.at)
      const further = before ? held(arrival, before.memberId, session.at) : null
      const found = before ? namedFor(further ? [further, ...joining] : joining, before, arrival.name ?? '', written) : makeOf(arrival, newId, session.at)
      if (!found || typeof found === 'string')
        return found
      if (!before && identity)
        insertIdentity.run(identity.issuer, identity.subject, found.memberId, session.at)
      const { isBound, ...settled } = before ? settle(arrival, found.memberId, session.at) : { isAnew: false, deputies: [], isBound: false }
      const member = before ? called(before, found, arrival, isBound, session.at) : found
      sessions.begin(member, session)
      const invited = held(arrival, member.memberId, session.at)
      const taken = email === null ? [] : invitations.takeAllTo(email, member.memberId, session.at)
      const joined = [...new Set([...invited ? invitations.takeAllTo(invited.email, member.memberId, session.at, invited.id) : [], ...taken])]
      return { member, planId: invited?.planId ?? joined[0] ?? null, joined, ...settled }
    },
    takeInvitationsTo(email: string, memberId: MemberId, at: Instant, written: string, only?: string): string[] | NameRefusal {
      const before = members.findMember(memberId)
      const found = before && namedFor(invitations.open(email, at).filter(({ id }) => only === undefined || id === only), before, '', written)
      if (typeof found === 'string')
        return found
      if (before && found && found !== before)
        members.call(before, found, { at, event: 'renamed', planId: null, by: memberId, about: memberId })
      return invitations.takeAllTo(email, memberId, at, only)
    },
    takeInvitation(hash: Uint8Array, newId: MemberId, session: NewSession, written: string): Arrived | NameRefusal | null {
      const invitation = invitations.invitation(hash)
      if (!invitation || !invitations.isOpen(invitation, session.at) || members.findByEmail(invitation.email))
        return null
      const { organisation, email } = invitation
      const isMailed = invitation.mail === 'sent'
      const named = nameOf(invitation.name, written, plansOf(isMailed ? invitations.open(email, session.at) : [invitation]))
      if (typeof named === 'string')
        return named
      const member = { memberId: newId, ...named, organisation }
      // A link that came by mail proves the address it came to.
      members.addPerson({ ...member, email, isProven: isMailed }, session.at)
      sessions.begin(member, session)
      // A link that did not come by mail proves no address: those of other plans wait until one is proven.
      const joined = invitations.takeAllTo(email, newId, session.at, isMailed ? undefined : invitation.id)
      return { member, planId: invitation.planId, joined, isAnew: false, deputies: [] }
    },
  }
}
