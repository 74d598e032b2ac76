import type { OidcSettings } from './access/oidc.ts'
import { isLoopback } from './environmentOfMail.ts'
import { UnfitSettingError, type SettingFault } from './texts/unfitSetting.ts'

type Given = Readonly<Record<string, string | undefined>>

/** What a provider without addresses is set with as OIDC_CLAIM_EMAIL. */
const noClaim = 'none'

/**
 * The identity provider by OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_NAME; null without any OIDC variable. Throws
 * {@link UnfitSettingError}.
 */
export function readOidcSettings(env: Given): OidcSettings | null {
  const given = (name: string) => env[`OIDC_${name}`]?.trim() ?? ''
  if (!Object.keys(env).some(name => name.startsWith('OIDC_') && env[name]))
    return null
  const [issuer, clientId, name] = [given('ISSUER'), given('CLIENT_ID'), given('NAME')]
  if (issuer === '' || clientId === '' || name === '')
    throw new UnfitSettingError('oidc-pair')
  checkIssuer(issuer)
  const clientSecret = given('CLIENT_SECRET')
  must(!/\s/.test(clientId + clientSecret), 'oidc-client')
  must([...name].length <= 40 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name), 'oidc-name')
  const scopes = wordsOf(given('SCOPES') || 'openid profile email', 'oidc-scopes')
  must(scopes.includes('openid'), 'oidc-scopes')
  const organisation = given('CLAIM_ORGANISATION') || null
  const email = given('CLAIM_EMAIL') || 'email'
  const claims = { organisation, email: email === noClaim ? null : email, name: given('CLAIM_NAME') || 'name' }
  must(Object.values(claims).every(claim => claim === null || isClaim(claim)), 'oidc-claim')
  const organisations = readOrganisations(given('ORGANISATIONS'))
  must(organisations.size === 0 || organisation !== null, 'oidc-organisations')
  must(['', '1'].includes(given('TRUST_EMAIL')), 'oidc-trust-email')
  return {
    name, issuer, clientId, clientSecret: clientSecret || null, scopes, claims, organisations,
    acrValues: given('ACR_VALUES') === '' ? null : wordsOf(given('ACR_VALUES'), 'oidc-acr-values'),
    authorizationDetails: readDetails(given('AUTHORIZATION_DETAILS')),
    trustsEmail: given('TRUST_EMAIL') === '1',
  }
}

function must(isSo: boolean, fault: SettingFault): void {
  if (!isSo)
    throw new UnfitSettingError(fault)
}

/** Addresses at which Microsoft signs in whoever has any account there, under any address they have given it. */
const sharedTenants = /^\/(?:common|organizations|consumers)(?:\/|$)/i

function checkIssuer(given: string): void {
  const url = URL.canParse(given) ? new URL(given) : null
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (!url || !isSafe || url.search || url.hash || url.username || url.password)
    throw new UnfitSettingError('oidc-issuer')
  must(!(url.hostname === 'login.microsoftonline.com' && sharedTenants.test(url.pathname)), 'oidc-issuer-shared')
}

function wordsOf(given: string, fault: SettingFault): readonly string[] {
  const words = given.split(/\s+/)
  must(words.every(word => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(word)), fault)
  return words
}

const isClaim = (claim: string) => claim.length <= 200 && !/[\s\p{C}]/u.test(claim) && !/~(?![01])/.test(claim)

function readDetails(given: string): readonly object[] | null {
  if (given === '')
    return null
  const details = parsed(given)
  if (!Array.isArray(details) || details.length === 0 || !details.every(isDetail))
    throw new UnfitSettingError('oidc-details')
  return details
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)
const isDetail = (value: unknown): value is object => isObject(value) && 'type' in value && typeof value.type === 'string'

function readOrganisations(given: string): ReadonlyMap<string, string> {
  const pairs = given === '' ? {} : parsed(given)
  if (!isObject(pairs))
    throw new UnfitSettingError('oidc-organisations')
  return new Map(Object.entries(pairs).map(([value, organisation]: [string, unknown]) => {
    if (typeof organisation !== 'string' || organisation.trim() === '')
      throw new UnfitSettingError('oidc-organisations')
    return [value, organisation.trim()]
  }))
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  }
  catch {
    return null
  }
}
