import type { RegisterName } from '#shared/plan/fields.ts'

const naming = ['short', 'name', 'arena', 'text', 'title', 'with', 'topic', 'number'] as const

/** What a row is called in a sentence: its short name, name or first words. Empty where it has none yet. */
export function rowName(row: object): string {
  const cells = row as Readonly<Record<string, unknown>>
  for (const field of naming) {
    const value = cells[field]
    if (typeof value === 'string' && value.trim() !== '')
      return value.trim()
  }
  return ''
}

/** The same, cut for a button or a message: never in the middle of a word. */
export function shortName(row: object, most = 60): string {
  return shortened(rowName(row), most)
}

export function shortened(words: string, most: number): string {
  return words.length <= most ? words : `${words.slice(0, most).replace(/\s+\S*$/, '')} …`
}

/** A cell's name as one string, for keys and for finding it on the page. */
export const cellKey = (register: RegisterName, row: string, field: string) => `${register}/${row}/${field}`

const joints = /(?<=\p{L}{4})(?=(?:gruppe|rådet|rådene|kommune|sentral|tjeneste|tenest|foretak|føretak|apparat|direktør|utvikling|etablering|nettverk|forvalter|forvaltar|institusjon|kampanje|område))/giu

/**
 * Long words with places where they may be divided (soft hyphens), and a break after a slash, but not after a hyphen that
 * begins what follows it («kanal/-arena»): no word is cut at random.
 */
export function hyphenated(words: string): string {
  return words.replace(/\p{L}{14,}/gu, word => word.replace(joints, '\u00AD')).replace(/\/(-?)/g, (_, hyphen) => hyphen ? '/\u200B-\u2060' : '/\u200B')
}

/** Where an index of `words` is in what `hyphenated` makes of them: right after the character before it. */
export function hyphenatedIndex(words: string, shown: string, index: number): number {
  let at = 0
  for (let n = 0; n < Math.min(index, words.length); n++) {
    while (at < shown.length && shown[at] !== words[n])
      at++
    at++
  }
  return Math.min(at, shown.length)
}

/** «OB» for Olav Berge: the first letter of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = [words[0], ...words.length > 1 ? [words.at(-1)] : []].map(word => Array.from(word ?? '')[0] ?? '')
  return letters.join('').toUpperCase()
}
