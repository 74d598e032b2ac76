import type { RegisterName } from '#shared/plan/fields.ts'
import type { Text } from './nb.ts'

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

/** What a register is called where one chooses among them: what is said of the plan itself by its page. */
export const registerInWords = (register: RegisterName, text: Text): string => register === 'plan' ? text.nav.head : text.words.registers[register]

/** A cell's name as one string, for keys and for finding it on the page. */
export const cellKey = (register: RegisterName, row: string, field: string) => `${register}/${row}/${field}`

/** What a joined word's last part often begins with. */
const parts = 'gruppe|(?<!om)råd(?=et|ene)|kommune|sentral|sent(?=er|re)|tjeneste|tenest|foretak|føretak|apparat|direktør|direktorat|utvikling|etablering|nettverk'
  + '|forvalter|forvaltar|institusjon|organisasjon|kampanje|område|sykehus|sjukehus|periode|koordinator|ansvarlig|ansvarleg|messig|møte|foreni|foreini|avdeling'
  + '|kompetanse|sikkerhet|samarbeid|medarbeid|(?<!sam|med)arbeid|prosjekt|myndighe|utdanning|oppgave|oppgåve|oppdrag|erfaring|mangfold|mangfald|utvalg|utval'
  + '|løft|strategi|grense|misbruk|ernæring|økonomi|miljø|konsept|behandling|oppleving|opplevels|oppfølging|fellesskap|helse|rådgiv|rådgjev'
const joints = new RegExp(`(?<=\\p{L}{4})(?=${parts})`, 'giu')
/** After an «s» that can only join. */
const joiningS = /(?<=\p{L}(?:sjon|ing|het|heit|tet|dom|skap)s)(?=\p{L}{4})/giu
/** Before the consonant that a syllable begins with, four letters or more from either end. */
const syllables = /(?<=\p{L}{4})(?=(?:skj|sj|(?<!s)kj|tj|(?<![skt])j|(?<!n)g|[bcdfhklmnpqrstvwxz])[aeiouyæøåéô]\p{L}{2})/giu
/** So many letters go in on a line of the narrowest columns. */
const longest = 12
const isAddress = /:\/\/|@|^www\./

/**
 * Long words with places where they may be divided (soft hyphens): where they are joined, else between syllables, near the middle. And a
 * break after a slash, but not after a hyphen that begins what follows it («kanal/-arena»). No word is cut at random.
 */
export function hyphenated(words: string): string {
  return words
    .replace(/\S{12,}/g, run => isAddress.test(run) ? run : run.replace(/\p{L}{12,}/gu, divided))
    .replace(/\/(-?)/g, (_, hyphen) => hyphen ? '/\u200B-\u2060' : '/\u200B')
}
const divided = (word: string) => word.split(joints).flatMap(part => part.split(joiningS)).map(halved).join('\u00AD')
function halved(part: string): string {
  if (part.length <= longest)
    return part
  const fromMiddle = (at: number) => Math.abs(at - part.length / 2)
  const [at] = [...part.matchAll(syllables)].map(({ index }) => index).sort((a, b) => fromMiddle(a) - fromMiddle(b))
  return at === undefined ? part : `${halved(part.slice(0, at))}\u00AD${halved(part.slice(at))}`
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
