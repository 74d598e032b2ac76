import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { InvitationLine, InvitationsAnswer, Invited, InvitedAnswer } from '#shared/protocol/access.ts'
import { hashOf, newId } from '../../../server/access/secrets.ts'
import { openInviting } from '../../../server/access/inviting.ts'
import { openMail, tryLastsMs } from '../../../server/mail/mail.ts'
import { unwatched } from '../../../server/operation/watch.ts'
import { openSqlite } from '../../../server/storage/sqlite.ts'
import { openMailServer, type MailServer } from '../../support/mailServer.ts'
import { until } from '../../support/until.ts'
import { ask, errorOf, memberOf } from '../support/everybody.ts'
import { aNote, asRole } from '../support/notes.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { smallContent } from '../support/plans.ts'
import { layPlans, planId, testServer, type SignedIn, type TestServer } from '../support/testServer.ts'

const from = { name: 'Plantavle', address: 'plan@plantavle.test' }
const clock = pretendClock()
let mail: MailServer
let server: TestServer
let owner: SignedIn
/** Letters the mail server was offered before the test. */
let heard = 0
const offered = () => mail.offered() - heard
const settings = () => ({ host: '127.0.0.1', port: mail.port, tls: 'none' as const, login: null, from })
beforeAll(async () => {
  mail = await openMailServer()
  server = await testServer({ clock, environment: { mail: settings() } })
  owner = await memberOf(server, planId, 'owner', 'Eier')
})
beforeEach(async () => {
  mail.behave('friendly')
  // Of tries that were given up.
  await mail.answer(0)
  heard = mail.offered()
})
afterAll(async () => {
  await mail.close()
  await server.close()
  expect(server.reported.filter(told => !told.includes('took too long'))).toEqual([])
})

const invitees = (email: string) => [{ email, name: 'Ny', organisation: 'KS' }]
async function invite(email: string, by = owner): Promise<Invited | undefined> {
  const { body } = await ask(server, 'POST /api/plans/:planId/invitations', { cookie: by.cookie, body: { ...asRole('editor'), invitees: invitees(email) } })
  return (body as InvitedAnswer).invited[0]
}
async function lineOf(email: string): Promise<InvitationLine | undefined> {
  const { body } = await ask(server, 'GET /api/plans/:planId/invitations', { cookie: owner.cookie })
  return (body as InvitationsAnswer).invitations.find(one => one.email === email)
}
async function again(email: string, how: object = {}): Promise<Invited | undefined> {
  const params = { invitationId: (await lineOf(email))?.id ?? '' }
  const { body } = await ask(server, 'POST /api/plans/:planId/invitations/:invitationId/again', { cookie: owner.cookie, params, body: how })
  return (body as InvitedAnswer).invited[0]
}
const becomes = (email: string, state: InvitationLine['mail']) => until(async () => (await lineOf(email))?.mail === state, { what: `the letter is ${state}` })

describe('T75 an invitation says how far its letter has come', () => {
  test('T75 on its way until a slow mail server has taken it, and then sent', async () => {
    mail.behave('silent')
    expect(await invite('sein@ks.test')).toEqual({ email: 'sein@ks.test', outcome: 'invited', mail: 'sending', link: null })
    await until(() => mail.unanswered() === 1, { what: 'the mail server has it' })
    expect((await lineOf('sein@ks.test'))?.mail).toBe('sending')
    await mail.answer()
    await becomes('sein@ks.test', 'sent')
  })

  test('T75 on its way while it is put off and tried again', async () => {
    mail.behave(450)
    await invite('utsatt@ks.test')
    await until(() => offered() === 1, { what: 'it is put off' })
    expect((await lineOf('utsatt@ks.test'))?.mail).toBe('sending')
    mail.behave('friendly')
    await until(() => {
      clock.advance(5_000)
      return mail.letters.some(({ to }) => to.includes('utsatt@ks.test'))
    }, { what: 'it is tried again' })
    await becomes('utsatt@ks.test', 'sent')
  })

  test('T75 failed when the mail server refuses it, and sent when it is sent again and taken', async () => {
    mail.behave(550)
    expect(await invite('finnes.ikke@ks.test')).toMatchObject({ mail: 'sending' })
    await becomes('finnes.ikke@ks.test', 'failed')
    mail.behave('silent')
    expect(await again('finnes.ikke@ks.test')).toEqual({ email: 'finnes.ikke@ks.test', outcome: 'again', mail: 'sending', link: null })
    expect((await lineOf('finnes.ikke@ks.test'))?.mail).toBe('sending')
    await mail.answer()
    await becomes('finnes.ikke@ks.test', 'sent')
  })

  test('T75 failed where the server was stopped meanwhile, since nobody knows what became of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plantavle-'))
    await layPlans(folder, smallContent)
    const storage = await openSqlite({ folder })
    const [at, seen] = [clock.now(), { at: clock.now(), giver: null, grants: [] }]
    const one = { ...asRole('editor' as const), planId, name: '', organisation: '', invitedBy: null, at, expiresAt: at + 1e9 }
    const sent = { ...one, id: 'sendt', email: 'sendt@ks.test', hash: Buffer.alloc(32, 1), mail: 'sent' as const }
    const cut = { ...one, id: 'avbrutt', email: 'avbrutt@ks.test', hash: Buffer.alloc(32, 2), mail: 'sending' as const }
    await storage.members.invite([sent, cut], [aNote(), aNote()], { since: 0, most: 9 }, [], seen)
    await storage.close()
    const next = await testServer({ kept: folder })
    try {
      const leader = await memberOf(next, planId, 'owner', 'Eier')
      const { body } = await ask(next, 'GET /api/plans/:planId/invitations', { cookie: leader.cookie })
      expect((body as InvitationsAnswer).invitations.map(({ email, mail: state }) => [email, state]).toSorted())
        .toEqual([['avbrutt@ks.test', 'failed'], ['sendt@ks.test', 'sent']])
    }
    finally {
      await next.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('T76 what becomes of a letter is said of that letter', () => {
  test('T76 an older one that the mail server takes late says nothing of the newer that it refused', async () => {
    mail.behave('silent')
    await invite('to.brev@ks.test')
    await until(() => mail.unanswered() === 1, { what: 'the first letter is under way' })
    mail.behave(550)
    await again('to.brev@ks.test')
    await becomes('to.brev@ks.test', 'failed')
    await mail.answer()
    await until(() => mail.letters.some(({ to }) => to.includes('to.brev@ks.test')), { what: 'the first letter is taken' })
    // What comes after its outcome has been written after it.
    mail.behave('friendly')
    await invite('etterpå@ks.test')
    await becomes('etterpå@ks.test', 'sent')
    expect((await lineOf('to.brev@ks.test'))?.mail).toBe('failed')
  })

  test('T76 an older one that fails late says nothing of the newer that was taken', async () => {
    mail.behave('silent')
    await invite('sent.feil@ks.test')
    await until(() => mail.unanswered() === 1, { what: 'the first letter is under way' })
    mail.behave('friendly')
    await again('sent.feil@ks.test')
    await becomes('sent.feil@ks.test', 'sent')
    mail.behave(550)
    clock.advance(tryLastsMs)
    await until(() => {
      clock.advance(5_000)
      return offered() === 3
    }, { what: 'the first is tried again' })
    await invite('enda.en@ks.test')
    await becomes('enda.en@ks.test', 'failed')
    expect((await lineOf('sent.feil@ks.test'))?.mail).toBe('sent')
  })
})

describe('T77 a link is given by hand where no letter has come through, and nowhere else', () => {
  const tokenOf = (link: string | null | undefined) => link?.split('/').at(-1) ?? ''
  const take = (token: string) => ask(server, 'POST /api/invitations/take', { body: { token } })

  test('T77 of one that failed: the link before is void, whoever takes it has proven no address, and it says that no letter went out', async () => {
    mail.behave(550)
    await invite('vansker@ks.test')
    await becomes('vansker@ks.test', 'failed')
    const given = await again('vansker@ks.test', { byHand: true })
    expect(given).toMatchObject({ mail: 'none', link: expect.stringMatching(/\/invitasjon\/[\w-]{43}$/) as string })
    expect([(await lineOf('vansker@ks.test'))?.mail, offered()]).toEqual(['none', 1])
    const newest = await again('vansker@ks.test', { byHand: true })
    expect(errorOf(await take(tokenOf(given?.link)))).toBe('not-there')
    const { memberId } = (await take(tokenOf(newest?.link))).body as { memberId: string }
    expect(await server.server.storage.members.hasProvenEmail(memberId)).toBe(false)
  })

  test('T77 of one that was given by hand a letter goes out when that is asked for, and the link is void; whether there are letters at all is told', async () => {
    mail.behave(550)
    await invite('omsider@ks.test')
    await becomes('omsider@ks.test', 'failed')
    const given = await again('omsider@ks.test', { byHand: true })
    mail.behave('friendly')
    expect(await again('omsider@ks.test')).toMatchObject({ mail: 'sending', link: null })
    await becomes('omsider@ks.test', 'sent')
    expect(errorOf(await take(tokenOf(given?.link)))).toBe('not-there')
    const without = await testServer()
    const isMailThere = async (at: TestServer, by: SignedIn) =>
      ((await ask(at, 'GET /api/plans/:planId/invitations', { cookie: by.cookie })).body as InvitationsAnswer).isMailThere
    expect([await isMailThere(server, owner), await isMailThere(without, await memberOf(without, planId, 'owner', 'Eier'))]).toEqual([true, false])
    await without.close()
  })

  test('T77 not of one whose letter is sent, or on its way: then it is its reader’s alone, and a new letter goes out', async () => {
    await invite('sendt@ks.test')
    await becomes('sendt@ks.test', 'sent')
    mail.behave('silent')
    expect(await again('sendt@ks.test', { byHand: true })).toMatchObject({ mail: 'sending', link: null })
    expect(await again('sendt@ks.test', { byHand: true })).toMatchObject({ mail: 'sending', link: null })
    await mail.answer(2)
    await becomes('sendt@ks.test', 'sent')
  })
})

test('T81 what cannot be written of a letter is reported, and nothing else fails with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plantavle-'))
  await layPlans(folder, smallContent)
  const storage = await openSqlite({ folder })
  const post = openMail({ settings: settings(), clock, watch: unwatched })
  const reported: string[] = []
  const by = { memberId: 'a'.repeat(32), name: 'Eier', organisation: 'KS' }
  try {
    await storage.members.addPerson(by, 1)
    await storage.members.putGrant(planId, by.memberId, asRole('owner'), aNote())
    const inviting = openInviting({ storage, mail: post, clock, publicOrigin: () => 'http://localhost', report: what => reported.push(what) })
    const plan = await storage.plan(planId)
    mail.behave('silent')
    expect(await (plan && inviting.invite(plan, invitees('ny@ks.test'), asRole('editor'), 'nb', by))).toMatchObject([{ mail: 'sending' }])
    await until(() => mail.unanswered() === 1, { what: 'the mail server has it' })
    await storage.close()
    await mail.answer()
    await until(() => reported.length > 0, { what: 'it is reported' })
    expect(reported).toEqual(['what became of an invitation\'s letter could not be written'])
  }
  finally {
    await storage.close()
    await post.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

describe('T78 a letter about somebody’s role is in the language of who acts', () => {
  const headersOf = async (email: string) => {
    const { headers, text } = await mail.letterTo(email)
    return [headers.get('content-language'), headers.get('subject'), /avtalt, (?:treng du ikkje|trenger du ikke)/.exec(text)?.[0]]
  }

  test.each([
    ['nn', { language: 'nn' }, ['Ny rolle i «Prøveplan»', 'Du er ikkje lenger med i «Prøveplan»'], 'avtalt, treng du ikkje'],
    ['nb', { language: 'nb' }, ['Ny rolle i «Prøveplan»', 'Du er ikke lenger med i «Prøveplan»'], 'avtalt, trenger du ikke'],
    ['nb', {}, ['Ny rolle i «Prøveplan»', 'Du er ikke lenger med i «Prøveplan»'], 'avtalt, trenger du ikke'],
  ])('T78 %s, asked with %j', async (language, given, subjects, words) => {
    const name = String(Object.keys(given).length) + language
    const [to, toOwner] = [`olav.${name}@ks.test`, `eier.${name}@ks.test`]
    const somebody = await memberOf(server, planId, 'reader', 'Olav', to)
    await memberOf(server, planId, 'owner', 'Annen eier', toOwner)
    const params = { memberId: somebody.memberId }
    const act = (route: Parameters<typeof ask>[1], body: object) => ask(server, route, { cookie: owner.cookie, params, body: { ...body, ...given } })
    expect((await act('POST /api/plans/:planId/members/:memberId/grant', asRole('editor'))).status).toBe(204)
    expect(await headersOf(to)).toEqual([language, subjects[0], undefined])
    expect((await act('POST /api/plans/:planId/members/:memberId/remove', {})).status).toBe(204)
    expect(await headersOf(to)).toEqual([language, subjects[1], undefined])
    await server.admin('office give', { member: owner.memberId, office: 'administrator' })
    expect((await act('POST /api/administration/plans/:planId/owners', { email: null })).status).toBe(204)
    expect(await headersOf(toOwner)).toEqual([language, 'En administrator har fått tilgang til «Prøveplan»'.replace('En', language === 'nn' ? 'Ein' : 'En'), words])
  })

  test('T78 of a language there are no letters in nothing is done', async () => {
    const somebody = await memberOf(server, planId, 'reader', 'Olav', 'olav@ks.test')
    const answer = await ask(server, 'POST /api/plans/:planId/members/:memberId/remove', { cookie: owner.cookie, params: { memberId: somebody.memberId }, body: { language: 'en' } })
    expect([answer.status, errorOf(answer)]).toEqual([400, 'not-understood'])
    expect(await server.server.storage.members.grant(planId, somebody.memberId)).toMatchObject({ role: 'reader' })
  })
})

test('T46 the last day that a letter says its invitation holds is a whole one', async () => {
  await invite('siste.dag@ks.test')
  const { expiresAt = 0 } = await lineOf('siste.dag@ks.test') ?? {}
  const words = new Intl.DateTimeFormat('nb-NO', { timeZone: 'Europe/Oslo', day: 'numeric', month: 'long', year: 'numeric' }).format(expiresAt - 24 * 60 * 60_000)
  expect((await mail.letterTo('siste.dag@ks.test')).text).toContain(`virker til og med ${words}.`)
})

test('T79 both forms of a domain are one address: invited, signed in with, and had by a member', async () => {
  const invited = await invite('A\u030ase@xn--5ca.no')
  expect(invited).toMatchObject({ email: 'åse@å.no', outcome: 'invited' })
  const { text } = await mail.letterTo('åse@å.no')
  const taken = await ask(server, 'POST /api/invitations/take', { body: { token: /\/invitasjon\/([\w-]{43})/.exec(text)?.[1] } })
  expect(taken.status).toBe(200)
  expect(await invite('ÅSE@Å.NO')).toMatchObject({ outcome: 'already-member' })
  expect((await ask(server, 'POST /api/sign-in/email', { body: { email: 'åse@XN--5CA.no' } })).status).toBe(200)
  expect((await mail.letterTo('åse@å.no')).headers.get('subject')).toBe('Logg inn i Plantavle')
  const contact = { id: null, name: 'Åse', organisationId: 'ks-rogaland', position: '', email: 'Åse@xn--5ca.no', from: null, until: null }
  expect((await ask(server, 'POST /api/plans/:planId/contacts', { cookie: owner.cookie, body: contact })).body).toMatchObject({ email: 'åse@å.no' })
  await expect(memberOf(server, planId, 'reader', 'Åse igjen', 'åse@xn--5ca.no')).rejects.toThrow()
})

test('T80 with somebody who is erased go the open invitations they made, and no other', async () => {
  const chair = await memberOf(server, planId, 'chair', 'Slettes', 'slettes@ks.test')
  for (const email of ['tatt@ks.test', 'åpen@ks.test'])
    await invite(email, chair)
  await invite('eiers@ks.test')
  const tokens = await Promise.all(['tatt@ks.test', 'åpen@ks.test', 'eiers@ks.test'].map(async email => /\/invitasjon\/([\w-]{43})/.exec((await mail.letterTo(email)).text)?.[1]))
  const [id, takenBefore] = [(await lineOf('åpen@ks.test'))?.id, await ask(server, 'POST /api/invitations/take', { body: { token: tokens[0] } })]
  await server.admin('member erase', { member: chair.memberId, sure: chair.memberId })

  expect(await lineOf('åpen@ks.test')).toBeUndefined()
  const look = async (token: string | undefined) => errorOf(await ask(server, 'POST /api/invitations/look', { body: { token } }))
  expect([takenBefore.status, await look(tokens[1]), await look(tokens[2])]).toEqual([200, 'withdrawn', null])
  expect(await server.server.storage.members.isExpected('åpen@ks.test', clock.now())).toBe(false)
  const log = await server.admin('access-log', { plan: planId }) as unknown as { event: string, by: string, facts: Record<string, unknown> }[]
  expect(log.filter(({ event }) => event === 'invitation-withdrawn')).toMatchObject([{ by: 'operator', facts: { invitation: id } }])
})

describe('T82 an invitation is taken by whoever has its address, and by nobody who is known under another', () => {
  const take = (token: string | undefined, cookie?: string) => ask(server, 'POST /api/invitations/take', { cookie, body: { token } })
  const tokenTo = async (email: string) => {
    await invite(email)
    return /\/invitasjon\/([\w-]{43})/.exec((await mail.letterTo(email)).text)?.[1]
  }

  test('T82 not signed in with another address, or with none, where it is nobody’s yet; its reader takes it afterwards', async () => {
    const token = await tokenTo('ingens@ks.test')
    const others = [await memberOf(server, planId, 'reader', 'Annen', 'annen.adresse@ks.test'), await memberOf(server, planId, 'reader', 'Uten adresse')]
    for (const { cookie, memberId } of others) {
      const refused = await take(token, cookie)
      expect([refused.status, errorOf(refused), refused.cookies]).toEqual([409, 'signed-in-as-other', []])
      expect(await server.server.storage.members.grant(planId, memberId)).toMatchObject({ role: 'reader' })
    }
    expect((await take(token)).status).toBe(200)
  })

  test.each([null, 'annen.konto@ks.test'])('T82 not by an account that is known under another address (told by the provider: %s)', async (email) => {
    const { members } = server.server.storage
    const identity = { issuer: 'https://konto.test', subject: `kari ${email}` }
    const session = (n: number) => ({ hash: Buffer.alloc(32, `${email}${n}`), way: 'provider' as const, at: clock.now(), expiresAt: clock.now() + 1e9 })
    const [own, hers] = [`kari.${email}`, email ?? 'kari.null@ks.test']
    await invite(hers)
    const invitation = async (to: string) => hashOf(await tokenTo(to) ?? '')
    const first = await members.arrive({ email: hers, identity, name: own, organisation: 'KS' }, newId(), session(1))
    const others = await invitation(`nobodys.${own.replace('@', '.')}@ks.test`)
    const arrival = { email, identity, name: null, organisation: null, invitation: others }
    const { memberId } = typeof first === 'object' && first ? first.member : { memberId: null }
    expect(await members.arrive(arrival, newId(), session(2))).toMatchObject({ member: { memberId }, planId: null, joined: [] })
  })
})
