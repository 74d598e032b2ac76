// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, defineComponent, h, nextTick, shallowRef } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeEach, expect, test } from 'vitest'
import { putMember, replaceText, setCell, trashRow } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readRegister } from '#shared/plan/read.ts'
import type { Row } from '#shared/plan/values.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { reformOf } from '#shared/reference/reform.ts'
import PromiseRow from '../../client/features/occurrences/PromiseRow.vue'
import { change, record } from '../../client/features/occurrences/recording.ts'
import { usePromises } from '../../client/features/occurrences/usePromises.ts'
import { tableColumns, type TableRegister } from '../../client/features/table/columns.ts'
import { tableKey } from '../../client/features/table/context.ts'
import { municipalityFacts, networkFacts } from '../../client/features/table/facts/factLines.ts'
import PanelKept from '../../client/features/table/facts/PanelKept.vue'
import TableFacts from '../../client/features/table/facts/TableFacts.vue'
import { glyphOf, stepOf } from '../../client/features/table/glyphs.ts'
import { followUpLines } from '../../client/features/table/notes/followUpLines.ts'
import RiskSteps from '../../client/features/table/RiskSteps.vue'
import { useFilter, type TableFilter } from '../../client/features/table/useFilter.ts'
import { providePlan } from '../../client/plan/live.ts'
import { mergeText } from '../../client/plan/mergeText.ts'
import type { PlanSession } from '../../client/plan/session.ts'
import { registerStore, usePlanStores } from '../../client/plan/stores.ts'
import { nameInWords } from '../../client/plan/names.ts'
import { languageKey } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'
import { openToasts, toastsKey } from '../../client/ui/toasts.ts'
import { planWith } from '../support/plans.ts'

const language = { language: shallowRef('nb' as const), text: computed(() => nb), choose: () => {} }
const areas = reformOf('leve-hele-livet')?.focusAreas ?? []
const today = '2022-10-28'
let plan: Plan

function open(region: string) {
  plan = planWith(referencePlans.find(one => one.regionId === region)?.seed())
  usePlanStores().follow(plan)
}
beforeEach(() => {
  setActivePinia(createPinia())
  open('rogaland')
})

const lineOf = (lines: ReturnType<typeof networkFacts>, id: string) => lines.find(line => line.id === id)?.facts.map(fact => [fact.words, fact.more].filter(Boolean).join(' – '))

/** The facts beside a real filter, whose address is the test's. */
function mountFacts(register: TableRegister) {
  let filter: TableFilter | undefined
  const address = shallowRef<Readonly<Record<string, unknown>>>({})
  const page = defineComponent(() => {
    const made = filter = useFilter(register, computed(() => tableColumns(register, [], nb)), {
      focusAreas: () => areas,
      nameOf: (_column, id) => ({ label: id, name: id, isCollective: false, isGone: false }),
      period: () => ({ periodFrom: 2021, periodTo: 2023 }),
      address: { read: () => address.value, write: (chosen) => { address.value = { ...chosen } } },
    })
    return () => h(TableFacts, { register, filter: made, focusAreas: areas })
  })
  const mounted = mount(page, { global: { provide: { [languageKey as symbol]: language } } })
  const number = (words: string) => {
    const found = mounted.findAll('button').find(button => button.text().replaceAll('\u00AD', '').includes(words))
    if (!found)
      throw new Error(`no number «${words}»`)
    return found
  }
  const kept = () => registerStore(register).order.filter(id => filter?.keeps(id))
  return { mounted, number, kept, address, filter: () => filter as TableFilter }
}

test('U85 what stands under «Nettverk»: how many run, by state, and apart from them what does not', () => {
  const lines = networkFacts(readRegister(plan.doc, 'networks'), areas, nb)
  expect(lineOf(lines, 'running')).toEqual(['13 i drift'])
  expect(lineOf(lines, 'states')).toEqual(['9 eksisterende', '1 videreutvikling', '1 revitalisering', '2 nyetablering'])
  expect(lineOf(lines, 'resting')).toEqual(['1 vurderer reetablering'])
})

test('U85 each number shows its rows and says so, also in the address; pressed once more it shows all', async () => {
  const { number, kept, address } = mountFacts('networks')
  await number('13 i drift').trigger('click')
  expect(kept()).toHaveLength(13)
  expect(kept()).not.toContain('N12')
  expect(number('13 i drift').attributes('aria-pressed')).toBe('true')
  await number('2 nyetablering').trigger('click')
  expect(kept()).toEqual(['N10', 'N11'])
  expect(address.value).toMatchObject({ state: ['new'] })
  expect(number('13 i drift').attributes('aria-pressed')).toBe('false')
  await number('2 nyetablering').trigger('click')
  expect(kept()).toHaveLength(14)
})

test('U85 a region’s own state has its own words, and what is trashed is not counted', async () => {
  setCell(plan, { register: 'networks', row: 'N01', field: 'state' }, 'Pilot')
  trashRow(plan, 'networks', 'N02')
  const { mounted, number, kept } = mountFacts('networks')
  expect(mounted.text()).toContain('12 i drift')
  await number('1 pilot').trigger('click')
  expect(kept()).toEqual(['N01'])
})

test('U86 focus areas are told as stated 2/7/4/11/8 and one for all, with how many of them run where those are fewer', () => {
  const lines = networkFacts(readRegister(plan.doc, 'networks'), areas, nb)
  expect(lineOf(lines, 'areas')).toEqual(['1: 2', '2: 7 – 6 i drift', '3: 4 – 3 i drift', '4: 11 – 10 i drift', '5: 8', '1 for alle'])
})

test('U86 an area’s number shows just the rows it counts, besides what the columns keep, and goes with «Fjern filtre»', async () => {
  const { number, kept, filter } = mountFacts('networks')
  await number('måltider: 4').trigger('click')
  expect(kept()).toEqual(['N05', 'N08', 'N12', 'N14'])
  await number('13 i drift').trigger('click')
  expect(kept()).toEqual(['N05', 'N08', 'N14'])
  expect(filter().isOn.value).toBe(true)
  filter().clear()
  await nextTick()
  expect(kept()).toHaveLength(14)
  expect(number('måltider: 4').attributes('aria-pressed')).toBe('false')
  await number('1 for alle').trigger('click')
  expect(kept()).toEqual(['N11'])
})

test('U86 an area whose number is shown takes in what others add to it meanwhile', async () => {
  const { number, kept } = mountFacts('networks')
  await number('Norge: 2').trigger('click')
  putMember(plan, { register: 'networks', row: 'N01', field: 'focusAreas' }, '1')
  await nextTick()
  expect(kept()).toEqual(['N01', 'N06', 'N07'])
})

test('U87 municipalities are told by phase, by decision out of all, and by what someone should look at, in both languages', () => {
  const set = (row: string, field: string, value: unknown) => setCell(plan, { register: 'municipalities', row, field }, value)
  expect(municipalityFacts(readRegister(plan.doc, 'municipalities'), today, nb).map(line => lineOf([line], line.id))).toEqual([['fase ikke oppgitt: 23', 'vedtak: 0 av 23']])
  set('1101', 'phase', 2)
  set('1103', 'phase', 3)
  set('1103', 'decision', 'decided')
  set('1103', 'lastContact', '2022-01-04')
  set('1106', 'contactCount', 3)
  const rows = readRegister(plan.doc, 'municipalities')
  expect(lineOf(municipalityFacts(rows, today, nb), 'phases')).toEqual(['fase 2: 1', 'fase 3: 1', 'fase ikke oppgitt: 21', 'vedtak: 1 av 23'])
  expect(lineOf(municipalityFacts(rows, today, nb), 'told')).toEqual([
    'ett vedtak mangler dato eller saksnummer', 'én har ikke 1–2 kontaktpersoner', 'én uten kontakt på et halvt år',
  ])
  expect(lineOf(municipalityFacts(rows, today, nn), 'told')?.[1]).toBe('éin har ikkje 1–2 kontaktpersonar')
})

test('U87 each of these numbers shows its municipalities', async () => {
  setCell(plan, { register: 'municipalities', row: '1106', field: 'contactCount' }, 0)
  setCell(plan, { register: 'municipalities', row: '1103', field: 'phase' }, 3)
  const { number, kept } = mountFacts('municipalities')
  await number('kontaktpersoner').trigger('click')
  expect(kept()).toEqual(['1106'])
  await number('kontaktpersoner').trigger('click')
  await number('fase 3').trigger('click')
  expect(kept()).toEqual(['1103'])
  await number('fase ikke oppgitt').trigger('click')
  expect(kept()).toHaveLength(22)
})

const linesOf = (register: string, field: string, row: object, year: number | null = 2023) =>
  followUpLines(register, field, { row, year, today, crossing: list => list.flatMap(({ id }) => id === 'helse-fonna' ? ['Helse Fonna-regionen'] : []) }, nb)
    .map(({ words, isOpen }) => isOpen ? `! ${words}` : words)

test('U88 under a municipality’s name stands the number of the plan’s year and the one it becomes; a bydel is told as one', () => {
  setActivePinia(createPinia())
  open('oslo-og-viken')
  const rows = new Map(readRegister(plan.doc, 'municipalities').map(row => [row.number, row]))
  const nameOf = (number: string, year?: number) => linesOf('municipalities', 'name', rows.get(number) ?? {}, year)
  expect(nameOf('3001')).toEqual(['3001, fra 2024: 3101 · Østfold'])
  expect(nameOf('3001', 2024)).toEqual(['3101, før 2024: 3001 · Østfold'])
  expect(nameOf('0301')).toEqual(['0301'])
  expect(nameOf('030101')).toEqual(['Bydel 030101'])
})

test('U88 a decision without its day or case, other than one or two contacts, and long silence are told in their cells', () => {
  const row = { decision: 'decided', decisionDate: null, caseNumber: '', contactCount: 4, lastContact: '2022-01-01' }
  expect(linesOf('municipalities', 'decision', row)).toEqual(['! Mangler dato og saksnummer'])
  expect(linesOf('municipalities', 'decision', { ...row, caseNumber: '22/104' })).toEqual(['Sak 22/104', '! Mangler dato'])
  expect(linesOf('municipalities', 'decision', { ...row, decisionDate: '2022-03-01' })).toEqual(['! Mangler saksnummer'])
  expect(linesOf('municipalities', 'decision', { ...row, decision: 'planned' })).toEqual([])
  expect(linesOf('municipalities', 'contactCount', row)).toEqual(['! Regelen er 1–2'])
  expect(linesOf('municipalities', 'contactCount', { ...row, contactCount: 2 })).toEqual([])
  expect(linesOf('municipalities', 'lastContact', row)).toEqual(['Over et halvt år siden'])
})

test('U88 a network’s area that crosses a county border is told as such', () => {
  const networks = new Map(readRegister(plan.doc, 'networks').map(row => [row.id, row]))
  expect(linesOf('networks', 'serviceAreas', networks.get('N01') ?? {})).toEqual(['Krysser fylkesgrensen'])
  expect(linesOf('networks', 'serviceAreas', networks.get('N07') ?? {})).toEqual([])
})

test('U89 a risk has Helsedirektoratet’s words and a bar of as many steps, and no sign of a status', () => {
  const steps = ['on-plan', 'minor-deviation', 'major-deviation', 'critical'].map((risk) => {
    const bar = mount(RiskSteps, { props: { step: stepOf('risk', risk) } })
    return [bar.findAll('rect').length, bar.findAll('.filled').length]
  })
  expect(steps).toEqual([[4, 1], [4, 2], [4, 3], [4, 4]])
  expect(nb.words.choices.activities.risk['on-plan']).toBe('I henhold til plan')
  expect(nn.words.choices.activities.risk['on-plan']).toBe('I samsvar med plan')
  expect([stepOf('risk', 'unknown'), stepOf('risk', null), stepOf('status', 'done'), glyphOf('risk', 'critical')]).toEqual([0, 0, 0, undefined])
})

test('U91 an occurrence, which has no words of its own, is called by what it is one of', () => {
  const occurrence = { activityId: 'K01', networkId: null, note: 'Mange kom' } as Partial<Row<'occurrences'>>
  expect(nameInWords('occurrences', occurrence, nb)).toBe('Informasjon på møter med tema …')
  expect(nameInWords('occurrences', { ...occurrence, activityId: null, networkId: 'N01' }, nb)).toBe('Aktiv omsorg')
  expect(nameInWords('occurrences', { activityId: 'finnes-ikke', networkId: null }, nb)).toBe('')
  expect(nameInWords('goals', { text: '' }, nb)).toBe('')
})

test('U91 of a note that two wrote in both keep their words, what others changed in other fields stands, and its day moves it', () => {
  const added = record(plan, { register: 'activities', id: 'K01' }, { state: 'planned', day: null, note: 'Møte' }, '2022-H1')
  const id = added.ok ? added.id : ''
  const cell = (field: string) => ({ register: 'occurrences', row: id, field }) as const
  const before = { state: 'planned', day: null, note: 'Møte' } as const
  replaceText(plan, cell('note'), 'Møte i Sola')
  setCell(plan, cell('state'), 'held')
  change(plan, id, before, { ...before, day: '2022-09-01', note: 'Nytt Møte' }, '2022-H1', mergeText)
  const [row] = readRegister(plan.doc, 'occurrences')
  expect(row).toMatchObject({ activityId: 'K01', state: 'held', note: 'Nytt Møte i Sola', date: '2022-09-01', year: 2022, half: 2 })
})

/** A part that stands in a page of the plan. */
function mountInPlan(part: () => ReturnType<typeof h>) {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/plan/:planId/:rest(.*)*', component: { render: () => null } }] })
  router.push('/plan/p1/aktiviteter').catch(() => {})
  const table = { period: computed(() => ({ periodFrom: 2021, periodTo: 2023 })) }
  return router.isReady().then(() => mount(defineComponent(() => {
    providePlan({ plan, undo: {} } as unknown as PlanSession)
    return part
  }), {
    global: { plugins: [router], provide: { [languageKey as symbol]: language, [tableKey as symbol]: table, [toastsKey as symbol]: openToasts() } },
  }))
}

test('U106 the details of a row tell what it promises in the half-year, what came of it, and lead to where that is written down', async () => {
  // The plan is over: its last half-year is shown.
  const details = async (register: 'activities' | 'networks', id: string) => await mountInPlan(() => h(PanelKept, { register, id }))
  const monthly = await details('activities', 'K16')
  expect(monthly.text().replace(/\s+/g, ' ')).toContain('Gjennomføring, høst 2023')
  expect(monthly.text()).toContain('Lovet 6 · holdt 0 · planlagt 0')
  expect(monthly.get('.mark').text()).toBe('mangler 6')
  expect(monthly.get('a').attributes('href')).toBe('/plan/p1/gjennomforing?halvar=2023h&rad=K16')
  record(plan, { register: 'activities', id: 'K16' }, { state: 'held', day: '2023-10-12', note: '' }, '2023-H2')
  record(plan, { register: 'activities', id: 'K08' }, { state: 'held', day: '2023-10-12', note: '' }, '2023-H2')
  await nextTick()
  expect(monthly.text()).toContain('holdt 1')
  expect(monthly.get('.mark').text()).toBe('mangler 5')

  // After invitation: nothing is told before something is written down.
  const invited = await details('activities', 'K11')
  expect(invited.text()).toBe('')
  record(plan, { register: 'activities', id: 'K11' }, { state: 'held', day: '2023-09-01', note: '' }, '2023-H2')
  await nextTick()
  expect(invited.text()).toContain('holdt 1')
})

test('U107 in a half-year that is over a row says quietly, by sign and word, what it lacks', async () => {
  const { groups } = usePromises(() => '2022-H2', () => '2026-H2')
  const [row] = groups.value[0]?.rows ?? []
  if (!row)
    throw new Error('no row promises anything')
  const shown = async (isOver: boolean) => await mountInPlan(() => h(PromiseRow, { row, planId: 'p1', halfYear: '2022-H2', isOver, mayWrite: false }))
  const mark = (await shown(true)).get('.kept .mark')
  expect([mark.text(), mark.classes().includes('quiet'), mark.find('svg').exists()]).toEqual(['mangler 1', true, true])
  const before = await shown(false)
  expect([before.find('.mark').exists(), before.get('.kept').text()]).toEqual([false, 'Lovet 1 · holdt 0 · planlagt 0 · gjenstår 1'])
})
