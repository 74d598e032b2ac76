import type { OidcSettings } from './access/oidc.ts'
import { readMailSettings } from './environmentOfMail.ts'
import { readOidcSettings } from './environmentOfOidc.ts'
import type { MailSettings } from './mail/smtp.ts'
import { logLevels, type LogLevel } from './operation/watch.ts'

/** What the operator decides from outside. */
export interface Environment {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** Null: the server is reached at localhost. */
  readonly publicOrigin: string | null
  /** What opens `GET /metrics`; without one it is not there. */
  readonly metricsToken?: string | null
  /** Without it no letter is sent. */
  readonly mail?: MailSettings | null
  /** Whom people turn to, as a mail address or in words; null where nothing is said. */
  readonly contact?: string | null
  /** Without it nobody signs in by an organisation's account. */
  readonly oidc?: OidcSettings | null
}

/** How the log is to be written; null where the terminal decides. */
export interface LogSettings { readonly isJson: boolean | null, readonly level: LogLevel }

export class UnfitMetricsTokenError extends Error {
  override readonly name = 'UnfitMetricsTokenError'
}
export class UnfitLogError extends Error {
  override readonly name = 'UnfitLogError'
}

export class UnfitPortError extends Error {
  override readonly name = 'UnfitPortError'
}

type Given = Readonly<Record<string, string | undefined>>

export function readEnvironment(env: Given): Environment {
  const port = Number(env.PORT || '8080')
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UnfitPortError(env.PORT)
  return {
    port, host: env.HOST || '127.0.0.1', dataDir: env.DATA_DIR || './data', publicOrigin: env.PUBLIC_ORIGIN || null,
    metricsToken: readMetricsToken(env), contact: readContact(env), mail: readMailSettings(env), oidc: readOidcSettings(env),
  }
}

export class UnfitContactError extends Error {
  override readonly name = 'UnfitContactError'
}

function readContact({ CONTACT: contact = '' }: Given): string | null {
  if (contact.length > 200 || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(contact))
    throw new UnfitContactError()
  return contact.trim() || null
}

/** Shorter ones can be guessed. */
const minTokenChars = 16

function readMetricsToken({ METRICS_TOKEN: token = '' }: Given): string | null {
  if (token !== '' && (token.length < minTokenChars || /\s/.test(token)))
    throw new UnfitMetricsTokenError()
  return token || null
}

export function readLogSettings({ LOG_FORMAT: format = '', LOG_LEVEL: level = '' }: Given): LogSettings {
  const known = logLevels.find(one => one === (level || 'info'))
  if (!known || !['', 'json', 'text'].includes(format))
    throw new UnfitLogError()
  return { isJson: format === '' ? null : format === 'json', level: known }
}
