import type { Group, Organisation, Row, RowId } from '#shared/plan/values.ts'
import type { Text } from '../../../text/index.ts'
import type { SharedName } from '../../../text/sharedNames.ts'

export interface NoteLine {
  readonly words: string
  /** Something to settle; else only more to know. */
  readonly isOpen?: true
}

export interface KnownOfRow {
  readonly row: object
  readonly shared: readonly SharedName[]
  readonly ring: readonly RowId[] | null
  /** How many activities name it. */
  readonly named: number
  nameOf(id: RowId): string
  /** As it stands on a pill. */
  labelOf(id: RowId): string
}

/** What stands under a cell's own value. Empty where there is no more to tell. */
export function noteLines(register: string, field: string, known: KnownOfRow, text: Text): readonly NoteLine[] {
  const { row, shared, ring, named, nameOf, labelOf } = known
  const { notes } = text.parties
  const open = shared.filter(one => one.field === field)
    .map(({ words, others }): NoteLine => ({ words: notes.sharedName(words, text.and(others.map(nameOf))), isOpen: true }))
  switch (`${register}/${field}`) {
    case 'organisations/name': {
      const { substitutesFor, substituteScope } = row as Organisation
      return [...open, ...substitutesFor === null ? [] : [{ words: notes.substitutes(labelOf(substitutesFor), substituteScope) }]]
    }
    case 'collaborations/organisations': {
      const { groupId } = row as Row<'collaborations'>
      return groupId === null ? [] : [{ words: notes.throughGroup(labelOf(groupId)) }]
    }
    case 'organisations/members': return ringLine()
    case 'groups/members': return [...moreMembers(row as Group), ...ringLine()]
    case 'organisations/short': case 'organisations/aliases': case 'groups/name': case 'groups/aliases': return open
    default: return named > 0 ? [{ words: notes.usedIn(named) }] : []
  }
  function ringLine(): readonly NoteLine[] {
    return ring ? [{ words: notes.ring(ring.map(labelOf).join(' → ')), isOpen: true }] : []
  }
  /** Members that no row stands for: kinds of participant, and so many from each municipality. */
  function moreMembers({ memberTypes, perMunicipalityMin: min, perMunicipalityMax: max }: Group): readonly NoteLine[] {
    return [
      ...min === null && max === null ? [] : [{ words: notes.perMunicipality(min, max) }],
      ...memberTypes.length > 0 ? [{ words: notes.memberTypes(text.and(memberTypes.map(({ id }) => id))) }] : [],
    ]
  }
}
