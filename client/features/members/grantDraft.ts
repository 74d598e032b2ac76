import type { Grant } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import { mayRoleWrite } from '../../plan/ending.ts'
import { endOfDay, lastDayOf } from './days.ts'

/** What somebody may do, as it is being chosen. */
export interface GrantDraft {
  readonly role: Role
  readonly isLimited: boolean
  readonly registers: readonly RegisterName[]
  /** `2027-06-30`, the last day; empty: no end. */
  readonly untilDay: string
}

export const newDraft: GrantDraft = { role: 'editor', isLimited: false, registers: [], untilDay: '' }

export const draftOf = ({ role, registers, until }: Grant): GrantDraft =>
  ({ role, isLimited: registers !== null, registers: registers ?? [], untilDay: until === null ? '' : lastDayOf(until) })

/** What was chosen, or what is wrong with it. An end that was not touched stays what it was to the moment. */
export function toGrant({ role, isLimited, registers, untilDay }: GrantDraft, before: Grant | null = null): Grant | 'no-register' | 'in-the-past' {
  const limits = isLimited && mayRoleWrite(role) ? registers : null
  if (limits?.length === 0)
    return 'no-register'
  const isKept = before !== null && before.until !== null && lastDayOf(before.until) === untilDay
  const until = untilDay === '' ? null : isKept ? before.until : endOfDay(untilDay)
  return until !== null && until <= Date.now() ? 'in-the-past' : { role, registers: limits, until }
}

/** In the order in which the plan's places stand. */
export const limitable: readonly RegisterName[] = [
  'activities', 'networks', 'collaborations', 'municipalities', 'occurrences', 'organisations', 'groups', 'serviceAreas', 'messages', 'audiences', 'goals',
  'mainTasks', 'followUps', 'phases', 'plan', 'columns', 'sections',
]
