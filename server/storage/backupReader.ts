import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { crc32 } from 'node:zlib'
import type { MemberId } from '#shared/plan/values.ts'
import type { Checkpoint, Seq } from './contracts.ts'
import { openCheckpointTable } from './sqliteCheckpoints.ts'
import { databaseName, storedVersion } from './sqliteSchema.ts'

/** Reads what is stored, also what is damaged, and says so; changes nothing, and holds up nobody who writes. */
export interface StoredReader {
  readonly version: number
  /** The version is one that this program does not know: nothing but `faults` can be read. */
  readonly isNewer: boolean
  /** What SQLite finds wrong with the file, in its own words. */
  faults(): readonly string[]
  /** Plans that are set aside too. */
  plans(): readonly ReadPlan[]
  /** One plan, as it is at one moment. */
  read(planId: string): ReadLog
  close(): void
}
export interface ReadPlan { readonly planId: string, readonly epoch: string, readonly isSetAside: boolean, readonly through: Seq }
export interface ReadRow {
  readonly from: Seq
  readonly through: Seq
  readonly members: readonly MemberId[]
  readonly clientIds: readonly number[]
  readonly update: Uint8Array
  /** The bytes are what was written. */
  readonly isSound: boolean
}
export interface ReadLog {
  readonly rows: readonly ReadRow[]
  /** Null where none was kept, or it is not what was written. */
  readonly checkpoint: Checkpoint | null
  readonly isCheckpointDamaged: boolean
  readonly owners: ReadonlyMap<number, MemberId>
}

/** In a data folder, beside whoever writes there. Null when there is no database. */
export function readFolder(folder: string): StoredReader | null {
  const file = join(folder, databaseName)
  return existsSync(file) ? readStored(new DatabaseSync(file, { readOnly: true, timeout: 5_000 })) : null
}

/** A file that nobody writes to: nothing is looked for beside it, and nothing laid there. */
export function readFile(file: string): StoredReader {
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  return readStored(new DatabaseSync(url, { readOnly: true }))
}

const [withOwners, withAside, withCheckpoints, withCompaction] = [2, 3, 4, 5]

function readStored(db: DatabaseSync): StoredReader {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
  const has = (since: number) => version >= since
  const planOf = 'plan = (SELECT number FROM plans WHERE id = ?)'

  function atOneMoment<T>(read: () => T): T {
    db.exec('BEGIN')
    try {
      return read()
    }
    finally {
      db.exec('ROLLBACK')
    }
  }

  return {
    version,
    isNewer: version > storedVersion,
    faults() {
      const found = db.prepare('PRAGMA integrity_check(20)').all().map(row => String(row.integrity_check)).filter(words => words !== 'ok')
      const keys = db.prepare('PRAGMA foreign_key_check').all().slice(0, 20)
      return [...found, ...keys.map(({ table, rowid, parent }) => `${String(table)} ${String(rowid)} names no row of ${String(parent)}`)]
    },
    plans: () => db.prepare(`
      SELECT id, epoch, ${has(withAside) ? 'set_aside_at' : 'NULL'} AS aside, coalesce((SELECT max(seq) FROM updates WHERE plan = number), 0) AS seq
      FROM plans ORDER BY number`).all()
      .map(({ id, epoch, aside, seq }) => ({ planId: String(id), epoch: String(epoch), isSetAside: aside !== null, through: Number(seq) })),
    read: planId => atOneMoment(() => {
      const compacted = has(withCompaction) ? 'from_seq, members' : 'NULL AS from_seq, NULL AS members'
      const rows = db.prepare(`SELECT seq, member, client_ids, bytes, crc, ${compacted} FROM updates WHERE ${planOf} ORDER BY seq`).all(planId)
      const owners = has(withOwners) ? db.prepare(`SELECT client_id, member FROM client_ids WHERE ${planOf}`).all(planId) : null
      const checkpoint = has(withCheckpoints) ? openCheckpointTable(db).read(planId) : null
      const isKept = has(withCheckpoints) && db.prepare(`SELECT 1 FROM checkpoints WHERE ${planOf}`).get(planId) !== undefined
      return {
        rows: rows.map(toRow),
        checkpoint,
        isCheckpointDamaged: isKept && checkpoint === null,
        owners: new Map(owners ? owners.map(found => [Number(found.client_id), String(found.member)]) : ownersBefore(rows)),
      }
    }),
    close: () => db.close(),
  }
}

function toRow({ seq, from_seq: from, member, members, client_ids: clientIds, bytes, crc }: Record<string, SQLOutputValue>): ReadRow {
  const isBytes = bytes instanceof Uint8Array
  return {
    from: Number(from ?? seq),
    through: Number(seq),
    members: typeof members === 'string' ? listIn(members).map(String) : [String(member)],
    clientIds: listIn(clientIds).map(Number),
    update: isBytes ? bytes : new Uint8Array(),
    isSound: isBytes && crc32(bytes) === crc,
  }
}

/** Before client ids had owners they were the first one's who wrote under them: everybody's, as far as can be told. */
const ownersBefore = (rows: readonly Record<string, SQLOutputValue>[]) =>
  rows.toReversed().flatMap(({ client_ids: ids, member }) => listIn(ids).map((id): [number, string] => [Number(id), String(member)]))

function listIn(json: SQLOutputValue | undefined): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(String(json))
    return Array.isArray(list) ? list : []
  }
  catch {
    return []
  }
}
