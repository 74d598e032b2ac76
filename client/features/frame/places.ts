import type { RegisterName } from '#shared/plan/fields.ts'
import { cellKey } from '../../text/naming.ts'

/** Where a cell, or else its row, may be found on its page: the best first. */
export function spotsOf({ register, row, field }: { register: RegisterName, row: string, field?: string | undefined }): readonly string[] {
  const cell = (name: string) => `[data-cell="${cellKey(register, row, name)}"]`
  return [...(field === undefined ? [] : [cell(field)]), `[data-row="${row}"]`, cell('text')]
}
