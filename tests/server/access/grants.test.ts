import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grant } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import { openAccess } from '../../../server/access/access.ts'
import { hashOf } from '../../../server/access/secrets.ts'
import { openLocalBus } from '../../../server/bus/bus.ts'
import { appoint, ask, memberOf, putGrant } from '../support/everybody.ts'
import { giving } from '../support/giving.ts'
import { aNote, asRole } from '../support/notes.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { planId, testServer, type SignedIn, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
const hourMs = 60 * 60_000
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

const { told, give, remove, invite, letStandIn } = giving(() => server, clock)
const members = () => server.server.storage.members
const grantOf = ({ memberId }: SignedIn) => members().grant(planId, memberId)
const invitedNow = async () => (await members().invitationsIn(planId)).map(({ email }) => email)
const soon = () => clock.now() + hourMs

async function member(role: Role, grant: Partial<Grant> = {}, email?: string): Promise<SignedIn> {
  const found = await memberOf(server, planId, role, role, email)
  await putGrant(server, found.memberId, { ...asRole(role), ...grant })
  return found
}
/** Somebody who stands in for another for an hour. */
async function deputyOf(principal: SignedIn, role: Role = 'reader', grant: Partial<Grant> = {}): Promise<SignedIn> {
  const deputy = await member(role, grant)
  await appoint(server, principal.memberId, deputy.memberId, clock.now(), soon())
  return deputy
}
const deputiesNow = async (of: SignedIn) =>
  (await members().deputiesIn(planId)).filter(({ memberId, until }) => memberId === of.memberId && until > clock.now())

describe('T44 what is given comes from one grant, and ends with it', () => {
  test('T44 a deputy gives nobody what outlasts their time, be it to their own second address', async () => {
    const deputy = await deputyOf(owner)
    const editor = await member('editor')
    for (const until of [null, soon() + 1]) {
      expect(await invite(deputy, 'andre.adresse@ks.test', { role: 'owner', until })).toBe('above-you')
      expect(await give(deputy, editor, { role: 'chair', until })).toBe('above-you')
    }
    expect(await invite(deputy, 'andre.adresse@ks.test', { role: 'owner', until: soon() })).toBe('done')
    expect(await give(deputy, editor, { role: 'commenter' })).toBe('done')
  })

  test('T44 a deputy\'s own end is the end of what they give for another', async () => {
    const deputy = await deputyOf(owner, 'reader', { until: soon() - 1 })
    expect(await invite(deputy, 'lenger@ks.test', { role: 'editor', until: soon() })).toBe('above-you')
    expect(await invite(deputy, 'lenger@ks.test', { role: 'editor', until: soon() - 1 })).toBe('done')
  })

  test('T44 a guest gives nobody more than until their own end, and takes away for good', async () => {
    const [guest, reader, editor] = [await member('chair', { until: soon() }), await member('reader'), await member('editor')]
    expect(await invite(guest, 'meg.selv@ks.test', { role: 'chair' })).toBe('above-you')
    expect(await give(guest, reader, { role: 'editor' })).toBe('above-you')
    expect(await letStandIn(guest, reader, editor, soon() + 1)).toBe('above-you')
    expect(await give(guest, reader, { role: 'editor', until: soon() })).toBe('done')
    expect(await letStandIn(guest, reader, editor, soon())).toBe('done')
    expect(await give(guest, editor, { role: 'reader' })).toBe('done')
  })

  test('T44 two grants together give no more than either', async () => {
    const deputy = await deputyOf(await member('editor'), 'chair', { registers: ['goals'] })
    expect(await members().right(planId, deputy.memberId, clock.now())).toMatchObject({ role: 'chair', registers: null })
    expect(await invite(deputy, 'sammen@ks.test', { role: 'chair', until: soon() })).toBe('above-you')
    expect(await invite(deputy, 'sammen@ks.test', { role: 'chair', registers: ['goals'] })).toBe('done')
    expect(await invite(deputy, 'for.en.annen@ks.test', { role: 'editor', until: soon() })).toBe('done')
  })

  test('T44 a deputy neither changes nor removes nor finds another deputy for whom they stand in for', async () => {
    const principal = await member('owner')
    const [deputy, other] = [await deputyOf(principal, 'commenter'), await member('reader')]
    expect(await give(deputy, principal, { role: 'reader' })).toBe('above-you')
    expect(await remove(deputy, principal)).toBe('above-you')
    expect(await letStandIn(deputy, other, principal)).toBe('above-you')
    expect(await letStandIn(deputy, other, await member('editor'))).toBe('done')
    expect(await grantOf(principal)).toEqual(asRole('owner'))
    const ownOwner = await deputyOf(principal, 'owner')
    expect(await letStandIn(ownOwner, other, principal)).toBe('done')
    expect(await remove(ownOwner, principal)).toBe('done')
  })

  test('T44 whose deputy is above somebody is not theirs to end; one\'s own is', async () => {
    const [chair, principal] = [await member('chair'), await member('owner')]
    const deputy = await deputyOf(principal, 'chair')
    const [standing] = await deputiesNow(principal)
    const end = (by: SignedIn) => told(by, 'POST /api/plans/:planId/deputies/:deputyId/end', { deputyId: standing?.id ?? '' })
    expect(await end(chair)).toBe('above-you')
    expect(await deputiesNow(principal)).toEqual([standing])
    expect(await end(deputy)).toBe('done')
    expect(await deputiesNow(principal)).toEqual([])
    expect(await letStandIn(owner, deputy, chair)).toBe('done')
    const [chairs] = await deputiesNow(chair)
    expect(await told(owner, 'POST /api/plans/:planId/deputies/:deputyId/end', { deputyId: chairs?.id ?? '' })).toBe('done')
  })
})

describe('T58 what a change was allowed by is so still when it is made', () => {
  /** The access of a server where something else happens between reading and this writing, `times` times. */
  function between(name: 'putGrant' | 'removeGrant' | 'appointDeputy' | 'endDeputy', happens: () => Promise<unknown>, times = 1) {
    let left = times
    const write = members()[name] as (...values: readonly unknown[]) => Promise<unknown>
    const late = async (...values: readonly unknown[]) => {
      if (left-- > 0)
        await happens()
      return await write(...values)
    }
    const keeper = { ...members(), [name]: late }
    return openAccess({ storage: { members: keeper, plans: () => server.server.storage.plans() }, bus: openLocalBus(), clock })
  }

  test('T58 who has lost a role meanwhile gives nothing, removes nobody and appoints nobody', async () => {
    const [editor, reader] = [await member('editor'), await member('reader')]
    for (const name of ['putGrant', 'removeGrant', 'appointDeputy'] as const) {
      const chair = await member('chair')
      const access = between(name, () => putGrant(server, chair.memberId, asRole('commenter')))
      const outcome = name === 'putGrant' ? await access.putGrant(planId, editor.memberId, asRole('chair'), chair)
        : name === 'removeGrant' ? await access.removeMember(planId, editor.memberId, chair)
        : await access.appointDeputy(planId, { memberId: editor.memberId, deputyId: reader.memberId, from: clock.now(), until: soon() }, chair)
      expect([name, outcome]).toEqual([name, 'above-you'])
    }
    expect([await grantOf(editor), await deputiesNow(editor)]).toEqual([asRole('editor'), []])
  })

  test('T58 who has become more meanwhile is not touched from below, nor is their deputy', async () => {
    const [chair, editor, another] = [await member('chair'), await member('editor'), await member('editor')]
    const rises = (who: SignedIn) => () => putGrant(server, who.memberId, asRole('owner'))
    expect(await between('removeGrant', rises(editor)).removeMember(planId, editor.memberId, chair)).toBe('above-you')
    await deputyOf(another)
    const [standing] = await deputiesNow(another)
    expect(await between('endDeputy', rises(another)).endDeputy(planId, standing?.id ?? '', chair)).toBe('above-you')
    expect([await grantOf(editor), await deputiesNow(another)]).toEqual([asRole('owner'), [standing]])
  })

  test('T58 who is removed meanwhile is let stand in for nobody', async () => {
    const [editor, reader] = [await member('editor'), await member('reader')]
    const access = between('appointDeputy', () => server.admin('member remove', { plan: planId, member: reader.memberId }))
    expect(await access.appointDeputy(planId, { memberId: editor.memberId, deputyId: reader.memberId, from: clock.now(), until: soon() }, owner)).toBe('not-in-the-plan')
    expect(await deputiesNow(editor)).toEqual([])
  })

  test('T58 where it is allowed still it is done, from the beginning and once', async () => {
    const editor = await member('editor')
    const access = between('putGrant', () => putGrant(server, editor.memberId, asRole('reader')))
    expect(await access.putGrant(planId, editor.memberId, asRole('commenter'), owner)).toBeNull()
    const changes = (await members().accessLog(planId, Number.MAX_SAFE_INTEGER, 1_000)).filter(({ about, event }) => event === 'right-changed' && about === editor.memberId)
    expect(changes.map(({ facts }) => [facts.from, facts.role])).toEqual([['reader', 'commenter']])
  })

  test('T58 where it changes every time nothing is given', async () => {
    const editor = await member('editor')
    let n = 0
    const access = between('putGrant', () => putGrant(server, editor.memberId, { ...asRole('reader'), until: soon() + n++ }), 9)
    expect(await access.putGrant(planId, editor.memberId, asRole('chair'), owner)).toBe('above-you')
    expect(await grantOf(editor)).toMatchObject({ role: 'reader' })
  })
})

test('T58 nothing is invited, sent again or withdrawn by what one had, nor replaced that was not seen', async () => {
  const [chair, at] = [await member('chair'), clock.now()]
  const seenOf = async ({ memberId }: SignedIn) => ({ at, giver: { memberId, held: await members().held(planId, memberId, at) }, grants: [] })
  const seen = await seenOf(chair)
  const bound = { since: 0, most: 9 }
  const made = (id: string) => ({
    ...asRole('reader' as const), id, planId, email: 'sett@ks.test', name: '', organisation: '', hash: hashOf(id), invitedBy: chair.memberId, at, expiresAt: soon(),
    mail: 'none' as const,
  })
  expect(await members().invite([made('sett')], [], bound, [], seen)).toBe('done')
  expect(await members().invite([made('usett')], [], bound, [], seen)).toBe('changed')
  await putGrant(server, chair.memberId, asRole('commenter'))
  const before = await members().invitationsIn(planId)
  expect(await members().invite([made('usett')], [], bound, ['sett'], seen)).toBe('changed')
  expect(await members().renewInvitation({ ...made('sett'), hash: hashOf('ny') }, aNote(), bound, seen)).toBe('changed')
  expect(await members().withdrawInvitation(planId, 'sett', aNote(), seen)).toBe('changed')
  expect(await members().invitationsIn(planId)).toEqual(before)
  expect(await members().withdrawInvitation(planId, 'sett', aNote(), await seenOf(chair))).toBe(true)
})

describe('T59 open invitations go with the part in the plan', () => {
  const withdrawnOf = async () => (await ask(server, 'GET /api/plans/:planId/access-log', { cookie: owner.cookie })).body as { lines: { event: string, by: string }[] }

  test('T59 with who is removed go those to their address and those by them, and each is told of', async () => {
    const [chair, gone] = [await member('chair'), await member('reader', {}, 'borte@ks.test')]
    await server.admin('member remove', { plan: planId, member: gone.memberId })
    expect(await invite(owner, 'borte@ks.test', { role: 'editor' })).toBe('done')
    await putGrant(server, gone.memberId, asRole('reader'))
    expect(await invite(chair, 'moteleders@ks.test', { role: 'editor' })).toBe('done')
    expect(await invite(owner, 'staar@ks.test', { role: 'editor' })).toBe('done')
    expect([await remove(owner, gone), await remove(owner, chair)]).toEqual(['done', 'done'])
    const open = await invitedNow()
    expect(open).toContain('staar@ks.test')
    expect(open.filter(email => ['borte@ks.test', 'moteleders@ks.test'].includes(email))).toEqual([])
    const { lines } = await withdrawnOf()
    expect(lines.slice(0, 4).map(({ event, by }) => [event, by === owner.memberId])).toEqual(
      ['invitation-withdrawn', 'removed', 'invitation-withdrawn', 'removed'].map(event => [event, true]))
  })

  test('T59 with a lower role go those by them that are above it', async () => {
    const chair = await member('chair')
    expect(await invite(chair, 'til.moteleder@ks.test', { role: 'chair' })).toBe('done')
    expect(await invite(chair, 'til.leser@ks.test', { role: 'reader' })).toBe('done')
    expect(await give(owner, chair, { role: 'chair', registers: null })).toBe('done')
    expect(await invitedNow()).toContain('til.moteleder@ks.test')
    expect(await give(owner, chair, { role: 'editor' })).toBe('done')
    const open = await invitedNow()
    expect([open.includes('til.moteleder@ks.test'), open.includes('til.leser@ks.test')]).toEqual([false, true])
  })
})
