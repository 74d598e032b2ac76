import { meaningOf } from '#shared/rules/when.ts'
import type { When } from '#shared/plan/values.ts'
import type { Text } from '../../text/index.ts'

export interface Period { readonly periodFrom: number | null, readonly periodTo: number | null }

/** What a recurrence was understood as: «to ganger i året: vår og høst». Null where the words say no time we can place. */
export function whenInWords(when: When, period: Period, text: Text): string | null {
  const words = text.when
  const meaning = meaningOf(when, period)
  if (meaning.state === 'continuous')
    return words.continuous
  const named = spokenKinds(when, words)
  if (meaning.state === 'undated')
    return named
  const { promised } = meaning
  const often = promised && promised.per === 'year' && promised.max !== null ? words.perYear(promised.min, promised.max) : null
  return [often, placeWords(when, meaning, text)].filter(part => part !== null).join(': ') || named
}

function spokenKinds(when: When, words: Text['when']): string | null {
  switch (when.kind) {
    case 'on-invitation': return words.onInvitation
    case 'on-demand': return words.onDemand
    case 'within-period': return words.period
    case 'programme': return when.durationMonths ? words.duration(when.durationMonths.min, when.durationMonths.max) : words.programme
    case 'regular': return words.vague
    default: return null
  }
}

function placeWords(when: When, meaning: ReturnType<typeof meaningOf>, text: Text): string | null {
  const { when: words, and } = text
  if (when.kind === 'within-period')
    return words.period
  if (when.weeks?.length)
    return and(when.weeks.map(words.week))
  if (when.dates?.length)
    return and(when.dates.map(day => day.split('-').reverse().join('.')))
  if (when.months?.length === 12 || when.kind === 'monthly')
    return words.everyMonth
  if (when.months?.length)
    return and(when.months.map(month => words.months[month - 1] ?? String(month)))
  if (when.occurrences?.length)
    return and(when.occurrences.map(one => [one.season ? seasonWord(one.season, words) : '', one.year].join(' ').trim()))
  if (when.seasons?.length)
    return and(when.seasons.map(season => seasonWord(season, words)))
  const halves = new Set(meaning.halfYears.filter(one => one.certainty === 'exact').map(one => one.place.slice(-2)))
  if (halves.size > 0)
    return and([...(halves.has('H1') ? [words.spring] : []), ...(halves.has('H2') ? [words.autumn] : [])])
  return when.years?.length ? and(when.years.map(String)) : null
}

function seasonWord(season: string, words: Text['when']): string {
  const known: Readonly<Record<string, string>> = { spring: words.spring, autumn: words.autumn, summer: words.summer, winter: words.winter }
  return known[season] ?? season
}
