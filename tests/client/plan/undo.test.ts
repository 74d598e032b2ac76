import { afterEach, expect, test, vi } from 'vitest'
import {
  addRow, addRows, dropMember, inPieces, moveRow, putMember, replaceText, restoreRow, setCell, spliceText, textOf, trashRow,
} from '#shared/plan/commands.ts'
import { emptyCells } from '#shared/plan/bulk.ts'
import { readOrder } from '#shared/plan/order.ts'
import { openPlan, rowMap, type Plan } from '#shared/plan/plan.ts'
import { readRow } from '#shared/plan/read.ts'
import type { Cell } from '#shared/plan/values.ts'
import { limits } from '#shared/protocol/limits.ts'
import { openUndo } from '../../../client/plan/undo.ts'
import { bringTogether, planWith } from '../../support/plans.ts'
import { arena, closePages, openBrowser, settle, waitForLine } from './pages.ts'
import { openPretendServer } from './pretendServer.ts'

// Before anything is imported: Yjs takes its clock at import, and what is a step depends on it.
vi.hoisted(() => vi.useFakeTimers({ now: new Date('2026-11-22T10:42:00Z') }))
afterEach(closePages)

const cell = (row: string, field: string): Cell => ({ register: 'activities', row, field })
function openedPlan() {
  const plan = planWith()
  return { plan, undo: openUndo(plan) }
}
/** Enough for the next change to be a step of its own. */
const pause = () => vi.advanceTimersByTime(1_000)
function added(plan: Plan, words: string): string {
  const outcome = addRow(plan, 'activities', { arena: words }, { parentId: 'G1' })
  if (!outcome.ok)
    throw new Error(outcome.refusal)
  return outcome.id
}

test('C13 each step knows what it was: what was done, with which row, in which field', () => {
  const { plan, undo } = openedPlan()
  const named = (work: () => unknown) => {
    pause()
    work()
    return undo.nextUndo.value
  }
  const register = 'activities'
  expect(undo.nextUndo.value).toBeNull()
  expect(named(() => spliceText(plan, arena('K01'), { at: 0, remove: 0, insert: 'Nye ' }))).toEqual({ kind: 'wrote', register, rows: ['K01'], field: 'arena' })
  expect(named(() => setCell(plan, cell('K01', 'status'), 'done'))).toEqual({ kind: 'changed', register, rows: ['K01'], field: 'status' })
  expect(named(() => putMember(plan, cell('K02', 'responsible'), 'ks', 'lead'))).toEqual({ kind: 'changed-members', register, rows: ['K02'], field: 'responsible' })
  expect(named(() => dropMember(plan, cell('K02', 'focusAreas'), '2'))).toEqual({ kind: 'changed-members', register, rows: ['K02'], field: 'focusAreas' })
  expect(named(() => moveRow(plan, register, 'K02', { parentId: 'G1', before: 'K01' }))).toEqual({ kind: 'moved', register, rows: ['K02'] })
  expect(named(() => trashRow(plan, register, 'K02'))).toEqual({ kind: 'trashed', register, rows: ['K02'] })
  expect(named(() => restoreRow(plan, register, 'K02'))).toEqual({ kind: 'restored', register, rows: ['K02'] })
  expect(named(() => replaceText(plan, { register: 'goals', row: 'G1', field: 'text' }, 'Nytt mål'))).toEqual({ kind: 'wrote', register: 'goals', rows: ['G1'], field: 'text' })
  const id = added(plan, 'Ny')
  expect(undo.nextUndo.value).toEqual({ kind: 'added', register, rows: [id] })
  expect(named(() => {
    spliceText(plan, arena('K01'), { at: 0, remove: 0, insert: 'Nye ' })
    setCell(plan, cell('K03', 'status'), 'done')
  })).toEqual({ kind: 'changed', register, rows: ['K01', 'K03'] })
})

test('C13 a row that was added and filled in at once is one addition, and stays one through undo and redo', () => {
  const { plan, undo } = openedPlan()
  const id = added(plan, '')
  spliceText(plan, arena(id), { at: 0, remove: 0, insert: 'Ny' })
  setCell(plan, cell(id, 'status'), 'done')
  const step = { kind: 'added', register: 'activities', rows: [id] }
  expect(undo.nextUndo.value).toEqual(step)
  expect(undo.undo()).toEqual(step)
  expect([undo.nextUndo.value, undo.nextRedo.value, undo.last.value]).toEqual([null, step, { verb: 'undo', step }])
  expect(undo.redo()).toEqual(step)
  expect([undo.nextUndo.value, undo.nextRedo.value, undo.last.value]).toEqual([step, null, { verb: 'redo', step }])
  expect(readRow(plan.doc, 'activities', id)).toMatchObject({ arena: 'Ny', status: 'done', deletedAt: null })
  expect([undo.redo(), undo.last.value?.verb]).toEqual([null, 'redo'])
})

test('C13 a move that gives a crowded neighbour a new key names the row that moved', () => {
  const { plan, undo } = openedPlan()
  const [first, second] = [rowMap(plan.doc, 'activities', 'K01'), rowMap(plan.doc, 'activities', 'K02')]
  second?.set('place', first?.get('place'))
  moveRow(plan, 'activities', 'K03', { parentId: 'G1', after: 'K01' })
  expect(readOrder(plan.doc, 'activities').alive).toEqual(['K01', 'K03', 'K02'])
  expect(undo.nextUndo.value).toEqual({ kind: 'moved', register: 'activities', rows: ['K03'] })
})

test('C13 a step that others have made pointless is passed over', () => {
  const { plan, undo } = openedPlan()
  const olav = planWith()
  spliceText(plan, arena('K01'), { at: 0, remove: 0, insert: 'Nye ' })
  pause()
  setCell(plan, cell('K01', 'status'), 'done')
  bringTogether(plan, olav)
  setCell(olav, cell('K01', 'status'), 'postponed')
  bringTogether(plan, olav)
  expect(undo.undo()).toMatchObject({ kind: 'wrote', field: 'arena' })
  expect(readRow(plan.doc, 'activities', 'K01')).toMatchObject({ arena: 'Møter', status: 'postponed' })
  expect(undo.nextUndo.value).toBeNull()
})

test('C13 what others wrote stays when my step is undone, after a reconnect too', async () => {
  const server = openPretendServer()
  const page = await openBrowser(server).openPage()
  server.flush()
  await settle()
  const { session } = page
  page.type(arena('K01'), ' mine')
  server.flush()
  server.cut()
  server.write(doc => void textOf(openPlan(doc), arena('K01'))?.insert(0, 'Deres '))
  pause()
  page.type(arena('K01'), ' igjen')
  server.mend()
  await waitForLine(server)
  expect(page.sees(arena('K01'))).toBe('Deres Møter mine igjen')

  expect(session.undo.undo()).toEqual({ kind: 'wrote', register: 'activities', rows: ['K01'], field: 'arena' })
  session.undo.undo()
  expect(session.undo.undo()).toBeNull()
  await waitForLine(server)
  expect(readRow(server.doc, 'activities', 'K01')?.arena).toBe('Deres Møter')
})

test('C13 an addition undone is trashed with the words others wrote in it, and redone comes back with them', () => {
  const { plan, undo } = openedPlan()
  const olav = planWith()
  const id = added(plan, 'Ny')
  bringTogether(plan, olav)
  spliceText(olav, arena(id), { at: 2, remove: 0, insert: ' fagdag' })
  setCell(olav, cell(id, 'status'), 'done')
  bringTogether(plan, olav)
  undo.undo()
  bringTogether(plan, olav)
  expect(readRow(olav.doc, 'activities', id)).toMatchObject({ arena: 'Ny fagdag', status: 'done', deletedAt: 1_000 })
  undo.redo()
  bringTogether(plan, olav)
  expect(readRow(olav.doc, 'activities', id)).toMatchObject({ arena: 'Ny fagdag', deletedAt: null })
})

test('C28 2,000 rows added and filled in pieces are one step: undone none is left, redone all are back', () => {
  const { plan, undo } = openedPlan()
  const alive = () => readOrder(plan.doc, 'activities').alive.length
  spliceText(plan, arena('K01'), { at: 0, remove: 0, insert: 'Nye ' })
  const ids = undo.asOneStep(() => {
    const outcome = addRows(plan, 'activities', Array.from({ length: 2_000 }, (_, n) => ({ arena: `Rad ${n}` })), { parentId: 'G2' })
    const rows = outcome.ok ? outcome.ids : []
    for (const piece of inPieces(rows, () => 20)) {
      pause()
      plan.doc.transact(() => piece.forEach(id => putMember(plan, cell(id, 'responsible'), 'ks', 'lead')), plan.mine)
    }
    return rows
  })
  spliceText(plan, arena('K01'), { at: 0, remove: 0, insert: 'Helt ' })
  expect(alive()).toBe(2_003)

  expect(undo.undo()).toMatchObject({ kind: 'wrote' })
  expect(undo.nextUndo.value).toEqual({ kind: 'added', register: 'activities', rows: ids })
  undo.undo()
  expect([alive(), readRow(plan.doc, 'activities', 'K01')?.arena]).toEqual([3, 'Nye Møter'])
  undo.redo()
  expect(alive()).toBe(2_003)
  expect(readOrder(plan.doc, 'activities').alive.slice(3)).toEqual(ids)
  expect(readRow(plan.doc, 'activities', ids.at(-1) ?? '')).toMatchObject({ arena: 'Rad 1999', responsible: [{ id: 'ks', roles: ['lead'] }] })
})

test('C34 what a bulk change took away comes back in updates that each may be sent, as the one step it was', () => {
  const { plan, undo } = openedPlan()
  const words = 'Lange ord på rad. '.repeat(200)
  const outcome = addRows(plan, 'activities', Array.from({ length: 300 }, () => ({ arena: words, topic: words })), { parentId: 'G2' })
  const rows = outcome.ok ? outcome.ids : []
  pause()
  undo.asOneStep(() => emptyCells(plan, rows.flatMap(row => [cell(row, 'arena'), cell(row, 'topic')])))
  const sent: number[] = []
  plan.doc.on('update', (update: Uint8Array) => sent.push(update.length))
  expect(undo.undo()).toMatchObject({ kind: 'wrote', rows })
  expect(rows.every(id => readRow(plan.doc, 'activities', id)?.topic === words)).toBe(true)
  expect(Math.max(...sent)).toBeLessThan(limits.maxUpdateBytes)
  expect(sent.reduce((sum, bytes) => sum + bytes)).toBeGreaterThan(limits.maxUpdateBytes)

  expect(undo.nextRedo.value).toMatchObject({ kind: 'wrote', rows })
  undo.redo()
  expect(rows.some(id => readRow(plan.doc, 'activities', id)?.topic !== '')).toBe(false)
  expect(undo.nextRedo.value).toBeNull()
  undo.undo()
  expect(undo.undo()).toMatchObject({ kind: 'added', rows })
})

test('C34 a bulk change of which others have made a part pointless takes nothing else with it when it is undone', () => {
  const { plan, undo } = openedPlan()
  const outcome = addRows(plan, 'activities', Array.from({ length: 60 }, (_, n) => ({ arena: `Rad ${n}` })), { parentId: 'G2' })
  const rows = outcome.ok ? outcome.ids : []
  pause()
  spliceText(plan, arena('K01'), { at: 0, remove: 0, insert: 'Nye ' })
  undo.asOneStep(() => rows.forEach(row => setCell(plan, cell(row, 'status'), 'done')))
  const others = openPlan(plan.doc)
  rows.slice(0, 30).forEach(row => setCell(others, cell(row, 'status'), 'cancelled'))

  undo.undo()
  expect(rows.map(row => readRow(plan.doc, 'activities', row)?.status)).toEqual([...Array<string>(30).fill('cancelled'), ...Array<null>(30).fill(null)])
  expect(readRow(plan.doc, 'activities', 'K01')?.arena).toMatch(/^Nye /)
  expect(undo.nextUndo.value).toMatchObject({ kind: 'wrote', rows: ['K01'] })
})

test('C28 a bulk change within a bulk change is part of it, and one that fails leaves the next change a step of its own', () => {
  const { plan, undo } = openedPlan()
  undo.asOneStep(() => {
    setCell(plan, cell('K01', 'status'), 'done')
    undo.asOneStep(() => setCell(plan, cell('K02', 'status'), 'done'))
    setCell(plan, cell('K03', 'status'), 'done')
  })
  expect(undo.nextUndo.value).toEqual({ kind: 'changed', register: 'activities', rows: ['K01', 'K02', 'K03'], field: 'status' })
  expect(() => undo.asOneStep(() => {
    setCell(plan, cell('K01', 'risk'), 'critical')
    throw new Error('no more')
  })).toThrow('no more')
  setCell(plan, cell('K01', 'when'), { raw: 'Jevnlig', kind: 'regular' })
  expect(undo.nextUndo.value).toMatchObject({ field: 'when' })
  undo.undo()
  expect(undo.nextUndo.value).toMatchObject({ field: 'risk', rows: ['K01'] })
})
