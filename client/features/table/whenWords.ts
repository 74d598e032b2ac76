import { meaningOf } from '#shared/rules/whenMeaning.ts'
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
  const places = placeWords(when, meaning, text)
  return [places === words.everyMonth ? null : often, places].filter(part => part !== null).join(': ') || named
}

/** The plan's years, or one year to go by where its head has none: what recurs reads the same in any of them. */
export const yearsToGoBy = ({ periodFrom, periodTo }: Period): Period =>
  periodFrom !== null && periodTo !== null ? { periodFrom, periodTo } : { periodFrom: 2021, periodTo: 2021 }

/** The twelve months as a recurrence gives them: `named` by its words, `within` a stretch that they name, or neither. */
export type MonthMark = 'named' | 'within' | null

/** What a recurrence gives of each month, January first, over all its years. Nothing is guessed: «årlig» gives no month. */
export function monthsOf(when: When, period: Period): readonly MonthMark[] {
  const { months, halfYears } = meaningOf(when, yearsToGoBy(period))
  const marks: MonthMark[] = Array.from({ length: 12 }, () => null)
  for (const { place, certainty } of months) {
    const at = Number(place.slice(5)) - 1
    marks[at] = certainty === 'exact' ? 'named' : marks[at] ?? 'within'
  }
  if (months.length > 0)
    return marks
  for (const half of new Set(halfYears.filter(one => one.certainty === 'exact').map(one => one.place.slice(-2))))
    halfMonths[half as 'H1' | 'H2'].forEach((month) => { marks[month - 1] = 'within' })
  return marks
}
/** July is holiday. */
const halfMonths = { H1: [1, 2, 3, 4, 5, 6], H2: [8, 9, 10, 11, 12] }

/** The marks in a sentence: «Måneder: mars og oktober.» */
export function monthsInWords(marks: readonly MonthMark[], text: Text): string {
  const { editors: { when: words } } = text
  const named = spans(marks, 'named', text)
  const within = spans(marks, 'within', text)
  return [named && words.inMonths(named), within && words.somewhereIn(within)].filter(Boolean).join(' ') || words.noMonth
}

function spans(marks: readonly MonthMark[], sort: MonthMark, { and, when, editors }: Text): string {
  if (marks.every(mark => mark === sort))
    return editors.when.allMonths
  const starts = marks.flatMap((mark, n) => mark === sort && marks[n - 1] !== sort ? [n] : [])
  return and(starts.flatMap((from) => {
    const after = marks.findIndex((mark, n) => n > from && mark !== sort)
    const to = (after < 0 ? marks.length : after) - 1
    const name = (n: number) => when.months[n] ?? ''
    return to > from + 1 ? [editors.when.span(name(from), name(to))] : from === to ? [name(from)] : [name(from), name(to)]
  }))
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
  if (when.kind === 'per-year' && meaning.promised?.min === 2 && meaning.promised.max === 2)
    return text.editors.when.forExample(and([words.spring, words.autumn]))
  return when.years?.length ? and(when.years.map(String)) : null
}

function seasonWord(season: string, words: Text['when']): string {
  const known: Readonly<Record<string, string>> = { spring: words.spring, autumn: words.autumn, summer: words.summer, winter: words.winter }
  return known[season] ?? season
}
