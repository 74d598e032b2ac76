import { expect, test } from 'vitest'
import { writeMembers } from '#shared/plan/assign.ts'
import { addRows } from '#shared/plan/commands.ts'
import { readRow } from '#shared/plan/read.ts'
import { bringTogether, planWith, updatesOf } from '../../support/plans.ts'

const cellOf = (row: string) => ({ register: 'activities', row, field: 'responsible' } as const)
const responsibleOf = (plan: ReturnType<typeof planWith>, row: string) =>
  Object.fromEntries(readRow(plan.doc, 'activities', row)?.responsible.map(({ id, roles }) => [id, roles.join()]) ?? [])

test('F22 two who change different parties of one row at once both succeed', () => {
  const [kari, olav] = [planWith(), planWith()]
  writeMembers(kari, [{ cell: cellOf('K01'), member: 'sf', roles: 'contributor' }])
  writeMembers(olav, [{ cell: cellOf('K01'), member: 'ks', roles: null }])
  bringTogether(kari, olav)
  expect([responsibleOf(kari, 'K01'), responsibleOf(olav, 'K01')]).toEqual([{ sf: 'contributor' }, { sf: 'contributor' }])
})

test('F22 what stands already is not written, and what is refused is told while the rest is written', () => {
  const plan = planWith()
  expect(updatesOf(plan, () => writeMembers(plan, [{ cell: cellOf('K01'), member: 'ks', roles: 'lead' }, { cell: cellOf('K02'), member: 'ks', roles: null }]))).toEqual([])
  const refused = writeMembers(plan, [
    { cell: cellOf('gone'), member: 'ks', roles: 'lead' }, { cell: cellOf('K02'), member: 'ks', roles: 'boss' }, { cell: cellOf('K02'), member: 'sf', roles: 'lead' },
  ])
  expect(refused).toEqual(['row-is-gone', 'not-valid'])
  expect(responsibleOf(plan, 'K02')).toEqual({ sf: 'lead' })
})

test('F22 many rows are written in pieces of a hundred', () => {
  const plan = planWith()
  const added = addRows(plan, 'activities', Array.from({ length: 250 }, (_, n) => ({ arena: `Rad ${n}` })), { parentId: 'G1' })
  const rows = added.ok ? added.ids : []
  const updates = updatesOf(plan, () => writeMembers(plan, rows.map(row => ({ cell: cellOf(row), member: 'ks', roles: 'responsible' }))))
  expect(updates).toHaveLength(3)
  expect(rows.every(row => responsibleOf(plan, row)['ks'] === 'responsible')).toBe(true)
})
