import type { RowId } from '#shared/plan/values.ts'

/** A line of the matrix. The group `null` is of the rows that stand under none. */
export type MatrixLine =
  | { readonly kind: 'group', readonly key: string, readonly groupId: RowId | null, readonly at: number, readonly size: number }
  | {
    readonly kind: 'activity'
    readonly key: string
    readonly id: RowId
    /** From 1, in the plan's order. */
    readonly number: number
    readonly group: string
    /** The place of the first group that the row stands under, where this one is a further one; -1 where it is the first. */
    readonly againUnder: number
  }
  | { readonly kind: 'networks', readonly key: string }
  | { readonly kind: 'network', readonly key: string, readonly id: RowId }

export type Grouping = 'goal' | 'mainTask'

/** The key of a group's own line. */
const groupKey = (id: RowId | null) => `group ${id ?? ''}`
const networksKey = 'networks'

/**
 * The lines of the matrix: each group with its rows, those under none last, then the networks. A row that stands under several
 * groups has a line in each. A line that reads as one `before` is that one.
 */
export function toLines({ activities, groups, groupsOf, networks, before = [] }: {
  readonly activities: readonly RowId[]
  readonly groups: readonly RowId[]
  /** The groups a row stands under; what is no group counts for nothing. */
  readonly groupsOf: (id: RowId) => readonly RowId[]
  readonly networks: readonly RowId[]
  readonly before?: readonly MatrixLine[] | undefined
}): readonly MatrixLine[] {
  const places = new Map(groups.map((id, at) => [id, at]))
  const under = new Map<RowId | null, { id: RowId, number: number, againUnder: number }[]>()
  activities.forEach((id, n) => {
    const mine = groupsOf(id).filter(group => places.has(group)).sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
    const first = places.get(mine[0] ?? '') ?? -1
    for (const [nth, group] of (mine.length > 0 ? mine : [null]).entries()) {
      const rows = under.get(group) ?? []
      under.set(group, rows)
      rows.push({ id, number: n + 1, againUnder: nth === 0 ? -1 : first })
    }
  })
  const lines = [...groups, null].flatMap<MatrixLine>((groupId, at) => {
    const rows = under.get(groupId) ?? []
    const group = groupKey(groupId)
    return rows.length === 0 ? [] : [
      { kind: 'group', key: group, groupId, at, size: rows.length },
      ...rows.map(row => ({ kind: 'activity' as const, key: row.againUnder < 0 ? row.id : `${row.id} ${group}`, group, ...row })),
    ]
  })
  const networkLines: MatrixLine[] = networks.length === 0 ? [] : [
    { kind: 'networks', key: networksKey }, ...networks.map(id => ({ kind: 'network' as const, key: `network ${id}`, id })),
  ]
  const known = new Map(before.map(line => [line.key, line]))
  return [...lines, ...networkLines].map((line) => {
    const same = known.get(line.key)
    return same && isSameLine(same, line) ? same : line
  })
}

function isSameLine(a: MatrixLine, b: MatrixLine): boolean {
  const [one, other] = [a, b] as unknown as readonly Readonly<Record<string, unknown>>[]
  return one !== undefined && other !== undefined && Object.keys(one).every(name => one[name] === other[name])
}

/** What one party has, counted: in activities it is responsible for and takes part in, and in networks that run. */
export interface Totals { readonly responsible: number, readonly contributes: number, readonly operates: number }
export const noTotals: Totals = { responsible: 0, contributes: 0, operates: 0 }

/** The busiest first; those with as much in the plan's own order. Networks count where there is no responsibility to count. */
export function busiestFirst(ids: readonly RowId[], totalsOf: (id: RowId) => Totals, inOrder: readonly RowId[]): readonly RowId[] {
  const rank = new Map(inOrder.map((id, at) => [id, at]))
  const last = inOrder.length
  return [...ids].sort((a, b) => {
    const [one, other] = [totalsOf(a), totalsOf(b)]
    return other.responsible - one.responsible || other.contributes - one.contributes
      || (one.responsible + one.contributes === 0 ? other.operates - one.operates : 0)
      || (rank.get(a) ?? last) - (rank.get(b) ?? last)
  })
}

/** The columns with the members of each collective and group right after it, where they have no column before that. */
export function withMembers(columns: readonly RowId[], membersOf: (id: RowId) => readonly RowId[]): readonly RowId[] {
  const shown = new Set(columns)
  const opened = (id: RowId): readonly RowId[] => membersOf(id).filter(member => !shown.has(member)).flatMap((member) => {
    if (shown.has(member))
      return []
    shown.add(member)
    return [member, ...opened(member)]
  })
  return columns.flatMap(id => [id, ...opened(id)])
}
