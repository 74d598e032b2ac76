import type { Goal, Scenario } from './scenarios.ts'
import type { Outcome } from './stage.ts'
import type { SubjectName } from './subjects.ts'

/** Everything one scenario came to: for each server an outcome a round, null where it failed. */
export interface Measured {
  readonly name: string
  readonly scenario: Scenario
  readonly outcomes: ReadonlyMap<SubjectName, readonly (Outcome | null)[]>
}

/** What a goal came to, in words that can stand in a table. */
export interface Verdict { readonly measured: string, readonly goal: string, readonly verdict: string }

export function printOutcomes({ name, scenario, outcomes }: Measured, { isQuick }: { isQuick: boolean }): void {
  console.log(`\n${name}: ${scenario.what}${isQuick ? ', in small' : ''}`)
  const rows = [...outcomes].map(([subject, rounds]) => [subject, { ...checksOf(rounds), ...isQuick ? {} : roundedFigures(rounds) }] as const)
  console.table(Object.fromEntries(rows))
  for (const [subject, rounds] of outcomes)
    [...new Set(rounds.flatMap(outcome => outcome?.remarks ?? []))].forEach(remark => console.log(`  ${subject}: ${remark}`))
}

function checksOf(rounds: readonly (Outcome | null)[]): Record<string, string> {
  if (rounds.some(outcome => outcome === null))
    return { delivered: 'FAILED', equal: 'FAILED', acknowledged: 'FAILED' }
  const word = (check: 'delivered' | 'equal' | 'acknowledged') => {
    const found = rounds.map(outcome => outcome?.checks[check])
    return found.includes(false) ? 'NO' : found.every(one => one === null) ? '' : 'yes'
  }
  return { delivered: word('delivered'), equal: word('equal'), acknowledged: word('acknowledged') }
}

const namesIn = (rounds: readonly (Outcome | null)[]) => [...new Set(rounds.flatMap(outcome => Object.keys(outcome?.figures ?? {})))]

/** The middle of the rounds. */
export function middle(rounds: readonly (Outcome | null)[] | undefined, figure: string): number {
  const found = (rounds ?? []).flatMap(outcome => outcome?.figures[figure] ?? []).toSorted((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = [found[Math.floor((found.length - 1) / 2)], found[Math.ceil((found.length - 1) / 2)]]
  return (low + high) / 2
}

const roundedFigures = (rounds: readonly (Outcome | null)[]) => Object.fromEntries(namesIn(rounds).map(name => [name, short(middle(rounds, name))]))

/** Three digits that count. */
export function short(number: number): number {
  return Number.isFinite(number) && Math.abs(number) < 1_000 ? Number(number.toPrecision(3)) : Math.round(number)
}

/** One table of all that was measured, and one of what it is to the goals. */
export function printSummary(all: readonly Measured[]): void {
  const subjects = [...new Set(all.flatMap(({ outcomes }) => [...outcomes.keys()]))]
  console.log('\nfigures, the middle of the rounds, and how many times ours they are')
  console.table(Object.fromEntries(all.flatMap(({ name, outcomes }) => namesIn([...outcomes.values()].flat()).map((figure) => {
    const own = middle(outcomes.get('ours'), figure)
    return [`${name}: ${figure}`, Object.fromEntries(subjects.map((subject) => {
      const its = middle(outcomes.get(subject), figure)
      return [subject, subject === 'ours' ? String(short(its)) : `${short(its)} (${short(its / own)}×)`]
    }))]
  }))))
  console.log('\ngoals')
  console.table(Object.fromEntries(all.flatMap(measured => measured.scenario.goals.map(goal => [`${measured.name}: ${goal.figure}`, goal, measured] as const))
    .map(([title, goal, measured], n) => [`${n + 1} ${title}`, judge(goal, figure => subject => middle(measured.outcomes.get(subject), figure))])))
}

/** What our figure is to its goal. */
export function judge(goal: Goal, figures: (figure: string) => (subject: SubjectName) => number): Verdict {
  const of = figures(goal.figure)
  const own = of('ours')
  if ('atMost' in goal)
    return { measured: String(short(own)), goal: `at most ${goal.atMost}`, verdict: verdictOn(own <= goal.atMost, own / goal.atMost) }
  const peers: readonly SubjectName[] = goal.timesLessThan === 'best' ? ['y-websocket-server', 'hocuspocus'] : [goal.timesLessThan]
  const times = Math.min(...peers.map(of)) / own
  return {
    measured: `${short(times)}× less`, goal: `≥ ${goal.by}× less than ${goal.timesLessThan === 'best' ? 'the best peer' : goal.timesLessThan}`,
    verdict: verdictOn(times >= goal.by, goal.by / times),
  }
}

function verdictOn(isMet: boolean, over: number): string {
  if (Number.isNaN(over) && !isMet)
    return 'not measured'
  return isMet ? 'met' : `missed ${Number.isFinite(over) ? `${short(over)} times over` : ''}`.trim()
}
