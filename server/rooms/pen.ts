import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { ChangeLine, LogEntry, PlanLog } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'

/** Hands to the log what a room has admitted, in order. */
export interface Pen {
  /** `onDurable` is called when it is on disk. It may wait here a moment where the room is one of many (S31). */
  write(entry: Omit<LogEntry, 'changes'>, onDurable: () => void): void
  bind(client: number, to: MemberId, onDurable: () => void): void
  /** Hands over all that waits. */
  finish(): void
  /** Forgets what waits. */
  drop(): void
}

/** From so many peers on a room writes no more often than this: each commit is a write to the disk, and then one to every peer. */
const manyPeers = 20
const betweenCommitsMs = 16
/** More than this is handed over at once. */
const maxEntries = 256
const maxBytes = 512 * 1024

interface PenParts {
  readonly log: PlanLog
  readonly clock: Clock
  readonly countPeers: () => number
  /** The lines of all that has changed since it was last asked. */
  readonly takeChanges: () => readonly ChangeLine[]
  /** Something is on disk that was not. */
  readonly onWritten: () => void
  readonly onFailure: (what: string, error: unknown) => void
}

export function openPen({ log, clock, countPeers, takeChanges, onWritten, onFailure }: PenParts): Pen {
  let waiting: { readonly entry: LogEntry, readonly onDurable: () => void }[] = []
  let bytes = 0
  let handedOverAt: Instant = -Infinity
  let stopWaiting: (() => void) | null = null

  function whenDurable(writing: Promise<unknown>, tell: () => void): void {
    writing.then(() => {
      tell()
      onWritten()
    }, (error: unknown) => onFailure('writing failed', error))
  }

  function handOver(): void {
    stopWaiting?.()
    stopWaiting = null
    const last = waiting.at(-1)
    if (!last)
      return
    const batch = waiting
    waiting = []
    bytes = 0
    handedOverAt = clock.now()
    const entries = batch.map(({ entry }) => entry)
    try {
      entries[entries.length - 1] = { ...last.entry, changes: takeChanges() }
    }
    catch (error) {
      return onFailure('what has changed could not be read', error)
    }
    whenDurable(log.append(...entries), () => batch.forEach(({ onDurable }) => onDurable()))
  }

  return {
    write(entry, onDurable) {
      waiting.push({ entry: { ...entry, changes: [] }, onDurable })
      bytes += entry.update.byteLength
      // The machine's time may be set back.
      const waitMs = countPeers() < manyPeers ? 0 : Math.min(handedOverAt + betweenCommitsMs - clock.now(), betweenCommitsMs)
      if (waitMs <= 0 || waiting.length >= maxEntries || bytes > maxBytes)
        handOver()
      else
        stopWaiting ??= clock.after(waitMs, handOver)
    },
    bind(client, to, onDurable) {
      handOver()
      whenDurable(log.bind(client, to), onDurable)
    },
    finish: handOver,
    drop() {
      stopWaiting?.()
      stopWaiting = null
      waiting = []
    },
  }
}
