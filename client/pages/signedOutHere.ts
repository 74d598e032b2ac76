import { computed, readonly, shallowRef, watch, type ShallowRef } from 'vue'
import { readSession as askForSession } from '../features/account/readAccount.ts'
import type { OpenedPlan } from './openedPlan.ts'
import { whenHeardOf } from './whenSignedIn.ts'

export interface SignedOutHere {
  /** Nobody is asked before they want to: what stood on the screen stands, and can be read. */
  readonly isAsking: Readonly<ShallowRef<boolean>>
  /** Who is signed in here now, where that is not whom the plan was opened for. */
  readonly other: Readonly<ShallowRef<string | null>>
  /** The person wants in again. */
  ask(): void
  /** Not now. */
  leave(): void
  /** Somebody has signed in, in this page. */
  signedIn(): Promise<void>
  /** The plan is to be opened for whoever is signed in now. */
  openAsOther(): void
  /** It is to be asked for the first one again. */
  notOther(): void
}

/**
 * When the session ends while a plan stands open it stays as it is, until the same person is signed in again: here, or at another
 * page of this browser. Nobody else gets in without saying so, and nobody gets what another has not sent (U134, U135).
 */
export function useSignedOutHere({ shown, again, readSession = askForSession }: {
  shown: Readonly<ShallowRef<OpenedPlan | null>>
  again: () => Promise<void>
  readSession?: typeof askForSession
}): SignedOutHere {
  const isAsking = shallowRef(false)
  const other = shallowRef<string | null>(null)
  const isOut = computed(() => {
    const save = shown.value?.session.save.value
    return save?.state === 'stopped' && save.reason === 'signed-out'
  })
  let wentOn: readonly number[] = []
  let wentOnFrom: OpenedPlan | null = null
  let isGoingOn = false

  async function look({ isSure = false } = {}) {
    const who = await readSession()
    const me = shown.value?.session.me
    if (who.state === 'signed-out')
      other.value = null
    if (who.state !== 'answered' || !me || !isOut.value)
      return
    other.value = who.answer.member.memberId === me.memberId ? null : who.answer.member.name
    if (other.value === null && (isSure || mayGoOn()))
      goOn()
  }
  /** A server that lets nobody stay, and says that they are signed in, is not asked for ever. */
  function mayGoOn(): boolean {
    wentOn = wentOn.filter(at => Date.now() - at < 60_000)
    if (wentOnFrom === shown.value || wentOn.length >= mostByItself)
      return false
    wentOn = [...wentOn, Date.now()]
    return true
  }
  function goOn() {
    isAsking.value = false
    other.value = null
    if (isGoingOn)
      return
    isGoingOn = true
    wentOnFrom = shown.value
    void again().finally(() => { isGoingOn = false })
  }

  whenHeardOf(() => isOut.value, () => void look())
  // Whoever signs in anew in this browser ends the session they had, and may be in again before this page is told of its end.
  watch(isOut, isSo => isSo ? void look() : goneIn())
  function goneIn() {
    isAsking.value = false
    other.value = null
  }

  return {
    isAsking: readonly(isAsking),
    other: readonly(other),
    ask() {
      isAsking.value = true
      void look()
    },
    leave: () => { isAsking.value = false },
    signedIn: () => look({ isSure: true }),
    openAsOther: goOn,
    notOther: () => { other.value = null },
  }
}

const mostByItself = 3
