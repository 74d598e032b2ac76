import { parentPort, type MessagePort } from 'node:worker_threads'
import * as Y from 'yjs'
import { migrationOf } from '#shared/plan/migrate.ts'
import { schemaVersion } from '#shared/plan/registers.ts'
import type { MadeCheckpoint } from './checkpoints.ts'
import { isComplete, openCopy } from './copies.ts'
import { toBeCut } from './pieces.ts'

/** The thread that makes checkpoints, one at a time. */
function serve(port: MessagePort): void {
  port.on('message', (updates: readonly Uint8Array[]) => port.postMessage(make(updates)))
}

/** Null where the updates do not fit together, are of another schema, or would not come to the same when they are read again. */
function make(updates: readonly Uint8Array[]): MadeCheckpoint | null {
  const copy = openCopy(updates)
  const { doc } = copy
  if (!isComplete(doc) || migrationOf(doc) !== null)
    return null
  const made = { update: Y.encodeStateAsUpdate(doc), stateVector: Y.encodeStateVector(doc), stateHash: copy.stateHash(), schemaVersion }
  const again = openCopy([made.update])
  const isSame = again.stateHash() === made.stateHash && Buffer.compare(Y.encodeStateAsUpdate(again.doc), made.update) === 0
  return isSame ? { ...made, update: toBeCut(made.update) } : null
}

if (parentPort)
  serve(parentPort)
