import type { Row } from '#shared/plan/values.ts'
import { halfOf, yearOf } from '#shared/rules/promises.ts'
import type { HalfYear } from '#shared/rules/when.ts'
import { toNorwegianDate } from '../../text/dates.ts'
import type { Text } from '../../text/index.ts'
import type { Glyph } from '../../ui/StatusGlyph.vue'
import type { FollowedRow } from './usePromises.ts'

/** «Høst 2022» */
export const halfYearInWords = (halfYear: HalfYear, { occurrences }: Text) =>
  (halfOf(halfYear) === 1 ? occurrences.spring : occurrences.autumn)(yearOf(halfYear))

/** «Holdt 12.10.2022» */
export function occurrenceInWords({ state, date }: Pick<Row<'occurrences'>, 'state' | 'date'>, text: Text): string {
  const word = state === null ? text.occurrences.stateUnknown : text.words.choices.occurrences.state[state]
  return text.occurrences.on(word, date && toNorwegianDate(date))
}

/** «Lovet 2, og 1 til i året» */
export function promiseInWords({ promise, keeping, isActive }: FollowedRow, halfYear: HalfYear, { occurrences: words }: Text): string {
  if (!isActive)
    return words.atRest
  if (promise.state !== 'counted')
    return words[promise.state]
  const { sure, inYear } = promise
  if (halfOf(halfYear) === 2)
    return keeping.owed > 0 ? words.promised(keeping.owed) : words.promisedEarlier(inYear)
  return inYear === 0 ? words.promised(sure) : sure === 0 ? words.promisedInYear(inYear) : words.promisedBoth(sure, inYear)
}

const glyphs: Readonly<Record<string, Glyph>> = { held: 'done', planned: 'dashed', cancelled: 'slash' }
export const glyphOfState = (state: string | null): Glyph => glyphs[state ?? ''] ?? 'pause'
