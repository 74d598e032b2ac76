import { expect, test } from 'vitest'
import { readEnvironment } from '../../../server/environment.ts'
import { sayFailure } from '../../../server/texts/sentences.ts'

/** What the operator is told; null where the settings can be used. */
function fault(env: Record<string, string>): string | null {
  try {
    readEnvironment(env)
    return null
  }
  catch (error) {
    return sayFailure(error)
  }
}

const mailOf = (SMTP_URL: string, more: Record<string, string> = {}) => readEnvironment({ SMTP_URL, MAIL_FROM: 'plan@kommune.no', ...more }).mail

test('T27 a mail server is set by its address and a sender, both or neither', () => {
  expect(readEnvironment({}).mail).toBeNull()
  expect(mailOf('smtps://plan%40kommune.no:p%40ss%3A%2F@smtp.kommune.no')).toEqual({
    host: 'smtp.kommune.no', port: 465, tls: 'from-start', login: { user: 'plan@kommune.no', pass: 'p@ss:/' }, from: { name: null, address: 'plan@kommune.no' },
  })
  expect(mailOf('smtp://relay.kommune.no:2525', { MAIL_FROM: 'Plantavle for Ås <plan@ås.kommune.no>' })).toEqual({
    host: 'relay.kommune.no', port: 2525, tls: 'required', login: null, from: { name: 'Plantavle for Ås', address: 'plan@ås.kommune.no' },
  })
  expect([mailOf('smtp://relay.kommune.no', { SMTP_ALLOW_PLAIN: '1' })?.tls, mailOf('smtp://localhost:25')?.tls, mailOf('smtp://127.0.0.1')?.tls, mailOf('smtp://[::1]:25')])
    .toEqual(['offered', 'none', 'none', expect.objectContaining({ host: '::1', tls: 'none' })])
  expect(mailOf('smtp://localhost.kommune.no')?.tls).toBe('required')
})

test('T27 what cannot be used of it is told in a sentence, which never says the password', () => {
  const pair = { SMTP_URL: 'smtp://relay.kommune.no', MAIL_FROM: 'plan@kommune.no' }
  expect([fault(pair), fault({ SMTP_URL: pair.SMTP_URL }), fault({ MAIL_FROM: pair.MAIL_FROM })])
    .toEqual([null, expect.stringContaining('SMTP_URL og MAIL_FROM'), expect.stringContaining('SMTP_URL og MAIL_FROM')])
  for (const url of [
    'relay.kommune.no', 'http://relay.kommune.no', 'smtp://', 'smtp://relay.kommune.no/sti', 'smtp://relay.kommune.no?tls.rejectUnauthorized=false', 'smtp://relay.kommune.no#a',
    'smtp://bruker@relay.kommune.no', 'smtp://:hemmelig@relay.kommune.no', 'smtp://a:hemmelig%zz@relay.kommune.no', 'smtp://a:hemmelig@relay.kommune.no:99999', 'smtp://relay kommune.no',
  ])
    expect([url, fault({ ...pair, SMTP_URL: url })]).toEqual([url, expect.stringMatching(/^SMTP_URL må være (?!.*hemmelig)/)])
  for (const from of ['plan', 'plan@kommune.no, andre@kommune.no', 'Plan <plan@kommune.no', 'Plan\r\nBcc: x@y.no <plan@kommune.no>', 'a <b> <plan@kommune.no>'])
    expect([from, fault({ ...pair, MAIL_FROM: from })]).toEqual([from, expect.stringContaining('MAIL_FROM må være')])
  expect(fault({ ...pair, SMTP_ALLOW_PLAIN: 'ja' })).toContain('SMTP_ALLOW_PLAIN')
})

const oidc = { OIDC_ISSUER: 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0', OIDC_CLIENT_ID: 'plantavle', OIDC_NAME: 'Entra ID' }

test('T34 a provider is set by its issuer, our name there and what it is called, and the rest follows', () => {
  expect(readEnvironment({}).oidc).toBeNull()
  expect(readEnvironment(oidc).oidc).toEqual({
    name: 'Entra ID', issuer: oidc.OIDC_ISSUER, clientId: 'plantavle', clientSecret: null, scopes: ['openid', 'profile', 'email'], acrValues: null,
    authorizationDetails: null, claims: { email: 'email', name: 'name', organisation: null }, organisations: new Map(), trustsEmail: false,
  })
  expect(readEnvironment({
    ...oidc, OIDC_CLIENT_SECRET: 'hemmelig', OIDC_SCOPES: 'openid  profile', OIDC_ACR_VALUES: 'substantial high', OIDC_AUTHORIZATION_DETAILS: '[{"type":"ansattporten:orgno"}]',
    OIDC_CLAIM_ORGANISATION: '/authorization_details/0/orgno/ID', OIDC_CLAIM_EMAIL: 'none', OIDC_CLAIM_NAME: 'https://n.feide.no/claims/name',
    OIDC_ORGANISATIONS: '{"0192:974763230":"SF","0192:971032146":" KS "}', OIDC_TRUST_EMAIL: '1',
  }).oidc).toMatchObject({
    clientSecret: 'hemmelig', scopes: ['openid', 'profile'], acrValues: ['substantial', 'high'], authorizationDetails: [{ type: 'ansattporten:orgno' }],
    claims: { organisation: '/authorization_details/0/orgno/ID', email: null, name: 'https://n.feide.no/claims/name' },
    organisations: new Map([['0192:974763230', 'SF'], ['0192:971032146', 'KS']]), trustsEmail: true,
  })
  expect(readEnvironment({ ...oidc, OIDC_ISSUER: 'http://127.0.0.1:4000' }).oidc?.issuer).toBe('http://127.0.0.1:4000')
})

test('T34 what cannot be used of it is told in a sentence for each, which never says the secret', () => {
  expect(fault(oidc)).toBeNull()
  for (const missing of Object.keys(oidc))
    expect([missing, fault({ ...oidc, [missing]: '' })]).toEqual([missing, expect.stringContaining('hører sammen: sett alle tre')])
  expect(fault({ OIDC_TRUST_EMAIL: '1' })).toContain('hører sammen')
  const faults: readonly [string, string, string][] = [
    ['OIDC_ISSUER', 'login.microsoftonline.com', 'OIDC_ISSUER må være'],
    ['OIDC_ISSUER', 'http://idp.kommune.no', 'OIDC_ISSUER må være'],
    ['OIDC_ISSUER', 'https://idp.kommune.no?a=1', 'OIDC_ISSUER må være'],
    ['OIDC_ISSUER', 'https://a:hemmelig@idp.kommune.no', 'OIDC_ISSUER må være'],
    ['OIDC_ISSUER', 'https://login.microsoftonline.com/common/v2.0', 'alle virksomheter'],
    ['OIDC_ISSUER', 'https://login.microsoftonline.com/Organizations/v2.0', 'alle virksomheter'],
    ['OIDC_CLIENT_ID', 'plan tavle', 'OIDC_CLIENT_ID'],
    ['OIDC_CLIENT_SECRET', 'hemmelig med mellomrom', 'OIDC_CLIENT_SECRET'],
    ['OIDC_NAME', 'x'.repeat(41), 'OIDC_NAME'],
    ['OIDC_NAME', 'Entra\nID', 'OIDC_NAME'],
    ['OIDC_SCOPES', 'profile email', 'openid må være med'],
    ['OIDC_SCOPES', 'openid "x"', 'OIDC_SCOPES'],
    ['OIDC_ACR_VALUES', 'høy', 'OIDC_ACR_VALUES'],
    ['OIDC_AUTHORIZATION_DETAILS', '{"type":"a"}', 'OIDC_AUTHORIZATION_DETAILS'],
    ['OIDC_AUTHORIZATION_DETAILS', '[{"a":"b"}]', 'OIDC_AUTHORIZATION_DETAILS'],
    ['OIDC_AUTHORIZATION_DETAILS', '[', 'OIDC_AUTHORIZATION_DETAILS'],
    ['OIDC_CLAIM_EMAIL', 'e post', 'OIDC_CLAIM_'],
    ['OIDC_CLAIM_NAME', '/a~2', 'OIDC_CLAIM_'],
    ['OIDC_ORGANISATIONS', '{"1":"SF"}', 'krever OIDC_CLAIM_ORGANISATION'],
    ['OIDC_ORGANISATIONS', '["SF"]', 'OIDC_ORGANISATIONS'],
    ['OIDC_ORGANISATIONS', '{"1":2}', 'OIDC_ORGANISATIONS'],
    ['OIDC_ORGANISATIONS', '{"1":""}', 'OIDC_ORGANISATIONS'],
    ['OIDC_TRUST_EMAIL', 'true', 'OIDC_TRUST_EMAIL'],
  ]
  for (const [name, value, said] of faults) {
    expect([name, value, fault({ ...oidc, [name]: value })]).toEqual([name, value, expect.stringContaining(said)])
    expect(fault({ ...oidc, [name]: value })).not.toContain('hemmelig')
  }
})
