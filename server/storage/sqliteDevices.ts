import type { DatabaseSync } from 'node:sqlite'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import { deviceLastsMs } from './people.ts'

export type DeviceTables = ReturnType<typeof openDeviceTables>

/** Of one member the latest are known, and at one browser the latest of those who come in by it. */
const mostOfMember = 20
const mostOfDevice = 50
/** An answer with a new secret may be lost on its way: so long the one before is good as well. */
const formerLastsMs = 10 * 60_000

/** The table of browsers that somebody has come in from before. Synchronous; lives in the worker. */
export function openDeviceTables(db: DatabaseSync) {
  const deleteOld = db.prepare('DELETE FROM known_devices WHERE used_at <= ?')
  // What the browser has shown is what it has: where it was the one before, that stays it.
  const move = db.prepare(`
    UPDATE known_devices SET device = ?1, former = ?2, moved_at = ?3 WHERE device = ?2 OR (former = ?2 AND moved_at > ?3 - ${formerLastsMs})`)
  const upsert = db.prepare(`
    INSERT INTO known_devices (device, member, since, used_at) VALUES (?1, ?2, ?3, ?3) ON CONFLICT (device, member) DO UPDATE SET used_at = excluded.used_at`)
  const deleteBeyondOfMember = db.prepare(`
    DELETE FROM known_devices WHERE member = ?1
      AND device NOT IN (SELECT device FROM known_devices WHERE member = ?1 ORDER BY used_at DESC, device = ?2 DESC LIMIT ${mostOfMember})`)
  const deleteBeyondOfDevice = db.prepare(`
    DELETE FROM known_devices WHERE device = ?1
      AND member NOT IN (SELECT member FROM known_devices WHERE device = ?1 ORDER BY used_at DESC, member = ?2 DESC LIMIT ${mostOfDevice})`)
  const selectKnown = db.prepare(`
    SELECT d.since FROM known_devices d JOIN members m ON m.id = d.member
    WHERE (d.device = ?1 OR (d.former = ?1 AND d.moved_at > ?3 - ${formerLastsMs})) AND m.email = ?2 AND d.used_at > ?3 - ${deviceLastsMs}`)
  const deleteOf = db.prepare('DELETE FROM known_devices WHERE member = ?')

  return {
    /** Somebody has come in: what their browser is known by from now on, and for whoever it was known by `former`. */
    knowDevice(device: Uint8Array, former: Uint8Array | null, memberId: MemberId, at: Instant): void {
      deleteOld.run(at - deviceLastsMs)
      if (former)
        move.run(device, former, at)
      upsert.run(device, memberId, at)
      deleteBeyondOfMember.run(memberId, device)
      deleteBeyondOfDevice.run(device, memberId)
    },
    deviceKnownSince(device: Uint8Array, email: string, now: Instant): Instant | null {
      const found = selectKnown.get(device, email, now)
      return found ? Number(found.since) : null
    },
    forgetDevicesOf(memberId: MemberId): void {
      deleteOf.run(memberId)
    },
  }
}
