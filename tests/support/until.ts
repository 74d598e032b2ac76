/** Waits until `condition` gives something true, and gives that. Throws with `what` when it has not within the time. */
export async function until<T>(
  condition: () => T | Promise<T>,
  { what, withinMs = 10_000 }: { what: string, withinMs?: number },
): Promise<NonNullable<T>> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const answer = await condition()
    if (answer)
      return answer
    if (Date.now() > deadline)
      throw new Error(`not within ${withinMs} ms: ${what}`)
    await turn(10)
  }
}

/** Lets other work run: the pace of a typist, the time between two looks. */
export const turn = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000
  }
}
