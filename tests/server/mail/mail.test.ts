import { createServer, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import { isAddress, writeLetter } from '../../../server/mail/letter.ts'
import { mostLetters, mostOthers, openMail, tryLastsMs } from '../../../server/mail/mail.ts'
import type { MailSettings } from '../../../server/mail/smtp.ts'
import { openMetrics } from '../../../server/operation/metrics.ts'
import { openLog } from '../../../server/operation/log.ts'
import { openMailServer, ownCertificate, type MailServer } from '../../support/mailServer.ts'
import { until } from '../../support/until.ts'
import { pretendClock } from '../support/pretendClock.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed())
    await close()
})

const kari = { name: 'Kari Hemmelig', address: 'kari.hemmelig@kommune.test' }
const code = '482913'
const link = 'http://localhost:8080/logg-inn/lenke-som-ingen-gjetter-og-som-er-lang-nok1'
const signInLetter = (to: { name: string | null, address: string } = kari) =>
  writeLetter('signIn', { code, link, minutes: 15, origin: 'http://localhost:8080' }, { to, language: 'nb' })

async function aMailServer(options: Parameters<typeof openMailServer>[0] = {}): Promise<MailServer> {
  const server = await openMailServer(options)
  closers.push(() => server.close())
  return server
}

function aMail(settings: Partial<MailSettings> & { port: number }) {
  const clock = pretendClock()
  let written = ''
  const log = openLog({ isJson: true, level: 'debug', clock, write: (line) => { written += line } })
  const metrics = openMetrics({ census: () => [], traffic: () => ({ received: 0, sent: 0 }), isBarred: () => false })
  const mail = openMail({
    settings: { host: '127.0.0.1', tls: 'none', login: null, from: { name: 'Plantavle', address: 'plan@plantavle.test' }, ...settings },
    clock, watch: { count: metrics.count, note: log.note },
  })
  closers.push(() => mail.close())
  const lines = () => written.split('\n').filter(Boolean).map(line => JSON.parse(line) as Record<string, unknown>)
  return {
    mail, clock, log: () => written,
    putOff: () => lines().filter(({ event }) => event === 'letter-put-off').length,
    events: () => lines().map(({ event, kind, code: said }) => [event, kind, ...(said === undefined ? [] : [said])]),
    counted: async () => (await metrics.text()).split('\n').filter(line => line.startsWith('plantavle_letters_total')).join(' '),
  }
}

/** A letter's fate while the pretended time goes on whenever it waits for its next try. */
async function patiently<T>(fate: Promise<T>, { clock, putOff }: ReturnType<typeof aMail>): Promise<T> {
  let [isOver, seen] = [false, 0]
  void fate.finally(() => { isOver = true })
  await until(() => {
    for (; seen < putOff(); seen++)
      clock.advance(300_000)
    return isOver
  }, { what: 'the letter is sent or given up' })
  return fate
}
const untilPutOff = ({ putOff }: ReturnType<typeof aMail>, times: number) => until(() => putOff() === times, { what: `it is put off ${times} times` })

test('T28 a letter arrives with text and HTML that say the same, in UTF-8, named as automatic and with its language', async () => {
  const server = await aMailServer()
  const { mail, clock } = aMail(server)
  expect(mail.isThere).toBe(true)
  expect(await mail.send(signInLetter({ name: 'Åse Øvrebø 👩‍⚕️', address: 'ase@kommune.test' }))).toBe('sent')
  const letter = await server.letterTo('ase@kommune.test')
  expect([letter.from, letter.to]).toEqual(['plan@plantavle.test', ['ase@kommune.test']])
  expect(letter.headers.get('from')).toBe('Plantavle <plan@plantavle.test>')
  expect(letter.headers.get('to')).toMatch(/^"?Åse Øvrebø 👩‍⚕️"? <ase@kommune\.test>$/u)
  expect(letter.headers.get('subject')).toBe('Logg inn i Plantavle')
  expect(['auto-submitted', 'content-language', 'x-auto-response-suppress'].map(name => letter.headers.get(name))).toEqual(['auto-generated', 'nb', 'All'])
  expect(letter.headers.get('message-id')).toMatch(/^<[0-9a-f-]{36}@plantavle\.test>$/)
  expect(new Date(letter.headers.get('date') ?? '').getTime()).toBe(clock.now() - clock.now() % 1_000)
  expect(letter.headers.get('content-type')).toContain('multipart/alternative')
  for (const words of [letter.text, letter.html]) {
    for (const said of [code, link, '15 minutter', 'bedt om å få logge inn?', 'på en annen enhet', 'Sendt automatisk fra Plantavle på localhost:8080'])
      expect(words).toContain(said)
  }
  expect(letter.html.match(new RegExp(`href="${link}"`, 'g'))).toHaveLength(2)
  expect(letter.html).not.toMatch(/<(img|script|link|iframe|style)|url\(|@import|src=/i)
})

test('T29 no name, title or address can add a header, a recipient or a line to a letter', async () => {
  const server = await aMailServer()
  const { mail } = aMail(server)
  const nasty = 'Ola\r\nBcc: alle@andre.test\r\nX-Mine: 1\r\n\r\n<script>alert(1)</script> "quoted", , <ola@andre.test>\u202e\ud800'
  const letters = [
    writeLetter('signIn', { code, link, minutes: 15, origin: 'http://localhost' }, { to: { name: nasty, address: 'a@kommune.test' }, language: 'nn' }),
    writeLetter('invitation', {
      planTitle: nasty, inviter: { name: nasty, organisation: nasty }, grant: { role: 'editor', registers: null }, untilDay: null, link: 'http://localhost/i/"><script>', expiresDay: '2026-07-01', origin: 'http://localhost',
    }, { to: { name: '=?utf-8?q?=0D=0ABcc:_alle@andre.test?=', address: 'a@kommune.test' }, language: 'nb' }),
    writeLetter('removed', { planTitle: 'æ'.repeat(5_000), by: { name: '🧓'.repeat(3_000), organisation: null }, origin: 'http://localhost' },
      { to: { name: 'Ø'.repeat(4_000), address: 'a@kommune.test' }, language: 'nb' }),
  ]
  for (const letter of letters) {
    expect(await mail.send(letter)).toBe('sent')
    const received = await server.letterTo('a@kommune.test')
    expect(received.to).toEqual(['a@kommune.test'])
    expect([...received.headers.keys()].toSorted()).toEqual([
      'auto-submitted', 'content-language', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to', 'x-auto-response-suppress',
    ])
    expect([...received.headers.values()].filter(value => value.includes('\n'))).toEqual([])
    expect(received.headers.get('to')?.match(/<[^>]*>/g)?.at(-1)).toBe('<a@kommune.test>')
    expect((received.headers.get('subject') ?? '').length).toBeLessThanOrEqual(160)
    expect(received.html).not.toContain('<script>')
    expect(received.text + received.html).not.toMatch(/[\u202e\ufffd]/)
    expect(received.raw.split('\r\n').every(line => Buffer.byteLength(line) <= 998)).toBe(true)
    expect(received.text.length).toBeLessThan(2_000)
  }
  const bars = ['', 'kari', 'kari@', '@kommune.test', 'a b@kommune.test', 'a@b.test\r\nRCPT TO:<c@d.test>', 'a@b.test,c@d.test', '<a@b.test>', 'a@b..test', 'a@-b.test', `${'x'.repeat(250)}@b.test`, 'a@b.test\u0000', '"a"@b.test', 'a@[127.0.0.1]']
  expect(bars.filter(isAddress)).toEqual([])
  expect(['kari@kommune.no', 'kari.nordmann+plan@ås.kommune.no', 'øyvind@kommune.no', 'o\'neil@x.no'].filter(one => !isAddress(one))).toEqual([])
  const offered = server.offered()
  for (const address of bars)
    expect([address, await mail.send(signInLetter({ name: null, address }))]).toEqual([address, 'failed'])
  expect(server.offered()).toBe(offered)
})

test('T30 a letter the mail server refuses for good is given up at once, and one it puts off is tried again until it is taken', async () => {
  const server = await aMailServer()
  const sender = aMail(server)
  const { mail, clock, events, counted } = sender
  server.behave(550)
  expect(await mail.send(signInLetter())).toBe('failed')
  expect([server.offered(), clock.waiting()]).toEqual([1, 0])

  server.behave(450)
  const fate = mail.send(signInLetter())
  await untilPutOff(sender, 1)
  clock.advance(4_999)
  expect([server.offered(), clock.waiting()]).toEqual([2, 1])
  clock.advance(1)
  await untilPutOff(sender, 2)
  server.behave('friendly')
  clock.advance(30_000)
  expect(await fate).toBe('sent')
  expect(server.letters).toHaveLength(1)
  expect(events()).toEqual([
    ['letter-failed', 'signIn', 550], ['letter-put-off', 'signIn', 450], ['letter-put-off', 'signIn', 450], ['letter-sent', 'signIn'],
  ])
  expect(await counted()).toBe('plantavle_letters_total{outcome="failed"} 1 plantavle_letters_total{outcome="sent"} 1')
})

test('T30 it is tried four times in all, with longer and longer between', async () => {
  const server = await aMailServer()
  const sender = aMail(server)
  server.behave(451)
  const began = sender.clock.now()
  const fate = sender.mail.send(signInLetter())
  for (const [tries, waitMs] of [[1, 5_000], [2, 30_000], [3, 300_000]] as const) {
    await untilPutOff(sender, tries)
    sender.clock.advance(waitMs)
  }
  expect(await fate).toBe('failed')
  expect([server.offered(), sender.clock.now() - began, sender.clock.waiting()]).toEqual([4, 335_000, 0])
})

test('T30 a line that breaks, a mail server that never answers and one that is not there are tried again', async () => {
  const server = await aMailServer()
  const sender = aMail(server)
  server.behave('dropping')
  const dropped = sender.mail.send(signInLetter())
  await untilPutOff(sender, 1)
  server.behave('friendly')
  sender.clock.advance(5_000)
  expect(await dropped).toBe('sent')

  server.behave('silent')
  const heard = server.offered()
  const slow = sender.mail.send(signInLetter())
  await until(() => server.offered() === heard + 1, { what: 'it has the letter' })
  sender.clock.advance(tryLastsMs)
  await untilPutOff(sender, 2)
  server.behave('friendly')
  sender.clock.advance(5_000)
  expect(await slow).toBe('sent')

  const { port } = server
  await server.close()
  const lonely = aMail({ port })
  expect(await patiently(lonely.mail.send(signInLetter()), lonely)).toBe('failed')
  expect([lonely.putOff(), lonely.events().at(-1)]).toEqual([3, ['letter-failed', 'signIn', 'ESOCKET']])
})

test('T30 what came twice since the line broke at the end is one letter by its id', async () => {
  const ids: string[] = []
  let isBroken = false
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write('220 here\r\n')
    let isData = false
    socket.on('data', (bytes) => {
      const said = bytes.toString()
      if (isData) {
        ids.push(/Message-ID: (\S+)/i.exec(said)?.[1] ?? '')
        isData = !said.includes('\r\n.\r\n')
        if (isData)
          return
        if (isBroken)
          return void socket.write('250 taken\r\n')
        isBroken = true
        return void socket.destroy()
      }
      isData = said.startsWith('DATA')
      socket.write(isData ? '354 go\r\n' : '250 ok\r\n')
    })
  })
  const sockets = new Set<Socket>()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => {
    sockets.forEach(socket => socket.destroy())
    server.close(resolve)
  }))
  const address = server.address()
  const sender = aMail({ port: typeof address === 'object' ? address?.port ?? 0 : 0 })
  expect(await patiently(sender.mail.send(signInLetter()), sender)).toBe('sent')
  const told = ids.filter(Boolean)
  expect([told.length, new Set(told).size]).toEqual([2, 1])
})

test('T30 so many letters wait and no more, and closing gives up those that do', async () => {
  const server = await aMailServer()
  const sender = aMail(server)
  const { mail, clock, events } = sender
  server.behave(450)
  const first = mail.send(signInLetter())
  await untilPutOff(sender, 1)
  server.behave('silent')
  const fates = Array.from({ length: mostLetters - 1 }, () => mail.send(signInLetter()))
  expect(await mail.send(signInLetter())).toBe('failed')
  expect(events().at(-1)).toEqual(['letter-failed', 'signIn', 'too-many'])
  await until(() => server.offered() === 3, { what: 'two are under way' })
  const closed = mail.close()
  expect([await first, await fates.at(-1)]).toEqual(['failed', 'failed'])
  clock.advance(1_500)
  await closed
  expect([...new Set(await Promise.all(fates))]).toEqual(['failed'])
  await mail.close()
  expect([await mail.send(signInLetter()), server.letters.length, clock.waiting()]).toEqual(['failed', 0, 0])
})

test('T30 a code that somebody waits for goes before the invitations that came first, and each try has its own time', async () => {
  const server = await aMailServer()
  const { mail, clock } = aMail(server)
  const facts = { planTitle: 'Plan', inviter: null, grant: { role: 'reader', registers: null }, untilDay: null, link, expiresDay: '2026-07-01', origin: 'http://localhost' } as const
  server.behave('silent')
  const invitations = Array.from({ length: 20 }, (_, n) => mail.send(writeLetter('invitation', facts, { to: { name: null, address: `nr${n}@kommune.test` }, language: 'nb' })))
  await until(() => server.offered() === 2, { what: 'two are under way' })
  const asked = mail.send(signInLetter())
  server.behave('friendly')
  clock.advance(tryLastsMs)
  expect(await asked).toBe('sent')
  expect(server.letters.findIndex(({ to }) => to[0] === kari.address)).toBeLessThan(3)
  await Promise.all(invitations.slice(2))
  clock.advance(5_000)
  expect([...new Set(await Promise.all(invitations))]).toEqual(['sent'])
  expect(server.letters).toHaveLength(21)
})

test('T30 invitations, however many wait, leave room for codes', async () => {
  const server = await aMailServer()
  const { mail, clock, events } = aMail(server)
  const facts = { planTitle: 'Plan', inviter: null, grant: { role: 'reader', registers: null }, untilDay: null, link, expiresDay: '2026-07-01', origin: 'http://localhost' } as const
  const invite = (n: number) => mail.send(writeLetter('invitation', facts, { to: { name: null, address: `nr${n}@kommune.test` }, language: 'nb' }))
  server.behave('silent')
  const waiting = Array.from({ length: mostOthers }, (_, n) => invite(n))
  expect(await invite(mostOthers)).toBe('failed')
  expect(events().at(-1)).toEqual(['letter-failed', 'invitation', 'too-many'])
  const codes = Array.from({ length: mostLetters - mostOthers }, () => mail.send(signInLetter()))
  expect(events()).toHaveLength(1)
  expect(await mail.send(signInLetter())).toBe('failed')
  const closed = mail.close()
  clock.advance(1_500)
  await closed
  expect(await Promise.all([...waiting, ...codes])).not.toContain('sent')
})

test('T30 closing lets a letter that is under way arrive', async () => {
  const server = await aMailServer()
  const { mail } = aMail(server)
  const fate = mail.send(signInLetter())
  await mail.close()
  expect([await fate, server.letters.length]).toEqual(['sent', 1])
})

test('T31 the log has of a letter its id, its kind and the code alone, whatever the mail server says', async () => {
  const server = await aMailServer()
  const sender = aMail(server)
  const { mail, log } = sender
  await mail.send(signInLetter())
  server.behave(550)
  await mail.send(signInLetter())
  server.behave(450)
  void mail.send(signInLetter())
  await untilPutOff(sender, 1)
  await mail.send(signInLetter({ name: 'Kari Hemmelig', address: 'kari hemmelig@kommune.test' }))
  expect(log().split('\n').filter(Boolean)).toHaveLength(4)
  expect(log()).not.toMatch(new RegExp(`hemmelig|kommune|${code}|logg-inn|not today|plantavle\\.test`, 'i'))
  expect(log()).toMatch(/"letter":"[0-9a-f-]{36}","kind":"signIn","code":550/)
})

test('T32 beyond this machine nothing is sent in plain unless the operator says so, and a certificate that does not hold is none', async () => {
  const plain = await aMailServer()
  const starting = await aMailServer({ tls: 'starttls' })
  const encrypted = await aMailServer({ tls: 'from-start' })
  const strict = aMail({ port: plain.port, tls: 'required' })
  expect(await strict.mail.send(signInLetter())).toBe('failed')
  expect(strict.events()).toEqual([['letter-failed', 'signIn', 500]])
  const offered = aMail({ port: plain.port, tls: 'offered' })
  expect(await offered.mail.send(signInLetter())).toBe('sent')

  const ways = [[starting, 'required'], [starting, 'offered'], [encrypted, 'from-start']] as const
  for (const [server, tls] of ways) {
    const sender = aMail({ host: 'localhost', port: server.port, tls })
    expect([tls, await patiently(sender.mail.send(signInLetter()), sender), server.letters.length]).toEqual([tls, 'failed', 0])
  }
  const trusted = getCACertificates('default')
  setDefaultCACertificates([...trusted, ownCertificate.slice(ownCertificate.indexOf('-----BEGIN CERTIFICATE'))])
  try {
    for (const [server, tls] of ways) {
      expect([tls, await aMail({ host: 'localhost', port: server.port, tls }).mail.send(signInLetter())]).toEqual([tls, 'sent'])
      expect((await server.letterTo(kari.address)).isEncrypted).toBe(true)
    }
  }
  finally {
    setDefaultCACertificates(trusted)
  }
})

test('T32 who logs in at the mail server does so with the password of the address, and a wrong one is given up at once', async () => {
  const login = { user: 'plan@kommune.test', pass: 'p@ss:ord/æ' }
  const server = await aMailServer({ login })
  const { mail } = aMail({ port: server.port, login })
  expect(await mail.send(signInLetter())).toBe('sent')
  expect((await server.letterTo(kari.address)).user).toBe(login.user)
  const wrong = aMail({ port: server.port, login: { ...login, pass: 'feil' } })
  expect(await wrong.mail.send(signInLetter())).toBe('failed')
  expect([wrong.events(), wrong.clock.waiting()]).toEqual([[['letter-failed', 'signIn', 535]], 0])
})

test('T27 without a mail server no letter is sent, and nobody waits for one', async () => {
  const mail = openMail({ settings: null, clock: pretendClock(), watch: { count() {}, note() {} } })
  expect([mail.isThere, await mail.send(signInLetter())]).toEqual([false, 'failed'])
  await mail.close()
})
