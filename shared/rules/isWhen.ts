import type { When } from '../plan/values.ts'

/** Every kind of recurrence there is. What each one promises stands in `whenMeaning.ts`. */
export const whenKinds = [
  'continuous', 'monthly', 'half-yearly', 'yearly', 'per-year', 'seasons', 'explicit', 'within-period',
  'regular', 'programme', 'on-invitation', 'on-demand', 'unspecified',
] as const
export type WhenKind = typeof whenKinds[number]

export const seasons = ['winter', 'spring', 'summer', 'autumn'] as const
export type Season = typeof seasons[number]

/** The longest `raw` a stored recurrence may have, in UTF-16 units. */
export const maxWhenChars = 500
const maxItems = 50

type Check = (value: unknown) => boolean

const isText = (max: number): Check => value => typeof value === 'string' && value.length <= max
const isOneOf = (words: readonly string[]): Check => value => typeof value === 'string' && words.includes(value)
const isWholeNumber = (min: number, max: number): Check => value =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
const isFlag: Check = value => typeof value === 'boolean'
const isListOf = (check: Check): Check => value =>
  Array.isArray(value) && value.length <= maxItems && Array.from(value).every(check)
const isSpan = (max: number): Check => value =>
  hasOnly(value, { min: isWholeNumber(0, max), max: isWholeNumber(0, max) }, ['min', 'max'])
  && (value as { min: number }).min <= (value as { max: number }).max
const isYear = isWholeNumber(1900, 2200)

const checks: Readonly<Record<keyof When, Check>> = {
  raw: isText(maxWhenChars),
  kind: isOneOf(whenKinds),
  altKind: isOneOf(whenKinds),
  seasons: isListOf(isOneOf(seasons)),
  perYear: isSpan(1_000),
  durationMonths: isSpan(600),
  months: isListOf(isWholeNumber(1, 12)),
  weeks: isListOf(isWholeNumber(1, 53)),
  years: isListOf(isYear),
  dates: isListOf(isDay),
  occurrences: isListOf(value =>
    hasOnly(value, { year: isYear, season: isOneOf(seasons), until: isText(100) }, ['year'])),
  ambiguous: isFlag,
  approximate: isFlag,
  orOnDemand: isFlag,
  extra: isText(maxWhenChars),
  appliesTo: isText(200),
}

/**
 * Whether a stored value is a recurrence we can read: known kind, known keys only, and every number and list within bounds.
 * A key that is present but undefined counts as absent.
 */
export function isWhen(value: unknown): value is When {
  return hasOnly(value, checks, ['raw', 'kind'])
}

/** Whether a value is a day that exists, written `2021-04-28`. */
export function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^(?:19|20|21)\d{2}-\d{2}-\d{2}$/.test(value))
    return false
  const time = Date.parse(`${value}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
}

function hasOnly(value: unknown, known: Readonly<Record<string, Check>>, required: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return false
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  const keys = new Set(entries.map(([key]) => key))
  return required.every(key => keys.has(key))
    && entries.every(([key, part]) => Object.hasOwn(known, key) && known[key]!(part))
}
