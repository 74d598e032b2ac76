/** Letters typed within this time belong together. */
const oneWordMs = 800

/** Finds among words by their first letters. The same letter again goes on to the next one it begins. */
export function openTypeAhead(words: () => readonly string[]) {
  let typed = ''
  let typedAt = -Infinity
  return {
    /** The place of the hit, from `at` and round; -1 when there is none. */
    hit(letter: string, at: number, now: number): number {
      const isNew = now - typedAt >= oneWordMs
      typed = isNew || typed === letter.toLowerCase() ? letter.toLowerCase() : typed + letter.toLowerCase()
      typedAt = now
      const all = words()
      const from = typed.length === 1 || isNew ? at + 1 : Math.max(at, 0)
      const order = all.map((_, n) => (n + from) % all.length)
      return order.find(n => all[n]?.toLowerCase().startsWith(typed)) ?? -1
    },
  }
}
