import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessEvents, type AccessLogAnswer, type AccessLogLine } from '#shared/protocol/access.ts'
import { encodeSync } from '#shared/protocol/frames.ts'
import { newSession } from '../../../server/access/access.ts'
import type { HttpRoute } from '../../../server/access/rules.ts'
import { newId } from '../../../server/access/secrets.ts'
import { openMailServer, type MailServer } from '../../support/mailServer.ts'
import { until } from '../../support/until.ts'
import { ask, cookieFrom, memberOf } from '../support/everybody.ts'
import { asRole } from '../support/notes.ts'
import { writerOf } from '../support/plans.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { otherPlanId, planId, testServer, type SignedIn, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
let server: TestServer
let mail: MailServer
let owner: SignedIn
let db: DatabaseSync
beforeAll(async () => {
  mail = await openMailServer()
  server = await testServer({
    clock, environment: { mail: { host: '127.0.0.1', port: mail.port, tls: 'none', login: null, from: { name: 'Plantavle', address: 'plan@plantavle.test' } } },
  })
  db = new DatabaseSync(join(server.folder, 'plantavle.db'))
  owner = await memberOf(server, planId, 'owner', 'Eivind Eier', 'eivind@ks.test')
})
afterAll(async () => {
  db.close()
  await server.close()
  await mail.close()
})

type Line = Omit<AccessLogLine, 'number' | 'at'> & { readonly plan: string | null }
/** Lines that have come since a number, as they stand in the table. */
const lines = (since: number): Line[] => db
  .prepare('SELECT event, plan, by_member AS "by", about, facts FROM access_log WHERE number > ? ORDER BY number').all(since)
  .map(line => ({ ...line, facts: JSON.parse(String(line.facts)) as unknown }) as Line)
const last = () => Number(db.prepare('SELECT coalesce(max(number), 0) AS n FROM access_log').get()?.n)
const post = (by: SignedIn, route: HttpRoute, params: Record<string, string>, body: object = {}) =>
  ask(server, route, { cookie: by.cookie, params, body })

/** What is done, and the lines it leaves. */
interface Told { readonly what: string, readonly work: () => Promise<unknown>, readonly leaves: () => readonly Line[] }
const seen = new Set<string>()
const words = ['Eivind', 'eivind@', 'Kari Nordmann', 'kari@', 'Ny Kalt', 'Gunn', 'gunn@', 'Kontaktperson', 'kontakt@', 'hemmelige ord', 'ukjent@', 'Prøveplan']

let kari: SignedIn
let deputy: SignedIn
let leaver: SignedIn
let ids: Record<string, string> = {}
const invitation = () => String(db.prepare('SELECT id FROM invitations WHERE taken_at IS NULL AND withdrawn_at IS NULL').get()?.id)
const note = (event: AccessLogLine['event'], by: SignedIn | 'operator' | null, about: SignedIn | null, facts: Line['facts'] = {}, plan: string | null = planId): Line =>
  ({ event, plan, by: by === null || by === 'operator' ? by : by.memberId, about: about?.memberId ?? null, facts })

const story: readonly Told[] = [
  {
    what: 'the operator adds somebody, who signs in by the printed link',
    work: async () => { kari = await memberOf(server, planId, 'editor', 'Kari Nordmann', 'kari@ks.test') },
    leaves: () => [note('member-added', 'operator', kari, { role: 'editor' }), note('signed-in', kari, kari, { way: 'printed-link' }, null)],
  },
  {
    what: 'somebody signs out',
    work: async () => {
      await ask(server, 'POST /api/logg-ut', { cookie: kari.cookie })
      kari = { ...kari, cookie: await cookieFrom(kari.signInUrl) }
    },
    leaves: () => [note('signed-out', kari, kari, {}, null), note('signed-in', kari, kari, { way: 'printed-link' }, null)],
  },
  {
    what: 'a role is changed, with registers and an end',
    work: () => post(owner, 'POST /api/plans/:planId/members/:memberId/grant', { memberId: kari.memberId },
      { role: 'editor', registers: ['networks', 'goals'], until: clock.now() + 9e6 }),
    leaves: () => [note('right-changed', owner, kari, { from: 'editor', role: 'editor', until: clock.now() + 9e6, registers: 'networks goals' })],
  },
  {
    what: 'a change outside of that is refused, ten times',
    work: async () => {
      for (let n = 0; n < 10; n++) {
        const socket = server.connect({ cookie: kari.cookie })
        await socket.opening()
        socket.socket.send(encodeSync(2, writerOf().type(' hemmelige ord')))
        await socket.closing()
      }
      await until(() => lines(last() - 1).some(({ event }) => event === 'write-refused'), { what: 'the line' })
    },
    leaves: () => [note('write-refused', kari, kari, { reason: 'not-allowed' })],
  },
  {
    what: 'somebody stands in for another, and does no more',
    work: async () => {
      deputy = await memberOf(server, planId, 'reader', 'Gunn', 'gunn@ks.test')
      const { body } = await post(owner, 'POST /api/plans/:planId/deputies', {}, { memberId: kari.memberId, deputyId: deputy.memberId, from: 1, until: clock.now() + 5 })
      await post(kari, 'POST /api/plans/:planId/my-deputies/:deputyId/end', { deputyId: String(Object(body).id) })
    },
    leaves: () => [
      note('member-added', 'operator', deputy, { role: 'reader' }), note('signed-in', deputy, deputy, { way: 'printed-link' }, null),
      note('deputy-appointed', owner, deputy, { for: kari.memberId, from: 1, until: clock.now() + 5 }), note('deputy-ended', kari, deputy, { for: kari.memberId }),
    ],
  },
  {
    what: 'somebody is invited, again, and not after all',
    work: async () => {
      await post(owner, 'POST /api/plans/:planId/invitations', {}, { ...asRole('commenter'), invitees: [{ email: 'ukjent@ks.test', name: 'Gunn Ukjent', organisation: 'KS' }] })
      ids = { invitation: invitation() }
      await post(owner, 'POST /api/plans/:planId/invitations/:invitationId/again', { invitationId: ids.invitation ?? '' })
      await post(owner, 'POST /api/plans/:planId/invitations/:invitationId/withdraw', { invitationId: ids.invitation ?? '' })
    },
    leaves: () => [
      note('invited', owner, null, { invitation: ids.invitation ?? '', role: 'commenter', until: null, registers: null }),
      note('invitation-sent-again', owner, null, { invitation: ids.invitation ?? '' }), note('invitation-withdrawn', owner, null, { invitation: ids.invitation ?? '' }),
    ],
  },
  {
    what: 'somebody joins by an invitation',
    work: async () => {
      const before = mail.letters.length
      await post(owner, 'POST /api/plans/:planId/invitations', {}, { ...asRole('reader'), invitees: [{ email: 'ny@ks.test', name: 'Gunn Ny', organisation: 'KS' }] })
      ids = { invitation: invitation() }
      const { text } = await until(() => mail.letters.slice(before).find(({ to }) => to.includes('ny@ks.test')), { what: 'the letter' })
      const taken = await ask(server, 'POST /api/invitations/take', { body: { token: /\/invitasjon\/([\w-]{43})/.exec(text)?.[1] ?? '' } })
      leaver = { memberId: String(Object(taken.body).memberId), cookie: taken.cookies[0]?.split(';')[0] ?? '', signInUrl: '' }
    },
    leaves: () => [
      note('invited', owner, null, { invitation: ids.invitation ?? '', role: 'reader', until: null, registers: null }),
      note('signed-in', leaver, leaver, { way: 'invitation' }, null), note('joined', leaver, leaver, { role: 'reader', until: null, invitedBy: owner.memberId }),
    ],
  },
  {
    what: 'somebody leaves, and somebody is removed',
    work: async () => {
      await post(leaver, 'POST /api/plans/:planId/leave', {})
      await post(owner, 'POST /api/plans/:planId/members/:memberId/remove', { memberId: deputy.memberId })
    },
    leaves: () => [note('removed', leaver, leaver, { role: 'reader' }), note('removed', owner, deputy, { role: 'reader' })],
  },
  {
    what: 'a contact comes, changes and goes',
    work: async () => {
      const contact = { id: null, name: 'Kontaktperson', organisationId: 'ks-rogaland', position: 'leder', email: 'kontakt@ks.test', from: null, until: null }
      const { body } = await post(owner, 'POST /api/plans/:planId/contacts', {}, contact)
      ids = { contact: String(Object(body).id) }
      await post(owner, 'POST /api/plans/:planId/contacts', {}, { ...contact, id: ids.contact })
      await post(owner, 'POST /api/plans/:planId/contacts/:contactId/remove', { contactId: ids.contact ?? '' })
    },
    leaves: () => ['added', 'changed', 'removed'].map(what => note('contact-changed', owner, null, { contact: ids.contact ?? '', what })),
  },
  {
    what: 'an office is given and taken, and an administrator gives a plan an owner: themselves',
    work: async () => {
      await server.admin('office give', { member: deputy.memberId, office: 'administrator' })
      await post(deputy, 'POST /api/administration/plans/:planId/owners', {}, { email: null })
      await server.admin('office take', { member: deputy.memberId, office: 'administrator' })
    },
    leaves: () => [
      note('office-given', 'operator', deputy, { office: 'administrator' }, null),
      note('right-changed', deputy, deputy, { from: null, role: 'owner', until: null, registers: null }),
      note('office-taken', 'operator', deputy, { office: 'administrator' }, null),
    ],
  },
  {
    what: 'somebody is called otherwise, and takes what is kept of them',
    work: async () => {
      await ask(server, 'POST /api/me/name', { cookie: kari.cookie, body: { name: 'Ny Kalt' } })
      await ask(server, 'GET /api/me/kept', { cookie: kari.cookie })
      await server.admin('member export', { member: kari.memberId })
    },
    leaves: () => [note('renamed', kari, kari, {}, null), note('exported', kari, kari, {}, null), note('exported', 'operator', kari, {}, null)],
  },
  {
    what: 'ten wrong codes',
    work: async () => {
      for (let n = 0; n < 2; n++) {
        const { cookies } = await ask(server, 'POST /api/sign-in/email', { body: { email: 'kari@ks.test' } })
        for (let wrong = 0; wrong < 5; wrong++)
          await ask(server, 'POST /api/sign-in/code', { cookie: cookies[0]?.split(';')[0], body: { code: `x${wrong}` } })
      }
    },
    leaves: () => [note('codes-locked', null, kari, {}, null)],
  },
  {
    what: 'somebody comes by an account, which follows a new address',
    work: async () => {
      const come = (email: string, name: string) => server.server.storage.members.arrive(
        { email, identity: { issuer: 'https://konto.test', subject: 'kari' }, name, organisation: 'KS Rogaland' }, newId(), newSession('provider', clock.now()).session)
      await come('kari@ks.test', 'Kari Nordmann')
      await come('kari.ny@ks.test', 'Kari Nordmann')
      kari = { ...kari, cookie: await cookieFrom(kari.signInUrl) }
    },
    leaves: () => [
      note('sessions-ended', kari, kari, {}, null), note('renamed', kari, kari, {}, null), note('renamed', kari, kari, { what: 'organisation' }, null),
      note('signed-in', kari, kari, { way: 'provider' }, null),
      note('address-changed', kari, kari, {}, null), note('signed-in', kari, kari, { way: 'provider' }, null), note('signed-in', kari, kari, { way: 'printed-link' }, null),
    ],
  },
  {
    what: 'words are taken out of the plan',
    work: () => server.admin('redact', { plan: planId, cell: 'activities/K01/arena', why: 'hemmelige ord', by: 'Eivind' }),
    leaves: () => [note('redacted', 'operator', null, { register: 'activities', row: 'K01', field: 'arena' })],
  },
  {
    what: 'a plan is made, and others come along',
    work: async () => {
      const body = { title: 'Ny', periodFrom: 2027, periodTo: 2028, origin: { kind: 'plan', planId, carry: { parts: [], networks: 'all' }, withMembers: true } }
      const made = await ask(server, 'POST /api/plans', { cookie: owner.cookie, body, headers: { 'idempotency-key': 'en-noekkel-som-er-lang' } })
      ids = { plan: String(Object(made.body).planId) }
    },
    leaves: () => ([[owner, 'owner'], [deputy, 'owner'], [kari, 'editor']] as const).map(([who, role]) =>
      note('member-added', owner, who, { role }, ids.plan)),
  },
  {
    what: 'somebody is signed out everywhere, and erased',
    work: async () => {
      await post(kari, 'POST /api/me/sign-out-everywhere', {})
      await server.admin('session revoke', { member: leaver.memberId })
      await server.admin('member erase', { member: kari.memberId, sure: kari.memberId })
    },
    leaves: () => [note('sessions-ended', kari, kari, {}, null), note('sessions-ended', 'operator', leaver, {}, null), note('erased', 'operator', kari, {}, null)],
  },
]

describe('T42 what happens to who may be here is in the log, once each, by ids alone', () => {
  test.each(story)('T42 $what', async ({ work, leaves }) => {
    const before = last()
    await work()
    expect(lines(before)).toEqual(leaves())
    lines(before).forEach(({ event }) => seen.add(event))
  })

  test('T42 each kind of line has been written', () => {
    expect([...seen].toSorted()).toEqual([...accessEvents].toSorted())
  })

  test('T42 no name, no address and no word that anybody wrote is in any column of it', () => {
    const all = db.prepare('SELECT * FROM access_log').all().map(line => Object.values(line).map(String).join('\t')).join('\n')
    expect(all.length).toBeGreaterThan(1_000)
    for (const word of words)
      expect(all.toLowerCase()).not.toContain(word.toLowerCase())
    expect(all).not.toContain('@')
  })

  test('T42 the tables themselves refuse that a line is changed, replaced or taken away', () => {
    const before = db.prepare('SELECT * FROM access_log').all()
    for (const sql of [
      'UPDATE access_log SET by_member = NULL', 'UPDATE access_log SET at = 1 WHERE number = 1', 'DELETE FROM access_log', 'DELETE FROM access_log WHERE number = 1',
      'UPDATE OR REPLACE access_log SET number = 1 WHERE number = 2',
    ])
      expect(() => db.exec(sql), sql).toThrow(/the access log is not/)
    expect(() => db.exec('INSERT INTO access_log (number, at, event, facts) VALUES (1, 1, \'renamed\', \'{}\')')).toThrow()
    expect(() => db.exec('INSERT OR REPLACE INTO access_log (number, at, event, facts) VALUES (1, 1, \'renamed\', \'{}\')')).toThrow(/the access log is not/)
    expect(db.prepare('SELECT * FROM access_log').all()).toEqual(before)
  })
})

test('T42 owners read it, newest first and all of it: what is of their plan, what is of its members, and nothing of another\'s', async () => {
  const stranger = await memberOf(server, otherPlanId, 'owner', 'Fremmed')
  await post(stranger, 'POST /api/plans/:planId/members/:memberId/grant', { planId: otherPlanId, memberId: stranger.memberId }, asRole('owner'))
  for (let n = 0; n < 110; n++)
    await server.server.storage.members.note({ at: clock.now(), event: 'exported', planId, by: owner.memberId, about: owner.memberId })
  const all: AccessLogLine[] = []
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null;) {
    const answer = await server.get(`/api/plans/${planId}/access-log?before=${before}`, { cookie: owner.cookie })
    const page = await answer.json() as AccessLogAnswer
    expect(page.lines.length).toBeLessThanOrEqual(100)
    all.push(...page.lines)
    before = page.next
  }
  const numbers = all.map(({ number }) => number)
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => b - a))
  expect(numbers.length).toBeGreaterThan(130)
  expect(all.some(({ by, about }) => [by, about].includes(stranger.memberId))).toBe(false)
  expect(all).toContainEqual(expect.objectContaining({ event: 'signed-in', about: owner.memberId }))
  for (const wrong of ['0', '-1', 'x', '1.5', '1e400'])
    expect((await server.get(`/api/plans/${planId}/access-log?before=${wrong}`, { cookie: owner.cookie })).status).toBe(400)
})

test('T42 what cannot be noted is not done', async () => {
  const [editor, reader] = [await memberOf(server, planId, 'editor', 'a', 'a@ks.test'), await memberOf(server, planId, 'reader', 'b')]
  const { body } = await post(owner, 'POST /api/plans/:planId/deputies', {}, { memberId: editor.memberId, deputyId: reader.memberId, from: 1, until: clock.now() + 9e6 })
  const aContact = { id: null, name: 'K', organisationId: 'ks-rogaland', position: '', email: null, from: null, until: null }
  const { body: contact } = await post(owner, 'POST /api/plans/:planId/contacts', {}, aContact)
  await post(owner, 'POST /api/plans/:planId/invitations', {}, { ...asRole('reader'), invitees: [{ email: 'c@ks.test', name: '', organisation: '' }] })
  await mail.letterTo('c@ks.test')
  await until(() => db.prepare('SELECT mail FROM invitations WHERE email = \'c@ks.test\'').get()?.mail === 'sent', { what: 'it is known to be sent' })
  const tables = () => ['members', 'memberships', 'deputies', 'invitations', 'contacts', 'offices', 'sessions', 'sign_in_tokens', 'plans', 'access_log', 'redactions', 'epochs']
    .map(table => [table, db.prepare(`SELECT * FROM ${table}`).all()])
  const before = tables()
  const params = { memberId: editor.memberId, deputyId: String(Object(body).id), contactId: String(Object(contact).id), invitationId: invitation() }
  db.exec('CREATE TRIGGER no_notes BEFORE INSERT ON access_log BEGIN SELECT RAISE(ABORT, \'not now\'); END')
  try {
    const works: (() => Promise<{ readonly status: number }>)[] = [
      () => post(owner, 'POST /api/plans/:planId/members/:memberId/grant', params, asRole('chair')),
      () => post(owner, 'POST /api/plans/:planId/members/:memberId/remove', params),
      () => post(editor, 'POST /api/plans/:planId/leave', params),
      () => post(owner, 'POST /api/plans/:planId/invitations', params, { ...asRole('reader'), invitees: [{ email: 'd@ks.test', name: '', organisation: '' }] }),
      () => post(owner, 'POST /api/plans/:planId/invitations/:invitationId/again', params),
      () => post(owner, 'POST /api/plans/:planId/invitations/:invitationId/withdraw', params),
      () => post(owner, 'POST /api/plans/:planId/deputies', params, { memberId: editor.memberId, deputyId: reader.memberId, from: clock.now() + 9e6, until: clock.now() + 9e7 }),
      () => post(owner, 'POST /api/plans/:planId/deputies/:deputyId/end', params),
      () => post(owner, 'POST /api/plans/:planId/contacts', params, aContact),
      () => post(owner, 'POST /api/plans/:planId/contacts/:contactId/remove', params),
      () => ask(server, 'POST /api/me/name', { cookie: owner.cookie, body: { name: 'Ny' } }),
      () => ask(server, 'GET /api/me/kept', { cookie: owner.cookie }),
      () => ask(server, 'POST /api/logg-ut', { cookie: owner.cookie }),
      () => ask(server, 'POST /api/me/sign-out-everywhere', { cookie: owner.cookie, body: {} }),
      () => fetch(editor.signInUrl, { redirect: 'manual' }),
    ]
    for (const work of works)
      expect((await work()).status, work.toString()).toBeGreaterThanOrEqual(500)
    for (const [command, options] of [
      ['member add', { plan: planId, name: 'E', organisation: 'KS', role: 'reader' }], ['member role', { plan: planId, member: editor.memberId, role: 'chair' }],
      ['member remove', { plan: planId, member: editor.memberId }], ['office give', { member: editor.memberId, office: 'administrator' }],
      ['session revoke', { member: editor.memberId }], ['member erase', { member: editor.memberId, sure: editor.memberId }],
      ['member export', { member: editor.memberId }], ['redact', { plan: planId, cell: 'activities/K02/arena', why: 'x', by: 'y' }],
    ] as const)
      await expect(server.admin(command, options), command).rejects.toThrow()
  }
  finally {
    db.exec('DROP TRIGGER no_notes')
  }
  expect(tables()).toEqual(before)
})
