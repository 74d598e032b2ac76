import { fieldOf, type FieldName } from '#shared/plan/registers.ts'
import type { Field } from '#shared/plan/fields.ts'
import type { Row } from '#shared/plan/values.ts'
import type { Text } from '../../text/index.ts'
import { titlesOf, type ColumnRegister } from '../../plan/ownNames.ts'
import type { TableRegister } from '../../text/registerPages.ts'
import type { GridColumn } from '../../ui/grid/columns.ts'

export type { TableRegister }
/** The registers whose rows are shown field by field: those with a table, and the plan's own head. */
export type RecordRegister = TableRegister | 'plan'

export interface Column {
  readonly field: string
  readonly declared: Field
  readonly title: string
  /** A second field that the plan prints in the same column. */
  readonly beside?: Column
}

/** The field whose words a row is known by. */
export const mainField = {
  activities: 'arena', networks: 'name', municipalities: 'name', collaborations: 'with', organisations: 'name', groups: 'name', serviceAreas: 'name',
  messages: 'text', audiences: 'text', goals: 'text', mainTasks: 'text', followUps: 'text', phases: 'name',
  plan: 'title',
} as const satisfies { [R in RecordRegister]: FieldName<R> }

/** The column of row numbers, with each row's menu and handle. */
export const gutter = '#'

/** How wide a column is at least and where there is room, in rem; by its field, else by its kind. */
const widths: Readonly<Record<string, readonly [number, number]>> = {
  'activities/place': [9, 10.5], 'activities/audienceId': [8.375, 9.5], 'activities/arena': [11.5, 15], 'activities/focusAreas': [4.25, 5.25],
  'activities/when': [6.125, 8], 'activities/responsible': [7, 10.75], 'activities/status': [7.875, 8.75], 'activities/topic': [8, 12], 'activities/goals': [11, 15],
  'networks/name': [12, 15], 'networks/operatedBy': [8.5, 12], 'networks/state': [8.5, 10], 'networks/audience': [8.5, 11], 'networks/theme': [8, 10],
  'networks/focusAreas': [5, 7.5], 'networks/regularity': [7.5, 9], 'networks/form': [7, 9], 'networks/serviceAreas': [7.75, 9.5], 'activities/risk': [8.5, 10.5],
  'municipalities/name': [10, 14], 'municipalities/anchoredIn': [8, 14], 'municipalities/note': [8, 14], 'municipalities/contactCount': [7, 7.25],
  'municipalities/phase': [5.75, 6.25],
  'organisations/name': [12, 15], 'organisations/short': [8, 11], 'organisations/type': [8.5, 10], 'organisations/aliases': [9, 16], 'organisations/members': [9, 16],
  'groups/name': [10, 13], 'groups/kind': [8.5, 10.5], 'groups/members': [13, 24], 'groups/people': [10, 16], 'groups/mandate': [11, 20], 'groups/meets': [6.5, 8],
  'serviceAreas/name': [10, 14], 'serviceAreas/municipalities': [14, 46], 'serviceAreas/crossesCountyBorder': [7.5, 9.5],
  'collaborations/with': [11, 14], 'collaborations/form': [9, 15], 'collaborations/agreement': [6.5, 7.5], 'collaborations/role': [9, 16],
  'collaborations/organisations': [8.5, 12], 'collaborations/when': [6.25, 8.5],
  'audiences/text': [12, 15], 'audiences/kind': [8, 10.5], 'audiences/parts': [10, 19], 'messages/text': [14, 18], 'messages/topic': [9, 14], 'messages/related': [9, 17],
  'phases/name': [20, 20], 'phases/years': [8, 70],
}
const widthOfKind: Readonly<Record<string, readonly [number, number]>> = {
  text: [9, 12], line: [8, 10], set: [8, 10], when: [7, 9], reference: [8, 10], choice: [7.5, 9],
  number: [4.75, 6], date: [6.75, 7.5], flag: [4.5, 5],
}

/** A column as the grid lays it out: the row's own words take what is left over. */
export function toGridColumn(register: TableRegister, { field, declared, title }: Column): GridColumn {
  const isMain = field === mainField[register]
  const [width, roomy] = widths[`${register}/${field}`] ?? widthOfKind[declared.kind] ?? [9, 9]
  return { id: field, title, width, ...(isMain ? { isFlexible: true } : { roomy }) }
}

/** Columns with room for one field each: what the plan prints in one column stands in two. */
export function apart(columns: readonly Column[], register: TableRegister, text: Text): readonly Column[] {
  return columns.flatMap(column => column.beside ? [{ ...column, title: wordsFor(register, column.field, text) }, column.beside] : [column])
}

/** What every plan follows up, whether its printed table has the column or not; in reading order. */
const always: { readonly [R in TableRegister]: readonly FieldName<R>[] } = {
  activities: ['place', 'audienceId', 'arena', 'focusAreas', 'when', 'responsible', 'status'],
  networks: ['name', 'operatedBy', 'state', 'serviceAreas', 'audience', 'focusAreas', 'regularity', 'form'],
  municipalities: ['name', 'phase', 'decision', 'decisionDate', 'anchoredIn', 'lastContact', 'contactCount', 'ushtId', 'note'],
  collaborations: ['with', 'organisations', 'form', 'agreement', 'role', 'when'],
  organisations: ['name', 'short', 'type', 'aliases', 'members'],
  groups: ['name', 'kind', 'members', 'people', 'mandate', 'meets'],
  serviceAreas: ['name', 'municipalities', 'crossesCountyBorder'],
  messages: ['topic', 'text', 'related'],
  audiences: ['text', 'kind', 'parts', 'organisations', 'naturalOwners'],
  goals: ['text'],
  mainTasks: ['text'],
  followUps: ['text', 'when', 'groupId'],
  phases: ['name', 'years'],
}
/** Left out unless the plan's own columns ask for it: its printed table may have no such thing. */
const onlyWhenAsked: readonly string[] = ['place', 'audienceId', 'form']

/** «Arbeidsform og regelmessighet» is one printed column for two fields. */
const besideOf: Readonly<Record<string, string>> = { regularity: 'form' }

/**
 * The columns of a table: the plan's own (`columns` rows, with the region's titles, in its order), and among them what the
 * plan does not print but the group still follows up (focus areas, status). Without rows of its own: all we know.
 */
export function tableColumns(register: TableRegister, own: readonly Row<'columns'>[], text: Text): readonly Column[] {
  const titles = titlesOf(register, own)
  const asked = [...titles.keys()].filter(field => fieldOf(register, field))
  const fields = asked.length === 0 ? [...always[register]] : woven(asked, always[register])
  const columnOf = (field: string): Column | null => {
    const declared = fieldOf(register, field)
    return declared ? { field, declared, title: titles.get(field) || wordsFor(register, field, text) } : null
  }
  return fields.flatMap((field) => {
    const column = columnOf(field)
    const other = besideOf[field]
    const beside = other && !fields.includes(other) ? columnOf(other) : null
    return column ? [beside ? { ...column, beside } : column] : []
  })
}

const registersWithColumns: readonly TableRegister[] = ['activities', 'networks', 'collaborations'] satisfies ColumnRegister[]
/** Whether the columns of a table are the plan's to choose and name. */
export const hasPlanColumns = (register: TableRegister): register is ColumnRegister => registersWithColumns.includes(register)

/** The columns of a plan that has said nothing about them. */
export const usualFields = (register: TableRegister): readonly string[] => always[register]

/** What a table has whether the plan asks for it or not. */
export const wovenFields = (register: TableRegister, asked: readonly string[]): readonly string[] =>
  woven(asked, always[register]).filter(field => !asked.includes(field))

function woven(asked: readonly string[], known: readonly string[]): readonly string[] {
  const fields = [...asked]
  known.forEach((field, at) => {
    if (fields.includes(field) || onlyWhenAsked.includes(field))
      return
    const next = known.slice(at + 1).find(later => fields.includes(later))
    fields.splice(next ? fields.indexOf(next) : fields.length, 0, field)
  })
  return fields
}

/** The field's whole name, for a sentence. */
export function fieldName(register: TableRegister, field: string, text: Text): string {
  const words: Readonly<Record<string, string>> = text.words.fields[register]
  return words[field] ?? field
}

export function wordsFor(register: TableRegister, field: string, text: Text): string {
  const words: Readonly<Record<string, string>> = text.words.fields[register]
  return text.shortFields[field] ?? words[field] ?? field
}

/** How many leading columns look merged: goal, then target group. None where the plan prints another column first. */
export function mergedLevels(columns: readonly Column[]): 0 | 1 | 2 {
  if (columns[0]?.field !== 'place')
    return 0
  return columns[1]?.field === 'audienceId' ? 2 : 1
}

/** The answer that goes with a row's focus areas, where it has any. */
export function answerOf(row: object): string | null {
  const answer = 'focusAreasAnswer' in row ? row.focusAreasAnswer : null
  return typeof answer === 'string' ? answer : null
}
