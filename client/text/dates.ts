import type { IsoDate } from '#shared/plan/values.ts'

/** `2021-04-28` as it is written here: 28.04.2021. */
export const toNorwegianDate = (day: IsoDate) => day.split('-').reverse().join('.')

/** Reads 28.04.2021, 28.4.21 or 28/4-2021; null when it is no day in the calendar. */
export function readNorwegianDate(words: string): IsoDate | null {
  const parts = /^\s*(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{4}|\d{2})\s*$/.exec(words)
  if (!parts)
    return null
  const [, day = '', month = '', year = ''] = parts
  const iso = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const date = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : null
}
