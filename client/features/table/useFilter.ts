import { computed, shallowRef, type ComputedRef } from 'vue'
import { concernsArea, type HasFocusAreas } from '#shared/rules/focusAreas.ts'
import type { RowId, SetMember } from '#shared/plan/values.ts'
import { registerStore } from '../../plan/stores.ts'
import { wordFor } from '../../text/cellWords.ts'
import { useText } from '../../text/index.ts'
import type { Column, TableRegister } from './columns.ts'
import type { FocusArea, Named } from './context.ts'

/** One thing rows may be kept for, with how many rows have it. */
export interface FilterOption { readonly id: string, readonly label: string, readonly note?: string, readonly count: number }

export interface TableFilter {
  /** The columns that rows can be kept by. */
  readonly columns: ComputedRef<readonly Column[]>
  readonly isOn: ComputedRef<boolean>
  chosenOf(field: string): ReadonlySet<string>
  /** What stands in the column now, in the plan's order. */
  optionsOf(column: Column): readonly FilterOption[]
  choose(field: string, chosen: ReadonlySet<string>): void
  clear(): void
  /** Whether a row has one of what is chosen in every column where anything is. Without a filter it reads no row. */
  keeps(id: RowId): boolean
}

/** Nothing stated, as something to keep rows for. */
const nothing = '–'

/**
 * A filter over the rows of a table, by what their columns are declared as: one of a choice, a reference, members of a set (in
 * whichever order), and focus areas, where rows for all areas concern each of them.
 */
export function useFilter(
  register: TableRegister,
  shown: ComputedRef<readonly Column[]>,
  { focusAreas, nameOf }: { focusAreas: () => readonly FocusArea[], nameOf: (column: Column, id: RowId) => Named },
): TableFilter {
  const text = useText()
  const store = registerStore(register)
  const chosen = shallowRef<ReadonlyMap<string, ReadonlySet<string>>>(new Map())

  const columns = computed(() => shown.value.filter(({ declared }) =>
    declared.kind === 'choice' || declared.kind === 'reference' || (declared.kind === 'set' && (declared.of !== 'words' || declared.answer !== undefined))))

  const isOf = (column: Column, kind: 'areas') => kind === 'areas' && column.declared.kind === 'set' && column.declared.answer !== undefined
  /** Everything a row has in a column, as ids that can be kept for. */
  function heldBy(id: RowId, column: Column): readonly string[] {
    const row = store.byId.get(id)
    const value = (row as unknown as Readonly<Record<string, unknown>> | undefined)?.[column.field]
    if (!row)
      return []
    if (isOf(column, 'areas'))
      return areasOf(row as unknown as HasFocusAreas)
    if (Array.isArray(value))
      return value.length === 0 ? [nothing] : (value as readonly SetMember[]).map(member => member.id)
    return [typeof value === 'string' && value !== '' ? value : nothing]
  }
  function areasOf(row: HasFocusAreas): readonly string[] {
    const areas = focusAreas().filter(area => concernsArea(row, area.number)).map(area => String(area.number))
    const { focusAreasAnswer: answer } = row
    return answer === 'overarching' || answer === 'none' ? [...areas, answer] : areas.length > 0 ? areas : [nothing]
  }

  function labelOf(column: Column, id: string): { label: string, note?: string } {
    const { words, cell } = text.value
    if (id === nothing)
      return { label: cell.notStated }
    if (isOf(column, 'areas')) {
      const area = focusAreas().find(one => String(one.number) === id)
      const answers: Readonly<Record<string, string>> = words.choices.activities.focusAreasAnswer
      return { label: area ? `${id} ${area.name}` : wordFor(answers, id) }
    }
    if (column.declared.kind === 'reference' || (column.declared.kind === 'set' && Array.isArray(column.declared.of))) {
      const named = nameOf(column, id)
      return { label: named.label, ...(named.name !== named.label && { note: named.name }) }
    }
    const known: Readonly<Record<string, Readonly<Record<string, string>>>> = words.choices[register]
    return { label: column.declared.kind === 'choice' ? wordFor(known[column.field] ?? {}, id) : wordFor(words.members, id) }
  }

  /** In the order of the declaration or of the registers they come from; what is not stated last. */
  function rankOf(column: Column): (id: string) => number {
    const { declared } = column
    const ids: readonly string[] = isOf(column, 'areas') ? [...focusAreas().map(area => String(area.number)), 'overarching', 'none']
      : declared.kind === 'choice' ? declared.options
        : declared.kind === 'reference' ? declared.to.flatMap(of => registerStore(of).order)
          : declared.kind === 'set' && Array.isArray(declared.of) ? declared.of.flatMap(of => registerStore(of).order) : []
    const ranks = new Map(ids.map((id, n) => [id, n]))
    return id => id === nothing ? Infinity : ranks.get(id) ?? ids.length
  }

  return {
    columns,
    isOn: computed(() => chosen.value.size > 0),
    chosenOf: field => chosen.value.get(field) ?? none,
    optionsOf(column) {
      const counts = new Map<string, number>()
      for (const id of store.order)
        heldBy(id, column).forEach(one => counts.set(one, (counts.get(one) ?? 0) + 1))
      chosen.value.get(column.field)?.forEach(id => counts.set(id, counts.get(id) ?? 0))
      const rank = rankOf(column)
      return [...counts].sort(([a], [b]) => rank(a) - rank(b)).map(([id, count]) => ({ id, count, ...labelOf(column, id) }))
    },
    choose(field, next) {
      const others = [...chosen.value].filter(([one]) => one !== field)
      chosen.value = new Map(next.size > 0 ? [...others, [field, next] as const] : others)
    },
    clear: () => { chosen.value = new Map() },
    keeps(id) {
      if (chosen.value.size === 0)
        return true
      return columns.value.every((column) => {
        const wanted = chosen.value.get(column.field)
        return wanted === undefined || heldBy(id, column).some(one => wanted.has(one))
      })
    },
  }
}
const none: ReadonlySet<string> = new Set()
