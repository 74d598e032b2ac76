import { difference } from '#shared/plan/commands.ts'
import { mapPosition, mapRange, type Delta } from './positions.ts'

/** One change in a text: at `at` (UTF-16 units), `remove` units go and `insert` comes. */
export interface Splice { readonly at: number, readonly remove: number, readonly insert: string }

/**
 * What makes `theirs` hold our change as well: `base` is what both began from, `mine` what we made of it. Both people's
 * insertions are kept, what either took out stays out, and a change that both made is made once. The splices are in units of
 * `theirs` and stand from the last to the first, so that they can be carried out one after another (C19).
 */
export function mergeSplices(base: string, mine: string, theirs: string): readonly Splice[] {
  if (mine === theirs || mine === base)
    return []
  const theirSplices = splicesBetween(base, theirs)
  const delta = toDelta(theirSplices)
  const isTheirs = (splice: Splice) =>
    theirSplices.some(({ at, remove, insert }) => at === splice.at && remove === splice.remove && insert === splice.insert)
  return splicesBetween(base, mine).filter(splice => !isTheirs(splice)).toReversed().flatMap(({ at, remove, insert }) => {
    const gone = mapRange(at, at + remove, [delta]).map(([from, until]) => ({ at: from, remove: until - from, insert: '' }))
    return [...gone.toReversed(), ...insert ? [{ at: mapPosition(at, [delta]), remove: 0, insert }] : []]
  })
}

/** The text that holds both changes. */
export function mergeText(base: string, mine: string, theirs: string): string {
  return carryOut(theirs, mergeSplices(base, mine, theirs))
}

const carryOut = (text: string, fromLastToFirst: readonly Splice[]) =>
  fromLastToFirst.reduce((now, { at, remove, insert }) => now.slice(0, at) + insert + now.slice(at + remove), text)

/**
 * What made `before` into `after`, from first to last: word by word, and inside a word character by character where it was
 * only added to or only taken from. A word that was written anew stays whole. A text that is quite another is one splice.
 */
export function splicesBetween(before: string, after: string): readonly Splice[] {
  const words = hunksBetween(tokensOf(before), tokensOf(after), maxWordEdits)
  return words ? words.flatMap(refined) : [difference(before, after)]
}

/** Tokens that went and tokens that came at one place. */
interface Hunk { readonly at: number, readonly gone: readonly string[], readonly come: readonly string[] }

/** A word that was added to or taken from, at either end of what was written anew, is told from the rest of it. */
function refined({ at, gone, come }: Hunk): readonly Splice[] {
  const parted = (goneFirst: number, comeFirst: number) => [
    ...refined({ at, gone: gone.slice(0, goneFirst), come: come.slice(0, comeFirst) }),
    ...refined({ at: at + gone.slice(0, goneFirst).join('').length, gone: gone.slice(goneFirst), come: come.slice(comeFirst) }),
  ]
  if (gone.length + come.length > 2 && isAddedTo(gone.at(-1), come.at(-1)))
    return parted(gone.length - 1, come.length - 1)
  if (gone.length + come.length > 2 && isAddedTo(gone[0], come[0]))
    return parted(1, 1)
  return byCharacter(at, gone.join(''), come.join(''))
}

function isAddedTo(before: string | undefined, after: string | undefined): boolean {
  const holds = (long: string, short: string) => long.startsWith(short) || long.endsWith(short)
  return before !== undefined && after !== undefined && (holds(before, after) || holds(after, before))
}

function byCharacter(at: number, gone: string, come: string): readonly Splice[] {
  const whole = gone || come ? [{ at, remove: gone.length, insert: come }] : []
  if (gone === '' || come === '')
    return whole
  const parts = hunksBetween(Array.from(gone), Array.from(come), maxCharacterEdits) ?? []
  const isOneWay = parts.length > 0 && (parts.every(part => part.gone.length === 0) || parts.every(part => part.come.length === 0))
  return isOneWay ? parts.map(part => ({ at: at + part.at, remove: part.gone.join('').length, insert: part.come.join('') })) : whole
}

/** Words, and everything else one by one. No token ends inside a surrogate pair. */
const tokensOf = (text: string): readonly string[] => text.match(/[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]/gu) ?? []

function toDelta(splices: readonly Splice[]): Delta {
  let reached = 0
  return splices.flatMap(({ at, remove, insert }) => {
    const retain = at - reached
    reached = at + remove
    return [...retain > 0 ? [{ retain }] : [], ...insert ? [{ insert }] : [], ...remove > 0 ? [{ delete: remove }] : []]
  })
}

/**
 * Where two lists of tokens differ, from first to last; null where that takes more than `maxEdits` steps to find out.
 * Myers' greedy algorithm, after what both begin and end with.
 */
function hunksBetween(before: readonly string[], after: readonly string[], maxEdits: number): readonly Hunk[] | null {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start])
    start++
  let end = 0
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end])
    end++
  const a = before.slice(start, before.length - end)
  const b = after.slice(start, after.length - end)
  const kept = keptBetween(a, b, maxEdits)
  return kept && toHunks(before.slice(0, start).join('').length, a, b, kept)
}

/** The pairs of places whose tokens both have, in order. */
type Kept = readonly (readonly [number, number])[]

function keptBetween(a: readonly string[], b: readonly string[], maxEdits: number): Kept | null {
  const most = Math.min(a.length + b.length, maxEdits)
  const furthest = new Int32Array(2 * most + 3)
  const middle = most + 1
  const trace: Int32Array[] = []
  for (let edits = 0; edits <= most; edits++) {
    // What the way back will look at: the diagonals reached with one edit less.
    trace.push(furthest.slice(middle - edits - 1, middle + edits + 2))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const here = middle + diagonal
      let x = comesDown(furthest, here, diagonal, edits) ? at(furthest, here + 1) : at(furthest, here - 1) + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal])
        x++
      furthest[here] = x
      if (x >= a.length && x - diagonal >= b.length)
        return wayBack(a.length, b.length, trace)
    }
  }
  return null
}

const at = (list: Int32Array, index: number) => list[index] ?? 0

/** Whether the furthest way to a diagonal puts a token in (it comes from the one above) rather than takes one out. */
const comesDown = (furthest: Int32Array, index: number, diagonal: number, edits: number) =>
  diagonal === -edits || (diagonal !== edits && at(furthest, index - 1) < at(furthest, index + 1))

function wayBack(aLength: number, bLength: number, trace: readonly Int32Array[]): Kept {
  const kept: (readonly [number, number])[] = []
  let [x, y] = [aLength, bLength]
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const before = trace[edits]
    if (!before)
      break
    const middle = edits + 1
    const diagonal = x - y
    const isDown = comesDown(before, middle + diagonal, diagonal, edits)
    const fromX = edits === 0 ? 0 : isDown ? at(before, middle + diagonal + 1) : at(before, middle + diagonal - 1)
    const fromY = edits === 0 ? 0 : fromX - (isDown ? diagonal + 1 : diagonal - 1)
    const [runX, runY] = edits === 0 ? [0, 0] : isDown ? [fromX, fromY + 1] : [fromX + 1, fromY]
    while (x > runX && y > runY)
      kept.push([--x, --y])
    ;[x, y] = [fromX, fromY]
  }
  return kept.reverse()
}

function toHunks(offset: number, a: readonly string[], b: readonly string[], kept: Kept): readonly Hunk[] {
  const hunks: Hunk[] = []
  let [x, y, reached] = [0, 0, offset]
  for (const [nextX, nextY] of [...kept, [a.length, b.length] as const]) {
    const [gone, come] = [a.slice(x, nextX), b.slice(y, nextY)]
    if (gone.length + come.length > 0)
      hunks.push({ at: reached, gone, come })
    reached += gone.join('').length + (a[nextX]?.length ?? 0)
    ;[x, y] = [nextX + 1, nextY + 1]
  }
  return hunks
}

/** Beyond these many changed words, or characters of one place, two texts are others than each other. */
const maxWordEdits = 1_500
const maxCharacterEdits = 200
