import nodemailer, { type NodemailerError, type SendMailOptions } from 'nodemailer'
import { headerWords, type Addressee, type Letter } from './letter.ts'
import { toHtml, toText } from './rendering.ts'

/** Where letters are handed over, and in whose name. */
export interface MailSettings {
  readonly host: string
  readonly port: number
  /**
   * `from-start`: smtps. `required`: STARTTLS, or nothing is sent. `offered`: STARTTLS where the server has it. `none`: in plain,
   * which only this machine hears.
   */
  readonly tls: 'from-start' | 'required' | 'offered' | 'none'
  readonly login: { readonly user: string, readonly pass: string } | null
  readonly from: Addressee
}

/** Why a letter was not taken, by the mail server's code or the word for what went wrong with the line; never in its own words, which name people. */
export interface Failure { readonly code: string | number, readonly mayPass: boolean }

const patienceMs = 15_000

/** Connections to the mail server, opened when there is something to send. It tries once: new tries are the caller's. */
export function openPool({ host, port, tls, login }: MailSettings, maxConnections: number) {
  return nodemailer.createTransport({
    pool: true,
    maxConnections,
    maxMessages: 50,
    maxRequeues: 0,
    idleTimeout: patienceMs,
    host,
    port,
    secure: tls === 'from-start',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    ...(login ? { auth: { user: login.user, pass: login.pass } } : {}),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  })
}

/** The same at every try, its id too: whoever gets it twice, since the line broke at the end, can tell. */
export function toMessage({ to, language, words }: Letter, { id, from, at }: { id: string, from: Addressee, at: Date }): SendMailOptions {
  return {
    from: mailbox(from),
    to: mailbox(to),
    envelope: { from: from.address, to: to.address },
    messageId: `<${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
    date: at,
    subject: words.subject,
    text: toText(words),
    html: toHtml(words, language),
    textEncoding: 'quoted-printable',
    xMailer: false,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': language,
    },
  }
}

const mailbox = ({ name, address }: Addressee) => ({ name: headerWords(name ?? ''), address })

/** What has to do with the line, not with the letter. */
const linePasses: ReadonlySet<string> = new Set(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'EPROTOCOL', 'EABORT'])

export function failureOf(error: unknown): Failure {
  const { responseCode, permanent, code = '' }: Partial<NodemailerError> = error instanceof Error ? error : {}
  if (responseCode !== undefined)
    return { code: responseCode, mayPass: permanent === false }
  return { code: /^[A-Z_]{1,30}$/.test(code) ? code : 'unknown', mayPass: linePasses.has(code) }
}
