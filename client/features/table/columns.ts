import { fieldOf, type FieldName } from '#shared/plan/registers.ts'
import type { Field } from '#shared/plan/fields.ts'
import type { Row } from '#shared/plan/values.ts'
import type { Text } from '../../text/index.ts'
import type { GridColumn } from '../../ui/grid/columns.ts'

/** The registers that are shown as tables here. */
export type TableRegister = 'activities' | 'networks' | 'municipalities'

export interface Column {
  readonly field: string
  readonly declared: Field
  readonly title: string
  /** A second field that the plan prints in the same column. */
  readonly beside?: Column
}

/** The field whose words a row is known by. */
export const mainField = { activities: 'arena', networks: 'name', municipalities: 'name' } as const satisfies { [R in TableRegister]: FieldName<R> }

/** The column of row numbers, with each row's menu and handle. */
export const gutter = '#'

/** How wide a column is at first, in rem; by its field, else by its kind. */
const widths: Readonly<Record<string, number>> = {
  'activities/place': 10, 'activities/audienceId': 9, 'activities/arena': 15, 'activities/focusAreas': 4.75, 'activities/when': 7.5, 'activities/responsible': 9.5,
  'activities/status': 8.5, 'activities/topic': 11, 'activities/goals': 15,
  'networks/name': 14, 'networks/operatedBy': 11, 'networks/state': 9.25, 'networks/audience': 10.5, 'networks/theme': 9.75, 'networks/focusAreas': 6.5,
  'municipalities/name': 12, 'networks/regularity': 9, 'networks/form': 9, 'networks/serviceAreas': 9,
}
const widthOfKind: Readonly<Record<string, number>> = { text: 11, line: 9, set: 9, when: 8.5, reference: 9, choice: 8.5, number: 5, date: 7, flag: 5 }

/** A column as the grid lays it out: the row's own words take what is left over. */
export function toGridColumn(register: TableRegister, { field, declared, title }: Column): GridColumn {
  const isMain = field === mainField[register]
  return { id: field, title, width: widths[`${register}/${field}`] ?? widthOfKind[declared.kind] ?? 9, ...(isMain && { isFlexible: true }) }
}

/** Columns with room for one field each: what the plan prints in one column stands in two. */
export function apart(columns: readonly Column[], register: TableRegister, text: Text): readonly Column[] {
  return columns.flatMap(column => column.beside ? [{ ...column, title: wordsFor(register, column.field, text) }, column.beside] : [column])
}

/** What every plan follows up, whether its printed table has the column or not; in reading order. */
const always: { readonly [R in TableRegister]: readonly FieldName<R>[] } = {
  activities: ['place', 'audienceId', 'arena', 'focusAreas', 'when', 'responsible', 'status'],
  networks: ['name', 'operatedBy', 'state', 'audience', 'focusAreas', 'regularity', 'form'],
  municipalities: ['name', 'phase', 'decision', 'decisionDate', 'anchoredIn', 'lastContact', 'contactCount', 'ushtId', 'note'],
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
  const asked = own.filter(column => String(column.register) === register && fieldOf(register, column.field))
  const titles = new Map(asked.map(column => [column.field, column.title]))
  const fields = asked.length === 0 ? [...always[register]] : woven(asked.map(column => column.field), always[register])
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

function wordsFor(register: TableRegister, field: string, text: Text): string {
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
