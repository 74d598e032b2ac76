import type { Instant } from '#shared/plan/values.ts'
import type { Text } from '../../text/index.ts'
import { today } from '../../text/dates.ts'
import type { MembersText } from './words.ts'

const dayMs = 24 * 60 * 60_000

/** «30. juni», with the year where it is another one. Of a moment, or of a day (`2027-06-30`). */
export function dayInWords(at: Instant | string, text: Text, now: Instant = Date.now()): string {
  const day = typeof at === 'string' ? at : today(new Date(at))
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  // A day is not broken over two lines.
  const words = `${date}.\u00A0${text.when.months[month - 1]}`
  return year === new Date(now).getFullYear() ? words : `${words}\u00A0${year}`
}

/** The last whole day of something that ends at a moment. */
export const lastDayOf = (until: Instant): string => today(new Date(until - 1))

/** When the day is over where the person is: the end of what lasts «til og med» that day. */
export function endOfDay(day: string): Instant {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + 1).getTime()
}
export function startOfDay(day: string): Instant {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date).getTime()
}

/** When somebody was in the plan last, by day: «i dag», «for 3 dager siden», and after a month the day itself. */
export function seenInWords(at: Instant | null, words: MembersText, text: Text, now: Instant = Date.now()): string {
  if (at === null)
    return words.seen.never
  const days = Math.round((startOfDay(today(new Date(now))) - startOfDay(today(new Date(at)))) / dayMs)
  return days <= 0 ? words.seen.today : days === 1 ? words.seen.yesterday : days <= 30 ? words.seen.days(days) : dayInWords(at, text, now)
}
