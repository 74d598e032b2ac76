import type { DatabaseSync } from 'node:sqlite'
import { columnOfBrowser, columnsOfFormerDevices, tableOfKnownDevices, tablesOfAccess } from './sqliteAccessTables.ts'
import { putAddressesInOneForm } from './sqliteAddresses.ts'

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
/** What makes each version of the stored tables out of the one before: SQL, or what works on the rows. */
export const steps: readonly (string | ((db: DatabaseSync) => void))[] = [
  tablesAtFirst, tableOfClientIds, tablesOfNewPlans, tableOfCheckpoints, tablesOfCompaction, tablesOfAccess, tablesOfRedactions, tableOfKnownDevices,
  columnOfBrowser, columnsOfFormerDevices, putAddressesInOneForm,
]
