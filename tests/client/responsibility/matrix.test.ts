import { describe, expect, test } from 'vitest'
import { busiestFirst, noTotals, toLines, withMembers } from '../../../client/features/responsibility/matrix.ts'

const keysOf = (lines: ReturnType<typeof toLines>) => lines.map(line => line.key)

describe('the lines of the matrix', () => {
  const under: Readonly<Record<string, readonly string[]>> = { a: ['g1'], b: ['g2'], c: ['g1'], d: ['gone'] }
  const given = { activities: ['a', 'b', 'c', 'd'], groups: ['g1', 'g2', 'g3'], groupsOf: (id: string) => under[id] ?? [], networks: ['n1'] }

  test('U65 each goal stands over its rows, a row without one last, and the networks after them; a goal without rows is none', () => {
    expect(keysOf(toLines(given))).toEqual(['group g1', 'a', 'c', 'group g2', 'b', 'group ', 'd', 'networks', 'network n1'])
    expect(keysOf(toLines({ ...given, networks: [] })).at(-1)).toBe('d')
  })

  test('U65 rows keep the numbers they have in the plan, whatever they are grouped by', () => {
    expect(toLines(given).flatMap(line => line.kind === 'activity' ? [[line.id, line.number]] : [])).toEqual([['a', 1], ['c', 3], ['b', 2], ['d', 4]])
  })

  test('U66 a row with two main tasks stands under both, and the second time as the same row', () => {
    const lines = toLines({ ...given, groupsOf: id => id === 'b' ? ['g2', 'g1'] : ['g1'] })
    expect(keysOf(lines)).toEqual(['group g1', 'a', 'b', 'c', 'd', 'group g2', 'b group g2', 'networks', 'network n1'])
    expect(lines.flatMap(line => line.kind === 'activity' && line.id === 'b' ? [line.againUnder] : [])).toEqual([-1, 0])
    expect(lines.find(line => line.key === 'group g1')).toMatchObject({ size: 4 })
  })

  test('U70 a line that reads as before is the same one, so that its row is not drawn again', () => {
    const before = toLines(given)
    const after = toLines({ ...given, groupsOf: id => id === 'd' ? ['g2'] : under[id] ?? [], before })
    const same = after.filter(line => before.includes(line)).map(line => line.key)
    expect(same).toEqual(['group g1', 'a', 'c', 'b', 'networks', 'network n1'])
  })
})

describe('the columns of the matrix', () => {
  test('U67 the busiest party comes first, and of those with as much the first in the plan; networks count for who has nothing else', () => {
    const totals: Readonly<Record<string, Partial<typeof noTotals>>> = {
      sf: { responsible: 17 }, ks: { responsible: 17, operates: 1 }, usht: { responsible: 10 }, fylket: { contributes: 1 },
      sesam: { operates: 1 }, hf: { operates: 2 }, ny: {},
    }
    const ids = ['ny', 'sesam', 'hf', 'fylket', 'usht', 'ks', 'sf']
    expect(busiestFirst(ids, id => ({ ...noTotals, ...totals[id] }), ['sf', 'ks', 'usht', 'sesam', 'hf', 'fylket'])).toEqual(['sf', 'ks', 'usht', 'fylket', 'hf', 'sesam', 'ny'])
  })

  test('U67 opened members stand after the collective they belong to, once each, and rings end', () => {
    const members: Readonly<Record<string, readonly string[]>> = { usht: ['fonna', 'rogaland'], gruppa: ['usht', 'ks', 'raadet'], raadet: ['gruppa'] }
    expect(withMembers(['ks', 'usht', 'gruppa'], id => members[id] ?? [])).toEqual(['ks', 'usht', 'fonna', 'rogaland', 'gruppa', 'raadet'])
  })
})
