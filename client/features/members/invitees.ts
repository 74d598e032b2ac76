import { toAddress } from '#shared/rules/mailAddress.ts'

/** Somebody to be invited, as read from what was pasted; each may be corrected. */
export interface ReadInvitee { readonly name: string, readonly email: string, readonly organisation: string }

/**
 * Reads a list as people have it: from a mail program («Kari Nordmann <kari@x.no>; …», also «Nordmann, Kari (KS) <…>»), from a
 * spreadsheet (columns apart by tabs or semicolons, with a line of headings or without), or one on each line. What has no address in
 * it comes too, so that it can be mended: nothing of the list is lost in silence.
 */
export const readInvitees = (pasted: string): readonly ReadInvitee[] => readSome(pasted, Infinity).found

/** The first `most` of a list ({@link readInvitees}), and the rest of it as it may be read another time. */
export function readSome(pasted: string, most: number): { readonly found: readonly ReadInvitee[], readonly rest: string } {
  const lines = withCellsWhole(pasted.replace(/[\u00AD\u200B-\u200D\u2060\uFEFF]/g, '').replaceAll('\u00A0', ' '))
    .split(/\r\n?|[\n\v\u2028\u2029]/).filter(line => /[^\s,;]/.test(line))
  const heads = headsOf(cellsOf(lines[0] ?? ''))
  const found: ReadInvitee[] = []
  let at = heads ? 1 : 0
  for (; at < lines.length && found.length < most; at++)
    found.push(...heads ? [byHeads(cellsOf(lines[at] ?? ''), heads)] : readLine((lines[at] ?? '').replace(numberOrBullet, '')))
  // Only a line that holds many can give too many, and no such list has headings.
  const over = found.splice(most).map(({ name, email, organisation }) => [name, email, organisation].join('\t'))
  const after = lines.slice(at)
  return { found, rest: [...heads && after.length > 0 ? lines.slice(0, 1) : [], ...over, ...after].join('\n') }
}

const numberOrBullet = /^\s*(?:\d+[.)]\s+|\d{1,4}\t|[•·*–-]\s+)/
const inAngles = /<\s*(?:mailto:)?([^<>]*)>/gi
/** What may be addresses, in time that grows with the words and no faster. */
const addressesIn = (words: string) => words.includes('@') ? words.split(/[\s<>()[\],;:"]+/).filter(one => one.slice(1, -1).includes('@')) : []

/** A cell with line breaks in it, which a spreadsheet puts quotes around, is on one line. */
const withCellsWhole = (pasted: string) => pasted.includes('"')
  ? pasted.replace(/(^|[\t\n])"((?:[^"\t]|""){0,300})"(?=[\t\r\n]|$)/g, (_whole, before: string, cell: string) => `${before}"${cell.replace(/\s*\n\s*/g, ' ')}"`)
  : pasted

function readLine(line: string): readonly ReadInvitee[] {
  const count = addressesIn(line).length
  if (count === 1 && line.includes('\t'))
    return [readCells(cellsOf(line.replace(/[<>]/g, ' ')))]
  if (/<[^<>]*@[^<>]*>/.test(line))
    return readNamed(line)
  if (count <= 1)
    return [readCells(cellsOf(line))]
  const parts = line.split(line.includes(';') ? ';' : line.includes('\t') ? '\t' : ',').filter(part => part.trim() !== '')
  return parts.flatMap(part => onesIn(part).map(one => readCells([one])))
}

/** Each address of a part with spaces alone in it, with the words before it; after it, where the part begins with an address. */
function onesIn(part: string): readonly string[] {
  const tokens = part.trim().split(/\s+/)
  const isBefore = tokens[0]?.includes('@') ?? false
  const ones: string[][] = [[]]
  for (const token of tokens) {
    const isAddress = token.includes('@')
    if (isBefore && isAddress)
      ones.push([])
    ones.at(-1)?.push(token)
    if (!isBefore && isAddress)
      ones.push([])
  }
  return ones.filter(one => one.length > 0).map(one => one.join(' '))
}

/** «Kari Nordmann (KS) <kari@x.no>, …»: a name is all that stands before its address and after the one before. */
function readNamed(line: string): ReadInvitee[] {
  const found: ReadInvitee[] = []
  let from = 0
  for (const match of line.matchAll(inAngles)) {
    // Somebody without angles may stand in between.
    const [before, last] = lastOf(line.slice(from, match.index))
    const [name, organisation] = withOrganisation(last)
    found.push(...before.filter(part => bare(part)).flatMap(readLine), invitee(turned(bare(name)), (match[1] ?? '').trim(), organisation))
    from = match.index + match[0].length
  }
  const rest = line.slice(from)
  const [only] = found
  if (bare(rest) === '')
    return found
  // After the one address of a line stands where they work; after a semicolon, somebody else.
  return only && found.length === 1 && !rest.includes('@') && !rest.includes(';')
    ? [invitee(only.name, only.email, only.organisation || rest.split(',').filter(part => bare(part) && !isPhone(part.trim())).map(part => bare(part.replace(/^\s*[–-]/, ''))).join(', '))]
    : [...found, ...readLine(bare(rest))]
}

/** Those that stand before the last one, with semicolons between, or commas after an address. */
function lastOf(words: string): readonly [before: readonly string[], last: string] {
  const parts = words.split(';')
  const pieces = parts.at(-1)?.split(',') ?? []
  const from = pieces.slice(0, -1).map(piece => piece.includes('@')).lastIndexOf(true) + 1
  return [[...parts.slice(0, -1), pieces.slice(0, from).join(',')], pieces.slice(from).join(',')]
}

/** «Kari Nordmann (KS)» is of KS. */
function withOrganisation(words: string): readonly [name: string, organisation: string] {
  const closed = /^([^()]+)\(([^()]+)\)$/.exec(words.replace(/^[\s,;"']+|[\s,;"']+$/g, ''))
  return closed ? [closed[1]?.trim() ?? '', closed[2]?.trim() ?? ''] : [words, '']
}

/** Cells of a row of a table, the address wherever it stands: before it a name, after it an organisation. */
function readCells(given: readonly string[]): ReadInvitee {
  const cells = given.map(cell => cell.trim().replace(/\s+/g, ' ')).filter(cell => cell !== '' && !isPhone(cell))
  const at = cells.findIndex(cell => cell.includes('@'))
  if (at < 0) {
    const [name = '', organisation = ''] = cells
    return { name, email: '', organisation }
  }
  const cell = cells[at] ?? ''
  const email = addressesIn(cell)[0] ?? cell
  const beside = cell.replace(email, ' ').replace(/mailto:/i, '').replace(/\(\s*\)/, ' ').replace(phoneAtEnd, '').trim().replace(/^[\s,;"'(]+|[\s,;"'(]+$/g, '').replace(/\s+/g, ' ')
  const before = [...new Set([...cells.slice(0, at), ...beside ? [beside] : []])]
  const after = cells.slice(at + 1)
  const [first = '', second = ''] = before
  if (before.length === 0)
    return invitee(after[0] ?? '', email, after[1] ?? '')
  if (before.length === 1) {
    const [name, within] = withOrganisation(first)
    return invitee(turned(name), email, after[0] ?? within)
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
  ['email', /\b(?:e[-\u2011\s]?)?mail(?:adr|\b)|\be[-\u2011\s]?post/i], ['first', /^for(?:e)?na[vm]n|^first|^given/i], ['last', /^etterna[vm]n|^last|^surname/i],
  ['organisation', /^organi[sz]a|^v[ei]rksomhe|^verksemd|^arbeid|^firma|^company|^kommune|^etat/i],
  ['name', /na[vm]n$|^name|^(?:kontakt)?person$|^deltak[ae]r/i],
]

/** Which column is which, where the first line says it. */
function headsOf(cells: readonly string[]): readonly (Column | null)[] | null {
  const named = cells.map(cell => headings.find(([, pattern]) => pattern.test(cell.trim()))?.[0] ?? null)
  // «Adresse» may be where somebody lives.
  const heads = named.includes('email') ? named : cells.map((cell, n) => /^adresse$/i.test(cell.trim()) ? 'email' : named[n] ?? null)
  return cells.length > 1 && heads.includes('email') && !cells.some(cell => cell.includes('@')) ? heads : null
}
function byHeads(cells: readonly string[], heads: readonly (Column | null)[]): ReadInvitee {
  const of = (column: Column) => cells[heads.indexOf(column)]?.trim() ?? ''
  const whole = heads.includes('name') ? of('name') : ''
  return invitee(turned(whole) || [of('first'), of('last')].filter(Boolean).join(' '), addressesIn(of('email'))[0] ?? of('email'), of('organisation'))
}

/** By tabs, else by semicolons, else by commas; what a spreadsheet puts quotes around is one cell. Empty ones keep their place. */
function cellsOf(line: string): readonly string[] {
  const apart = ['\t', ';', ','].find(one => line.includes(one))
  if (apart === undefined)
    return [line]
  const cells = `${apart}${line}`.matchAll(new RegExp(`${apart}((?:"(?:[^"]|"")*"|[^${apart}])*)`, 'g'))
  return [...cells].map(([, cell = '']) => cell.trim().replace(/^"([^]*)"$/, '$1').replaceAll('""', '"'))
}

/** «Nordmann, Kari» is Kari Nordmann. */
function turned(name: string): string {
  const [last = '', first = '', ...more] = name.split(',').map(part => part.trim())
  return first && last && more.length === 0 ? `${first} ${last}` : name
}
/** Without what stands around it. What is closed in parentheses stays so. */
function bare(words: string): string {
  const isClosedIn = words.includes('(') && words.includes(')') && !/^[\s,;"']*\([^()]*\)[\s,;"']*$/.test(words)
  return words.trim().replace(/\s+/g, ' ').replace(isClosedIn ? /^[\s,;"']+|[\s,;"']+$/g : /^[\s,;"'(]+|[\s,;"'()]+$/g, '')
}

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
export type InviteeTrouble = 'no-address' | 'not-an-address' | 'twice' | 'member' | 'above' | 'too-long'

const mostLetters = 100

/**
 * The trouble with each of a list, in its order. `members` are the keys of the addresses of those who are in ({@link keyOf}), `above` of those
 * who are invited to what whoever invites cannot reach.
 */
export function troublesOf(
  list: readonly ReadInvitee[], members: ReadonlySet<string>, above: ReadonlySet<string> = new Set(),
): readonly (InviteeTrouble | null)[] {
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
    return members.has(key) ? 'member' : above.has(key) ? 'above' : name.length > mostLetters || organisation.length > mostLetters ? 'too-long' : null
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
  const host = `https://${address?.slice(at) ?? ''}`
  return address !== null && URL.canParse(host) ? `${address.slice(0, at)}${new URL(host).hostname}` : null
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
