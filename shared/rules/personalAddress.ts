import type { PersonalPlace } from './personalData.ts'

/**
 * Street addresses: a name that ends as Norwegian streets do, a house number, and what may follow of a letter, a post code and a
 * place. From each number backwards, so that no text is read over and over.
 */
export function findAddresses(text: string): readonly PersonalPlace[] {
  const found: PersonalPlace[] = []
  for (const { 0: number, index } of text.matchAll(/(?<![\d.,/-])\d{1,3}(?:[–-]\d{1,3})?(?! ?%|\d|[.,/–-]\d)/g)) {
    const name = nameBefore(text, index)
    if (name === null)
      continue
    const [after] = tail.exec(text.slice(index + number.length, index + number.length + 48)) ?? ['']
    const isPosted = /\d{4}/.test(after)
    if (isStreet(name.words, isPosted))
      found.push({ kind: 'streetAddress', from: name.from, to: index + number.length + after.length })
  }
  return found
}

/** « B», «b», «, 4006 Stavanger» */
const tail = /^(?: ?[A-H](?![\p{L}\d])|[a-h](?![\p{L}\d]))?(?:,? ?\n?\d{4} \p{Lu}\p{L}+(?:[ -]\p{Lu}\p{L}+){0,2})?/u

/** Up to three words before a number, with one space between. */
function nameBefore(text: string, at: number): { readonly from: number, readonly words: readonly string[] } | null {
  const before = text.slice(Math.max(0, at - 60), at)
  const match = /(?:[\p{L}'’]+\.? ){1,3}$/u.exec(before)
  if (!match)
    return null
  const all = match[0].trimEnd().split(' ')
  // Of the words before the street's own only names belong to it.
  const street = all.at(-1) ?? ''
  const isApart = apart.test(street)
  const names = isApart ? all.slice(all.slice(0, -1).findLastIndex(word => !isName(word)) + 1) : all.slice(-1)
  return { from: at - names.join(' ').length - 1, words: names }
}
const isName = (word: string) => /^\p{Lu}[\p{L}'’]+$|^\p{Lu}\.$/u.test(word)

const apart = /^(?:gate|gt\.?|vei|vn\.?|veg|plass|torg|all[eé])$/
const joined = /^(\p{L}{2,})(?:veien|vegen|vei|veg|vn\.?|gaten|gata|gate|gt\.?|plassen|plass|torget|torg|alléen|allé|bakken|svingen|kroken|stien)$/u

function isStreet(words: readonly string[], isPosted: boolean): boolean {
  const street = words.at(-1) ?? ''
  if (apart.test(street)) {
    const owner = words.at(-2) ?? ''
    return words.length > 1 && !leading.has(owner.toLowerCase()) && (isPosted || /[szx'’]$/.test(owner))
  }
  const stem = joined.exec(street.toLowerCase())?.[1]
  return stem !== undefined && !unlikely.has(stem) && (isPosted || /^\p{Lu}/u.test(street))
}

/** What may come before «vei» and «plass» and is nobody's name. */
const leading: ReadonlySet<string> = new Set(['vårs', 'dens', 'deres', 'alles', 'annens', 'dagens', 'årets', 'fasens'])
/** What ends as a street does and is none: places for people, and places to meet and be served in. */
const unlikely: ReadonlySet<string> = new Set([
  'arbeids', 'møte', 'sykehjems', 'sjukeheims', 'barnehage', 'parkerings', 'leke', 'leike', 'institusjons', 'praksis', 'studie', 'døgn', 'hvile', 'lære',
  'opphold', 'opphalds', 'oppholds', 'korttids', 'langtids', 'rehabiliterings', 'dagsenter', 'tilbuds', 'pasient', 'plan', 'elev', 'lærling', 'kurs', 'snu',
  'avlastnings', 'omsorgs', 'første', 'andre', 'tredje', 'fjerde', 'side', 'under', 'omsorgsbolig', 'service', 'frivillig', 'frivilligs', 'erfarings', 'kunnskaps', 'helse',
  'innbygger', 'idé', 'ide', 'innovasjons', 'bruker', 'om', 'fram', 'frem', 'ut', 'inn', 'av', 'til', 'tjeneste', 'tenest', 'teneste', 'lærings', 'karriere', 'mellom', 'halv',
  'utviklings', 'pasientens', 'endrings', 'bruks', 'klage', 'beslutnings', 'vedtaks', 'ansvars', 'sam',
])
