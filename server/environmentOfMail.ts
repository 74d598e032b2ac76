import { isAddress, type Addressee } from './mail/letter.ts'
import type { MailSettings } from './mail/smtp.ts'
import { UnfitSettingError } from './texts/unfitSetting.ts'

type Given = Readonly<Record<string, string | undefined>>

/**
 * SMTP_URL and MAIL_FROM, both or neither; null without. Letters carry what opens a door, so beyond this machine they are sent
 * encrypted, unless SMTP_ALLOW_PLAIN says that the line is safe. Throws {@link UnfitSettingError}.
 */
export function readMailSettings({ SMTP_URL: url = '', MAIL_FROM: from = '', SMTP_ALLOW_PLAIN: plain = '' }: Given): MailSettings | null {
  if (plain !== '' && plain !== '1')
    throw new UnfitSettingError('smtp-allow-plain')
  if (url === '' && from === '')
    return null
  if (url === '' || from === '')
    throw new UnfitSettingError('mail-pair')
  return { ...readSmtpUrl(url, plain === '1'), from: readFrom(from) }
}

function readSmtpUrl(given: string, mayBePlain: boolean): Omit<MailSettings, 'from'> {
  const url = URL.canParse(given) ? new URL(given) : null
  const isFromStart = url?.protocol === 'smtps:'
  const [user, pass] = [decoded(url?.username), decoded(url?.password)]
  if (!url || (!isFromStart && url.protocol !== 'smtp:') || !/^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(url.hostname)
    || !['', '/'].includes(url.pathname) || url.search || url.hash || user === null || pass === null || (user === '') !== (pass === ''))
    throw new UnfitSettingError('smtp-url')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    port: Number(url.port) || (isFromStart ? 465 : 587),
    tls: isFromStart ? 'from-start' : isLoopback(host) ? 'none' : mayBePlain ? 'offered' : 'required',
    login: user === '' ? null : { user, pass },
  }
}

function decoded(part = ''): string | null {
  try {
    return decodeURIComponent(part)
  }
  catch {
    return null
  }
}

export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i.test(host)

function readFrom(given: string): Addressee {
  const [, name = '', angled = given] = /^([^<>"\p{C}]*?)\s*<([^<>]*)>$/u.exec(given.trim()) ?? []
  const address = angled.trim()
  if (!isAddress(address))
    throw new UnfitSettingError('mail-from')
  return { name: name.trim() || null, address }
}
