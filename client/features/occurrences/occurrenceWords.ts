import type { Row } from '#shared/plan/values.ts'
import { toNorwegianDate } from '../../text/dates.ts'
import type { Text } from '../../text/index.ts'
import type { Glyph } from '../../ui/StatusGlyph.vue'

/** «Holdt 12.10.2022» */
export function occurrenceInWords({ state, date }: Pick<Row<'occurrences'>, 'state' | 'date'>, text: Text): string {
  const word = state === null ? text.occurrences.stateUnknown : text.words.choices.occurrences.state[state]
  return text.occurrences.on(word, date && toNorwegianDate(date))
}

const glyphs: Readonly<Record<string, Glyph>> = { held: 'done', planned: 'dashed', cancelled: 'slash' }
export const glyphOfState = (state: string | null): Glyph => glyphs[state ?? ''] ?? 'pause'
