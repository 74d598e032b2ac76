/** What may stand in rich text, by the names the document carries. Everything else is refused at the door (D15). */

type Check = (value: unknown) => boolean
interface NodeRule { readonly attributes: Readonly<Record<string, Check>>, readonly holds: readonly string[] }

const isWholeNumber = (min: number, max: number): Check => value => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
const isShortText = (max: number): Check => value => typeof value === 'string' && value.length <= max
const orNull = (check: Check): Check => value => value === null || check(value)

const blocks = ['paragraph', 'heading', 'bulletList', 'orderedList', 'blockquote', 'horizontalRule']
const inline = ['text', 'hardBreak']
const nodes: Readonly<Record<string, NodeRule>> = {
  paragraph: { attributes: {}, holds: inline },
  heading: { attributes: { level: isWholeNumber(1, 6) }, holds: inline },
  bulletList: { attributes: {}, holds: ['listItem'] },
  orderedList: { attributes: { start: isWholeNumber(0, 10_000), type: orNull(isShortText(10)) }, holds: ['listItem'] },
  listItem: { attributes: {}, holds: blocks },
  blockquote: { attributes: {}, holds: blocks },
  hardBreak: { attributes: {}, holds: [] },
  horizontalRule: { attributes: {}, holds: [] },
}

const isEmptyMark: Check = value => hasOnly(value, {})
const marks: Readonly<Record<string, Check>> = {
  bold: isEmptyMark,
  italic: isEmptyMark,
  underline: isEmptyMark,
  strike: isEmptyMark,
  link: value => hasOnly(value, {
    href: isSafeLink,
    target: orNull(isShortText(20)),
    rel: orNull(isShortText(100)),
    class: orNull(isShortText(100)),
    title: orNull(isShortText(300)),
  }) && typeof value === 'object' && value !== null && 'href' in value,
}

/** Whether a node may stand in another; null is the text itself. An editor deletes, on showing, what its schema has no place for. */
export function mayHold(node: string | null, child: string): boolean {
  if (node === null)
    return blocks.includes(child)
  return Object.hasOwn(nodes, node) && (nodes[node]?.holds.includes(child) ?? false)
}

export function isRichAttribute(node: string, attribute: string, value: unknown): boolean {
  const rule = Object.hasOwn(nodes, node) ? nodes[node]?.attributes : undefined
  return rule !== undefined && Object.hasOwn(rule, attribute) && (rule[attribute]?.(value) ?? false)
}

/** Whether text may be marked so. Null ends a mark. */
export function isRichMark(mark: string, value: unknown): boolean {
  return Object.hasOwn(marks, mark) && (value === null || (marks[mark]?.(value) ?? false))
}

/** Only what leads to a page or a letter; never a script. */
export function isSafeLink(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 2_000 && /^(?:https?:\/\/|mailto:)[^\s\p{Cc}]+$/iu.test(value)
}

function hasOnly(value: unknown, known: Readonly<Record<string, Check>>): boolean {
  if (value === true)
    return Object.keys(known).length === 0
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return false
  return Object.entries(value).every(([key, part]) => Object.hasOwn(known, key) && (known[key]?.(part) ?? false))
}
