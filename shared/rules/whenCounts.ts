import type { WhenKind } from './isWhen.ts'
import type { Reader } from './words.ts'
import { words } from './words.ts'

/** A recurrence found in the words, and where it stood. */
export interface Found {
  readonly kind: WhenKind
  readonly at: number
  readonly perYear?: Span | undefined
  readonly durationMonths?: Span | undefined
}
type Span = { readonly min: number, readonly max: number }

const numerals: Readonly<Record<string, number>> = {
  en: 1, én: 1, ein: 1, éin: 1, ei: 1, et: 1, ett: 1, eitt: 1, to: 2, tre: 3, fire: 4, fem: 5, seks: 6, sju: 7, syv: 7,
  åtte: 8, ni: 9, ti: 10, elleve: 11, tolv: 12,
}
const ordinals: Readonly<Record<string, number>> = {
  annen: 2, annet: 2, anna: 2, annan: 2, andre: 2, tredje: 3, fjerde: 4, femte: 5, sjette: 6,
}

const n = `(?:\\d{1,3}|${Object.keys(numerals).join('|')})`
const count = `(?<from>${n})(?: ?(?:-|til|eller|/) ?(?<to>${n}))?`
const unit = '(?<unit>halvår(?:et)?|år(?:et)?|semester(?:et)?|måned(?:en)?|månad(?:en)?|mnd|kvartal(?:et)?|tertial(?:et)?|uke|uken|uka|veke|veka)'
const nth = '(?:\\d{1,2}\\.|annen|annet|anna|annan|andre|tredje|fjerde|femte|sjette)'
const each = '(?:hver|hvert|kvar|kvart)'

const unitsPerYear = (word: string): number =>
  /^(?:halvår|semester)/.test(word) ? 2
  : /^år/.test(word) ? 1
  : /^(?:måned|månad|mnd)/.test(word) ? 12
  : word.startsWith('kvartal') ? 4
  : word.startsWith('tertial') ? 3
  : 52

const rules: readonly { readonly pattern: RegExp, readonly read: (groups: Readonly<Record<string, string | undefined>>) => Omit<Found, 'at'> | null }[] = [
  // How long it lasts.
  {
    pattern: words(`(?:varighet|varigheit|lengde?|går over|går i|over|varer|varar|strekker seg over|strekk(?:jer)? seg over|på|i) ?(?:på |i |over |:)?(?:ca\\.? )?${count} (?<length>måneder|månader|måned|månad|mnd|md|år)\\.?`),
    read: programme,
  },
  { pattern: words(`${count} (?<length>måneders|månaders|måneds|månads|års) (?:varighet|varigheit|lengde?|program|løp)`), read: programme },
  // Every nth month or year. «Annethvert år» is less than once a year, which no kind can say: it is taken and left unsaid.
  {
    pattern: words(`(?:${each} ?(?<nth>${nth})|(?<first>${nth}) ?${each}) ?(?<step>måned|månad|mnd|uke|veke)`),
    read: ({ nth, first = '', step = '' }) => everyNth(nthOf(nth ?? first), unitsPerYear(step)),
  },
  { pattern: words(`(?:${each} )?(?:andre|anna|annet|annan|tredje|fjerde|\\d\\.) ?${each}? ?år(?:et)?`), read: () => null },
  { pattern: words('hver 14\\. dag|kvar 14\\. dag|fjortendaglig'), read: () => ({ kind: 'per-year', perYear: { min: 26, max: 26 } }) },
  // How many times in a year, half-year, quarter, month or week.
  {
    pattern: words(`(?<least>minst |minimum |inntil |opptil |maks |maksimalt )?${count}(?:(?: ?x)|(?: [\\p{L}/.-]+){0,3}?) ?(?:i løpet av|i|per|pr\\.?|om|/) ?(?:hvert |kvart |hver |kvar )?${unit}`),
    read: ({ unit: of = 'år', ...groups }) => times(spanOf(groups), unitsPerYear(of)),
  },
  {
    pattern: words(`(?<least>minst |inntil |opptil )?${count} (?<adjective>årl[ie]ge?|halvårl[ie]ge?|månedlige?|månadlege?)(?= \\p{L})`),
    read: ({ adjective = '', ...groups }) =>
      times(spanOf(groups), adjective.startsWith('halv') ? 2 : adjective.startsWith('m') ? 12 : 1),
  },
  {
    pattern: words(`${count} (?:ganger|gonger|gongar|gang|gong) (?<adjective>årl[ie]g|halvårl[ie]g|månedlig|månadleg)`),
    read: ({ adjective = '', ...groups }) =>
      times(spanOf(groups), adjective.startsWith('halv') ? 2 : adjective.startsWith('m') ? 12 : 1),
  },
  // One word for it.
  {
    pattern: words(`halvårl[ie]ge?|halvårl[ie]gt|halvårsvis|(?:${each}|per|pr\\.?) (?:halvår(?:et)?|semester(?:et)?)|begge halvår(?:ene|a)?`),
    read: () => times({ min: 1, max: 1 }, 2),
  },
  {
    pattern: words(`månedlige?|månedl[ie]gt|månadlege?|månedsvis|månadsvis|(?:${each}|per|pr\\.?) (?:måned(?:en)?|månad(?:en)?|mnd)`),
    read: () => times({ min: 1, max: 1 }, 12),
  },
  { pattern: words(`kvartalsvis|kvartalsvise|kvartalsmessig|(?:${each}|per|pr\\.?) kvartal`), read: () => times({ min: 1, max: 1 }, 4) },
  { pattern: words(`tertialvis|tertialvise|(?:${each}|per|pr\\.?) tertial`), read: () => times({ min: 1, max: 1 }, 3) },
  { pattern: words(`ukentl[ie]ge?|vekentlege?|(?:${each}|per|pr\\.?) (?:uke|veke)`), read: () => times({ min: 1, max: 1 }, 52) },
  { pattern: words(`årl[ie]ge?|årl[ie]gt|årvisst?|årvisse|(?:${each}|per|pr\\.?) år`), read: () => times({ min: 1, max: 1 }, 1) },
]

/** Takes every count and length out of the words: «2 gr. i året», «annenhver måned», «over 6-9 måneder». */
export function readCounts(reader: Reader): readonly Found[] {
  return rules.flatMap(({ pattern, read }) => reader.take(pattern).flatMap((match) => {
    const found = read(match.groups ?? {})
    return found ? [{ ...found, at: match.index }] : []
  }))
}

/** `span` times in each of the year's `units` parts, as the plainest kind that says it. */
function times(span: Span, units: number): Omit<Found, 'at'> {
  const perYear = { min: span.min * units, max: span.max * units }
  const isOnce = span.min === 1 && span.max === 1
  if (isOnce && units === 1)
    return { kind: 'yearly', perYear }
  if (isOnce && units === 2)
    return { kind: 'half-yearly', perYear }
  if (isOnce && units === 12)
    return { kind: 'monthly', perYear }
  return { kind: 'per-year', perYear }
}

function everyNth(nth: number, units: number): Omit<Found, 'at'> | null {
  return nth < 1 ? null : { kind: 'per-year', perYear: { min: Math.floor(units / nth), max: Math.ceil(units / nth) } }
}

function programme({ length = '', ...groups }: Readonly<Record<string, string | undefined>>): Omit<Found, 'at'> {
  const span = spanOf(groups)
  const months = length.startsWith('år') ? 12 : 1
  return { kind: 'programme', durationMonths: { min: span.min * months, max: span.max * months } }
}

function spanOf({ from = '1', to, least }: Readonly<Record<string, string | undefined>>): Span {
  const a = numberOf(from)
  const b = to === undefined ? a : numberOf(to)
  const isAtMost = least !== undefined && !least.startsWith('min')
  return { min: isAtMost ? 0 : Math.min(a, b), max: Math.max(a, b) }
}

const numberOf = (word: string) => numerals[word] ?? Number.parseInt(word, 10)
const nthOf = (word: string) => ordinals[word.trim()] ?? Number.parseInt(word, 10)
