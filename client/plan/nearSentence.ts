import type { RegisterName } from '#shared/plan/fields.ts'
import { cellValueOf } from '#shared/plan/cellValues.ts'
import { readCellPlain, readRow } from '#shared/plan/read.ts'
import { fieldOf } from '#shared/plan/registers.ts'
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
  // What is taken out in a change that also puts in has no author of its own.
  const authored = new Set(changes.filter(({ by }) => by !== null).map(keyOf))
  const who = peopleInWords(changes.filter(change => change.by !== null || !authored.has(keyOf(change))).map(({ by }) => by), wording.text)
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
  const value = cellInWords(cell, valueNow(doc, cell), text, names)
  const place = near.cell(fieldLabel(cell, text), row)
  if (value.trim() === '')
    return near.emptied(who, place)
  return kind === 'wrote' ? near.wrote(who, place) : near.changed(who, near.becomes(place, shortened(value, 80)))
}

/** As it is stored; a set with an answer of its own with that. */
function valueNow(doc: Y.Doc, cell: Cell): unknown {
  const field = fieldOf(cell.register, cell.field)
  const isAnswered = field?.kind === 'set' && field.answer !== undefined
  return isAnswered ? cellValueOf(cell.register, readRow(doc, cell.register, cell.row) ?? {}, cell.field) : readCellPlain(doc, cell)
}

/** «Olav Berge og Marte Lunde», «Olav Berge og 3 andre»; each once, and who is not known last. */
export function peopleInWords(people: readonly (PersonHere | null)[], text: Text): string {
  const known = [...new Map(people.flatMap(person => person ? [[person.memberId, person.name]] : [])).values()]
  const { somebody } = text.near
  const names = people.includes(null) ? [...known, known.length > 0 ? somebody.toLowerCase() : somebody] : known
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
