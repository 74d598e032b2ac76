import type { Cell, Instant } from '#shared/plan/values.ts'
import { isRegisterName } from '#shared/plan/registers.ts'
import { cellInWords, fieldLabel, rowInFields, type Names } from './cellWords.ts'
import { clock, type Text } from './index.ts'
import { shortened } from './naming.ts'

/** A change as people read it on paper: where, when, and my words in full. `field` is `''` for a whole row. */
export interface WrittenChange extends Cell {
  /** What the row is called; empty when it has no words. */
  readonly rowName: string
  /** Plain JSON, as `readCellPlain` gives it; for a whole row its cells by field. */
  readonly value: unknown
  readonly since: Instant
}

/** Words that can be pasted back: one cell's, or a whole row's by field. What was emptied says so. */
export function changeInWords({ register, row, field, value }: WrittenChange, text: Text, names: Names): string {
  if (field !== '')
    return cellInWords({ register, row, field }, value, text, names) || text.left.erased
  const fields = rowInFields(register, row, value, text, names)
  return fields.map(({ label, words }) => `${label}: ${words}`).join('\n') || text.left.nothing
}

/** «Aktivitet: Nyhetsbrev – Når». A row that is called by a whole text is called by its first words. */
export function whereInWords({ register, row, field, rowName }: WrittenChange, text: Text): string {
  const kind = isRegisterName(register) ? text.words.rowOf[register] : ''
  return `${[kind, shortened(rowName || row, longestName)].filter(Boolean).join(': ')} – ${fieldLabel({ register, field }, text)}`
}

/** Changes as text a person can read and paste back, under `head`; `noteOf` may add a line to a change. */
export function changesAsText(changes: readonly WrittenChange[], { head, empty, text, names, noteOf, now = Date.now() }: {
  head: string
  empty: string
  text: Text
  names: Names
  noteOf?: (change: WrittenChange, n: number) => string
  now?: Instant
}): string {
  const parts = changes.map((change, n) => [
    whereInWords(change, text),
    `${text.left.written(clock(change.since, text, now))}:`,
    changeInWords(change, text, names),
    ...(noteOf ? [noteOf(change, n)] : []),
    '',
  ].join('\n'))
  return [head, '', ...(parts.length > 0 ? parts : [empty])].join('\n')
}

const longestName = 60
