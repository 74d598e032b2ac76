import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { addRow, putMember, setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readTouches, type Touch } from '#shared/plan/touches.ts'
import { takeSecondLock } from '../../server/rooms/secondLock.ts'
import { smallContent, writerOf } from './support/plans.ts'

const cell = (field: string) => ({ register: 'activities', row: 'K01', field }) as const
const rowOf = (doc: Y.Doc) => doc.getMap('activities').get('K01') as Y.Map<unknown>

/** Applies what `write` makes behind the lock, with the cells it is said to touch. */
function applyLocked({ content = smallContent, write, touches = cells => cells }: {
  content?: Uint8Array, write: (plan: Plan) => void, touches?: (cells: readonly Touch[]) => readonly Touch[]
}): void {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, content)
  const update = writerOf(content).write(write)
  const check = takeSecondLock(doc, touches(readTouches(doc, update).cells))
  doc.transact((transaction) => {
    Y.applyUpdate(doc, update)
    check(transaction)
  })
}

test.each<[string, (plan: Plan) => void]>([
  ['a letter', plan => spliceText(plan, cell('arena'), { at: 0, remove: 1, insert: 'x' })],
  ['a choice', plan => setCell(plan, cell('status'), 'done')],
  ['a choice taken away', plan => setCell(plan, cell('status'), null)],
  ['a member', plan => putMember(plan, cell('responsible'), 'sf-rogaland', 'lead')],
  ['the trash', plan => trashRow(plan, 'activities', 'K01')],
  ['a row', plan => addRow(plan, 'sections', { title: 'Nytt kapittel' })],
])('S23 what was admitted and is what was done passes the second lock: %s', (_what, write) => {
  expect(() => applyLocked({ write })).not.toThrow()
})

test('S23 a change beyond the cells that were read as touched does not pass', () => {
  for (const left of ['status', 'arena']) {
    expect(() => applyLocked({
      write(plan) {
        spliceText(plan, cell('arena'), { at: 0, remove: 0, insert: 'x' })
        setCell(plan, cell('status'), 'done')
      },
      touches: cells => cells.filter(({ field }) => field !== left),
    })).toThrow('not read to touch')
  }
  expect(() => applyLocked({ write: plan => addRow(plan, 'goals', { text: 'x' }), touches: () => [] })).toThrow('not read to touch')
})

test.each<[string, unknown]>([
  ['status', 'nonsense'], ['arena', 'no text'], ['responsible/sf-rogaland', 'no such role'], ['deletedAt', 'yesterday'], ['noSuchField', 1],
  ['place', 7],
])('S23 a cell that holds what its declaration does not allow does not pass: %s', (key, value) => {
  expect(() => applyLocked({ write: ({ doc }) => rowOf(doc).set(key, value) })).toThrow('not valid')
})

test('S23 what stood ill in a cell before is not held against the one who changes it', () => {
  const ill = writerOf()
  ill.write(({ doc }) => rowOf(doc).set('status', 'nonsense'))
  const content = Y.encodeStateAsUpdate(ill.doc)
  for (const value of ['done', 'other nonsense'])
    expect(() => applyLocked({ content, write: ({ doc }) => rowOf(doc).set('status', value) })).not.toThrow()
})

test('S23 what rests on missing parts does not pass', () => {
  const writer = writerOf()
  writer.type('lost on the way')
  const update = writer.type('!')
  const doc = new Y.Doc()
  Y.applyUpdate(doc, smallContent)
  const check = takeSecondLock(doc, [])
  expect(() => doc.transact((transaction) => {
    Y.applyUpdate(doc, update)
    check(transaction)
  })).toThrow('did not fit')
})
