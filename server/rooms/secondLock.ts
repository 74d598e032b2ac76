import * as Y from 'yjs'
import { isMember, isPlainValue, toRoles, toText } from '#shared/plan/kinds.ts'
import { memberKey } from '#shared/plan/plan.ts'
import { fieldOf, isRegisterName } from '#shared/plan/registers.ts'
import type { Touch } from '#shared/plan/touches.ts'

/**
 * The lock behind admission: what an update does must be what it was admitted to do. To be taken before it is applied; the
 * returned check is to be called in the transaction, after it, and throws where admission was wrong (S10). Looks at nothing
 * but what changed, since it runs at each keystroke.
 */
export function takeSecondLock(doc: Y.Doc, cells: readonly Touch[]): (transaction: Y.Transaction) => void {
  const sound = cells.filter(cell => isSound(doc, cell))
  const isTouched = openTouched(cells)
  return ({ changed }) => {
    if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null)
      throw new Error('an admitted update did not fit')
    changed.forEach((keys, type) => keys.forEach((key) => {
      if (!isTouched(...placeOf(doc, type as Y.AbstractType<unknown>, key)))
        throw new Error('an admitted update changed what it was not read to touch')
    }))
    if (!sound.every(cell => isSound(doc, cell)))
      throw new Error('an admitted update left a cell that is not valid')
  }
}

/** Whether a key of a row, by the name of its root, is one of the cells: those that differ in no more than a member are different keys. */
function openTouched(cells: readonly Touch[]): (register: string, row: string, key: string) => boolean {
  const keysByRow = new Map<string, Set<string>>()
  for (const { register, row, field, member } of cells) {
    const keys = keysByRow.get(row) ?? new Set<string>()
    // No register's name holds a slash.
    keysByRow.set(row, keys.add(`${register}/${toKey(field, member)}`))
  }
  return (register, row, key) => keysByRow.get(row)?.has(`${register}/${key}`) === true
}

/** The cell that an entry of a changed type lies in. */
function placeOf(doc: Y.Doc, type: Y.AbstractType<unknown>, key: string | null): [register: string, row: string, key: string] {
  let [top, row, cell] = [type, key ?? '', '']
  for (let item = top._item; item; item = top._item) {
    cell = row
    row = item.parentSub ?? ''
    top = item.parent as Y.AbstractType<unknown>
  }
  for (const [name, root] of doc.share) {
    if (root === top)
      return [name, row, cell]
  }
  return ['', row, cell]
}

/** Whether what stands in a cell is what its declaration allows. Nothing at all is. */
function isSound(doc: Y.Doc, { register, row, field: name, member }: Touch): boolean {
  if (!isRegisterName(register))
    return false
  const map: unknown = doc.getMap(register).get(row)
  if (!(map instanceof Y.Map))
    return map === undefined
  const stored: unknown = name === '' ? null : map.get(toKey(name, member))
  const field = fieldOf(register, name)
  if (stored === undefined || stored === null)
    return true
  if (name === 'deletedAt')
    return typeof stored === 'number' && Number.isFinite(stored)
  switch (field?.kind) {
    case 'text': return toText(stored) !== null
    case 'richText': return stored instanceof Y.XmlFragment
    case 'set': return member !== null && isMember(field, member) && toRoles(field, stored) !== null
    default: return field !== undefined && isPlainValue(field, stored)
  }
}

const toKey = (field: string, member: string | null) => member === null ? field : memberKey(field, member)
