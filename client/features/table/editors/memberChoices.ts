import { computed, type ComputedRef } from 'vue'
import type { RegisterName, SetField } from '#shared/plan/fields.ts'
import type { RowId, SetMember } from '#shared/plan/values.ts'
import { namedRow } from '../../../plan/names.ts'
import { usePersonNames, type PersonNamed } from '../../../plan/personNames.ts'
import { usePlaceNames } from '../../../plan/placeNames.ts'
import { registerStore } from '../../../plan/stores.ts'
import { wordFor } from '../../../text/cellWords.ts'
import type { Text } from '../../../text/index.ts'

/** One that may be a member: what it is called, and every other name it is found by. */
export interface MemberChoice {
  readonly id: string
  /** As it stands on a pill. */
  readonly label: string
  readonly name: string
  /** The short name where it has one that is not its name; else empty. */
  readonly short: string
  /** What tells it from others of the name. */
  readonly note?: string
  readonly others: readonly string[]
  readonly isCollective: boolean
  readonly isGone: boolean
}

/**
 * Those that may be in a set, in the plan's order: rows by their short names, options by their words, words as they are. Of numbers
 * all that have a name, by that.
 */
export function useMemberChoices({ of, numberOf }: SetField, members: ComputedRef<ReadonlyMap<string, readonly string[]>>, text: ComputedRef<Text>) {
  if (numberOf) {
    const places = usePlaceNames()
    return computed(() => [...new Set([...places.all(numberOf).map(({ number }) => number), ...members.value.keys()])]
      .map(number => placeChoice(number, places.nameOf(numberOf, number))))
  }
  if (of === 'words')
    return computed(() => [...members.value.keys()].map(id => wordChoice(id, wordFor(text.value.words.members, id))))
  if (of === 'people') {
    const people = usePersonNames()
    return computed(() => [...people.byId.values()].filter(({ id, isPast }) => !isPast || members.value.has(id))
      .map(person => personChoice(person)).sort((a, b) => a.name.localeCompare(b.name, 'nb')))
  }
  if ('choices' in of)
    return computed(() => of.choices.map(id => wordChoice(id, wordFor(text.value.words.members, id))))
  return computed(() => of.flatMap(register => registerStore(register).order.map(id => rowChoice([register], id, text.value))))
}

/** What is no row, by its words. */
export function wordChoice(id: string, label: string): MemberChoice {
  return { id, label, name: label, short: '', others: [], isCollective: false, isGone: false }
}

/** A person, found by where they are from as well. */
function personChoice({ id, name, organisation }: PersonNamed): MemberChoice {
  const from = 'words' in organisation ? organisation.words : namedRow(['organisations'], organisation.id)?.name ?? ''
  return { id, label: name, name, short: '', note: from, others: [from], isCollective: false, isGone: false }
}

/** A municipality or a county; it is found by its number too. */
function placeChoice(number: string, name: string | null): MemberChoice {
  return { id: number, label: name ?? number, name: name ?? number, short: '', others: [number], isCollective: false, isGone: false }
}

/** A row as it is chosen; one that is gone is still called by something. */
export function rowChoice(registers: readonly RegisterName[], id: RowId, text: Text): MemberChoice {
  const row = namedRow(registers, id)
  if (!row)
    return { id, label: text.cell.gone, name: text.cell.gone, short: '', others: [], isCollective: false, isGone: true }
  const label = row.label || text.trash.noName
  const name = row.name || label
  const short = label === name || label.endsWith('…') ? '' : label
  return { id, label, name, short, others: [name, ...aliasesOf(registers, id)], isCollective: row.isCollective, isGone: row.isGone }
}

function aliasesOf(registers: readonly RegisterName[], id: RowId): readonly string[] {
  return registers.flatMap((register) => {
    const row = registerStore(register).byId.get(id) as { readonly aliases?: readonly SetMember[] } | undefined
    return (row?.aliases ?? []).map(alias => alias.id)
  })
}
