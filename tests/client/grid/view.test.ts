// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { effectScope, shallowRef } from 'vue'
import fc from 'fast-check'
import { useView, type TableView } from '../../../client/features/table/useView.ts'
import { least, most, type GridColumn } from '../../../client/ui/grid/columns.ts'

const all: readonly GridColumn[] = [
  { id: 'place', title: 'Mål', width: 9 }, { id: '#', title: 'Radnummer', width: 2.25, isGutter: true }, { id: 'arena', title: 'Aktivitet', width: 12, isFlexible: true },
  { id: 'when', title: 'Når', width: 7, roomy: 8 }, { id: 'responsible', title: 'Ansvar', width: 8 }, { id: 'status', title: 'Status', width: 7 },
]
const key = 'plantavle:view/p/activities'
const open = (name: () => string = () => key): TableView => effectScope().run(() => useView(name, () => all, () => 2)) as TableView
const ids = (view: TableView) => view.columns.value.map(column => column.id).join(' ')

beforeEach(() => localStorage.clear())

test('U52 columns stand as the plan has them until a person changes the view, and then as that person left them', () => {
  const view = open()
  expect([ids(view), view.density.value, view.isChanged.value]).toEqual(['place # arena when responsible status', 'standard', false])
  view.moveColumn('status', -1)
  view.moveColumn('status', -1)
  view.setShown('responsible', false)
  view.setWidth('when', 11)
  view.setDensity('roomy')
  for (const one of [view, open()]) {
    expect([ids(one), one.density.value, one.isChanged.value]).toEqual(['place # arena status when', 'roomy', true])
    expect(one.columns.value.find(({ id }) => id === 'when')).toEqual({ id: 'when', title: 'Når', width: 11, isFlexible: false })
    expect(one.movable.value.map(({ column, isShown }) => `${column.id}${isShown ? '' : ' hidden'}`)).toEqual(['arena', 'status', 'when', 'responsible hidden'])
  }
  view.setWidth('when', 0)
  view.reset()
  expect([ids(open()), open().density.value, open().isChanged.value]).toEqual(['place # arena when responsible status', 'roomy', false])
})

test('U52 a column is never narrower or wider than can be used, the row\'s own words are never hidden, and an end is an end', () => {
  const view = open()
  view.setWidth('when', -3)
  view.setWidth('status', 900)
  const widthOf = (id: string) => view.columns.value.find(column => column.id === id)?.width
  expect([widthOf('when'), widthOf('status')]).toEqual([least, most])
  view.setWidth('arena', 20)
  view.setShown('arena', false)
  expect(ids(view)).toContain('arena')
  view.moveColumn('arena', -1)
  view.moveColumn('status', 1)
  expect(ids(view)).toBe('place # arena when responsible status')
})

test('U52 each table of each plan has a view of its own', () => {
  const name = shallowRef(key)
  const view = open(() => name.value)
  view.setShown('when', false)
  name.value = 'plantavle:view/p/networks'
  expect([ids(view), view.isChanged.value]).toEqual(['place # arena when responsible status', false])
  view.setDensity('tight')
  name.value = key
  expect([ids(view), view.density.value]).toEqual(['place # arena responsible status', 'standard'])
})

test('U52 whatever is stored on the device, and whatever the plan\'s columns are now, each column that is shown stands there once', () => {
  const stored = fc.oneof(fc.string(), fc.json(), fc.record({
    density: fc.anything(), widths: fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom('arena', 'when', 'gone'), fc.anything())),
    hidden: fc.oneof(fc.anything(), fc.array(fc.constantFrom<unknown>('arena', 'when', 'gone', 'place', '#', null))),
    order: fc.oneof(fc.anything(), fc.array(fc.constantFrom<unknown>('status', 'when', 'arena', 'gone', 'place', 7))),
  }, { requiredKeys: [] }).map(view => JSON.stringify(view)))
  fc.assert(fc.property(stored, (words) => {
    localStorage.setItem(key, words)
    const view = open()
    const shown = view.columns.value.map(({ id }) => id)
    expect(shown.slice(0, 2)).toEqual(['place', '#'])
    expect(shown).toContain('arena')
    expect(new Set(shown).size).toBe(shown.length)
    expect(view.movable.value.map(({ column }) => column.id).sort()).toEqual(['arena', 'responsible', 'status', 'when'])
    for (const { width } of view.columns.value)
      expect(Number.isFinite(width) && width > 0).toBe(true)
    expect(['tight', 'standard', 'roomy']).toContain(view.density.value)
    // And it can be set right.
    view.reset()
    view.setShown('when', true)
    expect(ids(open())).toBe('place # arena when responsible status')
  }))
})
