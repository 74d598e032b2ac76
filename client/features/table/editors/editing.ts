import { addRow, type Outcome } from '#shared/plan/commands.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import type { RowId } from '#shared/plan/values.ts'

export type { LeaveTo } from '../context.ts'

/** What an editor can be asked by what it stands in. */
export interface Editor {
  /** Writes what stands in the field; false when it is no value, and the person is told why in place. */
  commit?: () => boolean
}

const named = ['name', 'text', 'arena', 'title', 'with', 'number'] as const
/** A name this short is what people say, too. */
const shortEnough = 20

/** Adds a row that so far has nothing but its name. */
export function addNamed(plan: Plan, register: RegisterName, name: string): Outcome<{ id: RowId }> {
  const field = named.find(one => ['text', 'line'].includes(fieldOf(register, one)?.kind ?? ''))
  const isShort = name.length <= shortEnough && fieldOf(register, 'short') !== undefined
  return addRow(plan, register, { ...(field && { [field]: name }), ...(isShort && { short: name }) })
}

/** How well words meet a search: 0 is best, null is not at all. `main` is what the thing is called most often. */
export function rankOf(search: string, main: string, others: readonly string[]): number | null {
  const sought = search.trim().toLowerCase()
  const first = main.toLowerCase()
  const all = [first, ...others.map(other => other.toLowerCase())]
  if (all.includes(sought))
    return first === sought ? 0 : 1
  if (first.startsWith(sought))
    return 2
  if (all.some(words => words.startsWith(sought)))
    return 3
  const joined = all.join(' ')
  const isWhole = sought.split(/\s+/).every(word => joined.includes(word))
  return isWhole ? joined.includes(` ${sought}`) ? 4 : 5 : null
}

/** The things that meet a search, the best first; all of them in their own order when nothing is sought. */
export function hitsOf<T extends { readonly label: string, readonly others: readonly string[] }>(all: readonly T[], search: string): readonly T[] {
  if (search.trim() === '')
    return all
  return all.flatMap(one => ({ one, rank: rankOf(search, one.label, one.others) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ one }) => one)
}
