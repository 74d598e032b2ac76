import type { Office, Right, WayIn } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../time/clock.ts'
import type { Storage } from '../storage/contracts.ts'
import type { NewMember, NewSession, StoredMember } from '../storage/people.ts'
import { openGranting, openNotes, type Granting } from './granting.ts'
import { hashOf, isSecret, newId, newSecret } from './secrets.ts'

/** A signed-in person's session. `sessionId` is the stored hash, in hex: it opens nothing. */
export interface Session {
  readonly sessionId: string
  readonly member: StoredMember
  readonly way: WayIn
  readonly expiresAt: Instant
}

/** Members, what they may do, and their sessions. Every change is told on the bus, so that open connections follow. */
export interface Access extends Granting {
  /** Begins a session for whoever holds the printed link; null when it is not, or no longer, one of ours. The secret is the cookie's. */
  signIn(token: string): Promise<{ readonly secret: string, readonly member: StoredMember } | null>
  /** Whose the printed link is, without using it. */
  whose(token: string): Promise<StoredMember | null>
  session(secret: string | null): Promise<Session | null>
  /** Whether the session has neither ended nor expired. */
  stands(session: Session): Promise<boolean>
  signOut(session: Session): Promise<void>
  /** Ends every session of one's own, and makes printed links void. */
  signOutEverywhere(session: Session): Promise<void>
  right(planId: string, memberId: MemberId): Promise<Right | null>
  /** Adds somebody with a role in the plan and a sign-in link, in one step. `token` is the link's secret. Rejects where the address is taken. */
  addMember(planId: string, person: Person): Promise<{ readonly memberId: MemberId, readonly token: string }>
  giveOffice(memberId: MemberId, office: Office): Promise<void>
  /** False when the member did not hold it. */
  takeOffice(memberId: MemberId, office: Office): Promise<boolean>
  /** A new secret for the member's sign-in link. It can be used again until it is revoked. */
  newToken(memberId: MemberId): Promise<string>
  /** Gives a member an address that is nobody's else, by the operator's word: their sessions end, and the sign-in links are void. */
  putAddress(memberId: MemberId, email: string): Promise<void>
  /** Ends the member's sessions and makes the sign-in links void. */
  revoke(memberId: MemberId): Promise<void>
  /** Forgets who somebody was. */
  erase(memberId: MemberId): Promise<'done' | 'last-owner' | 'not-there'>
  /** The member's sessions have ended: the connections that came with them end. */
  cutOff(memberId: MemberId): void
}

export interface Person { readonly name: string, readonly organisation: string, readonly role: Role, readonly email?: string | null }

export const sessionLastsMs = 30 * 24 * 60 * 60 * 1_000

export function openAccess({ storage, bus, clock }: { storage: Pick<Storage, 'members' | 'plans'>, bus: Bus, clock: Clock }): Access {
  const { members } = storage
  const noteOf = openNotes(clock)
  const granting = openGranting({ storage, bus, clock })
  const { tell } = granting

  /** Who stands in for somebody, in any plan. */
  async function deputiesOf(memberId: MemberId) {
    return (await members.deputiesWith(memberId)).filter(deputy => deputy.memberId === memberId)
  }

  const everyPlan = async () => (await storage.plans()).map(({ planId }) => planId)

  return {
    ...granting,
    async signIn(token) {
      if (!isSecret(token))
        return null
      const { secret, session } = newSession('printed-link', clock.now())
      const member = await members.beginSession(hashOf(token), session)
      return member && { secret, member }
    },
    whose: async token => isSecret(token) ? await members.tokenMember(hashOf(token)) : null,
    async session(secret) {
      if (secret === null || !isSecret(secret))
        return null
      const hash = hashOf(secret)
      const found = await members.session(hash, clock.now())
      return found && { sessionId: hash.toString('hex'), ...found }
    },
    stands: ({ sessionId }) => members.stands(Buffer.from(sessionId, 'hex'), clock.now()),
    async signOut({ sessionId, member: { memberId } }) {
      await members.endSession(Buffer.from(sessionId, 'hex'), noteOf('signed-out', { by: memberId, about: memberId }))
      bus.publish({ kind: 'session-ended', sessionId })
    },
    async signOutEverywhere({ member: { memberId } }) {
      await members.endAllOf(memberId, noteOf('sessions-ended', { by: memberId, about: memberId }))
      bus.publish({ kind: 'sessions-ended', memberId })
    },
    right: (planId, memberId) => members.right(planId, memberId, clock.now()),
    async addMember(planId, person) {
      const { member, token } = newMember(planId, person)
      await members.add(member, clock.now(), noteOf('member-added', { planId, by: 'operator', about: member.memberId, facts: { role: person.role } }))
      return { memberId: member.memberId, token }
    },
    async giveOffice(memberId, office) {
      await members.putOffice(memberId, office, noteOf('office-given', { by: 'operator', about: memberId, facts: { office } }))
      for (const planId of await everyPlan())
        await tell(planId, [memberId])
    },
    async takeOffice(memberId, office) {
      const wasHeld = await members.removeOffice(memberId, office, noteOf('office-taken', { by: 'operator', about: memberId, facts: { office } }))
      for (const planId of wasHeld ? await everyPlan() : [])
        await tell(planId, [memberId])
      return wasHeld
    },
    async newToken(memberId) {
      const token = newSecret()
      await members.addToken(hashOf(token), memberId, clock.now())
      return token
    },
    async putAddress(memberId, email) {
      if (!await members.putAddress(memberId, email, noteOf('sessions-ended', { by: 'operator', about: memberId })))
        throw new Error('the address is another member\'s')
      bus.publish({ kind: 'sessions-ended', memberId })
    },
    async revoke(memberId) {
      await members.endAllOf(memberId, noteOf('sessions-ended', { by: 'operator', about: memberId }))
      bus.publish({ kind: 'sessions-ended', memberId })
    },
    async erase(memberId) {
      const deputies = await deputiesOf(memberId)
      const erased = await members.erase(memberId, clock.now(), noteOf('erased', { by: 'operator', about: memberId }))
      if (typeof erased === 'string')
        return erased
      bus.publish({ kind: 'sessions-ended', memberId })
      for (const { planId, deputyId } of deputies)
        await tell(planId, [deputyId])
      return 'done'
    },
    cutOff: memberId => bus.publish({ kind: 'sessions-ended', memberId }),
  }
}

/** A session to be begun, and the secret that is its cookie. */
export function newSession(way: WayIn, at: Instant): { readonly secret: string, readonly session: NewSession } {
  const secret = newSecret()
  return { secret, session: { hash: hashOf(secret), way, at, expiresAt: at + sessionLastsMs } }
}

/** The link that a sign-in token is given as. */
export const signInUrl = (publicOrigin: string, token: string): string => `${publicOrigin}/logg-inn/${token}`

/** Somebody new as the storage takes them, and the secret of their sign-in link. */
export function newMember(
  planId: string, { name, organisation, role, email = null }: Person,
): { readonly member: NewMember, readonly token: string } {
  const token = newSecret()
  return { member: { memberId: newId(), name, organisation, email, role, planId, tokenHash: hashOf(token) }, token }
}
