import fc from 'fast-check'
import * as encoding from 'lib0/encoding'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { dropMember, putMember, setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import { rowMap } from '#shared/plan/plan.ts'
import { readTouches } from '#shared/plan/touches.ts'
import { bringTogether, planWith, updatesOf } from '../../support/plans.ts'

const cell = (field: string, row = 'K01') => ({ register: 'activities', row, field }) as const
const touchesOf = (doc: Y.Doc, update: Uint8Array | undefined) => readTouches(doc, update ?? new Uint8Array())

/** Counts how often the structs of first content are looked up from here on. */
function countStructReads(doc: Y.Doc): () => number {
  let reads = 0
  const structs = doc.store.clients.get(1) ?? []
  doc.store.clients.set(1, new Proxy(structs, {
    get(list, name) {
      if (typeof name === 'string' && /^\d+$/.test(name))
        reads++
      return Reflect.get(list, name) as unknown
    },
  }))
  return () => reads
}

/** The one update that `write` makes in a copy of the plan. */
function updateBy(write: (plan: ReturnType<typeof planWith>) => void): Uint8Array | undefined {
  const plan = planWith()
  return updatesOf(plan, () => write(plan))[0]
}

test('D12 a keystroke, a choice, a member, the trash and a removed member are each read as their cell', () => {
  const { doc } = planWith()
  const named = (write: (plan: ReturnType<typeof planWith>) => void) =>
    touchesOf(doc, updateBy(write)).cells.map(({ row, field, member, effect }) => [row, field, member, effect])
  expect(named(plan => spliceText(plan, cell('arena'), { at: 2, remove: 0, insert: 'x' }))).toEqual([['K01', 'arena', null, 'write']])
  expect(named(plan => spliceText(plan, cell('arena'), { at: 0, remove: 3, insert: '' }))).toEqual([['K01', 'arena', null, 'remove']])
  expect(named(plan => setCell(plan, cell('status'), 'done'))).toEqual([['K01', 'status', null, 'write']])
  expect(named(plan => putMember(plan, cell('responsible'), 'usht', 'lead'))).toEqual([['K01', 'responsible', 'usht', 'write']])
  expect(named(plan => dropMember(plan, cell('responsible'), 'ks'))).toEqual([['K01', 'responsible', 'ks', 'remove']])
  expect(named(plan => trashRow(plan, 'activities', 'K02'))).toEqual([['K02', 'deletedAt', null, 'write']])
})

test('D12 nested rich text is read as its cell, however deep it lies', () => {
  const { doc } = planWith()
  const update = updateBy(({ doc: own }) => {
    const body = rowMap(own, 'sections', 's1')?.get('body') as Y.XmlFragment
    own.transact(() => {
      const list = new Y.XmlElement('bulletList')
      body.insert(0, [list])
      const item = new Y.XmlElement('listItem')
      list.insert(0, [item])
      item.insert(0, [new Y.XmlText('punkt')])
    })
  })
  expect(touchesOf(doc, update).cells.map(({ register, row, field }) => [register, row, field])).toEqual([['sections', 's1', 'body']])
})

test('D12 the removal of a row, a row beside the registers and an unknown root are named as what they are', () => {
  const { doc } = planWith()
  const cells = (write: (own: Y.Doc) => void) => touchesOf(doc, updateBy(plan => write(plan.doc))).cells
  expect(cells(own => own.getMap('activities').delete('K01'))).toContainEqual({ register: 'activities', row: 'K01', field: '', member: null, effect: 'remove', collides: false })
  expect(cells(own => own.getMap('evil').set('x', 1))).toMatchObject([{ register: 'evil', row: 'x', field: '', effect: 'write' }])
  expect(cells(own => own.getArray('activities').insert(0, ['x']))).toMatchObject([{ register: 'activities', row: '', field: '' }])
})

test('D12 an update the document has already is nothing, and so is a whole delete set', () => {
  const plan = planWith()
  const [update] = updatesOf(plan, () => spliceText(plan, cell('arena'), { at: 0, remove: 2, insert: '' }))
  expect(touchesOf(plan.doc, update)).toMatchObject({ isNothing: true, cells: [], clients: [] })
  expect(readTouches(plan.doc, Y.encodeStateAsUpdate(plan.doc))).toMatchObject({ isNothing: true, problem: null })
  expect(readTouches(plan.doc, Y.encodeStateAsUpdate(plan.doc, Y.encodeStateVector(plan.doc)))).toMatchObject({ isNothing: true })
})

test('D12 two who set one value or one member without having seen each other collide; who has seen it does not', () => {
  const [server, kari, olav] = [planWith(), planWith(), planWith()]
  const bySet = (plan: typeof kari, value: string) => updatesOf(plan, () => setCell(plan, cell('status'), value))[0]
  const first = bySet(kari, 'done')
  expect(touchesOf(server.doc, first).cells[0]?.collides).toBe(false)
  if (first)
    Y.applyUpdate(server.doc, first)
  const second = bySet(olav, 'postponed')
  expect(touchesOf(server.doc, second).cells[0]?.collides).toBe(true)
  bringTogether(server, kari, olav)
  const third = bySet(olav, 'in-progress')
  expect(touchesOf(server.doc, third).cells[0]?.collides).toBe(false)
  bringTogether(server, olav)
  const put = updatesOf(kari, () => putMember(kari, cell('responsible'), 'ks', 'responsible'))[0]
  expect(touchesOf(server.doc, put).cells[0]?.collides).toBe(false)
  if (put)
    Y.applyUpdate(server.doc, put)
  const late = updatesOf(olav, () => putMember(olav, cell('responsible'), 'ks', 'contributor'))[0]
  expect(touchesOf(server.doc, late).cells[0]).toMatchObject({ member: 'ks', collides: true })
})

test('D12 an update that rests on what nobody has is told apart from one that is no update', () => {
  const plan = planWith()
  const updates = updatesOf(plan, () => ['a', 'b', 'c'].forEach(insert => spliceText(plan, cell('arena'), { at: 0, remove: 0, insert })))
  const { doc } = planWith()
  expect(touchesOf(doc, updates[1]).problem).toBe('missing-part')
  expect(readTouches(doc, new Uint8Array([255, 255, 255, 1, 2, 3])).problem).toBe('ill-formed')
  expect(readTouches(doc, new Uint8Array()).problem).toBe('ill-formed')
})

test('D12 a delete set that names something twice is ill-formed, before anything is walked', () => {
  const { doc } = planWith()
  const reads = countStructReads(doc)
  const end = Y.getState(doc.store, 1)
  const update = encoding.encode((encoder) => {
    ;[0, 1, 1, 100_000].forEach(number => encoding.writeVarUint(encoder, number))
    for (let n = 0; n < 100_000; n++)
      [0, end].forEach(number => encoding.writeVarUint(encoder, number))
  })
  expect(readTouches(doc, update).problem).toBe('ill-formed')
  expect(reads()).toBeLessThan(100)
})

test('D12 an update with bytes after it, or with one client\'s structs in two places, is ill-formed', () => {
  const { doc } = planWith()
  const first = updateBy(plan => setCell(plan, cell('status'), 'done'))
  const second = updateBy(plan => setCell(plan, cell('risk'), 'on-plan'))
  expect(readTouches(doc, Uint8Array.of(...first ?? [], 7)).problem).toBe('ill-formed')
  expect(readTouches(doc, Uint8Array.of(0, 0, 7, 7)).problem).toBe('ill-formed')
  const structs = (update: Uint8Array | undefined) => [...update ?? []].slice(1, -1)
  // Clients stand from the highest id to the lowest.
  const inTwoOrders = [[first, second], [second, first]].map(([a, b]) => readTouches(doc, Uint8Array.of(2, ...structs(a), ...structs(b), 0)).problem)
  expect(inTwoOrders.sort()).toEqual(['ill-formed', null])
  expect(readTouches(doc, Uint8Array.of(2, ...structs(first), ...structs(first), 0)).problem).toBe('ill-formed')
})

test('D12 random and flipped bytes never throw, and reading never changes the document', () => {
  const plan = planWith()
  const good = updatesOf(plan, () => spliceText(plan, cell('arena'), { at: 1, remove: 2, insert: 'hei og hopp' }))[0] ?? new Uint8Array()
  const { doc } = planWith()
  const before = Y.encodeStateAsUpdate(doc)
  fc.assert(fc.property(fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.nat(good.length - 1), fc.nat(7)).map(([at, bit]) => good.map((byte, n) => n === at ? byte ^ (1 << bit) : byte)),
    fc.nat(good.length).map(length => good.slice(0, length)),
  ), (bytes) => {
    readTouches(doc, bytes)
  }), { numRuns: 3_000, seed: 5 })
  expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
})

test('D12 a text of 2,000 letters, each put beside another, is read without running out of stack', () => {
  const plan = planWith()
  const typist = planWith(undefined, { clientId: 7 })
  const vector = Y.encodeStateVector(typist.doc)
  for (let n = 0; n < 2_000; n++)
    spliceText(typist, cell('topic'), { at: n % 2 ? n : 0, remove: 0, insert: 'x' })
  const touches = readTouches(plan.doc, Y.encodeStateAsUpdate(typist.doc, vector))
  expect(touches).toMatchObject({ problem: null, clients: [7], cells: [{ row: 'K01', field: 'topic' }] })
})
