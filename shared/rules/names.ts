/** How long a name of a person or an organisation is at most. */
export const longestName = 100

/** Whether every character of a line can be seen: none that steers, turns the direction of letters, or breaks the line. */
export const isPrintable = (line: string): boolean => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(line)

/** Whether a line has anything to be seen in it: more than spaces, signs that are drawn as nothing, and signs that are nobody's. */
export const hasInk = (line: string): boolean => /[^\s\p{DI}\p{Co}\u2800]/u.test(line)

/** A name as somebody wrote it, without the space around it; null for what is none: empty, too long, or with what cannot be seen. */
export function readName(written: string): string | null {
  const name = written.trim()
  return hasInk(name) && name.length <= longestName && isPrintable(name) ? name : null
}

/**
 * Whether two names of people are one to a reader: in whatever letters (big, small, composed or not), with whatever spaces. Letters of other
 * alphabets that look alike are not.
 */
export const areOneName = (one: string, other: string): boolean => plain(one) === plain(other)

const plain = (name: string) => name.normalize('NFC').toLowerCase().replace(/[\p{Cf}\p{DI}]/gu, '').replace(/[\s\u2800]+/g, ' ').trim()
