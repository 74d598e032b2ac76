import { parentPort, type MessagePort } from 'node:worker_threads'
import * as Y from 'yjs'
import { migrationOf } from '#shared/plan/migrate.ts'
import { newDocument } from '#shared/plan/plan.ts'
import { schemaVersion } from '#shared/plan/registers.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import type { MadeCheckpoint } from './checkpoints.ts'

/** The thread that makes checkpoints, one at a time. */
function serve(port: MessagePort): void {
  port.on('message', (updates: readonly Uint8Array[]) => port.postMessage(make(updates)))
}

/** Null where the updates do not fit together, are of another schema, or would not come to the same when they are read again. */
function make(updates: readonly Uint8Array[]): MadeCheckpoint | null {
  const doc = read(updates)
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null || migrationOf(doc) !== null)
    return null
  const made = { update: Y.encodeStateAsUpdate(doc), stateVector: Y.encodeStateVector(doc), stateHash: hashOf(doc), schemaVersion }
  const again = read([made.update])
  const isSame = hashOf(again) === made.stateHash && Buffer.compare(Y.encodeStateAsUpdate(again), made.update) === 0
  return isSame ? made : null
}

function read(updates: readonly Uint8Array[]): Y.Doc {
  const doc = newDocument()
  doc.transact(() => updates.forEach(update => Y.applyUpdate(doc, update)))
  return doc
}

function hashOf(doc: Y.Doc): string {
  const hash = openStateHash(doc)
  const read = hash.read()
  hash.close()
  return read
}

if (parentPort)
  serve(parentPort)
