/** The smallest of the numbers that so many percent of them are at most; to one decimal. NaN for none. */
export function percentile(numbers: readonly number[], percent: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return oneDecimal(sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * percent / 100) - 1))] ?? Number.NaN)
}

export const oneDecimal = (number: number) => Math.round(number * 10) / 10

/** «12.3 / 18.0»: the middle one and the 95th of a hundred. */
export const middleAndHigh = (numbers: readonly number[]) => `${percentile(numbers, 50)} / ${percentile(numbers, 95)}`

/** Figures as rows and what was measured as columns, so that cases stand beside each other. */
export function printTable(cases: Readonly<Record<string, Readonly<Record<string, string | number>>>>): void {
  const figures = [...new Set(Object.values(cases).flatMap(one => Object.keys(one)))]
  console.table(Object.fromEntries(figures.map(figure =>
    [figure, Object.fromEntries(Object.entries(cases).map(([name, one]) => [name, one[figure] ?? '']))])))
}
