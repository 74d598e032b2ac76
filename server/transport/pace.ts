import { limits } from '#shared/protocol/limits.ts'
import type { Clock } from '../time/clock.ts'
import { openBucket } from './bucket.ts'

/**
 * How fast one connection is read. What comes too fast is left on the line until its time has come, and so is all of it while
 * the connection is held: nothing is lost, and nothing changes places (T16). Held from the beginning.
 */
export interface Pace {
  /** Something has come: `run` now, or in its turn. Only what was read in one go with it can still come and wait here. */
  take(bytes: number, run: () => void): void
  /** Reads nothing until `letGo`, however much might be. */
  hold(): void
  letGo(): void
  isReading(): boolean
  /** Forgets what waits, and leaves the line to its owner. */
  close(): void
}

interface PaceParts {
  readonly clock: Clock
  readonly pause: () => void
  readonly resume: () => void
  /** It was too fast, and is left on the line for a while. */
  readonly onPaced?: () => void
}

export function openPace({ clock, pause, resume, onPaced }: PaceParts): Pace {
  const messages = openBucket(clock, limits.pace.messages)
  const bytes = openBucket(clock, limits.pace.bytes)
  const waiting: { readonly bytes: number, readonly run: () => void }[] = []
  let isHeld = true
  let isReading = false
  let isClosed = false
  let stopWaiting: (() => void) | null = null
  pause()

  function goOn(): void {
    for (let next = waiting[0]; next && !isHeld && isItsTurn(next.bytes); next = waiting[0]) {
      waiting.shift()
      messages.take(1)
      bytes.take(next.bytes)
      next.run()
    }
    readOrNot()
  }

  function isItsTurn(size: number): boolean {
    const waitMs = Math.max(messages.waitMs(1), bytes.waitMs(size))
    if (waitMs > 0 && !stopWaiting) {
      onPaced?.()
      stopWaiting = clock.after(waitMs, () => {
        stopWaiting = null
        goOn()
      })
    }
    return waitMs === 0
  }

  function readOrNot(): void {
    const mayRead = !isHeld && waiting.length === 0
    if (isClosed || mayRead === isReading)
      return
    isReading = mayRead
    if (mayRead)
      resume()
    else
      pause()
  }

  return {
    take(size, run) {
      if (isClosed)
        return
      waiting.push({ bytes: size, run })
      // Behind another: that one's turn is its too.
      if (waiting.length === 1)
        goOn()
    },
    hold() {
      isHeld = true
      readOrNot()
    },
    letGo() {
      isHeld = false
      goOn()
    },
    isReading: () => isReading,
    close() {
      isClosed = true
      waiting.length = 0
      stopWaiting?.()
      stopWaiting = null
    },
  }
}
