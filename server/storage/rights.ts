import type { Grant, Office, Right } from '#shared/protocol/access.ts'
import { roles, type Role } from '#shared/protocol/api.ts'
import { mayRoleWrite, toHeld, type GrantForAnother } from '#shared/protocol/grants.ts'
import type { Instant } from '#shared/plan/values.ts'

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

const highest = (grants: readonly Grant[]): Role => roles.findLast(role => grants.some(grant => grant.role === role)) ?? 'reader'

/** Null: all of them. Of those who write nothing no register counts. */
function together(grants: readonly Grant[]): Grant['registers'] {
  const writing = grants.filter(({ role }) => mayRoleWrite(role))
  if (writing.length === 0 || writing.some(({ registers }) => registers === null))
    return null
  return [...new Set(writing.flatMap(({ registers }) => registers ?? []))]
}
