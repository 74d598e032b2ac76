/** One thing in a list that is sent, in words. */
export interface ListItem { readonly number: string, readonly when: string, readonly name: string, readonly goal: string, readonly role: string }
export interface ListSection { readonly title: string, readonly items: readonly ListItem[] }
/** A list to send: where it is from, who and which half-year it is about, and what there is. */
export interface SentList {
  /** The plan, who and when, and the day it was read: one a line. */
  readonly head: readonly string[]
  readonly sections: readonly ListSection[]
  /** Where the list stands, and what says so. */
  readonly at: string
  readonly columns: { readonly kind: string, readonly when: string, readonly activity: string, readonly goal: string, readonly role: string }
}

const filled = ({ sections }: SentList) => sections.filter(section => section.items.length > 0)

/** Each item as the lines it takes, after its section's title. */
function blocksOf(list: SentList): readonly (readonly string[])[] {
  return filled(list).flatMap(({ title, items }) => items.map(({ number, when, name, goal, role }, n) => [
    ...(n === 0 ? ['', `${title.toUpperCase()} (${items.length})`] : []),
    `${number ? `${number}. ` : '– '}${name}`,
    ...[when, role, goal].filter(Boolean).map(words => `   ${words}`),
  ]))
}

/** The list as plain text, to be read as it is. */
export function toText(list: SentList): string {
  return `${[...list.head, ...blocksOf(list).flat(), '', list.at].join('\n')}\n`
}

/** Words in a cell of a table that is pasted in a spreadsheet: one line, and nothing that runs as a formula. */
function cellWords(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim()
  return /^[=+\-@]/.test(line) ? `'${line}` : line
}
function rowsOf(list: SentList): readonly (readonly string[])[] {
  const { kind, when, activity, goal, role } = list.columns
  return [
    [kind, when, activity, goal, role],
    ...filled(list).flatMap(({ title, items }) => items.map(item => [title, item.when, item.name, item.goal, item.role])),
  ]
}

/** The list as a table for the clipboard, with its head above it. */
export function toHtml(list: SentList): string {
  const [columns = [], ...rows] = rowsOf(list)
  const cells = (tag: 'th' | 'td', row: readonly string[]) => `<tr>${row.map(words => `<${tag}>${escaped(words)}</${tag}>`).join('')}</tr>`
  return `${list.head.map(line => `<p>${escaped(line)}</p>`).join('')}<table><thead>${cells('th', columns)}</thead><tbody>${rows.map(row => cells('td', row.map(cellWords))).join('')}</tbody></table>`
}
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (words: string) => words.replace(/[&<>"]/g, sign => entities[sign] ?? sign)

/** So long an address the programs that open it take (2,048 in Windows). */
const mostMailChars = 1_900

/**
 * The list as an address that opens a letter. What does not fit in it is left out from the end, whole items at a time, and
 * `rest` says in the letter where it stands.
 */
export function toMailAddress(list: SentList, rest: string): string {
  const [title = '', ...others] = list.head
  const subject = [others[0], title].filter(Boolean).join(' – ')
  const addressOf = (lines: readonly string[]) => `mailto:?subject=${encodeURIComponent(shortTo(subject, 150))}&body=${encodeURIComponent(lines.join('\r\n'))}`
  const whole = addressOf([...list.head, ...blocksOf(list).flat(), '', list.at])
  if (whole.length <= mostMailChars)
    return whole
  const kept: string[] = [...list.head]
  for (const block of blocksOf(list)) {
    if (addressOf([...kept, ...block, '', '…', rest]).length > mostMailChars)
      break
    kept.push(...block)
  }
  return addressOf([...kept, '', '…', rest])
}
const shortTo = (words: string, most: number) => words.length <= most ? words : `${words.slice(0, most - 1)}…`
