import type { IsoDate, Row } from '#shared/plan/values.ts'
import { hasOtherContacts, isLongSince, lacksDecisionSource, numberIn } from '#shared/rules/municipalities.ts'
import { countyName, countyNumberOf } from '#shared/reference/counties.ts'
import type { Text } from '../../../text/index.ts'
import type { NoteLine } from './noteLines.ts'

export interface FollowUpGround {
  readonly row: object
  /** The last year of the plan. */
  readonly year: number | null
  readonly today: IsoDate
  /** Those of these areas that cross a county border, by name. */
  crossing(areas: readonly { readonly id: string }[]): readonly string[]
}

/** What stands under the cells of municipalities and of networks' areas. Empty where there is no more to tell (F30, F31). */
export function followUpLines(register: string, field: string, { row, year, today, crossing }: FollowUpGround, text: Text): readonly NoteLine[] {
  const words = text.facts.notes
  if (register === 'networks') {
    const areas = crossing((row as Row<'networks'>).serviceAreas)
    return areas.length > 0 ? [{ words: areas.length === 1 ? words.crossing : words.someCrossing(areas.join(', ')) }] : []
  }
  const municipality = row as Row<'municipalities'>
  switch (field) {
    case 'name': return [{ words: numberInWords(municipality, year, text) }].filter(line => line.words !== '')
    case 'successorNumber': return countyOfSuccessor(municipality)
    case 'decision': return decisionLines(municipality, text)
    case 'contactCount': return hasOtherContacts(municipality) ? [{ words: words.contacts, isOpen: true }] : []
    case 'lastContact': return isLongSince(municipality, today) ? [{ words: words.longSince }] : []
    default: return []
  }
}

/** A municipality that got a new number may lie in another county with it. */
function countyOfSuccessor({ county, successorNumber }: Row<'municipalities'>): readonly NoteLine[] {
  const number = countyNumberOf(successorNumber)
  const name = number === null || number === county ? null : countyName(number)
  return name === null ? [] : [{ words: name }]
}

/** «3001, fra 2024: 3101 · Østfold», «Bydel 030101» */
function numberInWords(municipality: Row<'municipalities'>, year: number | null, { facts: { notes: words }, words: { choices } }: Text): string {
  const { number, other } = numberIn(municipality, year)
  const kind = municipality.kind === 'city-district' ? choices.municipalities.kind['city-district'] : ''
  const known = [[kind, number].filter(Boolean).join(' '), other && (other.isLater ? words.numberFrom : words.numberBefore)(other.number, other.from)]
  return [known.filter(Boolean).join(', '), municipality.formerCounty].filter(Boolean).join(' · ')
}

/**
 * Under a place that is told by name: its number, and of a municipality's county the one it has in the other of the two times,
 * «30, fra 2024: 31 Østfold». Nothing under a number that nobody has named, which stands as it is.
 */
export function placeLines(field: string, row: object, nameOf: (number: string) => string | null, text: Text): readonly NoteLine[] {
  const number: unknown = (row as Readonly<Record<string, unknown>>)[field]
  if (typeof number !== 'string' || nameOf(number) === null)
    return []
  const other = field === 'county' ? otherCounty(row as Row<'municipalities'>, text) : ''
  return [{ words: [number, other].filter(Boolean).join(', ') }]
}

function otherCounty(municipality: Row<'municipalities'>, { facts: { notes: words } }: Text): string {
  const { county, number, successorNumber } = municipality
  const { other } = numberIn(municipality, null)
  const [before, later] = [number, successorNumber].map(countyNumberOf)
  if (!other || !before || !later || before === later)
    return ''
  const told = (one: string) => [one, countyName(one)].filter(Boolean).join(' ')
  return county === before ? words.numberFrom(told(later), other.from) : county === later ? words.numberBefore(told(before), other.from) : ''
}

function decisionLines({ decision, decisionDate, caseNumber }: Row<'municipalities'>, { facts: { notes: words } }: Text): readonly NoteLine[] {
  const told = caseNumber.trim() === '' ? [] : [{ words: words.caseNumber(caseNumber.trim()) }]
  if (!lacksDecisionSource({ decision, decisionDate, caseNumber }))
    return told
  return [...told, { words: told.length > 0 ? words.lacksDate : decisionDate === null ? words.lacksBoth : words.lacksCase, isOpen: true }]
}
