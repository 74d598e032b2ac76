import type * as Y from 'yjs'
import type { StateHash } from '#shared/plan/stateHash.ts'

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
  let isClosed = false
  let again = setTimeout(begin, firstMs)
  const timer = setInterval(begin, everyMs)

  /** Where it cannot be fetched now, the next minute will do. */
  function begin() {
    import('#shared/plan/stateHash.ts').then(({ openStateHash }) => {
      if (!isClosed)
        prepare(own ??= openStateHash(doc))
    }, () => {})
  }
  /** A large plan is read a little at a time, so that nobody who types waits for it. */
  function prepare(hash: StateHash) {
    clearTimeout(again)
    if (!hash.readAhead(rowsAtOnce))
      again = setTimeout(prepare, betweenMs, hash)
    else if (mayCompare())
      ask()
  }

  return {
    compare(hash) {
      if (!own || !mayCompare())
        return
      const differs = own.read() !== hash
      if (differs && isInDoubt)
        return onDiffers()
      isInDoubt = differs
      clearTimeout(again)
      if (differs)
        again = setTimeout(prepare, againMs, own)
    },
    close() {
      isClosed = true
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
