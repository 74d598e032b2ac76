import * as z from 'zod'
import { isRowId } from '#shared/plan/kinds.ts'
import { registerNames } from '#shared/plan/registers.ts'
import { roles } from '#shared/protocol/api.ts'
import { hasInk, isPrintable, longestName } from '#shared/rules/names.ts'
import type { HttpRoute } from '../access/rules.ts'
import { toAddress } from '../access/addresses.ts'

/** A line people have written: trimmed, without what cannot be seen, and not of that alone. */
const line = (most: number) => z.string().trim().max(most).refine(text => isPrintable(text) && (text === '' || hasInk(text)), 'unprintable')
const written = (most: number) => line(most).min(1)
const address = z.string().max(320).transform((text, context) => toAddress(text) ?? (context.addIssue('not-an-address'), z.NEVER))
const secret = z.string().max(200)
const memberId = z.string().regex(/^[0-9a-f]{32}$/)
const moment = z.number().int().min(0).max(8.64e15)
const day = z.iso.date()
/** Of the letter that goes out with it: that of whoever asks. */
const language = z.enum(['nb', 'nn']).default('nb')
const grant = {
  role: z.enum(roles),
  registers: z.array(z.enum(registerNames as [typeof registerNames[number], ...typeof registerNames])).min(1).max(registerNames.length).nullable(),
  until: moment.nullable(),
}
const deputy = { deputyId: memberId, from: moment, until: moment, language }
/** Of who comes in for the first time, where nobody else says what they are called. */
const ownName = line(longestName).default('')
const nothing = z.object({})

/** How many people are invited at once. */
export const maxInvitees = 100

/** What each route that changes something takes, as JSON. Where a field is missing or unfit nothing is done: 400 with `not-understood`. */
export const bodies = {
  'POST /api/sign-in/email': z.object({ email: z.string().max(320), language }),
  'POST /api/sign-in/code': z.object({ code: z.string().max(20), name: ownName }),
  'POST /api/sign-in/link': z.object({ token: secret, name: ownName }),
  'POST /api/sign-in/provider/name': z.object({ invitation: secret, name: written(longestName) }),
  'POST /api/invitations/look': z.object({ token: secret }),
  'POST /api/invitations/take': z.object({ token: secret, name: ownName }),
  'POST /api/logg-ut': nothing,
  /** `organisation`: '' for none; where it is left out it stays. */
  'POST /api/me/name': z.object({ name: written(longestName), organisation: line(longestName).optional() }),
  'POST /api/me/sign-out-everywhere': nothing,
  /** Read further by what it is for: see `shared/protocol/newPlan.ts`. */
  'POST /api/plans': z.unknown(),
  'POST /api/plans/:planId/take-away': nothing,
  'POST /api/plans/:planId/members/:memberId/grant': z.object({ ...grant, language }),
  'POST /api/plans/:planId/members/:memberId/remove': z.object({ language }),
  'POST /api/plans/:planId/leave': nothing,
  'POST /api/plans/:planId/invitations': z.object({
    ...grant,
    language,
    invitees: z.array(z.object({ email: address, name: line(longestName), organisation: line(longestName) })).min(1).max(maxInvitees),
  }),
  /** `byHand`: the new link is given in the answer, where the letter before did not come through or there was none. */
  'POST /api/plans/:planId/invitations/:invitationId/again': z.object({ language, byHand: z.boolean().default(false) }),
  'POST /api/plans/:planId/invitations/:invitationId/withdraw': nothing,
  'POST /api/plans/:planId/my-deputies': z.object(deputy),
  'POST /api/plans/:planId/my-deputies/:deputyId/end': z.object({ language }),
  'POST /api/plans/:planId/deputies': z.object({ memberId, ...deputy }),
  'POST /api/plans/:planId/deputies/:deputyId/end': z.object({ language }),
  /** `id`: of the one that is changed; null for a new one. */
  'POST /api/plans/:planId/contacts': z.object({
    id: memberId.nullable(), name: written(longestName), organisationId: z.string().refine(isRowId), position: line(longestName),
    email: address.nullable(), from: day.nullable(), until: day.nullable(),
  }).refine(({ from, until }) => from === null || until === null || from <= until, { path: ['until'] }),
  'POST /api/plans/:planId/contacts/:contactId/remove': nothing,
  /** Somebody who has been here before; without an address oneself. */
  'POST /api/administration/plans/:planId/owners': z.object({ email: address.nullable(), language }),
} as const satisfies Record<Extract<HttpRoute, `POST ${string}`>, z.ZodType>

export type BodyOf<R extends HttpRoute> = R extends keyof typeof bodies ? z.infer<typeof bodies[R]> : undefined

const maxBodyChars = 128 * 1024

export type BodyRead = { readonly ok: true, readonly body: unknown } | { readonly ok: false, readonly error: 'too-large' | 'not-understood', readonly faults: readonly string[] }

/** The body of a request as its route takes it, read no further than any of ours is long. An empty one is an empty object. */
export async function readBody(route: HttpRoute, request: Request): Promise<BodyRead> {
  const schema: z.ZodType | undefined = route in bodies ? bodies[route as keyof typeof bodies] : undefined
  if (!schema)
    return { ok: true, body: undefined }
  const text = await readText(request)
  if (text === null)
    return { ok: false, error: 'too-large', faults: [] }
  const read = schema.safeParse(parse(text))
  return read.success
    ? { ok: true, body: read.data }
    : { ok: false, error: 'not-understood', faults: read.error.issues.map(({ path }) => path.map(String).join('.')).slice(0, maxInvitees) }
}

async function readText(request: Request): Promise<string | null> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const bytes of request.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true })
    if (text.length > maxBodyChars)
      return null
  }
  return text
}

function parse(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text) as unknown
  }
  catch {
    return undefined
  }
}
