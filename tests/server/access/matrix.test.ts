import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addRow, replaceText } from '#shared/plan/commands.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import { registerNames } from '#shared/plan/registers.ts'
import { emptyUpdate, encodeStateQuestion, encodeSync, encodeSyncStep1 } from '#shared/protocol/frames.ts'
import { adminRules, changeRules, frameRules, httpRules, type FrameName, type HttpRoute } from '../../../server/access/rules.ts'
import { bodies, type BodyOf } from '../../../server/transport/bodies.ts'
import { until } from '../../support/until.ts'
import { ask, comers, errorOf, memberOf, somebody, type Comer, type Somebody } from '../support/everybody.ts'
import { presenceFrame } from '../support/frames.ts'
import { smallContent, writerOf } from '../support/plans.ts'
import { planId, testServer, type RawSocket, type SignedIn, type TestServer } from '../support/testServer.ts'

/**
 * What must hold, in words of its own: nothing here is taken from the access table. Whoever is not named is refused: with 401 where they
 * are not signed in, with 404 where they have no part in the plan (the same as for no such plan), and else with 403.
 */
const everybody: readonly Comer[] = comers
const signedIn: readonly Comer[] = everybody.filter(comer => comer !== 'stranger' && comer !== 'signed-out')
const readers: readonly Comer[] = ['national-reader', 'reader', 'leads-another', 'commenter', 'limited', 'deputy', 'editor', 'chair', 'owner']
const writers: readonly Comer[] = ['limited', 'deputy', 'editor', 'chair', 'owner']
const leaders: readonly Comer[] = ['chair', 'owner']
const owners: readonly Comer[] = ['owner']

const mayAsk: Readonly<Record<HttpRoute, readonly Comer[]>> = {
  'GET /healthz': everybody,
  'GET /metrics': [],
  'GET /api/openapi.json': everybody,
  'GET /logg-inn/:token': everybody,
  'GET /api/sign-in': everybody,
  'POST /api/sign-in/email': everybody,
  'POST /api/sign-in/code': everybody,
  'POST /api/sign-in/link': everybody,
  'GET /api/sign-in/provider': everybody,
  'POST /api/sign-in/provider/name': everybody,
  'GET /api/sign-in/provider/answer': everybody,
  'GET /api/sign-in/provider/end': everybody,
  'POST /api/invitations/look': everybody,
  'POST /api/invitations/take': everybody,
  'POST /api/logg-ut': signedIn,
  'GET /api/session': signedIn,
  'GET /api/me': signedIn,
  'GET /api/me/kept': signedIn,
  'POST /api/me/name': signedIn,
  'POST /api/me/sign-out-everywhere': signedIn,
  'GET /api/new-plan': ['elsewhere', 'leads-another', ...leaders],
  'POST /api/plans': ['elsewhere', 'leads-another', ...leaders],
  'GET /api/plans/:planId/to-carry': ['leads-another', ...leaders],
  'POST /api/plans/:planId/take-away': owners,
  'GET /api/plans/:planId': readers,
  'GET /api/plans/:planId/rows/:register/:row/last-change': readers,
  'GET /api/plans/:planId/members': readers,
  'POST /api/plans/:planId/members/:memberId/grant': leaders,
  'POST /api/plans/:planId/members/:memberId/remove': leaders,
  'POST /api/plans/:planId/leave': readers,
  'GET /api/plans/:planId/invitations': leaders,
  'POST /api/plans/:planId/invitations': leaders,
  'POST /api/plans/:planId/invitations/:invitationId/again': leaders,
  'POST /api/plans/:planId/invitations/:invitationId/withdraw': leaders,
  'POST /api/plans/:planId/my-deputies': ['commenter', ...writers],
  'POST /api/plans/:planId/my-deputies/:deputyId/end': readers,
  'POST /api/plans/:planId/deputies': leaders,
  'POST /api/plans/:planId/deputies/:deputyId/end': leaders,
  'GET /api/plans/:planId/contacts': readers,
  'POST /api/plans/:planId/contacts': writers,
  'POST /api/plans/:planId/contacts/:contactId/remove': writers,
  'GET /api/plans/:planId/access-log': owners,
  'GET /api/administration/plans': ['administrator'],
  'POST /api/administration/plans/:planId/owners': ['administrator'],
  'GET /*': everybody,
}

const maySend: Readonly<Record<FrameName, readonly Comer[]>> = {
  step1: readers, update: readers, presence: readers, queryPresence: readers, askState: readers,
}

const unlimited = writers.filter(comer => comer !== 'limited')
const mayChange: Readonly<Record<RegisterName, readonly Comer[]>> = {
  plan: unlimited, sections: unlimited, mainTasks: unlimited, goals: unlimited, audiences: unlimited, activities: unlimited, networks: writers,
  organisations: unlimited, groups: unlimited, serviceAreas: unlimited, collaborations: unlimited, followUps: unlimited, messages: unlimited,
  municipalities: unlimited, phases: unlimited, columns: unlimited, occurrences: unlimited,
}

const nobodysId = '0'.repeat(32)
let server: TestServer
let all: ReadonlyMap<Comer, Somebody>
let samePlan: string
let target: SignedIn
let editor: SignedIn
beforeAll(async () => {
  server = await testServer({ metricsToken: 'a-token-nobody-can-guess-0123456789' })
  samePlan = String((await server.admin('plan create', { title: 'Nabo', region: 'rogaland' })).planId)
  await memberOf(server, planId, 'owner', 'Eier')
  editor = await memberOf(server, planId, 'editor', 'Redaktør')
  target = await memberOf(server, planId, 'reader', 'Den det gjelder')
  const found = new Map<Comer, Somebody>()
  for (const kind of comers)
    found.set(kind, await newcomer(kind))
  all = found
})
afterAll(async () => {
  expect(server.reported).toEqual([])
  await server.close()
})

const newcomer = (kind: Comer) => somebody(server, kind, { editor: editor.memberId, samePlan })

function of(kind: Comer): Somebody {
  const found = all.get(kind)
  if (!found)
    throw new Error(`nobody is ${kind}`)
  return found
}

let checks = 0
function check<T>(actual: T, expected: T): void {
  checks++
  expect(actual).toEqual(expected)
}

describe('T1 every comer at every route is answered as is right', () => {
  const later = Date.now() + 1_000_000
  const grant = { role: 'reader', registers: null, until: null } as const
  const deputy = () => ({ deputyId: target.memberId, from: 1, until: later, language: 'nb' as const })
  type Sent = { readonly [R in keyof typeof bodies]: (n: number) => BodyOf<R> }
  /** What each takes; what it is about is either nobody, or somebody whom it does not hurt. */
  const sent: Sent = {
    'POST /api/sign-in/email': n => ({ email: `nobody${n}@example.no`, language: 'nb' }),
    'POST /api/sign-in/code': () => ({ code: '123456', name: '' }),
    'POST /api/sign-in/link': () => ({ token: 'x', name: '' }),
    'POST /api/sign-in/provider/name': () => ({ invitation: 'x', name: 'Kari' }),
    'POST /api/invitations/look': () => ({ token: 'x' }),
    'POST /api/invitations/take': () => ({ token: 'x', name: '' }),
    'POST /api/logg-ut': () => ({}),
    'POST /api/me/name': n => ({ name: `Ny ${n}` }),
    'POST /api/me/sign-out-everywhere': () => ({}),
    'POST /api/plans': () => ({}),
    'POST /api/plans/:planId/take-away': () => ({}),
    'POST /api/plans/:planId/members/:memberId/grant': () => ({ ...grant, language: 'nb' }),
    'POST /api/plans/:planId/members/:memberId/remove': () => ({ language: 'nn' }),
    'POST /api/plans/:planId/leave': () => ({}),
    'POST /api/plans/:planId/invitations': n => ({ ...grant, language: 'nn', invitees: [{ email: `ny${n}@example.no`, name: '', organisation: '' }] }),
    'POST /api/plans/:planId/invitations/:invitationId/again': () => ({ language: 'nb', byHand: false }),
    'POST /api/plans/:planId/invitations/:invitationId/withdraw': () => ({}),
    'POST /api/plans/:planId/my-deputies': deputy,
    'POST /api/plans/:planId/my-deputies/:deputyId/end': () => ({ language: 'nb' }),
    'POST /api/plans/:planId/deputies': () => ({ memberId: editor.memberId, ...deputy() }),
    'POST /api/plans/:planId/deputies/:deputyId/end': () => ({ language: 'nn' }),
    'POST /api/plans/:planId/contacts': n => ({ id: null, name: `Kontakt ${n}`, organisationId: 'ks-rogaland', position: '', email: null, from: null, until: null }),
    'POST /api/plans/:planId/contacts/:contactId/remove': () => ({}),
    'POST /api/administration/plans/:planId/owners': () => ({ email: 'ingen@example.no', language: 'nb' }),
  }
  const params = () => ({ token: 'x', register: 'activities', row: 'K01', invitationId: nobodysId, deputyId: nobodysId, contactId: nobodysId })
  /** After these somebody is not who they were: whoever asks there is new. */
  const endsWhoAsks: readonly HttpRoute[] = ['POST /api/logg-ut', 'POST /api/me/sign-out-everywhere', 'POST /api/plans/:planId/leave']
  const refusals = ['signed-out', 'not-allowed', 'not-found']

  function refusalOf(comer: Comer, route: HttpRoute): [number, string] {
    if (comer === 'stranger' || comer === 'signed-out')
      return [401, 'signed-out']
    return route.includes(':planId') && !readers.includes(comer) ? [404, 'not-found'] : [403, 'not-allowed']
  }

  test('T1 the statement has a row for each route, and none for what is not there', () => {
    expect(Object.keys(mayAsk).toSorted()).toEqual(Object.keys(httpRules).toSorted())
    expect(Object.keys(sent).toSorted()).toEqual(Object.keys(httpRules).filter(route => route.startsWith('POST')).toSorted())
    expect(Object.keys(bodies).toSorted()).toEqual(Object.keys(sent).toSorted())
  })

  test.each(comers)('T1 as %s', async (comer) => {
    await Promise.all((Object.keys(mayAsk) as HttpRoute[]).map(async (route, n) => {
      const who = endsWhoAsks.includes(route) ? await newcomer(comer) : of(comer)
      const body = route in sent ? sent[route as keyof typeof sent](comers.indexOf(comer) * 100 + n) : undefined
      const memberId = route.endsWith('/remove') ? nobodysId : target.memberId
      const answer = await ask(server, route, { cookie: who.cookie, params: { ...params(), memberId }, ...(body !== undefined && { body }) })
      const isRefused = refusals.includes(errorOf(answer) ?? '') && !['GET /*', 'GET /api/sign-in/provider', 'POST /api/sign-in/provider/name', 'GET /api/sign-in/provider/answer', 'GET /api/sign-in/provider/end'].includes(route)
      if (mayAsk[route].includes(comer)) {
        check([route, isRefused, answer.status >= 500 && answer.status !== 503], [route, false, false])
      }
      else {
        const [status, error] = route === 'GET /metrics' ? [401, 'signed-out'] : refusalOf(comer, route)
        check([route, answer.status, answer.body], [route, status, { error }])
      }
    }))
  })

  test('T1 what is measured opens to its token, and to nothing else that anybody has', async () => {
    const answer = await ask(server, 'GET /metrics', { headers: { authorization: 'Bearer a-token-nobody-can-guess-0123456789' } })
    check(answer.status, 200)
  })
})

describe('T1 every comer with every frame is answered as is right', () => {
  const frames: Readonly<Record<FrameName, Uint8Array>> = {
    step1: encodeSyncStep1(Uint8Array.of(0)),
    update: encodeSync(2, emptyUpdate),
    presence: presenceFrame({ client: 4_242, state: {} }),
    queryPresence: Uint8Array.of(3),
    askState: encodeStateQuestion(),
  }
  /** What shows that a frame was taken. */
  const shows: Readonly<Record<FrameName, (socket: RawSocket) => boolean>> = {
    step1: ({ frames }) => frames.some(({ kind }) => kind === 'step2'),
    update: socket => socket.acks().at(-1) === 1,
    presence: socket => socket.closed() === null && socket.acks().at(-1) === 1,
    queryPresence: socket => socket.closed() === null && socket.acks().at(-1) === 1,
    askState: ({ frames }) => frames.some(({ kind }) => kind === 'state'),
  }

  test('T1 the statement has a row for each frame', () => {
    expect(Object.keys(maySend).toSorted()).toEqual(Object.keys(frameRules).toSorted())
  })

  test.each(comers)('T1 as %s', async (comer) => {
    await Promise.all((Object.keys(maySend) as FrameName[]).map(async (frame) => {
      const socket = server.connect({ cookie: of(comer).cookie })
      if (!maySend[frame].includes(comer)) {
        socket.socket.once('open', () => socket.socket.send(frames[frame]))
        return check([frame, await socket.closing(), socket.frames], [frame, comer === 'stranger' || comer === 'signed-out' ? 4401 : 4404, []])
      }
      await socket.opening()
      socket.socket.send(frames[frame])
      if (frame !== 'update')
        socket.socket.send(encodeSync(2, emptyUpdate))
      await until(() => shows[frame](socket) || socket.closed(), { what: `${frame} of ${comer} is taken` })
      check([frame, socket.closed()], [frame, null])
      socket.socket.close()
    }))
  })
})

describe('T1 every comer in every register is answered as is right', () => {
  test('T1 the statement has a row for each register', () => {
    expect(Object.keys(mayChange).toSorted()).toEqual(Object.keys(changeRules).toSorted())
    expect(Object.keys(mayChange).toSorted()).toEqual(registerNames.toSorted())
  })

  test.each(readers)('T1 as %s', async (comer) => {
    await Promise.all(registerNames.map(async (register) => {
      const socket = server.connect({ cookie: of(comer).cookie })
      await socket.opening()
      socket.socket.send(encodeSync(2, changeIn(register)))
      if (mayChange[register].includes(comer)) {
        await until(() => socket.acks().at(-1) === 1 || socket.closed(), { what: `an ack in ${register}` })
        check([register, socket.closed(), socket.frames.filter(({ kind }) => kind === 'refusal')], [register, null, []])
        socket.socket.close()
      }
      else {
        check([register, await socket.closing(), socket.acks()], [register, 4403, []])
        expect(socket.frames.at(-1)).toMatchObject({ kind: 'refusal', nth: 1, refusal: { reason: 'not-allowed' } })
      }
    }))
  })

  test('T1 what lands in no register is admitted from nobody', async () => {
    for (const comer of readers) {
      const socket = server.connect({ cookie: of(comer).cookie })
      await socket.opening()
      const doc = writerOf()
      socket.socket.send(encodeSync(2, doc.write(() => doc.doc.getMap('elsewhere').set('x', 1))))
      check([comer, await socket.closing(), socket.acks()], [comer, 4403, []])
    }
  })
})

test('T1 no command of the operator\'s can be given over HTTP or a websocket, whoever asks', async () => {
  for (const command of Object.keys(adminRules)) {
    await Promise.all((['owner', 'administrator'] as const).flatMap(comer =>
      [`/api/admin/${command.replace(' ', '/')}`, `/api/${command.replace(' ', '/')}`].map(async (path) => {
        const answer = await server.get(path, { method: 'POST', cookie: of(comer).cookie, headers: { origin: server.server.address } })
        check([command, path, answer.status], [command, path, 404])
      })))
  }
})

test('T1 so many checks were made', () => {
  expect(checks).toBeGreaterThanOrEqual(950)
})

/** A change of something in a register, as somebody would write it. */
function changeIn(register: RegisterName): Uint8Array {
  const writer = writerOf(smallContent)
  const update = writer.write((plan) => {
    const done = register === 'plan'
      ? replaceText(plan, { register, row: 'head', field: 'title' }, 'Ny tittel')
      : addRow(plan, register, {})
    if (!done.ok)
      throw new Error(`${register}: ${JSON.stringify(done)}`)
  })
  expect(update.byteLength).toBeGreaterThan(2)
  return update
}
