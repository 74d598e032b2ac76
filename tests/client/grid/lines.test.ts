import { expect, test } from 'vitest'
import fc from 'fast-check'
import { layGroups } from '../../../client/features/table/layout.ts'
import { toBlocks, toLines } from '../../../client/features/table/lines.ts'

interface Laid { readonly id: string, readonly goalId: string | null, readonly audienceId: string | null }
const goals = ['G1', 'G2', 'G3']
const lay = (rows: readonly Laid[]) => {
  const byId = new Map(rows.map(row => [row.id, row]))
  return layGroups(rows.map(row => row.id), goals, id => byId.get(id) ?? { goalId: null, audienceId: null })
}

test('U53 rows are lines in order, and a goal without rows has a line of its own', () => {
  const groups = lay([{ id: 'a', goalId: 'G1', audienceId: 'x' }, { id: 'b', goalId: 'G1', audienceId: 'x' }, { id: 'c', goalId: null, audienceId: null }, { id: 'd', goalId: 'G3', audienceId: null }])
  const lines = toLines(groups, true)
  expect(lines.map(({ key, number, goalAt, isFirst, isLast, isEnd }) => [key, number, goalAt, isFirst, isLast, isEnd])).toEqual([
    ['a', 1, 0, true, false, false], ['b', 2, 0, false, true, false], ['hollow G2', 0, 1, true, true, false], ['d', 3, 2, true, true, false], ['c', 4, 3, true, true, true],
  ])
  expect(toBlocks(lines, { goal: true, audience: true }, id => id !== 'd').map(({ key, column, first, last }) => [key, column, first, last])).toEqual([
    ['goal G1', 'place', 0, 1], ['audience a', 'audienceId', 0, 1], ['goal G2', 'place', 2, 2], ['goal G3', 'place', 3, 3], ['goal ', 'place', 4, 4], ['audience c', 'audienceId', 4, 4],
  ])
})

test('U53 however rows are laid, each is one line, and lies under one goal\'s words and under those of its own target group alone', () => {
  const row = fc.record({ goalId: fc.constantFrom(null, ...goals, 'gone'), audienceId: fc.constantFrom(null, 'x', 'y', 'lost') })
  fc.assert(fc.property(fc.array(row, { maxLength: 25 }), (rows) => {
    const laid = rows.map((one, n) => ({ id: `r${n}`, ...one }))
    const byId = new Map(laid.map(one => [one.id, one]))
    const lines = toLines(lay(laid), true)
    expect(lines.flatMap(({ id }) => id ?? []).sort()).toEqual(laid.map(({ id }) => id).sort())
    expect(lines.filter(({ id }) => id !== null).map(({ number }) => number)).toEqual(laid.map((_one, n) => n + 1))
    expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length)

    const has = (id: string) => !['lost', null].includes(byId.get(id)?.audienceId ?? null)
    const blocks = toBlocks(lines, { goal: true, audience: true }, has)
    expect(new Set(blocks.map(({ key }) => key)).size).toBe(blocks.length)
    lines.forEach((line, at) => {
      const over = (column: string) => blocks.filter(block => block.column === column && block.first <= at && block.last >= at)
      expect(over('place').map(({ key }) => key)).toEqual([`goal ${line.goalId ?? ''}`])
      const audience = over('audienceId')
      expect(audience.length).toBe(line.id !== null && has(line.id) ? 1 : 0)
      for (const { first, last } of audience) {
        const covered = lines.slice(first, last + 1).map(one => [byId.get(one.id ?? '')?.audienceId, one.goalId])
        expect(new Set(covered.map(String)).size).toBe(1)
      }
    })
  }))
})
