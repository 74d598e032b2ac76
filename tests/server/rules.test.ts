import { expect, test } from 'vitest'
import { adminRules, frameRules, httpRules, type FrameName } from '../../server/access/rules.ts'
import { adminOptions } from '../../server/admin/requests.ts'
import { openHttp } from '../../server/transport/http.ts'
import { readFrame } from '../../server/transport/frameGate.ts'
import { toOrigins } from '../../server/transport/origins.ts'
import { openCookies } from '../../server/access/cookie.ts'
import { encodeStateQuestion, encodeSync, encodeSyncStep1, emptyUpdate, frameKind, syncStep } from '#shared/protocol/frames.ts'

test('T1 every route of the server is in the access table, and every rule has its route', () => {
  const app = openHttp({
    access: never(), storage: never(), clientFiles: never(), ailment: () => null, reformOf: never(), countiesByRegion: never(), newPlans: never(),
    origins: () => toOrigins(null, 1), cookies: () => openCookies({ isSecure: false }), report: () => {}, clock: never(),
    signIn: never(), inviting: never(), letters: never(), keptOf: never(), oidc: null, ways: never(), monitoring: null, watch: never(),
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
