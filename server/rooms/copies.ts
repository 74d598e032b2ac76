import * as Y from 'yjs'
import { newDocument } from '#shared/plan/plan.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'

/** A document made of stored bytes, to be compared with another. */
export interface Copy {
  readonly doc: Y.Doc
  /** In one transaction. */
  apply(updates: readonly Uint8Array[]): void
  stateHash(): string
}

export function openCopy(updates: readonly Uint8Array[] = []): Copy {
  const doc = newDocument()
  const apply = (more: readonly Uint8Array[]) => doc.transact(() => more.forEach(update => Y.applyUpdate(doc, update)))
  apply(updates)
  const hash = openStateHash(doc)
  return { doc, apply, stateHash: () => hash.read() }
}

/** Whether two hold the same and have deleted the same. What waits in either for what it rests on does not count. */
export function isSameCopy(a: Copy, b: Copy): boolean {
  return Buffer.compare(Y.encodeStateVector(a.doc), Y.encodeStateVector(b.doc)) === 0
    && Y.equalDeleteSets(deletionsOf(a), deletionsOf(b))
    && a.stateHash() === b.stateHash()
}

/** Whether nothing waits for what it rests on. */
export const isComplete = ({ store }: Y.Doc) => store.pendingStructs === null && store.pendingDs === null

const deletionsOf = ({ doc }: Copy) => Y.createDeleteSetFromStructStore(doc.store)
