import type { SetMember } from '#shared/plan/values.ts'
import { plainly } from '../../text/knownNames.ts'

/**
 * The words of a set as they are read rather than stored: years that follow each other as «2019–2021», and other names without
 * those that only say again what the row is called.
 */
export function ownWords(field: string, members: readonly SetMember[], row: object | undefined): readonly string[] | null {
  const words = members.map(member => member.id)
  switch (field) {
    case 'years': return yearsInWords(words)
    case 'aliases': {
      const { name = '', short = '' } = (row ?? {}) as { readonly name?: string, readonly short?: string }
      const known = new Set([plainly(name), plainly(short)])
      return words.filter(word => !known.has(plainly(word)))
    }
    default: return null
  }
}

function yearsInWords(words: readonly string[]): readonly string[] {
  if (!words.every(word => /^\d{4}$/.test(word)))
    return words
  const years = words.map(Number).sort((a, b) => a - b)
  const starts = years.filter(year => !years.includes(year - 1))
  return starts.map((start) => {
    let end = start
    while (years.includes(end + 1))
      end++
    return end === start ? String(start) : `${start}–${end}`
  })
}
