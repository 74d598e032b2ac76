import { fieldOf } from '#shared/plan/registers.ts'
import type { Text } from '../../../text/index.ts'
import type { Column, RecordRegister } from '../columns.ts'

/** One line of a record: a few fields under one name, or words that are not for changing here. */
export interface RecordLine {
  readonly label: string
  readonly fields?: readonly string[]
  readonly words?: string
  /** What one should know before one writes here. */
  readonly note?: string
}
export interface RecordSection { readonly id: string, readonly title: string, readonly lines: readonly RecordLine[] }

/** The declared fields of a line, by their own names. */
export function columnsOf(register: RecordRegister, { fields = [] }: RecordLine, text: Text): readonly Column[] {
  const words: Readonly<Record<string, string>> = text.words.fields[register]
  return fields.flatMap((field) => {
    const declared = fieldOf(register, field)
    return declared ? [{ field, declared, title: words[field] ?? field }] : []
  })
}
