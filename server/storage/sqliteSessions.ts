import type { DatabaseSync } from 'node:sqlite'
import { browserNames, browserSystems, waysIn, type Browser, type WayIn } from '#shared/protocol/access.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { AccessNote, NewSession, SessionOfMember, StoredMember, StoredSession } from './people.ts'
import type { PutNote } from './sqliteAccessLog.ts'
import type { DeviceTables } from './sqliteDevices.ts'
import { toMember } from './sqliteMembers.ts'

/** The tables of sign-in links and of sessions. Synchronous; lives in the worker. */
export function openSessionTables(db: DatabaseSync, { devices, putNote }: { readonly devices: DeviceTables, readonly putNote: PutNote }) {
  const insertToken = db.prepare('INSERT INTO sign_in_tokens (hash, member, created_at) VALUES (?, ?, ?)')
  const selectTokenMember = db.prepare(`
    SELECT m.id, m.name, m.organisation FROM sign_in_tokens t JOIN members m ON m.id = t.member WHERE t.hash = ?`)
  const insertSession = db.prepare('INSERT INTO sessions (hash, member, way, created_at, expires_at) VALUES (?, ?, ?, ?, ?)')
  const selectSession = db.prepare(`
    SELECT m.id, m.name, m.organisation, s.way, s.expires_at FROM sessions s JOIN members m ON m.id = s.member
    WHERE s.hash = ? AND s.expires_at > ?`)
  const selectMember = db.prepare('SELECT member FROM sessions WHERE hash = ?')
  const updateBrowser = db.prepare('UPDATE sessions SET browser = ? WHERE hash = ?')
  const selectSessionsOf = db.prepare('SELECT hash, way, created_at, expires_at, browser FROM sessions WHERE member = ? AND expires_at > ? ORDER BY created_at DESC')
  const deleteSession = db.prepare('DELETE FROM sessions WHERE hash = ?')
  const deleteExpired = db.prepare('DELETE FROM sessions WHERE expires_at <= ?')
  const deleteSessionsOf = db.prepare('DELETE FROM sessions WHERE member = ?')
  const deleteTokensOf = db.prepare('DELETE FROM sign_in_tokens WHERE member = ?')

  function begin({ memberId }: StoredMember, { hash, way, at, expiresAt }: NewSession): void {
    deleteExpired.run(at)
    insertSession.run(hash, memberId, way, at, expiresAt)
    putNote({ at, event: 'signed-in', planId: null, by: memberId, about: memberId, facts: { way } })
  }
  function endSessionsOf(memberId: MemberId): void {
    deleteSessionsOf.run(memberId)
  }
  /** Sessions, sign-in links, and what their browsers are known by. */
  function endWaysOf(memberId: MemberId): void {
    deleteSessionsOf.run(memberId)
    deleteTokensOf.run(memberId)
    devices.forgetDevicesOf(memberId)
  }
  const tokenMember = (hash: Uint8Array): StoredMember | null => {
    const found = selectTokenMember.get(hash)
    return found ? toMember(found) : null
  }

  return {
    begin, endSessionsOf, endWaysOf,
    isOf: (hash: Uint8Array, memberId: MemberId): boolean => selectMember.get(hash)?.member === memberId,
    putBrowser(hash: Uint8Array, { name, system }: Browser): void {
      updateBrowser.run(`${name ?? ''}/${system ?? ''}`, hash)
    },
    operations: {
      addToken(hash: Uint8Array, memberId: MemberId, at: Instant): void {
        insertToken.run(hash, memberId, at)
      },
      tokenMember,
      beginSession(tokenHash: Uint8Array, session: NewSession): StoredMember | null {
        const found = tokenMember(tokenHash)
        if (found)
          begin(found, session)
        return found
      },
      session(hash: Uint8Array, now: Instant): StoredSession | null {
        const found = selectSession.get(hash, now)
        return found ? { member: toMember(found), way: toWay(found.way), expiresAt: Number(found.expires_at) } : null
      },
      stands: (hash: Uint8Array, now: Instant): boolean => selectSession.get(hash, now) !== undefined,
      sessionsOf: (memberId: MemberId, now: Instant): SessionOfMember[] => selectSessionsOf.all(memberId, now)
        .map(found => ({ hash: found.hash as Uint8Array, ...toBegun(found) })),
      endSession(hash: Uint8Array, note: AccessNote): void {
        deleteSession.run(hash)
        putNote(note)
      },
      endAllOf(memberId: MemberId, note: AccessNote): void {
        endWaysOf(memberId)
        putNote(note)
      },
    },
  }
}

/** How and when a session began, and until when it lasts. */
export const toBegun = (found: Record<string, unknown>): Omit<SessionOfMember, 'hash'> => ({
  way: toWay(found.way), at: Number(found.created_at), expiresAt: Number(found.expires_at), browser: toBrowser(found.browser),
})

/** Null for none of those we know. */
function toBrowser(stored: unknown): Browser | null {
  const [first, second] = typeof stored === 'string' ? stored.split('/') : []
  const [name, system] = [browserNames.find(one => one === first) ?? null, browserSystems.find(one => one === second) ?? null]
  return name === null && system === null ? null : { name, system }
}

const toWay = (stored: unknown): WayIn => waysIn.find(way => way === stored) ?? 'printed-link'
