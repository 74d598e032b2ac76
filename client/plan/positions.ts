/** What changed in a text, as Yjs tells it: from the start, so much kept, put in, taken out. */
export type Delta = readonly { readonly retain?: number, readonly insert?: unknown, readonly delete?: number }[]

/**
 * Where a position is after the changes. One at the very place of an insertion stays before it, or goes after it where asked:
 * so a caret does not run along with somebody else's words.
 */
export function mapPosition(position: number, changes: readonly Delta[], atInsertion: 'before' | 'after' = 'before'): number {
  return changes.reduce((from, delta) => mapThrough(from, delta, atInsertion), position)
}

function mapThrough(position: number, delta: Delta, atInsertion: 'before' | 'after'): number {
  let at = 0
  let mapped = position
  for (const { retain = 0, insert, delete: removed = 0 } of delta) {
    at += retain
    if (typeof insert === 'string') {
      if (at < mapped || (at === mapped && atInsertion === 'after'))
        mapped += insert.length
      at += insert.length
    }
    if (at < mapped)
      mapped = Math.max(at, mapped - removed)
  }
  return mapped
}

/** What is left of a range after the changes: in several parts where somebody wrote inside it. */
export function mapRange(from: number, until: number, changes: readonly Delta[]): readonly (readonly [number, number])[] {
  if (changes.length === 0)
    return [[from, until]]
  let parts: (readonly [number, number])[] = [[from, until]]
  for (const delta of changes) {
    let at = 0
    for (const { retain = 0, insert, delete: removed = 0 } of delta) {
      at += retain
      const here = at
      if (typeof insert === 'string') {
        parts = parts.flatMap(([start, end]) => here <= start
          ? [[start + insert.length, end + insert.length] as const]
          : here >= end ? [[start, end] as const] : [[start, here] as const, [here + insert.length, end + insert.length] as const])
        at += insert.length
      }
      const shrink = (position: number) => position <= here ? position : Math.max(here, position - removed)
      if (removed > 0)
        parts = parts.map(([start, end]) => [shrink(start), shrink(end)] as const)
    }
  }
  return parts.filter(([start, end]) => end > start)
}

/**
 * A position in the element's text as one in the live text: right after the character before it. They differ only where the
 * element shows fewer characters: an input drops line breaks, a textarea writes a return and a line feed as one.
 */
export function rawIndex(raw: string, shown: string, index: number): number {
  return index === 0 ? 0 : rawCharacter(raw, shown, index - 1) + 1
}

/** Where the character that the element shows at `index` stands in the live text. */
export function rawCharacter(raw: string, shown: string, index: number): number {
  if (raw.length === shown.length)
    return index
  let at = 0
  for (let seen = 0; at < raw.length; at++) {
    const isShown = isSame(raw, at, shown[seen])
    if (isShown && seen === index)
      break
    if (isShown)
      seen++
  }
  return at
}

/** The reverse of {@link rawIndex}. */
export function shownIndex(raw: string, shown: string, index: number): number {
  if (raw.length === shown.length)
    return index
  let seen = 0
  for (let at = 0; at < index; at++) {
    if (isSame(raw, at, shown[seen]))
      seen++
  }
  return seen
}

const isSame = (raw: string, at: number, shown: string | undefined) =>
  raw[at] === shown || (raw[at] === '\r' && shown === '\n' && raw[at + 1] !== '\n')
