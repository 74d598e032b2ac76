import type { Instant, IsoDate } from '../plan/values.ts'

/** What the follow-up of a municipality or a bydel is told by. */
export interface FollowedUp {
  readonly deletedAt: Instant | null
  readonly kind: string | null
  readonly phase: number | null
  readonly decision: string | null
  readonly decisionDate: IsoDate | null
  readonly caseNumber: string
  readonly contactCount: number | null
  readonly lastContact: IsoDate | null
}

/** A decision is told with its day and its case; one that lacks either cannot be found again (F30). */
export const lacksDecisionSource = ({ decision, decisionDate, caseNumber }: Pick<FollowedUp, 'decision' | 'decisionDate' | 'caseNumber'>) =>
  decision === 'decided' && (decisionDate === null || caseNumber.trim() === '')

/** Each municipality has one or two contact persons. How many is not stated is another matter (F30). */
export const contactsWanted = { min: 1, max: 2 } as const
export const hasOtherContacts = ({ contactCount }: Pick<FollowedUp, 'contactCount'>) =>
  contactCount !== null && (contactCount < contactsWanted.min || contactCount > contactsWanted.max)

/** Nobody has been in touch for so long that it is worth telling. Never having been in touch is not stated, and not told. */
export const monthsOfSilence = 6
export function isLongSince({ lastContact }: Pick<FollowedUp, 'lastContact'>, today: IsoDate): boolean {
  return lastContact !== null && lastContact < monthsBefore(today, monthsOfSilence)
}

/** The same day some months earlier; the month's last where it has no such day. */
function monthsBefore(day: IsoDate, months: number): IsoDate {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 - months, Math.min(date, last))).toISOString().slice(0, 10)
}

/** From this year on the municipalities that got a new number have it. The reference set is of 2021. */
const renumberedIn = 2024

export interface NumberInYear {
  readonly number: string
  /** The number it has in the other of the two times, and the year from which the later one counts; null where it is one and the same. */
  readonly other: { readonly number: string, readonly from: number, readonly isLater: boolean } | null
}

interface Numbered { readonly number: string, readonly successorNumber: string }
/** The number of a municipality in a year, and the one before or after it where it changed (F31). */
export function numberIn({ number, successorNumber }: Numbered, year: number | null): NumberInYear {
  if (successorNumber === '' || successorNumber === number)
    return { number, other: null }
  const isLater = year === null || year < renumberedIn
  return isLater
    ? { number, other: { number: successorNumber, from: renumberedIn, isLater } }
    : { number: successorNumber, other: { number, from: renumberedIn, isLater } }
}

export interface MunicipalityCounts {
  /** Bydeler count beside municipalities, never as one of them. */
  readonly municipalities: number
  readonly districts: number
  /** In rising order; those where none is stated last, as null. */
  readonly byPhase: readonly { readonly phase: number | null, readonly count: number }[]
  readonly decided: number
}

export function municipalityCounts(rows: readonly FollowedUp[]): MunicipalityCounts {
  const alive = rows.filter(row => row.deletedAt === null)
  const districts = alive.filter(row => row.kind === 'city-district').length
  const counts = new Map<number | null, number>()
  for (const { phase } of alive)
    counts.set(phase, (counts.get(phase) ?? 0) + 1)
  return {
    municipalities: alive.length - districts,
    districts,
    byPhase: [...counts].map(([phase, count]) => ({ phase, count })).sort((a, b) => (a.phase ?? Infinity) - (b.phase ?? Infinity)),
    decided: alive.filter(row => row.decision === 'decided').length,
  }
}
