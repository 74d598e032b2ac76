import type { Instant } from '#shared/plan/values.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'

/** Where the person's changes are. `unsent` counts changed cells; `since` is when the oldest of them was made. */
export type SaveState =
  | { readonly state: 'opening' }
  /** The server has everything on disk; `at` is when it last said so. */
  | { readonly state: 'saved', readonly at: Instant }
  /** The line is up, and the server has not yet acknowledged all. */
  | { readonly state: 'saving', readonly unsent: number, readonly since: Instant }
  /** The line is down, or nothing can be saved: `unsent` changes are written on this device. With none unsent, `since` is when the line went. */
  | { readonly state: 'on-device', readonly unsent: number, readonly since: Instant }
  /** Neither the server nor the device has them. */
  | { readonly state: 'not-saved', readonly unsent: number, readonly since: Instant }
  /** The server sent us away for good. `kept`: all unsent changes are written on this device. */
  | { readonly state: 'stopped', readonly reason: CloseReason, readonly unsent: number, readonly kept: boolean }

export interface SaveFacts {
  readonly now: Instant
  readonly isOpen: boolean
  readonly stopped: CloseReason | null
  /** The line is up, and each half has what the other had. */
  readonly isLive: boolean
  /** The server has told that it can save nothing now. */
  readonly isBarred: boolean
  /** The first attempt to reach the server has not ended. */
  readonly isFirstAttempt: boolean
  readonly downSince: Instant
  readonly savedAt: Instant | null
  readonly unsent: number
  /** Of the unsent, those that the device has written. */
  readonly kept: number
  readonly oldestUnsent: Instant | null
  /** When the oldest change was made that waits for the device; null when none does. */
  readonly oldestUnkept: Instant | null
  readonly deviceFails: boolean
  readonly deviceLasts: boolean
}

/** A write to the device takes some milliseconds. Until it is overdue the screen counts what is written, and no more. */
export const deviceIsLateAfterMs = 300

export function saveStateOf(facts: SaveFacts): SaveState {
  const { stopped, isOpen, isLive, isBarred, unsent, now, downSince, oldestUnkept, deviceLasts } = facts
  const since = facts.oldestUnsent ?? downSince
  if (stopped)
    return { state: 'stopped', reason: stopped, unsent, kept: unsent === 0 || (deviceLasts && oldestUnkept === null) }
  if (!isOpen)
    return { state: 'opening' }
  if (isLive && !(isBarred && unsent > 0))
    return unsent === 0 ? { state: 'saved', at: facts.savedAt ?? now } : { state: 'saving', unsent, since }
  const isLate = oldestUnkept !== null && (facts.deviceFails || now - oldestUnkept >= deviceIsLateAfterMs)
  if (unsent > 0 && (!deviceLasts || isLate))
    return { state: 'not-saved', unsent, since }
  if (unsent > 0)
    return { state: 'on-device', unsent: facts.kept, since }
  if (facts.isFirstAttempt)
    return { state: 'opening' }
  if (deviceLasts)
    return { state: 'on-device', unsent: 0, since: downSince }
  // Nothing is unsent and nothing is kept: what was said last is still so.
  return facts.savedAt === null ? { state: 'not-saved', unsent: 0, since: downSince } : { state: 'saved', at: facts.savedAt }
}
