// @vitest-environment happy-dom
import { flushPromises, mount, RouterLinkStub } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, defineComponent, h, nextTick, provide, shallowRef, type Component } from 'vue'
import { routeLocationKey, routerKey } from 'vue-router'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { replaceText, spliceText } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readRow } from '#shared/plan/read.ts'
import type { Cell } from '#shared/plan/values.ts'
import PersonMenu from '../../client/features/frame/PersonMenu.vue'
import { tableKey, type TableContext } from '../../client/features/table/context.ts'
import TextCell from '../../client/features/table/TextCell.vue'
import AccessibilityPage from '../../client/pages/AccessibilityPage.vue'
import PrivacyPage from '../../client/pages/PrivacyPage.vue'
import NotFoundPage from '../../client/pages/NotFoundPage.vue'
import { providePlan } from '../../client/plan/live.ts'
import type { PlanSession } from '../../client/plan/session.ts'
import { registerStore, usePlanStores } from '../../client/plan/stores.ts'
import { openUndo } from '../../client/plan/undo.ts'
import { about as aboutNb } from '../../client/text/about.nb.ts'
import { about as aboutNn } from '../../client/text/about.nn.ts'
import { languageKey, type Language } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'
import { personal } from '../../client/text/personal.nb.ts'
import { personal as personalNn } from '../../client/text/personal.nn.ts'
import { colorSchemeKey } from '../../client/ui/colorScheme.ts'
import { painted } from '../support/painted.ts'
import { bringTogether, planWith } from '../support/plans.ts'

const cell: Cell = { register: 'activities', row: 'K01', field: 'arena' }
/** A test number: its month is one that nobody is born in. */
const number = '01818000010'
let plan: Plan

beforeEach(() => {
  setActivePinia(createPinia())
  plan = planWith()
  usePlanStores().follow(plan)
  localStorage.clear()
})
afterEach(() => {
  document.body.replaceChildren()
  vi.unstubAllGlobals()
})

const languageOf = (language: Language) => ({ language: shallowRef(language), text: computed(() => language === 'nb' ? nb : nn), choose: () => Promise.resolve() })
const routeOf = (planId: string) => ({ params: { planId } })

/** One cell of running text, as it stands in the details of a row. */
interface Mounting { readonly mayEdit?: boolean, readonly memberId?: string, readonly planId?: string, readonly language?: Language }
async function mountCell({ mayEdit = true, memberId = 'kari', planId = 'p1', language = 'nb' }: Mounting = {}) {
  const undo = openUndo(plan)
  const session: Partial<PlanSession> = {
    plan, undo, me: { memberId, name: 'Kari', organisation: 'KS', role: 'editor', registers: null }, goTo: () => {}, showCaret: () => {}, canSave: shallowRef(true),
    fresh: { cells: new Map(), onChanges: () => () => {} }, carets: new Map(),
  }
  const table: Partial<TableContext> = { register: 'activities', mayEdit: computed(() => mayEdit), people: new Map(), tellGone: () => {} }
  const page = defineComponent(() => {
    providePlan(session as PlanSession)
    provide(tableKey, table as TableContext)
    const words = computed(() => registerStore('activities').byId.get('K01')?.arena ?? '')
    return () => h('div', [h(TextCell, { register: 'activities', id: 'K01', field: 'arena', label: 'Aktivitet', value: words.value })])
  })
  const mounted = mount(page, {
    global: { provide: { [languageKey as symbol]: languageOf(language), [routeLocationKey as symbol]: routeOf(planId) } },
    attachTo: document.body,
  })
  const asked = () => mounted.find('.personal:not(.empty)')
  const choose = async (words: string) => {
    await mounted.findAll('button').find(one => one.text() === words)?.trigger('click')
    await nextTick()
    await nextTick()
  }
  // The part that asks is fetched when there may be something to ask about.
  await import('../../client/features/table/notes/PersonalNote.vue')
  for (let n = 0; n < 5; n++)
    await painted()
  return { mounted, undo, asked, choose, told: () => mounted.find('.personal [role=status]').text() }
}
const words = () => readRow(plan.doc, 'activities', 'K01')?.arena
/** Opens the cell, writes, and stays in it. */
async function write({ mounted }: Awaited<ReturnType<typeof mountCell>>, text: string) {
  await mounted.get('button.cell').trigger('click')
  await mounted.get('textarea').setValue(text)
  for (let n = 0; n < 5; n++)
    await painted()
}
async function leave({ mounted }: Awaited<ReturnType<typeof mountCell>>) {
  await mounted.get('textarea').trigger('keydown', { key: 'Escape' })
  for (let n = 0; n < 5; n++)
    await painted()
}

test('U120 what looks as if it told of one person is asked about when the cell is left, not while it is written in: what it looks like, why it does not belong, and what can be done', async () => {
  for (const [text, kind, isStrong] of [
    [`Født ${number}`, 'identityNumber', true], ['Ring 51 56 87 00', 'phoneNumber', false], ['kari.nes@ks.no', 'mailAddress', false], ['Hos Kari, Storgata 5', 'streetAddress', false],
  ] as const) {
    for (const language of ['nb', 'nn'] as const) {
      const page = await mountCell({ language })
      const said = language === 'nb' ? personal : personalNn
      await write(page, text)
      expect(page.asked().exists()).toBe(false)
      expect(words()).toBe(text)
      await leave(page)
      expect(page.told()).toBe(said.looksLike[kind])
      expect(page.asked().attributes()).toMatchObject({ 'role': 'group', 'aria-label': said.looksLike[kind] })
      expect(page.asked().text()).toContain(said.why[kind])
      expect(page.asked().text()).toContain(said.history)
      expect(page.asked().findAll('button').map(one => one.text())).toEqual([said.remove, said.dismiss])
      expect(page.asked().classes('strong')).toBe(isStrong)
      replaceText(plan, cell, 'Møter')
      await nextTick()
      expect(page.asked().exists()).toBe(false)
      page.mounted.unmount()
    }
  }
})

test('U120 the region where it is spoken is there before it is said, politely, and what others write is asked about too; a reader is asked nothing', async () => {
  const page = await mountCell()
  expect(page.mounted.find('.personal').exists()).toBe(false)
  await write(page, 'I 2023')
  expect(page.mounted.get('.personal.empty [role=status]').text()).toBe('')
  await leave(page)
  expect(page.told()).toBe('')
  spliceText(plan, cell, { at: 0, remove: 0, insert: '51568700 ' })
  await nextTick()
  expect(page.told()).toBe(personal.looksLike.phoneNumber)
  page.mounted.unmount()
  const reader = await mountCell({ mayEdit: false })
  expect(reader.mounted.text()).toContain('51568700')
  expect(reader.mounted.find('.personal').exists()).toBe(false)
})

test('U121 «Fjern det» takes out those words and no others, as one step that can be undone, and the next is asked about; the focus is in the cell when none is left', async () => {
  const before = `Ring 51 56 87 00 eller kari.nes@ks.no, helst før ${number}.`
  replaceText(plan, cell, before)
  const page = await mountCell()
  const other = planWith()
  bringTogether(plan, other)
  expect(page.asked().text()).toContain(personal.of(1, 3))
  expect(page.asked().text()).toContain('«51 56 87 00»')
  await page.choose(personal.remove)
  expect(words()).toBe(`Ring  eller kari.nes@ks.no, helst før ${number}.`)
  page.undo.undo()
  await nextTick()
  expect(words()).toBe(before)
  // What somebody wrote meanwhile, before and after, stays.
  spliceText(other, cell, { at: 0, remove: 0, insert: 'Viktig! ' })
  bringTogether(plan, other)
  await nextTick()
  for (const left of [`Viktig! Ring  eller kari.nes@ks.no, helst før ${number}.`, `Viktig! Ring  eller , helst før ${number}.`]) {
    await page.choose(personal.remove)
    expect(words()).toBe(left)
  }
  expect(page.asked().classes()).toContain('strong')
  expect(page.asked().text()).not.toContain(number)
  await page.choose(personal.remove)
  expect(words()).toBe('Viktig! Ring  eller , helst før .')
  expect(page.asked().exists()).toBe(false)
  expect(document.activeElement).toBe(page.mounted.get('button.cell').element)
})

test('U122 «Det er ikke det» is remembered for the cell and the words, for the person, the plan and the device, and never the words themselves', async () => {
  replaceText(plan, cell, 'Vakttelefonen er 51 56 87 00')
  const page = await mountCell()
  await page.choose(personal.dismiss)
  expect(page.asked().exists()).toBe(false)
  expect(words()).toBe('Vakttelefonen er 51 56 87 00')
  expect(page.undo.canUndo.value).toBe(false)
  page.mounted.unmount()
  expect(JSON.stringify({ ...localStorage })).not.toMatch(/51 ?56|8700/)

  const isAskedOf = async (whose: Mounting = {}) => {
    setActivePinia(createPinia())
    usePlanStores().follow(plan)
    const again = await mountCell(whose)
    const is = again.asked().exists()
    again.mounted.unmount()
    return is
  }
  expect(await isAskedOf()).toBe(false)
  expect(await isAskedOf({ memberId: 'olav' })).toBe(true)
  expect(await isAskedOf({ planId: 'p2' })).toBe(true)
  replaceText(plan, cell, 'Det er 51 56 87 00 som er vakttelefonen')
  expect(await isAskedOf()).toBe(false)
  replaceText(plan, cell, 'Det er 51 56 87 01 som er vakttelefonen')
  expect(await isAskedOf()).toBe(true)
})

const went: unknown[] = []
/** `name`: of who is signed in; null for nobody. */
interface Reading { readonly language?: Language, readonly contact?: string | null, readonly name?: string | null }
function mountPage(page: Component, { language = 'nb', contact = null, name = null }: Reading = {}) {
  const router = { push: (to: unknown) => Promise.resolve(went.push(to)) }
  const colorScheme = { scheme: shallowRef('auto'), choose: () => {} }
  const provided = { [languageKey as symbol]: languageOf(language), [routerKey as symbol]: router, [colorSchemeKey as symbol]: colorScheme }
  const global = { provide: provided, stubs: { RouterLink: RouterLinkStub } }
  const answers: Readonly<Record<string, () => Response>> = {
    '/api/session': () => name === null ? Response.json({}, { status: 401 }) : Response.json({ member: { memberId: 'm', name, organisation: 'SF' } }),
    '/api/logg-ut': () => Response.json({ provider: null }),
  }
  vi.stubGlobal('fetch', (to: string) => Promise.resolve(answers[to]?.() ?? Response.json({ email: true, provider: null, contact })))
  return mount(page, { global })
}
/** When the server has said whom to turn to. */
async function mountRead(page: Component, reading: Reading) {
  const shown = mountPage(page, reading)
  await flushPromises()
  return shown
}

/** Without the places where its words may be divided. */
const said = (part: { text(): string }) => part.text().replace(/[\u00AD\u200B\u2060]/gu, '')

test('U126 what is said of accessibility and of personal data can be read by everybody, in both languages, and tells whom to turn to', async () => {
  for (const [page, key] of [[AccessibilityPage, 'accessibility'], [PrivacyPage, 'privacy']] as const) {
    for (const [language, about] of [['nb', aboutNb], ['nn', aboutNn]] as const) {
      const shown = mountPage(page, { language })
      expect(said(shown.get('h1'))).toBe(about[key].title)
      expect(shown.findAll('h2').map(said)).toEqual(about[key].sections.map(({ title }) => title))
      for (const { words = [], list = [], facts = [], after = '' } of about[key].sections) {
        for (const sentence of [...words, ...list, ...facts.flat(), after])
          expect(said(shown)).toContain(sentence)
      }
      expect(shown.get('.contact').text()).toBe(about.noContact)
      expect(document.title).toContain(about[key].title)
    }
    expect((await mountRead(page, { contact: 'plan@example.no' })).get('.contact a').attributes('href')).toBe('mailto:plan@example.no')
    expect((await mountRead(page, { contact: 'https://example.no/hjelp' })).get('.contact a').attributes('href')).toBe('https://example.no/hjelp')
    const inWords = await mountRead(page, { contact: 'Kari på sentralbordet' })
    expect(inWords.get('.contact').text()).toBe(`${aboutNb.contactBefore} Kari på sentralbordet`)
    expect(inWords.find('.contact a').exists()).toBe(false)
    expect((await mountRead(page, { contact: 'javascript://example.no' })).find('.contact a').exists()).toBe(false)
  }
})

test('U126 both languages say the same: section for section, as many sentences, and as many points', () => {
  const shapeOf = ({ accessibility, privacy }: typeof aboutNb) => [accessibility, privacy].map(({ sections }) => sections
    .map(({ words = [], list = [], facts = [], ...rest }) => [words.length, list.length, facts.length, Object.keys(rest).sort()]))
  expect(shapeOf(aboutNn)).toEqual(shapeOf(aboutNb))
  const sentences = (text: unknown): readonly string[] => typeof text === 'string' ? [text]
    : typeof text === 'object' && text !== null ? Object.values(text).flatMap(sentences) : []
  const nynorsk = new Set(sentences(aboutNn))
  expect(sentences(aboutNb).filter(sentence => sentence.split(' ').length > 8 && nynorsk.has(sentence))).toEqual([])
})

test('U126 the sites where one may complain are links, in both languages, and nothing else in the sentences is', () => {
  const linksOf = (page: Component, language: Language) => mountPage(page, { language }).findAll('section a').map(link => [link.text(), link.attributes('href')])
  for (const language of ['nb', 'nn'] as const) {
    expect(linksOf(AccessibilityPage, language)).toEqual([['uustatus.no', 'https://uustatus.no/'], ['uutilsynet.no', 'https://www.uutilsynet.no/']])
    expect(linksOf(PrivacyPage, language)).toEqual([['datatilsynet.no', 'https://www.datatilsynet.no/']])
  }
})

test('U126 whoever is signed in keeps the account menu there, and signs out by it', async () => {
  for (const page of [AccessibilityPage, PrivacyPage]) {
    expect((await mountRead(page, {})).find('.person-menu').exists()).toBe(false)
    const shown = await mountRead(page, { name: 'Kari Nes' })
    expect(shown.get('.person-menu').attributes('aria-label')).toBe(nb.person.menu('Kari Nes, SF'))
    shown.findComponent(PersonMenu).vm.$emit('signOut')
    await flushPromises()
    expect(went.splice(0)).toEqual([{ path: '/', query: { ut: '1' } }])
  }
})

test('U126 the pages outside a plan lead to both, where nothing was found too', () => {
  for (const page of [AccessibilityPage, PrivacyPage, NotFoundPage]) {
    const links = mountPage(page).findAllComponents(RouterLinkStub).map(link => link.props('to'))
    expect(links).toEqual(expect.arrayContaining(['/tilgjengelighet', '/personvern']))
  }
})
