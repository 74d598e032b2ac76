import type * as Y from 'yjs'
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
