import type { Context } from 'hono'
import { openGuesses } from '../access/guesses.ts'
import type { HttpRoute } from '../access/rules.ts'
import type { Clock } from '../time/clock.ts'
import type { Asker, Told } from './asking.ts'

/**
 * What one who is signed in adds lines to the access log by, beside what has a bound of its own. Not signing out: it takes a new session each
 * time, and must never be refused.
 */
export const notedRoutes: ReadonlySet<HttpRoute> = new Set<HttpRoute>([
  'GET /api/me/kept', 'POST /api/me/name', 'POST /api/administration/plans/:planId/owners', 'POST /api/plans',
  'POST /api/plans/:planId/members/:memberId/grant', 'POST /api/plans/:planId/members/:memberId/remove', 'POST /api/plans/:planId/leave',
  'POST /api/plans/:planId/invitations', 'POST /api/plans/:planId/invitations/:invitationId/again',
  'POST /api/plans/:planId/invitations/:invitationId/withdraw', 'POST /api/plans/:planId/my-deputies',
  'POST /api/plans/:planId/my-deputies/:deputyId/end', 'POST /api/plans/:planId/deputies', 'POST /api/plans/:planId/deputies/:deputyId/end',
  'POST /api/plans/:planId/contacts', 'POST /api/plans/:planId/contacts/:contactId/remove',
])
/** Of one member, over all of these together: more than anybody does by hand. */
export const notedAnHour = { most: 600, withinMs: 60 * 60_000 } as const

/** Routes with a bound of their own on how often they are asked for, by whatever they count: an address, a browser, one who is signed in. */
const boundedRoutes: readonly HttpRoute[] = ['POST /api/sign-in/email', 'POST /api/sign-in/code']
/** Every route that may answer 429, with `Retry-After` where the moment is known. */
export const limitedRoutes: ReadonlySet<HttpRoute> = new Set<HttpRoute>([...notedRoutes, ...boundedRoutes])

/** Answers in the place of a route that would write more in the access log than one member may; null where it may go on, and is counted. */
export function openNotedLimit(clock: Clock): (context: Context<Told>, route: HttpRoute, asker: Asker) => Response | null {
  const noted = openGuesses(clock, notedAnHour)
  return (context, route, { session }) => {
    const seconds = session && notedRoutes.has(route) ? noted.count(session.member.memberId) : null
    return seconds === null ? null : tooMany(context, seconds)
  }
}

/** Again in so many seconds. */
export function tooMany(context: Context<Told>, seconds: number): Response {
  context.header('retry-after', String(seconds))
  return context.json({ error: 'too-many', seconds }, 429)
}
