import { openMailServer, type MailServer, type ReceivedLetter } from '../../support/mailServer.ts'
import { testServer, type TestServer } from './testServer.ts'

/** A server whose letters are caught. */
export interface MailedServer {
  readonly server: TestServer
  readonly mail: MailServer
  close(): Promise<void>
}

/** A server of our own, as {@link testServer} makes it, that sends its letters to a mail server on loopback. */
export async function mailedServer({ environment, ...options }: NonNullable<Parameters<typeof testServer>[0]> = {}): Promise<MailedServer> {
  const mail = await openMailServer()
  const from = { name: 'Plantavle', address: 'plan@plantavle.test' }
  const server = await testServer({ ...options, environment: { mail: { host: '127.0.0.1', port: mail.port, tls: 'none', login: null, from }, ...environment } })
  return {
    server, mail,
    async close() {
      await server.close()
      await mail.close()
    },
  }
}

/** What a letter lets in by, each '' where it has none: a code, the secret of the link beside it, and that of an invitation. */
export const waysInOf = ({ text }: Pick<ReceivedLetter, 'text'>) => ({
  code: /\b(\d{3}) ?(\d{3})\b/.exec(text)?.slice(1).join('') ?? '',
  token: /\/logg-inn\/lenke\/([\w-]{43})/.exec(text)?.[1] ?? '',
  invitation: /\/invitasjon\/([\w-]{43})/.exec(text)?.[1] ?? '',
})

/** Another code than the right one. */
export const wrongCode = (right: string, by = 1): string => String((Number(right) + by) % 1_000_000).padStart(6, '0')
