import { describe, expect, test } from 'vitest'
import { toAddress as asWritten } from '#shared/rules/mailAddress.ts'
import { toAddress } from '../../../server/access/addresses.ts'
import { personOf } from '../../../server/access/oidcClaims.ts'
import { isAddress } from '../../../server/mail/letter.ts'

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
