import { shallowRef, type ShallowRef } from 'vue'

/** Whether the server can save anything now, as far as this page has been told. */
export interface Barring {
  readonly canSave: Readonly<ShallowRef<boolean>>
  /** A new connection, whose server has told nothing yet. */
  startConnection(): void
  tell(isPossible: boolean): void
  /** The server takes updates: what it has not told of, it can. */
  ready(): void
  /** The line is gone. It is soon back, as a rule, to the same; later it is not known any more. */
  down(): void
  close(): void
}

/** Without a line for so long, what is written waits on the device as ever. */
const knownForMs = 10_000

export function openBarring(onUnknown: () => void): Barring {
  const canSave = shallowRef(true)
  let isTold = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function stopWaiting() {
    clearTimeout(timer)
    timer = undefined
  }

  return {
    canSave,
    startConnection() {
      isTold = false
    },
    tell(isPossible) {
      stopWaiting()
      isTold = true
      canSave.value = isPossible
    },
    ready() {
      stopWaiting()
      canSave.value ||= !isTold
    },
    down() {
      if (canSave.value)
        return
      // Attempts that come to nothing are one time away.
      timer ??= setTimeout(() => {
        timer = undefined
        canSave.value = true
        onUnknown()
      }, knownForMs)
    },
    close: stopWaiting,
  }
}
