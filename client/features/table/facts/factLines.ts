import type { IsoDate, Row, RowId } from '#shared/plan/values.ts'
import { focusAreasOf, isRunning, rowsPerArea, type FocusArea } from '#shared/rules/focusAreas.ts'
import { hasOtherContacts, isLongSince, lacksDecisionSource, municipalityCounts } from '#shared/rules/municipalities.ts'
import { networkCounts } from '#shared/rules/networks.ts'
import { registers } from '#shared/plan/registers.ts'
import { wordFor } from '../../../text/cellWords.ts'
import type { Text } from '../../../text/index.ts'

/**
 * A number that is told of a table, and its rows: those that a column's filter keeps for `ids`, or else just the rows it counts.
 * `isOpen`: something to settle.
 */
export interface Fact {
  readonly id: string
  readonly words: string
  /** Beside the words, in quieter ones. */
  readonly more?: string
  readonly spoken?: string
  /** The focus area whose sign stands in place of the words, before how many there are. */
  readonly area?: number
  readonly rows: ReadonlySet<RowId>
  readonly filter?: { readonly field: string, readonly ids: readonly string[] }
  readonly isOpen?: true
}
export interface FactLine {
  readonly id: string
  /** What stands before the numbers. */
  readonly lead: string
  readonly facts: readonly Fact[]
  /** What stands between two of them. */
  readonly joint: ',' | '·'
}

/** As the filter of a column calls what is not stated. */
const nothing = '–'
const idsOf = (rows: readonly { readonly id: RowId }[]): ReadonlySet<RowId> => new Set(rows.map(row => row.id))

/** «13 i drift: 9 eksisterende, 1 videreutvikling … · ikke i drift: 1 vurderer reetablering», and how many concern each focus area (F5, F27). */
export function networkFacts(networks: readonly Row<'networks'>[], areas: readonly Pick<FocusArea, 'number' | 'name'>[], text: Text): readonly FactLine[] {
  const { facts: { networks: words }, words: { choices }, networks: { stateCount } } = text
  const counts = networkCounts(networks, registers.networks.state.options)
  const ofStates = (keeps: boolean) => counts.byState.filter(one => one.isRunning === keeps)
  const stateFact = ({ state, count }: { state: string | null, count: number }): Fact => ({
    id: `state ${state ?? nothing}`,
    words: state === null ? words.noState(count) : stateCount(count, wordFor(choices.networks.state, state)),
    rows: idsOf(networks.filter(network => network.state === state)),
    filter: { field: 'state', ids: [state ?? nothing] },
  })
  const running: Fact = {
    id: 'running', words: words.running(counts.running), rows: idsOf(networks.filter(isRunning)),
    filter: { field: 'state', ids: ofStates(true).map(({ state }) => state ?? nothing) },
  }
  return [
    { id: 'running', lead: '', facts: counts.running > 0 ? [running] : [], joint: ',' } as const,
    { id: 'states', lead: '', facts: ofStates(true).map(stateFact), joint: ',' } as const,
    { id: 'resting', lead: words.atRest, facts: ofStates(false).map(stateFact), joint: ',' } as const,
    { id: 'areas', lead: words.area, facts: areaFacts(networks, areas, text), joint: '·' } as const,
  ].filter(line => line.facts.length > 0)
}

function areaFacts(networks: readonly Row<'networks'>[], areas: readonly Pick<FocusArea, 'number' | 'name'>[], { facts: { networks: words } }: Text): readonly Fact[] {
  const stated = rowsPerArea(networks, areas)
  const runs = new Set(networks.filter(isRunning).map(({ id }) => id))
  const perArea = [...stated.listed].filter(([, ids]) => ids.length > 0).map(([number, ids]): Fact => {
    const running = ids.filter(id => runs.has(id)).length
    const name = areas.find(area => area.number === number)?.name ?? ''
    return {
      id: `area ${number}`, area: number, words: words.perArea(number, ids.length), rows: new Set(ids),
      spoken: words.spokenArea(`${words.area} ${number} ${name}`.trim(), ids.length, running),
      ...running < ids.length && { more: words.perAreaRunning(running) },
    }
  })
  const others = (['overarching', 'none', 'notStated'] as const).filter(answer => stated[answer].length > 0)
    .map((answer): Fact => ({ id: `area ${answer}`, words: words[answer](stated[answer].length), rows: new Set(stated[answer]) }))
  // Nobody has said anything of focus areas: then there is nothing to tell.
  return networks.some(network => focusAreasOf(network).answer !== null) ? [...perArea, ...others] : []
}

/** «fase 2: 4 · fase 3: 12 · fase ikke oppgitt: 7 · vedtak: 9 av 23», and what someone should look at (F30). */
export function municipalityFacts(rows: readonly Row<'municipalities'>[], today: IsoDate, { facts: { municipalities: words } }: Text): readonly FactLine[] {
  const { byPhase, decided } = municipalityCounts(rows)
  const phases = byPhase.map(({ phase, count }): Fact => ({
    id: `phase ${phase ?? nothing}`, words: phase === null ? words.noPhase(count) : words.phase(phase, count),
    rows: idsOf(rows.filter(row => row.phase === phase)), filter: { field: 'phase', ids: [phase === null ? nothing : String(phase)] },
  }))
  const decision: Fact = {
    id: 'decided', words: words.decided(decided, rows.length), rows: idsOf(rows.filter(row => row.decision === 'decided')),
    filter: { field: 'decision', ids: ['decided'] },
  }
  const told = ([
    ['noSource', lacksDecisionSource], ['otherContacts', hasOtherContacts], ['longSince', (row: Row<'municipalities'>) => isLongSince(row, today)],
  ] as const).flatMap(([id, keeps]): readonly Fact[] => {
    const kept = rows.filter(keeps)
    return kept.length === 0 ? [] : [{ id, words: words[id](kept.length), rows: idsOf(kept), ...id !== 'longSince' && { isOpen: true } }]
  })
  return [
    { id: 'phases', lead: '', facts: [...phases, decision], joint: '·' } as const,
    { id: 'told', lead: '', facts: told, joint: '·' } as const,
  ].filter(line => line.facts.length > 0)
}
