import type { SignedOutAnswer } from '#shared/protocol/access.ts'
import type { PlanAnswer, SessionAnswer } from '#shared/protocol/api.ts'
import { leftProvider } from '../../plan/leftProvider.ts'
import { forgetCodeStep } from '../../plan/signedIn.ts'
import { named } from '../../text/nameless.ts'

/** What the server answers: the thing itself, that nobody is signed in, that it is not to be had, or no answer at all. */
export type Asked<T> =
  | { readonly state: 'asking' }
  | { readonly state: 'answered', readonly answer: T }
  | { readonly state: 'signed-out' }
  | { readonly state: 'not-found' }
  | { readonly state: 'failed' }

/** Who is signed in here, and their plans. */
export const readSession = () => ask<SessionAnswer>('/api/session', (answer) => {
  forgetCodeStep()
  return { ...answer, member: named(answer.member) }
})
export const readPlanAnswer = (planId: string) =>
  ask<PlanAnswer>(`/api/plans/${encodeURIComponent(planId)}`, answer => ({ ...answer, actsFor: answer.actsFor.map(named) }))

/** Ends the session on the server; whatever it answers, we go to the front page. */
export async function signOut(): Promise<void> {
  try {
    const answer = await fetch('/api/logg-ut', { method: 'POST' })
    leftProvider.value = answer.ok ? (await answer.json() as SignedOutAnswer).provider : null
  }
  catch { /* no line: the front page will say so */ }
}

async function ask<T>(address: string, read: (answer: T) => T): Promise<Asked<T>> {
  try {
    const answer = await fetch(address, { headers: { accept: 'application/json' }, cache: 'no-store' })
    if (answer.status === 401)
      return { state: 'signed-out' }
    if (answer.status === 404 || answer.status === 403)
      return { state: 'not-found' }
    return answer.ok ? { state: 'answered', answer: read(await answer.json() as T) } : { state: 'failed' }
  }
  catch {
    return { state: 'failed' }
  }
}
