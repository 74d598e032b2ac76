import { watch } from 'vue'
import { askWhoIsSignedIn, onSignedInElsewhere, type SignedIn } from '../plan/signedIn.ts'
import type { MemberId } from '#shared/plan/values.ts'

/** While a page waits for somebody to be signed in, it hears of it when that happens at another page of this browser (U132). */
export function whenSignedIn(waits: () => boolean, goOn: (memberId: MemberId) => void, ask: () => Promise<SignedIn> = askWhoIsSignedIn): void {
  let isAsking = false
  watch(waits, (isWaiting, _before, onCleanup) => {
    if (!isWaiting)
      return
    const ended = new AbortController()
    onCleanup(() => ended.abort())
    onSignedInElsewhere(() => void look(ended.signal), ended.signal)
  }, { immediate: true })

  async function look(signal: AbortSignal) {
    if (isAsking)
      return
    isAsking = true
    const who = await ask()
    isAsking = false
    if (who.state === 'member' && !signal.aborted)
      goOn(who.memberId)
  }
}
