import type { RowId } from '#shared/plan/values.ts'

export interface LaidRow {
  readonly id: RowId
  /** From 1, through the whole table. */
  readonly number: number
  readonly audienceId: RowId | null
  /** How many rows share this row's target group from here; 0 when an earlier row's cell covers it. */
  readonly audienceSpan: number
}
export interface LaidGroup {
  /** Null for rows without a (living) goal, and for the whole table where it is not grouped. */
  readonly goalId: RowId | null
  /** The goal's place among all of them, from 0. */
  readonly goalAt: number
  readonly rows: readonly LaidRow[]
}

/**
 * Rows under their goals, in order; a goal without rows has its group too, a goal that is gone leaves its rows last. With `keeps`
 * only the rows that it keeps are laid, with the numbers they have among all, and only the goals of those.
 */
export function layGroups(
  order: readonly RowId[],
  goals: readonly RowId[],
  placeOf: (id: RowId) => { readonly goalId: RowId | null, readonly audienceId: RowId | null },
  keeps: ((id: RowId) => boolean) | null = null,
): readonly LaidGroup[] {
  const under = new Map<RowId | null, RowId[]>(goals.map(id => [id, []]))
  for (const id of order) {
    const { goalId } = placeOf(id)
    const key = goalId !== null && under.has(goalId) ? goalId : null
    const rows = under.get(key)
    if (rows)
      rows.push(id)
    else
      under.set(key, [id])
  }
  let number = 0
  return [...under].flatMap(([goalId, ids], goalAt) => {
    const numbered = ids.map(id => ({ id, number: ++number }))
    const kept = keeps ? numbered.filter(({ id }) => keeps(id)) : numbered
    if (keeps && kept.length === 0)
      return []
    const audiences = kept.map(({ id }) => placeOf(id).audienceId)
    const spans = spansOf(audiences)
    return [{ goalId, goalAt, rows: kept.map((row, at) => ({ ...row, audienceId: audiences[at] ?? null, audienceSpan: spans[at] ?? 1 })) }]
  })
}

/** Of rows in order: how many from each share its target group, counted at the first of them. */
function spansOf(audiences: readonly (RowId | null)[]): readonly number[] {
  const spans = audiences.map(() => 1)
  for (let at = audiences.length - 1; at > 0; at--) {
    if (audiences[at] === null || audiences[at] !== audiences[at - 1])
      continue
    spans[at - 1] = 1 + (spans[at] ?? 0)
    spans[at] = 0
  }
  return spans
}

/** Whether two layouts would draw the same: then the old one stands, and nothing is drawn again. */
export function isSameLayout(a: readonly LaidGroup[], b: readonly LaidGroup[]): boolean {
  return a.length === b.length && a.every((group, n) => {
    const other = b[n]
    return other !== undefined && group.goalId === other.goalId && group.goalAt === other.goalAt && group.rows.length === other.rows.length
      && group.rows.every((row, at) => row.id === other.rows[at]?.id && row.number === other.rows[at].number
        && row.audienceId === other.rows[at].audienceId && row.audienceSpan === other.rows[at].audienceSpan)
  })
}
