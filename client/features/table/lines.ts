import type { RowId } from '#shared/plan/values.ts'
import type { MergedBlock } from '../../ui/grid/BaseGrid.vue'
import type { LaidGroup } from './layout.ts'

/** A line of the grid: a row of the register, or the place of a goal that has none. */
export interface Line {
  readonly key: string
  /** Null for a goal without rows. */
  readonly id: RowId | null
  /** From 1, through the whole table. */
  readonly number: number
  readonly goalId: RowId | null
  /** The goal's place among the goals, from 0. */
  readonly goalAt: number
  readonly startsGoal: boolean
  readonly startsAudience: boolean
  /** First and last of its goal. */
  readonly isFirst: boolean
  readonly isLast: boolean
  /** Under the last goal. */
  readonly isEnd: boolean
  readonly audienceId: RowId | null
  /** Rows that look like one cell in the target-group column, from the first of them; 0 under a first one. */
  readonly audienceSpan: number
}

/** So tall a goal's words, and a target group's, may make their rows, in rem: six lines and what stands around them. */
const tallestGoal = 11.75
const tallestAudience = 10.25

/** The groups as lines of a grid, in order. `isGrouped`: a goal without rows has a line of its own. A line that reads as one `before` is that one. */
export function toLines(groups: readonly LaidGroup[], isGrouped: boolean, before: readonly Line[] = []): readonly Line[] {
  const known = new Map(before.map(line => [line.key, line]))
  return linesOf(groups, isGrouped).map((line) => {
    const same = known.get(line.key)
    return same && isSameLine(same, line) ? same : line
  })
}
const isSameLine = (a: Line, b: Line) => (Object.keys(a) as (keyof Line)[]).every(name => a[name] === b[name])

function linesOf(groups: readonly LaidGroup[], isGrouped: boolean): readonly Line[] {
  return groups.flatMap<Line>((group) => {
    const { goalId, goalAt } = group
    const isEnd = group === groups.at(-1)
    if (group.rows.length === 0)
      return isGrouped && goalId !== null
        ? [{ key: `hollow ${goalId}`, id: null, number: 0, goalId, goalAt, startsGoal: true, startsAudience: true, isFirst: true, isLast: true, isEnd, audienceId: null, audienceSpan: 1 }]
        : []
    return group.rows.map((row, n) => ({
      key: row.id, id: row.id, number: row.number, goalId, goalAt, startsGoal: isGrouped && n === 0, startsAudience: row.audienceSpan > 0,
      isFirst: n === 0, isLast: n === group.rows.length - 1, isEnd, audienceId: row.audienceId, audienceSpan: row.audienceSpan,
    }))
  })
}

/** What looks merged over the lines: each goal, and each target group that `isShared` tells several rows may share. */
export function toBlocks(
  lines: readonly Line[], columns: { readonly goal: boolean, readonly audience: boolean }, hasAudience: (id: RowId) => boolean,
): readonly MergedBlock[] {
  return lines.flatMap<MergedBlock>((line, first) => {
    const goal = columns.goal && line.startsGoal
      ? [{ key: `goal ${line.goalId ?? ''}`, column: 'place', first, last: lastOf(lines, first), tallest: tallestGoal }] : []
    const audience = columns.audience && line.id !== null && line.audienceSpan > 0 && hasAudience(line.id)
      ? [{ key: `audience ${line.id}`, column: 'audienceId', first, last: first + line.audienceSpan - 1, tallest: tallestAudience }] : []
    return [...goal, ...audience]
  })
}

function lastOf(lines: readonly Line[], first: number): number {
  let last = first
  while (lines[last + 1] && lines[last + 1]?.startsGoal === false)
    last++
  return last
}
