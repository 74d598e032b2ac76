import { within, type Grant } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import { covers, mayRoleWrite, reaches } from '#shared/protocol/grants.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { Instant } from '#shared/plan/values.ts'
import { noDay } from '../../ui/writtenDay.ts'
import { endOfDay, lastDayOf } from './days.ts'

/** What somebody may do, as it is being chosen. */
export interface GrantDraft {
  readonly role: Role
  readonly isLimited: boolean
  readonly registers: readonly RegisterName[]
  /** `2027-06-30`, the last day; empty: no end; `noDay`: what is written is none. */
  readonly untilDay: string
}

export const newDraft: GrantDraft = { role: 'editor', isLimited: false, registers: [], untilDay: '' }

export const draftOf = ({ role, registers, until }: Grant): GrantDraft =>
  ({ role, isLimited: registers !== null, registers: registers ?? [], untilDay: until === null ? '' : lastDayOf(until) })

/** Why what was chosen is not given. */
export type GrantFault = 'no-register' | 'no-day' | 'in-the-past' | 'above-you'

/**
 * What was chosen, or what is wrong with it. An end that was not touched stays what it was to the moment, and nobody's last day gives more of it
 * than they have. `givers`: what may be given from; null where that is not known here.
 */
export function toGrant(
  { role, isLimited, registers, untilDay }: GrantDraft, before: Grant | null = null, givers: readonly Grant[] | null = null,
): Grant | GrantFault {
  const limits = isLimited && mayRoleWrite(role) ? registers : null
  if (limits?.length === 0)
    return 'no-register'
  if (untilDay === noDay)
    return 'no-day'
  const isKept = before !== null && before.until !== null && lastDayOf(before.until) === untilDay
  const until = untilDay === '' ? null : isKept ? before.until : endOfDay(untilDay)
  const most = givers === null ? null : offerOf(givers, { role, isLimited, registers, untilDay }).until
  const isLastDay = most !== null && !isKept && lastDayOf(most) === untilDay
  const grant = { role, registers: limits, until: isLastDay ? most : until }
  if (grant.until !== null && grant.until <= Date.now())
    return 'in-the-past'
  return givers === null || givers.some(one => covers(one, grant)) ? grant : 'above-you'
}

/** What can be given with a role by those grants, of which at least one reaches as high. */
export interface Offer {
  /** Those it may be limited to; of others only what it is limited to already. */
  readonly registers: readonly RegisterName[]
  /** It has to be limited to some of them. */
  readonly isLimited: boolean
  /** As it is limited now it has to end, then or before; null: it need not. */
  readonly until: Instant | null
}
export function offerOf(givers: readonly Grant[], draft: GrantDraft): Offer {
  const { role } = draft
  const able = givers.filter(one => reaches(one.role, role))
  const limits = draft.isLimited ? draft.registers : null
  const asWide = able.filter(one => covers({ ...one, until: null }, { role, registers: limits, until: null }))
  const ends = (asWide.length > 0 ? asWide : able).map(({ until }) => until)
  return {
    registers: [...limitable, ...draft.registers.filter(one => !limitable.includes(one))]
      .filter(register => able.some(({ registers }) => within(registers, register))),
    isLimited: mayRoleWrite(role) && !able.some(({ registers }) => registers === null),
    until: ends.reduce((most, one) => most === null || one === null ? null : Math.max(most, one), ends[0] ?? null),
  }
}

/** The draft with no more in it than is offered: who has to limit gives all they can to begin with, and for as long as they can. */
export function fitted(draft: GrantDraft, { registers, isLimited, until }: Offer): GrantDraft {
  const own = draft.isLimited ? draft.registers.filter(one => registers.includes(one)) : registers
  const isTooWide = isLimited && (!draft.isLimited || own.length < draft.registers.length)
  const isTooLong = until !== null && draft.untilDay !== noDay && (draft.untilDay === '' || draft.untilDay > lastDayOf(until))
  return isTooWide || isTooLong
    ? { ...draft, ...isTooWide && { isLimited, registers: own }, ...isTooLong && { untilDay: lastDayOf(until) } }
    : draft
}

/** Those with a page or a place to be written in, in the order in which the plan's places stand: chapters have none yet. */
export const limitable: readonly RegisterName[] = [
  'activities', 'networks', 'collaborations', 'municipalities', 'occurrences', 'organisations', 'groups', 'serviceAreas', 'messages', 'audiences', 'goals',
  'mainTasks', 'followUps', 'phases', 'plan', 'columns',
]
