import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { equalityDeep } from 'lib0/function'
import type { Field } from '#shared/plan/fields.ts'
import { fieldsOf } from '#shared/plan/registers.ts'
import { concernsArea, type HasFocusAreas } from '#shared/rules/focusAreas.ts'
import type { RowId } from '#shared/plan/values.ts'
import { usePersonNames } from '../../plan/personNames.ts'
import { registerStore } from '../../plan/stores.ts'
import { idsIn, namedIn } from '../../plan/uses.ts'
import { wordFor } from '../../text/cellWords.ts'
import { useText } from '../../text/index.ts'
import type { Column, TableRegister } from './columns.ts'
import type { FocusArea, Named } from './context.ts'
import { readingTimes } from './laterParts.ts'
import type { Period } from './whenWords.ts'

/** One thing rows may be kept for, with how many rows have it. */
export interface FilterOption { readonly id: string, readonly label: string, readonly note?: string, readonly count: number }

export interface TableFilter {
  /** The columns that rows can be kept by, and the fields without one that somebody asked for. */
  readonly columns: ComputedRef<readonly Column[]>
  /** Fields without a column that some row uses, to be asked for. */
  readonly further: ComputedRef<readonly Column[]>
  /** Offers a field among the others; the latest is to be opened at once. */
  ask(field: string): void
  readonly asked: Readonly<{ value: string | null }>
  /** A number told beside the title whose rows alone are shown, where no column tells them apart. */
  readonly fact: Readonly<ShallowRef<FactShown | null>>
  showFact(fact: FactShown | null): void
  readonly isOn: ComputedRef<boolean>
  chosenOf(field: string): ReadonlySet<string>
  /** What stands in the column now, in the plan's order. */
  optionsOf(column: Column): readonly FilterOption[]
  choose(field: string, chosen: ReadonlySet<string>): void
  clear(): void
  /** Whether a row has one of what is chosen in every field where anything is. Without a filter it reads no row. */
  keeps(id: RowId): boolean
}

interface FactShown { readonly id: string, readonly keeps: (id: RowId) => boolean }

/** What is chosen, as the address says it: fields with ids. Fields that are no filter are left as they are. */
export interface FilterAddress {
  read(): Readonly<Record<string, unknown>>
  write(chosen: Readonly<Record<string, string[] | undefined>>): void
}
interface Around {
  readonly focusAreas: () => readonly FocusArea[]
  readonly nameOf: (column: Column, id: RowId) => Named
  readonly period: () => Period
  readonly address: FilterAddress
}

/** Nothing stated, as something to keep rows for. */
const nothing = '–'

/**
 * A filter over the rows of a table, by what their fields are declared as: one of a choice, a reference, members of a set (in
 * whichever order), what a row lies under, focus areas, where rows for all areas concern each of them, and times of the year.
 * It stands in the address, so that a link shows the same rows.
 */
export function useFilter(register: TableRegister, shown: ComputedRef<readonly Column[]>, around: Around): TableFilter {
  const { focusAreas, nameOf, period, address } = around
  const text = useText()
  const store = registerStore(register)
  const chosen = shallowRef<ReadonlyMap<string, ReadonlySet<string>>>(new Map())
  const asked = shallowRef<readonly string[]>([])
  const fact = shallowRef<FactShown | null>(null)
  const timesOf = shallowRef<Awaited<ReturnType<typeof readingTimes>>['timesOf'] | null>(null)

  const filterable = fieldsOf(register).filter(([, declared]) => isFilterable(declared))
  watch(() => address.read(), (query) => {
    const next = new Map(filterable.flatMap(([field]) => {
      const ids = [query[field]].flat().filter((id): id is string => typeof id === 'string' && id !== '')
      return ids.length > 0 ? [[field, new Set(ids)] as const] : []
    }))
    if (!equalityDeep(plainOf(next), plainOf(chosen.value)))
      chosen.value = next
    if (filterable.some(([field, { kind }]) => kind === 'when' && next.has(field)))
      void fetchTimes()
  }, { immediate: true })
  function put(next: ReadonlyMap<string, ReadonlySet<string>>) {
    chosen.value = next
    address.write(Object.fromEntries(filterable.map(([field]) => [field, next.has(field) ? [...next.get(field) ?? []] : undefined])))
  }
  async function fetchTimes() {
    const { timesOf: read } = await readingTimes()
    timesOf.value = read
  }

  const withColumn = computed(() => shown.value.filter(({ declared }) => isFilterable(declared) && declared.kind !== 'place'))
  /** The fields that each row says anything in, as bits: no row is read again for a change that says neither more nor less. */
  const used = store.each(row => filterable.reduce((bits, [field, declared], n) =>
    isUsed(declared, (row as object as Cells)[field]) ? bits | 1 << n : bits, 0))
  const without = computed<readonly Column[]>(() => {
    const words: Readonly<Record<string, string>> = text.value.words.fields[register]
    return filterable.filter(([field, { kind }]) => field !== 'focusAreasAnswer' && (kind === 'place' || !shown.value.some(column => column.field === field)))
      .map(([field, declared]) => ({ field, declared, title: words[field] ?? field }))
  })
  const personNames = usePersonNames()
  const isUsedAt = computed(() => {
    const all = store.order.reduce((bits, id) => bits | (used.value.get(id) ?? 0), 0)
    return (field: string) => (all & (1 << filterable.findIndex(([name]) => name === field))) !== 0
  })
  const isAsked = ({ field }: Column) => asked.value.includes(field) || chosen.value.has(field)

  const isOfAreas = ({ declared }: Column) => declared.kind === 'set' && declared.answer !== undefined
  /** Everything a row has in a column, as ids that can be kept for. */
  function heldBy(id: RowId, column: Column): readonly string[] {
    const row = store.byId.get(id)
    if (!row)
      return []
    const value = (row as object as Cells)[column.field]
    if (isOfAreas(column))
      return areasOf(row as unknown as HasFocusAreas)
    if (column.declared.kind === 'when')
      return value === null ? [nothing] : timesOf.value?.(value, period()) ?? []
    const ids = typeof value === 'number' ? [String(value)] : idsIn(value).filter(one => one !== '')
    return ids.length > 0 ? ids : [nothing]
  }
  function areasOf(row: HasFocusAreas): readonly string[] {
    const areas = focusAreas().filter(area => concernsArea(row, area.number)).map(area => String(area.number))
    const { focusAreasAnswer: answer } = row
    return answer === 'overarching' || answer === 'none' ? [...areas, answer] : areas.length > 0 ? areas : [nothing]
  }

  function labelOf(column: Column, id: string): { label: string, note?: string } {
    const { words, cell, parties: { filters } } = text.value
    if (id === nothing)
      return { label: cell.notStated }
    if (isOfAreas(column)) {
      const area = focusAreas().find(one => String(one.number) === id)
      const answers: Readonly<Record<string, string>> = words.choices.activities.focusAreasAnswer
      return { label: area ? `${id} ${area.name}` : wordFor(answers, id) }
    }
    const { declared } = column
    if (declared.kind === 'set' && declared.of === 'people')
      return { label: personNames.nameOf(id, text.value) }
    if (namedIn(declared).length > 0) {
      const named = nameOf(column, id)
      return { label: numbered(declared, id, named.label), ...(named.name !== named.label && { note: named.name }) }
    }
    if (declared.kind === 'when')
      return { label: wordFor(filters.times, id) }
    if (declared.kind === 'number')
      return { label: filters.number(column.title, id) }
    const known: Readonly<Record<string, Readonly<Record<string, string>>>> = words.choices[register]
    return { label: declared.kind === 'choice' ? wordFor(known[column.field] ?? {}, id) : wordFor(words.members, id) }
  }
  /** A phase is known by its number as much as by its name. */
  function numbered(declared: Field, id: RowId, label: string): string {
    const number = namedIn(declared).includes('phases') ? registerStore('phases').byId.get(id)?.number : null
    return typeof number === 'number' ? `${number} ${label}` : label
  }

  /** In the order of the declaration or of the registers they come from; what is not stated last. */
  function rankOf(column: Column): (id: string) => number {
    const { declared } = column
    const ids: readonly string[] = isOfAreas(column) ? [...focusAreas().map(area => String(area.number)), 'overarching', 'none']
      : declared.kind === 'choice' ? declared.options
        : declared.kind === 'when' ? Object.keys(text.value.parties.filters.times)
          : declared.kind === 'number' ? Array.from({ length: mostNumbers + 1 }, (_, n) => String(n))
            : namedIn(declared).flatMap(of => registerStore(of).order)
    const ranks = new Map(ids.map((id, n) => [id, n]))
    return id => id === nothing ? Infinity : ranks.get(id) ?? ids.length
  }

  return {
    columns: computed(() => [...withColumn.value, ...without.value.filter(isAsked)]),
    further: computed(() => without.value.filter(column => !isAsked(column) && isUsedAt.value(column.field))),
    ask(field) { asked.value = [...asked.value.filter(one => one !== field), field] },
    asked: { get value() { return asked.value.at(-1) ?? null } },
    fact,
    showFact(next) { fact.value = next },
    isOn: computed(() => chosen.value.size > 0 || fact.value !== null),
    chosenOf: field => chosen.value.get(field) ?? none,
    optionsOf(column) {
      if (column.declared.kind === 'when' && timesOf.value === null)
        void fetchTimes()
      const counts = new Map<string, number>()
      for (const id of store.order)
        heldBy(id, column).forEach(one => counts.set(one, (counts.get(one) ?? 0) + 1))
      chosen.value.get(column.field)?.forEach(id => counts.set(id, counts.get(id) ?? 0))
      const rank = rankOf(column)
      return [...counts].sort(([a], [b]) => rank(a) - rank(b)).map(([id, count]) => ({ id, count, ...labelOf(column, id) }))
    },
    choose(field, next) {
      const others = [...chosen.value].filter(([one]) => one !== field)
      put(new Map(next.size > 0 ? [...others, [field, next] as const] : others))
    },
    clear() {
      asked.value = []
      fact.value = null
      put(new Map())
    },
    keeps(id) {
      return fact.value?.keeps(id) !== false && [...chosen.value].every(([field, wanted]) => {
        const declared = filterable.find(([name]) => name === field)?.[1]
        return declared === undefined || heldBy(id, { field, declared, title: '' }).some(one => wanted.has(one))
      })
    },
  }
}
type Cells = Readonly<Record<string, unknown>>
const none: ReadonlySet<string> = new Set()

/** Numbers that are steps (phase 1 to 4), not amounts. */
const mostNumbers = 12
function isFilterable(declared: Field): boolean {
  switch (declared.kind) {
    case 'choice': case 'reference': case 'when': return true
    case 'set': return declared.of !== 'words' || declared.answer !== undefined
    case 'number': return declared.max <= mostNumbers
    case 'place': return declared.parent !== undefined
    default: return false
  }
}
const isUsed = ({ kind }: Field, value: unknown) => kind === 'when' || kind === 'number' ? value !== null : idsIn(value).length > 0
const plainOf = (chosen: ReadonlyMap<string, ReadonlySet<string>>) => Object.fromEntries([...chosen].map(([field, ids]) => [field, [...ids].sort()]))
