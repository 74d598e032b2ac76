import type { Right } from '#shared/protocol/access.ts'
import type { DatabaseSync } from 'node:sqlite'
import { isOffice, type Deputy, type Grant, type Office } from '#shared/protocol/access.ts'
import { isRole, type Role } from '#shared/protocol/api.ts'
import { covers, toHeld, type GrantForAnother, type HeldGrant } from '#shared/protocol/grants.ts'
import { isRegisterName } from '#shared/plan/registers.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import { areOneName } from '#shared/rules/names.ts'
import type { AccessNote, Newcomer, NewcomerOfPlan, PlanMember, PutOutcome, RightInPlan, Seen, StoredMember } from './people.ts'
import type { PutNote } from './sqliteAccessLog.ts'
import { toNumber, toText } from './columns.ts'
import { toRight } from './rights.ts'
import { toPlan } from './sqlitePlans.ts'

export type MemberTables = ReturnType<typeof openMemberTables>
type Found = Record<string, unknown>

/** The tables of members, and of what they may do. Synchronous; lives in the worker. */
export function openMemberTables(db: DatabaseSync, putNote: PutNote) {
  const insertMember = db.prepare('INSERT INTO members (id, name, organisation, email, email_proven_at, created_at) VALUES (?, ?, ?, ?, ?, ?)')
  const selectMember = db.prepare('SELECT id, name, organisation FROM members WHERE id = ? AND erased_at IS NULL')
  const selectByEmail = db.prepare('SELECT id, name, organisation FROM members WHERE email = ?')
  const updateName = db.prepare('UPDATE members SET name = ?, organisation = ? WHERE id = ?')
  const selectNamesAround = db.prepare(`
    SELECT DISTINCT m.name FROM memberships own JOIN memberships s ON s.plan = own.plan AND s.member <> own.member JOIN members m ON m.id = s.member
    WHERE own.member = ?1`)
  const ofPlan = '(SELECT number FROM plans WHERE id = ?)'
  const selectPlan = db.prepare('SELECT 1 FROM plans WHERE id = ? AND set_aside_at IS NULL')
  const selectGrant = db.prepare(`SELECT role, registers, until FROM memberships WHERE plan = ${ofPlan} AND member = ?`)
  const upsertGrant = db.prepare(`
    INSERT INTO memberships (plan, member, role, registers, until, since) VALUES (${ofPlan}, ?, ?, ?, ?, ?)
    ON CONFLICT (plan, member) DO UPDATE SET role = excluded.role, registers = excluded.registers, until = excluded.until`)
  const deleteGrant = db.prepare(`DELETE FROM memberships WHERE plan = ${ofPlan} AND member = ?`)
  const selectOtherOwner = db.prepare(`SELECT 1 FROM memberships WHERE plan = ${ofPlan} AND member <> ? AND role = 'owner' AND until IS NULL LIMIT 1`)
  const selectInPlan = db.prepare(`
    SELECT m.id, m.name, m.organisation, m.email, s.role, s.registers, s.until, s.seen_at FROM memberships s JOIN members m ON m.id = s.member
    WHERE s.plan = ${ofPlan} ORDER BY s.since, m.name`)
  const updateSeen = db.prepare(`UPDATE memberships SET seen_at = ? WHERE plan = ${ofPlan} AND member = ?`)
  const insertDeputy = db.prepare(`INSERT INTO deputies (id, plan, member, deputy, from_at, until) VALUES (?, ${ofPlan}, ?, ?, ?, ?)`)
  const selectOverlapping = db.prepare(`
    SELECT 1 FROM deputies WHERE plan = ${ofPlan} AND member = ? AND deputy = ? AND from_at < ? AND until > ? LIMIT 1`)
  const selectDeputies = db.prepare(`SELECT id, member, deputy, from_at, until FROM deputies WHERE plan = ${ofPlan} ORDER BY from_at, id`)
  const updateDeputyEnd = db.prepare(`
    UPDATE deputies SET until = max(from_at, ?1) WHERE id = ?2 AND plan = (SELECT number FROM plans WHERE id = ?3) AND until > ?1
    RETURNING id, member, deputy, from_at, until`)
  const endDeputiesOf = db.prepare(`
    UPDATE deputies SET until = max(from_at, ?1)
    WHERE plan = (SELECT number FROM plans WHERE id = ?2) AND (member = ?3 OR deputy = ?3) AND until > ?1`)
  const selectActedFor = db.prepare(`
    SELECT d.member, d.from_at, d.until, s.role, s.registers, s.until AS grant_until
    FROM deputies d JOIN memberships s ON s.plan = d.plan AND s.member = d.member
    WHERE d.plan = ${ofPlan} AND d.deputy = ? AND d.until > ?`)
  const selectInvitedBy = db.prepare(`
    SELECT id, role, registers, until FROM invitations WHERE plan = ${ofPlan} AND invited_by = ? AND taken_at IS NULL AND withdrawn_at IS NULL ORDER BY at`)
  const selectInvitedTo = db.prepare(`
    SELECT id FROM invitations WHERE plan = ${ofPlan} AND email = (SELECT email FROM members WHERE id = ?) AND taken_at IS NULL AND withdrawn_at IS NULL`)
  const withdraw = db.prepare('UPDATE invitations SET withdrawn_at = ? WHERE id = ?')
  const selectOffices = db.prepare('SELECT office FROM offices WHERE member = ? ORDER BY since')
  const insertOffice = db.prepare('INSERT OR IGNORE INTO offices (member, office, since) VALUES (?, ?, ?)')
  const deleteOffice = db.prepare('DELETE FROM offices WHERE member = ? AND office = ?')
  const selectNeverSignedIn = db.prepare(`
    SELECT p.id AS plan, p.title, m.id, m.name, m.organisation, s.role
    FROM memberships s JOIN plans p ON p.number = s.plan JOIN members m ON m.id = s.member
    WHERE p.made_by IS NULL AND p.set_aside_at IS NULL AND s.since = p.created_at AND EXISTS (SELECT 1 FROM sign_in_tokens t WHERE t.member = m.id) AND NOT EXISTS (SELECT 1 FROM sessions)
      AND NOT EXISTS (SELECT 1 FROM epochs)
    ORDER BY p.number, m.name`)
  const selectPlansOf = db.prepare(`
    SELECT id, region, reform, epoch, created_at, title, period FROM plans
    WHERE set_aside_at IS NULL AND (
      number IN (SELECT plan FROM memberships WHERE member = ?1) OR number IN (SELECT plan FROM deputies WHERE deputy = ?1 AND until > ?2)
      OR EXISTS (SELECT 1 FROM offices WHERE member = ?1 AND office = 'national-reader'))
    ORDER BY number DESC`)
  const selectGrantsOf = db.prepare(`
    SELECT p.id AS plan, s.role, s.registers, s.until FROM memberships s JOIN plans p ON p.number = s.plan WHERE s.member = ?`)
  const selectActedForAnywhere = db.prepare(`
    SELECT p.id AS plan, d.member, d.from_at, d.until, s.role, s.registers, s.until AS grant_until
    FROM deputies d JOIN memberships s ON s.plan = d.plan AND s.member = d.member JOIN plans p ON p.number = d.plan
    WHERE d.deputy = ? AND d.until > ?`)
  const selectAdministered = db.prepare(`
    SELECT p.id, p.title, p.region, (SELECT count(*) FROM memberships s WHERE s.plan = p.number) AS members
    FROM plans p WHERE p.set_aside_at IS NULL ORDER BY p.number DESC`)

  const grantOf = (planId: string, memberId: MemberId): Grant | null => {
    const found = selectGrant.get(planId, memberId)
    return found ? toGrant(found) : null
  }
  const officesOf = (memberId: MemberId): Office[] => selectOffices.all(memberId).map(({ office }) => office).filter(isOffice)

  const actedFor = (planId: string, memberId: MemberId, now: Instant) => selectActedFor.all(planId, memberId, now).map(toGrantForAnother)

  function right(planId: string, memberId: MemberId, now: Instant): Right | null {
    if (!selectPlan.get(planId))
      return null
    return toRight(grantOf(planId, memberId), actedFor(planId, memberId, now), officesOf(memberId), now)
  }

  const held = (planId: string, memberId: MemberId, now: Instant): HeldGrant[] =>
    toHeld(grantOf(planId, memberId), actedFor(planId, memberId, now), now)

  /** Whether all of it is still as it was read; each was made here, so that the same is written the same. */
  function isAsSeen(planId: string, { at, giver, grants }: Seen): boolean {
    const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
    return (!giver || isSame(held(planId, giver.memberId, at), giver.held))
      && grants.every(({ memberId, grant }) => isSame(grantOf(planId, memberId), grant))
  }

  const invitedBy = (planId: string, memberId: MemberId) =>
    selectInvitedBy.all(planId, memberId).map(found => ({ id: String(found.id), grant: toGrant(found) }))
  const invitedTo = (planId: string, memberId: MemberId) => selectInvitedTo.all(planId, memberId).map(({ id }) => String(id))
  function withdrawAll(ids: Iterable<string>, { at, planId, by }: AccessNote): void {
    for (const invitation of ids) {
      withdraw.run(at, invitation)
      putNote({ at, event: 'invitation-withdrawn', planId, by, about: null, facts: { invitation } })
    }
  }

  /** Whether the plan would be without an owner who stays, had this member no part in it. */
  const isLastOwner = (planId: string, memberId: MemberId) => {
    const grant = grantOf(planId, memberId)
    return grant?.role === 'owner' && grant.until === null && !selectOtherOwner.get(planId, memberId)
  }
  const putRole = (planId: string, memberId: MemberId, { role, registers, until }: Grant, at: Instant) =>
    void upsertGrant.run(planId, memberId, role, registers && JSON.stringify(registers), until, at)
  const addPerson = ({ memberId, name, organisation, email = null, isProven = false }: Newcomer, at: Instant) =>
    void insertMember.run(memberId, name, organisation, email, email !== null && isProven ? at : null, at)

  /** As they are called from now on. What has become another is a line each. */
  function call(own: StoredMember, next: Pick<StoredMember, 'name' | 'organisation'>, note: AccessNote): void {
    updateName.run(next.name, next.organisation, own.memberId)
    for (const what of ['name', 'organisation'] as const) {
      if (next[what] !== own[what])
        putNote(what === 'name' ? note : { ...note, facts: { what } })
    }
  }

  return {
    addPerson,
    call,
    putGrantAtOnce: putRole,
    isLastOwner,
    findMember(memberId: MemberId): StoredMember | null {
      const found = selectMember.get(memberId)
      return found ? toMember(found) : null
    },
    findByEmail(email: string): StoredMember | null {
      const found = selectByEmail.get(email)
      return found ? toMember(found) : null
    },
    /** Whether somebody in one of these plans goes by that name. */
    isNameIn: (planIds: readonly string[], name: string): boolean =>
      planIds.some(planId => selectInPlan.all(planId).some(found => areOneName(String(found.name), name))),
    rename(memberId: MemberId, { name, organisation }: { readonly name: string, readonly organisation: string | null }, note: AccessNote): boolean {
      const found = selectMember.get(memberId)
      const own = found && toMember(found)
      const isTaken = selectNamesAround.all(memberId).some(found => areOneName(String(found.name), name))
      // Who has been called so all along may go on, and set it right.
      if (!own || isTaken && !areOneName(own.name, name))
        return false
      call(own, { name, organisation: organisation ?? own.organisation }, note)
      return true
    },
    grant: grantOf,
    right,
    held,
    isAsSeen,
    putGrant(planId: string, memberId: MemberId, grant: Grant, note: AccessNote, seen?: Seen): PutOutcome {
      if (seen && !isAsSeen(planId, seen))
        return 'changed'
      if (isLastOwner(planId, memberId) && (grant.role !== 'owner' || grant.until !== null))
        return 'last-owner'
      const before = grantOf(planId, memberId)
      putRole(planId, memberId, grant, note.at)
      putNote(note)
      if (before && !covers(grant, before)) {
        const left = held(planId, memberId, note.at)
        withdrawAll(invitedBy(planId, memberId).filter(one => !left.some(own => covers(own, one.grant))).map(({ id }) => id), { ...note, planId })
      }
      return 'done'
    },
    removeGrant(planId: string, memberId: MemberId, note: AccessNote, seen?: Seen): PutOutcome {
      if (seen && !isAsSeen(planId, seen))
        return 'changed'
      if (isLastOwner(planId, memberId))
        return 'last-owner'
      if (Number(deleteGrant.run(planId, memberId).changes) === 0)
        return 'not-there'
      // Whoever comes back later stands in for nobody, and nobody for them.
      endDeputiesOf.run(note.at, planId, memberId)
      putNote(note)
      withdrawAll(new Set([...invitedTo(planId, memberId), ...invitedBy(planId, memberId).map(({ id }) => id)]), { ...note, planId })
      return 'done'
    },
    inPlan: (planId: string): PlanMember[] => selectInPlan.all(planId).map(found => ({
      ...toMember(found), ...toGrant(found), email: toText(found.email), seenAt: toNumber(found.seen_at),
    })),
    deputiesIn: (planId: string): Deputy[] => selectDeputies.all(planId).map(toDeputy),
    appointDeputy(planId: string, { id, memberId, deputyId, from, until }: Deputy, note: AccessNote, seen?: Seen): 'done' | 'stands-in-already' | 'changed' {
      if (seen && !isAsSeen(planId, seen))
        return 'changed'
      // What is over was another time, whatever clock the beginning is of.
      if (selectOverlapping.get(planId, memberId, deputyId, until, Math.max(from, note.at)))
        return 'stands-in-already'
      insertDeputy.run(id, planId, memberId, deputyId, from, until)
      putNote(note)
      return 'done'
    },
    endDeputy(planId: string, id: string, at: Instant, note: AccessNote, seen?: Seen): Deputy | null | 'changed' {
      if (seen && !isAsSeen(planId, seen))
        return 'changed'
      const found = updateDeputyEnd.get(at, id, planId)
      if (found)
        putNote({ ...note, about: String(found.deputy), facts: { ...note.facts, for: String(found.member) } })
      return found ? toDeputy(found) : null
    },
    see(seen: readonly { readonly planId: string, readonly memberId: MemberId, readonly at: Instant }[]): void {
      seen.forEach(({ planId, memberId, at }) => updateSeen.run(at, planId, memberId))
    },
    neverSignedIn: (): NewcomerOfPlan[] => selectNeverSignedIn.all()
      .map(found => ({ ...toMember(found), role: toRole(found), planId: String(found.plan), planTitle: String(found.title) })),
    plansOf(memberId: MemberId, now: Instant): RightInPlan[] {
      const offices = officesOf(memberId)
      const grants = new Map(selectGrantsOf.all(memberId).map(found => [String(found.plan), toGrant(found)]))
      const forOthers = selectActedForAnywhere.all(memberId, now)
      return selectPlansOf.all(memberId, now).flatMap((found) => {
        const plan = toPlan(found)
        const inThisPlan = forOthers.filter(one => one.plan === plan.planId).map(toGrantForAnother)
        const held = toRight(grants.get(plan.planId) ?? null, inThisPlan, offices, now)
        return held ? [{ ...plan, role: held.role, registers: held.registers, isMember: held.isMember }] : []
      })
    },
    officesOf,
    putOffice(memberId: MemberId, office: Office, note: AccessNote): void {
      insertOffice.run(memberId, office, note.at)
      putNote(note)
    },
    removeOffice(memberId: MemberId, office: Office, note: AccessNote): boolean {
      const wasHeld = Number(deleteOffice.run(memberId, office).changes) > 0
      if (wasHeld)
        putNote(note)
      return wasHeld
    },
    administeredPlans: () => selectAdministered.all().map((found) => {
      const planId = String(found.id)
      const owners = selectInPlan.all(planId).filter(({ role }) => role === 'owner').map(toMember)
      return { planId, title: String(found.title), regionId: String(found.region), members: Number(found.members), owners }
    }),
  }
}

export const toMember = (found: Found): StoredMember =>
  ({ memberId: String(found.id), name: String(found.name), organisation: String(found.organisation) })

const toDeputy = (found: Found): Deputy => ({
  id: String(found.id), memberId: String(found.member), deputyId: String(found.deputy), from: Number(found.from_at), until: Number(found.until),
})

const toGrantForAnother = (found: Found): GrantForAnother => ({
  memberId: String(found.member), from: Number(found.from_at), until: Number(found.until),
  grant: { ...toGrant(found), until: toNumber(found.grant_until) },
})

export function toGrant(found: Found): Grant {
  const registers: unknown = JSON.parse(toText(found.registers) ?? 'null')
  return { role: toRole(found), registers: Array.isArray(registers) ? registers.filter(isRegisterName) : null, until: toNumber(found.until) }
}

function toRole(found: Found): Role {
  if (!isRole(found.role))
    throw new Error(`no such role: ${String(found.role)}`)
  return found.role
}
