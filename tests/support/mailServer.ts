import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { until } from './until.ts'

/** A letter as it came over the line. */
export interface ReceivedLetter {
  readonly from: string
  readonly to: readonly string[]
  /** All of it, headers included, as it was sent. */
  readonly raw: string
  /** By name in small letters: unfolded and decoded. One that came twice has both, with a line break between. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  readonly html: string
  readonly isEncrypted: boolean
  readonly user: string | null
}

/** What the mail server does with a letter: takes it, breaks the line at its end, never answers, or refuses whom it is to with a code. */
export type Manners = 'friendly' | 'dropping' | 'silent' | number

/** A real SMTP server on loopback that keeps what it is sent. */
export interface MailServer {
  readonly port: number
  readonly url: string
  readonly letters: readonly ReceivedLetter[]
  /** How many letters it was offered, taken or not. */
  offered(): number
  behave(manners: Manners): void
  /** Takes at last the letters that it is silent about, so many at least: a mail server that is slow. */
  answer(atLeast?: number): Promise<void>
  /** How many it has in full and is silent about. */
  unanswered(): number
  /** The next letter to this address that has not been given out, oldest first; whoever waits for one gets it when it comes. */
  letterTo(address: string): Promise<ReceivedLetter>
  close(): Promise<void>
}

/** Key and certificate of `localhost`, signed by itself. */
export const ownCertificate = readFileSync(new URL('../fixtures/localhost.pem', import.meta.url), 'utf8')

/**
 * `tls`: whether it has STARTTLS, or speaks TLS from the start; as `localhost` by {@link ownCertificate}, which nobody trusts by
 * itself. With `login` nobody sends without it.
 */
export async function openMailServer({ login = null, tls = null }: {
  login?: { user: string, pass: string } | null, tls?: 'starttls' | 'from-start' | null
} = {}): Promise<MailServer> {
  const letters: ReceivedLetter[] = []
  const given = new Set<ReceivedLetter>()
  let manners: Manners = 'friendly'
  let offered = 0
  const unanswered: (() => void)[] = []
  const server = new SMTPServer({
    authOptional: login === null,
    secure: tls === 'from-start',
    key: ownCertificate,
    cert: ownCertificate,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    disabledCommands: [...(tls ? [] : ['STARTTLS']), ...(login ? [] : ['AUTH'])],
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) =>
      username === login?.user && password === login?.pass ? done(null, { user: username }) : done(refusalWith(535)),
    onRcptTo(_address, _session, done) {
      offered++
      if (typeof manners === 'number')
        return done(refusalWith(manners))
      done()
    },
    onData(stream, { envelope, secure, user }, done) {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => {
        if (manners === 'dropping')
          return dropAll()
        const take = () => {
          letters.push(letter)
          done()
        }
        const letter = {
          ...parsed(Buffer.concat(pieces).toString('latin1')),
          from: envelope.mailFrom ? envelope.mailFrom.address : '',
          to: envelope.rcptTo.map(({ address }) => address),
          isEncrypted: secure,
          user: user ?? null,
        }
        if (manners === 'silent')
          return void unanswered.push(take)
        take()
      })
    },
  })
  // Lines that break are what some tests are about.
  server.on('error', () => {})
  const sockets = new Set<{ destroy(): void }>()
  server.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const dropAll = () => sockets.forEach(socket => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo

  return {
    port,
    url: `smtp://${login ? `${encodeURIComponent(login.user)}:${encodeURIComponent(login.pass)}@` : ''}127.0.0.1:${port}`,
    letters,
    offered: () => offered,
    behave: (next) => { manners = next },
    unanswered: () => unanswered.length,
    async answer(atLeast = 1) {
      await until(() => unanswered.length >= atLeast, { what: `${atLeast} letters it is silent about` })
      unanswered.splice(0).forEach(take => take())
    },
    async letterTo(address) {
      const found = await until(() => letters.find(letter => letter.to.includes(address) && !given.has(letter)), { what: `a letter to ${address}` })
      given.add(found)
      return found
    },
    async close() {
      const closed = new Promise<void>(resolve => server.close(resolve))
      dropAll()
      await closed
    },
  }
}

const refusalWith = (responseCode: number) => Object.assign(new Error('not today, <kari.hemmelig@kommune.test>'), { responseCode })

function parsed(raw: string): Pick<ReceivedLetter, 'raw' | 'headers' | 'text' | 'html'> {
  const { headers, body } = partOf(raw)
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1] ?? ''
  const parts = body.split(`--${boundary}`).slice(1, -1).map(part => partOf(part.replace(/^\r\n/, '')))
  const bodyOf = (type: string) => {
    const part = parts.find(one => one.headers.get('content-type')?.startsWith(type))
    return part ? decodedBody(part.body, part.headers.get('content-transfer-encoding') ?? '7bit') : ''
  }
  return { raw: Buffer.from(raw, 'latin1').toString('utf8'), headers, text: bodyOf('text/plain'), html: bodyOf('text/html') }
}

function partOf(raw: string): { headers: Map<string, string>, body: string } {
  const end = raw.indexOf('\r\n\r\n')
  const headers = new Map<string, string>()
  for (const line of raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? ['', line]
    const before = headers.get(name.toLowerCase())
    headers.set(name.toLowerCase(), `${before === undefined ? '' : `${before}\n`}${decodedWords(value)}`)
  }
  return { headers, body: raw.slice(end + 4) }
}

/** Words of a header that are not ASCII (RFC 2047). */
function decodedWords(value: string): string {
  return value.replace(/(=\?utf-8\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, '$1').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_whole, way: string, words: string) =>
    way.toLowerCase() === 'b' ? Buffer.from(words, 'base64').toString() : unquoted(words.replaceAll('_', ' ')))
}

function decodedBody(body: string, encoding: string): string {
  const words = body.replace(/\r\n$/, '')
  if (encoding === 'base64')
    return Buffer.from(words, 'base64').toString()
  return (encoding === 'quoted-printable' ? unquoted(words.replace(/=\r\n/g, '')) : Buffer.from(words, 'latin1').toString()).replaceAll('\r\n', '\n')
}

const unquoted = (words: string) => Buffer.from(words.replace(/=([\dA-F]{2})/gi, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString()
