/** Edges of a word that know æ, ø and å, which `\b` does not. */
const before = '(?<![\\p{L}\\p{N}])'
const after = '(?![\\p{L}\\p{N}])'

/** A pattern that matches whole words only, in text made by {@link toPlainWords}. */
export const words = (pattern: string) => new RegExp(`${before}(?:${pattern})${after}`, 'gu')

/** People's words made easy to read by rule: lower case, one kind of dash and space, words torn by a line break mended. */
export function toPlainWords(text: string): string {
  return text.normalize('NFC').toLowerCase()
    .replace(/\u00ad/g, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s+/g, ' ')
    .replace(/(\p{L})- (?!og |eller |til |og$|eller$)(\p{L})/gu, '$1$2')
    .trim()
}

/** Text that rules take words out of, one by one, so that no word is read twice. Taken words leave a gap of equal length. */
export interface Reader {
  /** What has not been taken, gaps as spaces. */
  rest(): string
  /** Takes every match, in order, and says where each stood. A match that `accept` refuses stays. */
  take(pattern: RegExp, accept?: (match: RegExpExecArray) => boolean): RegExpExecArray[]
}

export function openReader(text: string): Reader {
  let left = text
  function take(pattern: RegExp, accept: (match: RegExpExecArray) => boolean = () => true): RegExpExecArray[] {
    const taken = [...left.matchAll(pattern)].filter(match => match[0].length > 0 && accept(match))
    for (const match of taken)
      left = left.slice(0, match.index) + ' '.repeat(match[0].length) + left.slice(match.index + match[0].length)
    return taken
  }
  return { rest: () => left, take }
}
