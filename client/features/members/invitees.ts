import { toAddress } from '#shared/rules/mailAddress.ts'

/** Somebody to be invited, as read from what was pasted; each may be corrected. */
export interface ReadInvitee { readonly name: string, readonly email: string, readonly organisation: string }

/**
 * Reads a list as people have it: from a mail program («Kari Nordmann <kari@x.no>; …», also «Nordmann, Kari <…>»), from a
 * spreadsheet (columns apart by tabs or semicolons, with a line of headings or without), or one on each line. What has no address in
 * it comes too, so that it can be mended: nothing of the list is lost in silence.
 */
export const readInvitees = (pasted: string): readonly ReadInvitee[] => readSome(pasted, Infinity).found

/** The first `most` of a list ({@link readInvitees}), and the rest of it as it may be read another time. */
export function readSome(pasted: string, most: number): { readonly found: readonly ReadInvitee[], readonly rest: string } {
  const lines = pasted.replace(/[\u200B-\u200D\u2060\uFEFF]/g, '').replaceAll('\u00A0', ' ').split(/\r\n?|\n/).filter(line => line.trim() !== '')
  const heads = headsOf(cellsOf(lines[0] ?? ''))
  const found: ReadInvitee[] = []
  let at = heads ? 1 : 0
  for (; at < lines.length && found.length < most; at++)
    found.push(...heads ? [byHeads(cellsOf(lines[at] ?? ''), heads)] : readLine((lines[at] ?? '').replace(/^\s*\d+[.)]\s+/, '')))
  // Only a line that holds many can give too many, and no such list has headings.
  const over = found.splice(most).map(({ name, email, organisation }) => [name, email, organisation].join('\t'))
  const after = lines.slice(at)
  return { found, rest: [...heads && after.length > 0 ? lines.slice(0, 1) : [], ...over, ...after].join('\n') }
}

const inAngles = /<\s*(?:mailto:)?([^<>]*)>/gi
const addressLike = /[^\s<>()[\],;:"]+@[^\s<>()[\],;:"]+/g

function readLine(line: string): readonly ReadInvitee[] {
  if (/<[^<>]*@[^<>]*>/.test(line))
    return readNamed(line)
  const count = line.match(addressLike)?.length ?? 0
  if (count <= 1)
    return [readCells(cellsOf(line))]
  const parts = line.split(line.includes(';') ? ';' : line.includes('\t') ? '\t' : ',').filter(part => part.trim() !== '')
  return parts.flatMap(part => (part.match(addressLike)?.length ?? 0) > 1 ? part.trim().split(/\s+/).map(one => readCells([one])) : [readCells([part])])
}

/** «Kari Nordmann <kari@x.no>, …»: a name is all that stands before its address and after the one before. */
function readNamed(line: string): ReadInvitee[] {
  const found: ReadInvitee[] = []
  let from = 0
  for (const match of line.matchAll(inAngles)) {
    const between = bare(line.slice(from, match.index))
    const address = (match[1] ?? '').trim()
    // Somebody without angles may stand in between.
    const [last = '', ...before] = between.split(';').reverse()
    found.push(...before.reverse().filter(part => part.trim()).flatMap(readLine), invitee(turned(bare(last)), address, ''))
    from = match.index + match[0].length
  }
  const rest = bare(line.slice(from))
  return rest === '' ? found : [...found, ...readLine(rest)]
}

/** Cells of a row of a table, the address wherever it stands: before it a name, after it an organisation. */
function readCells(given: readonly string[]): ReadInvitee {
  const cells = given.map(cell => cell.trim()).filter(cell => cell !== '' && !isPhone(cell))
  const at = cells.findIndex(cell => cell.includes('@'))
  if (at < 0) {
    const [name = '', organisation = ''] = cells
    return { name, email: '', organisation }
  }
  const cell = cells[at] ?? ''
  const email = cell.match(addressLike)?.[0] ?? cell
  const beside = cell.replace(email, ' ').replace(/mailto:/i, '').replace(/\(\s*\)/, ' ').replace(phoneAtEnd, '').trim().replace(/^[\s,;"'(]+|[\s,;"'(]+$/g, '').replace(/\s+/g, ' ')
  const before = [...cells.slice(0, at), ...beside ? [beside] : []]
  const after = cells.slice(at + 1)
  const [first = '', second = ''] = before
  if (before.length === 0)
    return invitee(after[0] ?? '', email, after[1] ?? '')
  if (before.length === 1) {
    const [, name = first, within = ''] = /^([^()]+)\(([^()]+)\)$/.exec(first) ?? []
    return invitee(turned(name.trim()), email, after[0] ?? within)
  }
  return isOnePart(first) && isOnePart(second) ? invitee(`${first} ${second}`, email, after[0] ?? '') : invitee(first, email, second)
}

/** A number to call, with a word before it or without. */
const isPhone = (cell: string) => /^(?:(?:tlf|tel|telefon|mob|mobil|phone)\b[.:]?\s*)?\+?[\d\s()-]{5,}$/i.test(cell)
const phoneAtEnd = /[\s,;]*(?:\b(?:tlf|tel|telefon|mob|mobil|phone)\b[.:]?\s*\+?[\d\s()-]{5,}|\+?\d[\d\s]{6,}\d)\s*$/i

/** A first name or a last one, not a whole name and not «KS». */
const isOnePart = (cell: string) => /^\p{Lu}[\p{Ll}'’.]+(?:-\p{Lu}\p{Ll}+)?$/u.test(cell)

type Column = 'name' | 'first' | 'last' | 'email' | 'organisation'
const headings: readonly (readonly [Column, RegExp])[] = [
  ['email', /^e-?(?:post|mail)|^mail|adresse$/i], ['first', /^for(?:e)?na[vm]n|^first/i], ['last', /^etterna[vm]n|^last|^surname/i],
  ['name', /na[vm]n$|^name/i], ['organisation', /^organi[sz]a|^v[ei]rksomhe|^verksemd|^arbeid|^firma|^company|^kommune|^etat/i],
]

/** Which column is which, where the first line says it. */
function headsOf(cells: readonly string[]): readonly (Column | null)[] | null {
  const heads = cells.map(cell => headings.find(([, pattern]) => pattern.test(cell.trim()))?.[0] ?? null)
  return cells.length > 1 && heads.includes('email') && !cells.some(cell => cell.includes('@')) ? heads : null
}
function byHeads(cells: readonly string[], heads: readonly (Column | null)[]): ReadInvitee {
  const of = (column: Column) => cells[heads.indexOf(column)]?.trim() ?? ''
  const whole = heads.includes('name') ? of('name') : ''
  return invitee(whole || [of('first'), of('last')].filter(Boolean).join(' '), of('email'), of('organisation'))
}

/** By tabs, else by semicolons, else by commas; what a spreadsheet puts quotes around is one cell. */
function cellsOf(line: string): readonly string[] {
  const apart = ['\t', ';', ','].find(one => line.includes(one))
  if (apart === undefined)
    return [line]
  const cells = line.match(new RegExp(`(?:"(?:[^"]|"")*"|[^${apart}"])+|"`, 'g')) ?? []
  return cells.map(cell => cell.trim().replace(/^"([^]*)"$/, '$1').replaceAll('""', '"'))
}

/** «Nordmann, Kari» is Kari Nordmann. */
function turned(name: string): string {
  const [last = '', first = '', ...more] = name.split(',').map(part => part.trim())
  return first && last && more.length === 0 ? `${first} ${last}` : name
}
const bare = (words: string) => words.trim().replace(/^[\s,;"'(]+|[\s,;"'()]+$/g, '').replace(/\s+/g, ' ')

function invitee(name: string, given: string, organisation: string): ReadInvitee {
  const email = given.trim().replace(/^mailto:/i, '').replace(/[.,;]+$/, '')
  const called = bare(name)
  const isAddress = called.includes('@')
  return { name: (isAddress ? '' : called) || nameFrom(email), email, organisation: bare(organisation) }
}

/** «kari.nordmann@…» is most likely Kari Nordmann: a suggestion, to be corrected. */
function nameFrom(email: string): string {
  const parts = email.split('@')[0]?.split(/[._]/) ?? []
  return parts.length > 1 && parts.every(part => /^[\p{L}-]{2,}$/u.test(part)) ? parts.map(capital).join(' ') : ''
}
const capital = (part: string) => part.toLowerCase().replace(/(^|-)\p{L}/gu, letter => letter.toUpperCase())

/** Why somebody on the list cannot be invited as they stand there, or need not be. */
export type InviteeTrouble = 'no-address' | 'not-an-address' | 'twice' | 'member' | 'too-long'

const mostLetters = 100

/** The trouble with each of a list, in its order; `members` are the keys of the addresses of those who are in ({@link keyOf}). */
export function troublesOf(list: readonly ReadInvitee[], members: ReadonlySet<string>): readonly (InviteeTrouble | null)[] {
  const met = new Set<string>()
  return list.map(({ name, email, organisation }) => {
    if (email.trim() === '')
      return 'no-address'
    const key = keyOf(email)
    if (key === null)
      return 'not-an-address'
    if (met.has(key))
      return 'twice'
    met.add(key)
    return members.has(key) ? 'member' : name.length > mostLetters || organisation.length > mostLetters ? 'too-long' : null
  })
}

/** Something to be mended, not just somebody who need not be invited. */
export const isFault = (trouble: InviteeTrouble | null | undefined): boolean => trouble === 'no-address' || trouble === 'not-an-address' || trouble === 'too-long'

/** The field that the trouble is in. */
export const fieldOf = ({ name }: ReadInvitee, trouble: InviteeTrouble | null): keyof ReadInvitee =>
  trouble !== 'too-long' ? 'email' : name.length > mostLetters ? 'name' : 'organisation'

/** The same for both forms of an address's domain, `å.no` and `xn--5ca.no`, which are one at the server; null for what is no address. */
export function keyOf(email: string): string | null {
  const address = toAddress(email)
  const at = (address?.lastIndexOf('@') ?? -1) + 1
  const host = address === null ? null : URL.parse(`https://${address.slice(at)}`)?.hostname
  return host ? `${address?.slice(0, at)}${host}` : null
}

interface Known { readonly email: string | null, readonly organisation: string }

/** By the part after @: the organisation most of those known have, where they have an address there. Not for what everybody has. */
export function organisationsByDomain(known: readonly Known[]): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>()
  for (const { email, organisation } of known) {
    const domain = domainOf(email ?? '')
    if (!domain || !organisation || everybodys.test(domain))
      continue
    const ofDomain = counts.get(domain) ?? new Map<string, number>()
    counts.set(domain, ofDomain.set(organisation, (ofDomain.get(organisation) ?? 0) + 1))
  }
  return new Map([...counts].map(([domain, ofDomain]) => [domain, [...ofDomain].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '']))
}
export const domainOf = (email: string) => email.trim().toLowerCase().split('@')[1] ?? ''
const everybodys = /^(?:gmail|hotmail|outlook|live|yahoo|icloud|online|broadpark|getmail)\./
