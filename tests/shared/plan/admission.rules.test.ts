import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { judgeUpdate, newPartOf } from '#shared/plan/admission.ts'
import { writeCell } from '#shared/plan/bulk.ts'
import { setCell } from '#shared/plan/commands.ts'
import { serverClientId } from '#shared/plan/lay.ts'
import { rowMap } from '#shared/plan/plan.ts'
import { readRow } from '#shared/plan/read.ts'
import { fieldsOf, registerNames, schemaVersion } from '#shared/plan/registers.ts'
import { planWith, smallSeed, updatesOf } from '../../support/plans.ts'

/** What is said of a change that somebody makes in a plan of their own. */
function verdictOn(change: (doc: Y.Doc) => void, seed = smallSeed) {
  const plan = planWith(seed)
  const update = Y.mergeUpdates(updatesOf(plan, () => plan.doc.transact(() => change(plan.doc))))
  return judgeUpdate(planWith(seed).doc, update).fault
}
const put = (doc: Y.Doc, ...path: string[]) => {
  let into = rowMap(doc, 'sections', 's1')?.get('body') as Y.XmlFragment
  for (const name of path) {
    const made = new Y.XmlElement(name)
    into.insert(0, [made])
    into = made
  }
  return into
}

test('D15 a node stands only where an editor has a place for it', () => {
  expect(verdictOn(doc => put(doc, 'bulletList', 'listItem', 'paragraph').insert(0, [new Y.XmlText('punkt')]))).toBeNull()
  expect(verdictOn(doc => put(doc, 'blockquote', 'orderedList', 'listItem', 'heading'))).toBeNull()
  for (const path of [['listItem'], ['paragraph', 'paragraph'], ['bulletList', 'paragraph'], ['hardBreak'], ['horizontalRule', 'paragraph']])
    expect(verdictOn(doc => put(doc, ...path))?.reason).toBe('not-valid')
  expect(verdictOn(doc => put(doc, 'bulletList').insert(0, [new Y.XmlText('x')]))?.reason).toBe('not-valid')
})

test('D17 nodes weigh in their cell as letters do', () => {
  const paragraphs = (count: number) => verdictOn(doc => put(doc, 'blockquote').insert(0, Array.from({ length: count }, () => new Y.XmlElement('paragraph'))))
  expect(paragraphs(5_000)).toBeNull()
  const plan = planWith()
  const server = planWith().doc
  const reasons = new Set<string | undefined>()
  for (let n = 0; n < 7; n++) {
    const update = Y.mergeUpdates(updatesOf(plan, () => plan.doc.transact(() => put(plan.doc, 'blockquote').insert(0, Array.from({ length: 9_000 }, () => new Y.XmlElement('paragraph'))))))
    reasons.add(judgeUpdate(server, update).fault?.reason)
    Y.applyUpdate(server, update)
  }
  expect([...reasons]).toEqual([undefined, 'too-long'])
})

test('D15 the plan itself is never put in the trash', () => {
  expect(verdictOn(doc => rowMap(doc, 'plan', 'head')?.set('deletedAt', 1))).toEqual({ reason: 'not-valid', cells: [{ register: 'plan', row: 'head', field: 'deletedAt' }] })
})

test('D16 of an update that says again what is known only the rest is applied and passed on', () => {
  const plan = planWith()
  const text = rowMap(plan.doc, 'activities', 'K01')?.get('arena') as Y.Text
  const before = Y.encodeStateVector(plan.doc)
  text.insert(0, 'abc')
  const server = planWith().doc
  Y.applyUpdate(server, Y.encodeStateAsUpdate(plan.doc, before))
  text.insert(3, 'de')
  const again = Y.encodeStateAsUpdate(plan.doc, before)
  const judgement = judgeUpdate(server, again)
  const part = newPartOf(server, again, judgement)
  expect([judgement.repeats, Y.decodeUpdate(part).structs[0]?.id.clock]).toEqual([true, 3])
  Y.applyUpdate(server, part)
  expect(rowMap(server, 'activities', 'K01')?.get('arena')?.toString()).toBe(text.toString())
})

/** Ways to write in a cell that is there already, each as its whole update. */
const waysToWrite: Readonly<Record<string, (doc: Y.Doc, field: string, value: unknown) => void>> = {
  'another value': (doc, field, value) => headOf(doc).set(field, value),
  'the value it has': (doc, field) => headOf(doc).set(field, headOf(doc).get(field)),
  'taken away': (doc, field) => headOf(doc).delete(field),
  'written and taken away again': (doc, field, value) => {
    headOf(doc).set(field, value)
    headOf(doc).delete(field)
  },
  'written several times at once': (doc, field, value) => {
    for (let n = 0; n < 3; n++)
      headOf(doc).set(field, value)
  },
  'among honest changes': (doc, field, value) => {
    headOf(doc).set('revision', 2)
    headOf(doc).set(field, value)
    rowMap(doc, 'activities', 'K01')?.set('status', 'done')
  },
  'as a member of a set': (doc, field, value) => headOf(doc).set(`${field}/x`, value),
  'as a text': (doc, field) => headOf(doc).set(field, new Y.Text('x')),
}
const made = { ...smallSeed, plan: [{ id: 'head', title: 'Plan', reformId: 'leve-hele-livet', regionId: 'rogaland', revision: 1, schemaVersion }] }
const headOf = (doc: Y.Doc) => rowMap(doc, 'plan', 'head') ?? new Y.Map<unknown>()
const byServer = registerNames.flatMap(register =>
  fieldsOf(register).flatMap(([field, declared]) => declared.byServer ? [[register, field] as const] : []))

test('D35 what the server alone writes is refused whole to everybody else, in whichever way it is written', () => {
  expect(byServer).toEqual([['plan', 'reformId'], ['plan', 'regionId'], ['plan', 'schemaVersion']])
  for (const [, field] of byServer) {
    const value = field === 'schemaVersion' ? 7 : 'another'
    for (const [way, write] of Object.entries(waysToWrite)) {
      const fault = verdictOn(doc => write(doc, field, value), made)
      expect(fault?.reason, `${field}: ${way}`).toBe('not-valid')
      expect(fault?.cells.every(cell => cell.register === 'plan' && cell.row === 'head' && cell.field === field), `${field}: ${way}`).toBe(true)
    }
  }
  for (const [way, write] of Object.entries(waysToWrite).slice(0, 6))
    expect(verdictOn(doc => write(doc, 'revision', 3), made), way).toBeNull()
})

test('D35 the undo of a write that was refused, and a value put where the plan has none, are refused as well', () => {
  const bare = () => planWith({ ...smallSeed, plan: [{ id: 'head', title: 'Plan' }] })
  for (const [, field] of byServer) {
    const plan = bare()
    const update = Y.mergeUpdates(updatesOf(plan, () => headOf(plan.doc).set(field, field === 'schemaVersion' ? 7 : 'first')))
    expect(judgeUpdate(bare().doc, update).fault?.reason, field).toBe('not-valid')
    const undone = planWith(made)
    const undo = new Y.UndoManager(undone.doc.getMap('plan'))
    const both = updatesOf(undone, () => {
      headOf(undone.doc).set(field, field === 'schemaVersion' ? 7 : 'first')
      undo.undo()
    })
    expect(judgeUpdate(planWith(made).doc, Y.mergeUpdates(both)).fault?.reason, field).toBe('not-valid')
  }
})

test('D35 the server writes them under its own client id, and a command writes none of them', () => {
  const plan = planWith(made)
  const server = planWith(made).doc
  const own = planWith(made).doc
  own.clientID = serverClientId
  const before = Y.encodeStateVector(own)
  headOf(own).set('reformId', 'the-next')
  expect(judgeUpdate(server, Y.encodeStateAsUpdate(own, before)).fault).toBeNull()
  for (const [register, field] of byServer) {
    expect(setCell(plan, { register, row: 'head', field }, null)).toEqual({ ok: false, refusal: 'no-such-field' })
    expect(writeCell(plan, { register, row: 'head', field }, field === 'schemaVersion' ? 7 : 'another').ok).toBe(false)
  }
  expect(readRow(plan.doc, 'plan', 'head')).toEqual(readRow(planWith(made).doc, 'plan', 'head'))
})
