import type { Deputy, Grant, MemberRefusal, Office, Right, WayIn } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../time/clock.ts'
import type { Storage } from '../storage/contracts.ts'
import type { AccessNote, HeldGrant, NewMember, NewSession, PutOutcome, Seen, StoredMember } from '../storage/people.ts'
import { covers, lasts } from '../storage/rights.ts'
import { actingOn, reaches } from './rules.ts'
import { hashOf, isSecret, newId, newSecret } from './secrets.ts'

/** A signed-in person's session. `sessionId` is the stored hash, in hex: it opens nothing. */
export interface Session {
  readonly sessionId: string
  readonly member: StoredMember
  readonly expiresAt: Instant
}

/** Who does something to what others may do: somebody by what they have in the plan then, or the operator, who stands above them. */
export type Giver = { readonly memberId: MemberId } | 'operator'

/** Members, what they may do, and their sessions. Every change is told on the bus, so that open connections follow. */
export interface Access {
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
  /** Of somebody who is in the plan; what they may do becomes this. Null when it is done. */
  putGrant(planId: string, memberId: MemberId, grant: Grant, by: Giver): Promise<MemberRefusal | null>
  removeMember(planId: string, memberId: MemberId, by: Giver): Promise<MemberRefusal | null>
  /** Gives a plan an owner from outside of it, which its access log tells. */
  putOwner(planId: string, memberId: MemberId, by: MemberId): Promise<void>
  /** Lets one member stand in for another from one moment to another. */
  appointDeputy(planId: string, deputy: Omit<Deputy, 'id'>, by: Giver): Promise<MemberRefusal | Deputy>
  /** `onlyOf`: where it is this member's own. */
  endDeputy(planId: string, id: string, by: Giver, onlyOf?: MemberId): Promise<MemberRefusal | null>
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
  /** Something has changed in what these may do in the plan: their connections follow. */
  tell(planId: string, memberIds: readonly MemberId[]): Promise<void>
}

export interface Person { readonly name: string, readonly organisation: string, readonly role: Role, readonly email?: string | null }

export const sessionLastsMs = 30 * 24 * 60 * 60 * 1_000

export function openAccess({ storage, bus, clock }: { storage: Pick<Storage, 'members' | 'plans'>, bus: Bus, clock: Clock }): Access {
  const { members } = storage
  const noteOf = (event: AccessNote['event'], given: Partial<Omit<AccessNote, 'at' | 'event'>>): AccessNote =>
    ({ at: clock.now(), event, planId: null, by: null, about: null, ...given })

  async function tell(planId: string, memberIds: readonly MemberId[]): Promise<void> {
    const deputies = (await members.deputiesIn(planId)).filter(({ memberId }) => memberIds.includes(memberId)).map(({ deputyId }) => deputyId)
    for (const memberId of new Set([...memberIds, ...deputies]))
      bus.publish({ kind: 'right', planId, memberId, right: await members.right(planId, memberId, clock.now()) })
  }

  /**
   * What somebody has in the plan, where the giver reaches as far; `by`: what each of those of the giver's grants holds that does, and
   * null for the operator. `seen` goes with the change.
   */
  async function reached(planId: string, memberId: MemberId, by: Giver): Promise<Reached | 'not-in-the-plan' | 'above-you'> {
    const at = clock.now()
    const [grant, giver] = await Promise.all([members.grant(planId, memberId), by === 'operator' ? null : giverAt(planId, by.memberId, at)])
    if (!grant)
      return 'not-in-the-plan'
    const acting = giver && actingOn(giver.held, memberId).filter(({ role }) => reaches(role, grant.role))
    return acting?.length === 0 ? 'above-you' : { grant, acting, seen: { at, giver, grants: [{ memberId, grant }] } }
  }

  const giverAt = async (planId: string, memberId: MemberId, at: Instant) => ({ memberId, held: await members.held(planId, memberId, at) })

  async function finish(outcome: PutOutcome, planId: string, memberId: MemberId): Promise<MemberRefusal | 'changed' | null> {
    if (outcome !== 'done')
      return outcome
    await tell(planId, [memberId])
    return null
  }

  async function putGrant(planId: string, memberId: MemberId, grant: Grant, by: Giver): Promise<MemberRefusal | 'changed' | null> {
    const found = await reached(planId, memberId, by)
    if (typeof found === 'string')
      return found
    const { grant: before, acting, seen } = found
    // What takes away alone is given by nobody. Nobody gives themselves what they have for another, or for a time.
    if (acting && !covers(before, grant) && (nameOf(by) === memberId || !acting.some(own => covers(own, grant))))
      return 'above-you'
    if (!lasts(grant, seen.at))
      return 'in-the-past'
    const facts = { from: before.role, role: grant.role, until: grant.until, registers: grant.registers?.join(' ') ?? null }
    const note = noteOf('right-changed', { planId, by: nameOf(by), about: memberId, facts })
    return await finish(await members.putGrant(planId, memberId, grant, note, seen), planId, memberId)
  }

  async function removeMember(planId: string, memberId: MemberId, by: Giver): Promise<MemberRefusal | 'changed' | null> {
    const found = await reached(planId, memberId, by)
    if (typeof found === 'string')
      return found
    const note = noteOf('removed', { planId, by: nameOf(by), about: memberId, facts: { role: found.grant.role } })
    return await finish(await members.removeGrant(planId, memberId, note, found.seen), planId, memberId)
  }

  async function appointDeputy(planId: string, { memberId, deputyId, from, until }: Omit<Deputy, 'id'>, by: Giver): Promise<MemberRefusal | 'changed' | Deputy> {
    const [principal, own] = [await reached(planId, memberId, by), await members.grant(planId, deputyId)]
    if (typeof principal === 'string')
      return principal
    const { grant, acting, seen } = principal
    if (!own || !lasts(own, seen.at))
      return 'not-in-the-plan'
    // For oneself one gives what one has; it ends with that.
    const given = { ...grant, until: Math.min(until, grant.until ?? until) }
    const givers = nameOf(by) === deputyId ? [own] : acting
    if (acting && nameOf(by) !== memberId && !givers?.some(giver => covers(giver, given)))
      return 'above-you'
    const appointed = { id: newId(), memberId, deputyId, from, until }
    const note = noteOf('deputy-appointed', { planId, by: nameOf(by), about: deputyId, facts: { for: memberId, from, until } })
    const outcome = await members.appointDeputy(planId, appointed, note, { ...seen, grants: [...seen.grants, { memberId: deputyId, grant: own }] })
    if (outcome === 'changed')
      return outcome
    await tell(planId, [deputyId])
    return appointed
  }

  async function endDeputy(planId: string, id: string, by: Giver, onlyOf?: MemberId): Promise<MemberRefusal | 'changed' | null> {
    const known = (await members.deputiesIn(planId)).find(deputy => deputy.id === id)
    if (!known || (onlyOf !== undefined && known.memberId !== onlyOf))
      return 'not-there'
    const isOwn = [known.memberId, known.deputyId].includes(nameOf(by))
    const found = isOwn ? null : await reached(planId, known.memberId, by)
    if (found === 'above-you')
      return found
    const seen = typeof found === 'string' ? undefined : found?.seen
    const ended = await members.endDeputy(planId, id, clock.now(), noteOf('deputy-ended', { planId, by: nameOf(by) }), seen)
    if (ended === 'changed')
      return ended
    if (!ended)
      return 'not-there'
    await tell(planId, [ended.deputyId])
    return null
  }

  /** Who stands in for somebody, in any plan. */
  async function deputiesOf(memberId: MemberId) {
    return (await members.deputiesWith(memberId)).filter(deputy => deputy.memberId === memberId)
  }

  const everyPlan = async () => (await storage.plans()).map(({ planId }) => planId)

  return {
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
    putGrant: (planId, memberId, grant, by) => onceMore(() => putGrant(planId, memberId, grant, by)),
    removeMember: (planId, memberId, by) => onceMore(() => removeMember(planId, memberId, by)),
    async putOwner(planId, memberId, by) {
      const before = await members.grant(planId, memberId)
      const note = noteOf('right-changed', { planId, by, about: memberId, facts: { from: before?.role ?? null, role: 'owner', until: null, registers: null } })
      await members.putGrant(planId, memberId, { role: 'owner', registers: null, until: null }, note)
      await tell(planId, [memberId])
    },
    async appointDeputy(planId, deputy, by) {
      if (deputy.memberId === deputy.deputyId)
        return 'to-oneself'
      if (deputy.until <= clock.now() || deputy.until <= deputy.from)
        return 'in-the-past'
      return await onceMore(() => appointDeputy(planId, deputy, by))
    },
    endDeputy: (planId, id, by, onlyOf) => onceMore(() => endDeputy(planId, id, by, onlyOf)),
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
    tell,
  }
}

interface Reached { readonly grant: Grant, readonly acting: readonly HeldGrant[] | null, readonly seen: Seen }

/** From the beginning again where what was read has become another before the change; nothing is given where it does so twice. */
export async function onceMore<T>(attempt: () => Promise<T | 'changed'>): Promise<T | 'above-you'> {
  const outcome = await attempt()
  const settled = outcome === 'changed' ? await attempt() : outcome
  return settled === 'changed' ? 'above-you' : settled
}

const nameOf = (by: Giver): string => by === 'operator' ? by : by.memberId

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
