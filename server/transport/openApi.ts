import * as z from 'zod'
import { roles } from '#shared/protocol/api.ts'
import { httpRules, type HttpRoute, type Need } from '../access/rules.ts'
import { bodies } from './bodies.ts'
import { limitedRoutes } from './notedLimit.ts'

/** What each route does, in a line. What it needs and takes is said by the access table and the bodies. */
const summaries = {
  'GET /healthz': 'Whether the server does its work',
  'GET /metrics': 'What is measured, for Prometheus',
  'GET /api/openapi.json': 'This description',
  'GET /logg-inn/:token': 'Signs in by a printed link',
  'GET /api/sign-in': 'The ways in that this server has',
  'POST /api/sign-in/email': 'Sends a code and a link to an address; the same answer for every address',
  'POST /api/sign-in/code': 'Signs in by the code, on the device that asked for it',
  'POST /api/sign-in/link': 'Signs in by the secret of the link, on the device that asked for it',
  'GET /api/sign-in/provider': 'On to the provider of organisation accounts',
  'POST /api/sign-in/provider/name': 'Keeps for the way there and back what one calls oneself, where neither invitation nor account says; one goes on after it',
  'GET /api/sign-in/provider/answer': 'Back from there',
  'GET /api/sign-in/provider/end': 'On to where one signs out of the provider as well, and back',
  'POST /api/invitations/look': 'What an invitation says',
  'POST /api/invitations/take': 'Takes an invitation, and signs in',
  'POST /api/logg-ut': 'Ends the session',
  'GET /api/session': 'Who is signed in, and the plans they may open',
  'GET /api/me': 'Oneself, and one\'s sessions',
  'GET /api/me/kept': 'All that is kept of oneself',
  'POST /api/me/name': 'What one is called, and of which organisation one is',
  'POST /api/me/sign-out-everywhere': 'Ends every session of one\'s own',
  'GET /api/new-plan': 'What a new plan may begin from',
  'POST /api/plans': 'Makes a plan, once for each `idempotency-key`',
  'GET /api/plans/:planId/to-carry': 'What a plan has to take along into a new one',
  'POST /api/plans/:planId/take-away': 'Takes a new plan away again',
  'GET /api/plans/:planId': 'What a client needs to open a plan by its websocket',
  'GET /api/plans/:planId/rows/:register/:row/last-change': 'Who changed a row last',
  'GET /api/plans/:planId/members': 'Who is in the plan; addresses for its members alone',
  'POST /api/plans/:planId/members/:memberId/grant': 'What a member may do',
  'POST /api/plans/:planId/members/:memberId/remove': 'Takes a member out of the plan',
  'POST /api/plans/:planId/leave': 'Leaves the plan',
  'GET /api/plans/:planId/invitations': 'Invitations that are not taken',
  'POST /api/plans/:planId/invitations': 'Invites people',
  'POST /api/plans/:planId/invitations/:invitationId/again': 'A new link in the place of the one before',
  'POST /api/plans/:planId/invitations/:invitationId/withdraw': 'Withdraws an invitation',
  'POST /api/plans/:planId/my-deputies': 'Lets a member stand in for oneself',
  'POST /api/plans/:planId/my-deputies/:deputyId/end': 'Ends that',
  'POST /api/plans/:planId/deputies': 'Lets a member stand in for another',
  'POST /api/plans/:planId/deputies/:deputyId/end': 'Ends that',
  'GET /api/plans/:planId/contacts': 'Whom to turn to at the organisations; addresses for members alone',
  'POST /api/plans/:planId/contacts': 'Adds or changes a contact',
  'POST /api/plans/:planId/contacts/:contactId/remove': 'Takes a contact away',
  'GET /api/plans/:planId/access-log': 'What has happened with who may be here, newest first; `before` goes on',
  'GET /api/administration/plans': 'Who leads which plan',
  'POST /api/administration/plans/:planId/owners': 'Gives a plan an owner',
  'GET /*': 'The client',
} as const satisfies Record<HttpRoute, string>

type Part = Readonly<Record<string, unknown>>

/** The routes as OpenAPI 3.1: made from the access table and the bodies, so that it cannot tell anything else than they do (T47). */
export function openApiDocument(server: string): Part {
  const paths: Record<string, Record<string, Part>> = {}
  for (const route of Object.keys(httpRules) as HttpRoute[]) {
    const [method = '', path = ''] = route.split(' ')
    if (path !== '/*')
      (paths[path.replace(/:(\w+)/g, '{$1}')] ??= {})[method.toLowerCase()] = operationOf(route, path)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Plantavle', version: '1' },
    servers: [{ url: server }],
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: server.startsWith('https:') ? '__Host-plantavle' : 'plantavle' },
        monitor: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Error: { type: 'object', required: ['error'], properties: {
        error: { type: 'string' }, faults: { type: 'array', items: { type: 'string' } }, seconds: { type: 'integer', description: 'With 429, as `Retry-After`' },
      } } },
    },
    paths,
  }
}

function operationOf(route: HttpRoute, path: string): Part {
  const need: Need = httpRules[route]
  const schema: z.ZodType | undefined = route in bodies ? bodies[route as keyof typeof bodies] : undefined
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
  return {
    operationId: route,
    summary: summaries[route],
    description: `Needs: ${needInWords(need)}.`,
    'x-needs': need,
    security: need === 'anyone' ? [] : [need === 'monitor' ? { monitor: [] } : { session: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(schema && { requestBody: { required: true, content: { 'application/json': { schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) } } } }),
    responses: Object.fromEntries([['2XX', { description: 'Done' }], ...refusalsOf(route, need).map(([status, description]) => [status, {
      description,
      ...(status === '429' && { headers: { 'Retry-After': retryAfter } }),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    }])]),
  }
}

const retryAfter = { description: 'Seconds until it may be tried again, where that is known', schema: { type: 'integer', minimum: 1 } }

function needInWords(need: Need): string {
  if (typeof need === 'string')
    return need
  const [[kind, what] = ['', '']] = Object.entries(need)
  return `${kind} ${what}${roles.some(role => role === what) ? ' or higher' : ''}`
}

function refusalsOf(route: HttpRoute, need: Need): [string, string][] {
  const isPost = route.startsWith('POST')
  return [
    ...(isPost ? [['400', 'Not understood: nothing was done'] as [string, string], ['413', 'Larger than any of ours'] as [string, string]] : []),
    ...(need === 'anyone' ? [] : [['401', 'Signed out'] as [string, string]]),
    ...(need !== 'anyone' || isPost ? [['403', 'Not allowed, or asked from another origin'] as [string, string]] : []),
    ...(route.includes(':planId') ? [['404', 'No such plan, or not yours: one answer for both'] as [string, string]] : []),
    ...(limitedRoutes.has(route) ? [['429', 'Too often: nothing was done'] as [string, string]] : []),
  ]
}
