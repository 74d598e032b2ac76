import { responsibilityOf, type Task } from '#shared/rules/responsibility.ts'
import type { Activity, Goal, Group, Organisation, RowId } from '#shared/plan/values.ts'

export type Mark = 'lead' | 'responsible' | 'contributor' | 'through'

export interface MatrixColumn {
  readonly id: RowId
  /** Its mark on each activity it has something to do with. */
  readonly marks: ReadonlyMap<RowId, Mark>
  /** How many it is named as responsible for. */
  readonly responsible: number
  readonly contributes: number
}
export interface MatrixGroup { readonly goal: Goal | null, readonly activities: readonly Activity[] }
export interface Matrix {
  readonly columns: readonly MatrixColumn[]
  readonly groups: readonly MatrixGroup[]
  readonly unassigned: number
}

/**
 * Who has responsibility for what, read from the rows themselves. Columns are the parties that rows name, the busiest first;
 * `opensCollectives` also gives the members of collectives and groups a column of their own.
 */
export function layMatrix({ activities, goals, organisations, groups, opensCollectives }: {
  activities: readonly Activity[]
  goals: readonly Goal[]
  organisations: readonly Organisation[]
  groups: readonly Group[]
  opensCollectives: boolean
}): Matrix {
  const parties = { organisations, groups }
  const named = new Set(activities.flatMap(row => row.responsible.map(member => member.id)))
  const ids = opensCollectives ? withMembers(named, [...organisations, ...groups]) : named
  const columns = [...ids].map((id) => {
    const { activities: tasks } = responsibilityOf(id, { activities, networks: [], parties })
    const marks = new Map(tasks.map(task => [task.id, markOf(task)]))
    const count = (...wanted: Mark[]) => [...marks.values()].filter(mark => wanted.includes(mark)).length
    return { id, marks, responsible: count('responsible', 'lead'), contributes: count('contributor') }
  })
  columns.sort((a, b) => b.responsible - a.responsible || b.marks.size - a.marks.size)
  const under = goals.map(goal => ({ goal, activities: activities.filter(row => row.place.parentId === goal.id) }))
  const known = new Set(goals.map(goal => goal.id))
  const loose = activities.filter(row => row.place.parentId === null || !known.has(row.place.parentId))
  return {
    columns,
    groups: [...under.filter(group => group.activities.length > 0), ...(loose.length > 0 ? [{ goal: null, activities: loose }] : [])],
    unassigned: activities.filter(row => row.responsible.length === 0).length,
  }
}

function markOf({ isDirect, roles }: Task): Mark {
  if (!isDirect)
    return 'through'
  return roles.includes('lead') ? 'lead' : roles.includes('contributor') ? 'contributor' : 'responsible'
}

interface Holder { readonly id: RowId, readonly members: readonly { readonly id: RowId }[] }

function withMembers(named: ReadonlySet<RowId>, holders: readonly Holder[]): ReadonlySet<RowId> {
  const members = new Map(holders.map(holder => [holder.id, holder.members.map(member => member.id)]))
  const all = new Set(named)
  for (const id of all)
    members.get(id)?.forEach(member => all.add(member))
  return all
}
