// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { dropMember, putMember, trashRow } from '#shared/plan/commands.ts'
import { nextPlanSeed, carryAll } from '#shared/plan/nextPlan.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readPlan } from '#shared/plan/read.ts'
import { useGroupsOfPeople } from '../../client/plan/groupsOfPeople.ts'
import { fullNamesOf, namesNow } from '../../client/plan/names.ts'
import { usePersonNames, type PersonNamed } from '../../client/plan/personNames.ts'
import { registerStore, usePlanStores } from '../../client/plan/stores.ts'
import { cellInWords } from '../../client/text/cellWords.ts'
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
  names.follow(() => Promise.resolve(answer))
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
  names.follow(() => new Promise((resolve) => { come = resolve }))
  const asking = names.again()
  names.follow(() => Promise.resolve([]))
  come([person(kari, 'Kari Nes')])
  await asking
  expect(names.byId.size).toBe(0)
})

test('U149 words are read back as the one person of that name: not as one whose time is over, and as nobody where two have it', async () => {
  const names = usePersonNames()
  const read = (words: string) => readCellWords(cell('koord'), words, namesNow([]))
  names.follow(() => Promise.resolve([person(kari, 'Kari Nes'), person(olav, 'Olav Berge')]))
  await names.again()
  expect(read('kari  nes (leder), Olav Berge')).toEqual({ ok: true, value: [{ id: kari, roles: ['leder'] }, { id: olav, roles: [] }] })
  expect(read('Kari Nes, Marte')).toEqual({ ok: false })
  names.follow(() => Promise.resolve([person(kari, 'Kari Nes'), person(olav, 'Kari Nes')]))
  await names.again()
  expect(read('Kari Nes')).toEqual({ ok: false })
  names.follow(() => Promise.resolve([person(kari, 'Kari Nes'), person(olav, 'Kari Nes', true)]))
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
