import { rowInWords } from '../../plan/names.ts'
import type { UndoStep } from '../../plan/undo.ts'
import { fieldLabel } from '../../text/cellWords.ts'
import type { Text } from '../../text/index.ts'

/** What a step did: «flyttet «Nyhetsbrev»», «skrev i Når, rad 7», «la til 14 rader». */
export function stepInWords({ kind, register, rows, field }: UndoStep, text: Text): string {
  const words = text.undoing
  const [row = ''] = rows
  const named = rows.length > 1 ? words.rows(rows.length) : rowInWords(register, row, text)
  const label = field === undefined ? '' : fieldLabel({ register, field }, text)
  switch (kind) {
    case 'wrote': return words.wrote(named, label)
    case 'changed':
    case 'changed-members': return words.changed(named, label)
    default: return words[kind](named)
  }
}
