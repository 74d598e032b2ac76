import { within, type Grant, type Office, type Right } from '#shared/protocol/access.ts'
import { roles, type Role } from '#shared/protocol/api.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { HeldGrant } from './people.ts'

/** What somebody may do for another, from when and until when. */
export interface GrantForAnother { readonly memberId: MemberId, readonly from: Instant, readonly until: Instant, readonly grant: Grant }

/**
 * What somebody may do in a plan now: the most of what was given to them, what they do for others, and what an office gives them. Each
 * counts by itself: who may write in one register as themselves and in another for somebody may write in both (T41). Whoever has no part in
 * the plan of their own any more stands in for nobody in it (T48).
 */
export function toRight(own: Grant | null, actedFor: readonly GrantForAnother[], offices: readonly Office[], now: Instant): Right | null {
  const grants = toHeld(own, actedFor, now)
  const turns = [own?.until, ...actedFor.flatMap(({ from, until, grant }) => [from, until, grant.until])]
  const coming = turns.flatMap(moment => typeof moment === 'number' && moment > now ? [moment] : [])
  const until = coming.length > 0 ? Math.min(...coming) : null
  if (grants.length === 0)
    return offices.includes('national-reader') ? { role: 'reader', registers: null, until, isMember: false, actsFor: [] } : null
  return { role: highest(grants), registers: together(grants), until, isMember: true, actsFor: grants.flatMap(one => one.for ?? []) }
}

/** Each of them by itself: what one does for another ends with the time one stands in, with the other's part in the plan, and with one's own. */
export function toHeld(own: Grant | null, actedFor: readonly GrantForAnother[], now: Instant): HeldGrant[] {
  if (own === null || !lasts(own, now))
    return []
  const forOthers = actedFor.filter(one => one.from <= now && lasts(one, now) && lasts(one.grant, now))
  return [{ ...own, for: null }, ...forOthers.map(({ memberId, until, grant }) =>
    ({ ...grant, until: Math.min(until, grant.until ?? until, own.until ?? until), for: memberId }))]
}

/** Whether something has not come to its end; to the moment, which is not in it. */
export const lasts = ({ until }: { readonly until: Instant | null }, now: Instant): boolean => until === null || until > now

const highest = (grants: readonly Grant[]): Role => roles.findLast(role => grants.some(grant => grant.role === role)) ?? 'reader'

const writes = ({ role }: Grant) => role !== 'reader' && role !== 'commenter'

/** Null: all of them. Of those who write nothing no register counts. */
function together(grants: readonly Grant[]): Grant['registers'] {
  const writing = grants.filter(writes)
  if (writing.length === 0 || writing.some(({ registers }) => registers === null))
    return null
  return [...new Set(writing.flatMap(({ registers }) => registers ?? []))]
}

/** Whether one grant is at least as much as another: as high a role, every register the other may write in, and as long (T44). */
export function covers(own: Grant, given: Grant): boolean {
  const isAsHigh = roles.indexOf(own.role) >= roles.indexOf(given.role)
  const isAsLong = own.until === null || (given.until !== null && given.until <= own.until)
  const isAsWide = !writes(given) || own.registers === null || given.registers?.every(register => within(own.registers, register)) === true
  return isAsHigh && isAsWide && isAsLong
}
