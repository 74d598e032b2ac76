import { expect, test } from 'vitest'
import { addRow, moveRow, setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import { observeRegister, type RegisterChange } from '#shared/plan/projection.ts'
import { bringTogether, planWith } from '../../support/plans.ts'

/** The changes that `write`, done by somebody else, gives in the activities. */
function changesBy(write: (theirs: ReturnType<typeof planWith>) => void): RegisterChange[] {
  const [mine, theirs] = [planWith(), planWith()]
  const changes: RegisterChange[] = []
  const stop = observeRegister(mine.doc, 'activities', change => changes.push(change))
  write(theirs)
  bringTogether(mine, theirs)
  stop()
  spliceText(mine, { register: 'activities', row: 'K01', field: 'arena' }, { at: 0, remove: 0, insert: 'x' })
  return changes
}

test('D14 somebody else\'s change names the one row that reads differently, and the order only when that may differ', () => {
  expect(changesBy(plan => spliceText(plan, { register: 'activities', row: 'K02', field: 'arena' }, { at: 0, remove: 1, insert: 'x' })))
    .toEqual([{ changed: ['K02'], removed: [], orderChanged: false }])
  expect(changesBy(plan => setCell(plan, { register: 'activities', row: 'K02', field: 'status' }, 'done')))
    .toEqual([{ changed: ['K02'], removed: [], orderChanged: false }])
  expect(changesBy(plan => moveRow(plan, 'activities', 'K02', { parentId: 'G2' })))
    .toEqual([{ changed: ['K02'], removed: [], orderChanged: true }])
  expect(changesBy(plan => trashRow(plan, 'activities', 'K03'))).toEqual([{ changed: ['K03'], removed: [], orderChanged: true }])
  expect(changesBy(plan => addRow(plan, 'activities', { arena: 'ny' }, { parentId: 'G1' }))).toMatchObject([{ removed: [], orderChanged: true }])
})

test('D14 activities are put in order again when their goals are, and not when a goal is renamed', () => {
  expect(changesBy(plan => moveRow(plan, 'goals', 'G2', { before: 'G1' }))).toEqual([{ changed: [], removed: [], orderChanged: true }])
  expect(changesBy(plan => spliceText(plan, { register: 'goals', row: 'G1', field: 'text' }, { at: 0, remove: 0, insert: 'x' }))).toEqual([])
})
