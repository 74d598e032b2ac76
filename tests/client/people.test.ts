// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, nextTick, shallowRef } from 'vue'
import { beforeEach, expect, test } from 'vitest'
import { dropMember, putMember, trashRow } from '#shared/plan/commands.ts'
import { nextPlanSeed, carryAll } from '#shared/plan/nextPlan.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readPlan } from '#shared/plan/read.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import CellValue from '../../client/features/table/CellValue.vue'
import { tableKey } from '../../client/features/table/context.ts'
import MemberChip from '../../client/features/table/editors/MemberChip.vue'
import { useGroupsOfPeople } from '../../client/plan/groupsOfPeople.ts'
import { fullNamesOf, namesNow } from '../../client/plan/names.ts'
import { usePersonNames, type PersonNamed } from '../../client/plan/personNames.ts'
import { registerStore, usePlanStores } from '../../client/plan/stores.ts'
import { cellInWords } from '../../client/text/cellWords.ts'
import { languageKey } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { readCellWords } from '../../client/text/readWords.ts'
import { bringTogether, planWith, smallSeed } from '../support/plans.ts'

const [kari, olav] = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210']
const cell = (row: string) => ({ register: 'groups', row, field: 'people' }) as const
const person = (id: string, name: string, isPast = false): PersonNamed => ({ id, name, organisation: { words: 'KS' }, isPast })
const groups = [{ id: 'koord', name: 'Koordineringsgruppa' }, { id: 'forum', name: 'Ressursforum' }]

let plan: Plan
beforeEach(() => {
  setActivePinia(createPinia())
  plan = planWith({ ...smallSeed, groups })
  usePlanStores().follow(plan)
})
const inWords = () => cellInWords(cell('koord'), registerStore('groups').byId.get('koord')?.people, nb, fullNamesOf(nb, []))

test('D37 a person is in a group by an id of the server’s: a name, an address or a row is none, and does not get in', () => {
  for (const wrong of ['Kari Nes', 'kari@sf.no', 'sf', kari.toUpperCase(), kari.slice(1), `${kari}0`, ''])
    expect(putMember(plan, cell('koord'), wrong, true), wrong).toMatchObject({ ok: false })
  expect(putMember(plan, cell('koord'), kari, 'leder')).toEqual({ ok: true })
  expect(registerStore('groups').byId.get('koord')?.people).toEqual([{ id: kari, roles: ['leder'] }])
})

test('D37 two who put different persons into one group both succeed', () => {
  const other = planWith()
  bringTogether(plan, other)
  putMember(plan, cell('koord'), kari, true)
  putMember(other, cell('koord'), olav, true)
  bringTogether(plan, other)
  expect(registerStore('groups').byId.get('koord')?.people.map(({ id }) => id)).toEqual([kari, olav])
})

test('D37 a plan that is made from another takes its groups along, and nobody in them', () => {
  putMember(plan, cell('koord'), kari, true)
  const next = nextPlanSeed(readPlan(plan.doc), { title: 'Neste', regionId: 'rogaland', periodFrom: 2024, periodTo: 2025 }, carryAll)
  expect(next.groups?.map(row => [row.id, 'people' in row && row.people !== undefined])).toEqual([['koord', false], ['forum', false]])
})

test('U149 a person reads by the name the server tells, as a former member once nobody goes by the id, and by neither while nobody has answered', async () => {
  const names = usePersonNames()
  let answer: readonly PersonNamed[] | null = null
  names.follow('p1', () => Promise.resolve(answer))
  putMember(plan, cell('koord'), kari, 'leder')
  await names.again()
  expect(inWords()).toBe(`${nb.people.notFetched} (leder)`)
  answer = [person(kari, 'Kari Nes')]
  const asking = names.again()
  expect(inWords()).toBe(`${nb.people.fetching} (leder)`)
  await asking
  expect(inWords()).toBe('Kari Nes (leder)')
  answer = []
  await names.again()
  expect(inWords()).toBe('tidligere medlem (leder)')
})

test('U149 names that come late from another plan are nobody’s here', async () => {
  const names = usePersonNames()
  let come: (people: readonly PersonNamed[]) => void = () => {}
  names.follow('p1', () => new Promise((resolve) => { come = resolve }))
  const asking = names.again()
  names.follow('p2', () => Promise.resolve([]))
  come([person(kari, 'Kari Nes')])
  await asking
  expect(names.byId.size).toBe(0)
})

test('U149 names of a plan that is opened anew in the same turn stand, and are gone with its page', async () => {
  const names = usePersonNames()
  const stop = names.follow('p1', () => Promise.resolve([person(kari, 'Kari Nes')]))
  await names.want()
  stop()
  const stopAnew = names.follow('p1', () => Promise.resolve([]))
  await nextTick()
  expect(names.byId.size).toBe(1)
  stopAnew()
  await nextTick()
  expect([names.byId.size, names.state]).toEqual([0, 'unasked'])
})

test('U149 who has gone meanwhile is named no more once the page is looked at anew, and nobody is unknown until the answer is there', async () => {
  const names = usePersonNames()
  let answer: readonly PersonNamed[] = [person(kari, 'Kari Nes')]
  names.follow('p1', () => Promise.resolve(answer))
  await names.lookAnew()
  expect(names.state).toBe('unasked')
  putMember(plan, cell('koord'), kari, 'leder')
  putMember(plan, cell('koord'), olav, true)
  await names.want()
  answer = []
  const looking = names.lookAnew()
  expect(inWords()).toBe('Kari Nes (leder), tidligere medlem')
  await looking
  expect(inWords()).toBe('tidligere medlem (leder), tidligere medlem')
})

test('U149 where the part that asks cannot be fetched, they are asked for again when the page is looked at anew', async () => {
  const names = usePersonNames()
  let isThere = false
  names.follow('p1', () => isThere ? Promise.resolve([person(kari, 'Kari Nes')]) : Promise.reject(new TypeError('no such part')))
  await names.want()
  expect(names.state).toBe('failed')
  isThere = true
  await names.lookAnew()
  expect(names.byId.get(kari)?.name).toBe('Kari Nes')
})

test('U149 words are read back as the one person of that name: not as one whose time is over, and as nobody where two have it', async () => {
  const names = usePersonNames()
  const read = (words: string) => readCellWords(cell('koord'), words, namesNow([]))
  names.follow('p1', () => Promise.resolve([person(kari, 'Kari Nes'), person(olav, 'Olav Berge')]))
  await names.again()
  expect(read('kari  nes (leder), Olav Berge')).toEqual({ ok: true, value: [{ id: kari, roles: ['leder'] }, { id: olav, roles: [] }] })
  expect(read('Kari Nes, Marte')).toEqual({ ok: false })
  names.follow('p1', () => Promise.resolve([person(kari, 'Kari Nes'), person(olav, 'Kari Nes')]))
  await names.again()
  expect(read('Kari Nes')).toEqual({ ok: false })
  names.follow('p1', () => Promise.resolve([person(kari, 'Kari Nes'), person(olav, 'Kari Nes', true)]))
  await names.again()
  expect(read('Kari Nes')).toEqual({ ok: true, value: [{ id: kari, roles: [] }] })
})

test('U149 who is in two groups is one person, told by both of them; not by one in the trash', () => {
  const of = useGroupsOfPeople()
  groups.forEach(({ id }) => putMember(plan, cell(id), kari, true))
  expect(of.value).toEqual(new Map([[kari, ['Koordineringsgruppa', 'Ressursforum']]]))
  trashRow(plan, 'groups', 'forum')
  expect(of.value.get(kari)).toEqual(['Koordineringsgruppa'])
  dropMember(plan, cell('koord'), kari)
  expect(of.value.size).toBe(0)
})

const language = { language: shallowRef('nb' as const), text: computed(() => nb), choose: () => Promise.resolve() }
function showCell() {
  const row = registerStore('groups').byId.get('koord')
  const declared = fieldOf('groups', 'people')
  if (!row || !declared)
    throw new Error('no such cell')
  return mount(CellValue, {
    props: { register: 'groups', field: 'people', declared, value: row.people, row },
    global: { provide: { [languageKey as symbol]: language, [tableKey as symbol]: {} } },
  })
}

test.each([['alone', true], ['with what they are there', 'leder']] as const)('U149 a person in a cell is a circle with initials and the name, and never a pill; who is nobody any more has a quiet circle without (%s)', async (_, role) => {
  const names = usePersonNames()
  names.follow('p1', () => Promise.resolve([person(kari, 'Kari Nes')]))
  await names.again()
  putMember(plan, cell('koord'), kari, role)
  putMember(plan, cell('koord'), olav, role)
  const shown = showCell()
  expect(shown.find('.pill').exists()).toBe(false)
  expect(shown.findAll('.person-name').map(one => [one.get('.person').attributes('data-initials'), one.get('.person').classes('quiet'), one.text().replace(/,? ?leder$/, '')]))
    .toEqual([['KN', false, role === true ? 'Kari Nes' : 'Kari NesKari Nes'], ['', true, role === true ? nb.people.former : nb.people.former.repeat(2)]])
})

test('U149 where persons are chosen each has a circle too, and an organisation has none', () => {
  const chip = (isPerson: boolean, isFaint = false) => mount(MemberChip, {
    props: { label: 'Kari Nes', name: 'Kari Nes', roles: [], mayHave: null, isCollective: false, isFaint, isPerson }, global: { provide: { [languageKey as symbol]: language } },
  })
  expect(chip(true).get('.person').attributes('data-initials')).toBe('KN')
  expect(chip(true, true).get('.person').attributes('data-initials')).toBe('')
  expect(chip(false).find('.person').exists()).toBe(false)
})
