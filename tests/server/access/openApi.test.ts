import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpRules } from '../../../server/access/rules.ts'
import { bodies } from '../../../server/transport/bodies.ts'
import { limitedRoutes, notedRoutes } from '../../../server/transport/notedLimit.ts'
import { ask } from '../support/everybody.ts'
import { testServer, type TestServer } from '../support/testServer.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.close())

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly security: readonly Record<string, readonly string[]>[]
  readonly parameters?: readonly { readonly name: string, readonly in: string, readonly required: boolean, readonly schema: object }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Readonly<Record<string, unknown>> }>> }
  readonly responses: Readonly<Record<string, { readonly description: string, readonly content?: object }>>
  readonly 'x-needs': unknown
}
interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>>, readonly securitySchemes: Readonly<Record<string, object>> }
}
const described = async () => (await ask(server, 'GET /api/openapi.json')).body as Described
const operations = ({ paths }: Described) => Object.entries(paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({ path, route: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`, operation })))

test('T47 every route but the client\'s pages is there, with what it needs, and no other is', async () => {
  const found = operations(await described())
  expect(found.map(({ route }) => route).toSorted()).toEqual(Object.keys(httpRules).filter(route => route !== 'GET /*').toSorted())
  for (const { route, operation } of found)
    expect([route, operation['x-needs']]).toEqual([route, httpRules[route as keyof typeof httpRules]])
})

test('T47 every POST has its body\'s schema, which takes what the route takes and says what it must hold', async () => {
  const found = operations(await described())
  for (const { route, operation } of found) {
    const schema = operation.requestBody?.content['application/json']?.schema
    expect([route, schema !== undefined]).toEqual([route, route in bodies])
  }
  const of = (route: string) => found.find(one => one.route === route)?.operation.requestBody?.content['application/json']?.schema
  expect(of('POST /api/plans/:planId/members/:memberId/grant')).toMatchObject({
    type: 'object', required: ['role', 'registers', 'until'], properties: { role: { type: 'string', enum: ['reader', 'commenter', 'editor', 'chair', 'owner'] } },
  })
  expect(of('POST /api/me/name')).toMatchObject({ type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 1, maxLength: 100 } } })
  expect(of('POST /api/sign-in/email')).toMatchObject({ required: ['email'] })
})

test('T47 it is OpenAPI 3.1: what must be there is, names are told apart, references lead somewhere, and parameters are those of the path', async () => {
  const document = await described()
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Plantavle', version: '1' }, servers: [{ url: server.server.address }] })
  const found = operations(document)
  expect(new Set(found.map(({ operation }) => operation.operationId)).size).toBe(found.length)
  for (const { path, route, operation } of found) {
    expect([route, operation.summary.length > 5]).toEqual([route, true])
    expect(operation.parameters?.map(({ name }) => name) ?? []).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    for (const parameter of operation.parameters ?? [])
      expect(parameter).toMatchObject({ in: 'path', required: true, schema: { type: 'string' } })
    for (const name of operation.security.flatMap(Object.keys))
      expect(Object.keys(document.components.securitySchemes)).toContain(name)
    expect([route, operation.security.length === 0]).toEqual([route, operation['x-needs'] === 'anyone'])
    expect(Object.keys(operation.responses)).toContain('2XX')
    for (const [status, { description }] of Object.entries(operation.responses))
      expect([status, typeof description]).toEqual([expect.stringMatching(/^(2XX|[1-5]\d\d)$/), 'string'])
  }
  for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
    expect(Object.keys(document.components.schemas)).toContain(name)
  expect(JSON.stringify(document).match(/"\$ref":"(?!#\/components\/schemas\/)/)).toBeNull()
})

test('T47 what it says a route may refuse with is what it refuses with', async () => {
  for (const { path, route, operation } of operations(await described())) {
    if (operation['x-needs'] === 'anyone' || operation['x-needs'] === 'monitor')
      continue
    const [method = ''] = route.split(' ')
    const answer = await server.get(path.replace(/[{}]/g, ''), { method, ...(method === 'POST' && { headers: { origin: server.server.address } }) })
    expect([route, Object.keys(operation.responses).includes(String(answer.status))]).toEqual([route, true])
  }
})

test('T92 where something may be asked for too often it says so, with when it may be again, for exactly those routes', async () => {
  for (const { route, operation } of operations(await described())) {
    const told = operation.responses['429']
    expect([route, told !== undefined]).toEqual([route, limitedRoutes.has(route as keyof typeof httpRules)])
    if (told)
      expect(told).toMatchObject({ headers: { 'Retry-After': { schema: { type: 'integer' } } }, content: { 'application/json': {} } })
  }
  // What is noted answers so (T67), and so do asking for a code and trying one (T45).
  expect([...limitedRoutes].filter(route => !notedRoutes.has(route))).toEqual(['POST /api/sign-in/email', 'POST /api/sign-in/code'])
})
