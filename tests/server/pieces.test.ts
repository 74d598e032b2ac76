import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { newDocument } from '#shared/plan/plan.ts'
import { emptyUpdate } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { findCuts } from '../../server/rooms/cutting.ts'
import { cutsOf, pieceOf, withCuts, type Cut } from '../../server/rooms/piece.ts'
import { openPieces, toBeCut } from '../../server/rooms/pieces.ts'
import { readServerFrame, type ServerFrame } from './support/frames.ts'

const cutsIn = (update: Uint8Array, maxBytes: number) => [...findCuts(update, maxBytes)].filter((cut): cut is Cut => cut !== null)
const isWhole = ({ store }: Y.Doc) => store.pendingStructs === null && store.pendingDs === null
const isSame = (a: Y.Doc, b: Y.Doc) => Buffer.compare(Y.encodeStateAsUpdate(a), Y.encodeStateAsUpdate(b)) === 0

type Act = Readonly<{ what: 'type' | 'delete' | 'set' | 'row' | 'mark' | 'node' | 'hear', who: number, at: number, words: string }>
const act = fc.record({
  what: fc.constantFrom<Act['what']>('type', 'type', 'type', 'delete', 'set', 'row', 'mark', 'node', 'hear', 'hear', 'hear'),
  who: fc.nat(4), at: fc.nat(30), words: fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom('a', 'e', ' ', 'å', '€', 'ß') }),
})

/** Several people's documents, each of whom hears of the next one's work when it is their turn to; in the end all are one. */
function workedOn(acts: readonly Act[]): { doc: Y.Doc, half: Uint8Array } {
  const docs = Array.from({ length: 5 }, (_, n) => {
    const doc = newDocument()
    doc.clientID = [900, 5, 70_000, 31, 2_000_000_000][n] ?? 0
    return doc
  })
  function hear(to: Y.Doc | undefined, from: Y.Doc | undefined): void {
    if (to && from)
      Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)))
  }
  // Of letters that are two units of time nobody puts anything between the halves.
  docs[1]?.getText('letters').insert(0, '😀å😀')
  docs[1]?.getText('letters').insert(0, '😀')
  let half = emptyUpdate
  acts.forEach(({ what, who, at, words }, n) => {
    const doc = docs[who]
    if (!doc)
      return
    const text = doc.getText('text')
    const rows = doc.getMap<Y.Map<unknown>>('rows')
    const rich = doc.getXmlFragment('rich')
    const nested = rows.get(String(at % 4))?.get('text')
    switch (what) {
      case 'type':
        (nested instanceof Y.Text ? nested : text).insert(nested instanceof Y.Text ? at % (nested.length + 1) : at % (text.length + 1), words)
        break
      case 'delete': text.delete(Math.min(at, text.length), Math.min(3, text.length - Math.min(at, text.length))); break
      case 'set': rows.get(String(at % 4))?.set(words.slice(0, 2), [words, at, null, { at: true }]); break
      case 'row': rows.set(String(at % 4), new Y.Map<unknown>([['text', new Y.Text(words)]])); break
      case 'mark': text.format(0, Math.min(at, text.length), { bold: at % 2 === 0 ? true : null }); break
      case 'node': rich.insert(at % (rich.length + 1), [new Y.XmlElement('p'), new Y.XmlText(words)]); break
      case 'hear': hear(doc, docs[at % 5])
    }
    if (n === Math.floor(acts.length / 2))
      half = Y.encodeStateAsUpdate(doc)
  })
  const [doc = newDocument()] = docs
  docs.forEach(other => hear(doc, other))
  return { doc, half }
}

describe('an answer in pieces', () => {
  test('S53 each piece is applied at once when those before it have been, is no longer than asked, and all together are the whole', () => {
    fc.assert(fc.property(fc.array(act, { minLength: 20, maxLength: 120, size: 'max' }), fc.integer({ min: 80, max: 700 }), (acts, maxBytes) => {
      const { doc, half } = workedOn(acts)
      for (const had of [emptyUpdate, half]) {
        const newcomer = newDocument()
        Y.applyUpdate(newcomer, had)
        const answer = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(newcomer))
        const cuts = cutsIn(answer, maxBytes)
        for (const cut of cuts) {
          const piece = pieceOf(answer, cut)
          const structs = cut.structs.reduce((sum, { count }) => sum + count, 0)
          expect(piece.length <= maxBytes || structs === 1).toBe(true)
          Y.applyUpdate(newcomer, piece)
          expect(isWhole(newcomer)).toBe(true)
        }
        expect(isSame(newcomer, doc)).toBe(true)
        expect(cuts.length).toBeGreaterThan(answer.length / maxBytes - 1)
        // Merged again by whoever keeps them, they are the whole too.
        const kept = newDocument()
        Y.applyUpdate(kept, Y.mergeUpdates([had, ...cuts.map(cut => pieceOf(answer, cut))]))
        expect(isSame(kept, doc)).toBe(true)
      }
    }), { seed: 7_253, numRuns: 120 })
  }, 60_000)

  test('S53 a stored update with its cuts behind it reads as it did, and is cut without being looked through', () => {
    const { doc } = workedOn(fc.sample(act, { numRuns: 400, seed: 11 }))
    const update = Y.encodeStateAsUpdate(doc)
    expect(cutsOf(update)).toBeNull()
    const cuts = cutsIn(update, 500)
    const stored = withCuts(update, cuts)
    expect(cutsOf(stored)).toEqual(cuts)
    for (const read of [stored, Y.diffUpdate(stored, Uint8Array.of(0)), Y.mergeUpdates([stored, update])]) {
      const reader = newDocument()
      Y.applyUpdate(reader, read)
      expect(isSame(reader, doc)).toBe(true)
    }
  })

  test('S53 a short answer is one frame as ever; a long one is told to be all of it by an empty last one, looked through a few milliseconds at a time', () => {
    expect(framesOf([emptyUpdate]).map(({ kind }) => kind)).toEqual(['step2'])
    const doc = newDocument()
    for (let n = 0; n < 400; n++)
      doc.getArray('a').insert(0, [`${n}`.repeat(500)])
    const update = Y.encodeStateAsUpdate(doc)
    expect(update.length).toBeGreaterThan(2 * limits.maxPieceBytes)
    for (const stored of [update, toBeCut(update)]) {
      const frames = framesOf([stored, emptyUpdate])
      expect(frames.map(({ kind }) => kind)).toEqual([...frames.slice(1).map(() => 'update'), 'step2'])
      expect(frames.at(-1)).toEqual({ kind: 'step2', update: emptyUpdate })
      const newcomer = newDocument()
      for (const frame of frames)
        Y.applyUpdate(newcomer, 'update' in frame ? frame.update : emptyUpdate)
      expect(isSame(newcomer, doc)).toBe(true)
    }
  })

  test('S53 what cannot be cut, with a gap in it, comes whole', () => {
    const doc = newDocument()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    for (let n = 0; n < 3; n++)
      doc.getText('t').insert(0, 'x'.repeat(limits.maxPieceBytes))
    const [first = emptyUpdate, , third = emptyUpdate] = updates
    const gapped = Y.mergeUpdates([first, third])
    expect(toBeCut(gapped)).toBe(gapped)
    expect(framesOf([gapped])).toEqual([{ kind: 'update', update: gapped }, { kind: 'step2', update: emptyUpdate }])
  })
})

function framesOf(updates: readonly Uint8Array[]): readonly ServerFrame[] {
  const pieces = openPieces(updates)
  const frames: ServerFrame[] = []
  for (let frame = pieces.at(0); frame !== null; frame = pieces.at(frames.length)) {
    if (frame !== 'later')
      frames.push(readServerFrame(frame))
  }
  return frames
}
