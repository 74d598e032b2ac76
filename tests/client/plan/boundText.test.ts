// @vitest-environment happy-dom
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import { bindText, spliceBetween, type TextElement } from '../../../client/plan/boundText.ts'
import { mapPosition, mapRange, rawCharacter, rawIndex, shownIndex } from '../../../client/plan/positions.ts'
import { openUndo } from '../../../client/plan/undo.ts'
import { bringTogether, planWith } from '../../support/plans.ts'
import { arena } from './pages.ts'

afterEach(() => document.body.replaceChildren())

/** A focused field bound to K01's arena, «Møter», and somebody else with the same plan. */
function openField(words = 'Møter', element: TextElement = document.createElement('textarea'), afterPaint = (then: () => void) => then()) {
  const seed = { activities: [{ id: 'K01', arena: words }] }
  const [mine, theirs] = [planWith(seed), planWith(seed)]
  const undo = openUndo(mine)
  const text = textOf(mine, arena('K01'))
  if (!text)
    throw new Error('no text')
  document.body.append(element)
  element.focus()
  const refusals: string[] = []
  const unbind = bindText(element, text, { plan: mine, undo }, { onRefused: refusal => refusals.push(refusal), afterPaint })
  const fire = (event: Event) => element.dispatchEvent(event)

  return {
    mine, element, unbind, undo, refusals, fire,
    /** The browser's own way: the selection is replaced, the caret stands after what came, then we are told. */
    type(insert: string, { remove = 0 } = {}) {
      const end = element.selectionEnd ?? 0
      const start = Math.min(element.selectionStart ?? 0, end - remove)
      element.value = element.value.slice(0, start) + insert + element.value.slice(end)
      element.setSelectionRange(start + insert.length, start + insert.length)
      fire(new Event('input'))
    },
    select: (start: number, end = start) => element.setSelectionRange(start, end),
    selection: () => [element.selectionStart, element.selectionEnd],
    theyWrite(at: number, insert: string, remove = 0) {
      bringTogether(mine, theirs)
      spliceText(theirs, arena('K01'), { at, remove, insert })
      bringTogether(mine, theirs)
    },
    inPlan: () => textOf(mine, arena('K01'))?.toJSON(),
  }
}

test('C11 what is typed is in the plan at once, placed by the caret even among equal letters', () => {
  const field = openField('aaa')
  const splices: unknown[] = []
  textOf(field.mine, arena('K01'))?.observe(event => splices.push(event.delta))
  field.select(1)
  field.type('a')
  expect(splices).toEqual([[{ retain: 1 }, { insert: 'a' }]])
  field.type('', { remove: 1 })
  expect(splices[1]).toEqual([{ retain: 1 }, { delete: 1 }])
  expect(field.inPlan()).toBe('aaa')
})

test('C11 what is typed is in the plan once it has been painted, and others\' words that came meanwhile stand where they were written', () => {
  const paints: (() => void)[] = []
  const field = openField('Møter', undefined, then => paints.push(then))
  field.select(5)
  field.type(' i')
  expect(field.inPlan()).toBe('Møter')
  field.theyWrite(0, 'Alle ')
  expect(field.element.value).toBe('Møter i')
  paints.shift()?.()
  expect(field.inPlan()).toBe('Alle Møter i')
  expect(field.element.value).toBe('Alle Møter i')
  expect(field.selection()).toEqual([12, 12])
})

test.each<[string, (field: ReturnType<typeof openField>) => unknown]>([
  ['the next key', field => field.fire(new KeyboardEvent('keydown', { key: 'a' }))],
  ['the next input', field => field.fire(new Event('beforeinput'))],
  ['a composition', field => field.fire(new Event('compositionstart'))],
  ['leaving the field', field => field.element.blur()],
  ['leaving the page', () => window.dispatchEvent(new Event('pagehide'))],
  ['the end of the binding', field => field.unbind()],
])('C11 what is typed does not wait for its paint beyond %s', (_name, act) => {
  const field = openField('Møter', undefined, () => {})
  field.select(5)
  field.type('ne')
  act(field)
  expect(field.inPlan()).toBe('Møterne')
})

test('C11 a splice makes the one text into the other and never cuts a character in two', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '😁', '\n'), maxLength: 12 })
  fc.assert(fc.property(word, word, fc.option(fc.nat(12)), (before, after, caret) => {
    const { at, remove, insert } = spliceBetween(before, after, caret === null ? null : Math.min(caret, after.length))
    expect(before.slice(0, at) + insert + before.slice(at + remove)).toBe(after)
    const doc = new Y.Doc()
    const text = doc.getText('t')
    text.insert(0, before)
    text.delete(at, remove)
    text.insert(at, insert)
    if (caret === null)
      expect(text.toJSON()).toBe(after)
  }))
})

test('C11 what others write leaves caret and selection on the words they stood on', () => {
  const field = openField('Månedlig nyhetsbrev')
  field.select(9)
  field.theyWrite(0, 'Et ')
  expect(field.element.value).toBe('Et Månedlig nyhetsbrev')
  expect(field.selection()).toEqual([12, 12])
  field.theyWrite(12, 'lite ')
  expect(field.selection()).toEqual([12, 12])
  field.select(3, 11)
  field.theyWrite(0, '', 3)
  expect(field.selection()).toEqual([0, 8])
  field.theyWrite(4, 'XX')
  expect(field.selection()).toEqual([0, 10])
  field.theyWrite(0, '>')
  expect(field.selection()).toEqual([1, 11])
})

test('C11 others\' words wait until a composition has ended, and both stand', () => {
  const field = openField('Møter')
  field.select(5)
  field.fire(new Event('compositionstart'))
  field.type('´')
  field.theyWrite(0, 'Alle ')
  expect(field.element.value).toBe('Møter´')
  field.type('é', { remove: 1 })
  expect(field.element.value).toBe('Møteré')
  field.fire(new Event('compositionend'))
  expect(field.element.value).toBe('Alle Møteré')
  expect(field.inPlan()).toBe('Alle Møteré')
  expect(field.selection()).toEqual([11, 11])
})

test.each(['beforeinput', 'compositionstart', 'compositionend'])(
  'C11 while an input method is in the middle of an input the field stays as it is, so that its caret lands where it has counted out: %s', (sign) => {
    const paints: (() => void)[] = []
    const field = openField('Møter', undefined, then => paints.push(then))
    field.select(5)
    if (sign === 'compositionend')
      field.fire(new Event('compositionstart'))
    field.type(' p')
    field.theyWrite(0, 'Alle ')
    const counted = field.selection()
    field.fire(new Event(sign))
    expect([field.element.value, field.selection()]).toEqual(['Møter p', counted])
    field.type('å')
    expect(field.selection()).toEqual([8, 8])
    if (sign === 'compositionstart')
      field.fire(new Event('compositionend'))
    paints.forEach(paint => paint())
    expect([field.element.value, field.inPlan(), field.selection()]).toEqual(['Alle Møter på', 'Alle Møter på', [13, 13]])
  })

test.each<[string, (field: ReturnType<typeof openField>) => unknown]>([
  ['leaving the field', field => field.element.blur()],
  ['leaving the page', () => window.dispatchEvent(new Event('pagehide'))],
  ['being asked whether to leave it', () => window.dispatchEvent(new Event('beforeunload'))],
])('C11 a composition without an end of its own keeps its words, others\' among them, at %s', (_name, act) => {
  const field = openField('Møter', undefined, () => {})
  field.select(5)
  field.fire(new Event('compositionstart'))
  field.type('ne')
  field.theyWrite(0, 'Alle ')
  act(field)
  expect(field.inPlan()).toBe('Alle Møterne')
  field.theyWrite(0, '>')
  expect(field.element.value).toBe('>Alle Møterne')
})

test('C11 a composition that grows past the field\'s limit is left to the browser, which cuts it at its end', () => {
  const field = openField('Møter')
  field.element.maxLength = 6
  field.select(5)
  field.fire(new Event('compositionstart'))
  field.type('ne')
  expect([field.element.value, field.inPlan(), field.refusals]).toEqual(['Møterne', 'Møter', []])
  field.element.value = 'Møtern'
  field.element.setSelectionRange(6, 6)
  field.fire(new Event('compositionend'))
  expect([field.inPlan(), field.refusals]).toEqual(['Møtern', []])
})

test('C11 words written inside what a composition replaces are kept', () => {
  const field = openField('abcdef')
  field.fire(new Event('compositionstart'))
  field.theyWrite(3, 'XX')
  field.select(1, 5)
  field.type('é')
  field.fire(new Event('compositionend'))
  expect(field.inPlan()).toBe('aéXXf')
  expect(field.element.value).toBe('aéXXf')
})

test('C11 a composition that is under way when the field is left is not lost', () => {
  const field = openField('Møter')
  field.select(5)
  field.fire(new Event('compositionstart'))
  field.theyWrite(0, 'Alle ')
  field.type('ne')
  field.unbind()
  expect(field.inPlan()).toBe('Alle Møterne')
  field.type('x')
  expect(field.inPlan()).toBe('Alle Møterne')
})

test('C11 the undo keys undo my own steps in the plan and leave others\' words', () => {
  const field = openField('Møter')
  const press = (key: string, shiftKey = false) => {
    const event = new KeyboardEvent('keydown', { key, ctrlKey: true, shiftKey, cancelable: true })
    field.fire(event)
    return event.defaultPrevented
  }
  field.select(5)
  field.type(' mine')
  field.theyWrite(0, 'Deres ')
  expect(press('z')).toBe(true)
  expect(field.inPlan()).toBe('Deres Møter')
  expect(field.element.value).toBe('Deres Møter')
  expect(press('Z', true)).toBe(true)
  expect(field.inPlan()).toBe('Deres Møter mine')
  press('z')
  expect(press('y')).toBe(true)
  expect(field.element.value).toBe('Deres Møter mine')
  expect(press('a')).toBe(false)
})

test('C11 a splice the plan refuses is taken back on the screen and told', () => {
  const field = openField('Møter')
  field.select(5)
  field.type('x'.repeat(4_000))
  expect(field.refusals).toEqual(['too-long'])
  expect(field.element.value).toBe('Møter')
  expect(field.element.maxLength).toBe(4_000)
})

test('C11 in a field that shows no line breaks the others\' stand where they stood', () => {
  const input = document.createElement('input')
  Object.defineProperty(input, 'value', stripping(input))
  const field = openField('en\nto\ntre', input)
  expect(field.element.value).toBe('entotre')
  field.select(4)
  field.type('!')
  expect(field.inPlan()).toBe('en\nto!\ntre')
  field.select(6)
  field.type('', { remove: 1 })
  expect(field.inPlan()).toBe('en\nto!\nre')
  field.select(5)
  field.theyWrite(0, 'x')
  expect(field.selection()).toEqual([6, 6])
})
/** What browsers do with the value of a one-line input. */
function stripping(input: HTMLInputElement): PropertyDescriptor {
  const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')
  return {
    get: () => own?.get?.call(input) as unknown,
    set: (next: string) => own?.set?.call(input, next.replaceAll(/[\r\n]/g, '')),
  }
}

test('C11 a position follows its character through any changes, and a range keeps what is left of it', () => {
  const change = fc.record({ at: fc.nat(20), remove: fc.nat(4), insert: fc.constantFrom('', 'x', 'yy') })
  fc.assert(fc.property(fc.array(change, { maxLength: 6 }), fc.nat(10), fc.nat(10), (changes, a, b) => {
    const [from, until] = [Math.min(a, b), Math.max(a, b)]
    const text = new Y.Doc().getText('t')
    text.insert(0, '0123456789')
    const deltas: Y.YTextEvent['delta'][] = []
    text.observe(event => deltas.push(event.delta))
    for (const { at, remove, insert } of changes) {
      const start = Math.min(at, text.length)
      text.doc?.transact(() => {
        text.delete(start, Math.min(remove, text.length - start))
        text.insert(start, insert)
      })
    }
    const now = text.toJSON()
    const left = '0123456789'.slice(from, until).split('').filter(digit => now.includes(digit)).join('')
    expect(mapRange(from, until, deltas).map(([start, end]) => now.slice(start, end)).join('')).toBe(left)
    const before = '0123456789'.slice(0, from).split('').filter(digit => now.includes(digit)).join('')
    expect(now.slice(0, mapPosition(from, deltas)).replaceAll(/[xy]/g, '')).toBe(before)
  }))
})

test('C11 positions in what is shown and in what stands in the plan answer each other', () => {
  expect([0, 1, 2, 3].map(at => rawIndex('a\r\nbc', 'a\nbc', at))).toEqual([0, 1, 3, 4])
  expect([0, 1, 2].map(at => rawCharacter('a\r\nbc', 'a\nbc', at))).toEqual([0, 2, 3])
  expect([0, 2, 3, 4, 5].map(at => shownIndex('a\r\nbc', 'a\nbc', at))).toEqual([0, 1, 2, 3, 4])
})
