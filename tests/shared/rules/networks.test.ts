import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { missingFields } from '#shared/plan/missing.ts'
import { readRegister } from '#shared/plan/read.ts'
import { registers } from '#shared/plan/registers.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import rogaland from '#shared/reference/rogaland.json' with { type: 'json' }
import { isRunning } from '#shared/rules/focusAreas.ts'
import {
  hasOtherContacts, isLongSince, lacksDecisionSource, municipalityCounts, numberIn, type FollowedUp,
} from '#shared/rules/municipalities.ts'
import { isAtRest, networkCounts } from '#shared/rules/networks.ts'
import { planWith } from '../../support/plans.ts'

const known = registers.networks.state.options
const planOf = (region: string) => planWith(referencePlans.find(plan => plan.regionId === region)?.seed()).doc

describe('networks by state', () => {
  const networks = readRegister(planOf('rogaland'), 'networks')

  test('F27 Rogaland has fourteen: 9 existing, 1 developing, 1 revitalising, 2 new and 1 considered, thirteen of them running', () => {
    const counts = networkCounts(networks, known)
    expect(counts).toMatchObject({ all: 14, running: 13 })
    expect(counts.byState.map(({ state, count }) => [state, count])).toEqual([
      ['existing', 9], ['developing', 1], ['revitalising', 1], ['new', 2], ['considering-reestablishing', 1],
    ])
    expect(counts.byState.filter(one => !one.isRunning).map(({ state }) => state)).toEqual(['considering-reestablishing'])
  })

  test('F27 the states are those the file derives', () => {
    const expected: Readonly<Record<string, readonly string[]>> = rogaland.derived.networksPerState
    for (const [state, ids] of Object.entries(expected))
      expect(networks.filter(network => network.state === state).map(({ id }) => id)).toEqual(ids)
  })

  test('F27 a region’s own words come after the known ones and run; without a state comes last and does not; the trash counts for nothing', () => {
    const rows = [null, 'ended', 'pilot', 'existing', 'dvale'].map(state => ({ state, deletedAt: null }))
    const { all, running, byState } = networkCounts([...rows, { state: 'existing', deletedAt: 1 }], known)
    expect([all, running]).toEqual([5, 3])
    expect(byState.map(({ state, isRunning }) => [state, isRunning])).toEqual([['existing', true], ['ended', false], ['dvale', true], ['pilot', true], [null, false]])
  })

  test('F27 the counts add up to all and to those running, whatever the states', () => {
    const row = fc.record({ state: fc.oneof(fc.constantFrom(...known), fc.string(), fc.constant(null)), deletedAt: fc.constantFrom(null, null, 5) })
    fc.assert(fc.property(fc.array(row), (rows) => {
      const { all, running, byState } = networkCounts(rows, known)
      const sum = (list: typeof byState) => list.reduce((total, one) => total + one.count, 0)
      expect([sum(byState), sum(byState.filter(one => one.isRunning))]).toEqual([all, running])
      expect(rows.every(one => !(isAtRest(one) && isRunning(one)))).toBe(true)
    }))
  })

  test('F27 only what is known not to run is at rest', () => {
    expect(['considering-reestablishing', 'ended', 'existing', 'pilot', null].map(state => isAtRest({ state }))).toEqual([true, true, false, false, false])
  })

  test('F27 the two networks without form or regularity in the file are those that lack one', () => {
    const lacking = networks.filter(network => missingFields('networks', network).includes('regularity')).map(({ id }) => id)
    expect(lacking).toEqual(rogaland.derived.networksWithoutRegularity)
  })
})

describe('municipalities', () => {
  const row = (more: Partial<FollowedUp>): FollowedUp => ({
    deletedAt: null, kind: 'municipality', phase: null, decision: null, decisionDate: null, caseNumber: '', contactCount: null, lastContact: null, ...more,
  })

  test('F30 bydeler count beside municipalities: 23 in Rogaland, 52 and Oslo’s 15 in Oslo og Viken', () => {
    const countsOf = (region: string) => municipalityCounts(readRegister(planOf(region), 'municipalities'))
    expect(countsOf('rogaland')).toMatchObject({ municipalities: 23, districts: 0, byPhase: [{ phase: null, count: 23 }], decided: 0 })
    expect(countsOf('oslo-og-viken')).toMatchObject({ municipalities: 52, districts: 15 })
  })

  test('F30 phases rise, and those where none is stated come last; the trash counts for nothing', () => {
    const rows = [row({ phase: 3 }), row({}), row({ phase: 2, decision: 'decided' }), row({ phase: 3, decision: 'planned' }), row({ phase: 1, deletedAt: 4 })]
    expect(municipalityCounts(rows)).toEqual({
      municipalities: 4, districts: 0, decided: 1, byPhase: [{ phase: 2, count: 1 }, { phase: 3, count: 2 }, { phase: null, count: 1 }],
    })
  })

  test('F30 a decision that was made has a day and a case; one that is planned, or none, needs neither', () => {
    const made = { decision: 'decided', decisionDate: '2022-03-01', caseNumber: '22/104' }
    const told = [made, { ...made, decisionDate: null }, { ...made, caseNumber: ' ' }, { ...made, decision: 'planned', decisionDate: null }, { decision: null }]
    expect(told.map(more => lacksDecisionSource(row(more)))).toEqual([false, true, true, false, false])
  })

  test('F30 one or two contact persons is the rule; how many is not stated breaks nothing', () => {
    expect([null, 0, 1, 2, 3].map(contactCount => hasOtherContacts({ contactCount }))).toEqual([false, true, false, false, true])
  })

  test('F30 more than half a year since last is long; the same day half a year ago is not', () => {
    const since = (lastContact: string | null, today: string) => isLongSince({ lastContact }, today)
    expect([since('2022-04-27', '2022-10-28'), since('2022-04-28', '2022-10-28'), since(null, '2022-10-28')]).toEqual([true, false, false])
    expect([since('2022-02-27', '2022-08-31'), since('2022-02-28', '2022-08-31'), since('2021-12-31', '2022-06-30')]).toEqual([true, false, false])
  })

  test('F31 the number is the one of the plan’s year, with the other where it changed in 2024', () => {
    const halden = { number: '3001', successorNumber: '3101' }
    expect(numberIn(halden, 2023)).toEqual({ number: '3001', other: { number: '3101', from: 2024, isLater: true } })
    expect(numberIn(halden, 2024)).toEqual({ number: '3101', other: { number: '3001', from: 2024, isLater: false } })
    expect(numberIn(halden, null).number).toBe('3001')
    expect([numberIn({ number: '1103', successorNumber: '1103' }, 2025), numberIn({ number: '030101', successorNumber: '' }, 2025)])
      .toEqual([{ number: '1103', other: null }, { number: '030101', other: null }])
  })
})
