// @vitest-environment happy-dom
import { flushPromises, mount, RouterLinkStub } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, defineComponent, h, nextTick, provide, reactive, shallowRef, useTemplateRef } from 'vue'
import { routeLocationKey } from 'vue-router'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { putMember, replaceText, setCell, trashRow } from '#shared/plan/commands.ts'
import { rowMap, type Plan } from '#shared/plan/plan.ts'
import { readRow } from '#shared/plan/read.ts'
import { fieldsOf, ownFields } from '#shared/plan/registers.ts'
import type { Row } from '#shared/plan/values.ts'
import type { LastChangeAnswer } from '#shared/protocol/api.ts'
import { mainField, tableColumns, type TableRegister } from '../../client/features/table/columns.ts'
import { tableKey, type TableContext } from '../../client/features/table/context.ts'
import DetailPanel from '../../client/features/table/panel/DetailPanel.vue'
import { panelFields, rawInWords } from '../../client/features/table/panel/panelFields.ts'
import PlanCard from '../../client/features/table/PlanCard.vue'
import { providePlan } from '../../client/plan/live.ts'
import { inPlanOrder, namedRow } from '../../client/plan/names.ts'
import type { PersonHere, PlanSession, SaveState } from '../../client/plan/session.ts'
import { usePlanStores } from '../../client/plan/stores.ts'
import { openUndo } from '../../client/plan/undo.ts'
import { languageKey } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { provideSidePlace } from '../../client/ui/sidePlace.ts'
import { painted } from '../support/painted.ts'
import { planWith, smallSeed } from '../support/plans.ts'

const language = { language: shallowRef('nb' as const), text: computed(() => nb), choose: () => {} }
const now = new Date(2026, 3, 28, 10, 42).getTime()
const answers: { change: LastChangeAnswer['change'] | 'no line' }[] = []
const asked: string[] = []
let plan: Plan
let width = 1440

beforeEach(() => {
  setActivePinia(createPinia())
  plan = planWith({
    ...smallSeed,
    phases: [{ id: 'F1', number: 1, name: 'Oppstart' }],
    networks: [{ id: 'N1', name: 'Fagnettverk' }],
  })
  usePlanStores().follow(plan)
  width = 1440
  asked.length = 0
  answers.length = 0
  localStorage.clear()
  history.replaceState(null, '')
  vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vi.stubGlobal('matchMedia', (query: string) => {
    const [, sign, limit] = /width (<|>=) (\d+)px/.exec(query) ?? []
    return { matches: sign === '<' ? width < Number(limit) : width >= Number(limit), addEventListener: () => {}, removeEventListener: () => {} }
  })
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address)
    const answer = answers.at(-1) ?? { change: null }
    return answer.change === 'no line' ? Promise.reject(new Error('no line')) : Promise.resolve(Response.json(answer))
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

interface Shown { readonly number?: number, readonly mayEdit?: boolean, readonly startsReading?: boolean }

/** A table as a page gives it, the frame's place beside it, and in that the panel of one row. */
function mountPanel({ number = 1, mayEdit = true, startsReading = false }: Shown = {}) {
  const register: TableRegister = 'activities'
  const shown = reactive({ id: 'K01', number, mayEdit })
  const state = shallowRef<SaveState>({ state: 'saved', at: now })
  const undo = openUndo(plan)
  const told = { close: 0, previous: 0, next: 0, move: 0, leave: 0, edits: [] as boolean[] }
  const table: Partial<TableContext> = {
    register,
    columns: computed(() => tableColumns(register, [], nb)),
    mayEdit: computed(() => shown.mayEdit),
    focusAreas: computed(() => [{ number: 2, name: 'Aktivitet og fellesskap' }]),
    period: computed(() => ({ periodFrom: 2021, periodTo: 2023 })),
    inOrder: inPlanOrder,
    nameOf: (registers, row) => namedRow(registers, row) ?? { label: 'borte', name: 'borte', isCollective: false, isGone: true },
    people: new Map(),
  }
  const session: Partial<PlanSession> = {
    plan, undo, save: state, me: { memberId: 'kari', name: 'Kari', organisation: 'KS', role: 'editor', registers: null },
    goTo: () => {}, showCaret: () => {}, canSave: shallowRef(true),
    fresh: { cells: new Map(), onChanges: () => () => {} }, carets: new Map(), others: shallowRef([]),
    unsent: () => [{ register: 'activities', row: 'K01', field: 'arena', value: '', since: now }],
  }
  const page = defineComponent(() => {
    providePlan(session as PlanSession)
    provide(tableKey, table as TableContext)
    return () => h(DetailPanel, {
      register, id: shown.id, number: shown.number, total: 3, mayWrite: true, startsReading,
      onClose: () => told.close++, onPrevious: () => told.previous++, onNext: () => told.next++,
      onMove: () => told.move++, onLeave: () => told.leave++,
      onEdits: (on: boolean) => told.edits.push(on),
    })
  })
  const frame = defineComponent(() => {
    const side = provideSidePlace(useTemplateRef<HTMLElement>('side'))
    return () => h('main', { 'data-taken': String(side.isTaken.value) }, [h(page), h('div', { ref: 'side' })])
  })
  const mounted = mount(frame, {
    global: {
      provide: { [languageKey as symbol]: language, [routeLocationKey as symbol]: { params: { planId: 'p1' } } },
      stubs: { RouterLink: RouterLinkStub },
    },
    attachTo: document.body,
  })
  return { mounted, shown, state, undo, told, panel: () => mounted.find<HTMLElement>('[data-panel]') }
}
/** What is stored in a cell by a hand that knows no declaration. */
const store = (row: string, field: string, value: unknown) => rowMap(plan.doc, 'activities', row)?.set(field, value)
const press = (element: Element, key: string, more: KeyboardEventInit = {}) =>
  element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))

test('U40 every declared field is in the panel of a row, by name and in the order of declaration, those that the table shows first', () => {
  for (const register of ['activities', 'networks', 'municipalities'] as const) {
    const own = [{ register, field: register === 'activities' ? 'topic' : 'note', title: 'Hva det er' }] as unknown as readonly Row<'columns'>[]
    for (const columns of [[], own]) {
      const { first, more } = panelFields(register, columns, nb)
      const shown = [mainField[register], ...first.map(({ field }) => field), ...more.map(({ field }) => field)]
      const declared = fieldsOf(register).map(([field]) => field).filter(field => field !== 'focusAreasAnswer' && !ownFields.includes(field))
      expect(shown.toSorted()).toEqual(declared.toSorted())
      for (const part of [first, more])
        expect(part.map(({ field }) => field)).toEqual(declared.filter(field => part.some(column => column.field === field)))
      for (const column of tableColumns(register, columns, nb))
        expect([mainField[register], 'place', ...first.map(({ field }) => field)]).toContain(column.field)
    }
    expect(panelFields(register, own, nb).first.map(({ title }) => title)).toContain('Hva det er')
  }
})

test('U40 the panel says which row it is, under which goal and for whom, and what stands in it', async () => {
  putMember(plan, { register: 'activities', row: 'K01', field: 'phases' }, 'F1')
  const { panel } = mountPanel()
  await nextTick()
  expect(panel().attributes()).toMatchObject({ 'role': 'region', 'aria-label': 'Rad 1, Møter' })
  expect(panel().get('.count').text()).toBe('Rad 1 av 3')
  expect(panel().get('[role=heading]').text()).toBe('Møter')
  expect(panel().get('.under').text()).toBe('Mål 1, Kommuneledelse')
  expect(panel().findAll('dt').map(one => one.text())).toEqual(['Mål', 'Målgruppe', 'Når', 'Ansvar', 'Innsats\u00ADområde', 'Status'])
  const more = panel().get<HTMLDetailsElement>('details')
  expect(more.get('summary').text()).toContain('Flere felt')
  expect(more.get('summary').text()).toContain('ett fylt ut')
  more.element.open = true
  await more.trigger('toggle')
  expect(more.findAll('dt').map(one => one.text())).toContain('Faser')
  expect(more.text()).toContain('Oppstart')
})

test('U40 a cell of the panel is written in as in the table, and is not taken for the table\'s', async () => {
  const { panel, shown } = mountPanel()
  await nextTick()
  expect(panel().findAll('[data-cell]')).toEqual([])
  await panel().get('[data-panel-cell="activities/K01/arena"]').trigger('click')
  const field = panel().get<HTMLTextAreaElement>('textarea')
  await field.setValue('Møter med alle')
  await painted()
  expect(readRow(plan.doc, 'activities', 'K01')?.arena).toBe('Møter med alle')
  press(field.element, 'Escape')
  await nextTick()
  expect(panel().get('[data-panel-cell="activities/K01/when"]').text()).toMatch(/^Når: Årlig/)
  shown.mayEdit = false
  await nextTick()
  expect(panel().findAll('button[data-panel-cell]')).toEqual([])
  expect(panel().get('[data-panel-cell="activities/K01/when"]').text()).toBe('Årlig')
})

test('U40 the target group\'s own words are the ones that stand there, with the way to another, and a row without one says so', async () => {
  const { panel, shown } = mountPanel()
  await nextTick()
  await panel().get('[data-panel-cell="audiences/A1/text"]').trigger('click')
  await panel().get('textarea').setValue('Kommuneledelsen')
  await painted()
  expect(readRow(plan.doc, 'audiences', 'A1')?.text).toBe('Kommuneledelsen')
  expect(panel().findAll('button').map(one => one.text())).toContain(nb.panel.otherAudience)
  shown.id = 'K02'
  await nextTick()
  expect(panel().get('[data-panel-cell="activities/K02/audienceId"]').text()).toContain('Mangler')
})

test('U40 the panel stands beside a wide page, over the edge of a narrower one, and instead of a phone\'s', async () => {
  const standing = []
  for (width of [1440, 1280, 1279, 768, 767, 320]) {
    const { mounted, panel } = mountPanel()
    await nextTick()
    standing.push([width, panel().attributes('role'), panel().classes().at(-1), mounted.attributes('data-taken')])
    mounted.unmount()
  }
  expect(standing).toEqual([
    [1440, 'region', 'beside', 'true'], [1280, 'region', 'beside', 'true'], [1279, 'region', 'over', 'true'], [768, 'region', 'over', 'true'],
    [767, 'dialog', 'instead', 'true'], [320, 'dialog', 'instead', 'true'],
  ])
})

test('U41 a value that is not valid is shown as it is stored, and what cannot be told is not made up', async () => {
  store('K01', 'status', 'nesten ferdig')
  store('K01', 'when', new Y.Map())
  const { panel } = mountPanel()
  await nextTick()
  const words = (field: string) => panel().findAll('.field').find(one => one.find(`[data-panel-cell="activities/K01/${field}"]`).exists())?.text() ?? ''
  expect(words('status')).toContain(nb.cell.invalid)
  expect(words('status')).toContain(nb.panel.stored('nesten ferdig'))
  expect(words('when')).toContain(nb.panel.storedUnreadable)
  setCell(plan, { register: 'activities', row: 'K01', field: 'status' }, 'done')
  await nextTick()
  expect(words('status')).not.toContain('nesten')
  expect(words('status')).toContain('Gjennomført')
  expect([rawInWords(7), rawInWords({ a: [1] }), rawInWords({ invalid: true }), rawInWords('x'.repeat(400))]).toEqual(['7', '{"a":[1]}', null, `${'x'.repeat(300)} …`])
})

test('U42 who changed the row last is told with when and where, without a name for who has left, and without a field for its coming', async () => {
  const by = (memberId: string) => ({ memberId, name: 'Olav Berge', organisation: 'KS', actedFor: [] })
  const lines: string[] = []
  for (const change of [
    { at: now - 60_000, field: 'when', by: by('olav') }, { at: now - 60_000, field: 'focusAreasAnswer', by: by('kari') },
    { at: new Date(2025, 3, 2, 9, 5).getTime(), field: 'deletedAt', by: { ...by('olav'), organisation: '' } }, { at: new Date(2026, 3, 27, 9, 5).getTime(), field: '', by: null }, null,
  ]) {
    answers.push({ change })
    const { mounted, panel } = mountPanel()
    await nextTick()
    expect(panel().get('.last').text()).toBe(nb.panel.last.asking)
    await flushPromises()
    lines.push(panel().get('.last').text())
    mounted.unmount()
  }
  expect(lines).toEqual([
    'Sist endret av Olav Berge, KS, 10:41 (Når)', 'Sist endret av deg, 10:41 (Innsatsområde)', 'Sist endret av Olav Berge, 2. april 2025',
    'Lagt til av tidligere medlem, 27. april 09:05', nb.panel.last.none,
  ])
  expect(new Set(asked)).toEqual(new Set(['/api/plans/p1/rows/activities/K01/last-change']))
})

test('U42 it is asked for again once the row has changed and all is on the server, not for each letter, and never told wrong meanwhile', async () => {
  answers.push({ change: null })
  const { panel, state, shown } = mountPanel()
  await flushPromises()
  for (const words of ['M', 'Mø', 'Møt']) {
    replaceText(plan, { register: 'activities', row: 'K01', field: 'arena' }, words)
    await nextTick()
  }
  replaceText(plan, { register: 'activities', row: 'K03', field: 'arena' }, 'En annen rad')
  answers.push({ change: { at: now, field: 'arena', by: { memberId: 'olav', name: 'Olav', organisation: '', actedFor: [] } } })
  state.value = { state: 'saving', unsent: 1, since: now }
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toHaveLength(1)
  state.value = { state: 'saved', at: now }
  await vi.advanceTimersByTimeAsync(2_000)
  expect(asked).toHaveLength(2)
  expect(panel().get('.last').text()).toBe('Sist endret av Olav, 10:42 (Aktivitet)')

  state.value = { state: 'on-device', unsent: 1, since: now }
  await vi.advanceTimersByTimeAsync(2_000)
  expect(panel().get('.last').text()).toContain('Olav')
  replaceText(plan, { register: 'activities', row: 'K01', field: 'arena' }, 'Møter her')
  await vi.advanceTimersByTimeAsync(2_000)
  expect(panel().get('.last').text()).toBe(nb.panel.last.unsent)
  shown.id = 'K02'
  await flushPromises()
  expect(panel().get('.last').text()).toBe(nb.panel.last.unknown)
  state.value = { state: 'saved', at: now }
  answers.push({ change: 'no line' })
  await vi.advanceTimersByTimeAsync(2_000)
  expect([panel().get('.last').text(), asked.at(-1)]).toEqual([nb.panel.last.unknown, '/api/plans/p1/rows/activities/K02/last-change'])
})

test('U43 a row that goes while its panel is open is told where it was written in, with the way back, and is not written in meanwhile', async () => {
  const { panel, shown, undo } = mountPanel()
  await nextTick()
  await panel().get('[data-panel-cell="activities/K01/arena"]').trigger('click')
  panel().get<HTMLElement>('textarea').element.focus()
  trashRow(plan, 'activities', 'K01')
  shown.number = 0
  await nextTick()
  const note = panel().get('[role=alert]')
  expect(note.text()).toContain(nb.panel.gone)
  expect(document.activeElement).toBe(note.element)
  expect(panel().get('.count').text()).toBe(nb.panel.goneRow)
  expect(panel().findAll('textarea, button[data-panel-cell]')).toEqual([])
  expect(panel().text()).toContain('Møter')
  await note.get('button').trigger('click')
  await nextTick()
  expect(readRow(plan.doc, 'activities', 'K01')?.deletedAt).toBeNull()
  expect(panel().find('[role=alert]').exists()).toBe(false)
  expect(document.activeElement).toBe(panel().element)
  expect(undo.canUndo.value).toBe(true)
})

test('U44 from the panel one goes to the next row and the one before, to the table, and out; what is open in it hears its keys first', async () => {
  const { panel, shown, told } = mountPanel({ number: 2 })
  await nextTick()
  press(panel().element, 'PageDown', { altKey: true })
  press(panel().element, 'PageUp', { altKey: true })
  press(panel().element, 'F6')
  expect(told).toMatchObject({ next: 1, previous: 1, leave: 1, close: 0 })
  shown.number = 3
  await nextTick()
  const next = panel().get(`[aria-label="${nb.panel.next}"]`)
  expect([next.attributes('aria-disabled'), next.attributes('disabled')]).toEqual(['true', undefined])
  await next.trigger('click')
  press(panel().element, 'PageDown', { altKey: true })
  press(panel().element, 'PageDown')
  expect(told.next).toBe(1)

  await panel().get('[data-panel-cell="activities/K01/arena"]').trigger('click')
  press(panel().get('textarea').element, 'Escape')
  await nextTick()
  expect(told.close).toBe(0)
  press(panel().element, 'Escape')
  expect(told.close).toBe(1)
  await panel().findAll('button').find(one => one.text() === nb.panel.move)?.trigger('click')
  expect(told.move).toBe(1)
})

test('U44 on a phone the way back in the browser closes the row and leaves the page', async () => {
  width = 390
  const { mounted, panel, told } = mountPanel()
  await nextTick()
  expect(document.activeElement).toBe(panel().element)
  expect(history.state).toMatchObject({ sheet: expect.any(String) as unknown })
  dispatchEvent(new PopStateEvent('popstate'))
  expect(told.close).toBe(0)
  history.replaceState(null, '')
  dispatchEvent(new PopStateEvent('popstate'))
  expect(told.close).toBe(1)
  mounted.unmount()
  dispatchEvent(new PopStateEvent('popstate'))
  expect(told.close).toBe(1)
})

test('U44 where the screen is read first, «Rediger» in the panel is what opens it for writing', async () => {
  width = 820
  const { panel, shown, told } = mountPanel({ mayEdit: false, startsReading: true })
  await nextTick()
  const edit = panel().findAll('button').find(one => one.text() === nb.panel.edit)
  await edit?.trigger('click')
  expect(told.edits).toEqual([true])
  shown.mayEdit = true
  await nextTick()
  expect(panel().findAll('button').map(one => one.text())).toContain(nb.panel.done)
})

test('U45 a card says what the row is, for whom, what it lacks and who is in it, and a press on it opens the row and changes nothing', async () => {
  store('K02', 'risk', 'x')
  const before = Y.encodeStateVector(plan.doc)
  const marte: PersonHere = { clientId: 7, memberId: 'marte', name: 'Marte Lunde', organisation: 'USHT', colour: 1, at: { register: 'activities', row: 'K02', field: 'when' } }
  const opened: string[] = []
  const around = mountCard('K02', { 'activities/K02/when': [marte] }, opened)
  await nextTick()
  const card = around.get('.card')
  expect(card.text()).toContain('Nyhetsbrev')
  expect(card.text()).toContain('Mangler målgruppe, når og ansvar')
  expect(card.text()).toContain('Marte Lunde, USHT skriver her')
  expect(card.findAll('button, a, [tabindex]').map(one => one.text())).toEqual(['Åpne rad 2: Nyhetsbrev'])
  await card.get('button').trigger('click')
  expect(opened).toEqual(['K02'])
  expect(Y.encodeStateVector(plan.doc)).toEqual(before)
  expect(mountCard('K01').text().replaceAll('\u00AD', '')).toContain('Kommuneledelse')
  expect(mountCard('K01').text()).not.toContain('Mangler målgruppe')
})

function mountCard(id: string, people: Record<string, readonly PersonHere[]> = {}, opened: string[] = []) {
  const table: Partial<TableContext> = {
    register: 'activities', columns: computed(() => tableColumns('activities', [], nb)), mayEdit: computed(() => true), inOrder: inPlanOrder,
    focusAreas: computed(() => []), people: new Map(Object.entries(people)),
    nameOf: (registers, row) => namedRow(registers, row) ?? { label: 'borte', name: 'borte', isCollective: false, isGone: true },
  }
  return mount(PlanCard, {
    props: { id, number: 2, isSelected: false, onOpen: (row: string) => opened.push(row) },
    global: { provide: { [languageKey as symbol]: language, [tableKey as symbol]: table } },
  })
}
