import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Checkpoint } from './contracts.ts'

/** The table of checkpoints. Synchronous; lives in the worker. */
export function openCheckpointTable(db: DatabaseSync) {
  const select = db.prepare(
    'SELECT seq, bytes, vector, hash, schema, crc FROM checkpoints WHERE plan = (SELECT number FROM plans WHERE id = ?)',
  )
  const put = db.prepare(`
    INSERT INTO checkpoints (plan, seq, bytes, vector, hash, schema, crc) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (plan) DO UPDATE SET
      seq = excluded.seq, bytes = excluded.bytes, vector = excluded.vector, hash = excluded.hash, schema = excluded.schema, crc = excluded.crc
    WHERE excluded.seq > seq`)
  const remove = db.prepare('DELETE FROM checkpoints WHERE plan = ?')

  return {
    /** Null where there is none, or it is not what was written: the updates it stands for are all there. */
    read(planId: string): Checkpoint | null {
      const { seq, bytes, vector, hash, schema, crc } = select.get(planId) ?? {}
      if (!(bytes instanceof Uint8Array) || !(vector instanceof Uint8Array))
        return null
      const found = { through: Number(seq), update: bytes, stateVector: vector, stateHash: String(hash), schemaVersion: Number(schema) }
      return sumOf(found) === crc ? found : null
    },
    keep(plan: number, checkpoint: Checkpoint): void {
      const { through, update, stateVector, stateHash, schemaVersion } = checkpoint
      put.run(plan, through, update, stateVector, stateHash, schemaVersion, sumOf(checkpoint))
    },
    forget(plan: number): void {
      remove.run(plan)
    },
  }
}

const sumOf = ({ through, update, stateVector, stateHash, schemaVersion }: Checkpoint) =>
  crc32(JSON.stringify([through, stateHash, schemaVersion]), crc32(stateVector, crc32(update)))
