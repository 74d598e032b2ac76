import type { RegisterName } from '#shared/plan/fields.ts'
import { cellKey } from '../../text/naming.ts'

/** The page that shows the rows of a register, or the one that comes nearest. */
export const pageOf = (planId: string, register: string) => `/plan/${planId}/${pages[register] ?? 'aktiviteter'}`
const pages: Readonly<Record<string, string>> = { networks: 'nettverk', municipalities: 'kommuner' }

/** Where a cell, or else its row, may be found on its page: the best first. */
export function spotsOf({ register, row, field }: { register: RegisterName, row: string, field?: string | undefined }): readonly string[] {
  const cell = (name: string) => `[data-cell="${cellKey(register, row, name)}"]`
  return [...(field === undefined ? [] : [cell(field)]), `[data-row="${row}"]`, cell('text')]
}
