import { generateNKeysBetween } from 'fractional-indexing'
import * as Y from 'yjs'
import type { RegisterName } from './fields.ts'
import { placeField } from './order.ts'
import { registerNames } from './registers.ts'
import { fillRow, type NewCells } from './rows.ts'
import type { RowId } from './values.ts'

/** A plan's first content: rows per register, in order. Places follow from the order; `parentId` says under which row. */
export type PlanSeed = { readonly [R in RegisterName]?: readonly SeedRow[] }
export type SeedRow = NewCells & { readonly id: RowId, readonly parentId?: RowId | null }

/** The client id that first content and migrations carry. It is the server's, and no member's. */
export const serverClientId = 1

/**
 * First content as one Yjs update. The same seed gives the same bytes on every machine: the server's fixed client id, and
 * rows and cells in one order (D9). Only the server lays it, in the transaction that creates the plan.
 */
export function layPlan(seed: PlanSeed): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = serverClientId
  doc.transact(() => {
    for (const register of registerNames)
      layRows(doc, register, seed[register] ?? [])
  })
  const update = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return update
}

function layRows(doc: Y.Doc, register: RegisterName, rows: readonly SeedRow[]): void {
  const keys = generateNKeysBetween(null, null, rows.length)
  // Where rows stand under others `parentId` is the place's; in organisations it is a field like any other.
  rows.forEach(({ id, ...cells }, n) => {
    const row = new Y.Map<unknown>()
    fillRow(row, register, cells, placeField(register) ? { parentId: cells.parentId ?? null, key: keys[n] ?? '' } : null)
    doc.getMap(register).set(id, row)
  })
}
