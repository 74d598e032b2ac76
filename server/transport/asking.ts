import type { Right } from '#shared/protocol/access.ts'
import type { Context } from 'hono'
import type { Inviter } from '../access/inviting.ts'
import type { Session } from '../access/access.ts'
import type { HttpRoute } from '../access/rules.ts'
import type { StoredPlan } from '../storage/contracts.ts'
import type { BodyOf } from './bodies.ts'

/** What the log knows of a request. Its path may hold a secret: the route alone is told. */
export type Told = { Variables: { requestId: string, route: HttpRoute | 'none' } }

/** Who asks, and for which plan, after the route's rule has been met. */
export interface Asker {
  readonly session: Session | null
  readonly plan: StoredPlan | null
  readonly right: Right | null
  /** Regions where this person leads a plan; looked up where a rule asks for it. */
  readonly regionIds: readonly string[]
}
export const nobody: Asker = { session: null, plan: null, right: null, regionIds: [] }

export type Handler<R extends HttpRoute> = (context: Context<Told>, asker: Asker, body: BodyOf<R>) => Promise<Response> | Response
/** A handler for each of these routes. */
export type Handlers<R extends HttpRoute> = { readonly [K in R]: Handler<K> }

export const toldOf = (context: Context<Told>) => ({ requestId: context.get('requestId'), route: context.get('route') })

/** A part of the path; the empty string for none. */
export const param = (context: Context<Told>, name: string): string => (context.req.param() as Readonly<Record<string, string>>)[name] ?? ''

export function signedIn({ session }: Asker): Session {
  if (!session)
    throw new Error('the route\'s rule lets in someone who is not signed in')
  return session
}

export function inPlan({ plan, right }: Asker): { plan: StoredPlan, right: Right } {
  if (!plan || !right)
    throw new Error('the route\'s rule lets in someone without a role in the plan')
  return { plan, right }
}

/** Who asks, as somebody who gives others what they may do. */
export function giver(asker: Asker): Inviter {
  inPlan(asker)
  return signedIn(asker).member
}
