import { expect, test } from 'vitest'
import { addRow, moveRow } from '#shared/plan/commands.ts'
import { isOrderKey } from '#shared/plan/kinds.ts'
import { rowMap } from '#shared/plan/plan.ts'
import { readOrder } from '#shared/plan/order.ts'
import { planWith } from '../../support/plans.ts'

test('D6 rows around a gap whose keys have grown long get short ones again, and keep their order', () => {
  const plan = planWith()
  const { doc } = plan
  const ids = Array.from({ length: 12 }, (_, n) => {
    const added = addRow(plan, 'goals', { text: `mål ${n}` })
    return added.ok ? added.id : ''
  })
  const keyOf = (id: string) => (rowMap(doc, 'goals', id)?.get('place') as { key: string }).key
  const long = `${keyOf(ids[5] ?? '')}${'z'.repeat(150)}V`
  expect(isOrderKey(long)).toBe(true)
  rowMap(doc, 'goals', ids[6] ?? '')?.set('place', { key: `${long}V` })
  rowMap(doc, 'goals', ids[5] ?? '')?.set('place', { key: long })
  const before = readOrder(doc, 'goals').alive

  moveRow(plan, 'goals', ids[11] ?? '', { after: ids[5] ?? '' })

  const moved = before.filter(id => id !== ids[11])
  moved.splice(moved.indexOf(ids[5] ?? '') + 1, 0, ids[11] ?? '')
  expect(readOrder(doc, 'goals').alive).toEqual(moved)
  expect([5, 6, 11].map(n => keyOf(ids[n] ?? '').length).every(length => length <= 100)).toBe(true)
})
