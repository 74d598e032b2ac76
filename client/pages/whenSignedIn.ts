import { watch } from 'vue'
import { askWhoIsSignedIn, onSignedInElsewhere } from '../plan/signedIn.ts'

/** While a page waits for somebody to be signed in, it hears when that may have happened at another page of this browser (U132). */
export function whenHeardOf(waits: () => boolean, heard: () => void): void {
  watch(waits, (isWaiting, _before, onCleanup) => {
    if (!isWaiting)
      return
    const ended = new AbortController()
    onCleanup(() => ended.abort())
    onSignedInElsewhere(heard, ended.signal)
  }, { immediate: true })
}

/** The same, for a page that goes on with whoever it is: only when somebody is. */
export function whenSignedIn(waits: () => boolean, goOn: () => void): void {
  let isAsking = false
  whenHeardOf(waits, () => void look())
  async function look() {
    if (isAsking)
      return
    isAsking = true
    const who = await askWhoIsSignedIn()
    isAsking = false
    if (who.state === 'member' && waits())
      goOn()
  }
}
