import type { Deputy, Grant, MemberRefusal } from '#shared/protocol/access.ts'
import { actingOn, covers, lasts, reaches, type HeldGrant } from '#shared/protocol/grants.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../time/clock.ts'
import type { Storage } from '../storage/contracts.ts'
import type { AccessNote, PutOutcome, Seen } from '../storage/people.ts'
import { openGuesses } from './guesses.ts'
import { newId } from './secrets.ts'

/** Who does something to what others may do: somebody by what they have in the plan then, or the operator, who stands above them. */
export type Giver = { readonly memberId: MemberId } | 'operator'

/** What members may do in a plan, and those who stand in for them. Every change is told on the bus, so that open connections follow. */
export interface Granting {
  /** Of somebody who is in the plan; what they may do becomes this. Null when it is done. */
  putGrant(planId: string, memberId: MemberId, grant: Grant, by: Giver): Promise<MemberRefusal | null>
  removeMember(planId: string, memberId: MemberId, by: Giver): Promise<MemberRefusal | null>
  /** Gives a plan an owner from outside of it, which its access log tells. */
  putOwner(planId: string, memberId: MemberId, by: MemberId): Promise<void>
  /** Lets one member stand in for another from one moment to another. */
  appointDeputy(planId: string, deputy: Omit<Deputy, 'id'>, by: Giver): Promise<MemberRefusal | Deputy>
  /** `onlyOf`: where it is this member's own. */
  endDeputy(planId: string, id: string, by: Giver, onlyOf?: MemberId): Promise<MemberRefusal | null>
  /** Something has changed in what these may do in the plan: their connections follow. */
  tell(planId: string, memberIds: readonly MemberId[]): Promise<void>
}

interface GrantingParts { readonly storage: Pick<Storage, 'members'>, readonly bus: Pick<Bus, 'publish'>, readonly clock: Clock }

/** Times in a day that one lets the same other stand in, in one plan: each is a letter, and one more when it is ended. */
const maxAppointedADay = 10
const dayMs = 24 * 60 * 60_000

export function openGranting({ storage: { members }, bus, clock }: GrantingParts): Granting {
  const noteOf = openNotes(clock)
  const appointments = openGuesses(clock, { most: maxAppointedADay, withinMs: dayMs })

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
    if (!own || !lasts(own, seen.at) || !lasts(grant, seen.at))
      return 'not-in-the-plan'
    if (Math.min(grant.until ?? Infinity, own.until ?? Infinity) <= from)
      return 'over-by-then'
    // For oneself one gives what one has; it ends with that.
    const given = { ...grant, until: Math.min(until, grant.until ?? until) }
    const givers = nameOf(by) === deputyId ? [own] : acting
    if (acting && nameOf(by) !== memberId && !givers?.some(giver => covers(giver, given)))
      return 'above-you'
    const appointed = { id: newId(), memberId, deputyId, from, until }
    const note = noteOf('deputy-appointed', { planId, by: nameOf(by), about: deputyId, facts: { for: memberId, from, until } })
    const outcome = await members.appointDeputy(planId, appointed, note, { ...seen, grants: [...seen.grants, { memberId: deputyId, grant: own }] })
    if (outcome !== 'done')
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

  return {
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
      const name = `${planId} ${nameOf(by)} ${deputy.deputyId}`
      if (appointments.count(name) !== null)
        return 'too-often'
      const appointed = await onceMore(() => appointDeputy(planId, deputy, by))
      if (typeof appointed === 'string')
        appointments.takeBack(name)
      return appointed
    },
    endDeputy: (planId, id, by, onlyOf) => onceMore(() => endDeputy(planId, id, by, onlyOf)),
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

/** Makes lines of the access log, as of now. */
export const openNotes = (clock: Clock) => (event: AccessNote['event'], given: Partial<Omit<AccessNote, 'at' | 'event'>>): AccessNote =>
  ({ at: clock.now(), event, planId: null, by: null, about: null, ...given })
