import { describe, expect, test } from 'vitest'
import { partiesOf, responsibilityOf, substitutesFor } from '#shared/rules/responsibility.ts'
import type { Parties, Party } from '#shared/rules/responsibility.ts'
import { readRegister } from '#shared/plan/read.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import osloOgVikenFile from '#shared/reference/oslo-og-viken.json' with { type: 'json' }
import rogalandFile from '#shared/reference/rogaland.json' with { type: 'json' }
import { planWith } from '../../support/plans.ts'

function rowsOf(id: string) {
  const { doc } = planWith(referencePlans.find(plan => plan.id === id)?.seed())
  const parties: Parties = { organisations: readRegister(doc, 'organisations'), groups: readRegister(doc, 'groups') }
  return { activities: readRegister(doc, 'activities'), networks: readRegister(doc, 'networks'), parties }
}
const rogaland = rowsOf('rogaland')
const osloOgViken = rowsOf('oslo-og-viken')
const isGroup = (id: string) => id.startsWith('g-')
const member = (id: string) => ({ id, roles: [] })

describe('Rogaland', () => {
  test.each(Object.entries(rogalandFile.derived.responsibility))('F8 %s is responsible for what the file derives', (party, expected) => {
    const { activities, networks } = responsibilityOf(party, rogaland)
    expect({
      direct: activities.filter(task => task.isDirect).map(task => task.id),
      expanded: activities.map(task => task.id),
      networks: networks.map(task => task.id),
    }).toEqual(expected)
  })

  test('F8 SF has 17 rows, KS 17, USHT 10, Fylkeseldrerådet 2 and Koordineringsgruppa 1', () => {
    const direct = (party: string) => responsibilityOf(party, rogaland).activities.filter(task => task.isDirect).length
    expect(['sf-rogaland', 'ks-rogaland', 'usht', 'fylkeseldreradet-rogaland', 'g-koordinering'].map(direct)).toEqual([17, 17, 10, 2, 1])
  })

  test('F9 a centre is responsible through USHT, and through Koordineringsgruppa by way of USHT', () => {
    const tasks = new Map(responsibilityOf('usht-rogaland', rogaland).activities.map(task => [task.id, task]))
    expect(tasks.get('K06')).toEqual({ id: 'K06', isDirect: false, roles: [], through: [['usht']] })
    expect(tasks.get('K22')?.through).toEqual([['g-koordinering', 'usht']])
  })

  test('F10 a network keeps the roles of those who operate it', () => {
    const n03 = responsibilityOf('usht-helse-fonna', rogaland).networks.find(task => task.id === 'N03')
    expect(n03).toEqual({ id: 'N03', isDirect: true, roles: ['member-of-operating-group', 'joint-municipal-representative-in-steering-group'], through: [] })
    expect(responsibilityOf('fousam', rogaland).networks).toEqual([{ id: 'N04', isDirect: true, roles: ['operator'], through: [] }])
  })

  test('F11 those a row names are shown with the members they stand for', () => {
    const k22 = rogaland.activities.find(row => row.id === 'K22')
    const names = ({ id, members }: Party): unknown => members.length === 0 ? id : { [id]: members.map(names) }
    expect(partiesOf(k22?.responsible ?? [], rogaland.parties).map(names)).toEqual([{
      'g-koordinering': ['fylkeseldreradet-rogaland', 'ks-rogaland', 'sf-rogaland', { usht: ['usht-helse-fonna', 'usht-rogaland'] }],
    }])
  })
})

describe('Oslo og Viken', () => {
  test.each(Object.entries(osloOgVikenFile.derived.responsibility))('F8 %s is responsible for what the file derives, groups aside', (party, expected) => {
    const { activities } = responsibilityOf(party, osloOgViken)
    const ownOrCollective = activities.filter(task => task.isDirect || task.through.some(way => !way.some(isGroup)))
    // The table stands in the order of its goals, the file in the order of the paper.
    expect(ownOrCollective.map(task => task.id).sort()).toEqual(expected)
  })

  test('F9 one who is named both alone and with a group is told of both', () => {
    expect(responsibilityOf('sf-oslo-og-viken', osloOgViken).activities.find(task => task.id === 'K03')).toMatchObject({ isDirect: true, through: [['g-regionalt-stotteapparat']] })
    expect(responsibilityOf('sf-oslo-og-viken', osloOgViken).activities[0]).toMatchObject({ id: 'K01', isDirect: false })
  })

  test('F12 Oslo kommune does KS’ tasks, in Oslo', () => {
    expect(substitutesFor('ks-oslo-og-viken', osloOgViken.parties)).toEqual([{ id: 'oslo-kommune', scope: 'Oslo' }])
    expect(substitutesFor('usht', osloOgViken.parties)).toEqual([])
  })
})

describe('what may stand in a document', () => {
  const organisation = (id: string, members: string[], deletedAt: number | null = null) =>
    ({ id, members: members.map(member), deletedAt, substitutesFor: null, substituteScope: '' })
  const row = (id: string, responsible: string[], deletedAt: number | null = null) => ({ id, responsible: responsible.map(member), deletedAt })
  const of = (party: string, organisations: Parties['organisations'], activities: ReturnType<typeof row>[]) =>
    responsibilityOf(party, { activities, networks: [], parties: { organisations, groups: [] } }).activities

  test('F13 members in a ring end, and each is reached by its shortest way', () => {
    const ring = [organisation('a', ['b', 'c']), organisation('b', ['c', 'b']), organisation('c', ['a'])]
    expect(of('c', ring, [row('1', ['a']), row('2', ['b']), row('3', ['c'])]).map(task => [task.id, task.through])).toEqual([['1', [['a']]], ['2', [['b']]], ['3', []]])
    expect(JSON.stringify(partiesOf([member('a')], { organisations: ring, groups: [] })).match(/"id"/g)?.length).toBeLessThan(8)
  })

  test('F13 many who are all members of each other are each opened once', () => {
    const ids = Array.from({ length: 200 }, (_, n) => `o${n}`)
    const all = ids.map(id => organisation(id, ids))
    const count = (party: Party): number => party.members.reduce((sum, one) => sum + count(one), 1)
    expect(partiesOf([member('o0')], { organisations: all, groups: [] }).map(count)).toEqual([200 * 200 + 1])
    expect(of('o5', all, [row('1', ['o9'])]).map(task => task.through)).toEqual([[['o9']]])
  })

  test('F13 what is gone is shown as gone, and expands nothing', () => {
    const parties = { organisations: [organisation('usht', ['centre'], 5), organisation('centre', [])], groups: [] }
    expect(partiesOf([member('usht'), member('nobody')], parties).map(party => [party.id, party.kind])).toEqual([['usht', 'gone'], ['nobody', 'gone']])
    expect(of('centre', parties.organisations, [row('1', ['usht'])])).toEqual([])
  })

  test('F13 a trashed row is nobody’s', () => {
    expect(of('a', [organisation('a', [])], [row('1', ['a'], 7), row('2', ['a'])]).map(task => task.id)).toEqual(['2'])
  })

  test('F8 the order in which parties were named does not matter', () => {
    expect(of('a', [], [row('1', ['a', 'b'])])).toEqual(of('a', [], [row('1', ['b', 'a'])]))
  })
})
