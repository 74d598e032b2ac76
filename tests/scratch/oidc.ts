import { openIdentityProvider, confidentialClient } from '../support/identityProvider.ts'
import { openOidc } from '../../server/access/oidc.ts'
import { systemClock } from '../../server/time/clock.ts'
const provider = await openIdentityProvider()
const oidc = openOidc({ settings: { name: 'T', issuer: provider.issuer, ...confidentialClient, scopes: ['openid', 'profile', 'email'], acrValues: null, authorizationDetails: null, claims: { email: 'email', name: 'name', organisation: 'orgno' }, organisations: new Map(), trustsEmail: false }, redirectUri: () => 'http://127.0.0.1:4567/tilbake', clock: systemClock })
const b = await oidc.begin()
if ('url' in b) { const back = await provider.visit(b.url, 'kari'); console.log(b.url, back.href) }
await provider.close()
