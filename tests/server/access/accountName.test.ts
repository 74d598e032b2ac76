import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InvitedAnswer, MembersAnswer } from '#shared/protocol/access.ts'
import { confidentialClient, openIdentityProvider, type IdentityProvider } from '../../support/identityProvider.ts'
import { ask, memberOf, type Answer } from '../support/everybody.ts'
import { asRole } from '../support/notes.ts'
import { planId, testServer, type SignedIn, type TestServer } from '../support/testServer.ts'

let provider: IdentityProvider
let server: TestServer
let owner: SignedIn
beforeAll(async () => {
  const answerAt = '/api/sign-in/provider/answer'
  provider = await openIdentityProvider({ redirectUris: [`http://127.0.0.1${answerAt}`, `http://localhost${answerAt}`] })
  server = await testServer({
    environment: {
      publicOrigin: null,
      oidc: {
        name: 'Testporten', issuer: provider.issuer, ...confidentialClient, scopes: ['openid', 'profile', 'email'], acrValues: null, authorizationDetails: null,
        claims: { email: 'email', name: null, organisation: 'orgno' }, organisations: new Map(), trustsEmail: false,
      },
    },
  })
  owner = await memberOf(server, planId, 'owner', 'Anne Sund')
})
afterAll(async () => {
  expect(server.reported).toEqual([])
  await server.close()
  await provider.close()
})

async function invite(email: string): Promise<string> {
  const { body } = await ask(server, 'POST /api/plans/:planId/invitations', { cookie: owner.cookie, body: { ...asRole('reader'), invitees: [{ email, name: '', organisation: '' }] } })
  return (body as InvitedAnswer).invited[0]?.link?.split('/').at(-1) ?? ''
}
const cookieOf = ({ cookies }: Pick<Answer, 'cookies'>) => cookies[0]?.split(';')[0] ?? ''
const tell = (invitation: string, name: string) => ask(server, 'POST /api/sign-in/provider/name', { body: { invitation, name } })
/** On to the provider, from an invitation's page, with what the browser keeps. */
async function begin(invitation: string, cookie: string, besides = '') {
  const answer = await server.get(`/api/sign-in/provider?invitation=${invitation}${besides}`, { cookie })
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '', url: answer.headers.get('location') ?? '' }
}
async function comeBack({ url, cookie }: { readonly url: string, readonly cookie: string }) {
  const { pathname, search } = await provider.visit(url, 'olav')
  const answer = await server.get(`${pathname}${search}`, { cookie })
  return { to: answer.headers.get('location'), session: answer.headers.getSetCookie().find(header => /^plantavle=[\w-]{43};/.test(header))?.split(';')[0] }
}
const names = async () => ((await ask(server, 'GET /api/plans/:planId/members', { cookie: owner.cookie })).body as MembersAnswer).members.map(({ name }) => name)
const withCookie = (cookie: string, change: object) => {
  const kept = JSON.parse(Buffer.from(cookie.split('=')[1] ?? '', 'base64url').toString()) as object
  return `plantavle-konto=${Buffer.from(JSON.stringify({ ...kept, ...change })).toString('base64url')}`
}

test('T51 a name, or an invitation, that is forged into the cookie of an account’s way in is none', async () => {
  const invitation = await invite('olav@ks.test')
  for (const name of [`  Eier\u202E\n${'x'.repeat(2_000)}`, '\u3164', 'Eier\u0000', 7, { name: 'Eier' }]) {
    const begun = await begin(invitation, '')
    expect(await comeBack({ ...begun, cookie: withCookie(begun.cookie, { name }) })).toEqual({ to: `/invitasjon/${invitation}?feil=name-needed`, session: undefined })
  }
  for (const forged of [`${invitation}/../../x`, 'x', `${invitation}?a=`, 7]) {
    const begun = await begin(invitation, '')
    expect((await comeBack({ ...begun, cookie: withCookie(begun.cookie, { invitation: forged }) })).to).toBe('/logg-inn?feil=name-needed')
  }
  expect(await names()).toEqual(['Anne Sund'])
})

test('T98 the name that is written on an invitation’s page goes along to the account and back in a cookie, and stands in no address', async () => {
  const [invitation, other] = [await invite('olav@ks.test'), await invite('en.annen@ks.test')]
  for (const name of ['', ' ', 'Olav\u202E', '\u3164', 'x'.repeat(101)])
    expect((await tell(invitation, name)).body).toEqual({ error: 'not-understood', faults: ['name'] })
  const told = await tell(invitation, ' Olav Berge ')
  expect([told.status, told.cookies]).toEqual([204, [expect.stringMatching(/^plantavle-konto=[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)]])
  // It counts for the invitation it was written at; what stands in the address counts for none.
  expect((await comeBack(await begin(other, cookieOf(told)))).to).toBe(`/invitasjon/${other}?feil=other-address`)
  expect((await comeBack(await begin(invitation, '', '&name=Olav+Berge'))).to).toBe(`/invitasjon/${invitation}?feil=name-needed`)
  const begun = await begin(invitation, cookieOf(told))
  expect(begun.url).not.toMatch(/Olav|Berge/)
  const { to, session } = await comeBack(begun)
  expect([to, await names()]).toEqual([`/plan/${planId}`, ['Anne Sund', 'Olav Berge']])
  expect((await ask(server, 'GET /api/session', { cookie: session })).body).toMatchObject({ member: { name: 'Olav Berge' } })
})

test('T98 where there is no provider there is nobody to go to with it', async () => {
  const without = await testServer()
  const { status } = await ask(without, 'POST /api/sign-in/provider/name', { body: { invitation: 'a'.repeat(43), name: 'Olav Berge' } })
  await without.close()
  expect(status).toBe(404)
})
