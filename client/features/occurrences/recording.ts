import { addRow, replaceText, setCell, textOf, trashRow, type Outcome } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import type { IsoDate, Row, RowId } from '#shared/plan/values.ts'
import { halfYearAt } from '#shared/rules/halfYear.ts'
import { halfOf, yearOf } from '#shared/rules/promises.ts'
import type { HalfYear } from '#shared/rules/when.ts'
import type { FollowedRegister, FollowedRow } from './usePromises.ts'

export type OccurrenceState = NonNullable<Row<'occurrences'>['state']>
export interface Recorded { readonly state: OccurrenceState | null, readonly day: IsoDate | null, readonly note: string }

/** What somebody wants to write down: something new of a row, or what is written down already. */
export interface Asked {
  readonly row: FollowedRow
  readonly state: OccurrenceState | null
  readonly occurrence: Row<'occurrences'> | null
  /** What was pressed. */
  readonly anchor: HTMLElement
}

/** Its day says which half-year it stands in; without a day it is the one that is looked at. */
export const standsIn = (day: IsoDate | null, shown: HalfYear): HalfYear => day === null ? shown : halfYearAt(day)

/** Adds an occurrence of a row: what two people add at once are two. */
export function record(
  plan: Plan, of: { readonly register: FollowedRegister, readonly id: RowId }, { state, day, note }: Recorded, shown: HalfYear,
): Outcome<{ id: RowId }> {
  const halfYear = standsIn(day, shown)
  return addRow(plan, 'occurrences', {
    [of.register === 'activities' ? 'activityId' : 'networkId']: of.id,
    state, note, year: yearOf(halfYear), half: halfOf(halfYear), ...day !== null && { date: day },
  })
}

/**
 * Writes what was changed since `before` in an occurrence, and nothing else: what others have changed in its other fields
 * stands, and of a note that both wrote in, both keep their words.
 */
export function change(plan: Plan, id: RowId, before: Recorded, after: Recorded, shown: HalfYear, merge: MergeText): Outcome {
  const cell = (field: string) => ({ register: 'occurrences', row: id, field }) as const
  const halfYear = standsIn(after.day, shown)
  const note = textOf(plan, cell('note'))?.toString() ?? ''
  const outcomes = [
    ...after.state === before.state ? [] : [setCell(plan, cell('state'), after.state)],
    ...after.day === before.day ? [] : [setCell(plan, cell('date'), after.day), setCell(plan, cell('year'), yearOf(halfYear)), setCell(plan, cell('half'), halfOf(halfYear))],
    ...after.note === before.note ? [] : [replaceText(plan, cell('note'), merge(before.note, after.note, note))],
  ]
  return outcomes.find(outcome => !outcome.ok) ?? { ok: true }
}
type MergeText = (base: string, mine: string, theirs: string) => string

export const remove = (plan: Plan, id: RowId): Outcome => trashRow(plan, 'occurrences', id)
