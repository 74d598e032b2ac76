import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concernsArea, coveragePerArea, focusAreasOf, isRunning, networksPerServiceArea, parseFocusAreas, rowsPerArea } from '#shared/rules/focusAreas.ts'
import type { FocusArea, FocusAreasAnswer } from '#shared/rules/focusAreas.ts'
import { readRegister } from '#shared/plan/read.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { reformOf } from '#shared/reference/reform.ts'
import rogaland from '#shared/reference/rogaland.json' with { type: 'json' }
import { planWith } from '../../support/plans.ts'

const areas = reformOf('leve-hele-livet')?.focusAreas ?? []
const networks = readRegister(planWith(referencePlans[0]?.seed()).doc, 'networks')

describe('words', () => {
  test.each([
    ['Innsatsområde 2,3 4 og 5', 'listed', [2, 3, 4, 5]],
    ['2,3,4,5', 'listed', [2, 3, 4, 5]],
    ['Innsatsområde 1, 2, 4 og 5', 'listed', [1, 2, 4, 5]],
    ['Innsatsområde 1,2,4 og 5', 'listed', [1, 2, 4, 5]],
    ['innsatsområdene 1-3', 'listed', [1, 2, 3]],
    ['Satsingsområde 3 og 4', 'listed', [3, 4]],
    ['Aktivitet og felleskap', 'listed', [2]],
    ['Helsehjelp Sammenheng i tjenestene', 'listed', [4, 5]],
    ['Sammenheng og overganger i tjenestene', 'listed', [5]],
    ['Mat og måltid, samanheng i tenestene', 'listed', [3, 5]],
    ['Eit aldersvennleg Noreg', 'listed', [1]],
    ['aldersvennlig Norge og innsatsområde 3', 'listed', [1, 3]],
    ['Overordnet og mot alle innsats- områdene', 'overarching', []],
    ['Overordna', 'overarching', []],
    ['alle', 'overarching', []],
    ['Alle fem innsatsområdene', 'overarching', []],
    ['alle innsatsområda', 'overarching', []],
    ['Ingen', 'none', []],
    ['ikkje aktuelt', 'none', []],
    ['', null, []],
    ['Alle kommunene', null, []],
    ['Møte 3. mai', null, []],
    ['2021', null, []],
  ] as const)('F2 «%s» is read as %s %j', (words, answer, numbers) => {
    expect(parseFocusAreas(words, areas)).toMatchObject({ raw: words, answer, numbers })
  })

  test('F2 what is understood leaves nothing over, and what is not is left for someone to look at', () => {
    expect(parseFocusAreas('Innsatsområde 2,3 4 og 5', areas).unread).toBe('')
    expect(parseFocusAreas('Overordnet og mot alle', areas)).toMatchObject({ answer: 'overarching', unread: '' })
    expect(parseFocusAreas('For alle', areas)).toMatchObject({ answer: 'overarching', unread: '' })
    expect(parseFocusAreas('Helsehjelp og kommuneøkonomi', areas)).toMatchObject({ numbers: [4], unread: 'kommuneøkonomi' })
    expect(parseFocusAreas('2, 3 og 9', areas)).toMatchObject({ numbers: [2, 3], unread: '9' })
  })

  test.each(rogaland.networks.map(network => [network.id, network] as const))('F1 the words of %s give the areas of the file', (_id, network) => {
    const expected = network.overarching ? { answer: 'overarching', numbers: [] } : { answer: 'listed', numbers: network.focusAreas }
    expect(parseFocusAreas(network.focusAreasRaw, areas)).toMatchObject({ ...expected, unread: '' })
  })

  test('F3 another reform with other areas needs no other code', () => {
    const others: readonly FocusArea[] = [
      { number: 1, name: 'Levande lokalsamfunn', nameNn: 'Levande lokalsamfunn', aliases: [] },
      { number: 7, name: 'Boligtilpasning (hele landet)', nameNn: 'Bustadtilpassing', aliases: ['Bolig'] },
    ]
    expect(parseFocusAreas('Bustadtilpassing', others).numbers).toEqual([7])
    expect(parseFocusAreas('Innsatsområde 1 og 7', others).numbers).toEqual([1, 7])
    expect(parseFocusAreas('Innsatsområde 2', others)).toMatchObject({ answer: null, unread: '2' })
    expect(parseFocusAreas('Helsehjelp', others).answer).toBe(null)
    expect(parseFocusAreas('Helsehjelp', []).answer).toBe(null)
  })

  test('F2 any words are kept, and answer within the reform', () => {
    const vocabulary = ['Innsatsområde', '2', '3', '-', ',', 'og', 'alle', 'Helsehjelp', 'Mat og måltider', 'overordnet', '9', 'ingen', '(']
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom(...vocabulary)).map(parts => parts.join(' '))), (words) => {
      const read = parseFocusAreas(words, areas)
      expect(read.raw).toBe(words)
      expect(read.numbers.every(number => areas.some(area => area.number === number))).toBe(true)
      expect(read.answer === 'listed').toBe(read.numbers.length > 0)
    }), { numRuns: 1_000 })
  })
})

describe('a row', () => {
  const row = (answer: FocusAreasAnswer | null, ...ids: string[]) => ({ focusAreasAnswer: answer, focusAreas: ids.map(id => ({ id, roles: [] })) })

  test('F4 not stated, overarching and none are three different answers', () => {
    expect(focusAreasOf(row(null))).toEqual({ answer: null, numbers: [] })
    expect(focusAreasOf(row('overarching'))).toEqual({ answer: 'overarching', numbers: [] })
    expect(focusAreasOf(row('none'))).toEqual({ answer: 'none', numbers: [] })
  })

  test('F4 ticked areas are listed; an answer for the whole row stands over them; a list of nothing is not stated', () => {
    expect(focusAreasOf(row(null, '4', '2'))).toEqual({ answer: 'listed', numbers: [2, 4] })
    expect(focusAreasOf(row('listed', '10', '9', 'x', '-1', '1.5'))).toEqual({ answer: 'listed', numbers: [9, 10] })
    expect(focusAreasOf(row('overarching', '2'))).toEqual({ answer: 'overarching', numbers: [] })
    expect(focusAreasOf(row('listed'))).toEqual({ answer: null, numbers: [] })
  })

  test('F4 a row concerns the areas it lists, and every area when it concerns them all', () => {
    expect([concernsArea(row('listed', '3'), 3), concernsArea(row('listed', '3'), 4), concernsArea(row('overarching'), 4)]).toEqual([true, false, true])
    expect([concernsArea(row('none', '3'), 3), concernsArea(row(null), 3)]).toEqual([false, false])
  })
})

describe('Rogaland’s networks', () => {
  const perArea = (listed: ReadonlyMap<number, readonly string[]>) => [...listed.values()].map(ids => ids.length)

  test('F5 state the areas 2/7/4/11/8 times whatever their state, and one concerns them all', () => {
    const stated = rowsPerArea(networks, areas)
    expect(perArea(stated.listed)).toEqual([2, 7, 4, 11, 8])
    expect(stated).toMatchObject({ overarching: ['N11'], none: [], notStated: [] })
  })

  test('F4 the filter «innsatsområde 3» shows five', () => {
    expect(networks.filter(network => concernsArea(network, 3)).map(network => network.id)).toEqual(['N05', 'N08', 'N11', 'N12', 'N14'])
  })

  test('F6 running ones cover 2/6/3/10/8, and one covers them all', () => {
    const coverage = coveragePerArea(networks, areas)
    expect(perArea(coverage.listed)).toEqual([2, 6, 3, 10, 8])
    expect(coverage.overarching).toEqual(['N11'])
    expect(networks.filter(network => !isRunning(network)).map(network => network.id)).toEqual(['N12'])
  })

  test('F6 active and planned are those the file derives', () => {
    for (const [area, { active, planned }] of Object.entries(rogaland.derived.networksPerFocusArea)) {
      const here = networks.filter(network => concernsArea(network, Number(area)))
      expect(here.filter(isRunning).map(network => network.id)).toEqual(active)
      expect(here.filter(network => !isRunning(network)).map(network => network.id)).toEqual(planned)
    }
  })

  test('F7 cover each service area as the file derives: a wished-for area is not served', () => {
    const expected: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = rogaland.derived.networksPerAreaAndFocusArea
    const served = networksPerServiceArea(networks, areas)
    expect([...served.keys()].sort()).toEqual(Object.keys(expected).sort())
    for (const [serviceArea, perFocusArea] of served)
      expect(Object.fromEntries(perFocusArea)).toEqual(expected[serviceArea])
    expect([...served.get('sor-rogaland')?.values() ?? []].flat()).not.toContain('N13')
  })

  test('F6 a network that has ended, is trashed or has no state covers nothing; a region’s own state does', () => {
    const [network] = networks
    if (!network)
      throw new Error('Rogaland has networks')
    const covered = (change: object) => coveragePerArea([{ ...network, ...change }], areas).listed.get(2)?.length
    expect([covered({}), covered({ state: 'pilot' }), covered({ state: 'ended' }), covered({ state: null }), covered({ deletedAt: 1 })]).toEqual([1, 1, 0, 0, 0])
  })
})
