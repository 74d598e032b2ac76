// @vitest-environment happy-dom
import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, defineComponent, h, nextTick, shallowRef, type Component } from 'vue'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fieldOf } from '#shared/plan/registers.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import { parseWhen } from '#shared/rules/when.ts'
import type { Cell } from '#shared/plan/values.ts'
import { tableKey } from '../../client/features/table/context.ts'
import ChoiceEditor from '../../client/features/table/editors/ChoiceEditor.vue'
import DateEditor from '../../client/features/table/editors/DateEditor.vue'
import FocusAreaEditor from '../../client/features/table/editors/FocusAreaEditor.vue'
import GoalsEditor from '../../client/features/table/editors/GoalsEditor.vue'
import InvalidNote from '../../client/features/table/editors/InvalidNote.vue'
import LineEditor from '../../client/features/table/editors/LineEditor.vue'
import NumberEditor from '../../client/features/table/editors/NumberEditor.vue'
import ReferenceEditor from '../../client/features/table/editors/ReferenceEditor.vue'
import SetEditor from '../../client/features/table/editors/SetEditor.vue'
import WhenEditor from '../../client/features/table/editors/WhenEditor.vue'
import { hitsOf } from '../../client/features/table/editors/editing.ts'
import { useCells } from '../../client/features/table/useCells.ts'
import { monthsInWords, monthsOf, whenInWords } from '../../client/features/table/whenWords.ts'
import { providePlan } from '../../client/plan/live.ts'
import { inPlanOrder, namedRow } from '../../client/plan/names.ts'
import type { PlanSession } from '../../client/plan/session.ts'
import { usePlanStores } from '../../client/plan/stores.ts'
import { openUndo } from '../../client/plan/undo.ts'
import { readDay } from '../../client/text/dates.ts'
import { languageKey, type Text } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'
import BaseCalendar from '../../client/ui/BaseCalendar.vue'
import { placeBeside } from '../../client/ui/placing.ts'
import { openTypeAhead } from '../../client/ui/typeAhead.ts'
import { bringTogether, planWith, smallSeed } from '../support/plans.ts'

const period = { periodFrom: 2021, periodTo: 2023 }
const seed = {
  ...smallSeed,
  organisations: [
    { id: 'sf', name: 'Statsforvalteren i Rogaland', short: 'SF', aliases: { Fylkesmannen: true } },
    { id: 'ks', name: 'KS Rogaland', short: 'KS' },
    { id: 'usht', name: 'Utviklingssenter', short: 'USHT', type: 'collective' },
  ],
  groups: [{ id: 'koord', name: 'Koordineringsgruppa' }],
  municipalities: [{ id: 'M1', name: 'Eigersund', number: '1101', phase: 2, decisionDate: '2021-04-28', caseNumber: '21/7' }],
} as const

let plan: Plan
let session: PlanSession
let open: VueWrapper[] = []
beforeEach(() => {
  setActivePinia(createPinia())
  plan = planWith(seed)
  session = { plan, undo: openUndo(plan), me: { role: 'editor', registers: null } } as unknown as PlanSession
  usePlanStores().follow(plan)
})
afterEach(() => {
  open.forEach(one => one.unmount())
  open = []
})

const responsible: Cell = { register: 'activities', row: 'K01', field: 'responsible' }
const stored = (cell: Cell) => readCellPlain(plan.doc, cell)
const raw = ({ register, row }: Cell) => (plan.doc.getMap(register).get(row) as { set(key: string, value: unknown): void })

/** An editor of a cell as its popover opens it: with the value as it is now, and what comes of it. */
function edit(component: Component, cell: Cell, props: Record<string, unknown> = {}) {
  const language = { language: shallowRef('nb' as const), text: computed(() => nb), choose: () => {} }
  const table = {
    focusAreas: computed(() => [1, 2, 3, 4, 5].map(number => ({ number, name: `Område ${number}` }))), period: computed(() => period), inOrder: inPlanOrder,
    nameOf: (registers: Parameters<typeof namedRow>[0], id: string) => namedRow(registers, id),
  }
  const around = defineComponent({
    setup() {
      providePlan(session)
      const { value } = useCells(cell)
      return () => h(component, { cell, declared: fieldOf(cell.register, cell.field), value: value.value, label: 'Felt', period, ...props })
    },
  })
  const wrapper = mount(around, { attachTo: document.body, global: { provide: { [languageKey as symbol]: language, [tableKey as symbol]: table } } })
  open.push(wrapper)
  const editor = wrapper.getComponent(component)
  return {
    wrapper: editor,
    left: () => editor.emitted('leave')?.flat() ?? [],
    field: () => editor.get<HTMLInputElement>('input'),
    press: (key: string) => editor.get('input').trigger('keydown', { key }),
    async submit() {
      await editor.get('form').trigger('submit')
    },
  }
}

test('U25 a list begins at the option that was typed, goes on at the same letter, and is chosen from by Enter', async () => {
  const words = openTypeAhead(() => ['Ikke startet', 'I gang', 'Gjennomført'])
  expect([words.hit('i', -1, 0), words.hit('i', 0, 100), words.hit('g', 1, 2_000)]).toEqual([0, 1, 2])
  const status: Cell = { register: 'activities', row: 'K01', field: 'status' }
  const { wrapper, left } = edit(ChoiceEditor, status, { typed: 'g' })
  const first = wrapper.get<HTMLElement>('[data-first]')
  expect(first.text()).toBe('Gjennomført')
  first.element.focus()
  await wrapper.get('[role=listbox]').trigger('keydown', { key: 'Enter' })
  expect(stored(status)).toBe('done')
  expect(left()).toEqual(['stay'])
})

test('U25 where a region may have its own words, a word that is typed can be taken as it is', async () => {
  const type: Cell = { register: 'organisations', row: 'sf', field: 'type' }
  const { field, press } = edit(ChoiceEditor, type)
  await field().setValue('Ombud')
  await press('Enter')
  expect(stored(type)).toBe('Ombud')
})

test('U25 what is written in a line is in the plan when it is done, and an untouched line writes nothing', async () => {
  const cell: Cell = { register: 'municipalities', row: 'M1', field: 'caseNumber' }
  const { field, submit, left } = edit(LineEditor, cell, { typed: '2' })
  expect(field().element.value).toBe('2')
  await field().setValue(' 22/14 ')
  expect(stored(cell)).toBe('21/7')
  await submit()
  expect(stored(cell)).toBe('22/14')
  expect(left()).toEqual(['below'])
  raw(cell).set('caseNumber', ' 22/14')
  await edit(LineEditor, cell).submit()
  expect(stored(cell)).toBe(' 22/14')
})

test('U25 a surface keeps its side of the cell however it grows, and is inside what can be seen above a keyboard', () => {
  const room = { top: 0, bottom: 800, width: 1000, whole: 800 }
  const low = { top: 600, bottom: 640, left: 900 }
  const above = placeBeside(low, { width: 300, height: 300, tallest: 480 }, room, null)
  expect(above).toMatchObject({ isAbove: true, top: 'auto', bottom: '204px', left: '692px' })
  expect(placeBeside(low, { width: 300, height: 100, tallest: 480 }, room, true).isAbove).toBe(true)
  expect(placeBeside(low, { width: 300, height: 100, tallest: 480 }, room, null).isAbove).toBe(false)
  const withKeyboard = placeBeside({ top: 300, bottom: 340, left: 0 }, { width: 300, height: 400, tallest: 480 }, { ...room, bottom: 420 }, null)
  expect(withKeyboard.isAbove).toBe(true)
  expect(Number.parseInt(withKeyboard.bottom)).toBeGreaterThanOrEqual(800 - 420)
})

test('U26 members are found by short name, full name and every other name, the best hit first', () => {
  const all = [
    { label: 'Husbanken', others: ['Husbanken vest'] }, { label: 'SF', others: ['Statsforvalteren i Rogaland', 'Fylkesmannen'] }, { label: 'SFO', others: [] },
  ]
  const find = (words: string) => hitsOf(all, words).map(one => one.label)
  expect(find('sf')).toEqual(['SF', 'SFO'])
  expect(find('rogaland stats')).toEqual(['SF'])
  expect(find('fylkesm')).toEqual(['SF'])
  expect(find('')).toEqual(['Husbanken', 'SF', 'SFO'])
})

test('U26 Enter puts the first hit in and takes it out, Backspace in the empty field takes out the last, and Enter with nothing sought leaves', async () => {
  const { wrapper, field, press, left } = edit(SetEditor, responsible)
  await field().setValue('ush')
  await press('Enter')
  expect(stored(responsible)).toEqual({ ks: 'lead', sf: 'responsible', usht: 'responsible' })
  expect(field().element.value).toBe('')
  expect(wrapper.findAll('li').map(chip => chip.get('button > span').text())).toEqual(['SF', 'KS', 'USHT'])
  await press('Backspace')
  expect(stored(responsible)).toEqual({ ks: 'lead', sf: 'responsible' })
  await field().setValue('sf')
  await press('Enter')
  expect(stored(responsible)).toEqual({ ks: 'lead' })
  expect(wrapper.text()).toContain(nb.editors.set.removed('SF'))
  await press('Enter')
  expect(left()).toEqual(['stay'])
})

test('U26 keys go from the field to the chips, Delete takes one out and goes to the next, and the list tells what is chosen', async () => {
  const { wrapper, press } = edit(SetEditor, responsible)
  expect(wrapper.get('[role=listbox]').attributes('aria-multiselectable')).toBe('true')
  expect(wrapper.findAll('[role=option][aria-selected=true]')).toHaveLength(2)
  await press('ArrowLeft')
  expect(document.activeElement?.getAttribute('aria-label')).toBe(nb.editors.set.remove('KS Rogaland'))
  await wrapper.get('ul').trigger('keydown', { key: 'ArrowLeft' })
  await wrapper.findAll('li > button').at(2)?.trigger('keydown', { key: 'Home' })
  await wrapper.findAll('li > button').at(0)?.trigger('keydown', { key: 'Delete' })
  await nextTick()
  expect(stored(responsible)).toEqual({ ks: 'lead' })
  expect(document.activeElement?.textContent).toContain('KS')
})

test('U26 what is not in the list is added by its name, as the kind one chooses, and one undo takes it all back', async () => {
  const { wrapper, field, press } = edit(SetEditor, responsible)
  await field().setValue('Pensjonistforbundet')
  expect(wrapper.findAll('[role=option]').map(option => option.text())).toEqual([
    `${nb.editors.set.add('Pensjonistforbundet')}${nb.editors.asNew('ny organisasjon')}`, `${nb.editors.set.add('Pensjonistforbundet')}${nb.editors.asNew('ny gruppe')}`,
  ])
  await press('Enter')
  expect(Object.keys(stored(responsible) as object)).toHaveLength(2)
  await press('ArrowDown')
  await press('Enter')
  expect(Object.keys(stored(responsible) as object)).toHaveLength(3)
  expect(wrapper.text()).toContain('Pensjonistforbundet')
  expect(plan.doc.getMap('groups').size).toBe(2)
  session.undo.undo()
  await nextTick()
  expect(stored(responsible)).toEqual({ ks: 'lead', sf: 'responsible' })
  await field().setValue('Pensjonist')
  expect(wrapper.findAll('[role=option]')).toHaveLength(2)
})

test('U26 what others put in or take out meanwhile is shown and said; what I do is not said to be theirs', async () => {
  const { wrapper, field, press } = edit(SetEditor, responsible)
  const other = planWith(seed)
  bringTogether(plan, other)
  ;(other.doc.getMap('activities').get('K01') as { set(key: string, value: unknown): void }).set('responsible/koord', true)
  bringTogether(plan, other)
  await nextTick()
  expect(wrapper.findAll('li').some(chip => chip.text().includes('Koordineringsgruppa'))).toBe(true)
  expect(wrapper.text()).toContain(nb.editors.set.addedByOther('Koordineringsgruppa'))
  await field().setValue('usht')
  await press('Enter')
  expect(wrapper.text()).not.toContain(nb.editors.set.addedByOther('USHT'))
})

test('U27 some areas, all, none and not stated are four answers, and one takes the place of another', async () => {
  const cell: Cell = { register: 'activities', row: 'K01', field: 'focusAreas' }
  const answer = { ...cell, field: 'focusAreasAnswer' }
  const { wrapper, left } = edit(FocusAreaEditor, cell)
  const list = wrapper.get('[data-stop]')
  expect(wrapper.get('[data-first]').text()).toContain(nb.editors.focus.notStated)
  await list.trigger('keydown', { key: '1' })
  await list.trigger('keydown', { key: '3' })
  expect([stored(cell), stored(answer)]).toEqual([{ 1: true, 3: true }, 'listed'])
  expect(wrapper.findAll('[role=checkbox]').map(one => one.attributes('aria-checked'))).toEqual(['true', 'false', 'true', 'false', 'false'])
  await list.trigger('keydown', { key: '3' })
  await list.trigger('keydown', { key: 'Enter' })
  expect([stored(cell), left()]).toEqual([{ 1: true }, ['stay']])
  await wrapper.get('[data-answer=overarching]').trigger('click')
  expect([stored(cell), stored(answer)]).toEqual([{}, 'overarching'])
  await list.trigger('keydown', { key: '2' })
  expect([stored(cell), stored(answer)]).toEqual([{ 2: true }, 'listed'])
  await list.trigger('keydown', { key: '2' })
  expect([stored(cell), stored(answer)]).toEqual([{}, null])
})

test('U28 a row that is referred to is found by its name, or made by it in one step', async () => {
  const cell: Cell = { register: 'activities', row: 'K02', field: 'audienceId' }
  const { field, press, left } = edit(ReferenceEditor, cell, { typed: 'ledelse' })
  await press('Enter')
  expect([stored(cell), left()]).toEqual(['A1', ['stay']])
  await field().setValue('Frivillige lag')
  await press('Enter')
  const made = stored(cell) as string
  expect(stored({ register: 'audiences', row: made, field: 'text' })).toBe('Frivillige lag')
  session.undo.undo()
  expect(stored(cell)).toBe('A1')
})

test('U28 the goals of an activity are one list: taking out the one it stands under lets the next take over', async () => {
  const cell: Cell = { register: 'activities', row: 'K01', field: 'goals' }
  const { field, press } = edit(GoalsEditor, cell)
  await field().setValue('innbyggerne')
  await press('Enter')
  expect(stored(cell)).toEqual({ G2: true })
  await field().setValue('kommunene')
  await press('Enter')
  expect([stored(cell), stored({ ...cell, field: 'place' })]).toMatchObject([{}, { goalId: 'G2' }])
})

test('U29 a recurrence tells what was understood and in which months, and guesses none', () => {
  const marks = (words: string) => monthsOf(parseWhen(words), period).map(mark => mark === 'named' ? '#' : mark === 'within' ? '-' : '.').join('')
  expect(marks('mars og oktober')).toBe('..#......#..')
  expect(marks('Halvårlig')).toBe('------.-----')
  expect(marks('Vår')).toBe('------......')
  expect(marks('Årlig')).toBe('............')
  expect(monthsOf(parseWhen('uke 42'), { periodFrom: null, periodTo: null })[9]).toBe('named')
  expect(monthsInWords(monthsOf(parseWhen('Halvårlig'), period), nb)).toBe('Et sted i januar–juni og august–desember.')
  expect(monthsInWords(monthsOf(parseWhen('mars og oktober'), period), nb)).toBe('Måneder: mars og oktober.')
  expect(monthsInWords(monthsOf(parseWhen('Årlig'), period), nb)).toBe(nb.editors.when.noMonth)
  expect(monthsInWords(monthsOf(parseWhen('Kontinuerlig'), period), nb)).toContain(nb.editors.when.allMonths)
  expect(whenInWords(parseWhen('To ganger i året'), period, nb)).toBe('to ganger i året: for eksempel vår og høst')
})

test('U29 what is suggested is understood, in both languages', () => {
  for (const text of [nb, nn] as Text[])
    expect(text.editors.when.suggestions.filter(words => whenInWords(parseWhen(words), period, text) === null)).toEqual([])
})

test('U29 suggestions follow what is written, arrows go into them, and words that are not understood are kept and said so', async () => {
  const cell: Cell = { register: 'activities', row: 'K01', field: 'when' }
  const { wrapper, field, press, submit, left } = edit(WhenEditor, cell)
  expect(wrapper.text()).toContain('én gang i året')
  expect(wrapper.findAll('[role=option]')).toHaveLength(nb.editors.when.suggestions.length)
  await field().setValue('vår')
  expect(wrapper.findAll('[role=option]').map(option => option.text())).toEqual(['Vår/høstto ganger i året: vår og høst'])
  await press('ArrowDown')
  await submit()
  expect(stored(cell)).toMatchObject({ raw: 'Vår/høst', kind: 'seasons' })
  await field().setValue('når det passer seg')
  expect(wrapper.text()).toContain(nb.editors.when.notUnderstood)
  await submit()
  expect(stored(cell)).toMatchObject({ raw: 'når det passer seg', kind: 'unspecified' })
  expect(left()).toEqual(['stay', 'stay'])
})

test('U30 a day is read as people write it, in both languages', () => {
  const from = '2026-11-22'
  const read = (words: string, text: Text = nb) => readDay(words, text, from)
  for (const words of ['1.5.27', '01.05.2027', '010527', '01052027', '1. mai 2027', '1 mai 27', '1/5-2027', '2027-05-01', ' 1.  Mai 2027 '])
    expect(read(words), words).toBe('2027-05-01')
  expect([read('1. sept.'), read('24.12'), read('i dag'), read('i morgen'), read('i går')]).toEqual(['2026-09-01', '2026-12-24', from, '2026-11-23', '2026-11-21'])
  expect([read('i morgon', nn), read('i morgon')]).toEqual(['2026-11-23', null])
  for (const words of ['31.02.2027', '31. juni', 'ju 2027', '1. ma 2027', '32', 'snart', '', '1.5.1600'])
    expect(read(words), words).toBeNull()
})

test('U30 what is no day is refused in place, the old one stands, and a day is gone when its words are', async () => {
  const cell: Cell = { register: 'municipalities', row: 'M1', field: 'decisionDate' }
  const { wrapper, field, submit, left } = edit(DateEditor, cell)
  expect(field().element.value).toBe('28.04.2021')
  await field().setValue('31.02.2021')
  await submit()
  expect(wrapper.get('[role=alert]').text()).toContain('31.02.2021')
  expect(field().attributes('aria-invalid')).toBe('true')
  expect([stored(cell), left()]).toEqual(['2021-04-28', []])
  await field().setValue('1. mai 2021')
  expect(wrapper.text()).toContain('01.05.2021')
  await submit()
  expect([stored(cell), left()]).toEqual(['2021-05-01', ['below']])
  await field().setValue(' ')
  await submit()
  expect(stored(cell)).toBeNull()
})

test('U30 the calendar begins on Monday, has week numbers, marks today and the chosen day, and speaks nynorsk', async () => {
  const words = { ...nn.editors.date, months: nn.when.months }
  const calendar = mount(BaseCalendar, { props: { day: '2021-01-02', words }, attachTo: document.body })
  open.push(calendar)
  expect(calendar.findAll('thead th').map(head => head.text())).toEqual(['Veke', ...nn.editors.date.weekdaysShort])
  expect(calendar.findAll('tbody th').map(head => head.get('[aria-hidden]').text())).toEqual(['53', '1', '2', '3', '4', '5'])
  expect(calendar.get('tbody [data-value]').attributes('data-value')).toBe('2020-12-28')
  const chosen = calendar.get<HTMLElement>('[data-selected]')
  expect(chosen.attributes('aria-label')).toBe('laurdag 2. januar 2021')
  expect(chosen.element.closest('[role=gridcell]')?.getAttribute('aria-selected')).toBe('true')
  chosen.element.focus()
  await chosen.trigger('keydown', { key: 'PageDown', code: 'PageDown' })
  expect(calendar.text()).toContain('februar 2021')
  await calendar.get('[data-value="2021-02-03"]:not([data-outside-view])').trigger('click')
  expect(calendar.emitted('choose')).toEqual([['2021-02-03']])
})

test('U31 a number is whole and within its bounds, is stepped to, and what is not is refused with the old one standing', async () => {
  const cell: Cell = { register: 'municipalities', row: 'M1', field: 'phase' }
  const { wrapper, field, press, submit, left } = edit(NumberEditor, cell)
  expect(field().attributes()).toMatchObject({ 'role': 'spinbutton', 'inputmode': 'numeric', 'aria-valuenow': '2', 'aria-valuemin': '1', 'aria-valuemax': '12' })
  for (const [words, sentence] of [['2,5', nb.editors.number.notWhole(1, 12, '2')], ['17', nb.editors.number.wrong(1, 12, '2')], ['to', nb.editors.number.wrong(1, 12, '2')]]) {
    await field().setValue(words)
    await submit()
    expect(wrapper.get('[role=alert]').text()).toBe(sentence)
  }
  expect([stored(cell), left()]).toEqual([2, []])
  await field().setValue('11')
  await press('ArrowUp')
  await press('ArrowUp')
  await submit()
  expect([stored(cell), left()]).toEqual([12, ['below']])
})

test('U32 what is no value of its kind is shown as it stands, and can be taken away alone', async () => {
  const when: Cell = { register: 'activities', row: 'K01', field: 'when' }
  plan.doc.transact(() => {
    raw(when).set('when', { kind: 'tull', words: ['a', 2] })
    raw(when).set('responsible/rar', 42)
  })
  const note = edit(InvalidNote, when).wrapper
  expect(note.text()).toContain(nb.cell.invalid)
  expect(note.get('pre').text()).toBe('kind: tull\nwords:\n  a\n  2')
  await note.get('button').trigger('click')
  expect(stored(when)).toBeNull()
  const members = edit(InvalidNote, responsible).wrapper
  expect(members.get('pre').text()).toBe('rar: 42')
  await members.get('button').trigger('click')
  expect(stored(responsible)).toEqual({ ks: 'lead', sf: 'responsible' })
})

test('U32 what somebody else sets while I write is told, with a way to take it, and my words stand until I do', async () => {
  const cell: Cell = { register: 'municipalities', row: 'M1', field: 'caseNumber' }
  const { wrapper, field } = edit(LineEditor, cell)
  raw(cell).set('caseNumber', '21/8')
  await nextTick()
  expect(field().element.value).toBe('21/8')
  await field().setValue('22/1')
  raw(cell).set('caseNumber', '21/9')
  await nextTick()
  expect(field().element.value).toBe('22/1')
  expect(wrapper.text()).toContain(nb.editors.overtakenDraft('21/9'))
  await wrapper.get('.text-button').trigger('click')
  expect(field().element.value).toBe('21/9')
  expect(wrapper.text()).not.toContain(nb.editors.overtakenDraft('21/9'))
})
