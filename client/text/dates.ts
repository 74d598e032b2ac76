import type { IsoDate } from '#shared/plan/values.ts'
import type { Text } from './index.ts'

/** `2021-04-28` as it is written here: 28.04.2021. */
export const toNorwegianDate = (day: IsoDate) => day.split('-').reverse().join('.')

/** The day it is where the person is. */
export function today(now = new Date()): IsoDate {
  return toIso(now.getDate(), now.getMonth() + 1, now.getFullYear()) ?? ''
}

/** Reads 28.04.2021, 28.4.21, 28/4-2021, 280421 and 28042021; null when it is no day in the calendar. */
export function readNorwegianDate(words: string): IsoDate | null {
  const parts = /^\s*(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})\.?\s*$/.exec(words) ?? /^\s*(\d{2})(\d{2})(\d{4}|\d{2})\s*$/.exec(words)
  return parts && toIso(Number(parts[1]), Number(parts[2]), yearOf(parts[3]))
}

/**
 * Reads a day as people write it: {@link readNorwegianDate}, «1. mai 2027», «1.5» and «1. mai» in the year of `from`, «i morgen»
 * counted from it, and 2027-05-01. Null when it is no day in the calendar.
 */
export function readDay(words: string, text: Text, from: IsoDate): IsoDate | null {
  const said = words.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  const plain = readNorwegianDate(said) ?? readIso(said)
  if (plain)
    return plain
  const near = Object.entries(text.editors.date.near).find(([, name]) => name === said)
  if (near)
    return addDays(from, Number(near[0]))
  const thisYear = Number(from.slice(0, 4))
  const short = /^(\d{1,2})\s?[./-]\s?(\d{1,2})\.?$/.exec(said)
  if (short)
    return toIso(Number(short[1]), Number(short[2]), thisYear)
  const named = /^(\d{1,2})\.?\s?(\p{L}{3,9})\.?\s?(\d{4}|\d{2})?$/u.exec(said)
  const month = named ? monthOf(named[2] ?? '', text.when.months) : 0
  return named && month > 0 ? toIso(Number(named[1]), month, named[3] ? yearOf(named[3]) : thisYear) : null
}

const yearOf = (digits = '') => Number(digits.length === 2 ? `20${digits}` : digits)

/** From 1; 0 when it is no month, or one of several. «sept» is as good as «sep». */
function monthOf(word: string, months: readonly string[]): number {
  const hits = months.flatMap((month, n) => month.startsWith(word) ? [n + 1] : [])
  return hits.length === 1 ? hits[0] ?? 0 : 0
}

function readIso(words: string): IsoDate | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(words)
  return parts && toIso(Number(parts[3]), Number(parts[2]), Number(parts[1]))
}

function toIso(day: number, month: number, year: number): IsoDate | null {
  const iso = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  const date = new Date(`${iso}T00:00:00Z`)
  return year >= 1900 && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : null
}

function addDays(day: IsoDate, days: number): IsoDate {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}
