import type * as Y from 'yjs'
import type { RegisterName } from './fields.ts'
import { placeField } from './order.ts'
import { rowMap } from './plan.ts'
import type { RowId } from './values.ts'

/** What one transaction changed in a register. */
export interface RegisterChange {
  /** Rows that are new or read differently now. */
  readonly changed: readonly RowId[]
  /** Rows that are not in the document any more. */
  readonly removed: readonly RowId[]
  /** Whether `readOrder` may answer differently: a place, a parent's place, or the trash. */
  readonly orderChanged: boolean
}

/** Tells what each transaction changed in a register, until the returned function is called. */
export function observeRegister(doc: Y.Doc, register: RegisterName, onChange: (change: RegisterChange) => void): () => void {
  const root = doc.getMap(register)
  const parent = placeField(register)?.parent?.of

  function observe(events: Y.YEvent<Y.AbstractType<unknown>>[]) {
    const rows = rowsOf(root, events)
    const changed = [...rows].filter(id => rowMap(doc, register, id) !== null)
    const removed = [...rows].filter(id => rowMap(doc, register, id) === null)
    onChange({ changed, removed, orderChanged: touchesOrder(root, events) })
  }
  function observeParents(events: Y.YEvent<Y.AbstractType<unknown>>[]) {
    if (parent && touchesOrder(doc.getMap(parent), events))
      onChange({ changed: [], removed: [], orderChanged: true })
  }

  root.observeDeep(observe)
  if (parent)
    doc.getMap(parent).observeDeep(observeParents)
  return () => {
    root.unobserveDeep(observe)
    if (parent)
      doc.getMap(parent).unobserveDeep(observeParents)
  }
}

function rowsOf(root: Y.Map<unknown>, events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): ReadonlySet<RowId> {
  const rows = new Set<RowId>()
  for (const event of events) {
    if (event.target === root)
      event.keys.forEach((_change, id) => rows.add(id))
    else
      rows.add(String(event.path[0]))
  }
  return rows
}

function touchesOrder(root: Y.Map<unknown>, events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): boolean {
  return events.some(event => event.target === root
    || (event.target.parent === root && (event.keys.has('place') || event.keys.has('deletedAt'))))
}
