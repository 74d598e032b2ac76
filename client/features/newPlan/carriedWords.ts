import type { CarriedPart, ToCarryAnswer } from '#shared/protocol/newPlan.ts'
import type { NewPlanText } from '../../text/newPlan.nb.ts'

type Counts = ToCarryAnswer['counts']

const registersOf = {
  activities: ['goals', 'activities', 'audiences'],
  networks: ['networks'],
  parties: ['organisations', 'groups', 'serviceAreas'],
  collaborations: ['collaborations'],
  municipalities: ['municipalities'],
  messages: ['messages'],
  followUps: ['followUps'],
} as const satisfies Record<CarriedPart, readonly (keyof NewPlanText['counts'])[]>

/** How many rows a part has in all. */
export const rowsOf = (part: CarriedPart, counts: Counts): number => registersOf[part].reduce((sum, register) => sum + counts[register], 0)

/** «9 mål, 25 aktiviteter og 12 målgrupper» */
export function countsInWords(part: CarriedPart, counts: Counts, words: NewPlanText, and: (words: readonly string[]) => string): string {
  return and(registersOf[part].filter(register => counts[register] > 0).map(register => words.counts[register](counts[register])))
}

/** What is being taken along, in short: goals, activities and networks. */
export function carriedInWords(
  chosen: ReadonlySet<CarriedPart>, counts: Counts, networks: 'running' | 'all', words: NewPlanText, and: (words: readonly string[]) => string,
): string {
  const some = networks === 'running' ? counts.runningNetworks : counts.networks
  return and([
    ...(chosen.has('activities') && counts.goals > 0 ? [words.counts.goals(counts.goals)] : []),
    ...(chosen.has('activities') && counts.activities > 0 ? [words.counts.activities(counts.activities)] : []),
    ...(chosen.has('networks') && some > 0 ? [words.counts.networks(some)] : []),
  ])
}
