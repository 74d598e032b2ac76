import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { toAddress as asWritten } from '#shared/rules/mailAddress.ts'
import { toAddress } from '../../../server/access/addresses.ts'
import { personOf } from '../../../server/access/oidcClaims.ts'
import { isAddress } from '../../../server/mail/letter.ts'
import { openAddressTables, putAddressesInOneForm } from '../../../server/storage/sqliteAddresses.ts'
import { raiseSchema } from '../../../server/storage/sqliteSchema.ts'
import { steps } from '../../../server/storage/sqliteTables.ts'
import { temporaryFolder } from '../../support/server.ts'
import { ask, memberOf } from '../support/everybody.ts'
import { mailedServer, waysInOf } from '../support/mailed.ts'
import { smallContent } from '../support/plans.ts'
import { layPlans, planId, testServer } from '../support/testServer.ts'

describe('T79 an address is one, however it is written', () => {
  test.each([
    ['kari@å.no', ['Kari@Å.NO', ' kari@xn--5ca.no ', 'KARI@XN--5CA.NO', 'kari@a\u030a.no']],
    ['åse@ås.kommune.no', ['a\u030ase@ås.kommune.no', 'ÅSE@xn--s-1fa.kommune.no', 'A\u030ase@A\u030as.Kommune.No']],
    ['post@рф.рф', ['post@xn--p1ai.xn--p1ai', 'POST@РФ.рф']],
    ['o\'neil+plan@ks.no', ['O\'Neil+Plan@KS.no']],
    // A vowel sign, which no address is written with here: in ASCII, and so everywhere.
    ['a@xn--i1b6b1a6a2e.test', ['A@XN--I1B6B1A6A2E.test']],
  ])('T79 %s', (address, written) => {
    expect([address, ...written].map(toAddress)).toEqual([address, ...written].map(() => address))
    expect(toAddress(address)).toBe(address)
  })

  test('T79 what is too long for a mail server, or none when its domain is put in ASCII, is none', () => {
    const [short, long] = [`kari@${'å'.repeat(50)}.no`, `kari@${'å'.repeat(60)}.no`]
    expect([short, long].map(asWritten)).toEqual([short, long])
    expect([short, long].map(toAddress)).toEqual([short, null])
    const many = `kari@${'æøåàéü.'.repeat(30)}no`
    expect([asWritten(many), toAddress(many)]).toEqual([many, null])
  })
})

test('T79 there is one grammar of addresses: what a letter can be sent to is what may be kept, and the reverse', () => {
  const some = ['kari@kommune.no', 'øyvind@ås.no', 'a@b', 'plan@localhost', 'a@b.1', 'a@b.n', 'a..b@c.no', 'a@b.no\u200b', 'a@b\u00ad.no', '\ue000@b.no', 'a@b.no.', 'a@xn--5ca.no', 'a@b.xn--p1ai', 'a b@c.no', 'a@-b.no']
  expect(some.filter(one => isAddress(one) !== (toAddress(one) !== null))).toEqual([])
  expect(some.filter(isAddress)).toEqual(['kari@kommune.no', 'øyvind@ås.no', 'a..b@c.no', 'a@xn--5ca.no', 'a@b.xn--p1ai'])
})

test('T79 an address that a provider vouches for is the one that was invited', () => {
  const wanted = { claims: { email: 'email', name: null, organisation: null }, acrValues: null, organisations: new Map<string, string>(), trustsEmail: false }
  const token = { iss: 'https://konto.test', sub: 'kari', email: 'A\u030ase@xn--5ca.no', email_verified: true }
  expect(personOf(token, {}, wanted)).toMatchObject({ email: 'åse@å.no', isEmailVerified: true })
})

/** The tables as they stood before an address had one form. */
function tablesBefore(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  const first = steps.indexOf(putAddressesInOneForm)
  for (const step of steps.slice(0, first))
    expect(typeof step === 'string' && db.exec(step)).toBeUndefined()
  db.exec(`PRAGMA user_version = ${first}`)
  return db
}

test('T79 what was kept before there was one form is in that form from now on, wherever it is; where two would become one, each stays as it was', () => {
  const db = tablesBefore()
  const member = db.prepare('INSERT INTO members (id, name, organisation, created_at, email) VALUES (?, \'\', \'\', 1, ?)')
  const members = { ase: 'ase@xn--5ca.no', kari: 'kari@ks.no', none: null, odd: 'a@b', twin: 'to@å.no', twice: 'to@xn--5ca.no' }
  for (const [id, email] of Object.entries(members))
    member.run(id, email)
  db.exec('INSERT INTO plans (id, region, reform, epoch, created_at, title) VALUES (\'p\', \'r\', \'f\', \'e\', 1, \'t\')')
  for (const [n, email] of ['ny@xn--s-1fa.no', 'ny@ås.no'].entries()) {
    db.prepare('INSERT INTO invitations (id, plan, email, name, organisation, role, hash, at, expires_at) VALUES (?, 1, ?, \'\', \'\', \'reader\', ?, 1, 2)').run(`i${n}`, email, Uint8Array.of(n))
    db.prepare('INSERT INTO contacts (id, plan, name, organisation, position, email) VALUES (?, 1, \'\', \'\', \'\', ?)').run(`c${n}`, n ? null : email)
    db.prepare('INSERT INTO sign_in_asks (device, email, code_hash, link_hash, at, expires_at) VALUES (?1, ?2, ?1, ?1, 1, 2)').run(Uint8Array.of(n), email)
  }
  raiseSchema(db)
  expect(Object.fromEntries(db.prepare('SELECT id, email FROM members').all().map(({ id, email }) => [id, email]))).toEqual({ ...members, ase: 'ase@å.no' })
  const of = (table: string, key: string) => db.prepare(`SELECT email FROM ${table} ORDER BY ${key}`).all().map(({ email }) => email)
  expect([of('invitations', 'id'), of('contacts', 'id'), of('sign_in_asks', 'device')]).toEqual([['ny@ås.no', 'ny@ås.no'], ['ny@ås.no', null], ['ny@ås.no', 'ny@ås.no']])
  expect(openAddressTables(db).astrayMembers()).toEqual(['odd', 'twice'])
})

test('T79 whoever had their address kept in another form is let in by it, and whoever is found by none is told of to the operator at the start', async () => {
  const folder = temporaryFolder()
  await layPlans(folder, smallContent)
  const first = await testServer({ kept: folder })
  const [{ memberId }, , { memberId: other }] = [
    await memberOf(first, planId, 'reader', 'Åse', 'ase@å.no'), await memberOf(first, planId, 'reader', 'To', 'to@å.no'), await memberOf(first, planId, 'reader', 'Tre', 'tre@å.no'),
  ]
  await first.close()
  const db = new DatabaseSync(join(folder, 'plantavle.db'))
  const put = db.prepare('UPDATE members SET email = ? WHERE id = ?')
  put.run('ase@xn--5ca.no', memberId)
  put.run('to@xn--5ca.no', other)
  putAddressesInOneForm(db)
  db.close()
  const { server, mail, close } = await mailedServer({ kept: folder })
  onTestFinished(close)
  const { cookies } = await ask(server, 'POST /api/sign-in/email', { body: { email: 'ASE@xn--5ca.no' } })
  const { code } = waysInOf(await mail.letterTo('ase@å.no'))
  const letIn = await ask(server, 'POST /api/sign-in/code', { cookie: cookies[0]?.split(';')[0] ?? '', body: { code } })
  expect([letIn.status, letIn.body]).toMatchObject([200, { memberId }])
  expect(server.reported).toEqual([`member ${other}: not found by the address: Error: it is none, or in its one form another member's: give them another with \`member address\``])
})
