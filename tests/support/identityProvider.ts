import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { interactionPolicy, Provider, type Adapter, type AdapterPayload, type Configuration, type KoaContextWithOIDC } from 'oidc-provider'

/** Somebody with an account at the provider: the claims it has of them, and how surely it knows them. */
export interface Account {
  readonly subject: string
  readonly acr: string
  readonly claims: Readonly<Record<string, unknown>>
}

const organisationClaim = 'orgno'
export const accounts = {
  kari: { subject: 'kari', acr: 'substantial', claims: { email: 'Kari.Nordmann@rogaland.test', email_verified: true, name: 'Kari Nordmann', [organisationClaim]: '974763230' } },
  olav: { subject: 'olav', acr: 'high', claims: { email: 'olav@ks.test', email_verified: true, name: 'Olav Ås', [organisationClaim]: '971032146' } },
  unverified: { subject: 'unverified', acr: 'high', claims: { email: 'olav@ks.test', email_verified: false, name: 'Ikke Olav' } },
  withoutAddress: { subject: 'without-address', acr: 'high', claims: { name: 'Uten Adresse' } },
  unsaid: { subject: 'unsaid', acr: 'high', claims: { email: 'else@ks.test', name: 'Else Uten Merke' } },
  weak: { subject: 'weak', acr: 'low', claims: { email: 'svak@ks.test', email_verified: true, name: 'Svak Innlogging' } },
  represents: {
    subject: 'represents', acr: 'substantial',
    claims: { email: 'rep@ks.test', email_verified: true, name: 'Rep', authorization_details: [{ type: 'ansattporten:orgno', orgno: { ID: '0192:971032146' } }] },
  },
} as const satisfies Record<string, Account>
export type AccountName = keyof typeof accounts

export const confidentialClient = { clientId: 'plantavle', clientSecret: 'en-hemmelighet-mellom-oss-to' } as const
export const publicClient = { clientId: 'plantavle-public', clientSecret: null } as const

type Claims = Record<string, unknown>

/** A real OpenID provider on loopback, with a page of its own to sign in at: a button for each account, and one to cancel. */
export interface IdentityProvider {
  readonly issuer: string
  /** The parameters of the last request for authorization. */
  lastAsked(): URLSearchParams
  /** Times its metadata were fetched. */
  discoveries(): number
  /** What is changed in each token before it goes out; `isForged`: signed with a key that is not the provider's. Null: nothing. */
  tamper(change: ((claims: Claims) => Claims) | null, options?: { readonly isForged?: boolean }): void
  /** Answers what begins with `path` with this status, until it is null again. What it tells beside the token is at `/me`. */
  breakDown(status: number | null, path?: string): void
  /** What a browser does with the address `begin` gave: signs in or cancels, and stops before it follows the way back, which is given. */
  visit(url: string, as: AccountName | 'cancel'): Promise<URL>
  close(): Promise<void>
}

/**
 * `redirectUris`: those clients come back to; of one on 127.0.0.1 any port will do.
 * `signedOutUris`: the same after signing out there. `claimsIn`: where addresses and names are told.
 * `secretIn`: the one way the secret is taken.
 */
export async function openIdentityProvider({ redirectUris = ['http://127.0.0.1/tilbake'], signedOutUris = [], claimsIn = 'token', secretIn = 'client_secret_post' }: {
  redirectUris?: readonly string[], signedOutUris?: readonly string[], claimsIn?: 'token' | 'userinfo', secretIn?: 'client_secret_post' | 'client_secret_basic'
} = {}): Promise<IdentityProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end()
  let broken: { readonly status: number, readonly path: string } | null = null
  let discoveries = 0
  const server = createServer((request, response) => {
    if (broken && request.url?.startsWith(broken.path))
      return void response.writeHead(broken.status).end()
    if (request.url?.startsWith('/.well-known/'))
      discoveries++
    handle(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const [key, otherKey] = [newKey(), newKey()]
  const kept = new Map<string, AdapterPayload>()
  const registered = { redirect_uris: redirectUris, post_logout_redirect_uris: signedOutUris, application_type: 'native', grant_types: ['authorization_code'], response_types: ['code'] } as const
  const configuration: Configuration = {
    adapter: name => shelf(name, kept),
    clients: [
      { ...registered, client_id: confidentialClient.clientId, client_secret: confidentialClient.clientSecret, token_endpoint_auth_method: secretIn },
      { ...registered, client_id: publicClient.clientId, token_endpoint_auth_method: 'none' },
    ],
    clientAuthMethods: [secretIn, 'none'],
    jwks: { keys: [{ ...key.export({ format: 'jwk' }) as Record<string, string>, kid: 'test', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['only-for-tests'] },
    acrValues: ['low', 'substantial', 'high'],
    claims: { openid: ['sub', organisationClaim, 'authorization_details'], acr: null, email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: claimsIn === 'userinfo',
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_context, { uid }) => `/inngang/${uid}`, policy: withoutConsent() },
    findAccount: (_context, id) => {
      const found = Object.values<Account>(accounts).find(({ subject }) => subject === id)
      return found && { accountId: id, claims: () => ({ ...found.claims, sub: id }) }
    },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId })
      grant.addOIDCScope([...oidc.requestParamScopes].join(' '))
      await grant.save()
      return grant
    },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  }
  const provider = new Provider(issuer, configuration)
  let lastAsked = new URLSearchParams()
  let tampering: { readonly change: (claims: Claims) => Claims, readonly by: KeyObject } | null = null
  provider.use(async (context, next) => {
    if (context.path === '/auth') {
      lastAsked = context.URL.searchParams
      // This provider wants a resource beside them, which those they are for do not.
      const { authorization_details: _details, ...others } = context.query
      context.query = others
    }
    await next()
    const body = (context as KoaContextWithOIDC).body as { id_token?: string } | undefined
    if (context.path === '/token' && tampering && body?.id_token)
      body.id_token = signed(tampering.change(claimsOf(body.id_token)), tampering.by)
  })
  const callback = provider.callback()
  handle = (request, response) => void (request.url?.startsWith('/inngang/')
    ? entrance(provider, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
    : callback(request, response))

  return {
    issuer,
    lastAsked: () => lastAsked,
    discoveries: () => discoveries,
    tamper: (change, { isForged = false } = {}) => { tampering = change && { change, by: isForged ? otherKey : key } },
    breakDown: (status, path = '/') => { broken = status === null ? null : { status, path } },
    visit: (url, as) => visited(issuer, url, as),
    close: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
}

/** What the provider remembers of one kind, until it is closed. */
function shelf(kind: string, kept: Map<string, AdapterPayload>): Adapter {
  const place = (id: string) => `${kind}:${id}`
  const having = (name: 'uid' | 'userCode', value: string) => [...kept].find(([at, one]) => at.startsWith(`${kind}:`) && one[name] === value)?.[1]
  return {
    upsert: (id, payload) => Promise.resolve(void kept.set(place(id), payload)),
    find: id => Promise.resolve(kept.get(place(id))),
    findByUid: uid => Promise.resolve(having('uid', uid)),
    findByUserCode: code => Promise.resolve(having('userCode', code)),
    consume: id => Promise.resolve(void kept.set(place(id), { ...kept.get(place(id)), consumed: Math.floor(Date.now() / 1_000) })),
    destroy: id => Promise.resolve(void kept.delete(place(id))),
    revokeByGrantId: grantId => Promise.resolve([...kept].forEach(([at, one]) => one.grantId === grantId && kept.delete(at))),
  }
}

/** Clients whose port is anybody's are asked about each time, otherwise. */
function withoutConsent() {
  const policy = interactionPolicy.base()
  policy.get('consent')?.checks.remove('native_client_prompt')
  return policy
}

const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

async function entrance(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response)
  if (request.method !== 'POST')
    return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(entrancePage(uid))
  const chosen = new URLSearchParams(await bodyOf(request)).get('as') ?? ''
  const account = Object.entries<Account>(accounts).find(([name]) => name === chosen)?.[1]
  await provider.interactionFinished(request, response, account
    ? { login: { accountId: account.subject, acr: account.acr, remember: false } }
    : { error: 'access_denied', error_description: 'the person said no' })
}

const entrancePage = (uid: string) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Test provider</title>
<h1>Sign in at the test provider</h1>
<form method="post" action="/inngang/${uid}">
${[...Object.keys(accounts), 'cancel'].map(name => `<p><button name="as" value="${name}" style="min-height:44px;min-width:200px">${name}</button></p>`).join('\n')}
</form></html>`

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const piece of request)
    body += String(piece)
  return body
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims

function signed(claims: Claims, key: KeyObject): string {
  const [head, body] = [{ alg: 'RS256', kid: 'test' }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
  return `${head}.${body}.${sign('sha256', Buffer.from(`${head}.${body}`), key).toString('base64url')}`
}

/** Follows the provider's redirects with its cookies, until one leads away from it. */
async function visited(issuer: string, start: string, as: AccountName | 'cancel'): Promise<URL> {
  const cookies = new Map<string, string>()
  const ask = async (url: URL, init: RequestInit = {}) => {
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie: [...cookies].map(pair => pair.join('=')).join('; ') } })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    return answer
  }
  let url = new URL(start)
  for (let steps = 0; url.origin === issuer; steps++) {
    const isEntrance = url.pathname.startsWith('/inngang/')
    const answer = await ask(url, isEntrance ? { method: 'POST', body: new URLSearchParams({ as }) } : {})
    const next = answer.headers.get('location')
    if (next === null || steps === 10)
      throw new Error(`the provider led nowhere: ${answer.status} ${await answer.text()}`)
    url = new URL(next, url)
  }
  return url
}
