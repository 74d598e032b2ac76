import type { RegisterName } from '#shared/plan/fields.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import type { Cell } from '#shared/plan/values.ts'
import type * as Y from 'yjs'
import { cellInWords, fieldLabel, type Names } from '../text/cellWords.ts'
import type { Text } from '../text/index.ts'
import { cellKey, shortened } from '../text/naming.ts'
import type { FreshChange } from './fresh.ts'
import { rowInWords } from './names.ts'
import type { NearScreen } from './near.ts'
import type { PersonHere } from './presence.ts'

export interface Wording {
  readonly doc: Y.Doc
  readonly text: Text
  readonly names: Names
  readonly screen: Pick<NearScreen, 'numberOf'>
}

/** Others' changes as one short sentence: what became of one cell, or how many of which rows, and by whom. */
export function changesInWords(changes: readonly FreshChange[], wording: Wording): string {
  const cells = [...new Map(changes.map(change => [keyOf(change), change])).values()]
  const who = peopleInWords(changes.map(({ by }) => by), wording.text)
  const [only] = cells
  if (only && cells.length === 1)
    return changeInWords(only, who, wording)
  const rows = rowsInWords(cells.map(({ cell }) => cell), wording)
  const { near } = wording.text
  const areValues = cells.every(({ kind }) => kind === 'wrote' || kind === 'changed')
  return areValues ? near.changed(who, near.cells(cells.length, rows)) : near.made(who, near.changes(cells.length, rows))
}
const keyOf = ({ cell }: FreshChange) => cellKey(cell.register, cell.row, cell.field)

function changeInWords({ cell, kind }: FreshChange, who: string, { doc, text, names, screen }: Wording): string {
  const { near } = text
  const row = rowInPlace(cell, { text, screen })
  if (kind !== 'wrote' && kind !== 'changed')
    return near[kind](who, row)
  const value = cellInWords(cell, readCellPlain(doc, cell), text, names)
  const place = near.cell(fieldLabel(cell, text), row)
  if (value.trim() === '')
    return near.emptied(who, place)
  return kind === 'wrote' ? near.wrote(who, place) : near.changed(who, near.becomes(place, shortened(value, 80)))
}

/** «Olav Berge og Marte Lunde», «Olav Berge og 3 andre»; each once. */
export function peopleInWords(people: readonly (PersonHere | null)[], text: Text): string {
  const names = [...new Map(people.map(person => [person?.memberId, person?.name ?? text.near.somebody])).values()]
  return names.length <= 3 ? text.and(names) : text.near.names(names[0] ?? '', names.length - 1)
}

/** A row by its number where it has one, and else by its name. */
export function rowInPlace({ register, row }: Cell, { text, screen }: Pick<Wording, 'text' | 'screen'>): string {
  const number = isNumbered(register) ? screen.numberOf(register, row) : null
  if (number !== null)
    return register === 'goals' ? text.near.goal(number) : text.near.row(number)
  const name = rowInWords(register, row, text)
  return register === 'activities' || register === 'networks' ? name : `${text.words.rowOf[register].toLocaleLowerCase()} ${name}`
}
const isNumbered = (register: RegisterName) => register === 'activities' || register === 'networks' || register === 'goals'

function rowsInWords(cells: readonly Cell[], wording: Wording): string {
  const { near } = wording.text
  const rows = [...new Map(cells.map(cell => [`${cell.register}/${cell.row}`, cell])).values()]
  const [first] = rows
  if (first && rows.length === 1)
    return rowInPlace(first, wording)
  if (rows.every(({ register }) => register === 'goals'))
    return near.goals(rows.length)
  const areRows = rows.every(({ register }) => register === first?.register && isNumbered(register))
  const numbers = areRows ? rows.flatMap(({ register, row }) => wording.screen.numberOf(register, row) ?? []).sort((a, b) => a - b) : []
  const [from, to] = [numbers[0], numbers.at(-1)]
  // A row without a number on the screen is none of a span or a list.
  if (from === undefined || to === undefined || numbers.length < rows.length)
    return near.rows(rows.length)
  if (to - from === rows.length - 1)
    return near.rowSpan(from, to)
  return rows.length <= 3 ? near.rowList(wording.text.and(numbers.map(String))) : near.rows(rows.length)
}
