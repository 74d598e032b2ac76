import { expect, test } from 'vitest'
import * as Y from 'yjs'
import {
  addRow, addRowAgain, addRows, difference, dropMember, inPieces, moveRow, placeRow, putMember, replaceText, restoreRow, setCell, spliceText,
  spliceTexts, textOf, trashRow,
} from '#shared/plan/commands.ts'
import { judgeUpdate } from '#shared/plan/admission.ts'
import { readOrder } from '#shared/plan/order.ts'
import { rowMap } from '#shared/plan/plan.ts'
import { readRegister, readRow } from '#shared/plan/read.ts'
import { registerNames } from '#shared/plan/registers.ts'
import { limits } from '#shared/protocol/limits.ts'
import { bringTogether, planWith, updatesOf } from '../../support/plans.ts'

const arena = { register: 'activities', row: 'K01', field: 'arena' } as const
const responsible = { register: 'activities', row: 'K01', field: 'responsible' } as const
const idsOf = (plan: ReturnType<typeof planWith>) => readOrder(plan.doc, 'activities').alive

test('D4 words typed into one cell by two people while apart are all kept', () => {
  const [kari, olav] = [planWith(), planWith()]
  spliceText(kari, arena, { at: 0, remove: 0, insert: 'Månedlige ' })
  replaceText(olav, arena, 'Møter i kommunene')
  bringTogether(kari, olav)
  expect(readRow(kari.doc, 'activities', 'K01')?.arena).toBe('Månedlige Møter i kommunene')
  expect(readRow(olav.doc, 'activities', 'K01')?.arena).toBe('Månedlige Møter i kommunene')
})

test('D4 a replaced text is written as its smallest difference, and no surrogate pair is cut', () => {
  expect(difference('abc', 'abxc')).toEqual({ at: 2, remove: 0, insert: 'x' })
  expect(difference('aaa', 'aa')).toEqual({ at: 2, remove: 1, insert: '' })
  expect(difference('x👍y', 'x👎y')).toEqual({ at: 1, remove: 2, insert: '👎' })
  const plan = planWith()
  const [update] = updatesOf(plan, () => replaceText(plan, arena, 'Mø!ter'))
  expect(update?.length).toBeLessThan(40)
})

test('D10 two people who add different parties to one set both succeed, and order does not matter', () => {
  const [kari, olav] = [planWith(), planWith()]
  putMember(kari, responsible, 'usht', 'responsible')
  putMember(olav, responsible, 'fylkeseldreradet', 'contributor')
  dropMember(olav, responsible, 'ks')
  bringTogether(kari, olav)
  const members = readRow(kari.doc, 'activities', 'K01')?.responsible
  expect(members).toEqual([
    { id: 'fylkeseldreradet', roles: ['contributor'] }, { id: 'sf', roles: ['responsible'] }, { id: 'usht', roles: ['responsible'] },
  ])
  expect(readRow(olav.doc, 'activities', 'K01')?.responsible).toEqual(members)
})

test('D7 undoing an addition trashes the row with the words others wrote in it, and redoing brings them back', () => {
  const [kari, olav] = [planWith(), planWith()]
  const undo = new Y.UndoManager(registerNames.map(name => kari.doc.getMap(name)), { trackedOrigins: new Set([kari.mine]), captureTimeout: 0 })
  const added = addRow(kari, 'activities', { arena: 'Ny' }, { parentId: 'G1', after: 'K01' })
  const id = added.ok ? added.id : ''
  bringTogether(kari, olav)
  replaceText(olav, { register: 'activities', row: id, field: 'arena' }, 'Ny fagdag')
  bringTogether(kari, olav)
  undo.undo()
  bringTogether(kari, olav)
  expect(readOrder(olav.doc, 'activities')).toEqual({ alive: ['K01', 'K02', 'K03'], trashed: [id] })
  expect(readRow(olav.doc, 'activities', id)?.arena).toBe('Ny fagdag')
  undo.redo()
  expect(idsOf(kari)).toEqual(['K01', id, 'K02', 'K03'])
  expect(readRow(kari.doc, 'activities', id)?.arena).toBe('Ny fagdag')
})

test('D7 a trashed row keeps the text someone was writing in it, and comes back where it stood', () => {
  const [kari, olav] = [planWith(), planWith()]
  trashRow(kari, 'activities', 'K02')
  spliceText(olav, { ...arena, row: 'K02' }, { at: 0, remove: 0, insert: 'Felles ' })
  bringTogether(kari, olav)
  expect(idsOf(olav)).toEqual(['K01', 'K03'])
  restoreRow(olav, 'activities', 'K02')
  bringTogether(kari, olav)
  expect(idsOf(kari)).toEqual(['K01', 'K02', 'K03'])
  expect(readRow(kari.doc, 'activities', 'K02')?.arena).toBe('Felles Nyhetsbrev')
})

test('D6 a row goes between two that share a key, and everybody sees the same order', () => {
  const [kari, olav] = [planWith(), planWith()]
  const a = addRow(kari, 'activities', {}, { parentId: 'G1', after: 'K01' })
  const b = addRow(olav, 'activities', {}, { parentId: 'G1', after: 'K01' })
  bringTogether(kari, olav)
  const [first, second] = [a, b].map(row => row.ok ? row.id : '').sort()
  expect(rowMap(kari.doc, 'activities', first ?? '')?.get('place')).toEqual(rowMap(kari.doc, 'activities', second ?? '')?.get('place'))
  expect(idsOf(kari)).toEqual(['K01', first, second, 'K02', 'K03'])
  moveRow(kari, 'activities', 'K03', { parentId: 'G1', after: first ?? '' })
  bringTogether(kari, olav)
  expect(idsOf(kari)).toEqual(['K01', first, 'K03', second, 'K02'])
  expect(idsOf(olav)).toEqual(idsOf(kari))
})

test('D5 a move is one write, and a row moved by two people stands in one place', () => {
  const [kari, olav] = [planWith(), planWith()]
  expect(updatesOf(kari, () => moveRow(kari, 'activities', 'K03', { parentId: 'G1', before: 'K01' }))).toHaveLength(1)
  moveRow(olav, 'activities', 'K03', { parentId: 'G1', after: 'K02' })
  bringTogether(kari, olav)
  expect(idsOf(kari).filter(id => id === 'K03')).toHaveLength(1)
  expect(idsOf(olav)).toEqual(idsOf(kari))
})

test('D5 a row put beside one that is trashed stands there, and one put beside itself stays', () => {
  const plan = planWith()
  trashRow(plan, 'activities', 'K01')
  moveRow(plan, 'activities', 'K03', { parentId: 'G1', after: 'K01' })
  moveRow(plan, 'goals', 'G1', { before: 'G1' })
  expect(idsOf(plan)).toEqual(['K03', 'K02'])
  restoreRow(plan, 'activities', 'K01')
  expect(idsOf(plan)).toEqual(['K01', 'K03', 'K02'])
})

test('D5 activities follow their goals, and those whose goal is gone stand last', () => {
  const plan = planWith()
  moveRow(plan, 'goals', 'G2', { before: 'G1' })
  expect(idsOf(plan)).toEqual(['K03', 'K01', 'K02'])
  trashRow(plan, 'goals', 'G2')
  expect(idsOf(plan)).toEqual(['K01', 'K02', 'K03'])
})

test('D8 a bulk addition of 2,000 rows goes in transactions of at most 100 rows and 128 KiB', () => {
  const plan = planWith()
  const updates = updatesOf(plan, () => addRows(plan, 'activities', Array.from({ length: 2_000 }, (_, n) => ({ arena: `Aktivitet ${n} `.repeat(20) })), { parentId: 'G2' }))
  expect(Math.max(...updates.map(update => update.length))).toBeLessThanOrEqual(128 * 1024)
  const activities = readRegister(plan.doc, 'activities')
  expect(activities).toHaveLength(2_003)
  expect(activities.at(-1)?.arena).toMatch(/^Aktivitet 1999 /)
  expect(inPieces(['x'.repeat(100_000), 'y'], word => word.length).map(piece => piece.length)).toEqual([1, 1])
})

test('D8 where many share a key, those that get another so that a row has room among them go in pieces too', () => {
  const plan = planWith()
  for (let n = 0; n < 150; n++)
    addRowAgain(plan, 'goals', `M${n}`, { text: `mål ${n}` }, { place: { parentId: null, key: 'a5' }, deletedAt: null })
  const before = readOrder(plan.doc, 'goals').alive
  const rows: number[] = []
  plan.doc.on('afterTransaction', ({ changed }: Y.Transaction) => rows.push(changed.size))
  const added = addRow(plan, 'goals', {}, { after: before[2] ?? '' })
  expect(Math.max(...rows)).toBeLessThanOrEqual(limits.maxRowsPerTransaction)
  expect(readOrder(plan.doc, 'goals').alive).toEqual(before.toSpliced(3, 0, added.ok ? added.id : ''))
})

test('D3 no command makes a text where there is none', () => {
  const plan = planWith()
  rowMap(plan.doc, 'activities', 'K01')?.delete('arena')
  expect(textOf(plan, arena)).toBeNull()
  expect(replaceText(plan, arena, 'x')).toEqual({ ok: false, refusal: 'no-such-field' })
  expect(rowMap(plan.doc, 'activities', 'K01')?.has('arena')).toBe(false)
})

test('D2 a command refuses what the register does not allow, and writes nothing', () => {
  const plan = planWith()
  const cell = (field: string, row = 'K01') => ({ register: 'activities', row, field }) as const
  expect(updatesOf(plan, () => {
    expect(setCell(plan, cell('status'), 'ferdig')).toEqual({ ok: false, refusal: 'not-valid' })
    expect(setCell(plan, cell('status', 'borte'), 'done')).toEqual({ ok: false, refusal: 'row-is-gone' })
    expect(setCell(plan, cell('eier'), 'x')).toEqual({ ok: false, refusal: 'no-such-field' })
    expect(setCell(plan, cell('arena'), 'x')).toEqual({ ok: false, refusal: 'no-such-field' })
    expect(putMember(plan, responsible, 'a/b', 'lead')).toEqual({ ok: false, refusal: 'not-valid' })
    expect(putMember(plan, responsible, 'sf', 'sjef')).toEqual({ ok: false, refusal: 'not-valid' })
    expect(replaceText(plan, arena, 'x'.repeat(4_001))).toEqual({ ok: false, refusal: 'too-long' })
    expect(addRow(plan, 'activities', { status: 'ferdig' })).toEqual({ ok: false, refusal: 'not-valid' })
    expect(setCell(plan, { register: 'plan', row: 'head', field: 'revision' }, 1.5)).toEqual({ ok: false, refusal: 'not-valid' })
    expect(setCell(plan, { register: 'plan', row: 'head', field: 'planDate' }, '2021-02-30')).toEqual({ ok: false, refusal: 'not-valid' })
    expect(setCell(plan, cell('when'), { kind: 'yearly' })).toEqual({ ok: false, refusal: 'not-valid' })
  })).toHaveLength(0)
})

test('D1 what is set to what it already is makes no change', () => {
  const plan = planWith()
  expect(updatesOf(plan, () => {
    setCell(plan, { ...arena, field: 'when' }, { raw: 'Årlig', kind: 'yearly' })
    putMember(plan, responsible, 'sf', 'responsible')
    dropMember(plan, responsible, 'nobody')
    replaceText(plan, arena, 'Møter')
    trashRow(plan, 'activities', 'borte')
  })).toHaveLength(0)
})

test('D7 a row that did not get there is added again under its own id, at its own place, alive or in the trash', () => {
  const plan = planWith()
  const place = { parentId: 'G1', key: 'a5' }
  expect(addRowAgain(plan, 'activities', 'ny', { arena: 'Ny kanal', responsible: { ks: 'lead' } }, { place, deletedAt: null })).toEqual({ ok: true })
  expect(readRow(plan.doc, 'activities', 'ny')).toMatchObject({ arena: 'Ny kanal', place, deletedAt: null, responsible: [{ id: 'ks', roles: ['lead'] }] })
  expect(textOf(plan, { register: 'activities', row: 'ny', field: 'note' })?.toJSON()).toBe('')
  addRowAgain(plan, 'goals', 'g', { text: 'Kastet' }, { place: null, deletedAt: 500 })
  expect(readRow(plan.doc, 'goals', 'g')).toMatchObject({ text: 'Kastet', deletedAt: 500 })

  const [laid, ...rest] = updatesOf(plan, () => addRowAgain(plan, 'goals', 'to', { text: 'To' }, { place: null, deletedAt: null }))
  expect([laid && laid.length > 0, rest.length]).toEqual([true, 1])
  const no = (refusal: string) => ({ ok: false, refusal })
  expect(addRowAgain(plan, 'activities', 'ny', {}, { place, deletedAt: null })).toEqual(no('not-valid'))
  expect(addRowAgain(plan, 'activities', 'a/b', {}, { place, deletedAt: null })).toEqual(no('not-valid'))
  expect(addRowAgain(plan, 'activities', 'to', { arena: 'x'.repeat(5_000) }, { place, deletedAt: null })).toEqual(no('too-long'))
})

test('D6 a row is given the very place it had', () => {
  const plan = planWith()
  expect(placeRow(plan, 'activities', 'K03', { goalId: 'G1', key: 'Zz' })).toEqual({ ok: true })
  expect(idsOf(plan)).toEqual(['K03', 'K01', 'K02'])
  expect(updatesOf(plan, () => placeRow(plan, 'activities', 'K03', { goalId: 'G1', key: 'Zz' }))).toEqual([])
  for (const bad of [null, 'a1', { key: 7 }, { goalId: 'a/b', key: 'a1' }])
    expect(placeRow(plan, 'activities', 'K03', bad)).toEqual({ ok: false, refusal: 'not-valid' })
  expect(placeRow(plan, 'activities', 'gone', { key: 'a1' })).toEqual({ ok: false, refusal: 'row-is-gone' })
  expect(placeRow(plan, 'plan', 'head', { key: 'a1' })).toEqual({ ok: false, refusal: 'no-such-field' })
})

test('D4 several changes in one text are one step, and all or none of them', () => {
  const plan = planWith()
  const updates = updatesOf(plan, () => spliceTexts(plan, arena, [{ at: 5, remove: 0, insert: '!' }, { at: 0, remove: 1, insert: 'm' }]))
  expect([readRow(plan.doc, 'activities', 'K01')?.arena, updates.length]).toEqual(['møter!', 1])
  // Longer on the way, not in the end.
  const whole = 'x'.repeat(4_000)
  replaceText(plan, arena, whole)
  expect(spliceTexts(plan, arena, [{ at: 4_000, remove: 0, insert: 'ny' }, { at: 0, remove: 2, insert: '' }])).toEqual({ ok: true })
  expect(spliceTexts(plan, arena, [{ at: 4_000, remove: 0, insert: 'ny' }, { at: 0, remove: 1, insert: '' }])).toEqual({ ok: false, refusal: 'too-long' })
  expect(spliceTexts(plan, arena, [{ at: 0, remove: 0, insert: 'a' }, { at: 3, remove: 0, insert: 'b' }])).toEqual({ ok: false, refusal: 'not-valid' })
  expect(readRow(plan.doc, 'activities', 'K01')?.arena).toHaveLength(4_000)
})

test('D17 commands keep to what a row and a register may hold, as admission counts it', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${n}`, true as const]))
  const plan = planWith()
  const no = { ok: false, refusal: 'too-long' }
  expect(addRow(plan, 'audiences', { organisations: many(limits.maxKeysInRow) })).toEqual(no)
  expect(addRowAgain(plan, 'audiences', 'ny', { organisations: many(limits.maxKeysInRow) }, { place: null, deletedAt: null })).toEqual(no)
  const at = { register: 'audiences', row: 'A1', field: 'organisations' } as const
  const row = rowMap(plan.doc, 'audiences', 'A1')
  const last = () => row?._map.size ?? 0
  Object.keys(many(limits.maxKeysInRow - last())).forEach(member => putMember(plan, at, member))
  // What was taken out again has left its mark.
  expect(dropMember(plan, at, 'm7')).toEqual({ ok: true })
  expect([last(), putMember(plan, at, 'm7'), putMember(plan, at, 'one-more')]).toEqual([limits.maxKeysInRow, { ok: true }, no])

  const full = planWith()
  full.doc.transact(() => {
    for (let n = full.doc.getMap('messages').size; n < limits.maxRowsInRegister; n++)
      full.doc.getMap('messages').set(`r${n}`, new Y.Map())
  })
  expect(addRow(full, 'messages', {})).toEqual(no)
  expect(addRowAgain(full, 'messages', 'ny', {}, { place: null, deletedAt: null })).toEqual(no)
})

test('D15 a row that comes again with no place of its own is put last', () => {
  const plan = planWith()
  const server = planWith()
  for (const update of updatesOf(plan, () => addRowAgain(plan, 'goals', 'ny', { text: 'Nytt' }, { place: null, deletedAt: null }))) {
    expect(judgeUpdate(server.doc, update)).toMatchObject({ problem: null, fault: null })
    Y.applyUpdate(server.doc, update)
  }
  expect(readOrder(server.doc, 'goals').alive).toEqual(['G1', 'G2', 'ny'])
})

test('D4 half a surrogate pair is written as the character that others would see, in text and in values', () => {
  const [mine, others] = [planWith(), planWith()]
  spliceText(mine, { register: 'activities', row: 'K01', field: 'arena' }, { at: 0, remove: 0, insert: 'a\uD83D ' })
  setCell(mine, { register: 'activities', row: 'K01', field: 'when' }, { raw: 'årlig \uDE00', kind: 'yearly' })
  bringTogether(mine, others)
  expect(readRow(mine.doc, 'activities', 'K01')).toEqual(readRow(others.doc, 'activities', 'K01'))
  expect(readRow(mine.doc, 'activities', 'K01')?.when?.raw).toBe('årlig \uFFFD')
})
