import type * as Y from 'yjs'
import { openStateHash, type StateHash } from '#shared/plan/stateHash.ts'

/** Soon after the opening and then each minute: whether our document is the server's (C23). */
export interface StateCheck {
  /** The server's answer to a question. */
  compare(hash: string): void
  close(): void
}

export function openStateCheck({ doc, mayCompare, ask, onDiffers }: {
  doc: Y.Doc
  /** Both hold the same, as far as anybody knows: the line is up, and nothing of ours is on its way. */
  mayCompare: () => boolean
  ask: () => void
  /** It differed twice in a row. */
  onDiffers: () => void
}): StateCheck {
  let own: StateHash | null = null
  let isInDoubt = false
  let again = setTimeout(prepare, firstMs)
  const timer = setInterval(prepare, everyMs)

  /** A large plan is read a little at a time, so that nobody who types waits for it. */
  function prepare() {
    own ??= openStateHash(doc)
    clearTimeout(again)
    if (!own.readAhead(rowsAtOnce))
      again = setTimeout(prepare, betweenMs)
    else if (mayCompare())
      ask()
  }

  return {
    compare(hash) {
      if (!mayCompare())
        return
      own ??= openStateHash(doc)
      const differs = own.read() !== hash
      if (differs && isInDoubt)
        return onDiffers()
      isInDoubt = differs
      clearTimeout(again)
      if (differs)
        again = setTimeout(prepare, againMs)
    },
    close() {
      clearInterval(timer)
      clearTimeout(again)
      own?.close()
    },
  }
}

const everyMs = 60_000
/** What was wrong on the device is found before much is built on it. */
const firstMs = 10_000
/** What a slow device reads in a part of a frame, and the time for others in between. */
const rowsAtOnce = 40
const betweenMs = 30
/** A mismatch is looked at again soon: chance does not repeat itself. */
const againMs = 5_000
