import * as Y from 'yjs'
import { newDocument } from '#shared/plan/plan.ts'
import { openStateHash, type StateHash } from '#shared/plan/stateHash.ts'
import { openChangeLines, type ChangeLines } from './changeLines.ts'

/** An open plan's document, and what works on it. */
export interface Desk {
  readonly doc: Y.Doc
  readonly changeLines: ChangeLines
  /** Of what the document holds now. The first time reads all of it. */
  stateHash(): string
  countStructs(): number
  close(): void
}

/**
 * A document of what is stored, oldest first. What rests on something that is not there can never be applied, and would keep all that
 * comes after it from being taken: it is left out, and told of.
 */
export function documentOf(updates: readonly Uint8Array[], tell: (what: string) => void): Y.Doc {
  const doc = newDocument()
  doc.transact(() => updates.forEach(update => Y.applyUpdate(doc, update)))
  const { store } = doc
  if (store.pendingStructs !== null || store.pendingDs !== null) {
    store.pendingStructs = null
    store.pendingDs = null
    tell('something stored rests on what is not there, and is left out')
  }
  return doc
}

/** From here on the document is the desk's own. */
export function openDesk(doc: Y.Doc): Desk {
  let hash: StateHash | null = null
  return {
    doc,
    changeLines: openChangeLines(doc),
    stateHash() {
      hash ??= openStateHash(doc)
      return hash.read()
    },
    countStructs: () => [...doc.store.clients.values()].reduce((sum, { length }) => sum + length, 0),
    close() {
      hash?.close()
      doc.destroy()
    },
  }
}
