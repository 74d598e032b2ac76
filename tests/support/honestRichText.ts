import * as Y from 'yjs'
import type { Chance } from './honestChance.ts'

/** Writes in rich text as an editor does: blocks laid, split and removed, words typed, marked and taken out. */
export function writeRichText(body: Y.XmlFragment, chance: Chance): void {
  (chance.of(richActs) ?? layBlock)(body, chance)
}

type RichAct = (body: Y.XmlFragment, chance: Chance) => void

/** Text as an editor lays it: with its marks. */
function wordsWith(chance: Chance): Y.XmlText {
  const words = new Y.XmlText()
  words.applyDelta(chance.below(3)
    ? [{ insert: 'Et avsnitt.' }]
    : [{ insert: 'Et ' }, { insert: 'viktig', attributes: { [chance.of(['bold', 'italic']) ?? 'bold']: {} } }, { insert: ' avsnitt' }])
  return words
}

type Attributes = Readonly<Record<string, string | number>>

function block(name: string, children: readonly (Y.XmlElement | Y.XmlText)[], attributes: Attributes = {}): Y.XmlElement {
  const element = new Y.XmlElement<Record<string, string | number>>(name)
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value))
  element.insert(0, [...children])
  return element as unknown as Y.XmlElement
}

const layBlock: RichAct = (body, chance) => {
  const item = () => block('listItem', [block('paragraph', [wordsWith(chance)])])
  const made = [
    () => block('paragraph', [wordsWith(chance)]),
    () => block('paragraph', [wordsWith(chance), block('hardBreak', []), wordsWith(chance)]),
    () => block('heading', [wordsWith(chance)], { level: 1 + chance.below(3) }),
    () => block('bulletList', [item(), item()]),
    () => block('orderedList', [item()], { start: 1 + chance.below(3) }),
    () => block('bulletList', [block('listItem', [block('paragraph', [wordsWith(chance)]), block('bulletList', [item()])])]),
    () => block('paragraph', []),
  ][chance.below(7)]?.()
  if (made)
    body.insert(chance.below(body.length + 1), [made])
}

function all<T>(type: Y.XmlFragment, isWanted: (value: unknown) => value is T): T[] {
  return type.toArray().flatMap((child: unknown) => [
    ...isWanted(child) ? [child] : [],
    ...child instanceof Y.XmlFragment ? all(child, isWanted) : [],
  ])
}
const isWords = (value: unknown): value is Y.XmlText => value instanceof Y.XmlText
const isElement = (value: unknown): value is Y.XmlElement => value instanceof Y.XmlElement

const inWords = (work: (words: Y.XmlText, chance: Chance) => void): RichAct => (body, chance) => {
  const words = chance.of(all(body, isWords))
  if (words && words.length < 200)
    work(words, chance)
  else
    layBlock(body, chance)
}

const link = (n: number) => ({ href: `https://www.example.org/${n}`, target: '_blank', rel: 'noopener noreferrer nofollow', class: null })
const aMark = (chance: Chance): Record<string, unknown> => chance.of([
  { bold: {} }, { italic: {} }, { bold: null }, { italic: null }, { link: link(chance.below(2)) }, { link: null }, { bold: {}, italic: {} },
] as Record<string, unknown>[]) ?? {}

/** As an editor takes over what changed in a paragraph: out, in, and then the marks of all of it. */
const writeWords = inWords((words, chance) => {
  const at = chance.below(words.length + 1)
  words.insert(at, chance.of(['ord', 'x', ' og ', 'å']) ?? 'x', chance.below(2) ? {} : aMark(chance))
})
const eraseWords = inWords((words, chance) => {
  const at = chance.below(words.length)
  if (words.length > 0)
    words.delete(at, 1 + chance.below(Math.min(4, words.length - at)))
})
const markWords = inWords((words, chance) => {
  const at = chance.below(words.length)
  if (words.length > 0)
    words.format(at, 1 + chance.below(words.length - at), aMark(chance))
})
const splitBlock = inWords((words, chance) => {
  const above = words.parent
  const list: unknown = above?.parent
  if (!(above instanceof Y.XmlElement) || !(list instanceof Y.XmlFragment) || words.length < 2)
    return
  const at = 1 + chance.below(words.length - 1)
  const tail = new Y.XmlText()
  tail.applyDelta((words.toDelta() as { insert: string, attributes?: object }[]).slice(-1))
  words.delete(at, words.length - at)
  list.insert(list.toArray().indexOf(above) + 1, [block(above.nodeName, [tail], above.getAttributes())])
})
const removeBlock: RichAct = (body, chance) => {
  const list = chance.below(2) ? body : chance.of(all(body, isElement)) ?? body
  if (list.length > 0)
    list.delete(chance.below(list.length), 1)
}
const changeHeading: RichAct = (body, chance) => {
  const headings = all(body, isElement).filter(element => element.nodeName === 'heading') as unknown as Y.XmlElement<Record<string, number>>[]
  chance.of(headings)?.setAttribute('level', 1 + chance.below(3))
}
const richActs: readonly RichAct[] = [layBlock, writeWords, writeWords, writeWords, eraseWords, markWords, splitBlock, removeBlock, changeHeading]
