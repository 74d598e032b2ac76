// @vitest-environment happy-dom
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import { bindText } from '../../../client/plan/boundText.ts'
import { caretAt, caretIndex, toCaret, type Caret } from '../../../client/plan/carets.ts'
import { openUndo } from '../../../client/plan/undo.ts'
import { bringTogether, planWith } from '../../support/plans.ts'
import { arena } from './pages.ts'

afterEach(() => document.body.replaceChildren())

const seed = { activities: [{ id: 'K01', arena: 'Møter 😀' }, { id: 'K02', arena: 'Nyhetsbrev' }] }
const overTheWire = (caret: Caret | null) => toCaret(JSON.parse(JSON.stringify(caret)))

/** The index, or the one before it where that would part a character. */
const whole = (text: string, at: number) => {
  const index = Math.min(at, text.length)
  return /[\uDC00-\uDFFF]/.test(text[index] ?? '') ? index - 1 : index
}

/** Olav writes in a bound field; Kari sees the plan and the caret he has told. */
function twoPeople() {
  const [olavs, karis] = [planWith(seed), planWith(seed)]
  const [olavsText, karisText] = [textOf(olavs, arena('K01')), textOf(karis, arena('K01'))]
  if (!olavsText || !karisText)
    throw new Error('no text')
  const element = document.createElement('textarea')
  document.body.append(element)
  element.focus()
  let told: Caret | null = null
  const unbind = bindText(element, olavsText, { plan: olavs, undo: openUndo(olavs) }, {
    onCaret: (index) => { told = caretAt(olavsText, index) }, afterPaint: then => then(),
  })
  return {
    element, unbind,
    type(words: string) {
      const [start, end] = [element.selectionStart, element.selectionEnd]
      element.value = element.value.slice(0, start) + words + element.value.slice(end)
      element.setSelectionRange(start + words.length, start + words.length)
      element.dispatchEvent(new Event('input'))
    },
    select(at: number) {
      element.setSelectionRange(at, at)
      document.dispatchEvent(new Event('selectionchange'))
    },
    kariWrites(at: number, insert: string, remove = 0) {
      const words = karisText.toJSON()
      const from = whole(words, at)
      spliceText(karis, arena('K01'), { at: from, remove: whole(words, from + remove) - from, insert })
    },
    deliver: () => bringTogether(olavs, karis),
    tell: () => overTheWire(told),
    seenByKari: (caret: Caret | null) => caret && caretIndex(karisText, caret),
    karisText,
  }
}

test('C29 a caret stays where it is while others write before it, and goes along with its owner\'s typing, without being told anew', () => {
  const two = twoPeople()
  two.select(3)
  const told = two.tell()
  expect(two.seenByKari(told)).toBe(3)
  two.kariWrites(0, 'Alle ')
  expect(two.seenByKari(told)).toBe(8)
  two.type('xyz')
  two.deliver()
  expect(two.element.selectionStart).toBe(11)
  expect(two.seenByKari(told)).toBe(11)
  expect(two.seenByKari(two.tell())).toBe(11)
})

test('C29 after any interleaving of edits, the caret others see is where its owner has it', () => {
  const act = fc.oneof(
    fc.record({ who: fc.constant('olav' as const), at: fc.nat(12), insert: fc.constantFrom('', 'a', '😀', '\n', 'å b') }),
    fc.record({ who: fc.constant('kari' as const), at: fc.nat(12), insert: fc.constantFrom('', 'X', '😁', 'YY\n'), remove: fc.nat(3) }),
    fc.record({ who: fc.constant('wire' as const) }),
  )
  fc.assert(fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
    const two = twoPeople()
    two.select(0)
    for (const one of acts) {
      if (one.who === 'wire') {
        two.deliver()
      }
      else if (one.who === 'olav') {
        two.select(whole(two.element.value, one.at))
        if (one.insert)
          two.type(one.insert)
      }
      else {
        two.kariWrites(one.at, one.insert, one.remove)
      }
    }
    two.deliver()
    expect(two.karisText.toJSON()).toBe(two.element.value)
    expect(two.seenByKari(two.tell())).toBe(two.element.selectionStart)
    two.unbind()
    two.element.remove()
  }), { numRuns: 300 })
})

test('C29 a caret that is none, of another text, or before words that have not come, is no place, and makes no root', () => {
  const { doc } = planWith(seed)
  const [first, second] = ['K01', 'K02'].map(row => (doc.getMap('activities').get(row) as Y.Map<Y.Text>).get('arena'))
  if (!first || !second)
    throw new Error('no text')
  const caret = caretAt(second, 2)
  expect(caret && caretIndex(first, caret)).toBeNull()
  expect(caret && caretIndex(second, { ...caret, item: { client: 4_711, clock: 3 } })).toBeNull()
  const [own, others] = [first._item?.id, caret?.item ?? null]
  if (!own)
    throw new Error('no id')
  expect(caretIndex(first, { type: own, item: others, assoc: 0 })).toBeNull()
  expect(caretIndex(first, { type: { ...own, client: own.client + 1 }, item: null, assoc: 0 })).toBeNull()
  expect(caretIndex(first, { type: own, item: null, assoc: 0 })).toBe(first.length)
  expect(caretAt(new Y.Text('loose'), 1)).toBeNull()
  const roots = [...doc.share.keys()]
  const malformed = [
    null, 7, 'x', [], {}, { tname: 'evil', item: null },
    { type: { client: -1, clock: 0 } }, { type: { client: 1.5, clock: 0 } },
    { type: { client: 1, clock: 0 }, item: 'x' }, { type: { client: 1, clock: 0 }, item: {} }, { type: { client: 1, clock: Infinity } },
  ]
  expect(malformed.map(toCaret)).toEqual(malformed.map(() => null))
  expect([...doc.share.keys()]).toEqual(roots)
})

test('C29 whatever stands on the wire as a caret, it is an index within the text or nothing', () => {
  const plan = planWith(seed)
  const text = textOf(plan, arena('K01'))
  if (!text?._item)
    throw new Error('no text')
  const own = text._item.id
  const ownId = fc.record({ client: fc.constant(own.client), clock: fc.nat(60) })
  const id = fc.oneof(ownId, fc.record({ client: fc.nat(9), clock: fc.nat(9) }), fc.anything())
  fc.assert(fc.property(fc.oneof(fc.constant(own), id), id, fc.anything(), (type, item, assoc) => {
    const caret = toCaret({ type, item, assoc, tname: 'x' })
    const at = caret && caretIndex(text, caret)
    expect(at === null || (at >= 0 && at <= text.length)).toBe(true)
  }), { numRuns: 500 })
})
