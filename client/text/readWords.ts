import { toNewCells } from '#shared/plan/cellValues.ts'
import type { ChoiceField, Field, NumberField, SetField } from '#shared/plan/fields.ts'
import { emptyValue, isIsoDate, isMember, isPlainValue, sortMembers, toRoles } from '#shared/plan/kinds.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import type { SetMember } from '#shared/plan/values.ts'
import { parseFocusAreas } from '#shared/rules/focusAreas.ts'
import { parseWhen } from '#shared/rules/when.ts'
import { readNorwegianDate } from './dates.ts'
import { plainly, type KnownNames, type NamedColumn } from './knownNames.ts'
import { nb } from './nb.ts'
import { nn } from './nn.ts'

export type ReadWords = { readonly ok: true, readonly value: unknown } | { readonly ok: false }

/**
 * What somebody wrote or pasted, as a cell's whole value (`cellValueOf`): the reverse of `cellInWords`, in bokmål and nynorsk
 * alike. Blank words are an empty cell. What is not understood, or names nobody, or more than one, is not guessed at: all of
 * the words are read, or none of them. Total (U20–U22).
 */
export function readCellWords(cell: NamedColumn, words: string, names: KnownNames): ReadWords {
  const declared = fieldOf(cell.register, cell.field)
  if (!declared || declared.kind === 'place' || declared.kind === 'richText' || words.length > maxWordsChars)
    return notUnderstood
  const said = words.replace(/\r\n?/g, '\n').replaceAll('\u00A0', ' ')
  if (said.trim() === '')
    return { ok: true, value: declared.kind === 'set' && declared.answer ? { members: [], answer: null } : emptyValue(declared) }
  const value = readValue(cell, declared, said, names)
  // `toNewCells` answers null for what is no value of the field at all.
  return value === null || toNewCells(cell.register, cell.field, value) === null ? notUnderstood : { ok: true, value }
}
const notUnderstood = { ok: false } as const
/** Far beyond the longest text a cell may hold. */
const maxWordsChars = 20_000

/** Null: not understood. */
function readValue(cell: NamedColumn, declared: Field, said: string, names: KnownNames): unknown {
  const words = said.trim()
  switch (declared.kind) {
    case 'text': return said
    case 'line': {
      const line = said.replace(/\s*\n\s*/g, ' ').trim()
      return (declared.numberOf && names.numberOf(declared.numberOf, line)) ?? line
    }
    case 'choice': return readChoice(cell, declared, words)
    case 'number': return readNumber(declared, words)
    case 'date': return isIsoDate(words) ? words : readNorwegianDate(words)
    case 'flag': return yes.has(plainly(words)) ? true : no.has(plainly(words)) ? false : null
    case 'reference': return names.rowNamed(declared.to, words, cell)
    case 'when': {
      const when = parseWhen(words)
      return isPlainValue(declared, when) ? when : null
    }
    case 'set': return declared.answer ? readAnswered(cell, declared.answer, words, names) : readSet(cell, declared, words, names)
    default: return null
  }
}

// A spreadsheet's own words for them too.
const yes: ReadonlySet<string> = new Set([nb.cell.yes, nn.cell.yes, 'true', 'sann'].map(plainly))
const no: ReadonlySet<string> = new Set([nb.cell.no, nn.cell.no, 'false', 'usann'].map(plainly))

function readNumber(declared: NumberField, words: string): number | null {
  const digits = /^-?\d{1,3}(?: \d{3})+(?:[.,]\d+)?$/.test(words) ? words.replaceAll(' ', '') : words
  const number = /^-?\d+(?:[.,]\d+)?$/.test(digits) ? Number(digits.replace(',', '.')) : NaN
  return isPlainValue(declared, number) ? number : null
}

type Words = Readonly<Record<string, string>>

/** Ids by themselves and by the labels they go by in either language. Made once for each list. */
const labelled = new WeakMap<readonly string[], ReadonlyMap<string, string>>()

/** The one of these ids that the words name; null when none does. */
function idOf(ids: readonly string[], labels: () => readonly Words[], words: string): string | null {
  const known = labelled.get(ids) ?? new Map([ids.map(id => [plainly(id), id] as const), ...labels().map(label => byLabel(ids, label))].flat())
  labelled.set(ids, known)
  return known.get(plainly(words)) ?? null
}

const byLabel = (ids: readonly string[], labels: Words) =>
  ids.filter(id => Object.hasOwn(labels, id)).map(id => [plainly(labels[id] ?? ''), id] as const)

function readChoice({ register, field }: NamedColumn, declared: ChoiceField, words: string): string | null {
  const labels = () => [nb, nn].map(({ words: { choices } }) => (choices[register] as Readonly<Record<string, Words>>)[field] ?? {})
  const id = idOf(declared.options, labels, words)
  return id ?? (declared.open && isPlainValue(declared, words) ? words : null)
}

/** Focus areas with their answer: by numbers and names, or by an answer that stands instead of them. */
function readAnswered(cell: NamedColumn, answer: string, words: string, names: KnownNames): unknown {
  const choice = fieldOf(cell.register, answer)
  if (choice?.kind !== 'choice')
    return null
  const [listed] = choice.options
  const said = readChoice({ ...cell, field: answer }, choice, words)
  if (said)
    return said === listed ? null : { members: [], answer: said }
  const read = parseFocusAreas(words, names.focusAreas)
  if (read.answer === null || read.unread !== '')
    return null
  const members = read.numbers.map(number => ({ id: String(number), roles: [] }))
  return { members: sortMembers(members), answer: read.answer === 'listed' ? listed ?? null : read.answer }
}

/** Members by name, each perhaps with roles in parentheses; see `splitNamed` for what parts them. */
function readSet(cell: NamedColumn, declared: SetField, words: string, names: KnownNames): readonly SetMember[] | null {
  const { of, numberOf } = declared
  const wordOf = (word: string) => (numberOf && names.numberOf(numberOf, word)) ?? word
  if (of === 'words')
    return toMembers(declared, words.split(/[/;,\n]/).map(word => ({ id: wordOf(word.trim()), roles: [] })).filter(({ id }) => id !== ''))
  const memberOf = (name: string) => of === 'people' ? names.personNamed(name)
    : 'choices' in of ? idOf(of.choices, () => [nb.words.members, nn.words.members], name)
      : names.rowNamed(of, name, cell)
  const members = splitNamed(words, (part) => {
    const id = memberOf(part)
    if (id !== null)
      return { id, roles: [] }
    const [, name = '', said = ''] = /^([^]*\S)\s*\(([^()]+)\)$/.exec(part) ?? []
    const roles = said.split(',').map(role => roleOf(declared, role.trim()))
    const named = roles.every(role => role !== null) && name !== '' ? memberOf(name) : null
    return named === null ? null : { id: named, roles: roles.filter(role => role !== null) }
  })
  return members && toMembers(declared, members)
}

function roleOf({ roles }: SetField, words: string): string | null {
  if (roles === 'words')
    return words === '' ? null : words
  return roles ? idOf(roles, () => [nb.words.roles, nn.words.roles], words) : null
}

/** One of each, in the order a row holds them; null when one is no member of the set. */
function toMembers(field: SetField, members: readonly SetMember[]): readonly SetMember[] | null {
  const byId = new Map<string, SetMember>()
  for (const { id, roles } of members)
    byId.set(id, { id, roles: [...new Set([...byId.get(id)?.roles ?? [], ...roles])] })
  const all = [...byId.values()]
  const isValid = all.every(({ id, roles }) => isMember(field, id) && (roles.length === 0 || toRoles(field, roles) !== null))
  return isValid && all.length > 0 ? sortMembers(all) : null
}

/**
 * A list in words as its parts, each read by `read`: parted by / , ; a line break or «og». A name may hold any of these itself:
 * the longest run of parts that is understood is taken, whole. Null when some of it is not.
 */
function splitNamed<T>(words: string, read: (part: string) => T | null): readonly T[] | null {
  const joints = [...words.matchAll(/[/,;\n]|(?<=\s)og(?=\s)/giu)].map(joint => ({ from: joint.index, to: joint.index + joint[0].length }))
  const ends = [...joints, { from: words.length, to: words.length }]
  const found: T[] = []
  let [start, next] = [0, 0]
  while (next < ends.length && ends.length <= mostParts) {
    const run = ends.slice(next, next + longestRun).map(end => words.slice(start, end.from).trim())
    // Nothing between two joints («KS,\nSF») says nothing.
    let [last, part]: [number, T | null] = [0, null]
    if (run[0] !== '') {
      last = run.findLastIndex(said => (part = read(said)) !== null)
      if (part === null)
        return null
      found.push(part)
    }
    start = ends[next + last]?.to ?? words.length
    next += last + 1
  }
  return ends.length <= mostParts ? found : null
}
/** So many parts one name may be made of. */
const longestRun = 12
/** And so many a list may have: a row holds no more members. */
const mostParts = 2_000
