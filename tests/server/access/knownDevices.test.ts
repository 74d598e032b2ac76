import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newSession } from '../../../server/access/access.ts'
import type { BudgetLimits } from '../../../server/access/budgets.ts'
import { newId } from '../../../server/access/secrets.ts'
import { openSignIn } from '../../../server/access/signIn.ts'
import type { MailServer } from '../../support/mailServer.ts'
import { ask, cookieFrom, errorOf, memberOf, type Answer } from '../support/everybody.ts'
import { mailedServer, waysInOf, wrongCode, type MailedServer } from '../support/mailed.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { planId, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
let mailed: MailedServer
let mail: MailServer
let server: TestServer
let db: DatabaseSync
beforeAll(async () => {
  mailed = await mailedServer({ clock })
  ;({ server, mail } = mailed)
  db = new DatabaseSync(join(server.folder, 'plantavle.db'), { readOnly: true })
})
afterAll(async () => {
  db.close()
  expect(server.reported).toEqual([])
  await mailed.close()
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
  const send = async (route: Parameters<typeof ask>[1], body: unknown, params: Readonly<Record<string, string>> = {}) => {
    const answer = await ask(server, route, { cookie: [...cookies].map(pair => pair.join('=')).join('; '), body, params })
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
    /** By their printed link. */
    open: (signInUrl: string) => send('GET /logg-inn/:token', undefined, { token: signInUrl.split('/').at(-1) ?? '' }),
    signOut: () => send('POST /api/logg-ut', {}),
  }
}
const codeTo = async (email: string) => waysInOf(await mail.letterTo(email)).code
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
      await stranger.tryCode(wrongCode(right, again))
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
      expect(errorOf(await known.tryCode(wrongCode(right, again)))).toBe('wrong-code')
  }
  await known.ask(email)
  expect(said(await known.tryCode(await codeTo(email)))).toEqual([429, 'too-many'])
  const stranger = browser()
  await stranger.ask(email)
  expect((await stranger.tryCode(await codeTo(email))).status).toBe(200)
})

test('T85 nor does a browser\'s budget begin anew when somebody comes in there: of asks, or of wrong codes', async () => {
  const [{ email }, other] = [await person(), await person()]
  const shared = await knownBrowser(email)
  const somebodyElseComes = async () => {
    expect((await shared.open(other.signInUrl)).status).toBe(303)
    await shared.signOut()
  }
  for (let n = 0; n < 2; n++) {
    await shared.ask(email)
    const right = await codeTo(email)
    for (let again = 1; again <= 5; again++)
      expect(errorOf(await shared.tryCode(wrongCode(right, again)))).toBe('wrong-code')
    await somebodyElseComes()
  }
  expect(said(await shared.ask(email))).toEqual([200, null])
  expect(said(await shared.tryCode(wrongCode(await codeTo(email))))).toEqual([429, 'too-many'])
  for (let n = 3; n < 8; n++) {
    await somebodyElseComes()
    expect([n, ...said(await shared.ask(email))]).toEqual([n, 200, null])
    await mail.letterTo(email)
  }
  await somebodyElseComes()
  expect(said(await shared.ask(email))).toEqual([429, 'too-many'])
})

/** Ways in over the same storage, with budgets of their own. */
const waysInWith = (limits: Partial<BudgetLimits>) => openSignIn({
  storage: server.server.storage, clock, publicOrigin: () => 'http://localhost', limits,
  mail: { isThere: true, send: () => Promise.resolve('sent') }, access: { tell: () => Promise.resolve(), cutOff: () => {} },
})

test('T85 strangers from one place who use up what may be asked for there, or the letters of it, keep no known browser out; its own letters count there', async () => {
  const [{ email }, other] = [await person(), await person()]
  const known = (await knownBrowser(email)).cookies.get('plantavle-kjent') ?? null
  const hourMs = 60 * minuteMs
  const asking = (limits: Partial<BudgetLimits>) => {
    const { ask: begin } = waysInWith(limits)
    return async (address: string, by: string | null = null) => {
      const answer = await begin({ email: address, language: 'nb', from: 'ett sted', known: by })
      return answer.ok || answer.refusal
    }
  }
  const byAsks = asking({ asksFrom: { atOnce: 2, everyMs: hourMs } })
  expect([await byAsks('en@ks.test'), await byAsks('to@ks.test'), await byAsks('tre@ks.test'), await byAsks(email, known)]).toEqual([true, true, 'too-many', true])
  const byLetters = asking({ lettersFrom: { atOnce: 2, everyMs: hourMs } })
  expect([await byLetters(other.email), await byLetters(email), await byLetters(other.email), await byLetters(email, known)]).toEqual([true, true, 'too-many', true])
  const ofBoth = asking({ lettersFrom: { atOnce: 2, everyMs: hourMs } })
  expect([await ofBoth(email, known), await ofBoth(email, known), await ofBoth(other.email), await ofBoth(email, known)]).toEqual([true, true, 'too-many', true])
})

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
  const { cookies } = await browser({ 'plantavle-kjent': secret }).open(others.signInUrl)
  const anew = /plantavle-kjent=([\w-]{43}); Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/.exec(cookies.at(-1) ?? '')?.[1] ?? ''
  clock.sleep(10 * minuteMs)
  await besiege(mine.email)
  expect(said(await browser({ 'plantavle-kjent': secret }).ask(mine.email))).toEqual([429, 'too-many'])
  for (const { email } of [mine, others]) {
    expect(said(await browser({ 'plantavle-kjent': anew }).ask(email))).toEqual([200, null])
    await mail.letterTo(email)
  }
})

test('T86 an answer that is lost loses no browser: the secret before counts for ten minutes, and as often as it must', async () => {
  const [mine, others] = [await person(), await person()]
  const former = (await knownBrowser(mine.email)).cookies.get('plantavle-kjent') ?? ''
  /** Of the secrets given, which are known to both. */
  const knownAs = async (secret: string, to = mine) => {
    await besiege(to.email)
    const { status } = await browser({ 'plantavle-kjent': secret }).ask(to.email)
    if (status === 200)
      await mail.letterTo(to.email)
    return status
  }
  const lost = browser({ 'plantavle-kjent': former })
  await lost.open(others.signInUrl)
  clock.sleep(10 * minuteMs - 1)
  expect(await knownAs(former)).toBe(200)
  const again = browser({ 'plantavle-kjent': former })
  await again.open(others.signInUrl)
  const anew = again.cookies.get('plantavle-kjent') ?? ''
  expect(anew).not.toBe(former)
  expect([await knownAs(anew), await knownAs(anew, others), await knownAs(former)]).toEqual([200, 200, 200])
  expect(db.prepare('SELECT count(*) AS n FROM known_devices WHERE member = ?').get(mine.memberId)?.n).toBe(1)
  clock.sleep(10 * minuteMs)
  expect([await knownAs(former), await knownAs(anew)]).toEqual([429, 200])
})

const devicesOf = (memberId: string) => Number(db.prepare('SELECT count(*) AS n FROM known_devices WHERE member = ?').get(memberId)?.n)
/** Comes by an account, with this address. */
const byAccount = (subject: string, email: string) => server.server.storage.members.arrive(
  { email, identity: { issuer: 'https://konto.test', subject }, name: null, organisation: null }, newId(), newSession('provider', clock.now()).session)

test.each([
  'signing out everywhere', 'the operator\'s word', 'another address', 'an account that follows a new address', 'the first tie to an account', 'erasure', '400 days',
] as const)('T86 a browser is forgotten by %s', async (way) => {
  const { email, memberId } = await person()
  if (way === 'an account that follows a new address')
    await byAccount(email, email)
  const known = await knownBrowser(email)
  expect(devicesOf(memberId)).toBe(1)
  expect((await server.server.storage.members.personKept(memberId))?.devices).toHaveLength(1)
  const ways: Readonly<Record<typeof way, () => Promise<unknown>>> = {
    'signing out everywhere': async () => {
      await known.ask(email)
      await known.tryCode(await codeTo(email))
      await known.send('POST /api/me/sign-out-everywhere', {})
    },
    'the operator\'s word': () => server.admin('session revoke', { member: memberId }),
    'another address': () => server.admin('member address', { member: memberId, email: `ny.${email}` }),
    'an account that follows a new address': () => byAccount(email, `ny.${email}`),
    'the first tie to an account': () => byAccount(email, email),
    'erasure': () => server.admin('member erase', { member: memberId, sure: memberId }),
    '400 days': async () => {
      clock.sleep(400 * dayMs)
      await knownBrowser((await person()).email)
    },
  }
  await ways[way]()
  expect(devicesOf(memberId)).toBe(0)
})

test('T86 nothing is kept of a browser whose session has ended before it could be: by erasure, or by signing out everywhere', async () => {
  const signIn = waysInWith({})
  for (const command of ['member erase', 'session revoke'] as const) {
    const { email, memberId } = await person()
    const { secret, session } = newSession('provider', clock.now())
    await server.server.storage.members.arrive({ email, identity: null, name: null, organisation: null }, newId(), session)
    await server.admin(command, { member: memberId, ...command === 'member erase' && { sure: memberId } })
    expect([command, await signIn.remember(null, memberId, { secret, browser: null }), devicesOf(memberId)]).toEqual([command, null, 0])
  }
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

test('T86 at one browser the fifty latest who come in from it are known', async () => {
  const first = await person()
  const shared = await knownBrowser(first.email)
  const others = await Promise.all(Array.from({ length: 50 }, () => person()))
  for (const { signInUrl } of others.slice(0, 49)) {
    clock.sleep(1)
    await shared.open(signInUrl)
    await shared.signOut()
  }
  const inAll = () => [first, ...others].filter(({ memberId }) => devicesOf(memberId) > 0).length
  expect([devicesOf(first.memberId), inAll()]).toEqual([1, 50])
  clock.sleep(1)
  await shared.open(others[49]?.signInUrl ?? '')
  expect([devicesOf(first.memberId), inAll()]).toEqual([0, 50])
})

test('T90 nobody takes a name that another member of one of the same plans goes by, however it is written; their own they may set right', async () => {
  const [kari, per] = [await memberOf(server, planId, 'reader', 'Kari Åse  Moe'), await memberOf(server, planId, 'reader', 'Per Dahl')]
  const rename = (name: string, { cookie } = per) => ask(server, 'POST /api/me/name', { cookie, body: { name } })
  const unseen = ['Kari Åse Moe\uFE0F', 'Kari\u034F Åse Moe', 'Kari\u2800Åse Moe', 'Ka\u115Fri Åse\u3164 Moe']
  for (const name of ['Kari Åse Moe', 'KARI ÅSE MOE', 'kari  a\u030Ase\u00A0moe', ...unseen])
    expect([name, ...said(await rename(name))]).toEqual([name, 409, 'name-taken'])
  for (const name of ['\u3164', ' \u2800 ', '\u115F\u1160\uFE0F', '\uE000'])
    expect([name, (await rename(name)).body]).toEqual([name, { error: 'not-understood', faults: ['name'] }])
  expect((await ask(server, 'GET /api/session', { cookie: per.cookie })).body).toMatchObject({ member: { name: 'Per Dahl' } })
  expect((await rename('Kari Åse Moe, KS')).status).toBe(204)
  expect((await rename('Kari Åse Moe', kari)).status).toBe(204)
  expect((await rename('per dahl', kari)).status).toBe(204)
  const { accessLog } = await server.server.storage.members.personKept(per.memberId) ?? { accessLog: [] }
  expect(accessLog.filter(({ event }) => event === 'renamed')).toHaveLength(1)
})
