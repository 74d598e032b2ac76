import {
  invitationRefusals, signInRefusals, type AskedAnswer, type InvitationAnswer, type InvitationRefusal, type SignedInAnswer, type SignInRefusal,
  type WaysInAnswer,
} from '#shared/protocol/access.ts'
import type { Language } from '../../text/index.ts'

/** What came of asking the server: the thing, a refusal with the seconds to wait where there are some, that it could not, or nothing. */
export type Outcome<T, Refusal> =
  | { readonly state: 'done', readonly answer: T }
  | { readonly state: 'refused', readonly refusal: Refusal, readonly seconds: number | null }
  | { readonly state: 'failed' }
  | { readonly state: 'no-answer' }

/** Everything that is asked of the server on the way in; tests give their own. */
export interface SignInEdges {
  readonly readWays: () => Promise<Outcome<WaysInAnswer, never>>
  readonly askForCode: (email: string, language: Language) => Promise<Outcome<AskedAnswer, SignInRefusal>>
  /** `name`: what somebody new calls themselves, once that has been asked for. */
  readonly tryCode: (code: string, name?: string) => Promise<Outcome<SignedInAnswer, SignInRefusal>>
  readonly tryLink: (token: string, name?: string) => Promise<Outcome<SignedInAnswer, SignInRefusal>>
  readonly lookAtInvitation: (token: string) => Promise<Outcome<InvitationAnswer, InvitationRefusal>>
  readonly takeInvitation: (token: string, name?: string) => Promise<Outcome<SignedInAnswer, InvitationRefusal>>
  /** Keeps the name for the way by the provider, in whose address it does not stand. */
  readonly tellProviderName: (invitation: string, name: string) => Promise<Outcome<object, never>>
  /** Leaves the page. */
  readonly goTo: (address: string) => void
}
export const signInEdges: SignInEdges = {
  readWays: () => answerOf(fetch('/api/sign-in', { cache: 'no-store', signal: patience() }), []),
  askForCode: (email, language) => post('/api/sign-in/email', { email, language }, signInRefusals),
  tryCode: (code, name = '') => post('/api/sign-in/code', { code, name: name.trim() }, signInRefusals),
  tryLink: (token, name = '') => post('/api/sign-in/link', { token, name: name.trim() }, signInRefusals),
  lookAtInvitation: token => post('/api/invitations/look', { token }, invitationRefusals),
  takeInvitation: (token, name = '') => post('/api/invitations/take', { token, name: name.trim() }, invitationRefusals),
  tellProviderName: (invitation, name) => post('/api/sign-in/provider/name', { invitation, name: name.trim() }, []),
  goTo: address => location.assign(address),
}

const post = <T, Refusal extends string>(address: string, body: object, refusals: readonly Refusal[]) => answerOf<T, Refusal>(fetch(address, {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal: patience(),
}), refusals)

const patience = () => AbortSignal.timeout(30_000)

async function answerOf<T, Refusal extends string>(asked: Promise<Response>, refusals: readonly Refusal[]): Promise<Outcome<T, Refusal>> {
  let answer: Response
  try {
    answer = await asked
    const told = (answer.status === 204 ? {} : await answer.json()) as { readonly error?: unknown, readonly seconds?: unknown }
    if (answer.ok)
      return { state: 'done', answer: told as T }
    const refusal = refusals.find(one => one === told.error)
    return refusal ? { state: 'refused', refusal, seconds: typeof told.seconds === 'number' ? told.seconds : null } : { state: 'failed' }
  }
  catch {
    return { state: 'no-answer' }
  }
}
