import { fieldOf, type FieldName } from '#shared/plan/registers.ts'
import type { Field } from '#shared/plan/fields.ts'
import type { Row } from '#shared/plan/values.ts'
import type { Text } from '../../text/index.ts'

/** The registers that are shown as tables here. */
export type TableRegister = 'activities' | 'networks'

export interface Column {
  readonly field: string
  readonly declared: Field
  readonly title: string
  /** A second field that the plan prints in the same column. */
  readonly beside?: Column
}

/** The field whose words a row is known by. */
export const mainField = { activities: 'arena', networks: 'name' } as const satisfies { [R in TableRegister]: FieldName<R> }

/** What every plan follows up, whether its printed table has the column or not; in reading order. */
const always: { readonly [R in TableRegister]: readonly FieldName<R>[] } = {
  activities: ['place', 'audienceId', 'arena', 'focusAreas', 'when', 'responsible', 'status'],
  networks: ['name', 'operatedBy', 'state', 'audience', 'focusAreas', 'regularity', 'form'],
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
  const asked = own.filter(column => column.register === register && fieldOf(register, column.field))
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
