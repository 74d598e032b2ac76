import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { setCell, spliceText } from '#shared/plan/commands.ts'
import { layPlan } from '#shared/plan/lay.ts'
import { rowMap } from '#shared/plan/plan.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import type { Cell } from '#shared/plan/values.ts'
import { forReach, type RescueRecord } from '../../../client/plan/records.ts'
import { resolve } from '../../../client/plan/resolve.ts'
import { cellsOf } from '../../../client/plan/unsent.ts'
import { writeChange } from '../../../client/plan/writeBack.ts'
import { planWith, smallSeed } from '../../support/plans.ts'

const ground = [layPlan(smallSeed)]
type Plan = ReturnType<typeof planWith>

/** What somebody wrote on the small plan, as a record. */
function recordOf(write: (plan: Plan) => void, more: Partial<RescueRecord> = {}, { clientId = 1_000 } = {}): RescueRecord {
  const plan = planWith(smallSeed, { clientId })
  const entries: RescueRecord['entries'][number][] = []
  plan.doc.on('update', (update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    entries.push({ id: `e${entries.length}`, tab: 't', at: entries.length, cells: cellsOf(transaction), update })
  })
  write(plan)
  return { id: 'r', tab: 't', at: 9, cause: 'not-allowed', named: [], dropped: [], entries, ...more }
}
const cell = (field: string, row = 'K01'): Cell => ({ register: 'activities', row, field })

test('C16 each changed cell is a change once, with what stood there and what we made of it; what reads as before is none', () => {
  const record = recordOf((plan) => {
    for (const letter of ' i vår')
      spliceText(plan, cell('arena'), { at: (readCellPlain(plan.doc, cell('arena')) as string).length, remove: 0, insert: letter })
    setCell(plan, cell('status'), 'done')
    setCell(plan, cell('status'), null)
  })
  expect(record.entries).toHaveLength(8)
  expect(resolve(record, ground)).toMatchObject([{ ...cell('arena'), base: 'Møter', mine: 'Møter i vår', since: 0, at: 9, rowName: 'Møter i vår', why: null }])
  expect(forReach(resolve(record, ground), { role: 'reader', registers: null })).toMatchObject([{ why: 'not-allowed' }])
})

test('C16 a value that lost against another\'s is there with our own, and one that won as well', () => {
  for (const clientId of [500, 2_000]) {
    const theirs = planWith(smallSeed, { clientId: 1_000 })
    setCell(theirs, cell('status'), 'cancelled')
    const record = recordOf(plan => setCell(plan, cell('status'), 'done'), {}, { clientId })
    const [change, ...rest] = resolve(record, [...ground, Y.encodeStateAsUpdate(theirs.doc)])
    expect([change?.mine, rest]).toEqual(['done', []])
    expect(change && writeChange(theirs, change)).toMatchObject({ isWritten: false, left: [{ why: 'changed-since' }] })
    expect(change && writeChange(theirs, change, { insists: true })).toEqual({ isWritten: true, left: [] })
    expect(readCellPlain(theirs.doc, cell('status'))).toBe('done')
  }
})

test('C17 rich text is left with its words, since no command writes it', () => {
  const record = recordOf((plan) => {
    const body = rowMap(plan.doc, 'sections', 's1')?.get('body') as Y.XmlFragment
    plan.doc.transact(() => body.push([new Y.XmlText('Bakgrunnen er')]), plan.mine)
  })
  const [change] = resolve(record, ground)
  expect(change).toMatchObject({ register: 'sections', row: 's1', field: 'body', mine: [{ text: 'Bakgrunnen er' }] })
  expect(change && writeChange(planWith(), change)).toMatchObject({ isWritten: false, left: [{ why: 'not-allowed', mine: [{ text: 'Bakgrunnen er' }] }] })
})

test('C17 a change in a row that is not there, and one that no command takes, are left and say why', () => {
  const change = { id: 'c', at: 1, since: 1, cause: 'not-valid', rowName: '', base: null, why: null } as const
  expect(writeChange(planWith(), { ...change, ...cell('status', 'gone'), mine: 'done' }).left).toMatchObject([{ why: 'row-is-gone' }])
  expect(writeChange(planWith(), { ...change, ...cell('status'), mine: 'ferdig' }).left).toMatchObject([{ why: 'not-valid' }])
  expect(writeChange(planWith(), { ...change, ...cell('note'), base: '', mine: 'x'.repeat(4_001) }).left).toMatchObject([{ why: 'too-long' }])
  // Words alone, as an earlier version of the page kept them.
  for (const field of ['responsible', 'deletedAt', 'place', 'status', 'when', ''])
    expect(writeChange(planWith(), { ...change, ...cell(field), mine: 'KS (lead)' }, { insists: true })).toMatchObject({ isWritten: false, left: [{ mine: 'KS (lead)' }] })
  const added = { ...change, register: 'goals', row: 'ny', field: '', mine: { text: 'x'.repeat(5_000), place: { key: 'a5' } } } as const
  expect(writeChange(planWith(), added)).toMatchObject({ isWritten: true, left: [{ field: 'text', why: 'too-long' }] })
})

test('C16 what rests on a ground that is lost still has its words', () => {
  const record = recordOf((plan) => {
    spliceText(plan, cell('arena'), { at: 5, remove: 0, insert: ' i vår' })
    spliceText(plan, cell('arena'), { at: 11, remove: 0, insert: ' og høst' })
  })
  const [, later] = record.entries
  expect(resolve({ ...record, entries: later ? [later] : [] }, ground)).toMatchObject([{ ...cell('arena'), mine: ' og høst' }])
  expect(resolve({ ...record, entries: [{ id: 'x', tab: 't', at: 1, cells: [cell('arena')], update: Uint8Array.of(9, 9, 9) }] }, ground)).toEqual([])
})

test('C16 bytes that the device has damaged keep no other change from being read', () => {
  const record = recordOf((plan) => {
    spliceText(plan, cell('arena'), { at: 0, remove: 1, insert: 'm' })
    spliceText(plan, cell('arena', 'K02'), { at: 0, remove: 1, insert: 'n' })
  })
  const entries = record.entries.map((entry, n) => n === 1 ? { ...entry, update: entry.update.slice(0, -1) } : entry)
  expect(resolve({ ...record, entries }, ground)).toMatchObject([{ ...cell('arena'), mine: 'møter' }])
})

test('C17 what rests on bytes that the device does not have is left with its words, and never written by itself', () => {
  const record = recordOf((plan) => {
    spliceText(plan, cell('arena'), { at: 0, remove: 0, insert: 'Nytt navn ' })
    spliceText(plan, cell('arena'), { at: 10, remove: 0, insert: 'raskt ' })
    setCell(plan, cell('status'), 'done')
  })
  const rest = { ...record, entries: record.entries.slice(1) }
  const changes = resolve(rest, ground)
  expect(changes.find(({ field }) => field === 'arena')).toMatchObject({ mine: 'raskt ', why: 'not-allowed' })
  expect(changes.every(({ why }) => why !== null)).toBe(true)
})
