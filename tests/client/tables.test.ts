// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, defineComponent, h, provide, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setCell } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import { tableColumns, type TableRegister } from '../../client/features/table/columns.ts'
import { tableKey, type TableContext } from '../../client/features/table/context.ts'
import { BulkChange } from '../../client/features/table/laterParts.ts'
import { CellNote } from '../../client/features/table/notes/noted.ts'
import PlanCard from '../../client/features/table/PlanCard.vue'
import SelectionBar from '../../client/features/table/SelectionBar.vue'
import { useGridVerbs } from '../../client/features/table/useGridVerbs.ts'
import { providePlan } from '../../client/plan/live.ts'
import { inPlanOrder, namedRow } from '../../client/plan/names.ts'
import { provideOwnNames } from '../../client/plan/ownNames.ts'
import type { PlanSession } from '../../client/plan/session.ts'
import { registerStore, usePlanStores } from '../../client/plan/stores.ts'
import { openUndo } from '../../client/plan/undo.ts'
import { usesOf } from '../../client/plan/uses.ts'
import { languageKey, type Language } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { registerPages } from '../../client/text/registerPages.ts'
import { fetched } from '../../client/ui/later.ts'
import { openToasts, toastsKey } from '../../client/ui/toasts.ts'
import { planWith } from '../support/plans.ts'

const language = { language: shallowRef<Language>('nb'), text: computed(() => nb), choose: () => Promise.resolve() }
let plan: Plan
function open(region: string) {
  plan = planWith(referencePlans.find(one => one.regionId === region)?.seed())
  usePlanStores().follow(plan)
}
beforeEach(() => {
  setActivePinia(createPinia())
  // happy-dom has neither popovers nor a keyboard on the screen.
  Object.assign(HTMLElement.prototype, { showPopover() {}, hidePopover() {} })
  vi.stubGlobal('visualViewport', null)
})
afterEach(() => {
  document.body.replaceChildren()
  vi.unstubAllGlobals()
})

const tableOf = (register: TableRegister): Partial<TableContext> => ({
  register,
  columns: computed(() => tableColumns(register, registerStore('columns').order.flatMap(id => registerStore('columns').byId.get(id) ?? []), nb)),
  mayEdit: computed(() => true), inOrder: inPlanOrder, focusAreas: computed(() => []), period: computed(() => ({ periodFrom: 2021, periodTo: 2023 })),
  people: new Map(),
  nameOf: (registers, row) => namedRow(registers, row) ?? { label: 'borte', name: 'borte', isCollective: false, isGone: true },
})
const plain = (words: string) => words.replace(/[\u00AD\u200B\u2060]/gu, '').replace(/\s+/g, ' ').trim()
function factsOf(register: TableRegister, id: string) {
  const card = mount(PlanCard, {
    props: { id, number: 1, isSelected: false },
    global: { provide: { [languageKey as symbol]: language, [tableKey as symbol]: tableOf(register) } },
  })
  return card.findAll('.fact')
}
const read = (register: TableRegister, id: string) => factsOf(register, id).map(fact => plain(fact.text()))

test('U98 on a card what does not speak for itself stands after its field\'s name, and what is empty and need not be stated does not stand there', async () => {
  open('rogaland')
  await fetched(CellNote)
  expect(read('serviceAreas', 'helse-fonna')[1]).toBe('Krysser fylkesgrensen: Ja')
  expect(read('serviceAreas', 'helse-fonna')[0]).toMatch(/^Kommuner: Bokn, /)
  expect(factsOf('organisations', 'sf-rogaland').map(fact => [plain(fact.text()), fact.find('.label').exists()]))
    .toEqual([['Kortnavn: SF', false], ['Slag: Statsforvalter', false], ['Andre navn: Fylkesmannen, Statsforvalteren', true]])
  // «Husbanken» has no names but the one it stands with.
  expect(read('organisations', 'husbanken')).toEqual(['Kortnavn: Husbanken', 'Slag: Statlig etat'])
  // A kind that only says again what the row is called.
  expect(read('groups', 'g-koordinering').map(words => words.split(':')[0])).toEqual(['Medlemmer'])
  // Nobody in it, and yet something to tell.
  expect(read('groups', 'g-kontaktpersoner').at(-1)).toMatch(/^Medlemmer: .*1 til 2 fra hver kommune/)
  setCell(plan, { register: 'municipalities', row: registerStore('municipalities').order[0] ?? '', field: 'phase' }, 2)
  const [municipality = ''] = registerStore('municipalities').order
  expect(read('municipalities', municipality)).toEqual(['USHT: USHT Rogaland', 'Fase: 2'])
  expect(factsOf('municipalities', municipality)[0]?.find('.label').exists()).toBe(false)
})

test('U98 no card of either plan, whatever it is of, has a value that is nothing, a bare yes or no, number or day', () => {
  for (const region of ['rogaland', 'oslo-og-viken']) {
    setActivePinia(createPinia())
    open(region)
    for (const { register } of registerPages) {
      for (const id of registerStore(register).order.slice(0, 9)) {
        for (const fact of factsOf(register, id)) {
          const name = `${region} ${register} ${id}: ${plain(fact.text())}`
          expect(fact.find('.cell-quiet').exists(), name).toBe(false)
          const isBare = /: (?:Ja|Nei|\d{1,3})$/.test(plain(fact.text()))
          expect(isBare && !fact.find('.label').exists(), name).toBe(false)
        }
      }
    }
  }
})

/** The bar of chosen rows under a table that shows these columns, and what is told of what is done. */
function openBar(register: TableRegister, ids: readonly string[], shown: readonly string[]) {
  const toasts = openToasts()
  let verbs: ReturnType<typeof useGridVerbs> | undefined
  const columns = shown.map(field => ({ field, declared: fieldOf(register, field)!, title: field }))
  const bar = defineComponent(() => {
    provideOwnNames()
    verbs = useGridVerbs(register)
    return () => h(SelectionBar, { ids, columns })
  })
  const page = mount(defineComponent(() => {
    provide(languageKey, language)
    provide(toastsKey, toasts)
    providePlan({ plan, undo: openUndo(plan) } as unknown as PlanSession)
    provide(tableKey, tableOf(register) as TableContext)
    return () => h(bar)
  }), { attachTo: document.body })
  if (!verbs)
    throw new Error('no verbs')
  return { page, toasts, verbs, count: () => plain(page.get('.count').text()) }
}
const choices = () => [...document.querySelectorAll('[role=menuitem]')].map(item => plain(item.textContent))

test('U99 every field that can be changed in many rows at once is offered, those whose column is shown first, and is changed though it is not', async () => {
  open('rogaland')
  await fetched(BulkChange)
  const { page, toasts } = openBar('activities', ['K01', 'K02'], ['arena', 'status', 'when'])
  await page.findAll('button').find(button => button.text() === nb.grid.change)?.trigger('click')
  await flushPromises()
  const offered = choices()
  expect(offered.slice(0, 2)).toEqual(['status', 'when'])
  expect(offered).toContain('Risiko')
  expect(new Set(offered).size).toBe(offered.length)
  // Long words are each row's own.
  expect(offered.join()).not.toMatch(/arena|Tema|Merknad/)
  ;[...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find(item => plain(item.textContent) === 'Risiko')?.click()
  await flushPromises()
  ;[...document.querySelectorAll<HTMLElement>('[role=option]')].find(option => plain(option.textContent) === 'Mindre avvik')?.click()
  await flushPromises()
  expect(['K01', 'K02', 'K03'].map(id => registerStore('activities').byId.get(id)?.risk)).toEqual(['minor-deviation', 'minor-deviation', null])
  expect(toasts.current.value?.words).toBe('Endret 2 rader.')
})

test('U100 of rows that are chosen it is told in how many places they are in use, before they are trashed and after', () => {
  open('rogaland')
  const ids = ['sf-rogaland', 'ks-rogaland', 'usht']
  const { count, verbs, toasts } = openBar('organisations', ids, ['name'])
  const said = /^3 rader valgt, i bruk (\d+) steder$/.exec(count())
  const naming = new Set(ids.flatMap(id => usesOf('organisations', id)).flatMap(use => use.rows.filter(row => !ids.includes(row)).map(row => `${use.register}/${row}`)))
  expect(naming.size).toBeGreaterThan(20)
  expect(Number(said?.[1])).toBe(naming.size)
  verbs.trash(ids)
  expect(toasts.current.value?.words).toBe(`Slettet 3 rader. ${naming.size} rader viser fortsatt til dem.`)
})

test('U100 nothing is said of use where nothing names the rows', () => {
  open('rogaland')
  const { count, verbs, toasts } = openBar('activities', ['K01', 'K02'], ['arena'])
  expect(count()).toBe('2 rader valgt')
  verbs.trash(['K01', 'K02'])
  expect(toasts.current.value?.words).toBe('Slettet 2 rader.')
})
