import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { setCell } from '#shared/plan/commands.ts'
import { encodeSync } from '#shared/protocol/frames.ts'
import { meets } from '../../server/access/rules.ts'
import { isMonitor } from '../../server/access/monitor.ts'
import { readEnvironment, readLogSettings } from '../../server/environment.ts'
import { openLog, type LogParts } from '../../server/operation/log.ts'
import { openMetrics } from '../../server/operation/metrics.ts'
import { notedEvents } from '../../server/operation/watch.ts'
import { askServer } from '../../server/admin/socketFile.ts'
import { runAlone } from '../../server/admin/alone.ts'
import { LogReadError } from '../../server/storage/contracts.ts'
import { sayFailure } from '../../server/texts/sentences.ts'
import { until } from '../support/until.ts'
import { presenceFrame } from './support/frames.ts'
import { writerOf } from './support/plans.ts'
import { pretendClock } from './support/pretendClock.ts'
import { planId, testServer, type TestServer } from './support/testServer.ts'

const metricsToken = 'en-nokkel-som-ingen-gjetter'
let server: TestServer | null = null
afterEach(async () => {
  await server?.close()
  server = null
})
const open = async (options: Parameters<typeof testServer>[0] = {}) => server = await testServer({ metricsToken, ...options })

/** Each sample by its name and labels. */
function samples(text: string): Map<string, number> {
  return new Map(text.split('\n').filter(line => line && !line.startsWith('#')).map((line) => {
    const at = line.lastIndexOf(' ')
    return [line.slice(0, at), Number(line.slice(at + 1))]
  }))
}

function aLog({ isJson = true, level = 'debug', clock = pretendClock() }: Partial<LogParts> = {}) {
  let written = ''
  const log = openLog({ isJson, level, clock, write: (line) => { written += line } })
  return { log, written: () => written, lines: () => written.split('\n').filter(Boolean).map(line => JSON.parse(line) as Record<string, unknown>) }
}

test('S40 what happens in the plans is measured: updates, refusals, closes, commits, plans, people and bytes; no label names a plan or a person', async () => {
  const { get, member, connect } = await open()
  const [editor, reader] = [await member('editor', 'Kari Distinktnavn'), await member('reader', 'Olav Distinktnavn')]
  const [writes, reads, wrong] = [connect({ cookie: editor.cookie }), connect({ cookie: reader.cookie }), connect({ cookie: editor.cookie, origin: 'https://andre.example' })]
  await Promise.all([writes.opening(), reads.opening()])
  writes.socket.send(encodeSync(2, writerOf().type(' distinkteord')))
  await until(() => writes.acks().length > 0, { what: 'the words are on disk' })
  reads.socket.send(encodeSync(2, writerOf().type('!')))
  expect(await reads.closing()).toBe(4403)
  const broken = connect({ cookie: editor.cookie })
  await broken.opening()
  broken.socket.send(Uint8Array.of(99, 1, 2))
  expect(await broken.closing()).toBe(1002)
  await until(() => wrong.refusedWith(), { what: 'the other origin is refused' })

  const answer = await get('/metrics', { headers: { authorization: `Bearer ${metricsToken}` } })
  const text = await answer.text()
  const found = samples(text)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect(Object.fromEntries([...found].filter(([name]) => /^plantavle_(updates|turned|connections_closed|rooms|peers|acks|writable|commit_\w+_count|commit_updates_sum)/.test(name)))).toMatchObject({
    'plantavle_updates_admitted_total': 1,
    'plantavle_updates_refused_total{reason="not-allowed"}': 1,
    'plantavle_updates_barred_total': 0,
    'plantavle_turned_away_total{why="wrong-origin"}': 1,
    'plantavle_connections_closed_total{code="4403",why="not-allowed"}': 1,
    'plantavle_connections_closed_total{code="1002",why="malformed"}': 1,
    'plantavle_rooms_open': 1,
    'plantavle_peers': 1,
    'plantavle_acks_waiting': 0,
    'plantavle_writable': 1,
    'plantavle_commit_seconds_count': 1,
    'plantavle_commit_updates_count': 1,
    'plantavle_commit_updates_sum': 1,
  })
  for (const name of ['plantavle_websocket_received_bytes_total', 'plantavle_websocket_sent_bytes_total', 'process_resident_memory_bytes'])
    expect([name, (found.get(name) ?? 0) > 100]).toEqual([name, true])
  expect([...found.keys()].some(name => name.startsWith('nodejs_eventloop_lag'))).toBe(true)
  expect(text).not.toMatch(new RegExp(`Distinktnavn|distinkteord|${planId}|${editor.memberId}|${metricsToken}`))
})

test('S40 bytes of connections that are gone stay counted, and what fails in the storage is', async () => {
  const { member, connect, admin, server: { storage } } = await open()
  const socket = connect({ cookie: (await member('editor')).cookie })
  await socket.opening()
  const sent = async () => samples(String((await admin('metrics'))['text'])).get('plantavle_websocket_sent_bytes_total') ?? 0
  const before = await sent()
  socket.socket.close()
  await once(socket.socket, 'close')
  expect(await sent()).toBeGreaterThanOrEqual(before)
  await expect(storage.log(planId).append({
    update: writerOf().type('!'), by: 'x', clientIds: [], binds: [1, 1], at: 1, touches: [], changes: [], title: null,
  })).rejects.toThrow()
  expect(samples(String((await admin('metrics'))['text'])).get('plantavle_storage_failures_total{kind="other"}')).toBe(1)
})

test('S40 a count has its labels, and what is looked at is looked at when somebody reads', async () => {
  let rooms = [{ isAtRest: true, peers: 2, acksWaiting: 0 }, { isAtRest: false, peers: 3, acksWaiting: 4 }]
  let isBarred = true
  const metrics = openMetrics({ census: () => rooms, traffic: () => ({ received: 7, sent: 8 }), isBarred: () => isBarred })
  metrics.count('closed', '4503 / too slow')
  metrics.count('closed', '4503 / too slow', 2)
  metrics.count('checkpoint', 'made')
  metrics.committed(0, 5)
  metrics.committed(12, 4)
  const first = samples(await metrics.text())
  expect(['connections_closed_total{code="4503",why="too slow"}', 'checkpoints_total{outcome="made"}', 'rooms_open', 'rooms_at_rest', 'peers', 'acks_waiting', 'writable',
    'websocket_received_bytes_total', 'commit_seconds_count', 'commit_seconds_bucket{le="0.005"}', 'commit_updates_sum'].map(name => first.get(`plantavle_${name}`)))
    .toEqual([3, 1, 2, 1, 5, 4, 0, 7, 1, 1, 12])
  ;[rooms, isBarred] = [[], false]
  const second = samples(await metrics.text())
  expect(['rooms_open', 'writable', 'connections_closed_total{code="4503",why="too slow"}'].map(name => second.get(`plantavle_${name}`))).toEqual([0, 1, 3])
})

test('S41 what is measured is read with the token alone: never by a session, by no part of the token, and not at all where none is set', async () => {
  const { get, member } = await open()
  const { cookie } = await member('owner')
  const status = async (authorization?: string) => (await get('/metrics', { cookie, headers: authorization === undefined ? {} : { authorization } })).status
  expect(await Promise.all([
    status(), status('Bearer '), status(`Bearer ${metricsToken.slice(0, -1)}`), status(`Bearer ${metricsToken}x`), status(`Basic ${metricsToken}`), status(metricsToken),
    status(`Bearer ${metricsToken}`), status(`bearer  ${metricsToken}`),
  ])).toEqual([401, 401, 401, 401, 401, 401, 200, 200])
  expect((await get('/metrics')).headers.get('www-authenticate')).toBe('Bearer')
  await server?.close()
  server = await testServer()
  expect((await server.get('/metrics', { headers: { authorization: `Bearer ${metricsToken}` } })).status).toBe(404)
  expect(isMonitor('Bearer å', 'å')).toBe(true)
  expect([meets('monitor', { isSignedIn: true, role: 'owner', highest: 'owner' }), meets('monitor', { isSignedIn: false, role: null, isMonitor: true })]).toEqual([false, true])
})

test('S41 the operator reads it beside the running server, and is told where none runs', async () => {
  const { folder } = await open()
  const answer = await askServer(folder, { command: 'metrics', options: {} })
  expect(answer).toMatchObject({ ok: true, value: { text: expect.stringContaining('plantavle_writable 1'), values: expect.any(Array) } })
  await server?.server.close()
  expect(await runAlone({ command: 'metrics', options: {} }, folder, 'http://localhost')).toEqual({ ok: false, refusal: 'no-server', what: '' })
})

test('S41 a token that can be guessed, and a log that is not known, are refused in words at the start', () => {
  expect(readEnvironment({ METRICS_TOKEN: metricsToken }).metricsToken).toBe(metricsToken)
  expect(readEnvironment({}).metricsToken).toBeNull()
  const saysOf = (work: () => unknown) => {
    try {
      return work()
    }
    catch (error) {
      return sayFailure(error)
    }
  }
  expect(saysOf(() => readEnvironment({ METRICS_TOKEN: 'femten-tegn-her' }))).toContain('METRICS_TOKEN må ha minst 16 tegn')
  expect(saysOf(() => readEnvironment({ METRICS_TOKEN: 'med mellomrom i seg' }))).toContain('METRICS_TOKEN')
  expect([saysOf(() => readLogSettings({ LOG_FORMAT: 'xml' })), saysOf(() => readLogSettings({ LOG_LEVEL: 'alt' }))])
    .toEqual([expect.stringContaining('LOG_FORMAT'), expect.stringContaining('LOG_LEVEL')])
  expect([readLogSettings({}), readLogSettings({ LOG_FORMAT: 'json', LOG_LEVEL: 'debug' })]).toEqual([{ isJson: null, level: 'info' }, { isJson: true, level: 'debug' }])
})

test('S42 nothing people have written, no name, no address, no token and no cookie is in the log, whatever happens, at any level', async () => {
  const { log, written, lines } = aLog()
  const { admin, get, member, connect, reported } = await open({ note: log.note })
  const editor = await member('editor', 'Kari Hemmelignavn')
  const reader = await member('reader', 'Olav Hemmelignavn')
  const [writes, reads] = [connect({ cookie: editor.cookie }), connect({ cookie: reader.cookie })]
  await Promise.all([writes.opening(), reads.opening()])
  writes.socket.send(encodeSync(2, writerOf().write(plan => void setCell(plan, { register: 'plan', row: 'head', field: 'title' }, 'Hemmeligtittel'))))
  writes.socket.send(presenceFrame({ client: 5, state: { user: { name: 'Hemmeligpresens' } } }))
  await until(() => writes.acks().length > 0, { what: 'the title is on disk' })
  reads.socket.send(encodeSync(2, writerOf().type(' hemmeligeord')))
  await reads.closing()
  const wrongToken = 'hemmelighemmelighemmelighemmelighemmeligxyz'
  await get(`/logg-inn/${wrongToken}`)
  await get(`/hemmeligsti/${wrongToken}?q=hemmeligsporsmal`, { headers: { 'authorization': 'Bearer hemmelignokkel', 'user-agent': 'hemmeligleser' } })
  await get('/metrics', { headers: { authorization: 'Bearer hemmelignokkel' } })
  await get('/api/logg-ut', { method: 'POST', headers: { origin: 'https://hemmeligsted.example' } })
  const stranger = connect({ cookie: editor.cookie, origin: 'https://hemmeligsted.example' })
  await until(() => stranger.refusedWith(), { what: 'the other origin is refused' })
  await admin('member role', { plan: planId, member: reader.memberId, role: 'editor' })
  await admin('member remove', { plan: planId, member: reader.memberId })
  await admin('session revoke', { member: editor.memberId })
  for (const error of [
    failing(() => JSON.parse('hemmeligeord')), failing(() => JSON.parse('{"a": "hemmeligeord " og mer "hemmelig"}')), new LogReadError('cell «hemmeligeord» is damaged'),
    new Error(`no session ${editor.cookie.split('=')[1]}`), new TypeError('hemmelig\nhemmeligeord'.replace('hemmelig\n', 'first line\n')), 'a "hemmelig" string',
  ])
    log.report('something failed', error)

  const secrets = [editor, reader].flatMap(({ cookie, signInUrl }) => [cookie.split('=')[1] ?? '', signInUrl.split('/').at(-1) ?? ''])
  expect(secrets.every(secret => secret.length === 43)).toBe(true)
  expect(written()).not.toMatch(new RegExp(['hemmelig', metricsToken, ...secrets].join('|'), 'i'))
  const told = (event: string) => lines().filter(line => line['event'] === event)
  expect(told('sign-in-refused')).toEqual([{ level: 'warn', time: expect.any(String), event: 'sign-in-refused', route: 'GET /logg-inn/:token', requestId: expect.any(String) }])
  expect(told('update-refused')).toMatchObject([{ planId, memberId: reader.memberId, reason: 'not-allowed' }])
  expect(told('wrong-origin')).toMatchObject([{ route: 'POST /api/logg-ut' }, { route: 'GET /sync/:room' }])
  expect(told('metrics-refused')).toHaveLength(1)
  expect(told('removed')).toMatchObject([{ planId, memberId: reader.memberId }])
  expect(told('role-changed')).toMatchObject([{ planId, memberId: reader.memberId, role: 'editor' }])
  expect(told('signed-out')).toMatchObject([{ memberId: editor.memberId }])
  expect(told('signed-in')).toHaveLength(2)
  expect(told('request').some(({ route, status }) => route === 'GET /*' && status === 404)).toBe(true)
  expect(told('failure')).toHaveLength(6)
  expect(reported).toEqual([])
})

test('S42 a request is found in the log by the id its answer carries', async () => {
  const { log, lines } = aLog()
  const { get } = await open({ note: log.note })
  const answer = await get('/healthz')
  const requestId = answer.headers.get('x-request-id')
  expect(lines().filter(line => line['requestId'] === requestId)).toMatchObject([{ event: 'request', route: 'GET /healthz', method: 'GET', status: 200 }])
})

test('S43 JSON is one object a line, the other a line that reads; what steers a terminal is in neither', () => {
  for (const isJson of [true, false]) {
    const { log, written } = aLog({ isJson })
    log.note('removed', { planId, memberId: 'm\u001B[2Jx\ny' })
    log.report('writing failed', Object.assign(new Error('database or disk is full'), { errcode: 13 }))
    expect(/[^\P{Cc}\n]/u.test(written())).toBe(false)
    if (isJson)
      expect(written().trim().split('\n').map(line => (JSON.parse(line) as { event: string }).event)).toEqual(['removed', 'failure'])
    else
      expect(written()).toMatch(/^\S+Z info removed planId=\S+ memberId="m \[2Jx y"\n\S+Z error failure what="writing failed" error=Error message="database or disk is full" errcode=13\n {4}at /)
  }
})

test('S43 a level leaves out what is below it, and one event has at most sixty lines a minute, with how many were left out after it', () => {
  const clock = pretendClock()
  const { log, lines } = aLog({ level: 'warn', clock })
  log.note('signed-in', {})
  log.note('request', {})
  for (let n = 0; n < 500; n++)
    log.note('wrong-origin', { route: 'x' })
  log.note('sign-in-refused', {})
  expect(lines().map(line => line['event'])).toEqual([...Array.from({ length: 60 }, () => 'wrong-origin'), 'sign-in-refused'])
  clock.advance(60_000)
  log.note('wrong-origin', { route: 'x' })
  expect(lines().at(-1)).toMatchObject({ event: 'wrong-origin', leftOut: 440 })
  const before = lines().length
  for (let n = 0; n < 500; n++)
    log.report('a disk that fails', new Error('broken'))
  expect(lines().length - before).toBe(60)
  expect(Object.values(notedEvents)).toContain('error')
})

function failing(work: () => unknown): unknown {
  try {
    return work()
  }
  catch (error) {
    return error
  }
}
