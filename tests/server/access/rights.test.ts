import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grant, InvitationsAnswer } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import type { GrantForAnother } from '#shared/protocol/grants.ts'
import { toRight } from '../../../server/storage/rights.ts'
import { appoint, ask, memberOf, putGrant } from '../support/everybody.ts'
import { giving } from '../support/giving.ts'
import { asRole } from '../support/notes.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { planId, testServer, type SignedIn, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
const hourMs = 60 * 60_000
const now = clock.now()
let server: TestServer
let owner: SignedIn
beforeAll(async () => {
  server = await testServer({ clock })
  owner = await memberOf(server, planId, 'owner', 'Eier')
})
afterAll(async () => {
  expect(server.reported).toEqual([])
  await server.close()
})

const member = (role: Role) => memberOf(server, planId, role, role)
const rightOf = ({ memberId }: SignedIn) => server.server.storage.members.right(planId, memberId, clock.now())

async function limited(role: Role, grant: Partial<Grant>): Promise<SignedIn> {
  const found = await member(role)
  await putGrant(server, found.memberId, { ...asRole(role), ...grant })
  return found
}

const { told, give, invite, letStandIn } = giving(() => server, clock)

describe('T41 each grant counts by itself', () => {
  const own = (role: Role, grant: Partial<Grant> = {}): Grant => ({ role, registers: null, until: null, ...grant })
  const other = (grant: Grant, from = now - 1, until = now + hourMs): GrantForAnother => ({ memberId: 'kari', from, until, grant })

  test.each<[string, Parameters<typeof toRight>, ReturnType<typeof toRight>]>([
    ['nothing is nothing', [null, [], [], now], null],
    ['an administrator has no right to a plan', [null, [], ['administrator'], now], null],
    ['who reads all plans reads this, and is no member of it', [null, [], ['national-reader'], now], { role: 'reader', registers: null, until: null, isMember: false, actsFor: [] }],
    ['what one has oneself is not made less by reading all plans', [own('editor'), [], ['national-reader'], now],
      { role: 'editor', registers: null, until: null, isMember: true, actsFor: [] }],
    ['a guest is one until the end, and not in that moment', [own('editor', { until: now + 1 }), [], [], now],
      { role: 'editor', registers: null, until: now + 1, isMember: true, actsFor: [] }],
    ['a guest whose end is now', [own('owner', { until: now }), [], [], now], null],
    ['registers of two grants are put together', [own('editor', { registers: ['goals'] }), [other(own('editor', { registers: ['networks'] }))], [], now],
      { role: 'editor', registers: ['goals', 'networks'], until: now + hourMs, isMember: true, actsFor: ['kari'] }],
    ['registers of who writes nothing do not count', [own('commenter'), [other(own('editor', { registers: ['networks'] }))], [], now],
      { role: 'editor', registers: ['networks'], until: now + hourMs, isMember: true, actsFor: ['kari'] }],
    ['one without a limit takes the other\'s away', [own('chair', { registers: ['goals'] }), [other(own('editor'))], [], now],
      { role: 'chair', registers: null, until: now + hourMs, isMember: true, actsFor: ['kari'] }],
    ['a deputy who has not begun does nothing yet, and is asked again then', [own('reader'), [other(own('chair'), now + 5)], [], now],
      { role: 'reader', registers: null, until: now + 5, isMember: true, actsFor: [] }],
    ['a deputy begins with the moment, and has ended with the other', [own('reader'), [other(own('chair'), now, now + 1), other(own('owner'), now - 2, now)], [], now],
      { role: 'chair', registers: null, until: now + 1, isMember: true, actsFor: ['kari'] }],
    ['a deputy of a guest ends with the guest', [own('reader'), [other(own('chair', { until: now }))], [], now],
      { role: 'reader', registers: null, until: now + hourMs, isMember: true, actsFor: [] }],
  ])('T41 %s', (_what, given, right) => {
    expect(toRight(...given)).toEqual(right)
  })
})

describe('T44 nobody gives more than they have', () => {
  test('T44 a chair neither makes an owner nor touches one: not their role, not their place, not their invitation', async () => {
    const [chair, editor] = [await member('chair'), await member('editor')]
    expect(await give(chair, editor, { role: 'owner' })).toBe('above-you')
    expect(await give(chair, chair, { role: 'owner' })).toBe('above-you')
    expect(await give(chair, owner, { role: 'reader' })).toBe('above-you')
    expect(await told(chair, 'POST /api/plans/:planId/members/:memberId/remove', { memberId: owner.memberId })).toBe('above-you')
    expect(await letStandIn(chair, editor, owner)).toBe('above-you')
    expect(await invite(chair, 'ny@ks.test', { role: 'owner' })).toBe('above-you')
    expect(await give(chair, editor, { role: 'chair' })).toBe('done')
    expect(await rightOf(owner)).toMatchObject({ role: 'owner' })
  })

  test('T44 an owner\'s invitation is not sent again, withdrawn or replaced by a chair', async () => {
    const chair = await member('chair')
    expect(await invite(owner, 'eier2@ks.test', { role: 'owner' })).toBe('done')
    const open = async () => (await ask(server, 'GET /api/plans/:planId/invitations', { cookie: owner.cookie })).body as InvitationsAnswer
    const before = await open()
    const params = { invitationId: before.invitations.find(({ email }) => email === 'eier2@ks.test')?.id ?? '' }
    expect(await told(chair, 'POST /api/plans/:planId/invitations/:invitationId/again', params)).toBe('above-you')
    expect(await told(chair, 'POST /api/plans/:planId/invitations/:invitationId/withdraw', params)).toBe('above-you')
    expect(await invite(chair, ' EIER2@ks.test', { role: 'reader' })).toBe('above-you')
    expect(await open()).toEqual(before)
    expect(await told(owner, 'POST /api/plans/:planId/invitations/:invitationId/withdraw', params)).toBe('done')
  })

  test('T44 who is limited to some registers opens no other, for nobody', async () => {
    const [chair, editor, plain] = [await limited('chair', { registers: ['networks', 'goals'] }), await member('editor'), await member('reader')]
    for (const to of [chair, plain]) {
      expect(await give(chair, to, { role: 'editor' })).toBe('above-you')
      expect(await give(chair, to, { role: 'editor', registers: ['goals', 'activities'] })).toBe('above-you')
    }
    expect(await invite(chair, 'a@ks.test', { role: 'editor' })).toBe('above-you')
    expect(await letStandIn(chair, plain, editor)).toBe('above-you')
    expect(await give(chair, plain, { role: 'editor', registers: ['goals'] })).toBe('done')
    expect(await invite(chair, 'a@ks.test', { role: 'commenter' })).toBe('done')
  })

  test('T44 who has something for a time gives themselves no longer one, and for another nothing that stays', async () => {
    const guest = await limited('chair', { until: clock.now() + hourMs })
    expect(await give(guest, guest, { role: 'chair' })).toBe('above-you')
    expect(await give(guest, guest, { role: 'chair', until: clock.now() + 2 * hourMs })).toBe('above-you')
    expect(await give(guest, guest, { role: 'editor', until: clock.now() + hourMs / 2 })).toBe('done')

    const [deputy, chair] = [await member('reader'), await member('chair')]
    await appoint(server, chair.memberId, deputy.memberId, clock.now(), clock.now() + hourMs)
    expect(await rightOf(deputy)).toMatchObject({ role: 'chair' })
    expect(await give(deputy, deputy, { role: 'chair' })).toBe('above-you')
    expect(await give(deputy, deputy, { role: 'commenter', until: clock.now() + hourMs })).toBe('above-you')
    expect(await letStandIn(deputy, deputy, chair, clock.now() + 100 * hourMs)).toBe('above-you')
    expect(await rightOf(deputy)).toMatchObject({ role: 'chair', until: clock.now() + hourMs })
  })

  test('T44 a plan always has an owner who stays', async () => {
    expect(await give(owner, owner, { role: 'editor' })).toBe('last-owner')
    expect(await give(owner, owner, { role: 'owner', until: clock.now() + hourMs })).toBe('last-owner')
    expect(await told(owner, 'POST /api/plans/:planId/leave', {})).toBe('last-owner')
    const guest = await limited('owner', { until: clock.now() + hourMs })
    expect(await told(owner, 'POST /api/plans/:planId/leave', {})).toBe('last-owner')
    await give(owner, guest, { role: 'reader' })
  })

  test('T44 nothing ends before it has begun, and nobody stands in for themselves', async () => {
    const editor = await member('editor')
    expect(await give(owner, editor, { role: 'reader', until: clock.now() })).toBe('in-the-past')
    expect(await invite(owner, 'b@ks.test', { role: 'reader', until: clock.now() })).toBe('in-the-past')
    expect(await letStandIn(owner, editor, owner, clock.now())).toBe('in-the-past')
    expect(await letStandIn(owner, editor, editor)).toBe('to-oneself')
  })
})

describe('T48 who is not in the plan any more stands in for nobody', () => {
  test('T48 who is removed has nothing, not as a deputy either, and nothing of it comes back with them', async () => {
    const [editor, deputy, other] = [await member('editor'), await member('commenter'), await member('commenter')]
    expect(await letStandIn(owner, deputy, editor)).toBe('done')
    expect(await letStandIn(owner, other, deputy)).toBe('done')
    expect(await rightOf(deputy)).toMatchObject({ role: 'editor', actsFor: [editor.memberId] })
    await server.admin('member remove', { plan: planId, member: deputy.memberId })
    expect(await rightOf(deputy)).toBeNull()
    expect((await ask(server, 'GET /api/plans/:planId', { cookie: deputy.cookie })).status).toBe(404)
    await putGrant(server, deputy.memberId, asRole('reader'))
    expect(await rightOf(deputy)).toMatchObject({ role: 'reader', actsFor: [] })
    expect(await rightOf(other)).toMatchObject({ role: 'commenter', actsFor: [] })
  })

  test('T48 a guest\'s end is the end of what they do for others too, and nobody lets them stand in afterwards', async () => {
    const [editor, guest] = [await member('editor'), await limited('commenter', { until: clock.now() + hourMs })]
    expect(await told(editor, 'POST /api/plans/:planId/my-deputies', {}, { deputyId: guest.memberId, from: clock.now(), until: clock.now() + 9 * hourMs })).toBe('done')
    expect(await rightOf(guest)).toMatchObject({ role: 'editor' })
    clock.advance(hourMs)
    expect(await rightOf(guest)).toBeNull()
    expect(await told(editor, 'POST /api/plans/:planId/my-deputies', {}, { deputyId: guest.memberId, from: clock.now(), until: clock.now() + 9 * hourMs })).toBe('not-in-the-plan')
  })

  test('T48 neither who reads nationally nor who is nowhere in the plan is let stand in', async () => {
    const editor = await member('editor')
    const reader = await member('reader')
    await server.admin('member remove', { plan: planId, member: reader.memberId })
    await server.admin('office give', { member: reader.memberId, office: 'national-reader' })
    expect(await letStandIn(owner, reader, editor)).toBe('not-in-the-plan')
  })
})
