import { equalityDeep } from 'lib0/function'
import { computed, type ComputedRef } from 'vue'
import type { RowId } from '#shared/plan/values.ts'
import { waysTo, type Parties, type Ways } from '#shared/rules/responsibility.ts'
import { inPlanOrder, namedRow } from '../../plan/names.ts'
import { registerStore } from '../../plan/stores.ts'
import { useText } from '../../text/index.ts'

/** A party as it is called now. */
export interface NamedParty { readonly label: string, readonly name: string, readonly isCollective: boolean, readonly isGone: boolean }

/** Those who can be responsible in this plan, and who belongs to whom. */
export interface PartiesNow {
  /** Changes only when somebody comes, goes, or gets other members. */
  readonly parties: ComputedRef<Parties>
  /** Every living organisation and group, in the plan's order. */
  readonly ids: ComputedRef<readonly RowId[]>
  /** The ways to a party, found once until they change. */
  readonly waysTo: ComputedRef<(id: RowId) => Ways>
  readonly membersOf: ComputedRef<(id: RowId) => readonly RowId[]>
  nameOf(id: RowId): NamedParty
}

const registers = ['organisations', 'groups'] as const

export function useParties(): PartiesNow {
  const text = useText()
  const organisations = registerStore('organisations')
  const groups = registerStore('groups')
  const organisationHolders = organisations.each(
    ({ id, members, deletedAt, substitutesFor, substituteScope }) => ({ id, members, deletedAt, substitutesFor, substituteScope }), equalityDeep,
  )
  const groupHolders = groups.each(({ id, members, deletedAt }) => ({ id, members, deletedAt }), equalityDeep)
  const parties = computed<Parties>(() => ({ organisations: [...organisationHolders.value.values()], groups: [...groupHolders.value.values()] }))
  const membersOf = computed(() => {
    const all = new Map([...parties.value.organisations, ...parties.value.groups].map(row => [row.id, row]))
    return (id: RowId) => inPlanOrder(registers, all.get(id)?.members ?? []).map(member => member.id)
      .filter(member => all.get(member)?.deletedAt === null)
  })
  return {
    parties,
    ids: computed(() => [...organisations.order, ...groups.order]),
    waysTo: computed(() => {
      const { value } = parties
      const known = new Map<RowId, Ways>()
      return (id: RowId) => {
        const ways = known.get(id) ?? waysTo(id, value)
        known.set(id, ways)
        return ways
      }
    }),
    membersOf,
    nameOf(id) {
      const named = namedRow(registers, id)
      if (!named)
        return { label: text.value.cell.gone, name: text.value.cell.gone, isCollective: false, isGone: true }
      const label = named.label || text.value.trash.noName
      return { ...named, label, name: named.name || label }
    },
  }
}
