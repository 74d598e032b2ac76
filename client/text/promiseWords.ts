import { halfOf, yearOf, type RowKeeping } from '#shared/rules/promises.ts'
import type { HalfYear } from '#shared/rules/when.ts'
import type { Text } from './index.ts'

/** «Høst 2022» */
export const halfYearInWords = (halfYear: HalfYear, { occurrences }: Text) =>
  (halfOf(halfYear) === 1 ? occurrences.spring : occurrences.autumn)(yearOf(halfYear))

/** «Lovet 2, og 1 til i året» */
export function promiseInWords({ promise, keeping, isActive }: RowKeeping, halfYear: HalfYear, { occurrences: words }: Text): string {
  if (!isActive)
    return words.atRest
  if (promise.state !== 'counted')
    return words[promise.state]
  const { sure, inYear } = promise
  if (halfOf(halfYear) === 2)
    return keeping.owed > 0 ? words.promised(keeping.owed) : words.promisedEarlier(inYear)
  return inYear === 0 ? words.promised(sure) : sure === 0 ? words.promisedInYear(inYear) : words.promisedBoth(sure, inYear)
}

/** «holdt 1», «planlagt 0»; nothing of a row that neither promises a number nor had anything written down. */
export const keptInWords = ({ promise, keeping: { held, planned, cancelled } }: RowKeeping, { occurrences: words }: Text): readonly string[] =>
  promise.state === 'counted' || held + planned + cancelled > 0 ? words.kept(held, planned, cancelled) : []

/** «mangler 1» of a half-year that is over, «gjenstår 1» until then; empty where nothing lacks. */
export const lackInWords = ({ keeping: { missing } }: RowKeeping, isOver: boolean, { occurrences: words }: Text): string =>
  missing === 0 ? '' : (isOver ? words.missing : words.left)(missing)
