export interface CaretPlace { readonly left: number, readonly top: number, readonly height: number }

/**
 * Where a caret at `index` (UTF-16 units) of a drawn text stands in the window: before the character after it, so that it
 * follows a word to the next line; else after the last one before it that is drawn. Null where nothing of the text is.
 */
export function caretPlace(node: Text, index: number): CaretPlace | null {
  const { length } = node.data
  const at = isInsidePair(node.data, index) ? index - 1 : Math.min(index, length)
  const after = at < length ? rectsOf(node, at, isInsidePair(node.data, at + 1) ? at + 2 : at + 1)[0] : undefined
  if (after)
    return { left: after.left, top: after.top, height: after.height }
  // Spaces at an end, and a last line break, are not drawn.
  for (let from = at - 1; from >= Math.max(0, at - maxUndrawn); from--) {
    const before = rectsOf(node, from, from + 1).at(-1)
    if (before)
      return { left: before.right, top: before.top, height: before.height }
  }
  return null
}
const maxUndrawn = 100

function rectsOf(node: Text, from: number, until: number): readonly DOMRect[] {
  const range = node.ownerDocument.createRange()
  range.setStart(node, from)
  range.setEnd(node, until)
  return [...range.getClientRects()].filter(({ height }) => height > 0)
}

const isInsidePair = (text: string, index: number) => /[\uDC00-\uDFFF]/.test(text[index] ?? '') && /[\uD800-\uDBFF]/.test(text[index - 1] ?? '')

/** Lays `mirror` over a field, with the field's own words broken into the same lines, and gives the text in it. */
export function mirrorField(field: HTMLTextAreaElement, mirror: HTMLElement): Text {
  const style = getComputedStyle(field)
  for (const name of mirrored)
    mirror.style.setProperty(name, style.getPropertyValue(name))
  mirror.style.width = `${field.offsetWidth}px`
  mirror.style.height = `${field.offsetHeight}px`
  const [at, now] = [field.getBoundingClientRect(), mirror.getBoundingClientRect()]
  mirror.style.left = `${mirror.offsetLeft + at.left - now.left}px`
  mirror.style.top = `${mirror.offsetTop + at.top - now.top}px`
  // Something that is drawn at the end too, also after a last line break.
  const words = `${field.value}\u200B`
  const node = mirror.firstChild instanceof Text ? mirror.firstChild : mirror.appendChild(new Text())
  if (node.data !== words)
    node.data = words
  mirror.scrollTop = field.scrollTop
  return node
}

/** Beside an overlay, in the same cell: the field that is written in, or the element that holds the words at rest. */
export const wordsBeside = (overlay: HTMLElement | null): HTMLElement | null =>
  overlay?.parentElement?.querySelector<HTMLElement>('textarea') ?? overlay?.parentElement?.querySelector<HTMLElement>('.cell-words') ?? null

/** What decides where a line is broken. */
const mirrored = [
  'box-sizing', 'padding-top', 'padding-right', 'padding-bottom', 'padding-left', 'border-top-width', 'border-right-width', 'border-bottom-width',
  'border-left-width', 'font', 'font-feature-settings', 'font-variation-settings', 'font-optical-sizing', 'font-kerning', 'letter-spacing', 'word-spacing',
  'line-height', 'text-indent', 'text-transform', 'text-align', 'tab-size', 'white-space', 'overflow-wrap', 'word-break', 'line-break', 'hyphens', 'direction',
]
