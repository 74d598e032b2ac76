import type { SeedRow } from '../plan/lay.ts'

/** A row without its empty cells, so that nothing is laid where nothing is said. */
export function withoutEmpty(row: { readonly id: string, readonly [field: string]: SeedRow[string] }): SeedRow {
  const isEmpty = (cell: SeedRow[string]) =>
    cell === null || cell === undefined || cell === '' || (typeof cell === 'object' && Object.keys(cell).length === 0)
  const cells = Object.entries(row).filter(([, cell]) => !isEmpty(cell))
  return Object.fromEntries(cells) as SeedRow
}

/** Members of a set that have no roles. */
export const setOfIds = (ids: readonly string[] = []): Record<string, true> => Object.fromEntries(ids.map(id => [id, true] as const))

export function phaseRows(
  phases: readonly { readonly number: number, readonly name: string, readonly years: readonly number[] }[],
): readonly SeedRow[] {
  return phases.map(({ number, name, years }) => ({ id: `p${number}`, number, name, years: setOfIds(years.map(String)) }))
}

/** The registers whose tables a region gives its own columns. */
type Tables = Readonly<Partial<Record<'activities' | 'networks' | 'collaborations', readonly string[] | undefined>>>

/** The field that a table's heading stands over, in either written language. The goal is where the row stands. */
const fieldsByHeading: Readonly<Record<keyof Tables, readonly (readonly [RegExp, string])[]>> = {
  activities: [
    [/^mål med/i, 'place'], [/^målgruppe/i, 'audienceId'], [/^kommunikasjons(?:kanal|form)|^kanal|^arena/i, 'arena'],
    [/^tema/i, 'topic'], [/^når/i, 'when'], [/^ansvar/i, 'responsible'],
  ],
  networks: [
    [/^na[vm]n/i, 'name'], [/^(?:blir )?dri[fv]/i, 'operatedBy'], [/^eksister/i, 'state'], [/^målgruppe/i, 'audience'],
    [/^(?:hva|kva)/i, 'theme'], [/^arbeidsform/i, 'regularity'],
  ],
  collaborations: [[/^organisasjon/i, 'with'], [/^samarbeidsform/i, 'form'], [/^ansvar/i, 'role']],
}

/** One column row a heading, in the order of the tables. A heading that no field answers to is left out. */
export function columnRows(tables: Tables): readonly SeedRow[] {
  const columns = Object.entries(tables).flatMap(([register, headings = []]) => headings.flatMap((heading) => {
    const field = fieldsByHeading[register as keyof Tables].find(([pattern]) => pattern.test(heading))?.[1]
    return field === undefined ? [] : [{ register, field, title: heading.slice(0, 1).toUpperCase() + heading.slice(1) }]
  }))
  return columns.map((column, n) => ({ id: `c${n + 1}`, ...column }))
}
