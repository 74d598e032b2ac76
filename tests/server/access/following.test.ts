import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { emptyUpdate, encodeSync, encodeSyncStep1 } from '#shared/protocol/frames.ts'
import type { Role } from '#shared/protocol/api.ts'
import { sessionLastsMs } from '../../../server/access/access.ts'
import { until } from '../../support/until.ts'
import { appoint, ask, cookieFrom, memberOf, putGrant } from '../support/everybody.ts'
import { asRole } from '../support/notes.ts'
import { writerOf } from '../support/plans.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { planId, testServer, type RawSocket, type SignedIn, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
let server: TestServer
let owner: SignedIn
beforeAll(async () => {
  server = await testServer({ clock })
})
beforeEach(async () => {
  owner = await memberOf(server, planId, 'owner', 'Eier')
})
afterAll(async () => {
  // A month passes at once, also for a checkpoint that is being made.
  expect(server.reported.filter(told => !told.includes('a checkpoint took too long'))).toEqual([])
  await server.close()
})

const member = (role: Role) => memberOf(server, planId, role, role)
const reachesOf = ({ frames }: RawSocket) => frames.flatMap(frame => frame.kind === 'reach' ? [frame.reach] : [])

async function connected({ cookie }: SignedIn): Promise<RawSocket> {
  const socket = server.connect({ cookie })
  await socket.opening()
  socket.socket.send(encodeSyncStep1(Uint8Array.of(0)))
  await until(() => socket.frames.some(({ kind }) => kind === 'step2'), { what: 'the plan' })
  return socket
}

/** Their sessions end then, past the server: it reads it when they come. */
function expireIn(memberId: string, ms: number): void {
  const db = new DatabaseSync(join(server.folder, 'plantavle.db'))
  db.prepare('UPDATE sessions SET expires_at = ? WHERE member = ?').run(clock.now() + ms, memberId)
  db.close()
}

/** Words that are acknowledged: from here on they stay, whatever becomes of who wrote them. */
async function write(socket: RawSocket, words: string): Promise<void> {
  const acks = socket.acks().at(-1) ?? 0
  socket.socket.send(encodeSync(2, writerOf().type(words)))
  await until(() => (socket.acks().at(-1) ?? 0) > acks, { what: 'an ack' })
}

/** The code the connection is closed with after `work`, while the clock stands where that left it; nothing is received after that. */
async function cut(socket: RawSocket, work: () => unknown): Promise<number> {
  await work()
  const code = await socket.closing()
  const heard = socket.bytes.length
  await write(await connected(owner), ' etterpå')
  expect(socket.bytes).toHaveLength(heard)
  expect(await server.arena()).toContain(' etterpå')
  return code
}

/** What somebody is told they may do, when that has become another. */
async function told(socket: RawSocket, work: () => unknown) {
  const before = reachesOf(socket).length
  await work()
  await until(() => reachesOf(socket).length > before || socket.closed(), { what: 'what somebody may do is told anew' })
  expect(socket.closed()).toBeNull()
  return reachesOf(socket).at(-1)
}

/** Whether words pass on an open connection. */
async function mayWrite(socket: RawSocket): Promise<boolean> {
  const acks = socket.acks().at(-1) ?? 0
  socket.socket.send(encodeSync(2, writerOf().type(' x')))
  await until(() => (socket.acks().at(-1) ?? 0) > acks || socket.closed(), { what: 'an answer' })
  return socket.closed() === null
}

describe('T50 who may be here no longer is cut off within a second, receives nothing afterwards, and what they were acknowledged stays', () => {
  type Ending = (who: SignedIn) => unknown
  const endings: Readonly<Record<string, readonly [number, Ending]>> = {
    'removed by an owner': [4403, ({ memberId }) =>
      ask(server, 'POST /api/plans/:planId/members/:memberId/remove', { cookie: owner.cookie, params: { memberId }, body: {} })],
    'removed by the operator': [4403, ({ memberId }) => server.admin('member remove', { plan: planId, member: memberId })],
    'left by themselves': [4403, ({ cookie }) => ask(server, 'POST /api/plans/:planId/leave', { cookie, body: {} })],
    'signed out': [4401, ({ cookie }) => ask(server, 'POST /api/logg-ut', { cookie })],
    'signed out everywhere, from another device': [4401, async ({ signInUrl }) =>
      ask(server, 'POST /api/me/sign-out-everywhere', { cookie: await cookieFrom(signInUrl), body: {} })],
    'revoked by the operator': [4401, ({ memberId }) => server.admin('session revoke', { member: memberId })],
    'signed in anew in the same browser': [4401, ({ cookie, signInUrl }) => fetch(signInUrl, { redirect: 'manual', headers: { cookie } })],
    'erased': [4401, ({ memberId }) => server.admin('member erase', { member: memberId, sure: memberId })],
  }

  test.each(Object.entries(endings))('T50 %s', async (_what, [code, end]) => {
    const who = await member('editor')
    const socket = await connected(who)
    await write(socket, ' før')
    expect(await cut(socket, () => end(who))).toBe(code)
    expect(await server.arena()).toContain(' før')
    const again = server.connect({ cookie: who.cookie })
    expect(await again.closing()).toBe(code === 4403 ? 4404 : 4401)
  })

  test('T50 a guest\'s end passes', async () => {
    const guest = await member('editor')
    await putGrant(server, guest.memberId, { ...asRole('editor'), until: clock.now() + 4_000 })
    const socket = await connected(guest)
    await write(socket, ' før')
    clock.advance(3_999)
    expect(await mayWrite(socket)).toBe(true)
    expect(await cut(socket, () => clock.advance(1_000))).toBe(4403)
    expect(await server.arena()).toContain(' før')
  })

  test('T70 a guest\'s end and a session\'s are followed when they come, and not at the next full second', async () => {
    const [guest, expiring] = [await member('editor'), await member('editor')]
    // Whatever full seconds there are, one of these is half of one.
    for (const ms of [2_500, 3_000]) {
      await putGrant(server, guest.memberId, { ...asRole('editor'), until: clock.now() + ms })
      const socket = await connected(guest)
      clock.advance(ms - 1)
      expect(await mayWrite(socket)).toBe(true)
      expect(await cut(socket, () => clock.advance(50))).toBe(4403)
    }
    expireIn(expiring.memberId, 2_750)
    const socket = await connected(expiring)
    clock.advance(2_749)
    expect(await mayWrite(socket)).toBe(true)
    expect(await cut(socket, () => clock.advance(50))).toBe(4401)
  })

  test('T50 an office that let somebody read is taken, and a plan that somebody reads so is closed to them', async () => {
    const reader = await member('reader')
    await server.admin('office give', { member: reader.memberId, office: 'national-reader' })
    const socket = await connected(reader)
    await server.admin('member remove', { plan: planId, member: reader.memberId })
    expect(await mayOnlyRead(socket)).toBe(true)
    expect(await cut(socket, () => server.admin('office take', { member: reader.memberId, office: 'national-reader' }))).toBe(4403)
  })

  test('T50 frames that were on their way when somebody was removed are not taken', async () => {
    const who = await member('editor')
    const socket = await connected(who)
    await server.admin('member remove', { plan: planId, member: who.memberId })
    for (let n = 0; n < 20; n++)
      socket.socket.send(encodeSync(2, writerOf().type(' for sent')))
    await socket.closing()
    expect(await server.arena()).not.toContain(' for sent')
  })
})

/** Is told what it may do as before, and is heard. */
async function mayOnlyRead(socket: RawSocket): Promise<boolean> {
  const acks = socket.acks().at(-1) ?? 0
  socket.socket.send(encodeSync(2, emptyUpdate))
  await until(() => (socket.acks().at(-1) ?? 0) > acks || socket.closed(), { what: 'an answer' })
  return reachesOf(socket).at(-1)?.role === 'reader' && socket.closed() === null
}

describe('T50 what somebody may do from now on counts on the open connection within a second', () => {
  const grant = (who: SignedIn, body: object) =>
    ask(server, 'POST /api/plans/:planId/members/:memberId/grant', { cookie: owner.cookie, params: { memberId: who.memberId }, body })

  test('T50 a role more, a role less, and some registers only', async () => {
    const who = await member('reader')
    const socket = await connected(who)
    expect(await told(socket, () => grant(who, asRole('editor')))).toEqual({ role: 'editor', registers: null })
    expect(await mayWrite(socket)).toBe(true)
    expect(await told(socket, () => grant(who, { ...asRole('editor'), registers: ['networks'] }))).toEqual({ role: 'editor', registers: ['networks'] })
    expect(await told(socket, () => grant(who, asRole('chair')))).toEqual({ role: 'chair', registers: null })
    expect(await mayWrite(socket)).toBe(true)
    expect(await told(socket, () => grant(who, asRole('commenter')))).toEqual({ role: 'commenter', registers: null })
    expect(await mayWrite(socket)).toBe(false)
  })

  test('T50 a deputy\'s period begins, and ends', async () => {
    const [editor, deputy] = [await member('editor'), await member('commenter')]
    await appoint(server, editor.memberId, deputy.memberId, clock.now() + 4_000, clock.now() + 8_000)
    const socket = await connected(deputy)
    expect(reachesOf(socket)).toEqual([{ role: 'commenter', registers: null }])
    expect(await told(socket, () => clock.advance(5_000))).toEqual({ role: 'editor', registers: null })
    expect(await mayWrite(socket)).toBe(true)
    expect(await told(socket, () => clock.advance(4_000))).toEqual({ role: 'commenter', registers: null })
    expect(await mayWrite(socket)).toBe(false)
  })

  test.each<[string, (by: { editor: SignedIn, id: string }) => unknown]>([
    ['is ended by those who lead', ({ id }) => ask(server, 'POST /api/plans/:planId/deputies/:deputyId/end', { cookie: owner.cookie, params: { deputyId: id }, body: {} })],
    ['is ended by who is stood in for', ({ editor, id }) => ask(server, 'POST /api/plans/:planId/my-deputies/:deputyId/end', { cookie: editor.cookie, params: { deputyId: id }, body: {} })],
    ['loses who is stood in for', ({ editor }) => server.admin('member remove', { plan: planId, member: editor.memberId })],
    ['stands in for who may write no more', ({ editor }) => server.admin('member role', { plan: planId, member: editor.memberId, role: 'reader' })],
    ['stands in for who is erased', ({ editor }) => server.admin('member erase', { member: editor.memberId, sure: editor.memberId })],
  ])('T50 a deputy who %s writes no more', async (_what, end) => {
    const [editor, deputy] = [await member('editor'), await member('commenter')]
    const appointed = await ask(server, 'POST /api/plans/:planId/deputies', {
      cookie: owner.cookie, body: { memberId: editor.memberId, deputyId: deputy.memberId, from: clock.now(), until: clock.now() + 60_000 },
    })
    const socket = await connected(deputy)
    expect(await mayWrite(socket)).toBe(true)
    expect(await told(socket, () => end({ editor, id: String(Object(appointed.body).id) }))).toEqual({ role: 'commenter', registers: null })
    expect(await mayWrite(socket)).toBe(false)
  })

  test('T50 a deputy is let in beside what they have, at once', async () => {
    const [editor, deputy] = [await member('editor'), await member('commenter')]
    const socket = await connected(deputy)
    const body = { memberId: editor.memberId, deputyId: deputy.memberId, from: clock.now(), until: clock.now() + 60_000 }
    expect(await told(socket, () => ask(server, 'POST /api/plans/:planId/deputies', { cookie: owner.cookie, body }))).toEqual({ role: 'editor', registers: null })
    expect(await mayWrite(socket)).toBe(true)
  })
})

test('T50 what nobody tells of is followed within thirty seconds: somebody removed, limited, or signed out past the server', async () => {
  const db = new DatabaseSync(join(server.folder, 'plantavle.db'))
  const [removed, limited, signedOut] = [await member('editor'), await member('editor'), await member('editor')]
  const sockets = [await connected(removed), await connected(limited), await connected(signedOut)] as const
  db.prepare('DELETE FROM memberships WHERE member = ?').run(removed.memberId)
  db.prepare('UPDATE memberships SET role = \'reader\' WHERE member = ?').run(limited.memberId)
  db.prepare('DELETE FROM sessions WHERE member = ?').run(signedOut.memberId)
  db.close()
  clock.advance(29_000)
  expect(sockets.map(({ closed }) => closed())).toEqual([null, null, null])
  clock.advance(1_000)
  expect(await Promise.all([sockets[0].closing(), sockets[2].closing()])).toEqual([4403, 4401])
  await until(() => reachesOf(sockets[1]).at(-1)?.role === 'reader', { what: 'the lesser role is told' })
  expect(await mayWrite(sockets[1])).toBe(false)
})

test('T50 a session that expires ends its connection', async () => {
  const who = await member('editor')
  const socket = await connected(who)
  await write(socket, ' til sist')
  expect(await cut(socket, async () => {
    clock.sleep(sessionLastsMs)
    owner = { ...owner, cookie: await cookieFrom(owner.signInUrl) }
  })).toBe(4401)
  expect(await server.arena()).toContain(' til sist')
})
