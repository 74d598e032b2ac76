// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { computed, h, nextTick, shallowRef } from 'vue'
import * as Y from 'yjs'
import { afterEach, expect, test, vi } from 'vitest'
import SaveLine from '../../client/features/frame/SaveLine.vue'
import { isSameLayout, layGroups } from '../../client/features/table/layout.ts'
import { readNorwegianDate, toNorwegianDate } from '../../client/text/dates.ts'
import { whenInWords } from '../../client/features/table/whenWords.ts'
import WhenEditor from '../../client/features/table/editors/WhenEditor.vue'
import { providePlan } from '../../client/plan/live.ts'
import { openPlan } from '#shared/plan/plan.ts'
import { tableColumns } from '../../client/features/table/columns.ts'
import { parseWhen } from '#shared/rules/when.ts'
import type { PlanSession, SaveState } from '../../client/plan/session.ts'
import { languageKey, openLanguage } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import BaseOptions from '../../client/ui/BaseOptions.vue'
import MissingMark from '../../client/ui/MissingMark.vue'
import OrgPill from '../../client/ui/OrgPill.vue'
import PersonCircle from '../../client/ui/PersonCircle.vue'

const language = { language: shallowRef('nb' as const), text: computed(() => nb), choose: () => {} }
const provide = { [languageKey as symbol]: language }

afterEach(() => { vi.useRealTimers() })

test('U6 the save state stands in words with a clock, in each of its states', async () => {
  const at = new Date().setHours(10, 42, 0, 0)
  const line = mount(SaveLine, { props: { save: { state: 'saved', at } as SaveState }, global: { provide } })
  expect(line.get('.save-line').text()).toBe('Lagret på serveren 10:42')
  await line.setProps({ save: { state: 'on-device', unsent: 3, since: at } })
  expect(line.get('.save-line').text()).toBe('Lagret på denne enheten – ikke sendt (3)')
  await line.setProps({ save: { state: 'not-saved', unsent: 3, since: at } })
  expect(line.get('.save-line').text()).toContain('Ikke lagret')
  await line.get('button').trigger('click')
  expect(line.emitted('download')).toHaveLength(1)
  // The bar under it offers the same when we have been sent away.
  await line.setProps({ save: { state: 'stopped', reason: 'signed-out', unsent: 3, kept: true } })
  expect(line.find('button').exists()).toBe(false)
})

test('U6 a save shorter than 400 ms is not mentioned, and only bad and good turns are spoken', async () => {
  vi.useFakeTimers()
  const at = new Date().setHours(10, 42, 0, 0)
  const line = mount(SaveLine, { props: { save: { state: 'saved', at } as SaveState }, global: { provide } })
  await line.setProps({ save: { state: 'saving', unsent: 1, since: at } })
  expect(line.get('.save-line').text()).toContain('10:42')
  vi.advanceTimersByTime(400)
  await nextTick()
  expect(line.get('.save-line').text()).toBe('Lagrer …')
  expect(line.get('[role=status]').text()).toBe('')
  await line.setProps({ save: { state: 'on-device', unsent: 1, since: at } })
  expect(line.get('[role=status]').text()).toBe(nb.save.spokenBad)
  await line.setProps({ save: { state: 'saved', at } })
  expect(line.get('[role=status]').text()).toBe(nb.save.spokenGood)
})

test('U7 a list of options is moved in by arrows and chosen from by Enter', async () => {
  const options = [{ id: 'a', label: 'Ikke startet' }, { id: 'b', label: 'I gang' }]
  const list = mount(BaseOptions, { props: { options, chosen: 'a', label: 'Status', searchWords: 'Søk', emptyWords: 'Ingen treff' }, attachTo: document.body })
  const rows = list.findAll<HTMLElement>('[role=option]')
  expect(rows.map(row => row.attributes('aria-selected'))).toEqual(['true', 'false'])
  rows[0]?.element.focus()
  await list.get('[role=listbox]').trigger('keydown', { key: 'ArrowDown' })
  expect(document.activeElement).toBe(rows[1]?.element)
  await list.get('[role=listbox]').trigger('keydown', { key: 'Enter' })
  expect(list.emitted('choose')).toEqual([['b']])
  list.unmount()
})

test('U8 what is shown by form is also said in words', () => {
  expect(mount(MissingMark, { props: { label: 'Mangler', isNarrow: true } }).text()).toBe('Mangler')
  const pill = mount(OrgPill, { props: { label: 'USHT', isCollective: true, spoken: 'USHT, står for flere' } })
  expect(pill.get('.sr-only').text()).toBe('USHT, står for flere')
  expect(mount(PersonCircle, { props: { name: 'Olav Berge', colour: 1 } }).attributes('data-initials')).toBe('OB')
})

test('U9 rows lie under their goals in order, neighbours share a target group, and a lost goal leaves its rows last', () => {
  const places: Record<string, { goalId: string | null, audienceId: string | null }> = {
    a: { goalId: 'g1', audienceId: 'x' }, b: { goalId: 'g1', audienceId: 'x' }, c: { goalId: 'g1', audienceId: null },
    d: { goalId: 'g1', audienceId: null }, e: { goalId: 'gone', audienceId: 'x' },
  }
  const lay = () => layGroups(['a', 'b', 'c', 'd', 'e'], ['g1', 'g2'], id => places[id] ?? { goalId: null, audienceId: null })
  const groups = lay()
  expect(groups.map(group => [group.goalId, group.rows.map(row => `${row.number}${row.id}${row.audienceSpan}`)])).toEqual([
    ['g1', ['1a2', '2b0', '3c1', '4d1']], ['g2', []], [null, ['5e1']],
  ])
  expect(isSameLayout(groups, lay())).toBe(true)
})

test('U10 a table shows the plan\'s own columns with its own titles, and what the group follows up besides', () => {
  const own = ['arena', 'place', 'topic', 'when', 'responsible'].map((field, n) => ({
    id: `c${n}`, register: 'activities' as const, field, title: field === 'arena' ? 'Kommunikasjonsform' : field, place: { parentId: null, key: 'a' }, deletedAt: null, invalid: [],
  }))
  const columns = tableColumns('activities', own, nb)
  expect(columns.map(column => column.field)).toEqual(['arena', 'place', 'topic', 'focusAreas', 'when', 'responsible', 'status'])
  expect(columns[0]?.title).toBe('Kommunikasjonsform')
  expect(tableColumns('activities', [], nb).map(column => column.title)).toEqual(['Mål', 'Målgruppe', 'Aktivitet', 'Område', 'Når', 'Ansvar', 'Status'])
})

test('U10 two fields that the plan prints in one column stand in it both, and apart where it prints both', () => {
  const own = ['name', 'regularity'].map((field, n) => ({
    id: `c${n}`, register: 'networks' as const, field, title: 'Arbeidsform og regelmessighet', place: { parentId: null, key: 'a' }, deletedAt: null, invalid: [],
  }))
  expect(tableColumns('networks', own, nb).find(column => column.field === 'regularity')?.beside?.field).toBe('form')
  expect(tableColumns('networks', [], nb).find(column => column.field === 'regularity')?.beside).toBeUndefined()
})

test('U11 an editor left untouched follows the plan, and one that is written in says that it was overtaken', async () => {
  const period = { periodFrom: 2021, periodTo: 2023 }
  const cell = { register: 'activities' as const, row: 'a', field: 'when' }
  const value = shallowRef(parseWhen('Årlig'))
  const editor = mount({
    setup() {
      providePlan({ plan: openPlan(new Y.Doc()) } as PlanSession)
      return () => h(WhenEditor, { cell, value: value.value, period })
    },
  }, { global: { provide } })
  value.value = parseWhen('Månedlig')
  await nextTick()
  expect(editor.get('input').element.value).toBe('Månedlig')
  await editor.get('input').setValue('Vår')
  value.value = parseWhen('Jevnlig')
  await nextTick()
  expect(editor.get('input').element.value).toBe('Vår')
  expect(editor.text()).toContain(nb.editors.overtakenDraft('Jevnlig'))
})

test('U11 a recurrence is shown with what was understood, and words that say no time are not given one', () => {
  const period = { periodFrom: 2021, periodTo: 2023 }
  expect(whenInWords(parseWhen('To ganger i året'), period, nb)).toContain('to ganger i året')
  expect(whenInWords(parseWhen('Vår/høst'), period, nb)).toContain('vår og høst')
  expect(whenInWords(parseWhen('Kontinuerlig'), period, nb)).toBe('hele året')
  expect(whenInWords(parseWhen('når det passer seg'), period, nb)).toBeNull()
})

test('U12 days are written as dd.mm.åååå, and what is no day is refused', () => {
  expect(toNorwegianDate('2021-04-28')).toBe('28.04.2021')
  expect(readNorwegianDate('28.4.21')).toBe('2021-04-28')
  expect(readNorwegianDate('31.02.2021')).toBeNull()
  expect(readNorwegianDate('i morgen')).toBeNull()
})

test('U1 before anybody has chosen, the language is the browser\'s Norwegian', async () => {
  localStorage.clear()
  const languages = vi.spyOn(navigator, 'languages', 'get')
  for (const [names, expected] of [[['en-GB', 'nn-NO', 'nb'], 'nn'], [['no', 'nn'], 'nb'], [['en'], 'nb']] as const) {
    languages.mockReturnValue(names)
    expect((await openLanguage()).language.value).toBe(expected)
  }
  languages.mockReturnValue(['nb-NO'])
  const choice = await openLanguage()
  await choice.choose('nn')
  expect([choice.language.value, (await openLanguage()).language.value, document.documentElement.lang]).toEqual(['nn', 'nn', 'nn'])
  languages.mockRestore()
})
