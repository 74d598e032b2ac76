import type { DatabaseSync } from 'node:sqlite'
import type { Contact } from '#shared/protocol/access.ts'
import { isOffice } from '#shared/protocol/access.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { AccessNote, DeputyInPlan, MemberWithAddress, PersonKept, StoredNote } from './people.ts'
import type { PutNote } from './sqliteAccessLog.ts'
import { toNumber, toText } from './columns.ts'
import { toGrant, toMember, type MemberTables } from './sqliteMembers.ts'
import { toBegun } from './sqliteSessions.ts'

interface PeopleParts { readonly members: MemberTables, readonly putNote: PutNote, readonly accessLogOf: (memberId: MemberId) => StoredNote[] }

/** Contacts of plans, and all that is kept of one person. Synchronous; lives in the worker. */
export function openPeopleTables(db: DatabaseSync, { members, putNote, accessLogOf }: PeopleParts) {
  const ofPlan = '(SELECT number FROM plans WHERE id = ?)'
  const selectContacts = db.prepare(`
    SELECT id, name, organisation, position, email, from_day, until_day FROM contacts WHERE plan = ${ofPlan} ORDER BY organisation, name, id`)
  const upsertContact = db.prepare(`
    INSERT INTO contacts (id, plan, name, organisation, position, email, from_day, until_day) VALUES (?, ${ofPlan}, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, organisation = excluded.organisation, position = excluded.position, email = excluded.email,
      from_day = excluded.from_day, until_day = excluded.until_day WHERE plan = excluded.plan`)
  const deleteContact = db.prepare(`DELETE FROM contacts WHERE plan = ${ofPlan} AND id = ?`)
  const all = (sql: string) => {
    const query = db.prepare(sql)
    return (...values: string[]) => query.all(...values)
  }
  const selectPerson = db.prepare('SELECT id, name, organisation, email, created_at FROM members WHERE id = ? AND erased_at IS NULL')
  const officesOf = all('SELECT office, since FROM offices WHERE member = ? ORDER BY since')
  const grantsOf = all(`
    SELECT p.id AS plan, p.title, s.role, s.registers, s.until, s.since, s.seen_at FROM memberships s JOIN plans p ON p.number = s.plan
    WHERE s.member = ? ORDER BY s.since`)
  const deputiesOf = all(`
    SELECT d.id, p.id AS plan, d.member, d.deputy, d.from_at, d.until FROM deputies d JOIN plans p ON p.number = d.plan
    WHERE d.member = ?1 OR d.deputy = ?1 ORDER BY d.from_at`)
  const sessionsOf = all('SELECT way, created_at, expires_at, browser FROM sessions WHERE member = ? ORDER BY created_at')
  const identitiesOf = all('SELECT issuer, subject, since FROM identities WHERE member = ? ORDER BY since')
  const devicesOf = all('SELECT since, used_at FROM known_devices WHERE member = ? ORDER BY since')
  const invitationsOf = all(`
    SELECT p.id AS plan, i.email, i.name, i.organisation, i.at FROM invitations i JOIN plans p ON p.number = i.plan
    WHERE i.taken_by = ?1 OR i.email = (SELECT email FROM members WHERE id = ?1) ORDER BY i.at`)
  const contactsOf = all(`
    SELECT p.id AS plan, c.id, c.name, c.organisation, c.position, c.email, c.from_day, c.until_day FROM contacts c JOIN plans p ON p.number = c.plan
    WHERE c.email = (SELECT email FROM members WHERE id = ?1) ORDER BY c.id`)
  const changesOf = all(`
    SELECT p.id AS plan, c.register, c.row, c.field, c.begun_at, c.ended_at FROM changes c JOIN plans p ON p.number = c.plan
    WHERE c.member = ? ORDER BY c.number`)
  const forgettings = [
    'DELETE FROM contacts WHERE email = (SELECT email FROM members WHERE id = ?1)',
    'DELETE FROM sign_in_asks WHERE email = (SELECT email FROM members WHERE id = ?1)',
    'DELETE FROM invitations WHERE taken_by = ?1 OR email = (SELECT email FROM members WHERE id = ?1)',
    'DELETE FROM deputies WHERE member = ?1 OR deputy = ?1', 'DELETE FROM offices WHERE member = ?1', 'DELETE FROM identities WHERE member = ?1',
    'DELETE FROM known_devices WHERE member = ?1', 'DELETE FROM sessions WHERE member = ?1', 'DELETE FROM sign_in_tokens WHERE member = ?1', 'DELETE FROM memberships WHERE member = ?1',
  ].map(sql => db.prepare(sql))
  const withdrawAllBy = db.prepare(`
    UPDATE invitations SET withdrawn_at = ? WHERE invited_by = ? AND taken_at IS NULL AND withdrawn_at IS NULL
    RETURNING id, (SELECT id FROM plans WHERE number = invitations.plan) AS plan_id`)
  const putWipeDue = db.prepare('UPDATE wipe SET due = 1')
  const blank = db.prepare('UPDATE members SET name = \'\', organisation = \'\', email = NULL, erased_at = ? WHERE id = ?')

  function findWithAddress(memberId: MemberId): MemberWithAddress | null {
    const found = selectPerson.get(memberId)
    return found ? { ...toMember(found), email: toText(found.email), since: Number(found.created_at) } : null
  }
  const deputiesWith = (memberId: MemberId): DeputyInPlan[] => deputiesOf(memberId).map(one => ({
    id: String(one.id), planId: String(one.plan), memberId: String(one.member), deputyId: String(one.deputy),
    from: Number(one.from_at), until: Number(one.until),
  }))

  return {
    findWithAddress,
    deputiesWith,
    contacts: (planId: string): Contact[] => selectContacts.all(planId).map(toContact),
    putContact(planId: string, { id, name, organisationId, position, email, from, until }: Contact, note: AccessNote): void {
      upsertContact.run(id, planId, name, organisationId, position, email, from, until)
      putNote(note)
    },
    removeContact(planId: string, id: string, note: AccessNote): boolean {
      const wasThere = Number(deleteContact.run(planId, id).changes) > 0
      if (wasThere)
        putNote(note)
      return wasThere
    },
    personKept(memberId: MemberId): PersonKept | null {
      const member = findWithAddress(memberId)
      return member ? {
        member,
        offices: officesOf(memberId).flatMap(({ office, since }) => isOffice(office) ? [{ office, since: Number(since) }] : []),
        plans: grantsOf(memberId).map(one => ({
          ...toGrant(one), planId: String(one.plan), title: String(one.title), since: Number(one.since), seenAt: toNumber(one.seen_at),
        })),
        deputies: deputiesWith(memberId),
        sessions: sessionsOf(memberId).map(toBegun),
        identities: identitiesOf(memberId).map(one => ({ issuer: String(one.issuer), subject: String(one.subject), since: Number(one.since) })),
        devices: devicesOf(memberId).map(one => ({ since: Number(one.since), usedAt: Number(one.used_at) })),
        invitations: invitationsOf(memberId).map(one => ({
          planId: String(one.plan), email: String(one.email), name: String(one.name), organisation: String(one.organisation), at: Number(one.at),
        })),
        contacts: contactsOf(memberId).map(one => ({ ...toContact(one), planId: String(one.plan) })),
        accessLog: accessLogOf(memberId),
        changes: changesOf(memberId).map(one => ({
          planId: String(one.plan), register: String(one.register), row: String(one.row), field: String(one.field),
          from: Number(one.begun_at), until: Number(one.ended_at),
        })),
      } : null
    },
    erase(memberId: MemberId, at: Instant, note: AccessNote): { plans: string[] } | 'last-owner' | 'not-there' {
      if (!selectPerson.get(memberId))
        return 'not-there'
      const plans = grantsOf(memberId).map(({ plan }) => String(plan))
      if (plans.some(planId => members.isLastOwner(planId, memberId)))
        return 'last-owner'
      forgettings.forEach(forget => forget.run(memberId))
      blank.run(at, memberId)
      putWipeDue.run()
      putNote(note)
      for (const { id, plan_id: planId } of withdrawAllBy.all(at, memberId))
        putNote({ at, event: 'invitation-withdrawn', planId: String(planId), by: note.by, about: null, facts: { invitation: String(id) } })
      return { plans }
    },
  }
}

const toContact = (found: Record<string, unknown>): Contact => ({
  id: String(found.id), name: String(found.name), organisationId: String(found.organisation), position: String(found.position),
  email: toText(found.email), from: toText(found.from_day), until: toText(found.until_day),
})
