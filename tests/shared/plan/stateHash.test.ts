import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { dropMember, putMember, setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import { layPlan } from '#shared/plan/lay.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readPlan } from '#shared/plan/read.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import { bringTogether, planWith, smallSeed } from '../../support/plans.ts'

const cell = (field: string, row = 'K01') => ({ register: 'activities', row, field }) as const

/** The hash as somebody who has only just opened the document reads it. */
function freshHash(doc: Y.Doc): string {
  const hash = openStateHash(doc)
  const read = hash.read()
  hash.close()
  return read
}

/** The same content in another document, which has integrated it in one piece and collected its garbage. */
function reloaded({ doc }: Plan): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

const rootOf = ({ doc }: Plan) => doc.getMap<Y.Map<unknown>>('activities')
const body = ({ doc }: Plan) => doc.getMap<Y.Map<Y.XmlFragment>>('sections').get('s1')?.get('body') ?? new Y.XmlFragment()

/** What people, and others, may do to a plan. `n` chooses among places. */
const deeds: readonly ((plan: Plan, n: number, word: string) => void)[] = [
  (plan, n, word) => spliceText(plan, cell('arena'), { at: n % 4, remove: n % 3, insert: word }),
  (plan, _n, word) => spliceText(plan, cell('topic', 'K02'), { at: 0, remove: 0, insert: word }),
  (plan, n) => setCell(plan, cell('status', `K0${n % 3 + 1}`), n % 2 ? 'done' : null),
  plan => putMember(plan, cell('responsible'), 'usht', 'lead'),
  plan => dropMember(plan, cell('responsible'), 'usht'),
  (plan, n) => trashRow(plan, 'activities', `K0${n % 3 + 1}`),
  (plan, n, word) => {
    const text = new Y.XmlText(word)
    body(plan).insert(0, [text])
    text.format(0, n % 5, { strong: true })
  },
  (plan, n) => {
    const first: unknown = body(plan).length > 0 ? body(plan).get(0) : null
    if (first instanceof Y.XmlText && first.length > 0)
      first.format(0, Math.min(n % 4, first.length), { strong: n % 2 ? true : null })
  },
  plan => body(plan).insert(0, [new Y.XmlElement('paragraph')]),
  plan => body(plan).length > 0 && body(plan).delete(0, 1),
  (plan, n, word) => rootOf(plan).set(`x${n % 3}`, new Y.Map([['arena', new Y.Text(word)]])),
  (plan, n) => rootOf(plan).delete(`x${n % 3}`),
  (plan, n, word) => rootOf(plan).get('K03')?.set('odd', [{ b: word, a: [n, null, undefined] }, 10n, Uint8Array.of(n), Number.NaN]),
]

const steps = fc.array(fc.record({
  who: fc.nat(2), deed: fc.nat(deeds.length - 1), n: fc.nat(20), word: fc.string({ maxLength: 4 }), meets: fc.option(fc.nat(2)),
}), { maxLength: 30 })

describe('the hash of a plan', () => {
  test('S17 it is the same in every replica that holds the same, however it came there, and kept up as if read afresh', () => {
    fc.assert(fc.property(steps, (taken) => {
      const plans = [11, 22, 33].map(clientId => planWith(smallSeed, { clientId }))
      const undos = plans.map(plan => new Y.UndoManager(rootOf(plan), { trackedOrigins: new Set([plan.mine, null]) }))
      const hashes = plans.map(({ doc }) => openStateHash(doc))
      taken.forEach(({ who, deed, n, word, meets }) => {
        const [plan, other] = [plans[who], plans[meets ?? -1]]
        if (!plan)
          return
        deeds[deed]?.(plan, n, word)
        if (n === 7)
          undos[who]?.undo()
        if (other && other !== plan)
          bringTogether(plan, other)
        expect(hashes[who]?.read()).toBe(freshHash(plan.doc))
      })
      bringTogether(...plans)
      bringTogether(...plans)
      const read = hashes.map(hash => hash.read())
      expect(new Set(read).size).toBe(1)
      for (const plan of plans)
        expect([freshHash(plan.doc), freshHash(reloaded(plan))]).toEqual([read[0], read[0]])
    }), { seed: 17, numRuns: 150 })
  })

  test('S17 where one character, choice, member, mark or row differs, it differs; and it is as before when that is taken back', () => {
    fc.assert(fc.property(fc.nat(8), fc.string({ minLength: 1, maxLength: 1 }), (which, character) => {
      const plan = planWith()
      body(plan).insert(0, [new Y.XmlText('avsnitt')])
      const hash = openStateHash(plan.doc)
      const [before, valueBefore] = [hash.read(), JSON.stringify(readPlan(plan.doc))]
      const undo = new Y.UndoManager([...plan.doc.share.values()], { trackedOrigins: new Set([plan.mine, null]) })
      const changes: readonly (() => void)[] = [
        () => spliceText(plan, cell('arena'), { at: 2, remove: 0, insert: character }),
        () => spliceText(plan, cell('arena'), { at: 2, remove: 1, insert: '' }),
        () => setCell(plan, cell('status'), 'done'),
        () => putMember(plan, cell('responsible'), 'usht', 'lead'),
        () => dropMember(plan, cell('responsible'), 'sf'),
        () => trashRow(plan, 'activities', 'K02'),
        () => (body(plan).get(0) as Y.XmlText).format(0, 3, { strong: true }),
        () => body(plan).insert(0, [new Y.XmlElement('paragraph')]),
        () => rootOf(plan).set('K04', new Y.Map()),
      ]
      changes[which]?.()
      expect(hash.read()).not.toBe(before)
      expect(hash.read()).toMatch(/^[0-9a-f]{16}$/)
      undo.undo()
      expect(JSON.stringify(readPlan(plan.doc))).toBe(valueBefore)
      expect(hash.read()).toBe(before)
    }), { seed: 18, numRuns: 100 })
  })

  test('S17 the same words in another row, or in another register, are something else', () => {
    const of = (...ids: string[]) => {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, layPlan({ goals: ids.map(id => ({ id, text: id })), audiences: [] }))
      return freshHash(doc)
    }
    const elsewhere = new Y.Doc()
    Y.applyUpdate(elsewhere, layPlan({ audiences: [{ id: 'a', text: 'a' }] }))
    expect(new Set([of('a'), of('b'), of('a', 'b'), freshHash(elsewhere), freshHash(new Y.Doc())]).size).toBe(5)
  })

  test('S17 a mark that is set twice is as if set once', () => {
    const paragraph = (plan: Plan) => body(plan).get(0) as Y.XmlText
    const [once, first, second] = [planWith(), planWith(), planWith()]
    body(first).insert(0, [new Y.XmlText('avsnitt')])
    bringTogether(first, second, once)
    paragraph(once).format(0, 6, { strong: true })
    paragraph(first).format(0, 6, { strong: true })
    paragraph(second).format(2, 4, { strong: true })
    bringTogether(first, second)
    expect([freshHash(first.doc), freshHash(second.doc)]).toEqual([freshHash(once.doc), freshHash(once.doc)])
  })
})

test('S17 whatever stands in a document has a hash', () => {
  const plan = planWith()
  const deep = JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown
  const odd: unknown[] = [
    10n, deep, undefined, Number.POSITIVE_INFINITY, Uint8Array.of(1), JSON.parse('{"toJSON":1,"__proto__":2}'), new Y.Array(), new Y.Doc(), new Y.XmlHook('x'),
  ]
  const read = odd.map((value) => {
    rootOf(plan).set('K01', value as Y.Map<unknown>)
    return freshHash(plan.doc)
  })
  expect(new Set(read).size).toBe(odd.length)
  expect(freshHash(reloaded(plan))).toBe(freshHash(plan.doc))
})

test('S17 of two thousand rows only the one that changed is read again', () => {
  const plan = planWith({ goals: Array.from({ length: 2_000 }, (_, n) => ({ id: `G${n}`, text: `mål ${n}` })) })
  const hash = openStateHash(plan.doc)
  hash.read()
  spliceText(plan, { register: 'goals', row: 'G7', field: 'text' }, { at: 0, remove: 0, insert: 'nytt ' })
  const reads = vi.spyOn(plan.doc.getMap('goals'), 'get')
  hash.read()
  expect(reads).toHaveBeenCalledTimes(1)
  reads.mockRestore()
})

test('S17 a hash that is read a little at a time, while the plan is written in, is the hash', () => {
  const plan = planWith({ goals: Array.from({ length: 20 }, (_, n) => ({ id: `G${n}`, text: `mål ${n}` })) })
  const hash = openStateHash(plan.doc)
  let pieces = 0
  while (!hash.readAhead(7)) {
    pieces++
    if (pieces < 4)
      spliceText(plan, { register: 'goals', row: 'G3', field: 'text' }, { at: 0, remove: 0, insert: `${pieces} ` })
  }
  expect(pieces).toBeGreaterThan(2)
  const reads = vi.spyOn(plan.doc.getMap('goals'), 'get')
  expect(hash.read()).toBe(openStateHash(plan.doc).read())
  expect(reads.mock.calls.length).toBe(20)
  reads.mockRestore()
})
