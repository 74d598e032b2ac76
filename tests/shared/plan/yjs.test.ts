import { generateKeyBetween } from 'fractional-indexing'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { newDocument } from '#shared/plan/plan.ts'
import { forge, words } from '../../support/dishonestBytes.ts'

/** Facts about Yjs that the design rests on. An upgrade that changes one is noticed here. */
const docWith = (clientID: number) => Object.assign(new Y.Doc(), { clientID })
const meet = (a: Y.Doc, b: Y.Doc) => {
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b))
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a))
}

test('Y1 of two who make the same nested type under one key at once, one loses it with what was in it', () => {
  const [a, b] = [docWith(1), docWith(2)]
  a.getMap('r').set('t', new Y.Text('fra a'))
  b.getMap('r').set('t', new Y.Text('fra b'))
  meet(a, b)
  expect(String(a.getMap('r').get('t'))).toBe('fra b')
  expect(String(b.getMap('r').get('t'))).toBe('fra b')
})

test('Y2 of two plain values set at once the higher client id wins, whatever the clock says', () => {
  const [a, b] = [docWith(9), docWith(2)]
  a.getMap('r').set('v', 'high')
  b.getMap('r').set('v', 'low, earlier')
  b.getMap('r').set('v', 'low, later')
  meet(a, b)
  expect([a.getMap('r').get('v'), b.getMap('r').get('v')]).toEqual(['high', 'high'])
})

test('Y3 after a lost update, every later one of that client waits for it', () => {
  const [a, b] = [docWith(1), docWith(2)]
  const updates: Uint8Array[] = []
  a.on('update', update => updates.push(update))
  a.getMap('r').set('x', 1)
  a.getMap('r').set('y', 2)
  Y.applyUpdate(b, updates[1] ?? new Uint8Array())
  expect(b.store.pendingStructs).not.toBeNull()
  expect(b.getMap('r').size).toBe(0)
})

test('Y4 a client id used again after a refusal makes replicas differ with equal state vectors', () => {
  const [server, first, again] = [docWith(1), docWith(7), docWith(7)]
  const refused = first.getMap('r')
  refused.set('x', 'refused')
  again.getMap('r').set('y', 'passed')
  Y.applyUpdate(server, Y.encodeStateAsUpdate(again))
  Y.applyUpdate(server, Y.encodeStateAsUpdate(first))
  expect(Y.encodeStateVector(server)).toEqual(Y.encodeStateVector(first))
  expect(server.getMap('r').toJSON()).not.toEqual(first.getMap('r').toJSON())
})

test('Y5 two rows put at one gap get the same key, and there is no key between equal ones', () => {
  expect(generateKeyBetween('a0', 'a1')).toBe(generateKeyBetween('a0', 'a1'))
  expect(() => generateKeyBetween('a0', 'a0')).toThrow()
})

test('Y6 a reader that has edited nothing still answers with the whole delete set', () => {
  const [writer, reader] = [docWith(1), docWith(2)]
  writer.getText('t').insert(0, 'abc')
  writer.getText('t').delete(1, 1)
  Y.applyUpdate(reader, Y.encodeStateAsUpdate(writer))
  const answer = Y.decodeUpdate(Y.encodeStateAsUpdate(reader, Y.encodeStateVector(writer)))
  expect([answer.structs.length, answer.ds.clients.size]).toEqual([0, 1])
})

test('Y7 of one client\'s structs in two blocks only the last is applied', () => {
  const doc = docWith(1)
  const one = (clock: number, word: string) => [7, clock, [{ parent: 't', content: words(word) }]] as const
  Y.applyUpdate(doc, forge({ structs: [one(0, 'a'), one(1, 'b')] }))
  expect(doc.store.pendingStructs).not.toBeNull()
  expect(doc.getText('t').toString()).toBe('')
})

test('Y8 merging leaves out structs of an update whose clients do not stand from the highest id to the lowest', () => {
  const by = (client: number) => [client, 0, [{ parent: 't', content: words('x') }]] as const
  const lost = Y.mergeUpdates([forge({ structs: [by(2), by(4_000), by(3_999)] }), forge({ structs: [by(3_998)] })])
  const kept = Y.mergeUpdates([forge({ structs: [by(4_000), by(3_999), by(2)] }), forge({ structs: [by(3_998)] })])
  const lettersOf = (update: Uint8Array) => {
    const doc = docWith(1)
    Y.applyUpdate(doc, update)
    return doc.getText('t').length
  }
  expect(lettersOf(kept)).toBe(4)
  expect(lettersOf(lost)).toBeLessThan(4)
})

test('Y9 a document tidies marks by itself after others\' changes, which none of a plan\'s own does', () => {
  const [kari, olav] = [docWith(7), docWith(8)]
  kari.getMap('activities').set('row', new Y.Text('ord'))
  meet(kari, olav)
  const mark = (doc: Y.Doc) => (doc.getMap('activities').get('row') as Y.Text).format(0, 3, { bold: true })
  const updates = [Y.encodeStateAsUpdate(kari)]
  for (const doc of [kari, olav]) {
    mark(doc)
    updates.push(Y.encodeStateAsUpdate(doc))
  }
  const deletedIn = (doc: Y.Doc) => {
    updates.forEach(update => Y.applyUpdate(doc, update))
    return [...Y.createDeleteSetFromStructStore(doc.store).clients.values()].flat().reduce((sum, { len }) => sum + len, 0)
  }
  expect(deletedIn(new Y.Doc())).toBeGreaterThan(0)
  expect(deletedIn(newDocument())).toBe(0)
})
