import type { SessionAnswer } from '#shared/protocol/api.ts'
import type { MemberId } from '#shared/plan/values.ts'

/** Whose session this browser carries now. */
export type SignedIn = { readonly state: 'member', readonly memberId: MemberId } | { readonly state: 'nobody' } | { readonly state: 'unreachable' }

/**
 * Asks the server. Another tab may have signed out and in as somebody else since the page was opened. After a silent line
 * the connections that the browser has kept are dead as well: an ask that hangs is followed by another, over the next one.
 */
export async function askWhoIsSignedIn(): Promise<SignedIn> {
  const settled = new AbortController()
  try {
    return await Promise.race(Array.from({ length: keptConnections }, (_, n) => ask(n * askAgainMs, settled.signal)))
  }
  finally {
    settled.abort()
  }
}

/** What browsers keep open to one server at most. */
const keptConnections = 6
const askAgainMs = 500
const answerWithinMs = 3_000

async function ask(afterMs: number, settled: AbortSignal): Promise<SignedIn> {
  await new Promise(resolve => setTimeout(resolve, afterMs))
  if (settled.aborted)
    return { state: 'unreachable' }
  try {
    const signal = AbortSignal.any([settled, AbortSignal.timeout(answerWithinMs)])
    const answer = await fetch('/api/session', { headers: { accept: 'application/json' }, cache: 'no-store', signal })
    if (answer.status === 401)
      return { state: 'nobody' }
    if (!answer.ok)
      return { state: 'unreachable' }
    const { member } = await answer.json() as SessionAnswer
    return { state: 'member', memberId: member.memberId }
  }
  catch {
    return { state: 'unreachable' }
  }
}

/** Where a tab keeps that a code is on its way. Once somebody is in, by whatever way, none is awaited. */
export const codeStepKept = 'plantavle:code-step'
export function forgetCodeStep(): void {
  try {
    sessionStorage.removeItem(codeStepKept)
  }
  catch { /* storage is closed to us: nothing was kept */ }
}

const channelName = 'plantavle:signed-in'

/** Tells this browser's other pages that somebody has signed in here. */
export function tellSignedIn(): void {
  if (typeof BroadcastChannel === 'undefined')
    return
  const channel = new BroadcastChannel(channelName)
  channel.postMessage(null)
  channel.close()
}

/** Calls whenever somebody may have signed in at another page of this browser: one has told so, or this one is looked at again. */
export function onSignedInElsewhere(heard: () => void, signal: AbortSignal): void {
  addEventListener('focus', heard, { signal })
  addEventListener('pageshow', heard, { signal })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && heard(), { signal })
  if (typeof BroadcastChannel === 'undefined')
    return
  const channel = new BroadcastChannel(channelName)
  channel.addEventListener('message', heard, { signal })
  signal.addEventListener('abort', () => channel.close())
}
