import type { Instant } from '#shared/plan/values.ts'
import type { WrittenMoment } from '#shared/protocol/kept.ts'

const clocks = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Oslo', hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'longOffset',
})

/** The last moment there is for a calendar. */
const latest = 8.64e15

/** A moment for who reads it, to the second. Total. */
export function toWritten(at: Instant): WrittenMoment {
  const parts = new Map(clocks.formatToParts(Math.min(at, latest)).map(({ type, value }) => [type, value]))
  const [year, month, day, hour, minute, second, zone] = (['year', 'month', 'day', 'hour', 'minute', 'second', 'timeZoneName'] as const).map(type => parts.get(type) ?? '')
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${zone?.replace('GMT', '')}`
}
