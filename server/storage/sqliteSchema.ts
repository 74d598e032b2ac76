import { existsSync, mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FolderInUseError, FolderUnfitError } from './contracts.ts'

/** What a file system says it is, for those that do not keep what fsync promises: NFS, SMB, CIFS, SMB2. */
const networkFileSystems = new Set([0x6969, 0x517B, 0xFF534D42, 0xFE534D42])

const tablesAtFirst = `
CREATE TABLE plans (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  region TEXT NOT NULL,
  reform TEXT NOT NULL,
  epoch TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  title TEXT NOT NULL
) STRICT;
CREATE TABLE updates (
  plan INTEGER NOT NULL REFERENCES plans(number),
  seq INTEGER NOT NULL,
  member TEXT NOT NULL,
  client_ids TEXT NOT NULL,
  at INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  crc INTEGER NOT NULL,
  touches TEXT NOT NULL,
  PRIMARY KEY (plan, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE changes (
  number INTEGER PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES plans(number),
  id TEXT NOT NULL,
  member TEXT NOT NULL,
  register TEXT NOT NULL,
  row TEXT NOT NULL,
  field TEXT NOT NULL,
  set_member TEXT,
  begun_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  lost TEXT,
  UNIQUE (plan, id)
) STRICT;
CREATE INDEX changes_by_cell ON changes (plan, register, row, field);
CREATE TABLE members (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  organisation TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE memberships (
  plan INTEGER NOT NULL REFERENCES plans(number),
  member TEXT NOT NULL REFERENCES members(id),
  role TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (plan, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_member ON memberships (member);
CREATE TABLE sign_in_tokens (
  hash BLOB PRIMARY KEY,
  member TEXT NOT NULL REFERENCES members(id),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  hash BLOB PRIMARY KEY,
  member TEXT NOT NULL REFERENCES members(id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

/** Client ids had no table of their own: they are the first one's who wrote under them. Id 1 is the server's, and nobody's. */
const tableOfClientIds = `
CREATE TABLE client_ids (
  plan INTEGER NOT NULL REFERENCES plans(number),
  client_id INTEGER NOT NULL,
  member TEXT NOT NULL,
  PRIMARY KEY (plan, client_id)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO client_ids (plan, client_id, member)
  SELECT plan, json_each.value, member FROM updates, json_each(updates.client_ids)
  WHERE member <> 'server' AND json_each.value <> 1 ORDER BY plan, seq;
`
/** Who made a plan, the years it is for, plans that are set aside, and reform sets. */
const tablesOfNewPlans = `
ALTER TABLE plans ADD COLUMN made_by TEXT;
ALTER TABLE plans ADD COLUMN made_with TEXT;
ALTER TABLE plans ADD COLUMN period TEXT;
ALTER TABLE plans ADD COLUMN set_aside_at INTEGER;
CREATE UNIQUE INDEX plans_by_maker ON plans (made_by, made_with) WHERE made_by IS NOT NULL;
CREATE TABLE reforms (
  id TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`
/** At most one a plan. All of it can be made again from the updates. */
const tableOfCheckpoints = `
CREATE TABLE checkpoints (
  plan INTEGER PRIMARY KEY REFERENCES plans(number),
  seq INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  vector BLOB NOT NULL,
  hash TEXT NOT NULL,
  schema INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
`
/**
 * Rows of updates that stand for neighbours put together: from which on, and by whom all of them were; `seq` and `at` are the last
 * one's. How far that, and the folding of change lines, has come. And why a plan began another epoch.
 */
const tablesOfCompaction = `
ALTER TABLE updates ADD COLUMN from_seq INTEGER;
ALTER TABLE updates ADD COLUMN from_at INTEGER;
ALTER TABLE updates ADD COLUMN members TEXT;
ALTER TABLE plans ADD COLUMN compacted_through INTEGER NOT NULL DEFAULT 0;
CREATE TABLE folded (through INTEGER NOT NULL) STRICT;
INSERT INTO folded (through) VALUES (0);
CREATE TABLE epochs (
  plan INTEGER NOT NULL REFERENCES plans(number),
  epoch TEXT NOT NULL,
  at INTEGER NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (plan, epoch)
) STRICT, WITHOUT ROWID;
`
/**
 * Addresses, ends and limits of what somebody may do, those who stand in for others, offices across plans, ways in, invitations and
 * contacts. And what happened with all that: a line that is written stays as it is.
 */
const tablesOfAccess = `
ALTER TABLE members ADD COLUMN email TEXT;
ALTER TABLE members ADD COLUMN email_proven_at INTEGER;
ALTER TABLE members ADD COLUMN erased_at INTEGER;
CREATE UNIQUE INDEX members_by_email ON members (email) WHERE email IS NOT NULL;
ALTER TABLE memberships ADD COLUMN registers TEXT;
ALTER TABLE memberships ADD COLUMN until INTEGER;
ALTER TABLE memberships ADD COLUMN seen_at INTEGER;
ALTER TABLE sessions ADD COLUMN way TEXT NOT NULL DEFAULT 'printed-link';
CREATE INDEX sessions_by_member ON sessions (member);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE TABLE deputies (
  id TEXT PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES plans(number),
  member TEXT NOT NULL REFERENCES members(id),
  deputy TEXT NOT NULL REFERENCES members(id),
  from_at INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deputies_by_deputy ON deputies (deputy, plan);
CREATE INDEX deputies_by_plan ON deputies (plan);
CREATE INDEX deputies_by_member ON deputies (member);
CREATE TABLE offices (
  member TEXT NOT NULL REFERENCES members(id),
  office TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (member, office)
) STRICT, WITHOUT ROWID;
CREATE TABLE identities (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  member TEXT NOT NULL REFERENCES members(id),
  since INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE TABLE sign_in_asks (
  device BLOB PRIMARY KEY,
  email TEXT NOT NULL,
  code_hash BLOB NOT NULL,
  link_hash BLOB NOT NULL UNIQUE,
  tries INTEGER NOT NULL DEFAULT 0,
  at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_asks_by_end ON sign_in_asks (expires_at);
CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES plans(number),
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  organisation TEXT NOT NULL,
  role TEXT NOT NULL,
  registers TEXT,
  until INTEGER,
  hash BLOB NOT NULL UNIQUE,
  invited_by TEXT,
  at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  mail TEXT NOT NULL DEFAULT 'none',
  taken_at INTEGER,
  taken_by TEXT,
  withdrawn_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_by_plan ON invitations (plan);
CREATE INDEX invitations_by_email ON invitations (email);
CREATE INDEX invitations_by_inviter ON invitations (invited_by, at);
CREATE TABLE contacts (
  id TEXT PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES plans(number),
  name TEXT NOT NULL,
  organisation TEXT NOT NULL,
  position TEXT NOT NULL,
  email TEXT,
  from_day TEXT,
  until_day TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_by_plan ON contacts (plan);
CREATE TABLE access_log (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  plan TEXT,
  event TEXT NOT NULL,
  by_member TEXT,
  about TEXT,
  facts TEXT NOT NULL
) STRICT;
CREATE INDEX access_log_by_plan ON access_log (plan, number);
CREATE INDEX access_log_by_member ON access_log (about, number) WHERE plan IS NULL;
CREATE INDEX access_log_about ON access_log (about) WHERE about IS NOT NULL;
CREATE INDEX access_log_by ON access_log (by_member) WHERE by_member IS NOT NULL;
CREATE INDEX changes_by_member ON changes (member);
CREATE TRIGGER access_log_is_not_changed BEFORE UPDATE ON access_log BEGIN SELECT RAISE(ABORT, 'the access log is not changed'); END;
CREATE TRIGGER access_log_is_not_shortened BEFORE DELETE ON access_log BEGIN SELECT RAISE(ABORT, 'the access log is not shortened'); END;
CREATE TRIGGER access_log_is_not_replaced BEFORE INSERT ON access_log WHEN EXISTS (SELECT 1 FROM access_log WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'the access log is not changed'); END;
`
/**
 * That words were taken out of a plan for good, and a whole plan: who, when and why, and nothing of what it was. And whether the file is
 * still to be written anew after that.
 */
const tablesOfRedactions = `
CREATE TABLE redactions (
  number INTEGER PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES plans(number),
  register TEXT NOT NULL,
  row TEXT NOT NULL,
  field TEXT NOT NULL,
  set_member TEXT,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  why TEXT NOT NULL,
  old_epoch TEXT NOT NULL,
  new_epoch TEXT NOT NULL
) STRICT;
CREATE INDEX redactions_by_plan ON redactions (plan);
CREATE TABLE erasures (
  number INTEGER PRIMARY KEY,
  plan TEXT NOT NULL,
  at INTEGER NOT NULL,
  why TEXT NOT NULL
) STRICT;
CREATE TABLE wipe (due INTEGER NOT NULL) STRICT;
INSERT INTO wipe (due) VALUES (0);
`
/** What makes each version of the stored tables out of the one before. */
const steps: readonly string[] = [
  tablesAtFirst, tableOfClientIds, tablesOfNewPlans, tableOfCheckpoints, tablesOfCompaction, tablesOfAccess, tablesOfRedactions,
]
export const storedVersion = steps.length
export const databaseName = 'plantavle.db'
/** What a restore writes, until all of it is there (S34). */
export const restoringName = 'plantavle.db.restoring'
/** Where compiled code of the server's threads lies: nothing that is missed. */
export const compiledName = 'compiled'

export interface Folder { readonly db: DatabaseSync, close(): void }

/**
 * Opens the data folder for this process alone. The lock is a transaction that is never ended, in a database of its own:
 * it dies with the process, whatever kills it (S3).
 */
export function openFolder(folder: string, { busyTimeoutMs, lockTimeoutMs }: { busyTimeoutMs: number, lockTimeoutMs: number }): Folder {
  makeFolder(folder)
  const lock = takeLock(folder, lockTimeoutMs)
  try {
    if (existsSync(join(folder, restoringName)))
      throw new FolderUnfitError(`a restore into the data folder ${folder} was interrupted: run it again, or empty the folder`)
    const db = new DatabaseSync(join(folder, databaseName), { timeout: busyTimeoutMs })
    configure(db, busyTimeoutMs)
    raiseSchema(db)
    return {
      db,
      close() {
        db.close()
        lock.close()
      },
    }
  }
  catch (error) {
    lock.close()
    throw error
  }
}

/** Makes the folder where it is not there, and holds it as a server does, until the returned function is called. */
export function holdFolder(folder: string): () => void {
  makeFolder(folder)
  const lock = takeLock(folder, 0)
  return () => lock.close()
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }
  catch (error) {
    throw new FolderUnfitError(`the data folder ${folder} cannot be made`, { cause: error })
  }
  if (networkFileSystems.has(statfsSync(folder).type))
    throw new FolderUnfitError(`the data folder ${folder} is on a network file system, which does not keep what it says is written`)
}

function takeLock(folder: string, timeoutMs: number): DatabaseSync {
  let lock: DatabaseSync | null = null
  try {
    lock = new DatabaseSync(join(folder, 'lock.db'), { timeout: timeoutMs })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  }
  catch (error) {
    lock?.close()
    if (isBusy(error))
      throw new FolderInUseError(`the data folder ${folder} is in use by another server or command`)
    throw new FolderUnfitError(`the data folder ${folder} cannot be written to`, { cause: error })
  }
}

/** Set at every open, and read back: a database that does not keep to it must not be written to (S2). */
function configure(db: DatabaseSync, busyTimeoutMs: number): void {
  db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON`)
  const full = 2
  const wanted = { journal_mode: 'wal', synchronous: full, foreign_keys: 1, busy_timeout: busyTimeoutMs }
  for (const [name, value] of Object.entries(wanted)) {
    const [found] = Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})
    if (found !== value)
      throw new FolderUnfitError(`the database has ${name} = ${String(found)}, not ${value}`)
  }
}

export function raiseSchema(db: DatabaseSync): void {
  const found = Number(db.prepare('PRAGMA user_version').get()?.user_version)
  if (found === storedVersion)
    return
  if (found > storedVersion)
    throw new FolderUnfitError(`the data folder was written by a newer server (version ${found}, this one knows ${storedVersion})`)
  db.exec(`BEGIN; ${steps.slice(found).join('')} PRAGMA user_version = ${storedVersion}; COMMIT`)
}

function isBusy(error: unknown): boolean {
  const busy = 5
  return error instanceof Error && 'errcode' in error && error.errcode === busy
}
