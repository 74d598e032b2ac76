import type * as Y from 'yjs'
import { difference, spliceText, type Refusal } from '#shared/plan/commands.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import { mapPosition, mapRange, rawCharacter, rawIndex, shownIndex, type Delta } from './positions.ts'
import type { PlanSession } from './session.ts'
import { cellOf } from './unsent.ts'

export type TextElement = HTMLInputElement | HTMLTextAreaElement

interface Splice { readonly at: number, readonly remove: number, readonly insert: string }

/**
 * Binds an input to a live text until the returned function is called. What is typed is in the plan as soon as it has been
 * painted, or before the next thing happens to the field, as the smallest splice, placed by the caret. What others write appears
 * without moving caret or selection off their words, and waits while a composition (a dead key, an input method) is under way.
 * The undo keys undo this person's steps in the plan (C11).
 *
 * A splice that is refused is taken back on the screen too, and told to `onRefused`.
 */
export function bindText(
  element: TextElement,
  text: Y.Text,
  { plan, undo }: Pick<PlanSession, 'plan' | 'undo'>,
  { onRefused = () => {}, onCaret = () => {}, afterPaint = afterNextPaint }: {
    onRefused?: (refusal: Refusal) => void
    /** Told wherever the caret may have come to stand in the live text (UTF-16 units), as long as the field has the focus. */
    onCaret?: (index: number) => void
    /** Runs what it is given when the letter is on the screen: no one waits for what follows from a letter to see it. */
    afterPaint?: (then: () => void) => void
  } = {},
): () => void {
  const ended = new AbortController()
  const cell = cellOf(text)
  const field = cell && fieldOf(cell.register, cell.field)
  /** The live text as the element last had it, and how the element shows it (an input drops line breaks). */
  let raw = ''
  let shown = ''
  let isWriting = false
  let isComposing = false
  /** Whether something was typed that is not in the plan yet. */
  let isUnread = false
  /** What others wrote meanwhile, in both cases; the element does not show it yet. */
  let held: Delta[] = []

  function show() {
    raw = text.toJSON()
    const { scrollTop } = element
    element.value = raw
    shown = element.value
    element.scrollTop = scrollTop
  }

  function tellCaret() {
    // With others' words waiting, the field's places are not the text's.
    if (held.length === 0 && element.ownerDocument.activeElement === element)
      onCaret(rawIndex(raw, shown, (element.selectionDirection === 'backward' ? element.selectionStart : element.selectionEnd) ?? 0))
  }

  /** Shows the text as it is now, with the selection where `place` puts it, in units of the live text. */
  function showWith(place: (start: number, end: number) => readonly [number, number]) {
    const [start, end] = place(rawIndex(raw, shown, element.selectionStart ?? 0), rawIndex(raw, shown, element.selectionEnd ?? 0))
    const direction = element.selectionDirection ?? 'none'
    show()
    // Elsewhere than in the focused field, placing a selection takes the focus in some browsers.
    if (element.ownerDocument.activeElement === element)
      element.setSelectionRange(shownIndex(raw, shown, start), shownIndex(raw, shown, end), direction)
    tellCaret()
  }

  function takeInput() {
    if (element.value === shown || !cell || isTooLongYet())
      return
    const splice = spliceBetween(shown, element.value, element.selectionStart)
    const from = splice.remove === 0 ? rawIndex(raw, shown, splice.at) : rawCharacter(raw, shown, splice.at)
    const until = splice.remove === 0 ? from : rawIndex(raw, shown, splice.at + splice.remove)
    const at = mapPosition(from, held)
    const ranges = mapRange(from, until, held)
    const wasHeld = held.length > 0
    const caret = at + splice.insert.length

    isWriting = true
    const refusal = write(ranges, { at, remove: 0, insert: splice.insert })
    isWriting = false
    held = []
    if (refusal !== null || wasHeld) {
      showWith(() => [refusal === null ? caret : at, refusal === null ? caret : at])
    }
    else {
      raw = text.toJSON()
      shown = element.value
      tellCaret()
    }
    if (refusal !== null)
      onRefused(refusal)
  }

  /** A composition may grow past the field's limit; the browser cuts it at its end. */
  const isTooLongYet = () => isComposing && element.maxLength > 0 && element.value.length > element.maxLength

  /** One splice where the text is as it was; more where others wrote inside what was replaced. */
  function write(ranges: readonly (readonly [number, number])[], insertion: Splice): Refusal | null {
    const [first] = ranges
    if (!cell)
      return null
    if (ranges.length === 1 && first && first[0] === insertion.at) {
      const outcome = spliceText(plan, cell, { ...insertion, remove: first[1] - first[0] })
      return outcome.ok ? null : outcome.refusal
    }
    return plan.doc.transact(() => {
      const outcome = spliceText(plan, cell, insertion)
      if (!outcome.ok)
        return outcome.refusal
      const { length } = insertion.insert
      for (const [from, until] of ranges.toReversed())
        spliceText(plan, cell, { at: from >= insertion.at ? from + length : from, remove: until - from, insert: '' })
      return null
    }, plan.mine)
  }

  function onChange({ delta }: Y.YTextEvent, transaction: Y.Transaction) {
    if (isWriting)
      return
    if (isComposing || isUnread) {
      held.push(delta)
      return
    }
    // Our own undo and redo put the caret where they did something; others' changes leave it be.
    const end = endOfChange(delta)
    showWith((from, until) => transaction.local
      ? [end, end]
      : from === until
        ? [mapPosition(from, [delta]), mapPosition(from, [delta])]
        : [mapPosition(from, [delta], 'after'), mapPosition(until, [delta])])
  }

  function onKey(event: KeyboardEvent) {
    read()
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing)
      return
    const key = event.key.toLowerCase()
    const verb = key === 'y' || (key === 'z' && event.shiftKey) ? undo.redo : key === 'z' ? undo.undo : null
    if (!verb)
      return
    event.preventDefault()
    event.stopPropagation()
    verb()
  }

  /** A browser's menu, or a shaken phone, undoes without a key. */
  function onBeforeInput(event: InputEvent) {
    const verb = event.inputType === 'historyUndo' ? undo.undo : event.inputType === 'historyRedo' ? undo.redo : null
    if (!verb)
      return readInPlace()
    event.preventDefault()
    read()
    verb()
  }

  function read() {
    if (isComposing)
      readInPlace()
    else if (isUnread)
      settle()
  }

  /** The field or the page is left: a composition has no end of its own then in every browser, and what it brought stands. */
  function letGo() {
    isComposing = false
    read()
  }

  /**
   * While the browser is in the middle of an input the field stays as it is: an input method has by then counted out where its
   * caret goes. With others' words waiting, ours are placed among them when it is done.
   */
  function readInPlace() {
    if (!isUnread || held.length > 0)
      return
    isUnread = false
    takeInput()
  }

  function settle() {
    isUnread = false
    takeInput()
    if (held.length > 0) {
      const missed = held
      held = []
      showWith((start, end) => [mapPosition(start, missed), mapPosition(end, missed)])
    }
  }

  const options = { signal: ended.signal }
  function hear() {
    if (isUnread)
      return
    isUnread = true
    afterPaint(read)
  }
  element.addEventListener('input', hear, options)
  for (const leaving of ['beforeunload', 'pagehide'])
    element.ownerDocument.defaultView?.addEventListener(leaving, letGo, { ...options, capture: true })
  element.addEventListener('blur', letGo, options)
  element.addEventListener('compositionstart', () => {
    readInPlace()
    isComposing = true
  }, options)
  element.addEventListener('compositionend', () => {
    isComposing = false
    isUnread = true
    afterPaint(read)
  }, options)
  element.addEventListener('beforeinput', event => onBeforeInput(event as InputEvent), options)
  element.ownerDocument.addEventListener('selectionchange', () => {
    // A selection may have moved ahead of the input event that tells what was typed.
    if (element.value === shown)
      tellCaret()
  }, options)
  element.addEventListener('keydown', event => onKey(event as KeyboardEvent), options)
  text.observe(onChange)
  if (field?.kind === 'text')
    element.maxLength = field.maxChars
  show()

  return () => {
    if (ended.signal.aborted)
      return
    settle()
    ended.abort()
    text.unobserve(onChange)
  }
}

/**
 * The splice that made `before` into `after`. After typing, deleting and pasting, what follows the caret is what followed
 * before, which places the splice even among equal letters; where that does not hold, the smallest difference does.
 */
export function spliceBetween(before: string, after: string, caret: number | null): Splice {
  const tail = caret === null ? -1 : after.length - caret
  const end = before.length - tail
  if (caret === null || end < 0 || before.slice(end) !== after.slice(caret))
    return difference(before, after)
  const { at, remove, insert } = difference(before.slice(0, end), after.slice(0, caret))
  return { at, remove, insert }
}

/** Where no frame is made, as in a page behind another, a moment later. */
function afterNextPaint(then: () => void) {
  const timer = setTimeout(then, 100)
  requestAnimationFrame(() => {
    clearTimeout(timer)
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      then()
    }
    port2.postMessage(null)
  })
}

function endOfChange(delta: Delta): number {
  let at = 0
  let end = 0
  for (const { retain = 0, insert, delete: removed } of delta) {
    at += retain
    if (typeof insert === 'string')
      at += insert.length
    if (insert !== undefined || removed !== undefined)
      end = at
  }
  return end
}
