import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { roles, type Role } from '#shared/protocol/api.ts'
import { frameRules, adminRules, changeRules, httpRules, mayChange, maySend, meets, type FrameName, type HttpRoute, type Need } from '../../server/access/rules.ts'
import { adminOptions } from '../../server/admin/requests.ts'
import { openHttp } from '../../server/transport/http.ts'
import { readFrame } from '../../server/transport/frameGate.ts'
import { toOrigins } from '../../server/transport/origins.ts'
import { openCookies } from '../../server/access/cookie.ts'
import { registerNames } from '#shared/plan/registers.ts'
import { encodeStateQuestion, encodeSync, encodeSyncStep1, emptyUpdate, frameKind, syncStep } from '#shared/protocol/frames.ts'
import { planId, testServer, type TestServer } from './support/testServer.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.close())

test('T1 every route of the server is in the access table, and every rule has its route', () => {
  const app = openHttp({
    access: never(), storage: never(), clientFiles: never(), ailment: () => null, reformOf: never(), countiesByRegion: never(), newPlans: never(),
    origins: () => toOrigins(null, 1), cookies: () => openCookies({ isSecure: false }), report: () => {}, clock: never(), signIn: never(), inviting: never(), letters: never(),
    oidc: null, ways: never(), monitoring: null, watch: never(),
  })
  const middleware = app.routes.filter(({ method }) => method === 'ALL')
  expect(middleware.map(({ path }) => path)).toEqual(['/*'])
  const routes = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)
  expect(routes.toSorted()).toEqual(Object.keys(httpRules).toSorted())
})

test('T1 every frame that passes the gate has a rule, and nothing else passes', () => {
  const seen = new Set<FrameName>()
  for (let kind = 0; kind < 256; kind++) {
    for (let step = 0; step < 8; step++) {
      for (const bytes of [Uint8Array.of(kind), Uint8Array.of(kind, step), Uint8Array.of(kind, step, 0), Uint8Array.of(kind, step, 1, 0)]) {
        const name = nameOf(bytes)
        if (name)
          seen.add(name)
      }
    }
  }
  expect([...seen].toSorted()).toEqual(Object.keys(frameRules).toSorted())
  expect(nameOf(encodeSync(syncStep.step2, emptyUpdate))).toBe(nameOf(encodeSync(syncStep.update, emptyUpdate)))
  expect(nameOf(encodeSyncStep1(Uint8Array.of(0)))).toBe('step1')
  expect(nameOf(encodeStateQuestion())).toBe('askState')
  expect(nameOf(Uint8Array.of(frameKind.auth, 0))).toBeNull()
})

test('T1 every command has a rule and its options', () => {
  expect(Object.keys(adminOptions).toSorted()).toEqual(Object.keys(adminRules).toSorted())
})

describe('T1 every role at every route is answered as the table says', () => {
  const askers: readonly (Role | 'stranger' | 'signed-in elsewhere')[] = [...roles, 'stranger', 'signed-in elsewhere']
  test.each(askers)('T1 as %s', async (asker) => {
    const cookie = await cookieOf(asker)
    for (const [route, need] of Object.entries(httpRules) as [HttpRoute, Need][]) {
      const [method = '', path = ''] = route.split(' ')
      if (method !== 'GET')
        continue
      const answer = await server.get(path.replace(':planId', planId).replace(':token', 'x').replace('/*', '/nothing.js'), cookie === null ? {} : { cookie })
      const role = roles.find(one => one === asker) ?? null
      const may = meets(need, { isSignedIn: cookie !== null, role, highest: role, highestInRegion: role })
      const refused = answer.status === 401 || ((answer.status === 404 || answer.status === 403) && need !== 'anyone')
      expect([route, refused]).toEqual([route, !may])
    }
  })
})

test('T1 only members of the plan may send, and only editors and up may change', () => {
  for (const role of roles) {
    for (const frame of Object.keys(frameRules) as FrameName[])
      expect(maySend(role, frame)).toBe(true)
    for (const register of [...registerNames, 'no register', '__proto__', ''])
      expect([role, register, mayChange({ role, registers: null }, register)]).toEqual([role, register, ['editor', 'chair', 'owner'].includes(role)])
  }
  expect(Object.keys(changeRules).toSorted()).toEqual(registerNames.toSorted())
  expect(meets({ atLeast: 'reader' }, { isSignedIn: true, role: null })).toBe(false)
  expect(meets({ atLeast: 'reader' }, { isSignedIn: false, role: 'owner' })).toBe(false)
})

async function cookieOf(asker: Role | 'stranger' | 'signed-in elsewhere'): Promise<string | null> {
  if (asker === 'stranger')
    return null
  const member = await server.member(asker === 'signed-in elsewhere' ? 'reader' : asker, asker)
  if (asker === 'signed-in elsewhere')
    await server.admin('member remove', { plan: planId, member: member.memberId })
  return member.cookie
}

function nameOf(bytes: Uint8Array): FrameName | null {
  try {
    return readFrame(bytes).name
  }
  catch {
    return null
  }
}

/** Parts that building the routes must not touch. */
function never<T>(): T {
  return {} as T
}
