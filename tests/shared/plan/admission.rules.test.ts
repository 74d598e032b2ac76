import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { judgeUpdate, newPartOf } from '#shared/plan/admission.ts'
import { rowMap } from '#shared/plan/plan.ts'
import { planWith, updatesOf } from '../../support/plans.ts'

/** What is said of a change that somebody makes in a plan of their own. */
function verdictOn(change: (doc: Y.Doc) => void) {
  const plan = planWith()
  const update = Y.mergeUpdates(updatesOf(plan, () => plan.doc.transact(() => change(plan.doc))))
  return judgeUpdate(planWith().doc, update).fault
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
