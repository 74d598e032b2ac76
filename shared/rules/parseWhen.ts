import type { When } from '../plan/values.ts'
import { isDay, isWhen, maxWhenChars } from './isWhen.ts'
import type { WhenKind } from './isWhen.ts'
import { readCounts } from './whenCounts.ts'
import type { Found } from './whenCounts.ts'
import { readPlaces } from './whenPlaces.ts'
import type { Places } from './whenPlaces.ts'
import { openReader, toPlainWords, words } from './words.ts'

/**
 * The recurrence that people's words say, in bokmål or nynorsk. `raw` is the words as they were written, whole.
 * What is not understood is left out, and words that say no time at all give the kind `unspecified`: nothing is guessed (W1).
 * Words longer than a cell may hold give `unspecified` with all of them in `raw`; no cell takes that.
 */
export function parseWhen(raw: string): When {
  const unread: When = { raw, kind: 'unspecified' }
  if (raw.length > maxWhenChars)
    return unread
  const [said, extra] = splitExtra(toPlainWords(raw))
  if (says(said, 'ikke|ikkje|ingen|aldri|uavklart|usikker|usikkert|avklares|avklarast|kanskje'))
    return unread
  const when = { raw, ...meaningOfWords(said) }
  const whole = when.kind !== 'unspecified' && extra !== '' ? { ...when, extra } : when
  return isWhen(whole) ? whole : unread
}

type Read = Omit<When, 'raw'>

function meaningOfWords(said: string): Read {
  const reader = openReader(said.replace(shortYear, '$1 20$2'))
  const found: Found[] = []
  // Fixed places first: «høst 2021», «2. halvår» and «uke 42» hold words that would read as recurrences.
  const places = readPlaces(reader)
  found.push(...readCounts(reader))
  for (const [kind, pattern] of plainKinds)
    found.push(...reader.take(words(pattern)).map(match => ({ kind, at: match.index })))
  found.sort((a, b) => a.at - b.at)

  const roughly = says(said, 'ca|cirka|omtrent|om lag|omlag|rundt|minst|minimum|om mulig|om mogleg') || places.isRough
  const marks = { ...(roughly && { approximate: true }) }
  const onDemand = found.some(one => one.kind === 'on-demand')
  const firm = found.filter(one => one.kind !== 'on-demand' && one.kind !== 'regular')
  const kinds = distinct(firm)
  const main = mainKind(kinds, found, places)
  if (main === null)
    return { kind: 'unspecified' }
  const alt = kinds.find(one => one.kind !== main && !(main === 'seasons' && one.kind === 'yearly')
    && !(main === 'explicit' && (one.kind === 'within-period' || one.kind === 'programme')))
  const perYear = timesPerYear(main, kinds, places, alt !== undefined)
  const isUneven = (main === 'monthly' || main === 'per-year') && places.seasons.length > 0 && perYear?.max !== places.seasons.length
  const months = firm.find(one => one.durationMonths)?.durationMonths
  return {
    kind: main,
    ...(alt && { altKind: alt.kind }),
    ...fieldsOf(places),
    ...(perYear && { perYear }),
    ...(months && { durationMonths: months }),
    ...((alt || places.isAmbiguous || isUneven || isOpenEnded(places, main)) && { ambiguous: true }),
    ...marks,
    ...(onDemand && main !== 'on-demand' && { orOnDemand: true }),
  }
}

/** Kinds that are one word or phrase, tried in this order; a phrase is taken before the shorter one inside it. */
const plainKinds: readonly (readonly [WhenKind, string])[] = [
  ['on-invitation', '(?:etter|ved|på|når) (?:invitasjon(?:er)?|innbydelse|innbyding|me blir inviterte|vi blir invitert)'],
  ['on-demand', '(?:ved|etter) (?:behov|ønske|ønskje|ynske)|når (?:det er |det trengs |det trengst |ein har |en har )?behov(?: for det)?|på (?:forespørsel|førespurnad)|behovsstyrt'],
  ['within-period', '(?:i løpet av|innen(?: utgangen av)?|innan(?: utgangen av)?) (?:hele |heile )?(?:reform|plan|prosjekt)?perioden?|(?:innen|innan|før) (?:reform|plan|prosjekt)?perioden (?:er over|er slutt|sluttar|slutter)'],
  ['continuous', 'kontinuerl(?:ig|eg)e?|fortløpende|fortløpande|løpende|løpande|hele tiden|heile tida|til enhver tid|til ei kvar tid|(?:gjennom |i )?(?:hele|heile) (?:året|(?:reform|plan|prosjekt)?perioden)|gjennom (?:hele |heile )?året|året rundt|permanent'],
  ['regular', 'jevnlige?|jamlege?|jamnlege?|regelmessige?|ofte|(?:flere|fleire|noen|nokre|mange) (?:ganger|gonger|gongar) (?:i året|per år|pr år|pr\\. år)|med jevne mellomrom|med jamne mellomrom'],
]

/** «våren -22», «høst '21» */
const shortYear = /((?:vår|høst|haust|vinter|sommer|sommar)(?:en)?) ?[-'’](2\d)(?!\d)/gu

/** «Månedlig pluss seminarer»: what comes beside the recurrence, kept as words so that it is not read as another one. */
function splitExtra(said: string): readonly [string, string] {
  const beside = words('(?:pluss|i tillegg til|i tillegg|samt)').exec(said)
  const offer = words('med(?= (?:tilbud|tilbod) om)').exec(said)
  const at = beside ?? offer
  if (!at || at.index === 0)
    return [said, '']
  return [said.slice(0, at.index), said.slice(at.index + at[0].length).trim()]
}

/** The kind that the words say first and foremost; null when they say none. */
function mainKind(kinds: readonly Found[], found: readonly Found[], places: Places): WhenKind | null {
  const first = kinds[0]?.kind ?? null
  if (!places.isEmpty) {
    const onlySeasons = places.seasons.length > 0 && places.years.length + places.months.length + places.dates.length
      + places.weeks.length + places.occurrences.length === 0
    if (first === null || first === 'within-period' || first === 'programme' || (onlySeasons && first === 'yearly'))
      return onlySeasons ? 'seasons' : 'explicit'
    return first
  }
  return first ?? found[0]?.kind ?? null
}

/** One of each kind, in the order of the words. Two counts of one kind become one with the widest span. */
function distinct(found: readonly Found[]): readonly Found[] {
  const byKind = new Map<WhenKind, Found>()
  for (const one of found) {
    const earlier = byKind.get(one.kind)
    byKind.set(one.kind, earlier
      ? { ...earlier, perYear: widest(earlier.perYear, one.perYear), durationMonths: widest(earlier.durationMonths, one.durationMonths) }
      : one)
  }
  return [...byKind.values()]
}

type Span = { readonly min: number, readonly max: number }

function widest(a: Span | undefined, b: Span | undefined): Span | undefined {
  return a && b ? { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) } : a ?? b
}

function timesPerYear(main: WhenKind, kinds: readonly Found[], places: Places, isEither: boolean): Span | undefined {
  if (main === 'seasons')
    return { min: places.seasons.length, max: places.seasons.length }
  const own = kinds.find(one => one.kind === main)?.perYear
  return isEither ? kinds.reduce<Span | undefined>((span, one) => widest(span, one.perYear), own) : own
}

function fieldsOf({ seasons, months, weeks, years, dates, occurrences }: Places): Partial<Read> {
  return {
    ...(seasons.length > 0 && { seasons }),
    ...(months.length > 0 && { months }),
    ...(weeks.length > 0 && { weeks }),
    ...(years.length > 0 && { years }),
    ...(dates.length > 0 && { dates: dates.filter(isDay) }),
    ...(occurrences.length > 0 && { occurrences }),
  }
}

/** «Årlig fra 2022» does not say which years: it is placed vaguely. «Kontinuerlig fra 2021» is continuous all the same. */
const isOpenEnded = (places: Places, main: WhenKind) => places.isOpenEnded && main !== 'continuous'

const says = (said: string, pattern: string) => words(pattern).test(said)
