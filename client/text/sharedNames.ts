import type { RowId } from '#shared/plan/values.ts'
import { plainly } from './knownNames.ts'

interface Named {
  readonly id: RowId
  readonly deletedAt: number | null
  readonly name: string
  readonly short?: string
  readonly aliases: readonly { readonly id: string }[]
}

/** A name of a row that others go by too. */
export interface SharedName {
  /** As this row writes it. */
  readonly words: string
  readonly field: 'name' | 'short' | 'aliases'
  /** In the order given. */
  readonly others: readonly RowId[]
}

/**
 * Names that two living rows have in common, by row: what people write by such a name is not understood, or as the other one
 * (`knownNames`). One row that calls itself the same twice is no matter, and each name is told once, where it stands first.
 */
export function sharedNames(rows: readonly Named[]): ReadonlyMap<RowId, readonly SharedName[]> {
  const alive = rows.filter(row => row.deletedAt === null)
  const users = new Map<string, Set<RowId>>()
  for (const row of alive) {
    for (const { key } of namesOf(row)) {
      const ofThis = users.get(key) ?? new Set()
      users.set(key, ofThis.add(row.id))
    }
  }
  return new Map(alive.flatMap((row) => {
    const shared = namesOf(row).flatMap(({ key, words, field }) => {
      const others = [...users.get(key) ?? []].filter(id => id !== row.id)
      return others.length > 0 ? [{ words, field, others }] : []
    })
    return shared.length > 0 ? [[row.id, shared] as const] : []
  }))
}

/** What a row is called, each name once, the short name first. */
function namesOf({ name, short = '', aliases }: Named): readonly { readonly key: string, readonly words: string, readonly field: SharedName['field'] }[] {
  const all = [
    { words: short, field: 'short' as const }, { words: name, field: 'name' as const }, ...aliases.map(({ id }) => ({ words: id, field: 'aliases' as const })),
  ].map(one => ({ ...one, key: plainly(one.words) }))
  return all.filter(({ key }, n) => key !== '' && all.findIndex(one => one.key === key) === n)
}
