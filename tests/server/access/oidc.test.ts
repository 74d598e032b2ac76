import { afterAll, beforeAll, afterEach, expect, test } from 'vitest'
import { askedLastsMs, openOidc, type Oidc, type OidcAsked, type OidcSettings } from '../../../server/access/oidc.ts'
import { accounts, confidentialClient, openIdentityProvider, publicClient, type AccountName, type IdentityProvider } from '../../support/identityProvider.ts'
import { pretendClock } from '../support/pretendClock.ts'

let provider: IdentityProvider
beforeAll(async () => {
  provider = await openIdentityProvider()
})
afterEach(() => {
  provider.tamper(null)
  provider.breakDown(null)
})
afterAll(() => provider.close())

const redirectUri = 'http://127.0.0.1:4567/tilbake'
const organisations = new Map([['974763230', 'SF'], ['971032146', 'KS'], ['0192:971032146', 'KS']])

function settingsFor(given: Partial<OidcSettings> = {}): OidcSettings {
  return {
    name: 'Testporten', issuer: provider.issuer, ...confidentialClient, scopes: ['openid', 'profile', 'email'], acrValues: null, authorizationDetails: null,
    claims: { email: 'email', name: 'name', organisation: 'orgno' }, organisations, trustsEmail: false, ...given,
  }
}

function open(given: Partial<OidcSettings> = {}, clock = pretendClock()): Oidc {
  return openOidc({ settings: settingsFor(given), redirectUri: () => redirectUri, clock })
}

async function begun(oidc: Oidc): Promise<{ url: string, asked: OidcAsked }> {
  const answer = await oidc.begin()
  if ('reason' in answer)
    throw new Error(`${answer.reason}: ${answer.code}`)
  return answer
}

/** All the way: to the provider as somebody, and back. */
async function whole(oidc: Oidc, as: AccountName | 'cancel') {
  const { url, asked } = await begun(oidc)
  return oidc.finish(await provider.visit(url, as), asked)
}

const kari = {
  issuer: expect.stringMatching(/^http:\/\/127/) as string, subject: 'kari', email: 'kari.nordmann@rogaland.test', isEmailVerified: true,
  name: 'Kari Nordmann', organisation: 'SF',
}

test('T35 somebody signs in by code with PKCE, and is told by issuer, subject, verified address, name and organisation', async () => {
  for (const client of [confidentialClient, publicClient]) {
    const oidc = open(client)
    expect(oidc.name).toBe('Testporten')
    expect(await whole(oidc, 'kari')).toEqual({ ...kari, issuer: provider.issuer })
    expect(Object.fromEntries(provider.lastAsked())).toEqual({
      client_id: client.clientId, redirect_uri: redirectUri, response_type: 'code', scope: 'openid profile email', code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string, state: expect.stringMatching(/^[\w-]{43}$/) as string, nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
    })
    expect(await whole(oidc, 'olav')).toMatchObject({ subject: 'olav', email: 'olav@ks.test', organisation: 'KS' })
  }
})

test('T35 what is not in the token is asked for beside it, and the secret goes the way the provider takes it', async () => {
  const other = await openIdentityProvider({ claimsIn: 'userinfo', secretIn: 'client_secret_basic' })
  try {
    const oidc = open({ issuer: other.issuer })
    const { url, asked } = await begun(oidc)
    expect(await oidc.finish(await other.visit(url, 'kari'), asked)).toEqual({ ...kari, issuer: other.issuer })

    const back = async () => {
      const mine = await begun(oidc)
      return oidc.finish(await other.visit(mine.url, 'kari'), mine.asked)
    }
    other.tamper(claims => ({ ...claims, sub: 'olav' }))
    expect(await back()).toEqual({ reason: 'mismatch', code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' })
    other.tamper(null)
    other.breakDown(503, '/me')
    expect(await back()).toEqual({ reason: 'unreachable', code: 'OAUTH_RESPONSE_IS_NOT_CONFORM' })
    provider.breakDown(401, '/me')
    expect(await whole(open({ claims: { email: 'email', name: 'no-such', organisation: 'no-such' } }), 'kari')).toEqual({ ...kari, name: null, organisation: null })
  }
  finally {
    await other.close()
  }
})

test('T35 each way in has a state, nonce and verifier of its own, and the address one comes back to is ours whatever stands before it', async () => {
  const oidc = open()
  const [first, second] = [await begun(oidc), await begun(oidc)]
  expect(new Set([first, second].flatMap(({ asked: { state, nonce, verifier } }) => [state, nonce, verifier])).size).toBe(6)
  const back = await provider.visit(first.url, 'kari')
  expect(await oidc.finish(new URL(`http://bak-en-proxy.test/noe-annet${back.search}`), first.asked)).toEqual(kari)
})

test('T36 an answer to what another asked, a code used twice, and a token for another, by another or of another time let nobody in', async () => {
  const oidc = open()
  const [mine, others] = [await begun(oidc), await begun(oidc)]
  const [back, othersBack] = [await provider.visit(mine.url, 'kari'), await provider.visit(others.url, 'olav')]
  const without = (name: string) => {
    const url = new URL(back)
    url.searchParams.delete(name)
    return url
  }
  const withOther = (name: string, value: string) => {
    const url = without(name)
    url.searchParams.set(name, value)
    return url
  }
  const reasonOf = async (answer: ReturnType<Oidc['finish']>) => {
    const told = await answer
    return 'reason' in told ? told.reason : 'in'
  }
  // None of these spends the code.
  expect(await reasonOf(oidc.finish(othersBack, mine.asked))).toBe('mismatch')
  expect(await reasonOf(oidc.finish(without('state'), mine.asked))).toBe('mismatch')
  expect(await reasonOf(oidc.finish(withOther('iss', 'https://en-annen.test'), mine.asked))).toBe('mismatch')
  expect(await reasonOf(oidc.finish(without('iss'), mine.asked))).toBe('unfit-answer')
  expect(await reasonOf(oidc.finish(new URL(`${back.href}&code=en-annen`), mine.asked))).toBe('unfit-answer')
  expect(await reasonOf(oidc.finish(new URL(`${back.href}&id_token=en-annen`), mine.asked))).toBe('unfit-answer')
  expect(await reasonOf(oidc.finish(without('code'), mine.asked))).toBe('unfit-answer')
  expect(await reasonOf(oidc.finish(withOther('code', 'gjettet'), mine.asked))).toBe('expired')
  expect(await oidc.finish(back, mine.asked)).toEqual(kari)
  expect(await oidc.finish(back, mine.asked)).toEqual({ reason: 'expired', code: 'invalid_grant' })

  const verifier = await begun(oidc)
  expect(await reasonOf(oidc.finish(await provider.visit(verifier.url, 'kari'), { ...verifier.asked, verifier: others.asked.verifier }))).toBe('expired')
  const nonce = await begun(oidc)
  expect(await reasonOf(oidc.finish(await provider.visit(nonce.url, 'kari'), { ...nonce.asked, nonce: others.asked.nonce }))).toBe('mismatch')
  const anothersCode = await begun(oidc)
  expect(await reasonOf(open(publicClient).finish(await provider.visit(anothersCode.url, 'kari'), anothersCode.asked))).toBe('expired')
})

test('T100 of a name from an account no more is taken than a name may be long, cut between two characters, and none that shows nothing', async () => {
  const named = async (name: string) => {
    provider.tamper(claims => ({ ...claims, name }))
    const told = await whole(open(), 'kari')
    return 'name' in told ? told.name : told
  }
  expect(await named(` ${'x'.repeat(110)}`)).toBe('x'.repeat(100))
  expect(await named('🙂'.repeat(60))).toBe('🙂'.repeat(50))
  expect(await named(`x${'🙂'.repeat(60)}`)).toBe(`x${'🙂'.repeat(49)}`)
  expect([await named('\u3164'), await named(' ')]).toEqual([null, null])
  provider.tamper(null)
})

test('T36 a token that is not for us, not by the provider, too old, of another nonce, or signed by somebody else lets nobody in', async () => {
  const oidc = open()
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const changes: readonly [string, (claims: Record<string, unknown>) => Record<string, unknown>, string][] = [
    ['nothing', claims => claims, 'in'],
    ['audience', claims => ({ ...claims, aud: publicClient.clientId }), 'mismatch'],
    ['a further audience', claims => ({ ...claims, aud: [confidentialClient.clientId, 'en-annen'] }), 'mismatch'],
    ['issuer', claims => ({ ...claims, iss: 'https://en-annen.test' }), 'mismatch'],
    ['no issuer', ({ iss: _iss, ...claims }) => claims, 'unfit-answer'],
    ['nonce', claims => ({ ...claims, nonce: 'en-annen' }), 'mismatch'],
    ['no nonce', ({ nonce: _nonce, ...claims }) => claims, 'unfit-answer'],
    ['too old', claims => ({ ...claims, iat: nowSeconds - 7_200, exp: nowSeconds - 3_600 }), 'expired'],
    ['not yet', claims => ({ ...claims, nbf: nowSeconds + 3_600 }), 'expired'],
    ['no end', ({ exp: _exp, ...claims }) => claims, 'unfit-answer'],
    ['no subject', ({ sub: _sub, ...claims }) => claims, 'unfit-answer'],
    ['an empty subject', claims => ({ ...claims, sub: '' }), 'unfit-answer'],
    ['a subject of another type', claims => ({ ...claims, sub: 7 }), 'unfit-answer'],
    ['a subject that never ends', claims => ({ ...claims, sub: 'x'.repeat(256) }), 'unfit-answer'],
    ['an address of another type', claims => ({ ...claims, email: ['kari.nordmann@rogaland.test'] }), 'unfit-answer'],
    ['a name of another type', claims => ({ ...claims, name: { first: 'Kari' } }), 'unfit-answer'],
    ['an organisation of another type', claims => ({ ...claims, orgno: 974763230 }), 'unfit-answer'],
  ]
  for (const [what, change, expected] of changes) {
    provider.tamper(change)
    const told = await whole(oidc, 'kari')
    expect([what, 'reason' in told ? told.reason : 'in']).toEqual([what, expected])
  }
  provider.tamper(claims => claims, { isForged: true })
  expect(await whole(oidc, 'kari')).toEqual({ reason: 'unfit-answer', code: 'OAUTH_INVALID_RESPONSE' })
})

test('T36 who says no, who takes too long, and what an answer says is wrong are told apart, without a word of theirs', async () => {
  const clock = pretendClock()
  const oidc = open({}, clock)
  expect(await whole(oidc, 'cancel')).toEqual({ reason: 'cancelled', code: 'access_denied' })
  const { url, asked } = await begun(oidc)
  const back = await provider.visit(url, 'kari')
  clock.advance(askedLastsMs)
  expect(await oidc.finish(back, { ...asked, at: asked.at - 1 })).toEqual({ reason: 'expired', code: 'asked' })
  expect(await oidc.finish(back, { ...asked, at: clock.now() + 1 })).toEqual({ reason: 'expired', code: 'asked' })
  expect(await oidc.finish(back, asked)).toEqual(kari)
  const refused = async (error: string) => {
    const { asked: { ...mine } } = await begun(oidc)
    return oidc.finish(new URL(`${redirectUri}?${String(new URLSearchParams({ error, error_description: 'om Kari', state: mine.state, iss: provider.issuer }))}`), mine)
  }
  expect(await Promise.all(['login_required', 'server_error', 'invalid_scope', 'Kari Nordmann <kari@rogaland.test>'].map(refused))).toEqual([
    { reason: 'cancelled', code: 'login_required' }, { reason: 'unreachable', code: 'server_error' }, { reason: 'unfit-answer', code: 'invalid_scope' }, { reason: 'unfit-answer', code: 'other' },
  ])
})

test('T37 only an address the provider has verified lets anybody in, unless the operator vouches for the provider', async () => {
  const oidc = open()
  expect(await whole(oidc, 'unverified')).toEqual({ reason: 'not-verified', code: 'email-not-verified' })
  expect(await whole(oidc, 'unsaid')).toEqual({ reason: 'not-verified', code: 'email-not-verified' })
  expect(await whole(oidc, 'withoutAddress')).toEqual({ reason: 'not-verified', code: 'no-email' })
  for (const claimed of ['true', 1, 'yes', [true], {}]) {
    provider.tamper(claims => ({ ...claims, email_verified: claimed }))
    expect(await whole(oidc, 'kari')).toEqual({ reason: 'not-verified', code: 'email-not-verified' })
  }
  for (const address of ['', 'kari', 'kari@rogaland.test\r\nBcc: x@y.test', 'a@b.test,c@d.test', `${'x'.repeat(300)}@b.test`]) {
    provider.tamper(claims => ({ ...claims, email: address }))
    expect(await whole(oidc, 'kari')).toEqual({ reason: 'not-verified', code: 'no-email' })
  }
  provider.tamper(null)
  const trusting = open({ trustsEmail: true })
  expect(await whole(trusting, 'unsaid')).toMatchObject({ email: 'else@ks.test', isEmailVerified: true })
  expect(await whole(trusting, 'withoutAddress')).toEqual({ reason: 'not-verified', code: 'no-email' })
})

test('T37 that an address is verified counts for that address: not for one in another claim, nor for one told elsewhere', async () => {
  const byName = open({ claims: { email: 'preferred_username', name: 'name', organisation: null } })
  provider.tamper(claims => ({ ...claims, preferred_username: 'sjefen@ks.test' }))
  expect(await whole(byName, 'kari')).toEqual({ reason: 'not-verified', code: 'email-not-verified' })
  expect(await whole(open({ claims: { email: 'preferred_username', name: 'name', organisation: null }, trustsEmail: true }), 'kari'))
    .toMatchObject({ email: 'sjefen@ks.test' })
  provider.tamper(null)
  const other = await openIdentityProvider({ claimsIn: 'userinfo' })
  try {
    const oidc = open({ issuer: other.issuer })
    other.tamper(claims => ({ ...claims, email: 'sjefen@ks.test' }))
    const { url, asked } = await begun(oidc)
    expect(await oidc.finish(await other.visit(url, 'kari'), asked)).toEqual({ reason: 'not-verified', code: 'email-not-verified' })
  }
  finally {
    await other.close()
  }
})

test('T37 where the operator says that the provider has no addresses, people are known by their subject alone', async () => {
  const oidc = open({ claims: { email: null, name: 'name', organisation: 'orgno' } })
  expect(await whole(oidc, 'withoutAddress')).toMatchObject({ subject: 'without-address', email: null, isEmailVerified: false, name: 'Uten Adresse', organisation: null })
  expect(await whole(oidc, 'kari')).toMatchObject({ subject: 'kari', email: null, isEmailVerified: false, organisation: 'SF' })
})

test('T38 who is known less surely than was asked for is not let in, and neither is who is known in another way', async () => {
  const oidc = open({ acrValues: ['substantial', 'high'] })
  expect(await whole(oidc, 'kari')).toEqual(kari)
  expect(provider.lastAsked().get('acr_values')).toBe('substantial high')
  expect(await whole(oidc, 'olav')).toMatchObject({ subject: 'olav' })
  expect(await whole(oidc, 'weak')).toEqual({ reason: 'weak', code: 'acr' })
  expect(await whole(open(), 'weak')).toMatchObject({ subject: 'weak' })
  for (const acr of [undefined, 'HIGH', ['high'], '', 'substantial high', true]) {
    provider.tamper(({ acr: _acr, ...claims }) => acr === undefined ? claims : { ...claims, acr })
    expect(await whole(oidc, 'kari')).toMatchObject({ reason: expect.stringMatching(/^(weak|unfit-answer)$/) as string })
  }
})

test('T39 the value of the organisation\'s claim, wherever it stands, must be one that the operator has named', async () => {
  const details = [{ type: 'ansattporten:orgno' }]
  const at = (organisation: string | null) => open({ claims: { email: 'email', name: 'name', organisation }, authorizationDetails: details })
  expect(await whole(at('/authorization_details/0/orgno/ID'), 'represents')).toMatchObject({ organisation: 'KS' })
  expect(JSON.parse(provider.lastAsked().get('authorization_details') ?? '')).toEqual(details)
  for (const claim of ['/authorization_details/1/orgno/ID', '/authorization_details/0/orgno/ID/length', 'no-such', '/constructor/name', 'toString', null])
    expect([claim, await whole(at(claim), 'represents')]).toEqual([claim, expect.objectContaining({ subject: 'represents', organisation: null })])
  const told: readonly [unknown, string | null][] = [
    ['974763230 ', null], ['123456789', null], ['__proto__', null], [['974763230'], 'SF'], [['1', '971032146'], 'KS'], [['974763230', '971032146'], null], [[], null],
  ]
  for (const [value, organisation] of told) {
    provider.tamper(claims => ({ ...claims, orgno: value }))
    expect([value, await whole(open(), 'kari')]).toEqual([value, { ...kari, organisation }])
  }
})

test('T40 the provider is looked up at first need, once for all who wait, again the next day, and again after it could not be reached', async () => {
  const clock = pretendClock()
  const before = provider.discoveries()
  const oidc = open({}, clock)
  expect(provider.discoveries()).toBe(before)
  provider.breakDown(503)
  expect(await oidc.begin()).toEqual({ reason: 'unreachable', code: 'OAUTH_RESPONSE_IS_NOT_CONFORM' })
  expect(await oidc.endUrl('http://localhost/')).toBeNull()
  provider.breakDown(null)
  await Promise.all([begun(oidc), begun(oidc), begun(oidc)])
  expect(provider.discoveries()).toBe(before + 1)
  clock.advance(24 * 3_600_000 + 1)
  await begun(oidc)
  expect(provider.discoveries()).toBe(before + 2)
  const { url, asked } = await begun(oidc)
  const back = await provider.visit(url, 'kari')
  provider.breakDown(502)
  expect(await oidc.finish(back, asked)).toEqual({ reason: 'unreachable', code: 'OAUTH_RESPONSE_IS_NOT_CONFORM' })
})

test('T40 one that is not there, or gives itself out for another, is a refusal and no failure', async () => {
  const gone = await openIdentityProvider()
  await gone.close()
  expect(await open({ issuer: gone.issuer }).begin()).toEqual({ reason: 'unreachable', code: 'ECONNREFUSED' })
  expect(await open({ issuer: provider.issuer.replace('127.0.0.1', 'localhost') }).begin()).toMatchObject({ code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' })
  expect(await open({ issuer: `${provider.issuer}/feil-sti` }).begin()).toMatchObject({ reason: 'unreachable' })
})

test('T40 where one signs out of the provider is told, with the way back', async () => {
  const end = new URL(await open().endUrl('http://127.0.0.1:4567/') ?? '')
  expect([end.origin, end.searchParams.get('post_logout_redirect_uri'), end.searchParams.get('client_id')])
    .toEqual([provider.issuer, 'http://127.0.0.1:4567/', confidentialClient.clientId])
  expect(Object.keys(accounts)).toContain('kari')
})
