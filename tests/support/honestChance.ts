/** Numbers that follow from one, so that a schedule can be played again. */
export interface Chance {
  /** A whole number from 0 to `below - 1`. */
  below(below: number): number
  /** One of a list. */
  of<T>(list: readonly T[]): T | undefined
}

export function chanceFrom(seed: number): Chance {
  let state = (seed * 2_654_435_761 + 0x9E3779B9) >>> 0
  function below(limit: number): number {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return limit < 1 ? 0 : ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  return { below, of: list => list[below(list.length)] }
}
