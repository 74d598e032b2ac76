import { generateNKeysBetween } from 'fractional-indexing'
import * as Y from 'yjs'
import { serverClientId, type PlanSeed } from '#shared/plan/lay.ts'
import { placeField } from '#shared/plan/order.ts'
import { registerNames } from '#shared/plan/registers.ts'
import { fillRow } from '#shared/plan/rows.ts'

/** The columns of a region's own came with version 2. */
export const ownFields = ['own1', 'own2', 'own3'] as const
const withOwn: readonly string[] = ['activities', 'networks', 'collaborations']

/** First content as a server of version 1 laid it: the same rows, in which no field of a later version has its type. */
export function layOlderPlan(seed: PlanSeed, version: number | null = 1): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = serverClientId
  doc.transact(() => registerNames.forEach((register) => {
    const rows = seed[register] ?? []
    const keys = generateNKeysBetween(null, null, rows.length)
    rows.forEach(({ id, ...cells }, n) => {
      const row = new Y.Map<unknown>()
      fillRow(row, register, cells, placeField(register) ? { parentId: cells.parentId ?? null, key: keys[n] ?? '' } : null)
      // Nothing of it is in the document yet: what is taken out leaves no trace.
      if (withOwn.includes(register))
        ownFields.forEach(field => row.delete(field))
      if (register === 'plan' && version === null)
        row.delete('schemaVersion')
      else if (register === 'plan')
        row.set('schemaVersion', version)
      doc.getMap(register).set(id, row)
    })
  }))
  return Y.encodeStateAsUpdate(doc)
}
