import { randomBytes } from 'node:crypto'
import type { Role } from '#shared/protocol/api.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../time/clock.ts'
import type { NewMember, PlanMember, Storage, StoredMember } from '../storage/contracts.ts'
import { hashOf } from './secrets.ts'

/** A signed-in person's session. `sessionId` is the stored hash, in hex: it opens nothing. */
export interface Session {
  readonly sessionId: string
  readonly member: StoredMember
  readonly expiresAt: Instant
}

/** Members, their roles, and their ways in and out. Every change is told on the bus, so that open connections follow. */
export interface Access {
  /** Begins a session for whoever holds the link; null when it is not, or no longer, one of ours. The secret is the cookie's. */
  signIn(token: string): Promise<{ readonly secret: string, readonly member: StoredMember } | null>
  session(secret: string | null): Promise<Session | null>
  signOut(session: Session): Promise<void>
  role(planId: string, memberId: MemberId): Promise<Role | null>
  /** Adds somebody with a role in the plan and a sign-in link, in one step. `token` is the link's secret. */
  addMember(planId: string, person: Person): Promise<{ readonly memberId: MemberId, readonly token: string }>
  putRole(planId: string, memberId: MemberId, role: Role): Promise<void>
  /** False when the member had no part in the plan. */
  removeRole(planId: string, memberId: MemberId): Promise<boolean>
  /** A new secret for the member's sign-in link. It can be used again until it is revoked. */
  newToken(memberId: MemberId): Promise<string>
  /** Ends the member's sessions and makes the sign-in links void. */
  revoke(memberId: MemberId): Promise<void>
}

export type Person = Omit<PlanMember, 'memberId'>

export const sessionLastsMs = 30 * 24 * 60 * 60 * 1_000

export function openAccess({ storage, bus, clock }: { storage: Pick<Storage, 'members'>, bus: Bus, clock: Clock }): Access {
  const { members } = storage
  return {
    async signIn(token) {
      if (!isSecret(token))
        return null
      const secret = newSecret()
      const now = clock.now()
      const member = await members.beginSession(hashOf(token), hashOf(secret), now, now + sessionLastsMs)
      return member && { secret, member }
    },
    async session(secret) {
      if (secret === null || !isSecret(secret))
        return null
      const hash = hashOf(secret)
      const found = await members.session(hash, clock.now())
      return found && { sessionId: hash.toString('hex'), ...found }
    },
    async signOut({ sessionId }) {
      await members.endSession(Buffer.from(sessionId, 'hex'))
      bus.publish({ kind: 'session-ended', sessionId })
    },
    role: (planId, memberId) => members.role(planId, memberId),
    async addMember(planId, person) {
      const { member, token } = newMember(planId, person)
      await members.add(member, clock.now())
      return { memberId: member.memberId, token }
    },
    async putRole(planId, memberId, role) {
      await members.putRole(planId, memberId, role, clock.now())
      bus.publish({ kind: 'role', planId, memberId, role })
    },
    async removeRole(planId, memberId) {
      const wasThere = await members.removeRole(planId, memberId)
      if (wasThere)
        bus.publish({ kind: 'role', planId, memberId, role: null })
      return wasThere
    },
    async newToken(memberId) {
      const token = newSecret()
      await members.addToken(hashOf(token), memberId, clock.now())
      return token
    },
    async revoke(memberId) {
      await members.endAllOf(memberId)
      bus.publish({ kind: 'sessions-ended', memberId })
    },
  }
}

/** The link that a sign-in token is given as. */
export const signInUrl = (publicOrigin: string, token: string): string => `${publicOrigin}/logg-inn/${token}`

/** Somebody new as the storage takes them, and the secret of their sign-in link. */
export function newMember(planId: string, { name, organisation, role }: Person): { readonly member: NewMember, readonly token: string } {
  const token = newSecret()
  return { member: { memberId: randomBytes(16).toString('hex'), name, organisation, role, planId, tokenHash: hashOf(token) }, token }
}

/** 256 random bits, 43 characters that need no escaping. Only its hash is stored. */
const newSecret = () => randomBytes(32).toString('base64url')
const isSecret = (text: string) => /^[\w-]{43}$/.test(text)
