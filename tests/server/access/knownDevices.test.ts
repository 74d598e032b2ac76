import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMailServer, type MailServer } from '../../support/mailServer.ts'
import { ask, cookieFrom, errorOf, memberOf, type Answer } from '../support/everybody.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { planId, testServer, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
let mail: MailServer
let server: TestServer
let db: DatabaseSync
beforeAll(async () => {
  mail = await openMailServer()
  server = await testServer({
    clock,
    environment: { mail: { host: '127.0.0.1', port: mail.port, tls: 'none', login: null, from: { name: 'Plantavle', address: 'plan@plantavle.test' } } },
  })
  db = new DatabaseSync(join(server.folder, 'plantavle.db'), { readOnly: true })
})
afterAll(async () => {
  db.close()
  expect(server.reported).toEqual([])
  await server.close()
  await mail.close()
})

let people = 0
/** Somebody with an address, who has never been signed in. */
async function person() {
  const email = `kjent${++people}@ks.test`
  const { memberId, signInUrl } = await server.admin('member add', { plan: planId, name: `Kjent ${people}`, organisation: 'KS', role: 'reader', email })
  return { email, memberId: String(memberId), signInUrl: String(signInUrl) }
}
/** A browser: keeps what it is given, and sends it along. */
function browser(kept: Readonly<Record<string, string>> = {}) {
  const cookies = new Map(Object.entries(kept))
  const send = async (route: Parameters<typeof ask>[1], body: unknown) => {
    const answer = await ask(server, route, { cookie: [...cookies].map(pair => pair.join('=')).join('; '), body })
    for (const header of answer.cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      if (value === '')
        cookies.delete(name)
      else
        cookies.set(name, value)
    }
    return answer
  }
  return {
    cookies, send,
    ask: (email: string) => send('POST /api/sign-in/email', { email }),
    tryCode: (code: string) => send('POST /api/sign-in/code', { code }),
    signOut: () => send('POST /api/logg-ut', {}),
  }
}
const codeTo = async (email: string) => /\b(\d{3}) ?(\d{3})\b/.exec((await mail.letterTo(email)).text)?.slice(1).join('') ?? ''
/** A browser that this person has signed in from, and out again. */
async function knownBrowser(email: string, from = browser()) {
  expect((await from.ask(email)).status).toBe(200)
  expect((await from.tryCode(await codeTo(email))).status).toBe(200)
  await from.signOut()
  return from
}
const said = (answer: Answer) => [answer.status, errorOf(answer)]
/** A stranger who asks until nobody is answered any more. */
async function besiege(email: string) {
  for (let n = 0; (await browser().ask(email)).status === 200; n++) {
    await mail.letterTo(email)
    expect(n).toBeLessThan(20)
  }
}

test('T85 strangers who ask without pause keep nobody out who has been here from that browser before: codes come, and let in, at once', async () => {
  const { email } = await person()
  const known = await knownBrowser(email)
  await besiege(email)
  expect(said(await browser().ask(email))).toEqual([429, 'too-many'])
  expect(said(await known.ask(email))).toEqual([200, null])
  const code = await codeTo(email)
  // Nor do strangers' wrong codes.
  clock.sleep(60 * minuteMs)
  for (let n = 0; n < 2; n++) {
    const stranger = browser()
    await stranger.ask(email)
    const right = await codeTo(email)
    for (let again = 1; again <= 5; again++)
      await stranger.tryCode(String((Number(right) + again) % 1_000_000).padStart(6, '0'))
  }
  const locked = browser()
  await locked.ask(email)
  expect(said(await locked.tryCode(await codeTo(email)))).toEqual([429, 'too-many'])
  expect(said(await known.tryCode(code))).toEqual([410, 'expired'])
  await known.ask(email)
  expect((await known.tryCode(await codeTo(email))).status).toBe(200)
})

test('T85 a known browser\'s budget is its own and ends: eight asks at once and then one in five minutes, ten wrong codes an hour, and strangers lose nothing by it', async () => {
  const { email } = await person()
  const known = await knownBrowser(email)
  // Asked for as a stranger before it was known; as a known one it begins anew.
  for (let n = 0; n < 8; n++) {
    expect(said(await known.ask(email))).toEqual([200, null])
    await mail.letterTo(email)
  }
  const refused = await known.ask(email)
  expect([...said(refused), refused.headers.get('retry-after')]).toEqual([429, 'too-many', '300'])
  const other = browser()
  expect(said(await other.ask(email))).toEqual([200, null])
  expect((await other.tryCode(await codeTo(email))).status).toBe(200)

  clock.sleep(60 * minuteMs)
  for (let n = 0; n < 2; n++) {
    await known.ask(email)
    const right = await codeTo(email)
    for (let again = 1; again <= 5; again++)
      expect(errorOf(await known.tryCode(String((Number(right) + again) % 1_000_000).padStart(6, '0')))).toBe('wrong-code')
  }
  await known.ask(email)
  expect(said(await known.tryCode(await codeTo(email)))).toEqual([429, 'too-many'])
  const stranger = browser()
  await stranger.ask(email)
  expect((await stranger.tryCode(await codeTo(email))).status).toBe(200)
})

test('T85 strangers from one place who use up what may be asked for there keep no known browser out', async () => {
  const { email } = await person()
  const known = await knownBrowser(email)
  for (let n = 0; n < 10_000; n += 500)
    await Promise.all(Array.from({ length: 500 }, (_, m) => browser().ask(`fremmed${n + m}@ks.test`)))
  expect(said(await browser().ask('enda.en.fremmed@ks.test'))).toEqual([429, 'too-many'])
  expect(said(await known.ask(email))).toEqual([200, null])
  clock.sleep(60 * minuteMs)
}, 120_000)

test('T86 a browser is known to those alone who have come in from it, by a secret of which the hash is kept, that opens nothing and is another each time', async () => {
  const [mine, others] = [await person(), await person()]
  const known = await knownBrowser(mine.email)
  const secret = known.cookies.get('plantavle-kjent') ?? ''
  expect(secret).toMatch(/^[\w-]{43}$/)
  const rows = () => db.prepare('SELECT device, member FROM known_devices').all()
  expect(JSON.stringify(rows().map(({ device }) => Buffer.from(device as Uint8Array).toString('latin1')))).not.toContain(secret)
  expect((await server.get('/api/session', { cookie: `plantavle=${secret}` })).status).toBe(401)
  expect((await server.get('/api/session', { cookie: `plantavle-kjent=${secret}` })).status).toBe(401)
  // Of another address, forged, or beside itself it is a stranger's.
  await besiege(others.email)
  await besiege(mine.email)
  expect(said(await browser({ 'plantavle-kjent': secret }).ask(others.email))).toEqual([429, 'too-many'])
  for (const forged of ['x', 'a'.repeat(43), secret.slice(1), `${secret}A`, `${secret}; plantavle-kjent=${secret}`])
    expect([forged, ...said(await browser({ 'plantavle-kjent': forged }).ask(mine.email))]).toEqual([forged, 429, 'too-many'])
  expect(said(await browser({ 'plantavle-kjent': secret }).ask(mine.email))).toEqual([200, null])
  await mail.letterTo(mine.email)

  // Somebody else who comes in there by a printed link is known as well, and it is a new secret for both.
  const [session] = [await ask(server, 'GET /logg-inn/:token', { cookie: `plantavle-kjent=${secret}`, params: { token: others.signInUrl.split('/').at(-1) ?? '' } })]
  const anew = /plantavle-kjent=([\w-]{43}); Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/.exec(session?.cookies.at(-1) ?? '')?.[1] ?? ''
  expect(said(await browser({ 'plantavle-kjent': secret }).ask(mine.email))).toEqual([429, 'too-many'])
  for (const { email } of [mine, others]) {
    expect(said(await browser({ 'plantavle-kjent': anew }).ask(email))).toEqual([200, null])
    await mail.letterTo(email)
  }
})

test.each(['signing out everywhere', 'the operator\'s word', 'another address', 'erasure', '400 days'] as const)('T86 a browser is forgotten by %s', async (way) => {
  const { email, memberId } = await person()
  const known = await knownBrowser(email)
  const devices = () => Number(db.prepare('SELECT count(*) AS n FROM known_devices WHERE member = ?').get(memberId)?.n)
  expect(devices()).toBe(1)
  expect((await server.server.storage.members.personKept(memberId))?.devices).toHaveLength(1)
  const ways: Readonly<Record<typeof way, () => Promise<unknown>>> = {
    'signing out everywhere': async () => {
      await known.ask(email)
      await known.tryCode(await codeTo(email))
      await known.send('POST /api/me/sign-out-everywhere', {})
    },
    'the operator\'s word': () => server.admin('session revoke', { member: memberId }),
    'another address': () => server.admin('member address', { member: memberId, email: `ny.${email}` }),
    'erasure': () => server.admin('member erase', { member: memberId, sure: memberId }),
    '400 days': async () => {
      clock.sleep(400 * dayMs)
      await knownBrowser((await person()).email)
    },
  }
  await ways[way]()
  expect(devices()).toBe(0)
})

test('T86 of one member the twenty latest browsers are known', async () => {
  const { email, memberId, signInUrl } = await person()
  const first = await knownBrowser(email)
  for (let n = 0; n < 20; n++) {
    clock.sleep(1)
    await cookieFrom(signInUrl)
  }
  expect(db.prepare('SELECT count(*) AS n FROM known_devices WHERE member = ?').get(memberId)?.n).toBe(20)
  await besiege(email)
  expect(said(await first.ask(email))).toEqual([429, 'too-many'])
})

test('T90 nobody takes a name that another member of one of the same plans goes by, however it is written; their own they may set right', async () => {
  const [kari, per] = [await memberOf(server, planId, 'reader', 'Kari Åse  Moe'), await memberOf(server, planId, 'reader', 'Per Dahl')]
  const rename = (name: string, { cookie } = per) => ask(server, 'POST /api/me/name', { cookie, body: { name } })
  for (const name of ['Kari Åse Moe', 'KARI ÅSE MOE', 'kari  a\u030Ase\u00A0moe'])
    expect([name, ...said(await rename(name))]).toEqual([name, 409, 'name-taken'])
  expect((await ask(server, 'GET /api/session', { cookie: per.cookie })).body).toMatchObject({ member: { name: 'Per Dahl' } })
  expect((await rename('Kari Åse Moe, KS')).status).toBe(204)
  expect((await rename('Kari Åse Moe', kari)).status).toBe(204)
  expect((await rename('per dahl', kari)).status).toBe(204)
  const { accessLog } = await server.server.storage.members.personKept(per.memberId) ?? { accessLog: [] }
  expect(accessLog.filter(({ event }) => event === 'renamed')).toHaveLength(1)
})
