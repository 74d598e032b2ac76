import type { Grant, Office } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import type { HttpRoute } from '../../../server/access/rules.ts'
import { aNote, asRole } from './notes.ts'
import { otherPlanId, planId, type SignedIn, type TestServer } from './testServer.ts'

/** Everybody who may come to a plan, from those who may do least to those who may do most. */
export const comers = [
  'stranger', 'signed-out', 'elsewhere', 'administrator', 'removed', 'past-guest', 'national-reader', 'reader', 'leads-another', 'commenter',
  'limited', 'deputy', 'editor', 'chair', 'owner',
] as const
export type Comer = typeof comers[number]
export interface Somebody extends SignedIn { readonly kind: Comer }

interface Asking {
  readonly cookie?: string | undefined
  readonly params?: Readonly<Record<string, string>>
  /** As JSON; absent: no body. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Ours, unless said; null: none. */
  readonly origin?: string | null
}
export interface Answer { readonly status: number, readonly body: unknown, readonly headers: Headers, readonly cookies: readonly string[] }

/** Asks at a route, as a page of ours does. */
export async function ask(
  server: TestServer, route: HttpRoute, { cookie, params = {}, body, headers = {}, origin = server.server.address }: Asking = {},
): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ')
  const asked = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? planIdFor(name))).replace('*', 'nothing.js')
  const answer = await fetch(`${server.server.address}${asked}`, {
    method, redirect: 'manual',
    headers: { ...(cookie !== undefined && { cookie }), ...(method === 'POST' && origin !== null && { origin }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: toJson(text), headers: answer.headers, cookies: answer.headers.getSetCookie() }
}

const planIdFor = (name: string) => name === 'planId' ? planId : 'x'

function toJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  }
  catch {
    return text
  }
}

/** Why an answer refuses, in its own word; null where it does not say one. */
export const errorOf = ({ body }: Answer): string | null => {
  const error: unknown = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
  return typeof error === 'string' ? error : null
}

/** Somebody new with a role in a plan, and signed in. */
export async function memberOf(server: TestServer, plan: string, role: Role, name: string, email?: string): Promise<SignedIn> {
  const { memberId, signInUrl } = await server.admin('member add', { plan, name, organisation: 'KS', role, ...(email !== undefined && { email }) })
  return { memberId: String(memberId), signInUrl: String(signInUrl), cookie: await cookieFrom(String(signInUrl)) }
}

/** A new session from a printed link. */
export async function cookieFrom(signInUrl: string): Promise<string> {
  return (await fetch(signInUrl, { redirect: 'manual' })).headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** Past what may be asked for: as it would stand in the tables afterwards. */
export const putGrant = (server: TestServer, memberId: string, grant: Grant, plan = planId) =>
  server.server.storage.members.putGrant(plan, memberId, grant, aNote())

/** Lets one member stand in for another in the plan. */
export const appoint = (server: TestServer, memberId: string, deputyId: string, from: number, until: number) =>
  server.server.storage.members.appointDeputy(planId, { id: `${memberId.slice(16)}${deputyId.slice(16)}`, memberId, deputyId, from, until }, aNote())

/**
 * Somebody of a kind, new. `editor` is whom a deputy stands in for. `leadsElsewhere`: a plan of the same region as the test's plan.
 */
export async function somebody(server: TestServer, kind: Comer, { editor, samePlan }: { editor: string, samePlan: string }): Promise<Somebody> {
  const member = (role: Role, plan = planId) => memberOf(server, plan, role, `${kind} ${role}`)
  const inOffice = async (office: Office, given: SignedIn) => {
    await server.admin('office give', { member: given.memberId, office })
    return given
  }
  /** In some plan of another region, and not in ours. */
  const outside = () => member('reader', otherPlanId)
  const of = async (): Promise<SignedIn> => {
    switch (kind) {
      case 'stranger': return { memberId: '', signInUrl: '', cookie: '' }
      case 'signed-out': {
        const left = await member('owner')
        await ask(server, 'POST /api/logg-ut', { cookie: left.cookie })
        return left
      }
      case 'elsewhere': return member('owner', otherPlanId)
      case 'administrator': return inOffice('administrator', await outside())
      case 'national-reader': return inOffice('national-reader', await outside())
      case 'removed': {
        const left = await member('owner')
        await server.admin('member remove', { plan: planId, member: left.memberId })
        return left
      }
      case 'past-guest': {
        const guest = await member('editor')
        await putGrant(server, guest.memberId, { ...asRole('owner'), until: 1_000 })
        return guest
      }
      case 'leads-another': {
        const reader = await member('reader')
        await putGrant(server, reader.memberId, asRole('chair'), samePlan)
        return reader
      }
      case 'limited': {
        const limited = await member('editor')
        await putGrant(server, limited.memberId, { role: 'editor', registers: ['networks'], until: null })
        return limited
      }
      case 'deputy': {
        const deputy = await member('commenter')
        await appoint(server, editor, deputy.memberId, 1, Number.MAX_SAFE_INTEGER)
        return deputy
      }
      default: return member(kind)
    }
  }
  return { kind, ...await of() }
}
