import type { Instant } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'
import { openGuesses, openPaces, type GuessLimit, type Guesses, type Pace } from './guesses.ts'

/** Who asks for a code or tries one. */
export interface Comer {
  readonly email: string
  /**
   * When whoever has the address came in from the browser for the first time; null for a stranger. That stays what it is when others come in
   * there and the browser's secret becomes another, and nobody but its owner makes it anew.
   */
  readonly known: Instant | null
}

/**
 * How often codes are asked for and tried. What strangers do is counted together, by the address and by where they come from; a browser that
 * is known for the address has a budget of its own, which nobody else uses up and which ends as well (T85).
 */
export interface Budgets {
  /** Seconds until a code may be asked for; null where it may be now, and then it is counted. */
  ask(comer: Comer, from: string): number | null
  /** A letter goes out because of it: of a known browser too, which is kept waiting for none. */
  countLetter(from: string): void
  /** Wrong codes, as of this comer. */
  wrongCodes(comer: Comer): { readonly [K in keyof Guesses]: () => ReturnType<Guesses[K]> }
}

const hourMs = 60 * 60_000
/** A code is one of a million: ten wrong ones an hour for an address, whoever tries (T45). */
const usualLimits: { readonly asksOfAddress: Pace, readonly asksFrom: Pace, readonly lettersFrom: Pace, readonly wrongCodes: GuessLimit } = {
  /** Then fewer, and never none: somebody else may have asked for them (T45). Of a known browser and an address the same. */
  asksOfAddress: { atOnce: 8, everyMs: 5 * 60_000 },
  /** Behind a proxy that is everybody: a country on the morning of a meeting. */
  asksFrom: { atOnce: 10_000, everyMs: hourMs / 20_000 },
  /** Letters that really go out, which is what the mail server minds. */
  lettersFrom: { atOnce: 2_000, everyMs: hourMs / 4_000 },
  wrongCodes: { most: 10, withinMs: hourMs },
}
export type BudgetLimits = typeof usualLimits

export function openBudgets(clock: Clock, given: Partial<BudgetLimits>): Budgets {
  const limits = { ...usualLimits, ...given }
  const asksFrom = openPaces(clock, limits.asksFrom)
  const lettersFrom = openPaces(clock, limits.lettersFrom)
  // Apart, so that strangers with many addresses make nothing forgotten of those who are known.
  const asksOf = { stranger: openPaces(clock, limits.asksOfAddress), known: openPaces(clock, limits.asksOfAddress) }
  const wrongOf = { stranger: openGuesses(clock, limits.wrongCodes), known: openGuesses(clock, limits.wrongCodes) }
  const nameOf = ({ email, known }: Comer) => known === null ? email : `${email} ${known}`
  const kindOf = ({ known }: Comer) => known === null ? 'stranger' : 'known'

  return {
    ask(comer, from) {
      const waitThere = comer.known === null ? lettersFrom.wait(from) ?? asksFrom.count(from) : null
      return waitThere ?? asksOf[kindOf(comer)].count(nameOf(comer))
    },
    countLetter: from => void lettersFrom.count(from),
    wrongCodes(comer) {
      const [guesses, name] = [wrongOf[kindOf(comer)], nameOf(comer)]
      return { count: () => guesses.count(name), wait: () => guesses.wait(name), takeBack: () => guesses.takeBack(name) }
    },
  }
}
