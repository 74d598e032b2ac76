// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import fc from 'fast-check'
import { createPinia, setActivePinia } from 'pinia'
import { computed, defineComponent, h, nextTick, ref, shallowRef } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { moveRow, putMember, replaceText, setCell, trashRow } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import type { Cell } from '#shared/plan/values.ts'
import { roles } from '#shared/protocol/api.ts'
import NoticeBar from '../../client/features/frame/NoticeBar.vue'
import PlanNav from '../../client/features/frame/PlanNav.vue'
import SaveLine from '../../client/features/frame/SaveLine.vue'
import { stepInWords } from '../../client/features/frame/undoWords.ts'
import { unsentAsText } from '../../client/features/frame/unsentFile.ts'
import { useUndoToasts } from '../../client/features/frame/useUndoToasts.ts'
import { leftAsText } from '../../client/features/left/leftFile.ts'
import LeftList from '../../client/features/left/LeftList.vue'
import type { LeftChange, RescueCause } from '../../client/plan/left.ts'
import { providePlan } from '../../client/plan/live.ts'
import { namesOf } from '../../client/plan/names.ts'
import type { PlanSession, SaveState } from '../../client/plan/session.ts'
import { registerStore, usePlanStores } from '../../client/plan/stores.ts'
import { openUndo } from '../../client/plan/undo.ts'
import { changesOf } from '../../client/plan/unsent.ts'
import { cellInWords } from '../../client/text/cellWords.ts'
import { languageKey } from '../../client/text/index.ts'
import { leftReasons } from '../../client/text/leftReasons.nb.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'
import type { Place } from '../../client/ui/goTo.ts'
import { openToasts, toastsKey } from '../../client/ui/toasts.ts'
import { planWith } from '../support/plans.ts'

const language = { language: shallowRef('nb' as const), text: computed(() => nb), choose: () => {} }
const areas = [{ number: 2, name: 'Aktivitet og fellesskap' }, { number: 4, name: 'Helsehjelp' }]
const now = new Date(2026, 10, 22, 10, 42).getTime()
const cell = (row: string, field: string): Cell => ({ register: 'activities', row, field })

let plan: Plan
beforeEach(() => {
  setActivePinia(createPinia())
  plan = planWith()
  usePlanStores().follow(plan)
  vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
  document.body.replaceChildren()
})

const left = (id: string, more: Partial<LeftChange> = {}): LeftChange =>
  ({ id, ...cell('K01', 'arena'), rowName: 'Møter', value: 'Møter med alle', why: 'too-long', since: now, ...more })
const openPages = () => createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { render: () => h('h1') } }] })
const around = () => ({ provide: { [languageKey as symbol]: language }, plugins: [openPages()] })
/** The list as a page shows it: with a heading of its own, and changes that follow what is asked for. */
function mountList(changes: readonly LeftChange[], { mayTry = true } = {}) {
  return mount(LeftList, { props: { changes, mayTry, focusAreas: areas, planId: 'p1' }, global: around(), attachTo: document.body })
}
const button = (list: ReturnType<typeof mountList>, name: string) => {
  const found = list.findAll('button').find(one => (one.attributes('aria-label') ?? one.text()) === name)
  if (!found)
    throw new Error(`no button ${name}: ${list.findAll('button').map(one => one.attributes('aria-label') ?? one.text()).join(' | ')}`)
  return found
}

test('U15 what could not be saved is read in full, by names and roles, with what the plan has now and why it is not there', () => {
  putMember(plan, cell('K01', 'responsible'), 'ks', 'contributor')
  const list = mountList([
    left('1', { field: 'responsible', value: { sf: 'responsible', ks: 'lead' }, why: 'not-allowed' }),
    left('2', { row: 'K02', field: 'when', value: { raw: 'To ganger i året', kind: 'yearly' }, why: 'changed-since' }),
    left('3', { row: 'ny', field: '', rowName: 'Fagdag', why: 'row-frozen', value: { arena: 'Fagdag', focusAreas: { 2: true, 4: true }, audienceId: 'A1', deletedAt: null } }),
    left('4', { row: 'borte', field: 'note', rowName: 'En rad som var', value: '', why: 'row-is-gone' }),
  ])
  const text = list.text()
  expect(list.findAll('h2').map(one => one.text())).toEqual(['Møter', 'Nyhetsbrev', 'Fagdag', 'En rad som var'])
  expect(list.findAll('.kind').map(one => one.text())).toEqual(['Aktivitet, rad 1', 'Aktivitet, rad 2', 'Aktivitet', `Aktivitet, ${nb.left.goneRow}`])
  expect(list.findAll('.mine').map(one => one.text())).toEqual([
    'SF (ansvarlig), KS (leder)', 'To ganger i året', 'AktivitetFagdagMålgruppeKommuneledelseInnsatsområde2 Aktivitet og fellesskap, 4 Helsehjelp', nb.left.erased,
  ])
  expect(list.findAll('.now').map(one => one.text())).toEqual(['I planen nå: SF (ansvarlig), KS (medvirker)', `I planen nå: ${nb.left.nothing}`])
  for (const why of ['not-allowed', 'changed-since', 'row-frozen', 'row-is-gone'] as const)
    expect(text).toContain(leftReasons[why].why)
})

test('U15 what the plan has come to hold is not told as a difference, and a row that is in the plan is a way to it', async () => {
  const list = mountList([left('1')])
  expect(list.get('.now').text()).toBe('I planen nå: Møter')
  expect(list.get('h2 a').attributes('href')).toBe('/plan/p1/aktiviteter?rad=K01')
  replaceText(plan, cell('K01', 'arena'), 'Møter med alle')
  await nextTick()
  expect(list.find('.now').exists()).toBe(false)
  trashRow(plan, 'activities', 'K01')
  await nextTick()
  expect(list.get('.kind').text()).toContain(nb.left.trashedRow)
  expect(list.find('h2 a').exists()).toBe(false)
})

test('U15 rows stand in the plan\'s order, and what was written in one row by time', () => {
  const list = mountList([
    left('1', { register: 'networks', row: 'N1', field: 'name', rowName: 'Nettverk' }), left('2', { row: 'borte', rowName: 'Borte' }), left('3', { row: 'K03' }),
    left('4', { since: now }), left('5', { field: 'note', since: now - 60_000 }),
  ])
  expect(list.findAll('[data-left]').map(one => one.attributes('data-left'))).toEqual(['5', '4', '3', '2', '1'])
})

test('U15 trying again and dropping say what came of it, ask before words are gone, and leave the focus at what comes next', async () => {
  const all = [left('1'), left('2', { row: 'K02' }), left('3', { row: 'K03' })]
  const list = mountList(all)
  await button(list, 'Prøv igjen: Aktivitet: Møter – Aktivitet').trigger('click')
  expect(list.emitted('tryAgain')).toEqual([[['1']]])
  await list.setProps({ changes: all.slice(1) })
  await nextTick()
  expect(list.get('[role=status]').text()).toBe(nb.left.tried(1, 0))

  const remove = button(list, 'Fjern: Aktivitet: Nyhetsbrev – Aktivitet')
  ;(remove.element as HTMLElement).focus()
  await remove.trigger('click')
  for (const words of [nb.left.removeQuestion, 'Aktivitet: Nyhetsbrev – Aktivitet', nb.left.removeWhat])
    expect(list.get('dialog').text()).toContain(words)
  expect(list.emitted('forget')).toBeUndefined()
  await list.get('dialog').findAll('button')[0]?.trigger('click')
  expect(list.emitted('forget')).toEqual([[['2']]])
  await list.setProps({ changes: all.slice(2) })
  await nextTick()
  expect(list.get('[role=status]').text()).toBe(nb.left.removed)
  expect(document.activeElement?.getAttribute('aria-label')).toBe(nb.left.copyName('Aktivitet: Kronikker – Aktivitet'))
})

test('U15 what cannot be saved this time either is said, though the list is as it was', async () => {
  const list = mountList([left('1'), left('2', { row: 'K02' })])
  await button(list, nb.left.tryAll).trigger('click')
  expect(list.emitted('tryAgain')).toEqual([[['1', '2']]])
  expect(list.get('[role=status]').text()).toBe(nb.left.trying)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(list.get('[role=status]').text()).toBe(nb.left.tried(0, 2))
})

test('U15 a change that was tried again is called saved when the server has it, not before', async () => {
  const list = mountList([left('1'), left('2', { row: 'K02' })])
  await button(list, 'Prøv igjen: Aktivitet: Møter – Aktivitet').trigger('click')
  // What else is being saved meanwhile says nothing of it.
  await list.setProps({ isSaved: false })
  await list.setProps({ isSaved: true })
  expect(list.get('[role=status]').text()).toBe(nb.left.trying)
  await list.setProps({ isSaved: false, changes: [left('2', { row: 'K02' })] })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(list.get('[role=status]').text()).toBe(nb.left.trying)
  await list.setProps({ isSaved: true })
  expect(list.get('[role=status]').text()).toBe(nb.left.tried(1, 0))
})

test('U15 a reason that is the same for all is said once, and a row is called by no more than its first words', async () => {
  const long = 'Et møte med mange '.repeat(40)
  replaceText(plan, cell('K01', 'arena'), long)
  const list = mountList([left('1'), left('2', { row: 'K02' })])
  const times = () => list.text().split(leftReasons['too-long'].why).length - 1
  expect(times()).toBe(1)
  expect(list.get('h2').text()).toMatch(/^Et møte med mange .{40,80} …$/)
  expect(button(list, nb.left.tryAll).exists()).toBe(true)
  expect(list.findAll('button').map(one => one.attributes('aria-label') ?? '').every(name => name.length < 120)).toBe(true)
  await list.setProps({ changes: [left('1'), left('2', { row: 'K02', why: 'row-frozen' }), left('3', { row: 'K03' })] })
  expect(times()).toBe(2)
})

test('U15 under another heading of the page its own headings come a step further down', async () => {
  const list = mountList([left('1')])
  const levels = () => list.findAll('h1, h2, h3, h4').map(one => one.element.tagName)
  expect(levels()).toEqual(['H1', 'H2', 'H3'])
  await list.setProps({ isPart: true })
  expect(levels()).toEqual(['H2', 'H3', 'H4'])
})

test('U15 copying says so, and marks the words where the browser does not let us', async () => {
  const list = mountList([left('1')])
  const copied: string[] = []
  const clipboard = vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue({ writeText: (words: string) => Promise.resolve(void copied.push(words)) } as unknown as Clipboard)
  await button(list, 'Kopier: Aktivitet: Møter – Aktivitet').trigger('click')
  await vi.advanceTimersByTimeAsync(0)
  expect([copied, list.get('[role=status]').text()]).toEqual([['Møter med alle'], 'Kopiert'])

  await vi.advanceTimersByTimeAsync(6_000)
  clipboard.mockReturnValue({ writeText: () => Promise.reject(new Error('no')) } as unknown as Clipboard)
  await button(list, 'Kopier: Aktivitet: Møter – Aktivitet').trigger('click')
  await vi.advanceTimersByTimeAsync(0)
  expect(list.get('[role=status]').text()).toBe(nb.left.selected)
  expect(getSelection()?.toString().trim()).toBe('Møter med alle')
  clipboard.mockRestore()
})

test('U15 who may not write can read, copy and download, and is told why not more; an empty list says that all is well', async () => {
  const list = mountList([left('1')], { mayTry: false })
  expect(list.findAll('button').map(one => one.text())).toEqual([nb.left.download, nb.left.copy, nb.left.remove])
  expect(list.text()).toContain(nb.left.mayNot)
  await list.setProps({ changes: [] })
  expect(list.text()).toContain(nb.left.empty)
  expect(list.find('button').exists()).toBe(false)
})

test('U16 the files hold names and not ids: sets by members and roles, references by name, dates and choices in words', () => {
  setCell(plan, cell('K02', 'status'), 'in-progress')
  putMember(plan, cell('K02', 'responsible'), 'ks', 'lead')
  setCell(plan, cell('K02', 'audienceId'), 'A1')
  trashRow(plan, 'activities', 'K03')
  moveRow(plan, 'activities', 'K02', { parentId: 'G2' })
  const cells = ['status', 'responsible', 'audienceId', 'focusAreas', 'place'].map(field => cell('K02', field))
  const session = { unsent: () => changesOf(plan.doc, [...cells, cell('K03', 'deletedAt')].map(one => ({ cell: one, at: now }))) }
  const file = unsentAsText(session, 'Planen', nb, namesOf(nb, areas), now)
  expect(file.split('\n').slice(0, 6)).toEqual([
    'Det du har skrevet i «Planen» som ikke er sendt til serveren per 22. november 10:42.', '', 'Aktivitet: Nyhetsbrev – Status', 'Skrevet 10:42:', 'I gang', '',
  ])
  for (const words of ['Ansvar\nSkrevet 10:42:\nKS (leder)', 'Målgruppe\nSkrevet 10:42:\nKommuneledelse', '2 Aktivitet og fellesskap, 4 Helsehjelp', 'Innbyggerne vet – Først', 'Aktivitet: Kronikker – Papirkurv'])
    expect(file).toContain(words)
  expect(file).not.toMatch(/(?<!\p{L})(?:ks|A1|G2|K0\d|in-progress|lead)(?!\p{L})/u)
  expect(unsentAsText({ unsent: () => [] }, 'Planen', nb, namesOf(nb, areas), now)).toContain(nb.save.fileEmpty)
})

test('U16 what could not be saved is downloaded in the same form, each with why', () => {
  const row = { arena: 'Fagdag', responsible: { ks: ['lead', 'contributor'] }, when: { raw: 'Høst', kind: 'seasons' } }
  const file = leftAsText([left('1', { row: 'ny', field: '', rowName: 'Fagdag', value: row, why: 'row-frozen' })], 'Planen', { text: nb, names: namesOf(nb, areas), reasons: leftReasons }, now)
  expect(file).toBe([
    nb.left.fileHead('Planen', '22. november 10:42'), '', `Aktivitet: Fagdag – ${nb.left.wholeRow}`, 'Skrevet 10:42:', 'Aktivitet: Fagdag', 'Når: Høst',
    'Ansvar: KS (leder, medvirker)', `(${leftReasons['row-frozen'].why})`, '',
  ].join('\n'))
})

test('U16 any value in any cell reads as words, as plain JSON and as a row holds it', () => {
  const names = namesOf(nb, areas)
  for (const register of registerNames) {
    for (const [field] of [...fieldsOf(register), ['deletedAt'], ['unknown']] as const)
      fc.assert(fc.property(fc.jsonValue(), value => typeof cellInWords({ register, row: 'r', field }, value, nb, names) === 'string'), { numRuns: 20 })
  }
  for (const [field, value] of [['status', 'toString'], ['channelTypes', { valueOf: true }], ['responsible', { ks: '__proto__' }]] as const)
    expect(typeof cellInWords(cell('K01', field), value, nb, names)).toBe('string')
  expect(cellInWords({ register: 'nothing' as 'plan', row: 'r', field: 'f' }, 'words', nb, names)).toBe('words')
  for (const [field] of fieldsOf('activities')) {
    const stored = readCellPlain(plan.doc, cell('K01', field))
    const held = (registerStore('activities').byId.get('K01') as Readonly<Record<string, unknown>> | undefined)?.[field]
    expect(cellInWords(cell('K01', field), held, nb, names), field).toBe(cellInWords(cell('K01', field), stored, nb, names))
  }
})

test('U14 every cause is told by what happened, what is safe and what to do, and where the rest is', async () => {
  for (const text of [nb, nn]) {
    const provide = { [languageKey as symbol]: { language: shallowRef('nb' as const), text: computed(() => text), choose: () => {} } }
    for (const cause of Object.keys(text.left.causes) as RescueCause[]) {
      const bar = mount(NoticeBar, {
        props: { save: { state: 'saved', at: now } as SaveState, outcome: { at: now, cause, written: 39, left: 1 }, role: 'editor' }, global: { provide },
      })
      const { title, happened, todo } = text.left.causes[cause]
      const told = cause === 'access-changed' ? text.left.roleNow.editor : happened
      expect(bar.get('p').text()).toBe(`${title} ${told} ${text.left.outcome(39, 1)} ${todo}`)
      await bar.findAll('button')[0]?.trigger('click')
      await bar.findAll('button')[1]?.trigger('click')
      expect([bar.emitted('see'), bar.emitted('dismiss')]).toEqual([[[]], [[]]])
    }
  }
  expect(nb.left.outcome(39, 1)).toBe('Én endring kunne ikke lagres, men ligger trygt på denne enheten. De 39 andre er lagret.')
})

test('U14 with nothing left it is said that nothing is lost, and the list is not pointed at from itself', async () => {
  const save: SaveState = { state: 'saved', at: now }
  const bar = mount(NoticeBar, { props: { save, outcome: { at: now, cause: 'differs', written: 2, left: 0 }, role: 'editor' }, global: around() })
  expect(bar.get('p').text()).toBe(`${nb.left.causes.differs.title} ${nb.left.causes.differs.happened} ${nb.left.outcome(2, 0)}`)
  expect(bar.findAll('button').map(one => one.text())).toEqual([nb.nav.close])
  await bar.setProps({ outcome: { at: now, cause: 'too-long', written: 0, left: 3 }, isAtList: true })
  expect(bar.findAll('button').map(one => one.text())).toEqual([nb.nav.close])
})

test('U14 whose role has become another is told what they may do now; with a page that is too old nothing is lost', async () => {
  const save: SaveState = { state: 'saved', at: now }
  for (const role of roles) {
    const bar = mount(NoticeBar, { props: { save, role, news: { kind: 'reach' } }, global: around() })
    expect(bar.get('p').text()).toBe(`${nb.left.roleTitle} ${nb.left.roleNow[role]}`)
    await bar.setProps({ news: null, outcome: { at: now, cause: 'not-allowed', written: 0, left: 2 } })
    const isLowered = role === 'reader' || role === 'commenter'
    expect(bar.text()).toContain(isLowered ? `${nb.left.roleTitle} ${nb.left.roleNow[role]}` : nb.left.causes['not-allowed'].happened)
  }
  const bar = mount(NoticeBar, { props: { save: { state: 'stopped', reason: 'outdated-client', unsent: 3, kept: true }, role: 'editor' }, global: around() })
  expect(bar.text()).toContain('Last siden på nytt – ingenting er mistet')
  expect(bar.text()).toContain(nb.save.kept(3))
})

test('U157, U158 the notice names whom one stands in for and the last day of it, and has no mark of what is saved', async () => {
  const save: SaveState = { state: 'saved', at: now }
  const anne = { memberId: 'a1', name: 'Anne Sund', until: new Date(2026, 11, 1).getTime() }
  const bar = mount(NoticeBar, { props: { save, role: 'owner', news: { kind: 'deputy', of: [anne] } }, global: around() })
  expect(bar.get('p').text().replaceAll('\u00A0', ' ')).toBe('Du er vikar for Anne Sund til og med 30. november, og kan gjøre det samme.')
  expect(bar.get('.notice-bar').classes()).toContain('told')
  await bar.setProps({ role: 'editor', news: { kind: 'deputy-no-more', names: ['Anne Sund'] } })
  expect(bar.get('p').text()).toBe(`Du er ikke lenger vikar for Anne Sund. ${nb.left.roleNow.editor}`)
  await bar.setProps({ outcome: { at: now, cause: 'access-changed', written: 0, left: 1 } })
  expect(bar.get('p').text()).toMatch(/^Du er ikke lenger vikar for Anne Sund\..*Én endring kunne ikke lagres/)
  await bar.setProps({ news: null, outcome: { at: now, cause: 'access-changed', written: 0, left: 0 } })
  expect(bar.get('.notice-bar').classes()).toContain('told')
  await bar.setProps({ outcome: { at: now, cause: 'differs', written: 2, left: 0 } })
  expect(bar.get('.notice-bar').classes()).toContain('calm')
})

test('U14 what is left stands quietly in the save line and among the plan\'s places, and nowhere when there is nothing', async () => {
  const line = mount(SaveLine, { props: { save: { state: 'saved', at: now }, left: 3, leftAt: '/plan/p1/ikke-lagret' }, global: around() })
  expect(line.get('a').text()).toBe(`${nb.left.line(3)}: ${nb.left.lineWhat}`)
  const nav = mount(PlanNav, { props: { planId: 'p1', left: 3 }, global: around() })
  const places = () => nav.findAll('a').map(one => one.attributes('href'))
  expect(places()).toContain('/plan/p1/ikke-lagret')
  await line.setProps({ left: 0 })
  await nav.setProps({ left: 0 })
  expect([line.find('a').exists(), places().includes('/plan/p1/ikke-lagret')]).toEqual([false, false])
})

test('U13 a step is named by what was done, with the row\'s name, or its number while it has none, or how many', () => {
  const named = (step: Partial<Parameters<typeof stepInWords>[0]>) => stepInWords({ kind: 'moved', register: 'activities', rows: ['K02'], ...step }, nb)
  expect(named({})).toBe('flyttet «Nyhetsbrev»')
  expect(named({ kind: 'trashed' })).toBe('slettet «Nyhetsbrev»')
  expect(named({ kind: 'restored', rows: ['K01', 'K02'] })).toBe('gjenopprettet 2 rader')
  expect(named({ kind: 'added', rows: Array.from({ length: 14 }, (_, n) => `r${n}`) })).toBe('la til 14 rader')
  expect(named({ kind: 'changed', field: 'when' })).toBe('endret Når, «Nyhetsbrev»')
  expect(named({ kind: 'changed-members' })).toBe('endret «Nyhetsbrev»')
  replaceText(plan, cell('K03', 'arena'), '')
  expect(named({ kind: 'wrote', field: 'arena', rows: ['K03'] })).toBe('skrev i Aktivitet, rad 3')
  replaceText(plan, { register: 'goals', row: 'G1', field: 'text' }, '')
  expect(named({ kind: 'wrote', register: 'goals', rows: ['G1'], field: 'text' })).toBe('skrev i Mål, Mål 1')
})

test('U13 what is undone is told with the way back, and with the way there from another page', async () => {
  const undo = openUndo(plan)
  const router = openPages()
  const toasts = openToasts()
  const wanted = shallowRef<Place | null>(null)
  const row = document.body.appendChild(document.createElement('div'))
  row.dataset['row'] = 'K02'
  await router.push('/plan/p1/aktiviteter')
  mount({
    setup() {
      providePlan({ plan, undo } as unknown as PlanSession)
      return () => h(defineComponent(() => {
        useUndoToasts(() => 'p1', ref(null), wanted)
        return () => h(RouterView)
      }))
    },
  }, { global: { provide: { [languageKey as symbol]: language, [toastsKey as symbol]: toasts }, plugins: [router] }, attachTo: document.body })
  const told = async () => {
    await nextTick()
    await nextTick()
    return [toasts.current.value?.words, ...toasts.current.value?.actions?.map(action => action.words) ?? []]
  }
  undo.asOneStep(() => trashRow(plan, 'activities', 'K02'))
  undo.undo()
  expect(await told()).toEqual(['Angret: slettet «Nyhetsbrev»', 'Gjør om'])
  toasts.current.value?.actions?.[0]?.act()
  expect(await told()).toEqual(['Gjort om: slettet «Nyhetsbrev»', 'Angre'])

  row.remove()
  await router.push('/plan/p1/nettverk')
  undo.undo()
  expect(await told()).toEqual(['Angret: slettet «Nyhetsbrev»', 'Gjør om', 'Vis'])
  toasts.current.value?.actions?.[1]?.act()
  await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/plan/p1/aktiviteter'))
  await vi.waitFor(() => expect(wanted.value).toMatchObject({ register: 'activities', row: 'K02' }))
  await router.push('/plan/p1/nettverk')
  undo.redo()
  await told()
  toasts.current.value?.actions?.[1]?.act()
  await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/plan/p1/papirkurv'))
  // Once something else has been done, what is offered would be another step.
  undo.undo()
  expect(await told()).toContain('Gjør om')
  undo.asOneStep(() => trashRow(plan, 'activities', 'K01'))
  expect(await told()).toEqual([undefined])
})
