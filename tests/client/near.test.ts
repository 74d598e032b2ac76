// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, nextTick, shallowReactive, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import NearRegion from '../../client/features/frame/NearRegion.vue'
import PeopleHere from '../../client/features/frame/PeopleHere.vue'
import PersonMenu from '../../client/features/frame/PersonMenu.vue'
import { usePeopleInCells } from '../../client/plan/people.ts'
import PresenceFrame from '../../client/features/table/PresenceFrame.vue'
import TextEditor from '../../client/features/table/TextEditor.vue'
import { providePlan } from '../../client/plan/live.ts'
import { caretAt, caretIndex, type Caret } from '../../client/plan/carets.ts'
import type { PersonHere, PlanSession } from '../../client/plan/session.ts'
import { openUndo } from '../../client/plan/undo.ts'
import { languageKey } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { hyphenated, hyphenatedIndex, initialsOf } from '../../client/text/naming.ts'
import { colorSchemeKey } from '../../client/ui/colorScheme.ts'
import { painted } from '../support/painted.ts'
import { planWith } from '../support/plans.ts'

const language = { language: shallowRef('nb' as const), text: computed(() => nb), choose: () => {} }
const scheme = { scheme: shallowRef('auto' as const), choose: () => {} }
const provide = { [languageKey as symbol]: language, [colorSchemeKey as symbol]: scheme }
const arena = (row: string): Cell => ({ register: 'activities', row, field: 'arena' })
const person = (clientId: number, name: string, at: Cell | null = null): PersonHere => ({ clientId, memberId: `m-${name}`, name, organisation: 'KS', colour: clientId, at })

beforeEach(() => {
  setActivePinia(createPinia())
  // What the pretended window lacks of a browser's.
  vi.stubGlobal('visualViewport', null)
  Object.assign(HTMLElement.prototype, { showPopover() {}, hidePopover() {} })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

/** What the parts of one cell need of a session, with a real plan. */
function openCell() {
  const plan = planWith()
  const carets = shallowReactive(new Map<number, Caret>())
  const told: (Caret | null)[] = []
  const places: (Cell | null)[] = []
  const session = {
    canSave: shallowRef(true),
    plan, undo: openUndo(plan), carets,
    goTo: (at: Cell | null) => places.push(at),
    showCaret: (caret: Caret | null) => told.push(caret),
  }
  return { plan, carets, told, places, session: session as unknown as PlanSession, words: () => textOf(plan, arena('K01'))?.toJSON() }
}
function openEditor(props: { typed?: string } = {}) {
  const cell = openCell()
  const wrapper = mount({
    components: { TextEditor },
    setup: () => (providePlan(cell.session), { props }),
    emits: ['leave'],
    template: '<TextEditor id="K01" register="activities" field="arena" label="Aktivitet" data-cell="activities/K01/arena" v-bind="props" @leave="$emit(\'leave\', $event)" />',
  }, { global: { provide }, attachTo: document.body })
  const field = wrapper.get<HTMLTextAreaElement>('textarea')
  return { ...cell, wrapper, field, left: () => wrapper.emitted('leave')?.map(([to]) => to) ?? [] }
}

test('U36 a text opens with the focus and the caret at its end, and what was typed to open it is a live change there', async () => {
  const editor = openEditor({ typed: '!' })
  await painted()
  expect(document.activeElement).toBe(editor.field.element)
  expect(editor.words()).toBe('Møter!')
  expect(editor.field.element.value).toBe('Møter!')
  expect(editor.field.element.selectionStart).toBe(6)
  expect(editor.field.attributes('data-cell')).toBe('activities/K01/arena')
  expect(editor.places).toEqual([arena('K01')])
  const text = textOf(editor.plan, arena('K01'))
  const caret = editor.told.at(-1)
  expect(text && caret && caretIndex(text, caret)).toBe(6)
})

test.each([
  ['Enter', {}, 'stay'], ['Escape', {}, 'stay'], ['Tab', {}, 'next'], ['Tab', { shiftKey: true }, 'previous'],
] as const)('U36 %s %o leaves the text once, and no caret of mine is told any more', async (key, more, to) => {
  const editor = openEditor()
  await editor.field.trigger('keydown', { key, ...more })
  await editor.field.trigger('keydown', { key, ...more })
  expect(editor.left()).toEqual([to])
  expect(editor.told.at(-1)).toBeNull()
})

test.each([{ shiftKey: true }, { ctrlKey: true }, { altKey: true }])('U36 Enter with %o breaks the line and stays', async (more) => {
  const editor = openEditor()
  await editor.field.trigger('keydown', { key: 'Enter', ...more })
  expect(editor.left()).toEqual([])
  expect(editor.words()).toBe('Møter\n')
})

test('U36 Enter while a composition is under way is the composition\'s', async () => {
  const editor = openEditor()
  await editor.field.trigger('keydown', { key: 'Enter', isComposing: true })
  expect(editor.left()).toEqual([])
})

test('U36 what is pasted into an open text stays in it: the grid around hears nothing', async () => {
  const editor = openEditor()
  const heard: string[] = []
  for (const name of ['paste', 'copy', 'cut'])
    document.body.addEventListener(name, () => heard.push(name))
  for (const name of ['paste', 'copy', 'cut'])
    await editor.field.trigger(name)
  expect(heard).toEqual([])
  editor.field.element.setSelectionRange(5, 5)
  await editor.field.setValue('Møter\nto\tlinjer')
  await painted()
  expect(editor.words()).toBe('Møter\nto\tlinjer')
})

test('U36 a text that is as long as it may be says so in place, and a blur that is another window\'s leaves nothing', async () => {
  const editor = openEditor()
  await editor.field.trigger('blur')
  expect(editor.left()).toEqual([])
  const most = editor.field.element.maxLength
  spliceText(editor.plan, arena('K01'), { at: 5, remove: 0, insert: 'x'.repeat(most - 5) })
  await editor.field.trigger('input')
  expect(editor.wrapper.get('[role=alert]').text()).toBe(nb.cell.tooLong)
  expect(editor.field.attributes('aria-describedby')).toBe(editor.wrapper.get('[role=alert]').attributes('id'))
  const other = document.body.appendChild(document.createElement('button'))
  other.focus()
  await editor.field.trigger('blur')
  expect(editor.left().at(-1)).toBe('away')
})

test('U37 a flag says name and organisation, and initials after four seconds without movement; a caret that moves is movement', async () => {
  vi.useFakeTimers()
  const cell = openCell()
  const text = textOf(cell.plan, arena('K01'))
  if (!text)
    throw new Error('no text')
  const people = shallowRef([person(1, 'Olav Berge'), person(2, 'Marte Lunde')])
  const frame = mount({
    components: { PresenceFrame },
    setup: () => (providePlan(cell.session), { people }),
    template: '<PresenceFrame :people="people" />',
  }, { global: { provide } })
  const flags = () => frame.findAll('.flag').map(flag => flag.text())
  expect(flags()).toEqual(['Olav Berge, KS', 'Marte Lunde, KS'])
  expect(frame.findAll('.frame').map(one => one.classes().at(-1))).toEqual(['nest-0', 'nest-1'])
  vi.advanceTimersByTime(3_000)
  const caret = caretAt(text, 2)
  if (caret)
    cell.carets.set(2, caret)
  await nextTick()
  vi.advanceTimersByTime(1_500)
  await nextTick()
  expect(flags()).toEqual(['OB', 'Marte Lunde, KS'])
  vi.advanceTimersByTime(3_000)
  await nextTick()
  expect(flags()).toEqual(['OB', 'ML'])
  // Which caret is whose is told by form too.
  expect(frame.findAll('.flag .caret-shape').map(shape => shape.classes().at(-1))).toEqual(['shape-0', 'shape-1'])
})

test('U37 who moves wakes only the cell they left and the one they came to', async () => {
  const others = shallowRef([person(1, 'Olav', arena('K01')), person(2, 'Marte', arena('K02'))])
  const people = usePeopleInCells(others)
  const before = people.get('activities/K02/arena')
  others.value = [person(1, 'Olav', arena('K03')), person(2, 'Marte', arena('K02'))]
  await nextTick()
  expect([...people.keys()].sort()).toEqual(['activities/K02/arena', 'activities/K03/arena'])
  expect(people.get('activities/K02/arena')).toBe(before)
})

test('U35 the list «her nå» follows what happens while it is open, keeps the focus on its line, and hands it on when its person leaves', async () => {
  const list = mount(PeopleHere, {
    props: { others: [person(1, 'Olav Berge', arena('K01')), person(2, 'Marte Lunde')], myId: 'm-me' }, global: { provide }, attachTo: document.body,
  })
  await list.get('button').trigger('click')
  await flushPromises()
  const lines = () => list.findAll<HTMLElement>('[data-client]')
  lines()[0]?.element.focus()
  await list.setProps({ others: [person(3, 'Jon Eide'), person(1, 'Olav Berge'), person(2, 'Marte Lunde')].sort((a, b) => a.clientId - b.clientId) })
  expect(document.activeElement?.textContent).toContain('Olav Berge')
  expect(document.activeElement?.getAttribute('aria-disabled')).toBe('true')
  await list.setProps({ others: [person(2, 'Marte Lunde', arena('K02')), person(3, 'Jon Eide')] })
  await flushPromises()
  expect(document.activeElement).toBe(lines()[0]?.element)
  expect(document.activeElement?.textContent).toContain('Marte Lunde')
  await lines()[0]?.trigger('click')
  expect(list.emitted<[PersonHere]>('goThere')?.map(([one]) => one.name)).toEqual(['Marte Lunde'])
})

test('U34 the same sentence said twice is told twice, and the region takes no focus', async () => {
  const region = mount(NearRegion, { props: { said: { words: 'Olav endret noe.' } } })
  expect(region.get('[role=status]').attributes('aria-live')).toBe('polite')
  const before = region.get('p').element
  await region.setProps({ said: { words: 'Olav endret noe.' } })
  expect(region.get('p').element).not.toBe(before)
  expect(region.find('[tabindex], button').exists()).toBe(false)
})

test('U34 announcements are turned on and off, and asked for again, from the person menu too', async () => {
  const menu = mount(PersonMenu, { props: { name: 'Kari Nes', organisation: 'SF', speaks: true }, global: { provide }, attachTo: document.body })
  const item = (words: string) => [...document.querySelectorAll<HTMLElement>('[role^=menuitem]')].find(one => one.textContent.includes(words))
  await menu.get('button').trigger('click')
  await flushPromises()
  item(nb.near.announcementsAre(true))?.click()
  expect(menu.emitted('speak')).toEqual([[false]])
  await menu.get('button').trigger('click')
  await flushPromises()
  item(nb.near.repeat)?.click()
  expect(menu.emitted('repeat')).toHaveLength(1)
})

test('U38 a place in the words is found again in the same words with soft hyphens, whatever the words', () => {
  for (const words of ['Kommunedirektørutvalget og 😀 nettverksutviklingsgruppe', 'a/b/-c', '', 'en\u00ADto', 'kanal/-arena\nto']) {
    const shown = hyphenated(words)
    for (let index = 0; index <= words.length; index++)
      expect(shown.slice(0, hyphenatedIndex(words, shown, index)).replace(/[\u00AD\u200B\u2060]/g, '')).toBe(words.slice(0, index).replace(/[\u00AD\u200B\u2060]/g, ''))
  }
  expect(initialsOf(' Olav  Per Berge ')).toBe('OB')
  expect([initialsOf('Åse'), initialsOf('')]).toEqual(['Å', ''])
})
