/**
 * Addresses, ends and limits of what somebody may do, those who stand in for others, offices across plans, ways in, invitations and
 * contacts. And what happened with all that: a line that is written stays as it is.
 */
export const tablesOfAccess = `
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
 * Which browsers somebody has come in from before: the secret of a cookie as a hash, for each member who has. It opens nothing; whoever has
 * it asks for codes and tries them out of a budget that no stranger can use up.
 */
export const tableOfKnownDevices = `
CREATE TABLE known_devices (
  device BLOB NOT NULL,
  member TEXT NOT NULL REFERENCES members(id),
  since INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (device, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_devices_by_member ON known_devices (member, used_at);
`
/** What the browser of a session is called: `Firefox/Windows`, either part empty where it is not known. NULL: nothing is, or it began before. */
export const columnOfBrowser = `
ALTER TABLE sessions ADD COLUMN browser TEXT;
`
/** What a browser was known by before, and since when it no longer is; and what is asked for whenever somebody comes in, by index. */
export const columnsOfFormerDevices = `
ALTER TABLE known_devices ADD COLUMN former BLOB;
ALTER TABLE known_devices ADD COLUMN moved_at INTEGER;
CREATE INDEX known_devices_by_former ON known_devices (former) WHERE former IS NOT NULL;
CREATE INDEX known_devices_by_use ON known_devices (used_at);
CREATE INDEX sign_in_tokens_by_member ON sign_in_tokens (member);
CREATE INDEX identities_by_member ON identities (member);
`
