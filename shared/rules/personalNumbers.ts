import type { PersonalPlace } from './personalData.ts'

/**
 * Norwegian identity numbers: those of birth, D-numbers (day + 40), and help and test numbers (month + 40 or + 80), in one piece
 * or with a space, dot or dash after the date. The last control digit must be right; the first may be off by the three that numbers
 * issued from 2032 may have (Skatteetaten: remainders 0 to 3).
 */
export function findIdentityNumbers(text: string): readonly PersonalPlace[] {
  const found: PersonalPlace[] = []
  const written = /(?<!\d)\d\d([ .\u00A0]?)\d\d\1\d\d[ .\u00A0–-]?\d{3}[ .\u00A0]?\d\d(?!\d)/g
  for (let match = written.exec(text); match; match = written.exec(text)) {
    if (isIdentityNumber(match[0].replace(/\D/g, '')) && !ofAccount.test(text.slice(Math.max(0, match.index - 20), match.index))) {
      found.push({ kind: 'identityNumber', from: match.index, to: written.lastIndex })
      continue
    }
    written.lastIndex = match.index + 1
  }
  return found
}
/** The number of a bank account has as many digits, and the same last control digit. */
const ofAccount = /\bkonto(?:nr|nummer)?\.?:? ?$/i

const firstWeights = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]
const secondWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
const mostInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isIdentityNumber(digits: string): boolean {
  const number = [...digits].map(Number)
  const restOf = (weights: readonly number[]) => weights.reduce((sum, weight, n) => sum + weight * (number[n] ?? 0), 0) % 11
  const [day, month, year] = [0, 2, 4].map(at => Number(digits.slice(at, at + 2))) as [number, number, number]
  const most = mostInMonth[(month > 80 ? month - 80 : month > 40 ? month - 40 : month) - 1] ?? 0
  const ofDay = day > 40 ? day - 40 : day
  const isDay = ofDay >= 1 && ofDay <= most && !(ofDay === 29 && most === 29 && year % 4 !== 0)
  return isDay && restOf(secondWeights) === 0 && restOf(firstWeights) <= 3
}

/** Digits that stand together, one space or dot between their groups at most. */
interface Run { readonly from: number, readonly to: number, readonly groups: readonly Group[], readonly digits: number }
interface Group { readonly from: number, readonly to: number, readonly digits: string }

/**
 * Norwegian phone numbers: eight digits beginning with 2 to 9, in pairs, as three-two-three or in one piece, and in any groups after
 * +47, 0047 or a word for phone.
 */
export function findPhoneNumbers(text: string): readonly PersonalPlace[] {
  const runs = runsIn(text)
  return runs.flatMap((run, n) => run.groups.length > mostGroups || isPartOfMore(text, run, runs[n - 1], runs[n + 1]) ? [] : phonesIn(text, run))
}
/** More than that is a table of numbers. */
const mostGroups = 24

function runsIn(text: string): readonly Run[] {
  return [...text.matchAll(/\d+(?:[ .\u00A0]\d+)*/g)].map((match) => {
    const groups = [...match[0].matchAll(/\d+/g)].map(({ 0: digits, index }) =>
      ({ from: match.index + index, to: match.index + index + digits.length, digits }))
    return { from: match.index, to: match.index + match[0].length, groups, digits: groups.reduce((sum, { digits }) => sum + digits.length, 0) }
  })
}

/** Part of a word, an address, a share, an amount or the number of a case. Two phone numbers may stand with a slash between. */
function isPartOfMore(text: string, { from, to }: Run, previous: Run | undefined, next: Run | undefined): boolean {
  const [before, after] = [text.charAt(from - 1), text.charAt(to)]
  const isAmongPhones = (sign: string, other: Run | undefined) => sign === '/' && other !== undefined && other.digits >= 8 && other.digits <= 12
  if (/[\p{L}\d_#=&%@-]/u.test(before) || (before === '/' && !isAmongPhones(before, previous)))
    return true
  if (/[\p{L}\d_%@-]/u.test(after) || (after === '/' && !isAmongPhones(after, next)) || (/[,:]/.test(after) && /^.\d/.test(text.slice(to, to + 2))))
    return true
  return counted.test(text.slice(to, to + 12)) || counting.test(text.slice(Math.max(0, from - 24), from))
}
const counted = /^[ \u00A0]?(?:,-|kr\b|kroner\b|nok\b|mill|mrd|personer\b|innbygg|prosent)/i
const counting = new RegExp(`(?:\\b(?:${[
  'kr|nok|kroner|kroner på|org|orgnr|organisasjonsnummer|konto|kontonr|kontonummer|sak|saksnr|saksnummer|ref|arkivref|journalnr|isbn|issn|id',
  'uke|veke|uker|veker',
].join('|')})\\.?(?:[ .-]?nr\\.?)?:?|[§$€£]) ?$`, 'i')

function phonesIn(text: string, { from: start, groups }: Run): readonly PersonalPlace[] {
  const found: PersonalPlace[] = []
  const called = /\(?(?:\+47|\b0047)\)?[ .\u00A0-]?$/.exec(text.slice(Math.max(0, start - 8), start))?.[0]
  const isPlus = text.charAt(start - 1) === '+'
  for (let n = 0; n < groups.length; n++) {
    const { from, digits } = groups[n] as Group
    const prefix = n === 0 && isPlus ? '47' : '0047'
    const isWhole = digits.startsWith(prefix) && isNumber(digits.slice(prefix.length))
    const end = n === 0 && called ? inGroups(groups, 0) : digits === prefix ? inGroups(groups, n + 1) : isWhole ? groups[n] : plain(text, groups, n)
    if (!end)
      continue
    found.push({ kind: 'phoneNumber', from: n > 0 ? from : from - (called?.length ?? (isPlus ? 1 : 0)), to: end.to })
    n = groups.indexOf(end)
  }
  return found
}
const isNumber = (digits: string) => /^[2-9]\d{7}$/.test(digits)

/** The group that a number ends with whose groups are written anyhow. */
function inGroups(groups: readonly Group[], at: number): Group | undefined {
  let digits = ''
  for (const group of groups.slice(at, at + 8)) {
    digits += group.digits
    if (digits.length >= 8)
      return isNumber(digits) ? group : undefined
  }
  return undefined
}

/** The same of one without its country: in pairs that are no longer list, as three-two-three, or in one piece that is no day. */
function plain(text: string, groups: readonly Group[], at: number): Group | undefined {
  const group = groups[at] as Group
  const lengths = groups.slice(at, at + 3).map(({ digits }) => digits.length).join()
  if (group.digits.length === 8)
    return isNumber(group.digits) && !/^20\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])$/.test(group.digits) ? group : undefined
  if (lengths === '3,2,3' && isNumber(groups.slice(at, at + 3).map(({ digits }) => digits).join('')))
    return groups[at + 2]
  if (group.digits.length === 2 && isPairs(text, groups, at))
    return inGroups(groups, at)
  return /(?:\btlf|\btelefon|\bmobil|\bmob)\w{0,8}\.?:? ?$/i.test(text.slice(Math.max(0, group.from - 20), group.from)) ? inGroups(groups, at) : undefined
}

/**
 * Whether as many pairs as whole numbers have stand from here, all apart in one way, as days and clocks are not, and not one after
 * another, as weeks and chapters are.
 */
function isPairs(text: string, groups: readonly Group[], at: number): boolean {
  let [start, end] = [at, at]
  while (groups[start - 1]?.digits.length === 2)
    start--
  while (groups[end]?.digits.length === 2)
    end++
  const four = groups.slice(at, at + 4)
  const pairs = four.map(({ digits }) => Number(digits))
  return (end - start) % 4 === 0 && (at - start) % 4 === 0 && new Set(four.slice(0, 3).map(({ to }) => text.charAt(to))).size === 1
    && !pairs.every((pair, n) => n === 0 || pair === (pairs[n - 1] ?? 0) + 1)
}
