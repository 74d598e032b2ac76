import * as Y from 'yjs'
import { isRichAttribute, isRichMark, mayHold } from './richText.ts'
import type { RichNode } from './values.ts'

/** Lays rich text in a fragment that is being made. What may not stand in rich text is left out with all that is in it. */
export function layRichText(into: Y.XmlFragment, nodes: readonly RichNode[], parent: string | null = null): void {
  const children: (Y.XmlElement | Y.XmlText)[] = []
  let words: Y.XmlText | null = null
  /** A type that is not in a document yet does not know its length. */
  let length = 0
  for (const node of nodes) {
    if ('text' in node) {
      if (!words && mayHold(parent, 'text'))
        children.push(words = new Y.XmlText())
      words?.insert(length, node.text, fitMarks(node.marks))
      length += node.text.length
    }
    else if (mayHold(parent, node.node)) {
      words = null
      length = 0
      const element = new Y.XmlElement(node.node)
      for (const [name, value] of Object.entries(node.attributes ?? {})) {
        if (isRichAttribute(node.node, name, value))
          element.setAttribute(name, value as string)
      }
      layRichText(element, node.content, node.node)
      children.push(element)
    }
  }
  into.insert(0, children)
}

const fitMarks = (marks: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(marks).filter(([mark, value]) => isRichMark(mark, value)))
