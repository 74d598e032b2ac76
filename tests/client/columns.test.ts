// @vitest-environment happy-dom
import { mount, type VueWrapper } from '@vue/test-utils'
import fc from 'fast-check'
import { createPinia, setActivePinia } from 'pinia'
import { computed, defineComponent, h, nextTick, provide, shallowRef } from 'vue'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addRow, putMember, replaceText, setCell, trashRow } from '#shared/plan/commands.ts'
import type { PlanSeed } from '#shared/plan/lay.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readPlan, readRegister } from '#shared/plan/read.ts'
import { ownFields } from '#shared/plan/registers.ts'
import type { Row } from '#shared/plan/values.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { reformOf } from '#shared/reference/reform.ts'
import { rowsPerArea } from '#shared/rules/focusAreas.ts'
import { responsibilityOf } from '#shared/rules/responsibility.ts'
import { meaningOf } from '#shared/rules/whenMeaning.ts'
import { copyCells } from '../../client/features/table/clipboard/block.ts'
import { tableColumns, usualFields, type TableRegister } from '../../client/features/table/columns.ts'
import PlanColumns from '../../client/features/table/columns/PlanColumns.vue'
import { addableFields, freeOwnField, plannedColumns, takenOut } from '../../client/features/table/columns/planColumns.ts'
import { tableKey, type TableContext } from '../../client/features/table/context.ts'
import { panelFields } from '../../client/features/table/panel/panelFields.ts'
import PrintTable from '../../client/features/table/PrintTable.vue'
import { providePlan } from '../../client/plan/live.ts'
import { fullNamesOf } from '../../client/plan/names.ts'
import { provideOwnNames, withOwnNames } from '../../client/plan/ownNames.ts'
import type { PlanSession } from '../../client/plan/session.ts'
import { registerStore, usePlanStores } from '../../client/plan/stores.ts'
import { openUndo } from '../../client/plan/undo.ts'
import { fieldLabel } from '../../client/text/cellWords.ts'
import { languageKey, useText, type Text } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'
import { openToasts, toastsKey } from '../../client/ui/toasts.ts'
import { painted } from '../support/painted.ts'
import { planWith, smallSeed } from '../support/plans.ts'

const columnsOf = (plan: Plan) => readRegister(plan.doc, 'columns')
const reference = (id: string) => planWith(referencePlans.find(plan => plan.id === id)?.seed())
const titlesIn = (plan: Plan, register: TableRegister = 'activities', text: Text = nb) => tableColumns(register, columnsOf(plan), text).map(({ title }) => title)
const column = (field: string, title = '', register = 'activities') => ({ id: `${register}-${field}-${title}`, register, field, title })
const withColumns = (...columns: readonly ReturnType<typeof column>[]): PlanSeed => ({ ...smallSeed, columns })
const planned = (plan: Plan) => plannedColumns('activities', columnsOf(plan))

describe('the columns of a table', () => {
  test('U61 are the plan\'s, in its order and with its words; an empty title says the field\'s own; what is followed up is among them', () => {
    const plan = planWith(withColumns(column('when', 'Tid'), column('own2', 'Merknad'), column('arena'), column('own1'), column('name', 'Navn', 'networks')))
    expect(titlesIn(plan)).toEqual(['Område', 'Tid', 'Merknad', 'Aktivitet', 'Egen kolonne 1', 'Ansvar', 'Status'])
    expect(titlesIn(plan, 'activities', nn)).toContain('Eigen kolonne 1')
  })

  test('U61 each field stands once, whatever rows a plan has; of two rows for one field both titles are read', () => {
    const plan = planWith(withColumns(column('own1', 'Kari sin'), column('arena', 'Form'), column('own1', 'Olav sin'), column('arena', 'Form ')))
    expect(titlesIn(plan).filter(title => / \/ |Form/.test(title))).toEqual(['Kari sin / Olav sin', 'Form'])
    fc.assert(fc.property(fc.array(fc.record({
      register: fc.constantFrom('activities', 'networks', 'collaborations', null),
      field: fc.constantFrom('arena', 'name', 'with', 'own1', 'own2', 'when', 'form', 'regularity', 'nothing', '__proto__', ''),
      title: fc.constantFrom('', ' ', 'A', 'B'),
    })), (rows) => {
      for (const register of ['activities', 'networks', 'collaborations'] as const) {
        const columns = tableColumns(register, rows as unknown as readonly Row<'columns'>[], nb)
        const fields = columns.flatMap(({ field, beside }) => beside ? [field, beside.field] : [field])
        expect(new Set(fields).size).toBe(fields.length)
        expect(columns.every(({ title }) => title.trim() !== '')).toBe(true)
      }
    }))
  })

  test('U61 Oslo og Viken has its own five columns and words, with six rows; Rogaland has its own', () => {
    const plan = reference('oslo-og-viken')
    expect(columnsOf(plan).filter(({ register }) => register === 'activities').map(({ title }) => title))
      .toEqual(['Kommunikasjonsform', 'Mål med kommunikasjonen', 'Tema', 'Når', 'Ansvar'])
    expect(titlesIn(plan)).toEqual(['Kommunikasjonsform', 'Mål med kommunikasjonen', 'Tema', 'Område', 'Når', 'Ansvar', 'Status'])
    expect(readRegister(plan.doc, 'activities')).toHaveLength(6)
    expect(titlesIn(reference('rogaland')).slice(0, 3)).toEqual(['Mål med kommunikasjonen', 'Målgruppe', 'Kommunikasjonskanal/-arena'])
  })

  test.each(['rogaland', 'oslo-og-viken'])('U62 %s answers the same national questions whatever its columns are and are called', (id) => {
    const plan = reference(id)
    const answers = () => {
      const value = readPlan(plan.doc)
      const { activities, organisations, plan: [head] } = value
      const period = { periodFrom: head?.periodFrom ?? null, periodTo: head?.periodTo ?? null }
      return {
        responsible: organisations.map(party => [party.id, responsibilityOf(party.id, { ...value, parties: value }).activities.length]),
        areas: rowsPerArea(activities, reformOf('leve-hele-livet')?.focusAreas ?? []),
        when: activities.map(row => meaningOf(row.when, period)),
      }
    }
    const before = answers()
    expect(before.responsible.some(([, count]) => Number(count) > 0)).toBe(true)
    columnsOf(plan).slice(1).forEach(row => trashRow(plan, 'columns', row.id))
    addRow(plan, 'columns', { register: 'activities', field: 'own1', title: 'Ansvar' })
    replaceText(plan, { register: 'activities', row: 'K01', field: 'own1' }, 'KS, område 3, årlig')
    expect(answers()).toEqual(before)
    for (const field of ['responsible', 'focusAreas', 'when', 'status'])
      expect(tableColumns('activities', columnsOf(plan), nb).map(one => one.field)).toContain(field)
  })
})

describe('a column of one\'s own', () => {
  test('U63 takes a field that is empty in every row before one that keeps words, by chance among equals, and none where all are taken', () => {
    const plan = planWith(withColumns(column('arena')))
    const always = (at: number) => () => at
    const filledIn = (field: string) => field === 'own2' ? 3 : 0
    expect([0, .4, .6, .99].map(at => freeOwnField(planned(plan), filledIn, always(at)))).toEqual(['own1', 'own1', 'own3', 'own3'])
    const two = planned(planWith(withColumns(column('own1', 'A'), column('own3', 'B'))))
    expect(freeOwnField(two, filledIn, always(0))).toBe('own2')
    expect(freeOwnField(planned(planWith(withColumns(...ownFields.map(field => column(field, field))))), filledIn, always(0))).toBeNull()
  })

  test('U63 that two gave one field is one column that says so, of an ordinary field only where they called it differently', () => {
    const plan = planWith(withColumns(column('own1', 'A'), column('when', 'Når'), column('own1', 'B'), column('when'), column('responsible', 'Hvem'), column('responsible', 'Ansvar')))
    expect(planned(plan).map(({ field, rows, isTorn }) => [field, rows.length, isTorn])).toEqual([['own1', 2, true], ['when', 2, false], ['responsible', 2, true]])
  })

  test('U63 is listed when it is taken out, once, by the name it had last; not while its field has another column', () => {
    const plan = planWith(withColumns(column('own1', 'Første'), column('own2', 'Andre'), column('arena', 'Form')))
    let now = 1
    const later = { ...plan, now: () => ++now }
    columnsOf(plan).forEach(row => trashRow(later, 'columns', row.id))
    const again = addRow(plan, 'columns', { register: 'activities', field: 'own2', title: 'Tredje' })
    if (again.ok)
      trashRow(later, 'columns', again.id)
    const out = () => takenOut('activities', columnsOf(plan), readPlan(plan.doc).columns.filter(({ deletedAt }) => deletedAt !== null)).map(({ title }) => title)
    expect(out()).toEqual(['Tredje', 'Første'])
    addRow(plan, 'columns', { register: 'activities', field: 'own1', title: 'Ny' })
    expect(out()).toEqual(['Tredje'])
  })

  test('U63 all other fields of a register can be taken in, those first that stand in the table anyway', () => {
    const plan = reference('oslo-og-viken')
    const fields = addableFields('activities', planned(plan))
    expect(fields.slice(0, 2)).toEqual(['focusAreas', 'status'])
    expect(fields).toContain('audienceId')
    expect(fields.filter(field => ['focusAreasAnswer', 'arena', 'topic', ...ownFields].includes(field))).toEqual([])
    expect(addableFields('networks', plannedColumns('networks', columnsOf(plan)))).not.toContain('place')
  })
})

/* ——— In the page. ——— */
const opened: VueWrapper[] = []
const chosen = { language: shallowRef<'nb'>('nb'), text: computed(() => nb), choose: () => Promise.resolve() }
afterEach(() => {
  opened.splice(0).forEach(wrapper => wrapper.unmount())
  document.body.replaceChildren()
})

function openIn(plan: Plan, inside: () => ReturnType<typeof h>) {
  usePlanStores().follow(plan)
  const undo = openUndo(plan)
  const toasts = openToasts()
  const session = { plan, undo, others: shallowRef([]), carets: new Map(), goTo: () => {}, showCaret: () => {} } as unknown as PlanSession
  const page = defineComponent(() => {
    provide(languageKey, chosen)
    provide(toastsKey, toasts)
    providePlan(session)
    return () => h(within)
  })
  const within = defineComponent(() => {
    provideOwnNames()
    return inside
  })
  const wrapper = mount(page, { attachTo: document.body })
  opened.push(wrapper)
  return { wrapper, undo, toasts }
}
function openDialog(plan: Plan) {
  const { wrapper, ...rest } = openIn(plan, () => h(PlanColumns, { register: 'activities' }))
  const button = (name: string) => wrapper.findAll('button').find(one => (one.attributes('aria-label') ?? one.text().trim()) === name)
  return {
    ...rest,
    button,
    async press(name: string) {
      await button(name)?.trigger('click')
      await nextTick()
    },
    titles: () => wrapper.findAll<HTMLInputElement>('ol input').map(({ element }) => element.value || element.placeholder),
    said: () => wrapper.find('.said').exists() ? wrapper.find('.said').text() : null,
    words: () => wrapper.text(),
    async write(title: string) {
      const input = document.activeElement
      if (!(input instanceof HTMLInputElement))
        throw new Error('no title has the focus')
      input.value = title
      input.dispatchEvent(new Event('input', { bubbles: true }))
      await nextTick()
      await painted()
    },
  }
}

describe('the dialog of a plan\'s columns', () => {
  let plan: Plan
  beforeEach(() => {
    setActivePinia(createPinia())
    plan = planWith(withColumns(column('arena', 'Kommunikasjonsform'), column('topic', 'Tema'), column('when', 'Når')))
  })

  test('U63 adds a column of one\'s own to be named at once, live and without a save button; undo takes it all back', async () => {
    const { press, write, titles, undo, said } = openDialog(plan)
    await press(nb.columns.addOwn)
    expect(said()).toContain(nb.columns.addedOwn)
    await write('Merknad til Helsedirektoratet')
    expect(columnsOf(plan).at(-1)).toMatchObject({ register: 'activities', title: 'Merknad til Helsedirektoratet' })
    expect(ownFields).toContain(columnsOf(plan).at(-1)?.field)
    expect(titlesIn(plan)).toContain('Merknad til Helsedirektoratet')
    undo.undo()
    undo.undo()
    await nextTick()
    expect(titles()).toEqual(['Kommunikasjonsform', 'Tema', 'Når'])
  })

  test('U63 a column that is taken out keeps its words, says so, and comes back with them', async () => {
    addRow(plan, 'columns', { register: 'activities', field: 'own3', title: 'Merknad' })
    replaceText(plan, { register: 'activities', row: 'K02', field: 'own3' }, 'Viktig')
    const { press, titles, said, words } = openDialog(plan)
    await press(nb.columns.takeOutName('Merknad'))
    expect(said()).toContain(nb.columns.takenOutOwn('Merknad', 1))
    expect(titles()).toEqual(['Kommunikasjonsform', 'Tema', 'Når'])
    expect(words()).toContain(nb.columns.words(1))
    await press(nb.columns.takeInName('Merknad'))
    expect(titles()).toEqual(['Kommunikasjonsform', 'Tema', 'Når', 'Merknad'])
    expect(readRegister(plan.doc, 'activities').find(({ id }) => id === 'K02')?.own3).toBe('Viktig')
  })

  test('U63 columns are moved, and the focus goes with the one that moves; what is followed up anyway is told', async () => {
    const { press, titles, button, words, said } = openDialog(plan)
    button(nb.columns.down('Tema'))?.element.focus()
    await press(nb.columns.down('Tema'))
    expect(titles()).toEqual(['Kommunikasjonsform', 'Når', 'Tema'])
    expect(said()).toContain(nb.columns.moved('Tema', 3, 3))
    expect(document.activeElement?.getAttribute('aria-label')).toBe(nb.columns.up('Tema'))
    expect(words()).toContain(nb.columns.woven('«Innsatsområde», «Ansvar» og «Status»'))
    await press(nb.columns.takeOutName('Når'))
    expect(said()).toContain(nb.columns.takenOutUsual('Når'))
    expect(button(nb.columns.takeOutName('Kommunikasjonsform'))?.attributes('disabled')).toBeDefined()
  })

  test('U63 back to the usual columns is one step with its way back, and from there they can be set up again', async () => {
    const { press, toasts, titles, undo, words } = openDialog(plan)
    await press(nb.columns.reset)
    expect(titlesIn(plan)).toEqual(usualFields('activities').map(field => tableColumns('activities', [], nb).find(one => one.field === field)?.title))
    expect(toasts.current.value?.words).toBe(nb.columns.wasReset)
    expect(words()).toContain(nb.columns.usual)
    await press(nb.columns.adapt)
    expect(titles()).toHaveLength(usualFields('activities').length)
    undo.undo()
    undo.undo()
    await nextTick()
    expect(titles()).toEqual(['Kommunikasjonsform', 'Tema', 'Når'])
  })

  test('U63 a plan with the usual columns keeps all of them when one of its own comes', async () => {
    plan = planWith(smallSeed)
    const { press, write } = openDialog(plan)
    await press(nb.columns.addOwn)
    await write('Egen')
    expect(titlesIn(plan)).toEqual([...titlesIn(planWith(smallSeed)), 'Egen'])
  })

  test('U63 two who got one field are shown as one problem: one gets a field of its own, or is taken out; the words stand', async () => {
    addRow(plan, 'columns', { register: 'activities', field: 'own1', title: 'Kari' })
    addRow(plan, 'columns', { register: 'activities', field: 'own1', title: 'Olav' })
    replaceText(plan, { register: 'activities', row: 'K01', field: 'own1' }, 'felles')
    const { press, titles, words, button } = openDialog(plan)
    expect(words()).toContain(nb.columns.torn)
    expect(titles()).toEqual(['Kommunikasjonsform', 'Tema', 'Når', 'Kari', 'Olav'])
    expect(button(nb.columns.part('Kari'))).toBeUndefined()
    await press(nb.columns.part('Olav'))
    expect(words()).not.toContain(nb.columns.torn)
    const fields = columnsOf(plan).slice(-2).map(({ field, title }) => [title, field])
    expect(fields).toEqual([['Kari', 'own1'], ['Olav', expect.stringMatching(/^own[23]$/)]])
    expect(readRegister(plan.doc, 'activities')[0]?.own1).toBe('felles')
  })

  test('U63 there are three of them, and the dialog says so', async () => {
    const { press, button, words } = openDialog(plan)
    for (const title of ['A', 'B', 'C']) {
      await press(nb.columns.addOwn)
      replaceText(plan, { register: 'columns', row: columnsOf(plan).at(-1)?.id ?? '', field: 'title' }, title)
    }
    expect(new Set(columnsOf(plan).slice(-3).map(({ field }) => field)).size).toBe(3)
    expect(button(nb.columns.addOwn)?.attributes('disabled')).toBeDefined()
    expect(words()).toContain(nb.columns.noneFree)
  })
})

describe('a column of one\'s own works as any other', () => {
  let plan: Plan
  beforeEach(() => {
    setActivePinia(createPinia())
    plan = planWith(withColumns(column('arena', 'Form'), column('own2', 'Merknad til Helsedirektoratet')))
    replaceText(plan, { register: 'activities', row: 'K01', field: 'own2' }, 'Les dette')
  })

  test('U64 it is called what the region calls it wherever it is named, in both languages, and its own word again without a title', () => {
    const own = columnsOf(plan)
    for (const text of [nb, nn])
      expect(fieldLabel({ register: 'activities', field: 'own2' }, withOwnNames(text, own))).toBe('Merknad til Helsedirektoratet')
    expect(fieldLabel({ register: 'networks', field: 'own2' }, withOwnNames(nb, own))).toBe('Egen kolonne 2')
    expect(withOwnNames(nb, [])).toBe(nb)
    const seen: string[] = []
    openIn(plan, () => h(defineComponent(() => {
      const text = useText()
      return () => h('p', (seen.push(fieldLabel({ register: 'activities', field: 'own2' }, text.value)), seen.at(-1)))
    })))
    expect(document.body.textContent).toContain('Merknad til Helsedirektoratet')
  })

  test('U64 it stands in the panel where the table has it, under its whole name, and nowhere where the plan has it not', () => {
    const { first, more } = panelFields('activities', columnsOf(plan), nb)
    expect(first.map(({ title }) => title)).toContain('Merknad til Helsedirektoratet')
    expect([...first, ...more].filter(({ field }) => ownFields.includes(field)).map(({ field }) => field)).toEqual(['own2'])
  })

  test('U64 it is printed, and copied as words', () => {
    const columns = computed(() => tableColumns('activities', columnsOf(plan), nb))
    const table = { register: 'activities', columns, focusAreas: computed(() => []) } as unknown as TableContext
    const { wrapper } = openIn(plan, () => h(defineComponent(() => {
      provide(tableKey, table)
      const rows = ['K01', 'K02', 'K03'].map((id, n) => ({ id, number: n + 1, audienceId: null, audienceSpan: 1 }))
      return () => h(PrintTable, { groups: [{ goalId: null, goalAt: 0, rows }], columns: columns.value, caption: 'Plan' })
    })))
    expect(wrapper.findAll('thead th').map(head => head.text().replaceAll('\u00AD', ''))).toContain('Merknad til Helsedirektoratet')
    expect(wrapper.find('tbody tr').text()).toContain('Les dette')
    const copied = copyCells([[{ register: 'activities', row: 'K01', field: 'own2' }]], {
      rowOf: (of, id) => registerStore(of).byId.get(id), text: nb, names: fullNamesOf(nb, []),
    })
    expect(copied[0]?.[0]?.words).toBe('Les dette')
  })
})

test('U62 who is responsible is counted the same however a plan\'s own columns name it', () => {
  const plan = planWith(withColumns(column('own1', 'Ansvar'), column('responsible', 'Kontaktperson')))
  putMember(plan, { register: 'activities', row: 'K03', field: 'responsible' }, 'ks')
  setCell(plan, { register: 'activities', row: 'K03', field: 'status' }, 'done')
  expect(responsibilityOf('ks', { ...readPlan(plan.doc), parties: readPlan(plan.doc) }).activities.map(({ id }) => id)).toEqual(['K01', 'K03'])
})
