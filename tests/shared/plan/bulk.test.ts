import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { judgeUpdate } from '#shared/plan/admission.ts'
import { duplicateRows, emptyCells, moveRows, restoreRows, trashRows, writeCell, writeCells } from '#shared/plan/bulk.ts'
import { cellValueOf } from '#shared/plan/cellValues.ts'
import { addRows, setCell, trashRow } from '#shared/plan/commands.ts'
import type { Field, RegisterName } from '#shared/plan/fields.ts'
import { layPlan, type PlanSeed } from '#shared/plan/lay.ts'
import { readOrder } from '#shared/plan/order.ts'
import { rowMap, type Plan } from '#shared/plan/plan.ts'
import { readPlan, readRow } from '#shared/plan/read.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import type { Cell, RowId } from '#shared/plan/values.ts'
import { limits } from '#shared/protocol/limits.ts'
import { openUndo } from '../../../client/plan/undo.ts'
import { openDocument, openTab } from '../../support/honest.ts'
import { allActs, type Act } from '../../support/honestActs.ts'
import { chanceFrom, type Chance } from '../../support/honestChance.ts'
import { fingerprint } from '../../support/honestPrint.ts'
import { bringTogether, planWith, smallSeed, updatesOf } from '../../support/plans.ts'

const cell = (row: RowId, field: string): Cell => ({ register: 'activities', row, field })
const alive = (plan: Plan, register: RegisterName = 'activities') => readOrder(plan.doc, register).alive
const read = (plan: Plan, row: RowId) => readRow(plan.doc, 'activities', row)
const valueIn = (plan: Plan, { register, row, field }: Cell) => cellValueOf(register, readRow(plan.doc, register, row) ?? {}, field)

test('D18 a cell of any kind is made to read a value, and is emptied by null', () => {
  const values: Readonly<Record<string, unknown>> = {
    arena: 'Fagdag', audienceId: 'A1', status: 'done', when: { raw: 'Vår', kind: 'seasons', seasons: ['spring'] },
    responsible: [{ id: 'ks', roles: [] }, { id: 'sf', roles: ['lead', 'contributor'] }], channelTypes: [{ id: 'course', roles: [] }],
  }
  const plan = planWith()
  for (const [field, value] of Object.entries(values)) {
    expect(writeCell(plan, cell('K01', field), value)).toEqual({ ok: true })
    expect(valueIn(plan, cell('K01', field)), field).toEqual(value)
    expect(updatesOf(plan, () => writeCell(plan, cell('K01', field), value)), field).toEqual([])
  }
  expect(emptyCells(plan, Object.keys(values).map(field => cell('K01', field)))).toEqual([])
  expect(read(plan, 'K01')).toMatchObject({ arena: '', audienceId: null, status: null, when: null, responsible: [], channelTypes: [] })
  writeCell(plan, { register: 'organisations', row: 'sf', field: 'coordinates' }, true)
  writeCell(plan, { register: 'organisations', row: 'sf', field: 'coordinates' }, false)
  writeCell(plan, { register: 'organisations', row: 'sf', field: 'short' }, '')
  expect([...rowMap(plan.doc, 'organisations', 'sf')?.keys() ?? []]).not.toEqual(expect.arrayContaining(['coordinates']))
  expect(rowMap(plan.doc, 'organisations', 'sf')?.has('short')).toBe(false)
})

test('D18 only what differs is written: two who write one text or one set while apart keep what both did', () => {
  const [kari, olav] = [planWith(), planWith()]
  writeCell(kari, cell('K01', 'arena'), 'Månedlige Møter')
  writeCell(kari, cell('K01', 'responsible'), [{ id: 'sf', roles: ['responsible'] }, { id: 'ks', roles: ['contributor'] }, { id: 'usht', roles: [] }])
  writeCell(olav, cell('K01', 'arena'), 'Møter i kommunene')
  writeCell(olav, cell('K01', 'responsible'), [{ id: 'sf', roles: ['lead'] }, { id: 'ks', roles: ['lead'] }])
  bringTogether(kari, olav)
  expect(read(kari, 'K01')).toMatchObject({
    arena: 'Månedlige Møter i kommunene', responsible: [{ id: 'ks', roles: ['contributor'] }, { id: 'sf', roles: ['lead'] }, { id: 'usht', roles: [] }],
  })
  expect(read(olav, 'K01')).toEqual(read(kari, 'K01'))
})

test('D18 focus areas are written, copied and emptied with their answer, which follows from the members where none is given', () => {
  const plan = planWith()
  const areas = (row: RowId) => cell(row, 'focusAreas')
  const both = (row: RowId) => [read(plan, row)?.focusAreas.map(member => member.id), read(plan, row)?.focusAreasAnswer]
  writeCell(plan, areas('K01'), { members: [], answer: 'overarching' })
  writeCell(plan, areas('K02'), valueIn(plan, areas('K01')))
  writeCell(plan, areas('K03'), [{ id: '3', roles: [] }])
  expect([both('K01'), both('K02'), both('K03')]).toEqual([[[], 'overarching'], [[], 'overarching'], [['3'], 'listed']])
  writeCell(plan, areas('K02'), [])
  emptyCells(plan, [areas('K01')])
  expect([both('K01'), both('K02')]).toEqual([[[], null], [[], null]])
  expect(writeCell(plan, areas('K03'), { members: [], answer: 'av og til' })).toEqual({ ok: false, refusal: 'not-valid' })
  expect(writeCell(plan, cell('K03', 'phases'), { members: [], answer: 'none' })).toEqual({ ok: false, refusal: 'not-valid' })
  expect(both('K03')).toEqual([['3'], 'listed'])
})

test('D18 what a cell cannot hold is refused, and nothing of it is written', () => {
  const plan = planWith()
  const refusalOf = (field: string, value: unknown, row = 'K01') => {
    let outcome: unknown
    expect(updatesOf(plan, () => outcome = writeCell(plan, cell(row, field), value))).toEqual([])
    return (outcome as { refusal?: string }).refusal
  }
  expect(refusalOf('place', { key: 'a0' })).toBe('no-such-field')
  expect(refusalOf('toString', 'x')).toBe('no-such-field')
  expect(refusalOf('arena', 'x', 'borte')).toBe('row-is-gone')
  expect(refusalOf('arena', 'x'.repeat(4_001))).toBe('too-long')
  expect(refusalOf('arena', 7)).toBe('not-valid')
  expect(refusalOf('status', 'i dag')).toBe('not-valid')
  expect(refusalOf('responsible', [{ id: 'ks', roles: ['lead'] }, { id: 'sf', roles: ['sjef'] }])).toBe('not-valid')
  expect(refusalOf('responsible', [{ id: 'a/b', roles: [] }])).toBe('not-valid')
  expect(refusalOf('focusAreas', Array.from({ length: limits.maxKeysInRow }, (_, n) => ({ id: `${n}`, roles: [] })))).toBe('too-long')
  const members = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `${n}`, roles: [] }))
  expect(writeCell(plan, cell('K02', 'focusAreas'), members(limits.maxKeysInRow - 30))).toEqual({ ok: true })
  expect(refusalOf('phases', members(31), 'K02')).toBe('too-long')
  expect(writeCell(plan, { register: 'sections', row: 's1', field: 'body' }, null)).toEqual({ ok: false, refusal: 'no-such-field' })
})

test('D18 what is not valid in a cell goes when it is emptied', () => {
  const plan = planWith()
  rowMap(plan.doc, 'activities', 'K01')?.set('status', { no: 'status' })
  rowMap(plan.doc, 'activities', 'K01')?.set('responsible/sf', 'keiser')
  expect(read(plan, 'K01')?.invalid).toEqual(['responsible', 'status'])
  emptyCells(plan, [cell('K01', 'status'), cell('K01', 'responsible')])
  expect(read(plan, 'K01')).toMatchObject({ invalid: [], status: null, responsible: [] })
})

test('D18 any value in any cell is answered: written and read back, or refused with the cell as it was', () => {
  const fields = registerNames.flatMap(register => fieldsOf(register).map(([field]) => ({ register, field })))
  fc.assert(fc.property(fc.constantFrom(...fields), fc.anything(), ({ register, field }, value) => {
    const plan = planWith({ ...smallSeed, [register]: [{ id: 'head' }] })
    const before = valueIn(plan, { register, row: 'head', field })
    const outcome = writeCell(plan, { register, row: 'head', field }, value)
    if (!outcome.ok)
      expect(valueIn(plan, { register, row: 'head', field })).toEqual(before)
    expect(readRow(plan.doc, register, 'head')?.invalid).toEqual([])
  }), { numRuns: 2_000, seed: 4 })
})

const listOf = (count: number): PlanSeed => ({
  ...smallSeed, activities: Array.from({ length: count }, (_, n) => ({ id: `r${n}`, parentId: n % 2 ? 'G1' : 'G2', arena: `Rad ${n}` })),
})

/** A server that has what a plan has, and judges and takes in what the plan sends from here on. */
function serverFor(plan: Plan) {
  const server = openDocument(Y.encodeStateAsUpdate(plan.doc))
  return (write: () => void, { isCut = true } = {}): readonly Uint8Array[] => {
    const pieces = updatesOf(plan, write)
    for (const piece of pieces) {
      const { problem, fault, cells } = judgeUpdate(server, piece)
      expect({ problem, fault }).toEqual({ problem: null, fault: null })
      expect(new Set(cells.map(({ row }) => row)).size).toBeLessThanOrEqual(isCut ? limits.maxRowsPerTransaction : Infinity)
      expect(piece.length).toBeLessThan(isCut ? limits.maxBytesPerTransaction : limits.maxUpdateBytes)
      Y.applyUpdate(server, piece)
    }
    expect(readPlan(server)).toEqual(readPlan(plan.doc))
    return pieces
  }
}

test('D19 2,000 rows filled go in pieces that are admitted; undone in one step none is left, redone all are', () => {
  const seed = listOf(2_000)
  const plan = planWith(seed)
  const undo = openUndo(plan)
  const value = { members: [{ id: '2', roles: [] }], answer: 'listed' }
  const said = () => readPlan(plan.doc).activities.filter(row => row.focusAreasAnswer === 'listed' && row.focusAreas.length === 1).length
  const judged = serverFor(plan)
  const pieces = judged(() => {
    undo.asOneStep(() => expect(writeCells(plan, alive(plan).map(row => ({ cell: cell(row, 'focusAreas'), value })))).toEqual([]))
  })
  expect([pieces.length, said(), undo.nextUndo.value?.rows.length]).toEqual([20, 2_000, 2_000])
  judged(() => undo.undo(), { isCut: false })
  expect([said(), undo.canUndo.value]).toEqual([0, false])
  judged(() => undo.redo(), { isCut: false })
  expect(said()).toBe(2_000)
})

test('D19 500 rows of 6 cells pasted are admitted and one undo step; what cannot be written is told, the rest is written', () => {
  const seed = listOf(500)
  const plan = planWith(seed)
  const undo = openUndo(plan)
  const writes = alive(plan).flatMap((row, n) => Object.entries({
    arena: `Samling ${n} `.repeat(20), topic: `Tema ${n}`, status: n === 7 ? 'av og til' : 'done', when: { raw: 'Årlig', kind: 'yearly' },
    responsible: [{ id: 'ks', roles: ['lead'] }, { id: 'sf', roles: [] }], focusAreas: { members: [], answer: 'overarching' },
  }).map(([field, value]) => ({ cell: cell(row, field), value })))
  const judged = serverFor(plan)
  const before = readPlan(plan.doc)
  judged(() => {
    const refused = undo.asOneStep(() => writeCells(plan, [...writes, { cell: cell('borte', 'arena'), value: 'x' }]))
    expect(refused).toEqual([
      { cell: cell(alive(plan)[7] ?? '', 'status'), refusal: 'not-valid' }, { cell: cell('borte', 'arena'), refusal: 'row-is-gone' },
    ])
  })
  const after = readPlan(plan.doc)
  judged(() => undo.undo(), { isCut: false })
  expect([readPlan(plan.doc), undo.canUndo.value]).toEqual([before, false])
  judged(() => undo.redo(), { isCut: false })
  expect(readPlan(plan.doc)).toEqual(after)
  expect(read(plan, alive(plan)[499] ?? '')).toMatchObject({ topic: 'Tema 499', status: 'done', focusAreasAnswer: 'overarching' })
})

test('D19 a piece holds so many bytes: long texts in 100 rows go in several', () => {
  const seed = listOf(100)
  const plan = planWith(seed)
  const writes = alive(plan).flatMap(row => ['arena', 'topic', 'note'].map(field => ({ cell: cell(row, field), value: 'ø'.repeat(3_900) })))
  expect(serverFor(plan)(() => writeCells(plan, writes)).length).toBeGreaterThan(15)
})

test('D20 rows are duplicated each right after itself, with words, values and sets, and one undo step takes the copies back', () => {
  const plan = planWith()
  setCell(plan, cell('K01', 'status'), 'done')
  const undo = openUndo(plan)
  const made = undo.asOneStep(() => duplicateRows(plan, 'activities', ['K03', 'K01', 'borte', 'K01']))
  const [first = '', second = ''] = made.ids
  expect(made.refused).toEqual([{ row: 'borte', refusal: 'row-is-gone' }])
  expect(alive(plan)).toEqual(['K01', first, 'K02', 'K03', second])
  const { id: _own, place: _place, ...words } = read(plan, 'K01') ?? {}
  expect(read(plan, first)).toMatchObject(words)
  expect(undo.nextUndo.value).toEqual({ kind: 'added', register: 'activities', rows: [first, second] })
  undo.undo()
  expect(alive(plan)).toEqual(['K01', 'K02', 'K03'])
  undo.redo()
  expect(alive(plan)).toEqual(['K01', first, 'K02', 'K03', second])
})

test('D20 a chapter is duplicated with its rich text, and the copy is its own', () => {
  const plan = planWith()
  const body = rowMap(plan.doc, 'sections', 's1')?.get('body') as Y.XmlFragment
  const heading = new Y.XmlElement('heading')
  heading.setAttribute('level', 2 as never)
  body.insert(0, [heading])
  heading.insert(0, [new Y.XmlText('Bakgrunn')])
  const server = openDocument(Y.encodeStateAsUpdate(plan.doc))
  const updates = updatesOf(plan, () => duplicateRows(plan, 'sections', ['s1']))
  updates.forEach((update) => {
    expect(judgeUpdate(server, update)).toMatchObject({ problem: null, fault: null })
    Y.applyUpdate(server, update)
  })
  const copy = alive(plan, 'sections')[1] ?? ''
  expect(readRow(server, 'sections', copy)?.body).toEqual(readRow(plan.doc, 'sections', 's1')?.body)
  expect(readRow(server, 'sections', copy)?.body).toEqual([{ node: 'heading', attributes: { level: 2 }, content: [{ text: 'Bakgrunn' }] }])
  body.delete(0, 1)
  expect(readRow(plan.doc, 'sections', copy)?.body).toHaveLength(1)
})

test('D20 500 of 2,000 rows, some of them sharing a key, are duplicated in place and admitted', () => {
  const seed = listOf(2_000)
  const plan = planWith(seed)
  const order = alive(plan)
  const shared = rowMap(plan.doc, 'activities', order[3] ?? '')?.get('place')
  plan.doc.transact(() => order.slice(4, 8).forEach(id => rowMap(plan.doc, 'activities', id)?.set('place', shared)))
  const crowded = alive(plan)
  const asked = crowded.filter((_, n) => n % 4 === 1 || n < 12)
  const server = openDocument(Y.encodeStateAsUpdate(plan.doc))
  let made: readonly string[] = []
  for (const update of updatesOf(plan, () => made = duplicateRows(plan, 'activities', asked).ids)) {
    expect(judgeUpdate(server, update)).toMatchObject({ problem: null, fault: null })
    Y.applyUpdate(server, update)
  }
  expect(readOrder(server, 'activities').alive).toEqual(crowded.flatMap(id => asked.includes(id) ? [id, made[asked.indexOf(id)]] : [id]))
})

test('D20 where keys have grown long at two spots, every copy still stands right after its row', () => {
  const plan = planWith({ ...smallSeed, activities: Array.from({ length: 12 }, (_, n) => ({ id: `r${n}`, parentId: 'G1' })) })
  const order = alive(plan)
  const long = '1'.repeat(140)
  plan.doc.transact(() => order.forEach((id, n) => rowMap(plan.doc, 'activities', id)?.set('place', {
    goalId: 'G1', key: [1, 7].includes(n) ? `a${n - 1}${long}` : [2, 8].includes(n) ? `a${n - 2}${long}1` : `a${n.toString(12).toUpperCase()}`,
  })))
  expect(alive(plan)).toEqual(order)
  const { ids } = duplicateRows(plan, 'activities', order)
  expect(alive(plan)).toEqual(order.flatMap((id, n) => [id, ids[n]]))
})

test('D21 rows are moved together, in the plan’s order, to beside one that stays', () => {
  const list = () => planWith({ ...smallSeed, activities: [...'abcdef'].map(id => ({ id, parentId: id < 'e' ? 'G1' : 'G2' })) })
  const after = (ids: string, spot: object) => {
    const plan = list()
    expect(moveRows(plan, 'activities', [...ids], { parentId: 'G1', ...spot })).toEqual([])
    return alive(plan).join('')
  }
  expect(after('ca', { after: 'd' })).toBe('bdacef')
  expect(after('cd', { before: 'a' })).toBe('cdabef')
  expect(after('fa', { after: 'b' })).toBe('bafcde')
  expect(after('bc', {})).toBe('adbcef')
  expect(after('bd', { after: 'b' })).toBe('abdcef')
  expect(after('ac', { before: 'c' })).toBe('bacdef')
  expect(after('abcd', { parentId: 'G2', before: 'e' })).toBe('abcdef')
  const plan = list()
  for (const spot of [{ after: 'a' }, { after: 'c' }, { before: 'b' }, { before: 'd' }])
    expect(updatesOf(plan, () => moveRows(plan, 'activities', ['b', 'c'], { parentId: 'G1', ...spot })), JSON.stringify(spot)).toEqual([])
  expect(moveRows(plan, 'activities', ['borte'], { parentId: 'G1' })).toEqual([{ row: 'borte', refusal: 'row-is-gone' }])
  expect(moveRows(plan, 'plan', ['head'], {})).toEqual([{ row: 'head', refusal: 'no-such-field' }])
})

test('D21 any rows to any spot: those that are moved stand together there, and all others as they stood', () => {
  const seed = listOf(24)
  const some = fc.uniqueArray(fc.nat(23), { minLength: 1, maxLength: 12 })
  fc.assert(fc.property(some, fc.nat(23), fc.boolean(), fc.array(fc.nat(23)), (asked, at, isAfter, crowd) => {
    const plan = planWith(seed)
    const place = rowMap(plan.doc, 'activities', 'r1')?.get('place')
    crowd.filter(n => n % 2).forEach(n => rowMap(plan.doc, 'activities', `r${n}`)?.set('place', place))
    const before = alive(plan)
    const moved = before.filter(id => asked.includes(Number(id.slice(1))))
    const parentId = at % 2 ? 'G1' : 'G2'
    moveRows(plan, 'activities', moved.toReversed(), { parentId, [isAfter ? 'after' : 'before']: `r${at}` })
    const order = alive(plan)
    expect(order.filter(id => !moved.includes(id))).toEqual(before.filter(id => !moved.includes(id)))
    expect(order.slice(order.indexOf(moved[0] ?? ''), order.indexOf(moved[0] ?? '') + moved.length)).toEqual(moved)
    expect(moved.map(id => read(plan, id)?.place.parentId)).toEqual(moved.map(() => parentId))
    if (!moved.includes(`r${at}`))
      expect(order.indexOf(`r${at}`) - order.indexOf(moved[0] ?? '')).toBe(isAfter ? -1 : moved.length)
  }), { numRuns: 300, seed: 4 })
})

test('D21 300 rows moved are one undo step that names them all, and no neighbour that only got another key', () => {
  const seed = listOf(600)
  const plan = planWith(seed)
  const undo = openUndo(plan)
  const moved = alive(plan).filter((_, n) => n < 300)
  const before = alive(plan)
  const judged = serverFor(plan)
  judged(() => undo.asOneStep(() => moveRows(plan, 'activities', moved, { parentId: 'G2', after: before[450] ?? '' })))
  expect(undo.nextUndo.value).toEqual({ kind: 'moved', register: 'activities', rows: moved })
  judged(() => undo.undo(), { isCut: false })
  expect(alive(plan)).toEqual(before)
  judged(() => undo.redo(), { isCut: false })
  expect(alive(plan).slice(151, 451)).toEqual(moved)
  const crowd = planWith()
  rowMap(crowd.doc, 'activities', 'K02')?.set('place', rowMap(crowd.doc, 'activities', 'K01')?.get('place'))
  const crowdUndo = openUndo(crowd)
  moveRows(crowd, 'activities', ['K03'], { parentId: 'G1', after: 'K01' })
  expect([alive(crowd), crowdUndo.nextUndo.value?.rows]).toEqual([['K01', 'K03', 'K02'], ['K03']])
})

test('D22 many rows are trashed and brought back in pieces, and those that are gone are told', () => {
  const seed = listOf(250)
  const plan = planWith(seed)
  const ids = alive(plan)
  const pieces = serverFor(plan)(() => {
    expect(trashRows(plan, 'activities', [...ids, 'borte'])).toEqual([{ row: 'borte', refusal: 'row-is-gone' }])
    expect(alive(plan)).toEqual([])
    expect(restoreRows(plan, 'activities', [...ids, ...ids])).toEqual([])
  })
  expect([alive(plan), pieces.length]).toEqual([ids, 6])
})

/** What people do with many cells and rows at once. */
const anyRows = (plan: Plan, chance: Chance, register: RegisterName) => alive(plan, register).filter(() => chance.below(3) === 0)
const isWritten = ({ kind, byServer }: Field) => !byServer && kind !== 'place' && kind !== 'richText'
const fill: Act = ({ plan, chance }) => {
  const register = chance.of(registerNames) ?? 'activities'
  const [from = ''] = alive(plan, register)
  const fields = fieldsOf(register).filter(([, field]) => isWritten(field) && chance.below(3) === 0).map(([field]) => field)
  const value = (field: string) => chance.below(4) ? valueIn(plan, { register, row: from, field }) : null
  const writes = anyRows(plan, chance, register).flatMap(row => fields.map(field => ({ cell: { register, row, field }, value: value(field) })))
  expect(writeCells(plan, writes)).toEqual([])
}
const duplicate: Act = ({ plan, chance }) => {
  const register = chance.of(['activities', 'sections', 'networks', 'goals'] as const) ?? 'goals'
  if (alive(plan, register).length < 12)
    expect(duplicateRows(plan, register, anyRows(plan, chance, register)).refused).toEqual([])
}
const move: Act = ({ plan, chance }) => {
  const beside = chance.of(alive(plan)) ?? null
  moveRows(plan, 'activities', anyRows(plan, chance, 'activities'), {
    parentId: chance.of(alive(plan, 'goals')) ?? null, [chance.below(2) ? 'before' : 'after']: beside,
  })
}
const trash: Act = ({ plan, chance }) => {
  const { trashed } = readOrder(plan.doc, 'activities')
  if (chance.below(2))
    trashRows(plan, 'activities', anyRows(plan, chance, 'activities').slice(1))
  else
    restoreRows(plan, 'activities', trashed)
}
const takeBack: Act = ({ undo, chance }) => void (chance.below(3) ? undo.undo() : undo.redo())

test('D23 bulk changes of two people, apart and together, among all else they do, are admitted, and both end with what the server has', () => {
  const acts: readonly Act[] = [fill, fill, duplicate, move, move, trash, takeBack, takeBack, ...allActs.slice(0, 8)]
  const whats = fc.constantFrom('act', 'act', 'act', 'send', 'hear')
  const step = fc.record({ who: fc.nat(1), what: whats, how: fc.constantFrom('singly', 'merged', 'step2'), seed: fc.nat(99_999) })
  const content = layPlan(smallSeed)
  fc.assert(fc.property(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), (schedule) => {
    const server = openDocument(content)
    const tabs = [5, 8].map(clientId => openTab(content, { member: `${clientId}`, clientId, acts }))
    const exchange = (n: number, how: 'singly' | 'merged' | 'step2') => {
      for (const update of tabs[n]?.takeUnsent(how, Y.encodeStateVector(server)) ?? []) {
        const { problem, fault } = judgeUpdate(server, update)
        expect({ problem, fault }).toEqual({ problem: null, fault: null })
        Y.applyUpdate(server, update)
      }
    }
    const hear = (n: number) => {
      const tab = tabs[n]
      tab?.hear(Y.encodeStateAsUpdate(server, Y.encodeStateVector(tab.plan.doc)))
    }
    for (const { who, what, how, seed } of schedule) {
      if (what === 'act')
        tabs[who]?.act(chanceFrom(seed))
      else if (what === 'send')
        exchange(who, how)
      else
        hear(who)
    }
    exchange(0, 'step2')
    exchange(1, 'merged')
    for (const n of [0, 1]) {
      hear(n)
      expect(fingerprint(tabs[n]?.plan.doc ?? server)).toBe(fingerprint(server))
    }
    expect(Object.values(readPlan(server)).flat().flatMap(row => row.invalid)).toEqual([])
    tabs.forEach(tab => tab.close())
    server.destroy()
  }), { numRuns: 150, seed: 4 })
}, 120_000)

test('D20 more rows than a register holds are refused, and a row in the trash is gone', () => {
  const plan = planWith()
  trashRow(plan, 'activities', 'K02')
  expect(duplicateRows(plan, 'activities', ['K02'])).toEqual({ ids: [], refused: [{ row: 'K02', refusal: 'row-is-gone' }] })
  const full = planWith({ ...smallSeed, phases: Array.from({ length: limits.maxRowsInRegister - 1 }, (_, n) => ({ id: `p${n}` })) })
  expect(addRows(full, 'phases', [{}])).toMatchObject({ ok: true })
  expect(duplicateRows(full, 'phases', ['p0', 'p1'])).toEqual({ ids: [], refused: ['p0', 'p1'].map(row => ({ row, refusal: 'too-long' })) })
})
