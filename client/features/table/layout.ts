import type { RowId } from '#shared/plan/values.ts'

export interface LaidRow {
  readonly id: RowId
  /** From 1, through the whole table. */
  readonly number: number
  /** How many rows share this row's target group from here; 0 when an earlier row's cell covers it. */
  readonly audienceSpan: number
}
export interface LaidGroup {
  /** Null for rows without a (living) goal, and for the whole table where it is not grouped. */
  readonly goalId: RowId | null
  readonly rows: readonly LaidRow[]
}

/** Rows under their goals, in order; a goal without rows has its group too, a goal that is gone leaves its rows last. */
export function layGroups(
  order: readonly RowId[],
  goals: readonly RowId[],
  placeOf: (id: RowId) => { readonly goalId: RowId | null, readonly audienceId: RowId | null },
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
  return [...under].map(([goalId, ids]) => ({
    goalId,
    rows: ids.map((id, at) => ({ id, number: ++number, audienceSpan: span(ids, at, row => placeOf(row).audienceId) })),
  }))
}

function span(ids: readonly RowId[], at: number, audienceOf: (id: RowId) => RowId | null): number {
  const mine = audienceOf(ids[at] ?? '')
  if (mine !== null && at > 0 && audienceOf(ids[at - 1] ?? '') === mine)
    return 0
  if (mine === null)
    return 1
  const end = ids.findIndex((id, n) => n > at && audienceOf(id) !== mine)
  return (end < 0 ? ids.length : end) - at
}

/** Whether two layouts would draw the same: then the old one stands, and nothing is drawn again. */
export function isSameLayout(a: readonly LaidGroup[], b: readonly LaidGroup[]): boolean {
  return a.length === b.length && a.every((group, n) => {
    const other = b[n]
    return other !== undefined && group.goalId === other.goalId && group.rows.length === other.rows.length
      && group.rows.every((row, at) => row.id === other.rows[at]?.id && row.number === other.rows[at].number
        && row.audienceSpan === other.rows[at].audienceSpan)
  })
}
