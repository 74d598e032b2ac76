import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeText, splicesBetween } from '../../../client/plan/mergeText.ts'

const carryOut = (text: string, splices: ReturnType<typeof splicesBetween>) =>
  splices.toReversed().reduce((now, { at, remove, insert }) => now.slice(0, at) + insert + now.slice(at + remove), text)
const isWhole = (text: string) => !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
const only = (text: string, characters: RegExp) => text.match(characters)?.join('') ?? ''
const sorted = (text: string) => Array.from(text).sort().join('')

/** Text in which each side's letters tell whose they are: small ones are the base's. */
const base = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '.', '\n', '👍'), maxLength: 60 })
const insertions = (units: string) => {
  const part = fc.string({ unit: fc.constantFrom(...Array.from(units)), minLength: 1, maxLength: 4 })
  return fc.array(fc.tuple(fc.nat(1_000), part), { maxLength: 4 })
}
const insertInto = (text: string, parts: readonly (readonly [number, string])[]) => parts.reduce((now, [at, insert]) => {
  const characters = Array.from(now)
  return [...characters.slice(0, at % (characters.length + 1)), insert, ...characters.slice(at % (characters.length + 1))].join('')
}, text)

test('C19 two people\'s changes to one text are both kept', () => {
  expect(mergeText('Møter', 'Møter i vår', 'Nye Møter')).toBe('Nye Møter i vår')
  expect(mergeText('en to tre', 'en TO tre', 'en to tre fire')).toBe('en TO tre fire')
  expect(mergeText('en to tre', 'en tre', 'en to TRE')).toBe('en TRE')
  expect(mergeText('møte', 'møter', 'Xmøte')).toBe('Xmøter')
  expect(mergeText('en rød hest', 'en grønn hest', 'en blå hest')).toBe('en grønnblå hest')
  expect(mergeText('en rød hest', 'en blå hest', 'en blå hest i går')).toBe('en blå hest i går')
  expect(mergeText('', 'mitt', 'ditt')).toBe('mittditt')
})

test('C19 where only one side has changed, that side stands', () => {
  fc.assert(fc.property(base, base, (before, after) => {
    expect(mergeText(before, before, after)).toBe(after)
    expect(mergeText(before, after, before)).toBe(after)
    expect(mergeText(before, after, after)).toBe(after)
  }), { seed: 1_901, numRuns: 500 })
})

test('C19 the splices between two texts make the one into the other', () => {
  fc.assert(fc.property(base, base, (before, after) => {
    expect(carryOut(before, splicesBetween(before, after))).toBe(after)
  }), { seed: 1_902, numRuns: 2_000 })
})

test('C19 what two people put into a text is all there once, and so is every character they began from', () => {
  fc.assert(fc.property(base, insertions('XYZ'), insertions('123'), (before, mine, theirs) => {
    const merged = mergeText(before, insertInto(before, mine), insertInto(before, theirs))
    expect(sorted(merged)).toBe(sorted([before, ...mine.map(([, insert]) => insert), ...theirs.map(([, insert]) => insert)].join('')))
  }), { seed: 1_903, numRuns: 2_000 })
})

/** Words, each there once, that a side keeps, takes out, adds to or writes anew. */
const words = fc.integer({ min: 1, max: 26 }).map(count => Array.from({ length: count }, (_, n) => `ord${String.fromCharCode(97 + n)}`))
const verbs = fc.array(fc.constantFrom('keep', 'keep', 'keep', 'drop', 'add', 'anew'), { minLength: 30, maxLength: 30 })
const write = (list: readonly string[], does: readonly string[], mark: string) => list.flatMap((word, n) =>
  does[n] === 'drop' ? [] : [does[n] === 'add' ? `${word}${mark}` : does[n] === 'anew' ? mark.repeat(4) : word]).join(' ')

test('C19 words that neither changed stand once, words that one changed are not doubled, and all that was written is there', () => {
  fc.assert(fc.property(words, verbs, verbs, (list, mine, theirs) => {
    const [ours, others] = [write(list, mine, 'M'), write(list, theirs, 'T')]
    const merged = mergeText(list.join(' '), ours, others)
    expect(only(merged, /M/g)).toBe(only(ours, /M/g))
    expect(only(merged, /T/g)).toBe(only(others, /T/g))
    list.forEach((word, n) => {
      const count = merged.split(word).length - 1
      const [a, b] = [mine[n], theirs[n]]
      if (a === 'keep' && b === 'keep')
        expect(count).toBe(1)
      else if (a === 'keep' || b === 'keep')
        expect(count).toBeLessThanOrEqual(1)
    })
  }), { seed: 1_904, numRuns: 2_000 })
})

test('C19 no surrogate pair is cut in two', () => {
  const emoji = fc.string({ unit: fc.constantFrom('👍', '👎', '🙂', 'a', ' '), maxLength: 20 })
  fc.assert(fc.property(emoji, emoji, emoji, (before, mine, theirs) => {
    expect(isWhole(mergeText(before, mine, theirs))).toBe(true)
  }), { seed: 1_905, numRuns: 3_000 })
})

test('C19 texts of 20,000 characters are merged in reasonable time, however they differ', () => {
  const long = (seed: number, size = 20_000) => {
    let state = seed
    return Array.from({ length: size }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return 'abcdefgh ij.'[state % 12]
    }).join('')
  }
  const before = long(1)
  const started = performance.now()
  const ours = mergeText(before, long(2), long(3))
  expect(ours).toContain(long(3).slice(5_000, 6_000))
  expect(mergeText(before, `${before.slice(0, 9_000)}MITT${before.slice(9_100)}`, `${before.slice(0, 100)}DITT${before.slice(100)}`)).toMatch(/DITT.*MITT/s)
  mergeText('x'.repeat(20_000), 'xy'.repeat(10_000), 'xz'.repeat(10_000))
  expect(performance.now() - started).toBeLessThan(3_000)
})
