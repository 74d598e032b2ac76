import * as Y from 'yjs'
import { cutInPieces, toBeCut } from "../../server/rooms/pieces.ts"
import { bytesOf, cellsOf, wholePlan, writeScript, documentOf } from '../bench/server/edits.ts'
import { updateIn } from '../bench/server/line.ts'
const base = bytesOf(wholePlan())
for (const edits of [50_000]) {
  const updates = [base, ...cellsOf(base, 20).flatMap((cell, person) => writeScript(base, { person, cell, edits: edits / 20, manner: 'anywhere' }).frames.map(updateIn))]
  const doc = documentOf(updates)
  const state = Y.encodeStateAsUpdate(doc)
  console.log('edits', edits, 'bytes', state.length, 'structs', [...doc.store.clients.values()].reduce((s, c) => s + c.length, 0))
  const kept = toBeCut(state); console.log("table", kept.length - state.length)
  for (let r = 0; r < 6; r++) {
    let t = performance.now(); const began = t
    let longest = 0; const pieces: Uint8Array[] = []; let first = 0
    for (const step of cutInPieces(r < 4 ? state : kept)) {
      const now = performance.now(); longest = Math.max(longest, now - t); t = now
      if (step) { first ||= now - began; pieces.push(step) }
    }
    console.log(pieces.map(p => p.length).join(' '), 'total', (performance.now() - began).toFixed(1), 'first', first.toFixed(1), 'longest', longest.toFixed(1))
    const to = new Y.Doc()
    const b = performance.now()
    for (const piece of pieces) { Y.applyUpdate(to, piece); if (to.store.pendingStructs || to.store.pendingDs) console.log('PENDING') }
    const c = performance.now()
    const one = new Y.Doc(); Y.applyUpdate(one, state)
    console.log('apply pieces', (c - b).toFixed(1), 'whole', (performance.now() - c).toFixed(1), Buffer.compare(Y.encodeStateAsUpdate(to), state))
  }
}
{
  const updates = [base, ...cellsOf(base, 20).flatMap((cell, person) => writeScript(base, { person, cell, edits: 2500, manner: 'anywhere' }).frames.map(updateIn))]
  const state = Y.encodeStateAsUpdate(documentOf(updates))
  const pieces = [...cutInPieces(state)].filter(x => x !== null)
  for (let r = 0; r < 12; r++) {
    const a = performance.now()
    const one = new Y.Doc(); Y.applyUpdate(one, state)
    const b = performance.now()
    const to = new Y.Doc()
    const times = pieces.map((p) => { const t = performance.now(); Y.applyUpdate(to, p); return (performance.now() - t).toFixed(1) })
    console.log('whole', (b - a).toFixed(1), 'pieces', times.join('+'))
  }
}
