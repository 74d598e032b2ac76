import { isRowId } from '#shared/plan/kinds.ts'
import type { Field } from '#shared/plan/fields.ts'
import { fieldOf, isRegisterName, registerNames } from '#shared/plan/registers.ts'
import type { CellToRedact } from '../storage/redactions.ts'
import { Refused } from './refused.ts'

/**
 * Cells as the operator names them: `register/row/field`, of a set also `register/row/field/member`, with commas between several. A comma
 * that no register comes after is part of a member's own words.
 */
export function readCells(given: string): readonly CellToRedact[] {
  const names = given.split(betweenCells).map(name => name.trim()).filter(name => name !== '')
  if (names.length === 0)
    throw new Refused('not-a-cell', given)
  const cells = [...new Map(names.map(name => [name, readCell(name)])).values()]
  // What is taken out with all of its set is not taken out once more.
  return cells.filter(cell => cell.member === null || !cells.some(other => other.member === null && isOfOneField(other, cell)))
}

export const cellName = ({ register, row, field, member }: Pick<CellToRedact, 'row' | 'field' | 'member'> & { readonly register: string }): string =>
  [register, row, field, ...member === null ? [] : [member]].join('/')

const betweenCells = new RegExp(`,(?=\\s*(?:${registerNames.join('|')})/)`)

function readCell(name: string): CellToRedact {
  const [register = '', row, field = '', ...rest] = name.split('/')
  const member = rest.length > 0 ? rest.join('/') : null
  if (!isRegisterName(register) || !isRowId(row) || field === '' || member === '')
    throw new Refused('not-a-cell', name)
  const declared = fieldOf(register, field)
  if (!declared)
    throw new Refused('no-such-field', name)
  if (isWithoutWords(declared))
    throw new Refused('without-words', name)
  if (member !== null && declared.kind !== 'set')
    throw new Refused('not-a-set', name)
  return { register, row, field, member, isMemberWords: declared.kind === 'set' && declared.of === 'words' }
}

/** What the server wrote, and where a row stands, are nobody's words; and the plan could not be read without. */
const isWithoutWords = (field: Field) => field.byServer === true || field.kind === 'place'

const isOfOneField = (a: CellToRedact, b: CellToRedact) => a.register === b.register && a.row === b.row && a.field === b.field
