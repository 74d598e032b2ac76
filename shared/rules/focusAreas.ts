import type { Instant, RowId, SetMember } from '../plan/values.ts'
import { openReader, toPlainWords, words } from './words.ts'

/** A focus area of a reform (innsatsområde) as people name it. */
export interface FocusArea {
  readonly number: number
  readonly name: string
  readonly nameNn: string
  readonly aliases: readonly string[]
}

export type FocusAreasAnswer = 'listed' | 'overarching' | 'none'

/** Which focus areas something concerns. `null` is «not stated», which is neither `overarching` (all) nor `none`. */
export interface FocusAreas {
  readonly answer: FocusAreasAnswer | null
  /** The listed ones, in rising order; empty for every other answer. */
  readonly numbers: readonly number[]
}

/** What people's words say of focus areas, and the words that said nothing, for someone to look at. */
export interface ReadFocusAreas extends FocusAreas {
  readonly raw: string
  readonly unread: string
}

/**
 * The focus areas that people's words name: numbers («Innsatsområde 2,3 4 og 5», «2,3,4,5»), names in either language, or
 * all of them («Overordnet og mot alle innsatsområdene»). Numbers count only beside the word for focus area, or when nothing
 * but numbers and names is written (F2). A number the reform does not have is left in `unread`.
 */
export function parseFocusAreas(raw: string, areas: readonly FocusArea[]): ReadFocusAreas {
  const said = toPlainWords(raw)
  const reader = openReader(said.slice(0, maxChars))
  const named = areas.filter(area => reader.take(namesOf(area)).length > 0).map(area => area.number)
  const isAll = reader.take(words(allAreas)).length > 0
  const isNone = reader.take(words('ingen(?: (?:av )?(?:innsats|satsings?)område(?:r|ne|ne)?)?|ikke (?:aktuelt|relevant)|ikkje (?:aktuelt|relevant)')).length > 0
  const known = new Set(areas.map(area => area.number))
  const isListOfNumbers = (list: string) => numbersIn(list).every(number => known.has(number))
  const marked = reader.take(words(`${areaWord}:? ?(${numberList})`), match => isListOfNumbers(match[1] ?? ''))
    .flatMap(match => numbersIn(match[1] ?? ''))
  reader.take(words(areaWord))
  const isBare = /^[\d\s.,;:/+&-]*$/.test(withoutJoints(reader.rest()))
  const bare = isBare ? reader.take(/\d+(?: ?(?:-|til) ?\d+)?/gu, match => isListOfNumbers(match[0])).flatMap(match => numbersIn(match[0])) : []
  const numbers = [...new Set([...named, ...marked, ...bare])].sort((a, b) => a - b)
  const unread = `${withoutJoints(reader.rest())}${said.slice(maxChars)}`.replace(/^[\s.,;:/+&-]+|[\s.,;:/+&-]+$/g, '').replace(/ +/g, ' ')
  const answer = isAll ? 'overarching' : numbers.length > 0 ? 'listed' : isNone ? 'none' : null
  return { raw, answer, numbers: answer === 'listed' ? numbers : [], unread }
}

const maxChars = 2_000
const areaWord = '(?:innsats|satsings?)(?:område|områda|områder|områdene|områdane|området)|io|fa'
const numberList = '\\d+(?: ?(?:,|og|eller|&|\\+|/|-|til|\\.| ) ?\\d+)*'
const allAreas = '(?:og )?(?:mot |for |på )?all[ea](?: (?:de |dei )?(?:\\d+|to|tre|fire|fem|seks|sju|syv|åtte))?(?: (?:innsats|satsings?)?(?:område|områda|områder|områdene|områdane))|(?:og )?(?:mot |for |på )?alle(?= ?$)|overordna|overordne[dt]e?|samtlige|samtlege|på tvers(?: av (?:innsats|satsings?)?områd(?:er|ene|a|ane))?'

const withoutJoints = (text: string) => text.replace(words('og|eller|samt|til'), ' ')

/** A range runs only over a short way: «1-3» is three areas, a year span is not a list. */
function numbersIn(list: string): readonly number[] {
  return [...list.matchAll(/(\d+)(?: ?(?:-|til) ?(\d+))?/gu)].flatMap(([, first = '', last = first]) => {
    const [from, to] = [Number(first), Number(last)]
    return to >= from && to - from < 100 ? Array.from({ length: to - from + 1 }, (_, n) => from + n) : [from, to]
  })
}

/** The names of an area as one pattern: with or without its article, double letters or single («felleskap»). */
function namesOf({ name, nameNn, aliases }: FocusArea): RegExp {
  const forms = [name, nameNn, ...aliases].map(toPlainWords).flatMap(form => [form, form.replace(/^(?:et|eit|en|ein|ei) /, '')])
  const patterns = [...new Set(forms)].filter(form => form !== '').sort((a, b) => b.length - a.length).map(form =>
    form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/(\p{L})\1?/gu, '$1{1,2}').replace(/ /g, '[ -]?'))
  return patterns.length > 0 ? words(patterns.join('|')) : /(?!)/gu
}

/** The cells of a row that tell of focus areas. */
export interface HasFocusAreas {
  readonly focusAreas: readonly SetMember[]
  readonly focusAreasAnswer: FocusAreasAnswer | null
}

/**
 * A row's focus areas. The answer stands over the list: a row that is `overarching` lists none, whatever was ticked before.
 * Ticked areas without an answer are listed; `listed` with nothing ticked is not stated.
 */
export function focusAreasOf({ focusAreas, focusAreasAnswer }: HasFocusAreas): FocusAreas {
  const numbers = focusAreas.map(member => Number(member.id)).filter(number => Number.isInteger(number) && number > 0).sort((a, b) => a - b)
  if (focusAreasAnswer === 'overarching' || focusAreasAnswer === 'none')
    return { answer: focusAreasAnswer, numbers: [] }
  return numbers.length > 0 ? { answer: 'listed', numbers } : { answer: null, numbers: [] }
}

/** Whether a row concerns an area: it lists it, or concerns them all. The filter «innsatsområde 3» is this (F4). */
export function concernsArea(row: HasFocusAreas, area: number): boolean {
  const { answer, numbers } = focusAreasOf(row)
  return answer === 'overarching' || numbers.includes(area)
}

interface Counted extends HasFocusAreas {
  readonly id: RowId
  readonly deletedAt: Instant | null
}
interface CountedNetwork extends Counted {
  readonly state: string | null
  readonly serviceAreas: readonly SetMember[]
}

export interface RowsPerArea {
  /** Rows that list the area, in the order given; every area of the reform is there. */
  readonly listed: ReadonlyMap<number, readonly RowId[]>
  /** Rows that concern all areas: one count beside the others, never added into each. */
  readonly overarching: readonly RowId[]
  readonly none: readonly RowId[]
  readonly notStated: readonly RowId[]
}

/** The living rows by what they say of focus areas, whatever else their state (F5). Areas the reform lacks come last. */
export function rowsPerArea(rows: readonly Counted[], areas: readonly Pick<FocusArea, 'number'>[]): RowsPerArea {
  const listed = new Map<number, RowId[]>(areas.map(area => [area.number, []]))
  const others = { overarching: [] as RowId[], none: [] as RowId[], notStated: [] as RowId[] }
  for (const row of rows.filter(isAlive)) {
    const { answer, numbers } = focusAreasOf(row)
    if (answer !== 'listed')
      others[answer ?? 'notStated'].push(row.id)
    for (const number of numbers) {
      const ids = listed.get(number) ?? []
      listed.set(number, ids)
      ids.push(row.id)
    }
  }
  return { listed, ...others }
}

/** States in which a network does not run. A region's own word for a state counts as running; a state not given does not. */
const notRunning: readonly (string | null)[] = [null, 'considering-reestablishing', 'ended']

/** Whether a network runs, so that it covers its focus areas. */
export const isRunning = ({ state }: { readonly state: string | null }) => !notRunning.includes(state)

/** Which focus areas running networks cover: those that are only considered, or ended, cover nothing (F6). */
export function coveragePerArea(networks: readonly CountedNetwork[], areas: readonly Pick<FocusArea, 'number'>[]): RowsPerArea {
  return rowsPerArea(networks.filter(isRunning), areas)
}

/**
 * Running networks by service area and focus area. An overarching network stands in every focus area of the reform. A service
 * area that is only wished for (`planned`) is not served (F7).
 */
export function networksPerServiceArea(
  networks: readonly CountedNetwork[], areas: readonly Pick<FocusArea, 'number'>[],
): ReadonlyMap<RowId, ReadonlyMap<number, readonly RowId[]>> {
  const running = networks.filter(network => isAlive(network) && isRunning(network))
  const served = new Set(running.flatMap(network => network.serviceAreas.filter(isServed).map(member => member.id)))
  return new Map([...served].map((serviceArea) => {
    const here = running.filter(network => network.serviceAreas.some(member => member.id === serviceArea && isServed(member)))
    return [serviceArea, new Map(areas.map(({ number }) => [number, here.filter(network => concernsArea(network, number)).map(({ id }) => id)]))]
  }))
}

const isServed = (member: SetMember) => !member.roles.includes('planned')
const isAlive = (row: { readonly deletedAt: Instant | null }) => row.deletedAt === null
