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

/** Why what was chosen is not given. `too-long`: with an earlier end it would be. */
export type GrantFault = 'no-register' | 'no-day' | 'in-the-past' | 'too-long' | 'above-you'
/** What a fault is in; none for what is in the choice as a whole. */
export type GrantField = 'registers' | 'until'
export const fieldOfFault: Readonly<Record<GrantFault, GrantField | null>> = {
  'no-register': 'registers', 'no-day': 'until', 'in-the-past': 'until', 'too-long': 'until', 'above-you': null,
}

/** What was chosen, or the first thing that is wrong with it. Rests on {@link readDraft}. */
export function toGrant(draft: GrantDraft, before: Grant | null = null, givers: readonly Grant[] | null = null): Grant | GrantFault {
  const { grant, faults } = readDraft(draft, before, givers)
  return faults[0] ?? grant
}

/**
 * What was chosen, and all that is wrong with it, at most one thing in each field. An end that was not touched stays what it was to the moment,
 * and nobody's last day gives more of it than they have. `givers`: what may be given from; null where that is not known here.
 */
export function readDraft(
  { role, isLimited, registers, untilDay }: GrantDraft, before: Grant | null = null, givers: readonly Grant[] | null = null,
): { readonly grant: Grant, readonly faults: readonly GrantFault[] } {
  const limits = isLimited && mayRoleWrite(role) ? registers : null
  const isKept = before !== null && before.until !== null && lastDayOf(before.until) === untilDay
  const until = untilDay === '' || untilDay === noDay ? null : isKept ? before.until : endOfDay(untilDay)
  const most = givers === null ? null : offerOf(givers, { role, isLimited, registers, untilDay }).until
  const isLastDay = most !== null && !isKept && lastDayOf(most) === untilDay
  const grant = { role, registers: limits, until: isLastDay ? most : until }
  const end = untilDay === noDay ? 'no-day' : grant.until !== null && grant.until <= Date.now() ? 'in-the-past' : null
  const isGiven = givers === null || givers.some(one => covers(one, end === null ? grant : { ...grant, until: one.until }))
  const isTooLong = !isGiven && givers.some(one => covers({ ...one, until: null }, { ...grant, until: null }))
  const faults: readonly (GrantFault | null)[] = [limits?.length === 0 ? 'no-register' : null, end, isGiven ? null : isTooLong ? 'too-long' : 'above-you']
  return { grant, faults: faults.filter(fault => fault !== null) }
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
