import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { sessionLastsMs } from '../../../server/access/access.ts'
import { confidentialClient, openIdentityProvider, type IdentityProvider } from '../../support/identityProvider.ts'
import { until } from '../../support/until.ts'
import { askedLastsMs } from '../../../server/access/oidc.ts'
import { ask, cookieFrom, errorOf, memberOf } from '../support/everybody.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { otherPlanId, planId, testServer, type SignedIn, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
let server: TestServer
let kari: SignedIn
let secret: string
const gone: Record<string, string> = {}
beforeAll(async () => {
  server = await testServer({ clock })
  const expired = await memberOf(server, planId, 'owner', 'Utløpt')
  clock.sleep(sessionLastsMs)
  kari = await memberOf(server, planId, 'owner', 'Kari')
  const ended = await memberOf(server, planId, 'owner', 'Avsluttet')
  await ask(server, 'POST /api/logg-ut', { cookie: ended.cookie })
  const erased = await memberOf(server, planId, 'owner', 'Slettet')
  await server.admin('member erase', { member: erased.memberId, sure: erased.memberId })
  const revoked = await memberOf(server, planId, 'owner', 'Tilbakekalt')
  await server.admin('session revoke', { member: revoked.memberId })
  Object.assign(gone, { expired: expired.cookie, ended: ended.cookie, erased: erased.cookie, revoked: revoked.cookie })
  secret = secretOf(kari.cookie)
})
afterAll(async () => {
  expect(server.reported).toEqual([])
  await server.close()
})

const secretOf = (cookie: string) => cookie.split('=')[1] ?? ''
const swapCase = (text: string) => [...text].map(letter => letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()).join('')
const hash = (text: string) => createHash('sha256').update(text).digest()

/** What is sent as the cookie, made of a secret that is good. */
const forgedCookies: Readonly<Record<string, () => string>> = {
  'no value': () => 'plantavle=',
  'cut short': () => `plantavle=${secret.slice(0, -1)}`,
  'a letter more': () => `plantavle=${secret}A`,
  'a letter other': () => `plantavle=${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`,
  'in other case': () => `plantavle=${swapCase(secret)}`,
  'backwards': () => `plantavle=${[...secret].toReversed().join('')}`,
  'sent twice': () => `plantavle=${secret}; plantavle=${secret}`,
  'sent twice, one of them somebody\'s guess': () => `plantavle=${'a'.repeat(43)}; plantavle=${secret}`,
  'under another name': () => `session=${secret}`,
  'under the name it has behind https': () => `__Host-plantavle=${secret}`,
  'under the name with a capital': () => `Plantavle=${secret}`,
  'as the device\'s': () => `plantavle-spurt=${secret}`,
  'inside another cookie': () => `x=plantavle=${secret}`,
  'after a comma': () => `x=1, plantavle=${secret}`,
  'in quotes': () => `plantavle="${secret}"`,
  'with each letter escaped': () => `plantavle=%${Buffer.from(secret).toString('hex').match(/../g)?.join('%') ?? ''}`,
  'with words of a query': () => `plantavle=${secret}' OR '1'='1`,
  'the hash of it': () => `plantavle=${hash(secret).toString('hex')}`,
  'the hash of it, as long as a secret': () => `plantavle=${hash(secret).toString('base64url')}`,
  'the link\'s token': () => `plantavle=${kari.signInUrl.split('/').at(-1) ?? ''}`,
  'whose it is': () => `plantavle=${kari.memberId}`,
  'a guess': () => `plantavle=${'a'.repeat(43)}`,
  'a session that has expired': () => gone.expired ?? '',
  'a session that was ended': () => gone.ended ?? '',
  'a session of who was erased': () => gone.erased ?? '',
  'a session the operator ended': () => gone.revoked ?? '',
}

let tried = 0
async function isNobody(cookie: string | undefined, headers: Record<string, string> = {}): Promise<void> {
  tried++
  const session = await ask(server, 'GET /api/session', { cookie, headers })
  expect([session.status, session.body]).toEqual([401, { error: 'signed-out' }])
  const name = await ask(server, 'POST /api/me/name', { cookie, headers, body: { name: 'Forfalsket' } })
  expect(name.status).toBe(401)
  const socket = server.connect(cookie === undefined ? {} : { cookie })
  expect([await socket.closing(), socket.frames]).toEqual([4401, []])
}

describe('T51 a cookie that is not exactly the session\'s lets nobody in, over HTTP or a websocket', () => {
  test.each(Object.entries(forgedCookies))('T51 %s', async (_what, forge) => {
    expect(forge()).not.toBe(kari.cookie)
    await isNobody(forge())
  })

  test('T51 a secret that is good counts in no other header, and not in an address', async () => {
    for (const headers of [{ authorization: `Bearer ${secret}` }, { 'x-session': secret }, { 'set-cookie': kari.cookie }] as Record<string, string>[])
      await isNobody(undefined, headers)
    expect((await server.get(`/api/session?plantavle=${secret}`)).status).toBe(401)
    const socket = server.connect({ query: `?ack=1&plantavle=${secret}&token=${secret}` })
    expect(await socket.closing()).toBe(4401)
    expect((await ask(server, 'GET /api/session', { cookie: kari.cookie })).status).toBe(200)
  })

  test('T51 what /api/me says of a session opens none', async () => {
    const { body } = await ask(server, 'GET /api/me', { cookie: kari.cookie })
    for (const { id } of (body as { sessions: { id: string }[] }).sessions)
      await isNobody(`plantavle=${id}`)
  })

  test('T51 a link\'s token is good only as it is', async () => {
    const token = kari.signInUrl.split('/').at(-1) ?? ''
    for (const forged of [token.slice(1), `${token}A`, swapCase(token), hash(token).toString('base64url'), secret, `${token}%00`, `${token}%20`, 'a'.repeat(43)]) {
      tried++
      const answer = await server.get(`/logg-inn/${forged}`)
      expect([forged, answer.status, answer.headers.getSetCookie()]).toEqual([forged, 403, []])
    }
    expect(await cookieFrom(kari.signInUrl)).toMatch(/^plantavle=/)
  })
})

describe('T51 an Origin that is not exactly ours changes nothing and opens no websocket', () => {
  const port = () => server.server.port
  const forged: Readonly<Record<string, () => string | null>> = {
    'none': () => null,
    'null': () => 'null',
    'https for http': () => `https://localhost:${port()}`,
    'a host under it': () => `http://plan.localhost:${port()}`,
    'a host it is the beginning of': () => `http://localhost:${port()}.evil.example`,
    'another port': () => `http://localhost:${port() + 1}`,
    'no port': () => 'http://localhost',
    'a name before the host': () => `http://kari@localhost:${port()}`,
    'the host as a name before another': () => `http://localhost:${port()}@evil.example`,
    'capitals': () => `http://LOCALHOST:${port()}`,
    'a dot after the host': () => `http://localhost.:${port()}`,
    'a slash after it': () => `http://localhost:${port()}/`,
    'two': () => `http://localhost:${port()}, http://evil.example`,
    'two, with ours behind': () => `http://evil.example http://localhost:${port()}`,
    'this machine by another number': () => `http://127.1:${port()}`,
    'this machine in the other kind of address': () => `http://[::1]:${port()}`,
    'websocket\'s own scheme': () => `ws://localhost:${port()}`,
    'somebody else\'s': () => 'http://evil.example',
  }

  test.each(Object.entries(forged))('T51 %s', async (_what, forge) => {
    tried++
    const origin = forge()
    const socket = server.connect({ cookie: kari.cookie, origin })
    await until(() => socket.refusedWith() ?? socket.closed(), { what: 'an answer' })
    expect([socket.refusedWith(), socket.frames]).toEqual([403, []])
    const answer = await ask(server, 'POST /api/me/name', { cookie: kari.cookie, origin, body: { name: 'Forfalsket' } })
    expect([answer.status, answer.body]).toEqual([403, { error: 'wrong-origin' }])
  })

  const types = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'text/plain; application/json']
  test.each(types)('T51 a form of somebody else\'s page that sends our cookie along (%s) does nothing', async (type) => {
    for (const [headers, origin] of [[{}, 'http://evil.example'], [{}, 'null'], [{ 'sec-fetch-site': 'cross-site' }, null], [{ 'sec-fetch-site': 'same-site' }, null], [{ 'sec-fetch-site': 'none' }, null], [{ referer: server.server.address }, null]] as const) {
      tried++
      for (const [route, body] of [['POST /api/me/name', '{"name":"Forfalsket"}'], ['POST /api/logg-ut', ''], ['POST /api/plans/:planId/leave', '{}'], ['POST /api/plans', '{}']] as const) {
        const answer = await ask(server, route, { cookie: kari.cookie, origin, body, headers: { ...headers, 'content-type': type } })
        expect([route, answer.status, errorOf(answer)]).toEqual([route, 403, 'wrong-origin'])
      }
    }
    const { body } = await ask(server, 'GET /api/me', { cookie: kari.cookie })
    expect(body).toMatchObject({ name: 'Kari' })
  })

  test('T51 nothing that a GET asks for changes what somebody is called, what they may do, or that they are signed in', async () => {
    for (const path of ['/api/me/name?name=Forfalsket', '/api/logg-ut', `/api/plans/${planId}/leave`, '/api/me/sign-out-everywhere'])
      expect((await server.get(path, { cookie: kari.cookie })).status).toBe(404)
    expect((await ask(server, 'GET /api/session', { cookie: kari.cookie })).body).toMatchObject({ member: { name: 'Kari' }, plans: [{ planId, role: 'owner' }] })
  })
})

describe('T51 behind https', () => {
  let secure: TestServer
  let cookie: string
  const origin = 'https://plan.example.no'
  beforeAll(async () => {
    secure = await testServer({ environment: { publicOrigin: origin } })
    const { signInUrl } = await secure.admin('member add', { plan: planId, name: 'Kari', organisation: 'KS', role: 'owner' })
    const answer = await fetch(`${at()}${new URL(String(signInUrl)).pathname}`, { redirect: 'manual' })
    cookie = answer.headers.getSetCookie()[0] ?? ''
  })
  afterAll(() => secure.close())
  const at = () => `http://127.0.0.1:${secure.server.port}`
  const sessionWith = async (given: string) => (await fetch(`${at()}/api/session`, { headers: { cookie: given } })).status

  function closeOf(given: string, from: string): Promise<number | string> {
    const socket = new WebSocket(`${at().replace('http', 'ws')}/sync/plan:${planId}?ack=1`, { headers: { cookie: given, origin: from } })
    return new Promise((resolve) => {
      socket.once('close', resolve)
      socket.once('message', () => {
        resolve('let in')
        socket.terminate()
      })
      socket.on('error', () => {})
      socket.once('unexpected-response', (_request, answer) => {
        resolve(answer.statusCode ?? 0)
        socket.terminate()
      })
    })
  }

  test('T51 the cookie is bound to the host, and without that name it is none', async () => {
    expect(cookie).toMatch(/^__Host-plantavle=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
    const [good = ''] = cookie.split(';')
    const bare = good.replace('__Host-', '')
    expect([await sessionWith(good), await closeOf(good, origin)]).toEqual([200, 'let in'])
    for (const forged of [bare, bare.replace('plantavle', '__Secure-plantavle'), bare.replace('plantavle', '__host-plantavle'), `${good}; ${good}`, `${bare}; x=1`]) {
      tried++
      expect([forged, await sessionWith(forged), await closeOf(forged, origin)]).toEqual([forged, 401, 4401])
    }
  })

  test.each(['http://plan.example.no', 'https://www.plan.example.no', 'https://plan.example.no:8443', 'https://PLAN.example.no', 'https://plan.example.no.', 'https://example.no', 'http://localhost'])(
    'T51 the Origin %s is not ours', async (forged) => {
      tried++
      expect(await closeOf(cookie.split(';')[0] ?? '', forged)).toBe(403)
      const answer = await fetch(`${at()}/api/logg-ut`, { method: 'POST', headers: { cookie: cookie.split(';')[0] ?? '', origin: forged } })
      expect(answer.status).toBe(403)
    })
})

describe('T51 by an organisation\'s account', () => {
  let provider: IdentityProvider
  let joined: TestServer
  beforeAll(async () => {
    provider = await openIdentityProvider({ redirectUris: ['http://127.0.0.1/api/sign-in/provider/answer', 'http://localhost/api/sign-in/provider/answer'] })
    joined = await testServer({
      environment: {
        publicOrigin: null,
        oidc: {
          name: 'Testporten', issuer: provider.issuer, ...confidentialClient, scopes: ['openid', 'profile', 'email'], acrValues: null, authorizationDetails: null,
          claims: { email: 'email', name: 'name', organisation: 'orgno' }, organisations: new Map(), trustsEmail: false,
        },
      },
    })
    await memberOf(joined, otherPlanId, 'reader', 'Kari', 'kari.nordmann@rogaland.test')
  })
  afterAll(async () => {
    await joined.close()
    await provider.close()
  })

  /** To the provider and back as somebody: what the browser is about to ask for, and the cookie it has. */
  async function back(as: 'kari' | 'olav' = 'kari') {
    const begun = await ask(joined, 'GET /api/sign-in/provider')
    const cookie = begun.cookies[0]?.split(';')[0] ?? ''
    return { cookie, url: await provider.visit(begun.headers.get('location') ?? '', as) }
  }
  const finish = async ({ pathname, search }: URL, cookie?: string) => {
    const answer = await fetch(`${joined.server.address}${pathname}${search}`, { redirect: 'manual', headers: cookie === undefined ? {} : { cookie } })
    return { status: answer.status, to: answer.headers.get('location') ?? '', session: answer.headers.getSetCookie().find(header => header.startsWith('plantavle=')) }
  }

  test('T51 a state that is forged, another\'s, missing or used lets nobody in, and an account nobody expects neither', async () => {
    const [mine, anothers] = [await back(), await back()]
    const forgedState = new URL(mine.url)
    forgedState.searchParams.set('state', 'x'.repeat(43))
    const noState = new URL(mine.url)
    noState.searchParams.delete('state')
    const readable = JSON.parse(Buffer.from(mine.cookie.split('=')[1] ?? '', 'base64url').toString()) as object
    const madeCookie = (change: object) => `plantavle-konto=${Buffer.from(JSON.stringify({ ...readable, ...change })).toString('base64url')}`
    const forgeries: [URL, string | undefined][] = [
      [mine.url, undefined], [mine.url, 'plantavle-konto=x'], [mine.url, anothers.cookie], [forgedState, mine.cookie], [noState, mine.cookie],
      [mine.url, madeCookie({ at: 1 })], [mine.url, madeCookie({ verifier: 'x'.repeat(43) })], [mine.url, `${mine.cookie}; ${mine.cookie}`],
    ]
    for (const [url, cookie] of forgeries) {
      tried++
      const answer = await finish(url, cookie)
      expect([answer.status, answer.to.startsWith('/logg-inn?feil='), answer.session]).toEqual([303, true, undefined])
    }
    const stranger = await back('olav')
    expect(await finish(stranger.url, stranger.cookie)).toEqual({ status: 303, to: '/logg-inn?feil=not-invited', session: undefined })

    const good = await back()
    expect(await finish(good.url, good.cookie)).toEqual({ status: 303, to: '/', session: expect.stringMatching(/^plantavle=[\w-]{43};/) as string })
    tried++
    expect((await finish(good.url, good.cookie)).session).toBeUndefined()
  })

  test('T87 who came by the provider is told that it goes on when they sign out, and is led to its own way out, with our address exactly; others are not', async () => {
    const good = await back()
    const session = (await finish(good.url, good.cookie)).session?.split(';')[0]
    const byLink = await memberOf(joined, otherPlanId, 'reader', 'Med lenke')
    for (const route of ['POST /api/logg-ut', 'POST /api/me/sign-out-everywhere'] as const) {
      const again = await back()
      const cookie = route === 'POST /api/logg-ut' ? session : (await finish(again.url, again.cookie)).session?.split(';')[0]
      expect(await ask(joined, route, { cookie, body: {} })).toMatchObject({ status: 200, body: { provider: 'Testporten' } })
    }
    expect(await ask(joined, 'POST /api/logg-ut', { cookie: byLink.cookie, body: {} })).toMatchObject({ status: 200, body: { provider: null } })

    const led = await joined.get('/api/sign-in/provider/end?post_logout_redirect_uri=http://evil.test/')
    const to = new URL(led.headers.get('location') ?? '')
    expect([led.status, to.origin, Object.fromEntries(to.searchParams)]).toEqual([303, provider.issuer, {
      client_id: confidentialClient.clientId, post_logout_redirect_uri: `${joined.server.address}/logg-inn`,
    }])
    const withoutProvider = await server.get('/api/sign-in/provider/end')
    expect(withoutProvider.status).toBe(404)
  })

  test('T63, T91 an invitation that somebody comes from is remembered on the way to the provider and back, and lets them into its plan; to another address it lets nobody in, and its page is come back to', async () => {
    const leader = await memberOf(joined, planId, 'owner', 'Eier')
    const invite = async (email: string) => {
      const { body } = await ask(joined, 'POST /api/plans/:planId/invitations', {
        cookie: leader.cookie, body: { role: 'reader', registers: null, until: null, invitees: [{ email, name: '', organisation: '' }] },
      })
      return String(Object(body).invited[0].link).split('/').at(-1) ?? ''
    }
    const come = async (query: string) => {
      const begun = await joined.get(`/api/sign-in/provider${query}`)
      expect(begun.headers.getSetCookie()[0]).toContain(`Max-Age=${askedLastsMs / 1_000};`)
      return finish(await provider.visit(begun.headers.get('location') ?? '', 'olav'), begun.headers.getSetCookie()[0]?.split(';')[0])
    }
    const anothers = await invite('en.annen@ks.test')
    for (const query of ['', '?invitation=x', `?invitation=${'a'.repeat(43)}`])
      expect(await come(query)).toEqual({ status: 303, to: '/logg-inn?feil=not-invited', session: undefined })
    // To another address than the account's: it is not theirs, whoever they are.
    const others = { status: 303, to: `/invitasjon/${anothers}?feil=other-address` }
    const signedIn = expect.stringMatching(/^plantavle=[\w-]{43};/) as string
    expect(await come(`?invitation=${anothers}`)).toEqual({ ...others, session: undefined })
    expect(await come(`?invitation=${await invite('olav@ks.test')}`)).toMatchObject({ to: `/plan/${planId}`, session: signedIn })
    expect(await come(`?invitation=${anothers}`)).toEqual({ ...others, session: signedIn })
    expect((await ask(joined, 'GET /api/plans/:planId/invitations', { cookie: leader.cookie })).body).toMatchObject({ invitations: [{ email: 'en.annen@ks.test' }] })
  })
})

test('T51 so many forgeries were tried', () => {
  expect(tried).toBeGreaterThanOrEqual(80)
})
