import type { Cell, Instant } from '#shared/plan/values.ts'
import type { KeptChange } from './records.ts'

/** A record as version 1 of the device copy kept it: the words of each cell, and bytes that are no use any more. */
export interface OldRecord {
  readonly id: string
  readonly at: Instant
  readonly changes: readonly (Cell & { readonly text: string, readonly since: Instant })[]
}

/** Its words stay on the list. What stood there before, and why it was refused, is not known. */
export function fromOldRecord({ id, at, changes }: OldRecord): readonly KeptChange[] {
  return changes.map(({ register, row, field, text, since }, n) => ({
    id: `${id}/${n}`, register, row, field, rowName: '', base: null, mine: text, at, since, cause: 'not-valid', why: 'not-valid',
  }))
}
