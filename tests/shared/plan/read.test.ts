import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { setCell } from '#shared/plan/commands.ts'
import { layPlan } from '#shared/plan/lay.ts'
import { missingFields } from '#shared/plan/missing.ts'
import { readCellPlain, readPlan, readRegister, readRow } from '#shared/plan/read.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import { planWith, smallSeed } from '../../support/plans.ts'

/** Anything that could be found in a cell, of any kind. */
const anything = fc.oneof(
  fc.anything({ withNullPrototype: false, maxDepth: 2, values: [fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null)] }),
  fc.constantFrom('text', 'map', 'array', 'xml', 'xmltext').map(kind => ({ nested: kind })),
)

function toStored(value: unknown): unknown {
  const kind = typeof value === 'object' && value !== null && 'nested' in value ? value.nested : null
  switch (kind) {
    case 'text': return new Y.Text('nested')
    case 'map': return new Y.Map()
    case 'array': return new Y.Array()
    case 'xml': return new Y.XmlFragment()
    case 'xmltext': return new Y.XmlText('nested')
    default: return value
  }
}

test('D2 whatever stands in a cell, its row reads as a value, and the other cells and rows are unharmed', () => {
  const cells = registerNames.flatMap(register => [...fieldsOf(register).map(([field]) => [register, field] as const), [register, 'deletedAt'] as const, [register, 'responsible/x'] as const])
  fc.assert(fc.property(fc.constantFrom(...cells), anything, ([register, field], value) => {
    const { doc } = planWith()
    const before = readRegister(doc, 'activities').find(row => row.id === 'K02')
    const row = new Y.Map()
    doc.getMap(register).set('odd', row)
    try {
      row.set(field, toStored(value))
    }
    catch {
      return // not something a document can hold
    }
    const read = readRow(doc, register, 'odd')
    expect(read?.id).toBe('odd')
    expect(Object.isFrozen(read)).toBe(true)
    readPlan(doc)
    expect(() => JSON.stringify(readCellPlain(doc, { register, row: 'odd', field }))).not.toThrow()
    expect(readRegister(doc, 'activities').find(row => row.id === 'K02')).toEqual(before)
  }), { numRuns: 2_000, seed: 20 })
})

test('D2 an ill-formed cell reads as empty and is named as such', () => {
  const { doc } = planWith()
  const row = doc.getMap('activities').get('K01') as Y.Map<unknown>
  row.set('status', 'ferdig')
  row.set('when', { kind: 'yearly' })
  row.set('place', { goalId: 7, key: 'a0' })
  row.set('responsible/sf', 'sjef')
  row.set('arena', 'not a text')
  const read = readRow(doc, 'activities', 'K01')
  expect(read).toMatchObject({ status: null, when: null, place: { parentId: null, key: '' }, arena: '', responsible: [{ id: 'ks', roles: ['lead'] }] })
  expect([...read?.invalid ?? []].sort()).toEqual(['arena', 'place', 'responsible', 'status', 'when'])
})

test('D2 a key of a recurrence that is present but undefined counts as absent, in a cell as JSON too', () => {
  const plan = planWith()
  const when = { raw: 'To ganger', kind: 'per-year', perYear: { min: 2, max: 2 }, extra: undefined }
  expect(setCell(plan, { register: 'activities', row: 'K01', field: 'when' }, when)).toEqual({ ok: true })
  expect(readRow(plan.doc, 'activities', 'K01')?.when).toEqual(when)
  expect(readCellPlain(plan.doc, { register: 'activities', row: 'K01', field: 'when' })).toEqual({ raw: 'To ganger', kind: 'per-year', perYear: { min: 2, max: 2 } })
})

test('D2 a cell as JSON says of what JSON cannot hold, or of what lies too deep, that it is not valid', () => {
  const { doc } = planWith()
  const row = doc.getMap('activities').get('K01') as Y.Map<unknown>
  const deep = Array.from({ length: 20 }).reduce<unknown>(inner => ({ inner }), 1)
  for (const value of [10n, new Uint8Array(2), deep, new Y.Map()]) {
    row.set('status', value)
    expect(readCellPlain(doc, { register: 'activities', row: 'K01', field: 'status' })).toEqual({ invalid: true })
  }
})

test('D2 what is not a row is passed over, and the rest is read', () => {
  const { doc } = planWith()
  doc.getMap('activities').set('K09', 'not a row')
  expect(readRegister(doc, 'activities').map(row => row.id)).toEqual(['K01', 'K02', 'K03'])
})

test('D9 the same first content gives the same bytes, from the server\'s own client id', () => {
  const bytes = layPlan(smallSeed)
  expect(layPlan(smallSeed)).toEqual(bytes)
  expect(Y.decodeUpdate(bytes).structs.every(struct => struct.id.client === 1)).toBe(true)
})

test('D3 every text a register declares is laid with its row', () => {
  const { doc } = planWith({ activities: [{ id: 'K01' }], sections: [{ id: 's' }] })
  const activity = doc.getMap('activities').get('K01') as Y.Map<unknown>
  for (const [name, field] of fieldsOf('activities'))
    expect(activity.get(name) instanceof Y.Text).toBe(field.kind === 'text')
  expect((doc.getMap('sections').get('s') as Y.Map<unknown>).get('body')).toBeInstanceOf(Y.XmlFragment)
})

test('D13 a row says which of its wanted cells are empty', () => {
  const { doc } = planWith()
  const [first, second] = readRegister(doc, 'activities')
  expect(first && missingFields('activities', first)).toEqual(['focusAreasAnswer'])
  expect(second && missingFields('activities', second)).toEqual(['audienceId', 'when', 'responsible'])
})
