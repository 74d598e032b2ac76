import { expect, test } from 'vitest'
import fc from 'fast-check'
import { readKey, type GridAsk } from '../../../client/ui/grid/gridKeys.ts'

/** A key as it is written on the page: «Ctrl+Shift+End». */
function press(words: string): GridAsk | null {
  const held = words.split('+').slice(0, -1)
  const has = (name: string) => held.includes(name)
  return readKey({ key: words.split('+').at(-1) ?? '', shiftKey: has('Shift'), ctrlKey: has('Ctrl'), metaKey: has('Meta'), altKey: has('Alt') })
}
const step = { ask: 'move', reach: 'step', extends: false } as const
const end = { ask: 'end', isWhole: false, extends: false } as const

test.each<[string, GridAsk]>([
  ['ArrowUp', { ...step, direction: 'up' }],
  ['ArrowDown', { ...step, direction: 'down' }],
  ['ArrowLeft', { ...step, direction: 'left' }],
  ['ArrowRight', { ...step, direction: 'right' }],
  ['Shift+ArrowDown', { ...step, direction: 'down', extends: true }],
  ['Ctrl+ArrowDown', { ...step, direction: 'down', reach: 'edge' }],
  ['Meta+ArrowLeft', { ...step, direction: 'left', reach: 'edge' }],
  ['Ctrl+Shift+ArrowUp', { ...step, direction: 'up', reach: 'edge', extends: true }],
  ['PageDown', { ...step, direction: 'down', reach: 'page' }],
  ['Shift+PageUp', { ...step, direction: 'up', reach: 'page', extends: true }],
  ['Home', { ...end, end: 'first' }],
  ['End', { ...end, end: 'last' }],
  ['Shift+End', { ...end, end: 'last', extends: true }],
  ['Ctrl+Home', { ...end, end: 'first', isWhole: true }],
  ['Ctrl+End', { ...end, end: 'last', isWhole: true }],
  ['Ctrl+Shift+End', { ...end, end: 'last', isWhole: true, extends: true }],
  ['Enter', { ask: 'open' }],
  ['F2', { ask: 'open' }],
  [' ', { ask: 'open' }],
  ['a', { ask: 'open', typed: 'a' }],
  ['Shift+A', { ask: 'open', typed: 'A' }],
  ['å', { ask: 'open', typed: 'å' }],
  ['😀', { ask: 'open', typed: '😀' }],
  ['Shift+ ', { ask: 'toggleRow' }],
  ['Delete', { ask: 'empty' }],
  ['Backspace', { ask: 'empty' }],
  ['Escape', { ask: 'leave' }],
  ['ContextMenu', { ask: 'menu' }],
  ['Shift+F10', { ask: 'menu' }],
  ['Ctrl+a', { ask: 'all' }],
  ['Meta+A', { ask: 'all' }],
  ['Ctrl+d', { ask: 'fillDown' }],
  ['Ctrl+f', { ask: 'find' }],
  ['Ctrl+Enter', { ask: 'add' }],
  ['Alt+Enter', { ask: 'more' }],
  ['Alt+ArrowUp', { ask: 'moveRow', by: -1 }],
  ['Alt+ArrowDown', { ask: 'moveRow', by: 1 }],
])('U46 «%s» asks the grid for what it asks for in a spreadsheet', (words, expected) => {
  expect(press(words)).toEqual(expected)
})

test('U46 AltGr, which some machines tell as Ctrl and Alt at once, gives letters', () => {
  expect(press('Ctrl+Alt+@')).toEqual({ ask: 'open', typed: '@' })
  expect(press('Ctrl+Alt+€')).toEqual({ ask: 'open', typed: '€' })
})

test.each([
  'Tab', 'Shift+Tab', 'F10', 'F1', 'F5', 'Shift', 'Control', 'Dead', 'Ctrl+c', 'Ctrl+x', 'Ctrl+v', 'Ctrl+z', 'Ctrl+Shift+z', 'Ctrl+p', 'Ctrl+s', 'Ctrl+r', 'Ctrl+Shift+a',
  'Ctrl+ ', 'Shift+Enter', 'Shift+Delete', 'Alt+a', 'Alt+ArrowLeft', 'Alt+ArrowRight', 'Alt+Shift+ArrowDown', 'Ctrl+Alt+ArrowDown', 'Alt+Home',
])('U46 «%s» is left to the browser, the page or the person\'s own keys', (words) => {
  expect(press(words)).toBeNull()
})

test('U46 no key is taken while a word is being composed, and no key with Ctrl or Alt alone writes', () => {
  fc.assert(fc.property(
    fc.record({ key: fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }), fc.constantFrom('Enter', 'ArrowDown', 'Process', 'Unidentified')), shiftKey: fc.boolean(), ctrlKey: fc.boolean(), metaKey: fc.boolean(), altKey: fc.boolean() }),
    (key) => {
      expect(readKey({ ...key, isComposing: true })).toBeNull()
      const ask = readKey(key)
      const writes = ask?.ask === 'open' && ask.typed !== undefined
      const isOneHeld = (key.ctrlKey || key.metaKey) !== key.altKey
      if (isOneHeld)
        expect(writes).toBe(false)
      else if (writes)
        expect([...key.key]).toHaveLength(1)
    },
  ))
})
