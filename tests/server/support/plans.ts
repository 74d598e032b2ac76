import * as Y from 'yjs'
import { layPlan, type PlanSeed } from '#shared/plan/lay.ts'
import { openPlan, type Plan } from '#shared/plan/plan.ts'
import { readRow } from '#shared/plan/read.ts'
import { schemaVersion } from '#shared/plan/registers.ts'

/** A small plan: two activities, one with words in its arena. */
export const smallSeed: PlanSeed = {
  plan: [{ id: 'head', title: 'Prøveplan', reformId: 'leve-hele-livet', regionId: 'rogaland', language: 'nb', schemaVersion }],
  organisations: [{ id: 'sf-rogaland', name: 'Statsforvalteren i Rogaland', short: 'SF' }, { id: 'ks-rogaland', name: 'KS Rogaland', short: 'KS' }],
  activities: [
    { id: 'K01', arena: 'nyhetsbrev', status: 'not-started', responsible: { 'ks-rogaland': 'responsible' } },
    { id: 'K02', arena: 'samling' },
  ],
}
export const smallContent = layPlan(smallSeed)

/** Somebody's own copy of a plan, and what they wrote since they last sent. */
export interface Writer {
  readonly doc: Y.Doc
  readonly plan: Plan
  /** Runs `work` and gives what it wrote, as one update. */
  write(work: (plan: Plan) => void): Uint8Array
  /** Types at the end of the arena of K01. */
  type(words: string): Uint8Array
  sees(): string
}

export function writerOf(content: Uint8Array = smallContent, clientId?: number): Writer {
  const doc = new Y.Doc()
  if (clientId !== undefined)
    doc.clientID = clientId
  Y.applyUpdate(doc, content)
  const plan = openPlan(doc)
  function write(work: (plan: Plan) => void): Uint8Array {
    const updates: Uint8Array[] = []
    const keep = (update: Uint8Array) => updates.push(update)
    doc.on('update', keep)
    work(plan)
    doc.off('update', keep)
    return Y.mergeUpdates(updates)
  }
  return {
    doc,
    plan,
    write,
    type: words => write(() => {
      const row = doc.getMap('activities').get('K01')
      const text = row instanceof Y.Map ? row.get('arena') : null
      if (text instanceof Y.Text)
        text.insert(text.length, words)
    }),
    sees: () => arenaOf(doc),
  }
}

export const arenaOf = (doc: Y.Doc): string => readRow(doc, 'activities', 'K01')?.arena ?? ''
