import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../../server/access/secrets.ts'
import type { MailServer } from '../../support/mailServer.ts'
import { until } from '../../support/until.ts'
import { ask, cookieFrom, errorOf, memberOf, type Answer } from '../support/everybody.ts'
import { mailedServer, waysInOf, wrongCode as other, type MailedServer } from '../support/mailed.ts'
import { pretendClock } from '../support/pretendClock.ts'
import { otherPlanId, planId, type SignedIn, type TestServer } from '../support/testServer.ts'

const clock = pretendClock()
const minuteMs = 60_000
let mailed: MailedServer
let mail: MailServer
let server: TestServer
let owner: SignedIn
let db: DatabaseSync
beforeAll(async () => {
  mailed = await mailedServer({ clock })
  ;({ server, mail } = mailed)
  db = new DatabaseSync(join(server.folder, 'plantavle.db'), { readOnly: true })
  owner = await memberOf(server, planId, 'owner', 'Eier', 'eier@ks.test')
})
afterAll(async () => {
  db.close()
  expect(server.reported).toEqual([])
  await mailed.close()
})

let people = 0
/** Somebody with an address, whom nobody has tried anything with. */
async function person(): Promise<string> {
  const email = `person${++people}@ks.test`
  await memberOf(server, planId, 'reader', `Person ${people}`, email)
  return email
}

interface Asked { readonly device: string, readonly code: string, readonly token: string }
async function asked(email: string): Promise<Asked> {
  const answer = await ask(server, 'POST /api/sign-in/email', { body: { email } })
  expect(answer.status).toBe(200)
  return { device: answer.cookies[0]?.split(';')[0] ?? '', ...waysInOf(await mail.letterTo(email.toLowerCase())) }
}
const tryCode = (cookie: string | undefined, code: string) => ask(server, 'POST /api/sign-in/code', { cookie, body: { code } })
const tryLink = (cookie: string | undefined, token: string) => ask(server, 'POST /api/sign-in/link', { cookie, body: { token } })
const said = (answer: Answer) => [answer.status, errorOf(answer), answer.cookies.filter(cookie => cookie.startsWith('plantavle='))]
const letIn = (answer: Answer) => answer.status === 200 && answer.cookies.some(cookie => /^plantavle=[\w-]{43};/.test(cookie))

describe('T45 a code and a link', () => {
  test('T45 let in on the device that asked, once, for fifteen minutes, a code with spaces too', async () => {
    const email = await person()
    const first = await asked(email)
    const spaced = await tryCode(first.device, ` ${first.code.slice(0, 3)} ${first.code.slice(3)}\u00A0`)
    expect(letIn(spaced)).toBe(true)
    expect(spaced.cookies).toContainEqual(expect.stringMatching(/^plantavle-spurt=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/))
    expect(said(await tryCode(first.device, first.code))).toEqual([410, 'expired', []])
    expect(said(await tryLink(first.device, first.token))).toEqual([410, 'expired', []])

    const second = await asked(email.toUpperCase())
    expect(letIn(await tryLink(second.device, second.token))).toBe(true)
    expect(said(await tryLink(second.device, second.token))).toEqual([410, 'expired', []])
    expect(said(await tryCode(second.device, second.code))).toEqual([410, 'expired', []])

    const third = await asked(email)
    clock.sleep(15 * minuteMs - 1)
    const late = await asked(email)
    clock.advance(1)
    expect(said(await tryCode(third.device, third.code))).toEqual([410, 'expired', []])
    expect(said(await tryLink(third.device, third.token))).toEqual([410, 'expired', []])
    expect(letIn(await tryCode(late.device, late.code))).toBe(true)
  })

  test('T45 are nothing on another device, with a forged one, or with none', async () => {
    const email = await person()
    const [mine, others] = [await asked(email), await asked(await person())]
    const secret = mine.device.split('=')[1] ?? ''
    const forged: (readonly [string | undefined, string, string, number, string, string])[] = [
      [undefined, mine.code, mine.token, 403, 'other-device', 'no device'],
      ['plantavle-spurt=x', mine.code, mine.token, 403, 'other-device', 'no secret'],
      [`${mine.device}; ${mine.device}`, mine.code, mine.token, 403, 'other-device', 'two devices'],
      [`plantavle=${secret}`, mine.code, mine.token, 403, 'other-device', 'the device as a session'],
    ]
    for (const [cookie, code, token, status, error, what] of forged) {
      expect([what, ...said(await tryCode(cookie, code))]).toEqual([what, status, error, []])
      expect([what, ...said(await tryLink(cookie, token))]).toEqual([what, status, error, []])
    }
    expect(said(await tryCode(`plantavle-spurt=${'a'.repeat(43)}`, mine.code))).toEqual([410, 'expired', []])
    expect(said(await tryLink(`plantavle-spurt=${'a'.repeat(43)}`, mine.token))).toEqual([403, 'other-device', []])
    expect(said(await tryLink(others.device, mine.token))).toEqual([403, 'other-device', []])
    if (others.code !== mine.code)
      expect(said(await tryCode(others.device, mine.code))).toEqual([403, 'wrong-code', []])
    for (const token of ['x', secret, 'a'.repeat(43), mine.token.slice(1), `${mine.token}A`])
      expect(said(await tryLink(mine.device, token))).toEqual([410, 'expired', []])
    expect(letIn(await tryCode(mine.device, mine.code))).toBe(true)
  })

  test('T45 come to an address that is expected, and to no other', async () => {
    const [unknown, withdrawn, expired, erased, invited] = ['ukjent@ks.test', 'trukket@ks.test', 'utlopt@ks.test', 'slettet@ks.test', 'ny@ks.test']
    const gone = await memberOf(server, planId, 'reader', 'Slettet', erased)
    await server.admin('member erase', { member: gone.memberId, sure: gone.memberId })
    const invite = (email = '') => ask(server, 'POST /api/plans/:planId/invitations', {
      cookie: owner.cookie, body: { role: 'reader', registers: null, until: null, invitees: [{ email, name: 'Ny', organisation: 'KS' }] },
    })
    await invite(expired)
    await mail.letterTo(expired)
    clock.sleep(14 * 24 * 60 * minuteMs)
    for (const email of [withdrawn, invited]) {
      await invite(email)
      await mail.letterTo(email)
    }
    const { body } = await ask(server, 'GET /api/plans/:planId/invitations', { cookie: owner.cookie })
    const { id = '' } = (body as { invitations: { id: string, email: string }[] }).invitations.find(({ email }) => email === withdrawn) ?? {}
    await ask(server, 'POST /api/plans/:planId/invitations/:invitationId/withdraw', { cookie: owner.cookie, params: { invitationId: id }, body: {} })
    const before = mail.offered()
    for (const email of [unknown, withdrawn, expired, erased])
      expect((await ask(server, 'POST /api/sign-in/email', { body: { email } })).status).toBe(200)
    expect(letIn(await asked(invited).then(({ device, code }) => tryCode(device, code)))).toBe(true)
    expect(mail.offered() - before).toBe(1)
    expect(mail.letters.flatMap(({ to }) => to)).not.toContain(unknown)
  })
})

describe('T45 guessing', () => {
  test('T45 of one code five are tried, and then not the right one either', async () => {
    const mine = await asked(await person())
    for (let n = 1; n <= 5; n++)
      expect(said(await tryCode(mine.device, other(mine.code, n)))).toEqual([403, 'wrong-code', []])
    expect(said(await tryCode(mine.device, mine.code))).toEqual([410, 'used-up', []])
    expect(letIn(await tryLink(mine.device, mine.token))).toBe(true)
  })

  test('T45 after ten wrong ones to an address in an hour no code counts, whoever tries; the link does, and the log tells it', async () => {
    const email = await person()
    const lockedLines = () => Number(db.prepare('SELECT count(*) AS n FROM access_log WHERE event = \'codes-locked\'').get()?.n)
    const before = lockedLines()
    for (const device of [await asked(email), await asked(email)]) {
      for (let n = 1; n <= 5; n++)
        expect(errorOf(await tryCode(device.device, other(device.code, n)))).toBe('wrong-code')
    }
    const third = await asked(email)
    const locked = await tryCode(third.device, third.code)
    expect([...said(locked), locked.headers.get('retry-after')]).toEqual([429, 'too-many', [], String(Object(locked.body).seconds)])
    expect(Object(locked.body).seconds).toBeGreaterThan(59 * 60)
    expect(lockedLines() - before).toBe(1)
    const somebodyElse = await asked(await person())
    expect(letIn(await tryCode(somebodyElse.device, somebodyElse.code))).toBe(true)
    expect(letIn(await tryLink(third.device, third.token))).toBe(true)
    clock.sleep(60 * minuteMs)
    const later = await asked(email)
    expect(letIn(await tryCode(later.device, later.code))).toBe(true)
  })

  test('T45 many at once are no more than one after another', async () => {
    const email = await person()
    const devices = []
    for (let n = 0; n < 8; n++)
      devices.push(await asked(email))
    const answers = await Promise.all(devices.flatMap(({ device, code }) => [1, 2, 3, 4, 5].map(n => tryCode(device, other(code, n)))))
    const errors = answers.map(errorOf)
    expect(errors.filter(error => error === 'wrong-code').length).toBe(10)
    expect(errors.filter(error => error === 'too-many').length).toBe(30)
  })

  test('T45 signing in often locks nobody out', async () => {
    const email = await person()
    for (let n = 0; n < 2; n++) {
      for (let again = 0; again < 7; again++) {
        const mine = await asked(email)
        expect(errorOf(await tryCode(mine.device, other(mine.code))) ?? 'in').toBe('wrong-code')
        expect(letIn(await tryCode(mine.device, mine.code))).toBe(true)
      }
      clock.sleep(60 * minuteMs)
    }
  })
})

describe('T45 asking', () => {
  /** All that stands in any table, but what was asked for. */
  function tables(): unknown {
    const names = db.prepare('SELECT name FROM sqlite_schema WHERE type = \'table\' AND name NOT IN (\'sign_in_asks\', \'sqlite_sequence\')').all()
    return names.map(({ name }) => [name, db.prepare(`SELECT * FROM "${String(name)}"`).all()])
  }
  const asks = () => Number(db.prepare('SELECT count(*) AS n FROM sign_in_asks').get()?.n)
  const asksOf = (email: string) => Number(db.prepare('SELECT count(*) AS n FROM sign_in_asks WHERE email = ?').get(email)?.n)
  const pages = () => Number(db.prepare('PRAGMA data_version').get()?.data_version)

  test('T45 an address nobody has is answered as one that somebody has: status, headers, body, what is written, and when there are too many', async () => {
    const [known, unknown] = [await person(), 'finnes.ikke@ks.test']
    const before = tables()
    const seen = []
    for (const email of [known, unknown]) {
      const version = pages()
      const answers = []
      for (let n = 0; n < 9; n++)
        answers.push(await ask(server, 'POST /api/sign-in/email', { body: { email } }))
      const wrong = await tryCode(answers[0]?.cookies[0]?.split(';')[0], 'x')
      seen.push({
        answers: [...answers, wrong].map(({ status, body, headers, cookies }) => ({
          status, body,
          headers: [...headers].filter(([name]) => !['date', 'x-request-id', 'set-cookie'].includes(name)),
          cookies: cookies.map(cookie => cookie.replace(/=[\w-]{43};/, '=…;')),
        })),
        rows: asksOf(email),
        hasWritten: pages() !== version,
      })
    }
    expect(seen[1]).toEqual(seen[0])
    expect(seen[0]?.answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 429, 403])
    expect(seen[0]?.rows).toBe(8)
    expect(tables()).toEqual(before)
    clock.sleep(60 * minuteMs)
    await Promise.all(Array.from({ length: 8 }, () => mail.letterTo(known)))
  })

  test('T45 a house behind one proxy may ask all at once', async () => {
    clock.sleep(60 * minuteMs)
    const statuses = await Promise.all(Array.from({ length: 400 }, (_, n) =>
      ask(server, 'POST /api/sign-in/email', { body: { email: `mange${n}@ks.test` } }).then(({ status }) => status)))
    expect([statuses.filter(status => status === 200).length, statuses.filter(status => status === 429).length]).toEqual([400, 0])
    clock.sleep(60 * minuteMs)
    expect((await ask(server, 'POST /api/sign-in/email', { body: { email: 'enda.en@ks.test' } })).status).toBe(200)
  })

  test.each(['', 'x', 'a@b', 'to@ks.test, tre@ks.test', 'kari@ks.test\r\nBcc: x@y.no', 'kari@ks..test', '"kari"@ks.test', `${'a'.repeat(65)}@ks.test`, 'kari@[127.0.0.1]', '<kari@ks.test>'])(
    'T45 what is no address (%s) is told so, and nothing is sent', async (email) => {
      const before = asks()
      const answer = await ask(server, 'POST /api/sign-in/email', { body: { email } })
      expect([answer.status, errorOf(answer), asks() - before]).toEqual([400, 'not-an-address', 0])
    })

  test('T45 of secrets and codes only hashes are kept, and what was asked for long ago is not', async () => {
    const mine = await asked(await person())
    const kept = JSON.stringify(db.prepare('SELECT * FROM sign_in_asks').all().map(row => Object.values(row).map(value => value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value)))
    for (const secret of [mine.device.split('=')[1] ?? '', mine.token])
      expect(kept).not.toContain(secret)
    expect(kept).not.toMatch(new RegExp(`"${mine.code}"`))
    clock.sleep(2 * 60 * minuteMs)
    await asked(await person())
    await until(() => asks() === 1, { what: 'the old ones are gone' })
  })
})

test('T46 a link that came by mail proves the address: every invitation to it is taken, and nobody else is given the link', async () => {
  const email = 'begge.planer@ks.test'
  const otherOwner = await memberOf(server, otherPlanId, 'owner', 'Annen eier')
  for (const [by, plan] of [[otherOwner, otherPlanId], [owner, planId]] as const) {
    const answer = await ask(server, 'POST /api/plans/:planId/invitations', {
      cookie: by.cookie, params: { planId: plan }, body: { role: 'reader', registers: null, until: null, invitees: [{ email, name: 'Begge', organisation: 'KS' }] },
    })
    expect(answer.body).toEqual({ invited: [{ email, outcome: 'invited', mail: 'sending', link: null }] })
  }
  await mail.letterTo(email)
  const { invitation: token } = waysInOf(await mail.letterTo(email))
  await until(() => db.prepare('SELECT count(*) AS n FROM invitations WHERE email = ? AND mail = \'sent\'').get(email)?.n === 2, { what: 'both are known to be sent' })
  const taken = await ask(server, 'POST /api/invitations/take', { body: { token } })
  const session = await ask(server, 'GET /api/session', { cookie: taken.cookies[0]?.split(';')[0] })
  expect((session.body as { plans: { planId: string }[] }).plans.map(plan => plan.planId).toSorted()).toEqual([planId, otherPlanId].toSorted())
})

test('T62 an invitation that came by mail proves the address of who is signed in already: they begin anew, and no other session stays', async () => {
  const email = 'uprovd@ks.test'
  const { members } = server.server.storage
  const memberId = newId()
  await members.addPerson({ memberId, name: 'Uprøvd', organisation: 'KS', email }, clock.now())
  const { signInUrl } = await server.admin('member link', { member: memberId })
  const [mine, anothers] = [await cookieFrom(String(signInUrl)), await cookieFrom(String(signInUrl))]
  await ask(server, 'POST /api/plans/:planId/invitations', {
    cookie: owner.cookie, body: { role: 'reader', registers: null, until: null, invitees: [{ email, name: '', organisation: '' }] },
  })
  const { invitation: token } = waysInOf(await mail.letterTo(email))
  await until(() => db.prepare('SELECT mail FROM invitations WHERE email = ?').get(email)?.mail === 'sent', { what: 'it is known to be sent' })
  const taken = await ask(server, 'POST /api/invitations/take', { cookie: mine, body: { token } })
  const anew = taken.cookies.find(cookie => /^plantavle=[\w-]{43};/.test(cookie))?.split(';')[0]
  expect([taken.status, taken.body]).toEqual([200, { memberId, planId }])
  const statuses = await Promise.all([mine, anothers, anew].map(cookie => ask(server, 'GET /api/session', { cookie }).then(({ status }) => status)))
  expect([statuses, await members.hasProvenEmail(memberId)]).toEqual([[401, 401, 200], true])
})
