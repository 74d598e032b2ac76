import { sites } from '../../text/about.nb.ts'

/** A sentence in the parts it is drawn in: words, and the names of sites with where they lead. */
export function withLinks(sentence: string): readonly { readonly words: string, readonly to: string | null }[] {
  const names = new RegExp(`(${Object.keys(sites).map(name => name.replaceAll('.', '\\.')).join('|')})`)
  return sentence.split(names).map((words, n) => ({ words, to: n % 2 === 1 ? sites[words] ?? null : null }))
}
