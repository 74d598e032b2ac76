import * as client from 'openid-client'
import type { Instant } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'
import { claimOf, personOf, type OidcClaims, type OidcPerson, type OidcRefusal } from './oidcClaims.ts'
import { refusalOf } from './oidcRefusals.ts'

/** An identity provider, as the operator has set it. */
export interface OidcSettings {
  /** What stands on the button: «Entra ID». */
  readonly name: string
  /** Where the provider is found, by its own name for itself. https, or http on this machine. */
  readonly issuer: string
  readonly clientId: string
  /** Null for a public client. */
  readonly clientSecret: string | null
  /** With `openid` among them. */
  readonly scopes: readonly string[]
  /** One of these, and no other, is how sure the provider must be of who somebody is; null: as sure as it is. */
  readonly acrValues: readonly string[] | null
  /** Sent on as they are (RFC 9396); null: none. */
  readonly authorizationDetails: readonly object[] | null
  readonly claims: OidcClaims
  /** From the value of the organisation's claim to the short name it has here. */
  readonly organisations: ReadonlyMap<string, string>
  /** The addresses are true though the provider does not say that it has checked them. */
  readonly trustsEmail: boolean
}

/**
 * What was asked, to be kept for the browser that asked and for no other, and thrown away at its first use. Whoever holds it can
 * finish somebody's way in: it is a secret.
 */
export interface OidcAsked {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly at: Instant
}

/** The way in by an organisation's account: authorization code with PKCE, state and nonce. Nothing here throws at what the provider does. */
export interface Oidc {
  readonly name: string
  /** Where to send the browser, and what to keep meanwhile. */
  begin(): Promise<{ readonly url: string, readonly asked: OidcAsked } | OidcRefusal>
  /** Who came back; `callbackUrl` is the address they came back to, of which the query counts alone. Once for each `asked`. */
  finish(callbackUrl: URL, asked: OidcAsked): Promise<OidcPerson | OidcRefusal>
  /** Where somebody signs out of the provider too, and comes back to `returnTo`; null where it has no such place or cannot be reached. */
  endUrl(returnTo: string): Promise<string | null>
}

/** How long somebody may take at the provider: an app on the phone, a password that is long forgotten. */
export const askedLastsMs = 15 * 60_000
const foundLastsMs = 24 * 60 * 60_000
const patienceSeconds = 10

export interface OidcParts {
  readonly settings: OidcSettings
  /** The same at `begin` and `finish`, and registered with the provider. */
  readonly redirectUri: () => string
  readonly clock: Clock
}

export function openOidc({ settings, redirectUri, clock }: OidcParts): Oidc {
  const { issuer, clientId, clientSecret, scopes, acrValues, authorizationDetails } = settings
  const url = new URL(issuer)
  const isPlain = url.protocol === 'http:'
  let found: { readonly at: Instant, readonly config: Promise<client.Configuration> } | null = null

  /** Looked up when somebody first needs it, once for all who wait; and again the next day, and after it could not be found. */
  function configuration(): Promise<client.Configuration> {
    if (!found || clock.now() - found.at > foundLastsMs)
      found = { at: clock.now(), config: discovered() }
    return found.config
  }

  const discovered = () =>
    client.discovery(url, clientId, undefined, clientSecret === null ? client.None() : withSecret(clientSecret), {
      timeout: patienceSeconds,
      // The token is trusted for its signature, not only for the line it came by.
      execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
    }).catch((error: unknown) => {
      found = null
      throw error
    })

  async function ask() {
    const config = await configuration()
    const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()]
    const to = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri(),
      scope: scopes.join(' '),
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(acrValues ? { acr_values: acrValues.join(' ') } : {}),
      ...(authorizationDetails ? { authorization_details: JSON.stringify(authorizationDetails) } : {}),
    })
    return { url: to.href, asked: { state, nonce, verifier, at: clock.now() } }
  }

  async function answer(callbackUrl: URL, { state, nonce, verifier }: OidcAsked): Promise<OidcPerson | OidcRefusal> {
    const config = await configuration()
    const by = callbackUrl.searchParams.get('iss')
    if (by !== null && by !== config.serverMetadata().issuer)
      return { reason: 'mismatch', code: 'iss' }
    const back = new URL(redirectUri())
    back.search = callbackUrl.search
    const tokens = await client.authorizationCodeGrant(config, back, {
      expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true,
    })
    const told = tokens.claims()
    if (!told)
      return { reason: 'unfit-answer', code: 'no-id-token' }
    const { email, name, organisation } = settings.claims
    const isLacking = (claim: string | null) => claim !== null && claimOf(told, claim) === undefined
    if (!config.serverMetadata().userinfo_endpoint || ![email, name, organisation].some(isLacking))
      return personOf(told, {}, settings)
    const asking = client.fetchUserInfo(config, tokens.access_token, told.sub)
    // Without a name or an organisation one is let in all the same.
    return personOf(told, isLacking(email) ? await asking : await asking.catch(() => ({})), settings)
  }

  return {
    name: settings.name,
    begin: () => ask().catch(refusalOf),
    async finish(callbackUrl, asked) {
      if (callbackUrl.searchParams.get('state') !== asked.state)
        return { reason: 'mismatch', code: 'state' }
      const age = clock.now() - asked.at
      if (age < 0 || age > askedLastsMs)
        return { reason: 'expired', code: 'asked' }
      return answer(callbackUrl, asked).catch(refusalOf)
    },
    endUrl: returnTo => configuration()
      .then(config => client.buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo }).href, () => null)
      .catch(() => null),
  }
}

/** The secret in the way the provider takes it; in the header, by the protocol, where it does not say. */
function withSecret(secret: string): client.ClientAuth {
  const [inBody, inHeader] = [client.ClientSecretPost(secret), client.ClientSecretBasic(secret)]
  return (server, ...request) => {
    const way = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') ? inBody : inHeader
    way(server, ...request)
  }
}
