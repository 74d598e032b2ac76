/** Takes from a database what came to its tables with access, and with everything after that: the folder of an older server is left. */
export const beforeAccess = `
DROP TABLE IF EXISTS known_devices; DROP INDEX IF EXISTS sign_in_tokens_by_member; DROP TABLE IF EXISTS redactions; DROP TABLE IF EXISTS erasures; DROP TABLE IF EXISTS wipe;
DROP TABLE access_log; DROP TABLE contacts; DROP TABLE invitations; DROP TABLE sign_in_asks; DROP TABLE identities; DROP TABLE offices;
DROP TABLE deputies; DROP INDEX changes_by_member; DROP INDEX sessions_by_member; DROP INDEX sessions_by_end; DROP INDEX members_by_email;
ALTER TABLE sessions DROP COLUMN browser; ALTER TABLE sessions DROP COLUMN way; ALTER TABLE memberships DROP COLUMN seen_at; ALTER TABLE memberships DROP COLUMN until;
ALTER TABLE memberships DROP COLUMN registers; ALTER TABLE members DROP COLUMN erased_at; ALTER TABLE members DROP COLUMN email;
ALTER TABLE members DROP COLUMN email_proven_at;
`
