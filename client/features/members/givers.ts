import type { Deputy, Grant, MemberLine } from '#shared/protocol/access.ts'
import { actingOn, covers, toHeld } from '#shared/protocol/grants.ts'

/** Who is in the plan, and who stands in for whom, as somebody sees it. */
export interface Company { readonly byId: ReadonlyMap<string, MemberLine>, readonly deputies: readonly Deputy[] }

/**
 * The grants that somebody may give from, each by itself, to a member of the plan or (null) to somebody new: their own and those of whom they
 * stand in for, and what the member has, which may always be left or made less. To oneself nobody gives more than that (T44).
 */
export function giversOf(myId: string, about: MemberLine | null, { byId, deputies }: Company, now = Date.now()): readonly Grant[] {
  if (about?.memberId === myId)
    return [about]
  const actedFor = deputies.filter(({ deputyId }) => deputyId === myId).flatMap(({ memberId, from, until }) => {
    const grant = byId.get(memberId)
    return grant ? [{ memberId, from, until, grant }] : []
  })
  const held = toHeld(byId.get(myId) ?? null, actedFor, now)
  return about ? [...actingOn(held, about.memberId), about] : held
}

/** Whether somebody may let another stand in for this member, be it ever so short. */
export function mayAppoint(myId: string, member: MemberLine, company: Company, now = Date.now()): boolean {
  return giversOf(myId, member, company, now).some(giver => giver !== member && covers(giver, { ...member, until: now }))
}
