import type { IsoDate } from '../plan/values.ts'
import { isDay } from './isWhen.ts'
import type { Season } from './isWhen.ts'
import type { Reader } from './words.ts'
import { words } from './words.ts'

/** The fixed times that words name. Years that stand with a season have become occurrences. */
export interface Places {
  readonly seasons: readonly Season[]
  readonly months: readonly number[]
  readonly weeks: readonly number[]
  readonly years: readonly number[]
  readonly dates: readonly IsoDate[]
  readonly occurrences: readonly { readonly year: number, readonly season: Season, readonly until?: string }[]
  readonly isEmpty: boolean
  /** The words leave a choice open: «mai/juni», «gjennom våren» without a year. */
  readonly isAmbiguous: boolean
  readonly isRough: boolean
  /** «fra 2022»: a beginning, which is not a list of years. */
  readonly isOpenEnded: boolean
}

const monthNames = [
  'januar|jan', 'februar|feb|febr', 'mars', 'april|apr', 'mai', 'juni', 'juli', 'august|aug', 'september|sept|sep', 'oktober|okt',
  'november|nov', 'desember|des',
]
const month = `(?:${monthNames.join('|')})`
const year = '(?:19|20)\\d{2}'
/** «vår» alone is also «our»: it is the season only beside a stop, a year or another season. */
const bareSpring = 'vår(?= ?(?:$|[/,.;:()+&-]|\\d|(?:og|eller|til) (?:høst|haust|sommer|sommar|vinter)|hvert |kvart ))'
const seasonWords: readonly (readonly [Season, string])[] = [
  ['spring', bareSpring],
  ['spring', '(?:(?:1|første|fyrste)\\.? halvår(?:et)?|h1|vår(?:en|semesteret|semester|halvåret|halvår))'],
  ['autumn', '(?:(?:2|andre|annet)\\.? halvår(?:et)?|h2|(?:høst|haust)(?:en|semesteret|semester|halvåret|halvår)?)'],
  ['summer', '(?:sommer|sommar)(?:en)?'],
  ['winter', 'vinter(?:en)?'],
]

const weekList = '\\d{1,2}(?: ?(?:-|til|og|,|/|eller) ?\\d{1,2})*'

/** Takes every fixed time out of the words. */
export function readPlaces(reader: Reader): Places {
  const dates = readDates(reader)
  const weeks = readWeeks(reader)
  const quarters = readQuarters(reader)
  const until = readUntil(reader)
  const isOpenEnded = reader.take(
    words(`(?:fra(?: og med)?|frå(?: og med)?|f\\.?o\\.?m\\.?|siden|sidan|etter) (?:\\p{L}+ )?${year}(?! ?(?:-|til))`),
  ).length > 0
  const isOnward = reader.take(words(`${year} og (?:videre|vidare|framover|fremover|utover)`)).length > 0
  const isExcept = reader.take(
    words(`(?:unntatt|unnateke|utenom|utanom|bortsett fr[aå]|med unntak av) (?:i )?${month}(?: ?(?:,|og|-|/) ?${month})*`),
  ).length > 0
  const isBefore = reader.take(words('(?:før|innen|innan|etter) (?:sommer|sommar|vinter|høst|haust|vår)(?:en|ferien)?')).length > 0
  const isRough = reader.take(words('(?:innen|innan|før)(?: utgangen av| slutten av)?(?= (?:19|20)\\d{2})|tidlig|tidleg|medio|primo|ultimo')).length > 0
  const isWithin = reader.take(words('(?:gjennom|i løpet av)(?= (?:vår|høst|haust|sommar|sommer|vinter))')).length > 0
  const named = readNamed(reader, until)
  const months = unique([...quarters, ...named.months])
  const lists = [dates, weeks, months, named.years, named.seasons, named.occurrences]
  return {
    dates, weeks, months, seasons: named.seasons, years: named.years, occurrences: named.occurrences,
    isEmpty: lists.every(list => list.length === 0),
    isAmbiguous: isExcept || named.isAmbiguous || quarters.length > 0 || (isWithin && named.seasons.length > 0),
    isRough: isRough || isBefore,
    isOpenEnded: isOpenEnded || isOnward,
  }
}

/** «01.05.2021», «15. mai 2021», «1/5-21», «2021-05-01». A day without a year, «15. mai», is left for its month. */
function readDates(reader: Reader): readonly IsoDate[] {
  const taken: IsoDate[] = []
  const take = (pattern: string, toDay: (match: RegExpExecArray) => IsoDate) =>
    reader.take(words(pattern), match => isDay(toDay(match))).forEach(match => taken.push(toDay(match)))
  take(`(${year})-(\\d{2})-(\\d{2})`, match => match[0])
  take(`(?<!\\d\\. ?(?:-|og|til) ?)(\\d{1,2})\\.? ?(${month})\\.? (${year})`, match => day(match[3], monthOf(match[2] ?? ''), match[1]))
  take(`(\\d{1,2})[./] ?(\\d{1,2})(?:[./-] ?| )(${year})`, match => day(match[3], Number(match[2]), match[1]))
  take('(\\d{1,2})[./](\\d{1,2})[./-](\\d{2})', match => day(match[3], Number(match[2]), match[1]))
  // A day that does not exist is no year either.
  reader.take(words(`\\d{1,2}[./] ?\\d{1,2}(?:[./-] ?| )${year}`))
  return unique(taken).sort()
}

/** «uke 42», «uke 10-12», «veke 6, 8 og 10». */
function readWeeks(reader: Reader): readonly number[] {
  const isWeek = (n: number) => n >= 1 && n <= 53
  const found = reader.take(words(`(?:uke|uka|uken|uker|ukene|veke|veka|veker|vekene) ?(${weekList})`), match => numbersOf(match[1] ?? '').every(isWeek))
  return unique(found.flatMap(match => numbersOf(match[1] ?? '')))
}

function readQuarters(reader: Reader): readonly number[] {
  return reader.take(words('([1-4])\\. ?kvartal(?:et)?')).flatMap((match) => {
    const first = Number(match[1]) * 3 - 2
    return [first, first + 1, first + 2]
  })
}

/** «vinteren 2021/tidlig 2022»: how long what stood just before may last, in its own words. */
function readUntil(reader: Reader): { readonly at: number, readonly words: string } | null {
  const [match] = reader.take(
    new RegExp(`(?<=${year}) ?(?:/|-|til|eller) ?((?:tidlig|tidleg|begynnelsen av|starten av|byrjinga av) (?:i )?${year})(?!\\d)`, 'gu'),
  )
  return match ? { at: match.index, words: match[1] ?? '' } : null
}

type Named =
  | { readonly at: number, readonly end: number, readonly season: Season }
  | { readonly at: number, readonly end: number, readonly month: number }
  | { readonly at: number, readonly end: number, readonly year: number }

interface NamedPlaces {
  readonly seasons: readonly Season[], readonly months: readonly number[], readonly years: readonly number[]
  readonly occurrences: Places['occurrences'], readonly isAmbiguous: boolean
}

/** Seasons, months and years, and which year belongs to which: «høst 2021/våren 2022», «vår og høst 2021», «mars og oktober». */
function readNamed(reader: Reader, until: { readonly at: number, readonly words: string } | null): NamedPlaces {
  const text = reader.rest()
  const named = [...takeMonths(reader), ...takeSeasons(reader), ...takeYears(reader)].sort((a, b) => a.at - b.at)
  const groups = groupsOf(named)
  const occurrences: Places['occurrences'][number][] = []
  const looseSeasons: Season[] = []
  const months: number[] = []
  const years: number[] = []
  for (const group of groups) {
    for (const season of group.seasons) {
      if (group.years.length === 0)
        looseSeasons.push(season)
      for (const inYear of group.years) {
        const isLasting = until !== null && group.end <= until.at && until.at - group.end < 3
        occurrences.push(isLasting ? { year: inYear, season, until: until.words } : { year: inYear, season })
      }
    }
    months.push(...group.months)
    if (group.seasons.length === 0 || group.months.length > 0)
      years.push(...group.years)
  }
  // Months of unlike years («mars 2021, oktober 2022») cannot be told apart in two lists: they are kept, and vague.
  const withMonths = groups.filter(group => group.months.length > 0)
  const isUnlike = withMonths.some(group => group.years.join() !== withMonths[0]?.years.join())
  const lone = groups.some(group => group.months.length + group.seasons.length === 0)
  return {
    occurrences,
    seasons: unique(looseSeasons),
    months: unique(months),
    years: unique(years),
    isAmbiguous: isUnlike || (withMonths.length > 0 && lone) || isChoiceOfMonths(text)
      || occurrences.some(one => one.until !== undefined || one.season === 'winter'),
  }
}

interface Group { readonly seasons: Season[], readonly months: number[], readonly years: number[], end: number }

/** Words in runs: some seasons or months, then the years they stand in; or years first, when the words begin with one. */
function groupsOf(named: readonly Named[]): readonly Group[] {
  const beginsWithYear = named[0] !== undefined && 'year' in named[0] && !('year' in named[named.length - 1]!)
  const groups: Group[] = []
  let wasYear = beginsWithYear
  for (const one of named) {
    const isYear = 'year' in one
    const last = groups.at(-1)
    const isNew = last === undefined || (beginsWithYear ? isYear && !wasYear : !isYear && wasYear)
    const group = isNew ? { seasons: [], months: [], years: [], end: one.end } satisfies Group as Group : last
    if (isNew)
      groups.push(group)
    if ('year' in one)
      group.years.push(one.year)
    else if ('month' in one)
      group.months.push(one.month)
    else
      group.seasons.push(one.season)
    group.end = one.end
    wasYear = isYear
  }
  return groups
}

function takeMonths(reader: Reader): readonly Named[] {
  const spans = reader.take(words(`(${month})\\.? ?(?:-|til|t\\.o\\.m\\.?) ?(${month})`)).flatMap((match) => {
    const from = monthOf(match[1] ?? '')
    const to = monthOf(match[2] ?? '')
    const length = (to - from + 12) % 12 + 1
    return Array.from({ length }, (_, n) => ({ at: match.index, end: endOf(match), month: (from - 1 + n) % 12 + 1 }))
  })
  // «15. mai» and «1.-3. juni»: the day stays in the words, since a day without a year is no date.
  const single = reader.take(words(`(?:\\d{1,2}\\. ?(?:(?:-|og|til) ?\\d{1,2}\\. ?)?)?(${month})`))
    .map(match => ({ at: match.index, end: endOf(match), month: monthOf(match[1] ?? '') }))
  const numeric = reader.take(/(?<![\d.])(\d{2})\.(\d{2})\.?(?![\d])/gu, match => isDay(day('2020', Number(match[2]), match[1])))
    .map(match => ({ at: match.index, end: endOf(match), month: Number(match[2]) }))
  return [...spans, ...single, ...numeric]
}

function takeSeasons(reader: Reader): readonly Named[] {
  return seasonWords.flatMap(([season, pattern]) =>
    reader.take(words(pattern)).map(match => ({ at: match.index, end: endOf(match), season })))
}

function takeYears(reader: Reader): readonly Named[] {
  const spans = reader.take(words(`(${year}) ?(?:-|til|/|t\\.o\\.m\\.?) ?(${year}|\\d{2})`), (match) => {
    const [from, to] = spanOfYears(match)
    return to > from && to - from < 30
  })
  const single = reader.take(words(year))
  return [
    ...spans.flatMap((match) => {
      const [from, to] = spanOfYears(match)
      return Array.from({ length: to - from + 1 }, (_, n) => ({ at: match.index, end: endOf(match), year: from + n }))
    }),
    ...single.map(match => ({ at: match.index, end: endOf(match), year: Number(match[0]) })),
  ]
}

function spanOfYears(match: RegExpExecArray): readonly [number, number] {
  const [from = '', to = ''] = [match[1], match[2]]
  return [Number(from), Number(to.length === 2 ? from.slice(0, 2) + to : to)]
}

const isChoiceOfMonths = (text: string) => words(`${month} ?(?:/|eller) ?${month}`).test(text)
const monthOf = (word: string) => monthNames.findIndex(names => names.split('|').includes(word)) + 1
const day = (inYear = '', inMonth = 0, onDay = ''): IsoDate =>
  `${inYear.length === 2 ? `20${inYear}` : inYear}-${String(inMonth).padStart(2, '0')}-${onDay.padStart(2, '0')}`
const endOf = (match: RegExpExecArray) => match.index + match[0].length

/** «10-12» is ten to twelve; «6, 8 og 10» is three. */
function numbersOf(list: string): readonly number[] {
  return list.split(/ ?(?:,|og|\/|eller) ?/).flatMap((part) => {
    const [from = 0, to = from] = part.split(/ ?(?:-|til) ?/).map(Number)
    return to >= from && to - from < 53 ? Array.from({ length: to - from + 1 }, (_, n) => from + n) : [from, to]
  })
}

const unique = <T>(list: readonly T[]): T[] => [...new Set(list)]
