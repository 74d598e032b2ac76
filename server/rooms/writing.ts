import type { Storage } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'

/**
 * Whether anything can be saved now. From a write that failed for the disk's sake until a trial succeeds nothing is taken from
 * anybody: plans are open for reading, and whoever has asked for our frames is told (S37).
 */
export interface Writing {
  isBarred(): boolean
  /** The disk takes nothing. Everybody has heard when this returns. */
  bar(): void
  /** Hears of every change, after it. */
  subscribe(hear: (isBarred: boolean) => void): () => void
  close(): void
}

/** How often it is tried whether the disk takes something again. */
export const trialEveryMs = 3_000

export function openWriting({ storage, clock }: { storage: Pick<Storage, 'tryWriting'>, clock: Clock }): Writing {
  const listeners = new Set<(isBarred: boolean) => void>()
  let isBarred = false
  let stopTrying: (() => void) | null = null
  let isClosed = false

  function put(next: boolean): void {
    isBarred = next
    listeners.forEach(hear => hear(next))
  }

  function tryLater(): void {
    stopTrying = clock.after(trialEveryMs, () => {
      storage.tryWriting().then(() => isClosed || put(false), () => isClosed || tryLater())
    })
  }

  return {
    isBarred: () => isBarred,
    bar() {
      if (isBarred || isClosed)
        return
      put(true)
      tryLater()
    },
    subscribe(hear) {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
    close() {
      isClosed = true
      stopTrying?.()
    },
  }
}
