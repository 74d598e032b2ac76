import type { RegisterName } from './fields.ts'
import { fieldsOf } from './registers.ts'
import type { Row } from './values.ts'

/** The fields of a row whose emptiness is worth saying («mangler»), in the order of declaration. */
export function missingFields<R extends RegisterName>(register: R, row: Row<R>): readonly string[] {
  const cells: Readonly<Record<string, unknown>> = row
  return fieldsOf(register).filter(([name, field]) => field.wanted && isEmpty(cells[name]) && !row.invalid.includes(name)).map(([name]) => name)
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0)
}
