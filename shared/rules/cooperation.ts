import type { Group, Organisation, Row, RowId } from '../plan/values.ts'
import { openReader, toPlainWords, words } from './words.ts'

/**
 * Those who must be in on the work, by the type of their organisations. Helsedirektoratet's assignment to the governors: it must
 * show in the plan how eldreråd, fylkeskommune and helseforetak take part, with form of cooperation (perhaps an agreement) and
 * responsibility, role and tasks.
 */
export const requiredActors = ['elderly-council', 'county-authority', 'health-trust'] as const
export type RequiredActor = typeof requiredActors[number]

export interface CooperationParts {
  readonly collaborations: readonly Pick<Row<'collaborations'>, 'id' | 'deletedAt' | 'with' | 'organisations' | 'groupId' | 'form' | 'agreement' | 'role'>[]
  readonly organisations: readonly Pick<Organisation, 'id' | 'deletedAt' | 'type' | 'name' | 'short' | 'aliases' | 'members'>[]
  readonly groups: readonly Pick<Group, 'id' | 'deletedAt' | 'members'>[]
}

/** How the plan answers for one of those who must be in on the work. */
export interface ActorAnswer {
  readonly actor: RequiredActor
  /** The collaborations it takes part in, in the plan's order. */
  readonly rows: readonly RowId[]
  /** What none of them says. A collaboration that is not there lacks itself alone. */
  readonly lacks: readonly ('collaboration' | 'form' | 'role')[]
  /** The organisations of the plan that are such an actor, those that are it themselves before those that stand for several. */
  readonly organisations: readonly RowId[]
  /** The groups that have one of them as a member: it takes part there, which is not yet said among the collaborations. */
  readonly groups: readonly RowId[]
}

/**
 * How each required actor takes part (F23): through a collaboration that names an organisation of its type, directly, in a
 * collective or in the group it goes through, or that says it in words, in bokmål or nynorsk. An agreement is a form. Trashed rows
 * count for nothing; a ring of members ends.
 */
export function cooperationOf({ collaborations, organisations, groups }: CooperationParts): readonly ActorAnswer[] {
  const alive = organisations.filter(isAlive)
  const members = new Map([...alive, ...groups.filter(isAlive)].map(row => [row.id, row.members.map(member => member.id)]))
  const own = new Map(alive.map(row => [row.id, actorsIn(row)]))
  const isIt = (id: RowId, actor: RequiredActor, seen = new Set<RowId>()): boolean => {
    if (seen.has(id))
      return false
    seen.add(id)
    return own.get(id)?.has(actor) === true || (members.get(id) ?? []).some(member => isIt(member, actor, seen))
  }
  return requiredActors.map((actor) => {
    const such = alive.filter(row => own.get(row.id)?.has(actor))
    const names = such.flatMap(row => [row.name, row.short, ...row.aliases.map(alias => alias.id)])
    const rows = collaborations.filter(isAlive).filter(row =>
      row.organisations.some(({ id }) => isIt(id, actor))
      || (row.groupId !== null && isIt(row.groupId, actor))
      || isNamed(actor, names, row.with))
    return {
      actor,
      rows: rows.map(row => row.id),
      lacks: rows.length === 0 ? ['collaboration'] : [
        ...rows.some(row => row.form.trim() !== '' || row.agreement === 'yes') ? [] : ['form'] as const,
        ...rows.some(row => row.role.trim() !== '') ? [] : ['role'] as const,
      ],
      organisations: such.toSorted((a, b) => Number(b.type === actor) - Number(a.type === actor)).map(row => row.id),
      groups: groups.filter(isAlive).filter(group => group.members.some(({ id }) => isIt(id, actor))).map(group => group.id),
    }
  })
}

/** By its type; where that leaves it open (a collective, «organisasjon», none, or a word of the region's own), by what it is called. */
function actorsIn({ type, name, short, aliases }: CooperationParts['organisations'][number]): ReadonlySet<RequiredActor> {
  const known = requiredActors.filter(actor => actor === type)
  if (known.length > 0 || definite.includes(type ?? ''))
    return new Set(known)
  return new Set([type ?? '', name, short, ...aliases.map(alias => alias.id)].flatMap(said => [...actorsNamed(said)]))
}
/** Types that are something else, whatever words are in the name: «FoU-enheten i Helse Fonna HF» is no health trust. */
const definite: readonly string[] = [
  'statsforvalter', 'municipal-association', 'usht', 'state-agency', 'research-centre', 'competence-centre', 'rd-unit', 'education',
  'business-development', 'municipality', 'municipal-unit', 'national-programme', 'directorate', 'national-centre',
]

const county = '(?:\\p{L}+-)?fylkeskommun(?:e|en|er|ene|ar|ane)s?|(?:\\p{L}+ )?fk'
const council = [
  '\\p{L}*eldrer(?:å|aa)d(?:et|a|ene|ene)?s?', '\\p{L}*eldrer(?:å|aa)ds\\p{L}+', 'eldre ?r(?:å|aa)d(?:et|a|ene)?', '\\p{L}*senior-?råd(?:et|a|ene)?s?',
  'eldres råd', 'råd(?:et|a|ene)? for eldre', '\\p{L}*eldre- ?(?:,|og|eller|/) ?[\\p{L}, -]*?råd(?:et|a|ene)?',
].join('|')
/** In the order they are read: «fylkeskommunens eldreråd» and «eldrerådet i Viken fylkeskommune» are a council, and no county. */
const patterns: readonly (readonly [RequiredActor, string])[] = [
  ['elderly-council', `(?:(?:${county}) |(?:fylkes)?kommunale? )?(?:${council})(?: (?:i|ved|for|hos|til) (?:\\p{L}+ (?:og \\p{L}+ )?)?fylkeskommun(?:e|en|er|ene|ar|ane))?`],
  ['health-trust', [
    '(?:\\p{L}+-)?helsef(?:o|ø)retak(?:et|a|ene)?s?', '(?<!usht )hf(?:-?(?:et|a|ene))?', '(?:r|regional\\p{L}* )hf(?:-?(?:et|a|ene))?',
    '\\p{L}*(?:sykehus|sjukehus)(?:et|a|ene)?s?', 'spesialisthelset(?:jenest|enest)\\p{L}*',
  ].join('|')],
  ['county-authority', county],
]

/** The required actors that people's words name. */
export function actorsNamed(said: string): ReadonlySet<RequiredActor> {
  const reader = openReader(toPlainWords(said))
  return new Set(patterns.filter(([, pattern]) => reader.take(words(pattern)).length > 0).map(([actor]) => actor))
}

/** Whether words name an actor by what it is, or by a name that the plan has for one. */
function isNamed(actor: RequiredActor, names: readonly string[], said: string): boolean {
  const reader = openReader(toPlainWords(said))
  for (const [one, pattern] of patterns) {
    const isThere = reader.take(words(pattern)).length > 0
    if (one === actor)
      return isThere || names.map(toPlainWords).some(name => name.length >= 3 && words(literally(name)).test(reader.rest()))
  }
  return false
}
const literally = (name: string) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

const isAlive = (row: { readonly deletedAt: number | null }) => row.deletedAt === null
