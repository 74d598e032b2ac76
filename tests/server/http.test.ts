import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { schemaVersion } from '#shared/plan/registers.ts'
import { encodeSync } from '#shared/protocol/frames.ts'
import { askServer } from '../../server/admin/socketFile.ts'
import { openCookies } from '../../server/access/cookie.ts'
import { securityHeaders } from '../../server/transport/headers.ts'
import { toOrigins } from '../../server/transport/origins.ts'
import { writerOf } from './support/plans.ts'
import { otherPlanId, planId, testServer, type SignedIn, type TestServer } from './support/testServer.ts'
import { aNote, asRole } from './support/notes.ts'

const script = `export const words = '${'a long script '.repeat(200)}'`
let server: TestServer
let kari: SignedIn
let clientFolder: string
beforeAll(async () => {
  clientFolder = mkdtempSync(join(tmpdir(), 'plantavle-client-'))
  mkdirSync(join(clientFolder, 'assets'))
  mkdirSync(join(clientFolder, '.vite'))
  writeFileSync(join(clientFolder, 'index.html'), '<!doctype html><title>Plantavle</title>')
  writeFileSync(join(clientFolder, 'assets/main-abc123.js'), script)
  writeFileSync(join(clientFolder, 'assets/inter.woff2'), new Uint8Array(5_000))
  writeFileSync(join(clientFolder, '.vite/manifest.json'), '{}')
  server = await testServer({ clientFolder })
  kari = await server.member('editor', 'Kari')
})
afterAll(async () => {
  expect(server.reported).toEqual([])
  await server.close()
  rmSync(clientFolder, { recursive: true, force: true })
})

describe('signing in', () => {
  test('T10 a sign-in link sets a cookie that scripts cannot read, leads to the front page, and can be used again', async () => {
    for (let n = 0; n < 2; n++) {
      const answer = await fetch(kari.signInUrl, { redirect: 'manual' })
      expect([answer.status, answer.headers.get('location'), answer.headers.get('cache-control')]).toEqual([303, '/', 'no-store'])
      expect(answer.headers.getSetCookie()[0]).toEqual(expect.stringMatching(/^plantavle=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/))
    }
  })

  test('T10 behind https the cookie is bound to the host and secure', () => {
    const cookie = openCookies({ isSecure: true }).session
    expect(cookie.set('x')).toMatch(/^__Host-plantavle=x; .*HttpOnly; SameSite=Lax; Secure$/)
    expect(cookie.read('plantavle=y; __Host-plantavle=x')).toBe('x')
    expect(cookie.read('plantavle=y')).toBeNull()
    expect(cookie.read('__Host-plantavle=x; __Host-plantavle=y')).toBeNull()
  })

  test.each(['x', 'a'.repeat(43), '%00', '..%2f..', `${'a'.repeat(42)}%0a`])('T10 a link that is none of ours (%s) signs nobody in', async (token) => {
    const answer = await server.get(`/logg-inn/${token}`)
    expect(answer.status).toBe(403)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await answer.text()).toContain('Lenken virker ikke lenger')
  })

  test('T10 signing out ends the session, and only for a request from our own pages', async () => {
    const member = await server.member('reader', 'Jon')
    const session = () => server.get('/api/session', { cookie: member.cookie })
    for (const headers of [{}, { origin: 'http://evil.example' }, { 'origin': 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await server.get('/api/logg-ut', { method: 'POST', cookie: member.cookie, headers: headers as Record<string, string> })
      expect([answer.status, await answer.json()]).toEqual([403, { error: 'wrong-origin' }])
    }
    expect((await session()).status).toBe(200)
    const answer = await server.get('/api/logg-ut', { method: 'POST', cookie: member.cookie, headers: { origin: server.server.address } })
    expect([answer.status, await answer.json()]).toEqual([200, { provider: null }])
    expect(answer.headers.getSetCookie()[0]).toContain('Max-Age=0')
    expect((await session()).status).toBe(401)
  })
})

describe('the answers', () => {
  test('T11 who is signed in is told who they are and which plans are theirs', async () => {
    const answer = await server.get('/api/session', { cookie: kari.cookie })
    expect(await answer.json()).toEqual({
      member: { memberId: kari.memberId, name: 'Kari', organisation: 'KS' },
      offices: [],
      plans: [{
        planId, title: 'Prøveplan', regionId: 'rogaland', role: 'editor', periodFrom: null, periodTo: null, counties: ['Rogaland'], mayTakeAway: false,
      }],
      mayMakePlans: false,
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('T11 a plan\'s members get its epoch, its reform and one another', async () => {
    const plan: unknown = await (await server.get(`/api/plans/${planId}`, { cookie: kari.cookie })).json()
    expect(plan).toMatchObject({ planId, role: 'editor', registers: null, isMember: true, epoch: 'epoch-of-rogaland', schemaVersion, reform: { id: 'leve-hele-livet', name: { nb: expect.stringContaining('Leve hele livet') as unknown } } })
    expect(plan).toHaveProperty('reform.focusAreas.0.number', 1)
    const { members } = await (await server.get(`/api/plans/${planId}/members`, { cookie: kari.cookie })).json() as { members: unknown[] }
    expect(members).toContainEqual({ memberId: kari.memberId, name: 'Kari', organisation: 'KS', ...asRole('editor'), email: null, seenAt: null })
  })

  test('T11 no such plan and not yours are one answer', async () => {
    for (const path of [`/api/plans/${otherPlanId}`, '/api/plans/nowhere', `/api/plans/${otherPlanId}/members`]) {
      const answer = await server.get(path, { cookie: kari.cookie })
      expect([answer.status, await answer.json()]).toEqual([404, { error: 'not-found' }])
    }
  })

  test('T11 the server says that it is well', async () => {
    const answer = await server.get('/healthz')
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }])
  })
})

describe('when the disk fails', () => {
  let ill: TestServer
  let db: DatabaseSync
  beforeEach(async () => {
    ill = await testServer()
    db = new DatabaseSync(join(ill.folder, 'plantavle.db'))
  })
  afterEach(async () => {
    db.close()
    await ill.close()
  })
  const health = async () => {
    const answer = await ill.get('/healthz')
    return [answer.status, await answer.json()]
  }
  const failOn = (table: string) => db.exec(`CREATE TRIGGER full BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'disk is full'); END`)

  test('O22 from a write that failed until one succeeds the server says that it is not well', async () => {
    const member = await ill.member('editor')
    failOn('updates')
    const socket = ill.connect({ cookie: member.cookie })
    await socket.opening()
    socket.socket.send(encodeSync(2, writerOf().type('!')))
    expect(await socket.closing()).toBe(4503)
    expect(await health()).toEqual([503, { ok: false, reason: 'storage-failed' }])
    db.exec('DROP TRIGGER full')
    await ill.member('reader')
    expect(await health()).toEqual([200, { ok: true }])
  })

  test('O22 while a plan cannot be read the server says so, and who comes is sent away at once', async () => {
    const member = await ill.member('editor')
    db.exec('UPDATE updates SET crc = crc + 1')
    for (let n = 0; n < 3; n++)
      expect(await ill.connect({ cookie: member.cookie }).closing()).toBe(4503)
    expect(ill.reported).toHaveLength(1)
    await ill.server.storage.members.putGrant(planId, member.memberId, asRole('reader' as const), aNote())
    expect(await health()).toEqual([503, { ok: false, reason: 'plan-unreadable' }])
  })

  test('T10 who cannot be signed in for now is told so in words, and the link is good afterwards', async () => {
    const { signInUrl } = await ill.member('reader')
    failOn('sessions')
    const answer = await fetch(signInUrl, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('content-type'), answer.headers.getSetCookie()]).toEqual([503, 'text/html; charset=UTF-8', []])
    expect(await answer.text()).toContain('Innloggingen virker ikke akkurat nå')
    expect(ill.reported).toHaveLength(1)
    db.exec('DROP TRIGGER full')
    expect((await fetch(signInUrl, { redirect: 'manual' })).status).toBe(303)
  })

  test('O20 a command that the server cannot carry out is answered, and told of where the server runs', async () => {
    failOn('members')
    const answer = await askServer(ill.folder, { command: 'member add', options: { plan: planId, name: 'Kari', organisation: 'KS', role: 'reader' } })
    expect(answer).toEqual({ ok: false, refusal: 'failed', what: '' })
    expect(ill.reported).toEqual([expect.stringContaining('disk is full')])
  })
})

describe('the client\'s files', () => {
  const html = { accept: 'text/html,*/*' }

  test('T12 a page of the client\'s is index.html, asked for anew each time', async () => {
    const answer = await server.get('/plan/x/aktiviteter', { headers: html })
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([200, 'text/html; charset=utf-8', 'no-cache'])
    const again = await server.get('/', { headers: { ...html, 'if-none-match': answer.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
  })

  test('T12 hashed files are compressed and never asked for again; fonts are sent as they are', async () => {
    const path = '/assets/main-abc123.js'
    for (const [encoding, unpack] of [['br', brotliDecompressSync], ['gzip', gunzipSync]] as const) {
      const { bytes, headers } = await rawGet(`${server.server.address}${path}`, { 'accept-encoding': encoding })
      expect([headers['content-encoding'], headers['cache-control'], headers['content-type']])
        .toEqual([encoding, 'public, max-age=31536000, immutable', 'text/javascript; charset=utf-8'])
      expect(unpack(bytes).toString()).toBe(script)
    }
    const plain = await rawGet(`${server.server.address}${path}`, { 'accept-encoding': 'br;q=0' })
    expect([plain.headers['content-encoding'], plain.bytes.toString()]).toEqual([undefined, script])
    const font = await rawGet(`${server.server.address}/assets/inter.woff2`, { 'accept-encoding': 'br, gzip' })
    expect([font.headers['content-encoding'], font.headers['content-type']]).toEqual([undefined, 'font/woff2'])
  })

  test('T12 what is not there is not answered with a page, and no path leads out of the folder', async () => {
    const paths = [
      '/api/nothing', '/assets/gone-1.js', '/nothing.js', '/.vite/manifest.json', '/../package.json', '/%2e%2e/package.json',
      '/..%2fpackage.json', '/assets/..%2f..%2fpackage.json', '//etc/passwd.txt', '/%00.js', '/%.js',
    ]
    for (const path of paths) {
      const { status, bytes } = await rawGet(server.server.address, html, path)
      expect([path, status, bytes.toString()]).toEqual([path, 404, '{"error":"not-found"}'])
    }
    expect((await server.get('/plan/x')).status).toBe(404)
    expect((await server.get('/', { method: 'POST', headers: html })).status).toBe(404)
  })
})

describe('headers', () => {
  test('T9 every answer carries the strict policy', async () => {
    for (const path of ['/', '/healthz', '/api/session', '/nothing.js', '/logg-inn/x']) {
      const { headers } = await server.get(path)
      expect(headers.get('content-security-policy')).toBe(
        'default-src \'self\'; script-src \'self\'; style-src \'self\'; font-src \'self\'; img-src \'self\' data:; connect-src \'self\'; '
        + 'object-src \'none\'; base-uri \'none\'; frame-ancestors \'none\'; form-action \'self\'',
      )
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.has('strict-transport-security')).toBe(false)
    }
    expect(securityHeaders({ isSecure: true })).toHaveProperty('strict-transport-security')
  })

  test('T9 the server is not to be found over plain http from other machines', () => {
    expect(() => toOrigins('http://plan.example', 80)).toThrow('http-beyond-loopback')
    expect(() => toOrigins(null, 80, '0.0.0.0')).toThrow('http-beyond-loopback')
    expect(() => toOrigins('plan.example', 80)).toThrow('not-an-origin')
    expect(() => toOrigins('https://plan.example/path', 80)).toThrow('not-an-origin')
    const given = toOrigins('https://plan.example', 8080)
    expect([given.isSecure, given.isOurs('https://plan.example'), given.isOurs('http://localhost:8080'), given.isOurs(undefined)]).toEqual([true, true, false, false])
  })
})

/** Past what `fetch` does to paths and encodings. */
function rawGet(url: string, headers: Record<string, string>, path?: string) {
  return new Promise<{ status: number, headers: Record<string, unknown>, bytes: Buffer }>((resolve, reject) => {
    request(url, { headers, ...(path === undefined ? {} : { path }) }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }))
    }).on('error', reject).end()
  })
}
