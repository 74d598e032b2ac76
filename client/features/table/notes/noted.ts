import { defineComponent } from 'vue'
import type { Group, Row } from '#shared/plan/values.ts'
import { later } from '../../../ui/later.ts'

/** Cells that may have more to tell than their own value; see `noteLines.ts`. */
const noted: ReadonlySet<string> = new Set([
  'organisations/name', 'organisations/short', 'organisations/aliases', 'organisations/members', 'groups/name', 'groups/aliases', 'groups/members',
  'municipalities/name', 'municipalities/decision', 'municipalities/contactCount', 'municipalities/lastContact', 'networks/serviceAreas',
  'collaborations/organisations', 'goals/text', 'audiences/text', 'mainTasks/text', 'messages/text', 'phases/name',
])
export const isNoted = (register: string, field: string) => noted.has(`${register}/${field}`)

/** Whether an empty cell is answered by the lines under it: members that no row stands for, or a group they come through. */
export function isToldBelow(register: string, field: string, row: object): boolean {
  if (register === 'collaborations' && field === 'organisations')
    return (row as Row<'collaborations'>).groupId !== null
  if (register !== 'groups' || field !== 'members')
    return false
  const { memberTypes, perMunicipalityMin, perMunicipalityMax } = row as Group
  return memberTypes.length > 0 || perMunicipalityMin !== null || perMunicipalityMax !== null
}

/** Registers whose rows are there to be named by others: the details of one tell where it is. */
const namedByOthers: ReadonlySet<string> = new Set(['organisations', 'groups', 'serviceAreas', 'audiences', 'goals', 'mainTasks', 'messages', 'phases'])
export const isNamedByOthers = (register: string) => namedByOthers.has(register)

/** Where it cannot be fetched the cell says no more than its value, as it did before. */
const nothing = defineComponent(() => () => null)
export const CellNote = later(() => import('./CellNote.vue'), nothing)
export const PanelUses = later(() => import('./PanelUses.vue'), nothing)
