import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { layPlan, type PlanSeed } from '#shared/plan/lay.ts'
import { carryAll, countToCarry, nextPlanSeed } from '#shared/plan/nextPlan.ts'
import { readPlan } from '#shared/plan/read.ts'
import { registerNames } from '#shared/plan/registers.ts'
import { refusalOfCells } from '#shared/plan/rows.ts'
import type { PlanValue } from '#shared/plan/values.ts'
import { carriedParts, type Carry } from '#shared/protocol/newPlan.ts'
import { parseWhen } from '#shared/rules/when.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { planWith } from '../../support/plans.ts'

const sourceOf = (id: string): PlanValue => readPlan(planWith(referencePlans.find(plan => plan.id === id)?.seed()).doc)
const head = { title: 'Plan 2024', regionId: 'rogaland', periodFrom: 2024, periodTo: 2024 }
const next = (source: PlanValue, carry: Carry = carryAll): PlanValue => readPlan(planWith(nextPlanSeed(source, head, carry)).doc)
const only = (...parts: Carry['parts']): Carry => ({ parts, networks: 'running' })

const isBound = (cell: unknown) =>
  typeof cell === 'object' && cell !== null && ['years', 'dates', 'occurrences'].some(bond => Object.hasOwn(cell, bond))

describe.each(['rogaland', 'oslo-og-viken'])('the plan after %s', (id) => {
  const source = sourceOf(id)

  test('D30 has every row that was chosen, by value, under the id it had and in the same order', () => {
    const plan = next(source, { parts: carriedParts, networks: 'all' })
    for (const register of registerNames.filter(one => one !== 'plan' && one !== 'occurrences')) {
      const told = (value: PlanValue) => value[register].map(({ place: _place, invalid: _invalid, ...row }: Record<string, unknown>) =>
        ({ ...row, status: null, risk: null }))
      const changed = told(source).filter((row, n) => JSON.stringify(row) !== JSON.stringify(told(plan)[n]))
      expect([register, plan[register].map(row => row.id)]).toEqual([register, source[register].map(row => row.id)])
      // Only recurrences of days that are over are others.
      expect(changed.filter(row => !Object.values(row).some(isBound))).toEqual([])
    }
    expect(plan.activities.map(row => row.place.parentId)).toEqual(source.activities.map(row => row.place.parentId))
  })

  test('D30 is laid of cells that a command would take, the same each time', () => {
    const seed = nextPlanSeed(source, head, carryAll)
    const rows = registerNames.flatMap(register => (seed[register] ?? []).map(row => ({ register, row })))
    expect(rows.map(({ register, row: { id: _id, parentId: _parent, ...cells } }) => refusalOfCells(register, cells))
      .filter(refusal => refusal !== null)).toEqual([])
    expect(Buffer.from(layPlan(seed)).equals(Buffer.from(layPlan(nextPlanSeed(source, head, carryAll))))).toBe(true)
  })
})

test('D30 the head is a draft of the next edition that revises the one before, and what was approved is not', () => {
  expect(next(sourceOf('rogaland')).plan).toMatchObject([{
    id: 'head', title: 'Plan 2024', regionId: 'rogaland', reformId: 'leve-hele-livet', language: 'nb', periodFrom: 2024, periodTo: 2024, state: 'draft',
    revision: 3, revisesDate: '2021-04-28', revisesYear: null, planDate: null, approvedBy: '', preparedBy: [], commission: '',
  }])
})

test('D30 networks that do not run stay behind unless they are asked for', () => {
  const source = sourceOf('rogaland')
  const considered = source.networks.filter(row => row.state === 'considering-reestablishing').map(row => row.id)
  expect(considered).toEqual(['N12'])
  expect(next(source).networks.map(row => row.id)).toEqual(source.networks.map(row => row.id).filter(id => id !== 'N12'))
  expect(next(source, { parts: ['networks'], networks: 'all' }).networks).toHaveLength(14)
  expect(countToCarry(source)).toMatchObject({ goals: 9, activities: 25, networks: 14, runningNetworks: 13, municipalities: 23 })
})

test('D31 references to what is not taken along are left out, and nothing else of the row', () => {
  const plan = next(sourceOf('rogaland'), only('activities'))
  expect(plan.activities).toHaveLength(25)
  expect(plan.activities.flatMap(row => row.responsible)).toEqual([])
  expect(plan.activities.every(row => row.audienceId !== null || row.arena !== '')).toBe(true)
  expect([plan.organisations, plan.networks, plan.municipalities, plan.messages].flat()).toEqual([])
  expect(plan.sections.length * plan.phases.length * plan.columns.length * plan.mainTasks.length).toBeGreaterThan(0)
})

describe('a plan in use', () => {
  const seed: PlanSeed = {
    plan: [{ id: 'head', title: 'Plan', reformId: 'leve-hele-livet', periodFrom: 2023, periodTo: 2023 }],
    goals: [{ id: 'G1', text: 'Mål' }, { id: 'G2', text: 'Slettet mål' }],
    activities: [
      { id: 'K1', parentId: 'G1', arena: 'Årlig', status: 'done', risk: 'critical', when: { raw: 'Årlig', kind: 'yearly' }, goals: { G2: true } },
      { id: 'K2', parentId: 'G2', arena: 'I fjor', when: parseWhen('våren 2023') },
      { id: 'K3', parentId: 'G1', arena: 'Slettet' },
    ],
    municipalities: [{ id: '1101', number: '1101', name: 'Eigersund', phase: 2, decision: 'decided', decisionDate: '2020-01-01', lastContact: '2023-05-01' }],
    networks: [{ id: 'N1', name: 'Avsluttet', state: 'ended' }, { id: 'N2', name: 'I drift', state: 'existing', followsNetworkId: 'N1' }],
    occurrences: [{ id: 'o1', activityId: 'K1', year: 2023, half: 1, state: 'held' }],
  }
  const doc = new Y.Doc()
  Y.applyUpdate(doc, layPlan(seed))
  for (const [register, id] of [['activities', 'K3'], ['goals', 'G2']] as const) {
    const row = doc.getMap(register).get(id)
    if (row instanceof Y.Map)
      row.set('deletedAt', 1)
  }
  const plan = next(readPlan(doc))

  test('D30 status, risk, what was held and what is bound to a year that is over begin empty; what recurs does not', () => {
    expect(plan.activities.map(({ id, status, risk, when }) => [id, status, risk, when?.raw ?? null])).toEqual([['K1', null, null, 'Årlig'], ['K2', null, null, null]])
    expect(readPlan(doc).activities.find(row => row.id === 'K2')?.when?.raw).toBe('våren 2023')
    expect(plan.occurrences).toEqual([])
    expect(plan.municipalities).toMatchObject([{ phase: 2, decision: 'decided', decisionDate: '2020-01-01', lastContact: null }])
  })

  test('D31 what follows a network that stays behind is let go', () => {
    expect(plan.networks.map(row => [row.id, row.followsNetworkId])).toEqual([['N2', null]])
    expect(next(readPlan(doc), { parts: ['networks'], networks: 'all' }).networks.map(row => row.followsNetworkId)).toEqual([null, 'N1'])
  })

  test('D31 what is in the trash stays there: its rows stand under no goal, and no other goal is named', () => {
    expect(plan.goals.map(row => row.id)).toEqual(['G1'])
    expect(plan.activities.map(row => [row.id, row.place.parentId, row.goals])).toEqual([['K1', 'G1', []], ['K2', null, []]])
  })
})

test('D34 the text of a chapter comes along with its headings, lists, marks and links', () => {
  const body = [
    { node: 'heading', attributes: { level: 2 }, content: [{ text: 'Bakgrunn' }] },
    { node: 'paragraph', content: [{ text: 'Først ' }, { text: 'fet', marks: { bold: {} } }, { text: ' så lenke', marks: { link: { href: 'https://example.org' } } }] },
    { node: 'bulletList', content: [{ node: 'listItem', content: [{ node: 'paragraph', content: [{ text: 'ett' }] }] }] },
  ]
  const source = readPlan(planWith({ plan: [{ id: 'head', title: 'P' }], sections: [{ id: 's1', title: 'Bakgrunn', body }] }).doc)
  const [section] = source.sections
  expect(section?.body).toMatchObject(body)
  expect(next(source).sections[0]?.body).toEqual(section?.body)
  const hostile = [{ node: 'script', content: [{ text: 'x' }] }, { node: 'paragraph', attributes: { onclick: 'x' }, content: [{ text: 'y', marks: { link: { href: 'javascript:x' } } }] }]
  const laid = readPlan(planWith({ plan: [{ id: 'head', title: 'P' }], sections: [{ id: 's1', title: 'T', body: hostile }] }).doc)
  expect(laid.sections[0]?.body).toEqual([{ node: 'paragraph', attributes: {}, content: [{ text: 'y' }] }])
})
