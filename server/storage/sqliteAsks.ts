import { timingSafeEqual } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '#shared/plan/values.ts'
import type { AskOutcome, SignInAsk } from './people.ts'

/** The table of codes and links that were asked for. Synchronous; lives in the worker. */
export function openAskTables(db: DatabaseSync) {
  const deleteOldAsks = db.prepare('DELETE FROM sign_in_asks WHERE expires_at <= ? - 3600000')
  const upsertAsk = db.prepare(`
    INSERT OR REPLACE INTO sign_in_asks (device, email, code_hash, link_hash, tries, at, expires_at) VALUES (?, ?, ?, ?, 0, ?, ?)`)
  const selectAsk = db.prepare('SELECT device, email, code_hash, link_hash, tries, at, expires_at FROM sign_in_asks WHERE device = ?')
  const selectAskByLink = db.prepare('SELECT device, email, code_hash, link_hash, at, expires_at FROM sign_in_asks WHERE link_hash = ?')
  const countTry = db.prepare('UPDATE sign_in_asks SET tries = tries + 1 WHERE device = ?')
  const deleteAsk = db.prepare('DELETE FROM sign_in_asks WHERE device = ?')

  return {
    ask({ device, email, codeHash, linkHash, at, expiresAt }: SignInAsk): void {
      deleteOldAsks.run(at)
      upsertAsk.run(device, email, codeHash, linkHash, at, expiresAt)
    },
    asked(device: Uint8Array): string | null {
      const found = selectAsk.get(device)
      return found ? String(found.email) : null
    },
    tryCode(device: Uint8Array, codeHash: Uint8Array, now: Instant, mostTries: number): AskOutcome {
      const found = selectAsk.get(device)
      if (!found)
        return { state: 'none' }
      if (Number(found.expires_at) <= now)
        return { state: 'expired' }
      if (Number(found.tries) >= mostTries)
        return { state: 'used-up' }
      const isRight = timingSafeEqual(found.code_hash as Uint8Array, codeHash)
      ;(isRight ? deleteAsk : countTry).run(device)
      return isRight ? { state: 'right', ask: toAsk(found) } : { state: 'wrong', email: String(found.email) }
    },
    tryLink(device: Uint8Array | null, linkHash: Uint8Array, now: Instant): AskOutcome {
      const found = selectAskByLink.get(linkHash)
      if (!found)
        return { state: 'none' }
      if (Number(found.expires_at) <= now)
        return { state: 'expired' }
      const asked = found.device as Uint8Array
      if (!device || !timingSafeEqual(asked, device))
        return { state: 'other-device' }
      deleteAsk.run(asked)
      return { state: 'right', ask: toAsk(found) }
    },
  }
}

const toAsk = (found: Record<string, unknown>): SignInAsk => ({
  device: found.device as Uint8Array, email: String(found.email), codeHash: found.code_hash as Uint8Array, linkHash: found.link_hash as Uint8Array,
  at: Number(found.at), expiresAt: Number(found.expires_at),
})
