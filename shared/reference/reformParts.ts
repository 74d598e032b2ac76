/** What is wrong with a part of a reform set. `at` is the way to the part, with places in lists counted from 0. */
export interface ReformFault {
  readonly at: readonly (string | number)[]
  readonly problem: ReformProblem
  /** The value or the bound it is about; empty where there is none to tell. */
  readonly what: string
}
export type ReformProblem =
  | 'missing' | 'not-an-object' | 'not-a-list' | 'not-text' | 'not-a-number' | 'not-a-year' | 'empty' | 'too-long' | 'unprintable'
  | 'not-an-id' | 'taken' | 'twice' | 'too-few' | 'too-many' | 'ends-before-it-begins' | 'no-such-register' | 'no-such-field'
  /** It was there before, and plans may refer to it. */
  | 'lost'

/**
 * One part of a value from outside, and the way to it. Every reader gives something to go on with, and tells what is wrong:
 * so one reading finds all that is to be mended.
 */
export interface Part {
  readonly isThere: boolean
  readonly value: unknown
  fault(problem: ReformProblem, what?: unknown): void
  /** A part of this one. An object's own keys only. */
  key(name: string): Part
  /** A place in this list, from 0. */
  item(n: number): Part
  /** Without the blanks around it; `''` where it is faulty. */
  text(maxChars: number): string
  /** NaN where it is faulty. */
  number(min: number, max: number): number
  /** A year, also as the day it begins or ends with. */
  year(): number
  /** Lower-case letters, digits and hyphens: safe as a key, in an address and in a file's name. */
  id(): string
  list<T>(bounds: { readonly atLeast: number, readonly atMost: number }, read: (part: Part, at: number) => T): readonly T[]
  /** Tells of what was in an object and nobody asked for, with places in lists as `[]`. */
  noteUnread(known: readonly string[]): void
}

/** What the reading of one value came to. */
export interface PartsRead { readonly root: Part, readonly faults: readonly ReformFault[], readonly unread: ReadonlySet<string> }

/** So many are enough to see what is the matter with a file. */
const maxTold = 40
const firstYear = 1990
const lastYear = 2100

export function readParts(value: unknown): PartsRead {
  const faults: ReformFault[] = []
  const unread = new Set<string>()

  function partOf(value: unknown, at: ReformFault['at'], isThere = true): Part {
    const fault = (problem: ReformProblem, what: unknown = '') => {
      if (faults.length < maxTold)
        faults.push({ at, problem, what: shortOf(what) })
    }
    const isMissing = () => {
      if (!isThere || value === null)
        fault('missing')
      return !isThere || value === null
    }
    const self: Part = {
      isThere, value, fault,
      key(name) {
        const has = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        return partOf(has ? Reflect.get(value, name) : undefined, [...at, name], has)
      },
      item: n => partOf(Array.isArray(value) ? value[n] : undefined, [...at, n], Array.isArray(value) && n < value.length),
      text(maxChars) {
        if (isMissing())
          return ''
        if (typeof value !== 'string') {
          fault('not-text', value)
          return ''
        }
        if (value.trim() === '')
          fault('empty')
        else if (value.length > maxChars)
          fault('too-long', maxChars)
        else if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(value))
          fault('unprintable')
        return value.trim()
      },
      number(min, max) {
        if (isMissing())
          return Number.NaN
        if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
          return value
        fault('not-a-number', `${min}–${max}`)
        return Number.NaN
      },
      year() {
        if (isMissing())
          return Number.NaN
        const year = typeof value === 'string' && /^\d{4}(?:-\d\d-\d\d)?$/.test(value) ? Number(value.slice(0, 4)) : value
        if (typeof year === 'number' && Number.isInteger(year) && year >= firstYear && year <= lastYear)
          return year
        fault('not-a-year', `${firstYear}–${lastYear}`)
        return Number.NaN
      },
      id() {
        const id = self.text(60)
        if (id !== '' && !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id))
          fault('not-an-id', id)
        return id
      },
      list({ atLeast, atMost }, read) {
        if (!isThere && atLeast === 0)
          return []
        if (isMissing())
          return []
        if (!Array.isArray(value)) {
          fault('not-a-list', value)
          return []
        }
        if (value.length < atLeast)
          fault('too-few', atLeast)
        if (value.length > atMost)
          fault('too-many', atMost)
        return value.slice(0, atMost).map((one, n) => read(partOf(one, [...at, n]), n))
      },
      noteUnread(known) {
        if (isMissing())
          return
        if (typeof value !== 'object' || value === null || Array.isArray(value))
          return fault('not-an-object', value)
        const way = at.map(step => typeof step === 'number' ? '[]' : step)
        for (const key of Object.keys(value).filter(key => !known.includes(key)).slice(0, maxTold))
          unread.add([...way, shortOf(key)].join('.').replaceAll('.[]', '[]'))
      },
    }
    return self
  }
  return { root: partOf(value, []), faults, unread }
}

function shortOf(value: unknown): string {
  const words = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
  return words.length > 60 ? `${words.slice(0, 60)}…` : words
}
