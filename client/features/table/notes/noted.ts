import { defineComponent, type InjectionKey } from 'vue'
import type { RegisterName } from '#shared/plan/fields.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import type { Cell, Group, Row } from '#shared/plan/values.ts'
import { later } from '../../../ui/later.ts'

/** Cells that may have more to tell than their own value; see `noteLines.ts`. */
const noted: ReadonlySet<string> = new Set([
  'organisations/name', 'organisations/short', 'organisations/aliases', 'organisations/members', 'groups/name', 'groups/aliases', 'groups/members',
  'municipalities/name', 'municipalities/successorNumber', 'municipalities/decision', 'municipalities/contactCount', 'municipalities/lastContact', 'networks/serviceAreas',
  'collaborations/organisations', 'goals/text', 'audiences/text', 'mainTasks/text', 'messages/text', 'phases/name',
])
export const isNoted = (register: RegisterName, field: string) => noted.has(`${register}/${field}`) || isPlaceNumber(register, field)

/** A place is told by its name, with its number under it. */
export function isPlaceNumber(register: RegisterName, field: string): boolean {
  const declared = fieldOf(register, field)
  return declared?.kind === 'line' && declared.numberOf !== undefined
}

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
/** The registers whose rows may recur. */
export const mayRecur = (register: RegisterName): register is 'activities' | 'networks' => register === 'activities' || register === 'networks'
export const PanelKept = later(() => import('../facts/PanelKept.vue'), nothing)
export const PanelUses = later(() => import('./PanelUses.vue'), nothing)

/** Whether it is worth looking for what tells of one person: all of it has a digit or an @, which most cells have not. */
export const mayBePersonal = (words: string) => /[\d@]/.test(words)
export const PersonalMark = later(() => import('./PersonalMark.vue'), nothing)
export const PersonalNote = later(() => import('./PersonalNote.vue'), nothing)
export const PersonalHere = later(() => import('./PersonalHere.vue'), nothing)
/** Asks about a cell, beside it, where the page has a place for that. */
export const showPersonalKey: InjectionKey<(cell: Cell) => void> = Symbol('show personal')
