import type { RowId } from '../plan/values.ts'
import type { Parties } from './responsibility.ts'

/**
 * The way from a collective or group back to itself through its members, itself first and last: `[A, B, A]`; null when no ring
 * goes through it. The shortest one, and of equal ones that through the member whose id sorts first. Trashed rows open nothing.
 */
export function ringThrough(id: RowId, { organisations, groups }: Parties): readonly RowId[] | null {
  const alive = [...organisations, ...groups].filter(row => row.deletedAt === null)
  const members = new Map(alive.map(row => [row.id, row.members.map(member => member.id)]))
  const seen = new Set<RowId>()
  let ways: readonly (readonly RowId[])[] = [[id]]
  while (ways.length > 0) {
    const next: (readonly RowId[])[] = []
    for (const way of ways) {
      for (const member of members.get(way.at(-1) ?? '') ?? []) {
        if (member === id)
          return [...way, id]
        if (!seen.has(member))
          next.push([...way, member])
        seen.add(member)
      }
    }
    ways = next
  }
  return null
}
