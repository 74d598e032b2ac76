import { carriedParts, type Carry, type CarriedPart } from '../protocol/newPlan.ts'
import { isRunning } from '../rules/focusAreas.ts'
import type { Field, RegisterName, SetField } from './fields.ts'
import type { PlanSeed, SeedRow } from './lay.ts'
import type { NewCell } from './rows.ts'
import { fieldsOf, headId, registerNames, schemaVersion, type FieldName } from './registers.ts'
import type { Place, PlanValue, RichNode, RowId, SetMember, When } from './values.ts'

/** With which part each register goes into the next plan. The head is made anew, and what was held is the old plan's. */
const partOf = {
  plan: 'new', occurrences: 'new',
  sections: 'always', mainTasks: 'always', phases: 'always', columns: 'always',
  goals: 'activities', audiences: 'activities', activities: 'activities',
  networks: 'networks',
  organisations: 'parties', groups: 'parties', serviceAreas: 'parties',
  collaborations: 'collaborations', municipalities: 'municipalities', messages: 'messages', followUps: 'followUps',
} as const satisfies Record<RegisterName, CarriedPart | 'always' | 'new'>

/** What tells of the year that is over begins empty in the next one. */
const beginEmpty: { readonly [R in RegisterName]?: readonly FieldName<R>[] } = {
  activities: ['status', 'risk'],
  municipalities: ['lastContact'],
}

export interface NextHead { readonly title: string, readonly regionId: string, readonly periodFrom: number, readonly periodTo: number }

/**
 * First content of the plan that follows another one: what was chosen of the living rows, by value, under the ids they had, so
 * that their origin is known. References to what is not taken along are left out; a recurrence bound to years or days that are
 * over begins empty (D30).
 */
export function nextPlanSeed(source: PlanValue, { title, regionId, periodFrom, periodTo }: NextHead, carry: Carry): PlanSeed {
  const rows = new Map(registerNames.map(register => [register, carriedRows(source, register, carry)]))
  const ids = new Map(registerNames.map(register => [register, new Set(rows.get(register)?.map(row => row.id))]))
  const isThere = (registers: readonly RegisterName[], id: RowId) => registers.some(register => ids.get(register)?.has(id))
  const seeds = registerNames.map(register =>
    [register, rows.get(register)?.map(row => toSeedRow(register, row, isThere)) ?? []] as const)
  const old = source.plan.find(row => row.id === headId)
  const head: SeedRow = {
    id: headId, title, regionId, periodFrom, periodTo, schemaVersion,
    reformId: old?.reformId, language: old?.language ?? 'nb', state: 'draft',
    revision: Math.min((old?.revision ?? 1) + 1, 1_000),
    revisesDate: old?.planDate, revisesYear: old?.planDate ? null : old?.periodFrom,
  }
  return { ...Object.fromEntries(seeds), plan: [head] }
}

/** How many rows there are to take along. */
export function countToCarry(source: PlanValue) {
  const alive = <R extends RegisterName>(register: R) => source[register].filter(row => row.deletedAt === null)
  const count = (register: RegisterName) => alive(register).length
  return {
    goals: count('goals'), audiences: count('audiences'), activities: count('activities'),
    networks: count('networks'), runningNetworks: alive('networks').filter(isRunning).length,
    organisations: count('organisations'), groups: count('groups'), serviceAreas: count('serviceAreas'),
    collaborations: count('collaborations'), municipalities: count('municipalities'), messages: count('messages'), followUps: count('followUps'),
    sections: count('sections'), mainTasks: count('mainTasks'), phases: count('phases'),
  }
}

/** Everything a plan has to give, without the networks that do not run. */
export const carryAll: Carry = { parts: carriedParts, networks: 'running' }

type AnyRow = { readonly id: RowId, readonly deletedAt: number | null } & Readonly<Record<string, unknown>>

function carriedRows(source: PlanValue, register: RegisterName, { parts, networks }: Carry): readonly AnyRow[] {
  const part: string = partOf[register]
  if (part === 'new' || (part !== 'always' && !parts.some(chosen => chosen === part)))
    return []
  if (register === 'networks')
    return source.networks.filter(row => row.deletedAt === null && (networks === 'all' || isRunning(row)))
  return source[register].filter(row => row.deletedAt === null)
}

type IsThere = (registers: readonly RegisterName[], id: RowId) => boolean

function toSeedRow(register: RegisterName, row: AnyRow, isThere: IsThere): SeedRow {
  const empty: readonly string[] = beginEmpty[register] ?? []
  const cells: Record<string, NewCell> = {}
  for (const [name, field] of fieldsOf(register)) {
    if (field.kind === 'place') {
      if (field.parent)
        cells['parentId'] = parentOf(row[name] as Place, field.parent.of, isThere)
    }
    else if (!empty.includes(name)) {
      cells[name] = toCell(field, row[name], isThere)
    }
  }
  return { ...cells, id: row.id }
}

function parentOf({ parentId }: Place, register: RegisterName, isThere: IsThere): RowId | null {
  return parentId !== null && isThere([register], parentId) ? parentId : null
}

/** A cell as it is given to a new row; undefined where it is to be empty. */
function toCell(field: Field, value: unknown, isThere: IsThere): NewCell {
  if (value === null || value === undefined)
    return undefined
  if (field.kind === 'richText')
    return (value as readonly RichNode[]).length > 0 ? value as readonly RichNode[] : undefined
  if (field.kind === 'reference')
    return isThere(field.to, value as RowId) ? value as RowId : undefined
  if (field.kind === 'when')
    return isBound(value as When) ? undefined : value as When
  if (field.kind !== 'set')
    return value as NewCell
  const { of } = field
  // Contacts are those of one plan.
  if (of === 'people')
    return undefined
  const kept = (value as readonly SetMember[]).filter(member => !isListOfRegisters(of) || isThere(of, member.id))
  return Object.fromEntries(kept.map(({ id, roles }) => [id, roles.length === 0 ? true : roles.length === 1 ? roles[0] ?? true : roles] as const))
}

const isListOfRegisters = (of: SetField['of']): of is readonly RegisterName[] => Array.isArray(of)

/** Whether a recurrence names years or days: those of the plan that is over. */
const isBound = ({ years, dates, occurrences }: When) => [years, dates, occurrences].some(list => list !== undefined && list.length > 0)
