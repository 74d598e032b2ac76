import type { Instant, MemberId } from '../plan/values.ts'
import { within, type Grant } from './access.ts'
import { roles, type Role } from './api.ts'

/** Whether a role is that one or a higher one. */
export const isAtLeast = (role: Role | null, least: Role): boolean => role !== null && roles.indexOf(role) >= roles.indexOf(least)
export const mayRoleWrite = (role: Role): boolean => isAtLeast(role, 'editor')
/** Whether somebody of this role says who is in the plan, and may make another in its region. */
export const leads = (role: Role): boolean => isAtLeast(role, 'chair')
/** Whether somebody may change what one of this role may do: nobody reaches above themselves (T44). */
export const reaches = (giver: Role, role: Role): boolean => isAtLeast(giver, role)

/** Whether something has not come to its end; to the moment, which is not in it. */
export const lasts = ({ until }: { readonly until: Instant | null }, now: Instant): boolean => until === null || until > now

/** Whether one grant is at least as much as another: as high a role, every register the other may write in, and as long (T44). */
export function covers(own: Grant, given: Grant): boolean {
  const isAsLong = own.until === null || (given.until !== null && given.until <= own.until)
  const isAsWide = !mayRoleWrite(given.role) || own.registers === null || given.registers?.every(register => within(own.registers, register)) === true
  return reaches(own.role, given.role) && isAsWide && isAsLong
}

/** Whether two grants are the same, in whatever order their registers stand. */
export const equalGrants = (one: Grant, other: Grant): boolean =>
  one.role === other.role && one.until === other.until && String(one.registers?.toSorted()) === String(other.registers?.toSorted())

/** What somebody may do for another, from when and until when. */
export interface GrantForAnother { readonly memberId: MemberId, readonly from: Instant, readonly until: Instant, readonly grant: Grant }
/** One thing somebody has in a plan now: their own, or whom they stand in for has it; then it ends with that. */
export interface HeldGrant extends Grant { readonly for: MemberId | null }

/** Each of them by itself: what one does for another ends with the time one stands in, with the other's part in the plan, and with one's own. */
export function toHeld(own: Grant | null, actedFor: readonly GrantForAnother[], now: Instant): HeldGrant[] {
  if (own === null || !lasts(own, now))
    return []
  const forOthers = actedFor.filter(one => one.from <= now && lasts(one, now) && lasts(one.grant, now))
  return [{ ...own, for: null }, ...forOthers.map(({ memberId, until, grant }) =>
    ({ ...grant, until: Math.min(until, grant.until ?? until, own.until ?? until), for: memberId }))]
}

/**
 * Those of somebody's grants that they give from, each by itself, to a member or about one: on whom they stand in for nobody acts but
 * as themselves, and where they lead the plan as that (T44).
 */
export const actingOn = (held: readonly HeldGrant[], memberId: MemberId): readonly HeldGrant[] =>
  held.some(one => one.for === memberId) ? held.filter(one => one.for === null && leads(one.role)) : held
