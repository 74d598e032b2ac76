import { meaningOf } from '#shared/rules/when.ts'
import { yearsToGoBy, type Period } from './whenWords.ts'

/** The times of the year that rows are kept by: both half-years for what falls in both, and nothing guessed. */
export function timesOf(when: unknown, period: Period): readonly string[] {
  const { state, halfYears } = meaningOf(when, yearsToGoBy(period))
  if (state !== 'placed')
    return [state]
  const halves = new Set(halfYears.filter(one => one.certainty === 'exact').map(one => one.place.slice(-1)))
  const named = [...halves.has('1') ? ['spring'] : [], ...halves.has('2') ? ['autumn'] : []]
  return named.length > 0 ? named : ['year']
}
