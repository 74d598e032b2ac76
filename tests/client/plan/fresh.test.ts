import { shallowRef } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { addRow, dropMember, moveRow, putMember, restoreRow, setCell, spliceText, textOf, trashRow } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import type { Cell } from '#shared/plan/values.ts'
import { placesOf } from '../../../client/plan/authors.ts'
import { openFresh, type FreshChange } from '../../../client/plan/fresh.ts'
import type { PersonHere } from '../../../client/plan/session.ts'
import { bringTogether, planWith } from '../../support/plans.ts'
import { arena } from './pages.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  vi.useRealTimers()
})

const person = (plan: Plan, name: string, at: Cell | null = null): PersonHere =>
  ({ clientId: plan.doc.clientID, memberId: `m-${name}`, name, organisation: 'SF', colour: 1, at })

/** My plan, and Olav's and Marte's; what they do reaches me when it is delivered. */
function three() {
  const [mine, olavs, martes] = [planWith(), planWith(), planWith()]
  const others = shallowRef([person(olavs, 'Olav'), person(martes, 'Marte')])
  const counts = { now: true }
  const fresh = openFresh({ doc: mine.doc, others, now: Date.now, counts: ({ origin }) => origin === 'from afar' && counts.now })
  const told: FreshChange[] = []
  fresh.onChanges(changes => told.push(...changes))
  return {
    mine, olavs, martes, others, fresh, counts,
    deliver: () => bringTogether(mine, olavs, martes),
    told: () => told.splice(0).map(({ cell, kind, by }) => `${by?.name ?? 'nobody'} ${kind} ${cell.row}${cell.field && `/${cell.field}`}`).sort(),
  }
}
const status = (row: string): Cell => ({ register: 'activities', row, field: 'status' })

test('C30 each change is told with its cell and its author, several authors of one delivery apart', () => {
  const all = three()
  setCell(all.olavs, status('K01'), 'done')
  spliceText(all.olavs, arena('K02'), { at: 0, remove: 0, insert: 'Nytt ' })
  spliceText(all.martes, arena('K02'), { at: 0, remove: 0, insert: 'Eget ' })
  putMember(all.martes, { register: 'activities', row: 'K03', field: 'responsible' }, 'ks', 'lead')
  const update = Y.mergeUpdates([all.olavs, all.martes].map(({ doc }) => Y.encodeStateAsUpdate(doc)))
  Y.applyUpdate(all.mine.doc, update, 'from afar')
  expect(all.told()).toEqual(['Marte changed K03/responsible', 'Marte wrote K02/arena', 'Olav changed K01/status', 'Olav wrote K02/arena'])
})

test('C30 rows that come, go, come back and move are one change each, whatever stands in them', () => {
  const all = three()
  const added = addRow(all.olavs, 'activities', { arena: 'Ny', status: 'done' })
  const id = added.ok ? added.id : ''
  all.deliver()
  expect(all.told()).toEqual([`Olav added ${id}`])
  trashRow(all.martes, 'activities', 'K01')
  moveRow(all.martes, 'activities', 'K03', { parentId: 'G1', after: null })
  all.deliver()
  expect(all.told()).toEqual(['Marte moved K03/place', 'Marte trashed K01'])
  restoreRow(all.martes, 'activities', 'K01')
  all.deliver()
  expect(all.told()).toEqual(['nobody restored K01'])
})

test('C30 a new row that reaches me before it is brought to life is told once, as added, when it is', () => {
  const all = three()
  const updates: Uint8Array[] = []
  all.olavs.doc.on('update', (update: Uint8Array) => updates.push(update))
  addRow(all.olavs, 'activities', { arena: 'Ny' })
  for (const update of updates)
    Y.applyUpdate(all.mine.doc, update, 'from afar')
  expect(updates.length).toBeGreaterThan(1)
  expect(all.told()).toEqual([expect.stringMatching(/^Olav added /)])
})

test('C30 what is only taken out is nobody\'s, unless exactly one person is in that cell', () => {
  const all = three()
  const erase = () => {
    spliceText(all.olavs, arena('K01'), { at: 0, remove: 1, insert: '' })
    all.deliver()
    return all.told()
  }
  expect(erase()).toEqual(['nobody wrote K01/arena'])
  all.others.value = [person(all.olavs, 'Olav', arena('K01')), person(all.martes, 'Marte', arena('K02'))]
  expect(erase()).toEqual(['Olav wrote K01/arena'])
  all.others.value = [person(all.olavs, 'Olav', arena('K01')), person(all.martes, 'Marte', arena('K01'))]
  expect(erase()).toEqual(['nobody wrote K01/arena'])
  dropMember(all.olavs, { register: 'activities', row: 'K01', field: 'responsible' }, 'sf')
  all.deliver()
  expect(all.told()).toEqual(['nobody changed K01/responsible'])
})

test('C30 who has just left is still named, and a value that lost against the one that stands is not told', () => {
  const [low, high] = [planWith(undefined, { clientId: 5 }), planWith(undefined, { clientId: 9 })]
  const others = shallowRef([person(low, 'Olav'), person(high, 'Marte')])
  const mine = planWith()
  const fresh = openFresh({ doc: mine.doc, others, now: Date.now, counts: ({ origin }) => origin === 'from afar' })
  const told: FreshChange[] = []
  fresh.onChanges(changes => told.push(...changes))
  setCell(low, status('K01'), 'done')
  setCell(high, status('K01'), 'postponed')
  Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(high.doc), 'from afar')
  others.value = []
  Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(low.doc), 'from afar')
  expect(told.map(({ by, cell }) => [by?.name, cell.field])).toEqual([['Marte', 'status']])
  spliceText(low, arena('K01'), { at: 0, remove: 0, insert: 'x' })
  Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(low.doc), 'from afar')
  expect(told.at(-1)?.by?.name).toBe('Olav')
})

test('C30 neither my own changes nor what came while I was away is fresh, and what is fresh is so for four seconds', () => {
  const all = three()
  setCell(all.mine, status('K01'), 'done')
  expect(all.told()).toEqual([])
  all.counts.now = false
  setCell(all.olavs, status('K02'), 'done')
  all.deliver()
  expect(all.told()).toEqual([])
  expect(all.fresh.cells.size).toBe(0)

  all.counts.now = true
  setCell(all.olavs, status('K02'), 'postponed')
  all.deliver()
  vi.advanceTimersByTime(2_500)
  setCell(all.olavs, status('K03'), 'done')
  all.deliver()
  vi.advanceTimersByTime(1_600)
  expect([...all.fresh.cells.keys()]).toEqual(['activities/K03/status'])
  vi.advanceTimersByTime(2_500)
  expect(all.fresh.cells.size).toBe(0)
})

test('C30 what of a text is new is told by its place in the text as it is now', () => {
  const all = three()
  spliceText(all.olavs, arena('K01'), { at: 5, remove: 0, insert: ' og 😀 kurs' })
  all.deliver()
  spliceText(all.mine, arena('K01'), { at: 0, remove: 2, insert: 'Fire m' })
  const text = textOf(all.mine, arena('K01'))
  const change = all.fresh.cells.get('activities/K01/arena')
  const places = text && change ? placesOf(text, change.parts) : []
  expect(places.map(([from, until]) => text?.toJSON().slice(from, until))).toEqual([' og 😀 kurs'])

  vi.advanceTimersByTime(4_500)
  spliceText(all.olavs, arena('K01'), { at: 'Møter og 😀 kurs'.length, remove: 0, insert: ' igjen' })
  all.deliver()
  const later = all.fresh.cells.get('activities/K01/arena')
  expect(text && later ? placesOf(text, later.parts).map(([from, until]) => text.toJSON().slice(from, until)) : []).toEqual([' igjen'])
})
