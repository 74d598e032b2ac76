import { deviceLastsMs } from '../storage/people.ts'
import { sessionLastsMs } from './access.ts'
import { askedLastsMs } from './oidc.ts'
import { askLastsMs } from './signIn.ts'

/** One cookie of ours, which scripts cannot read: `__Host-` and Secure behind https, else without them, which only a loopback address allows. */
export interface Cookie {
  read(header: string | undefined): string | null
  set(value: string): string
  clear(): string
}
export interface Cookies {
  /** The session's secret. */
  readonly session: Cookie
  /** Binds a code and a link to the device that asked for them. */
  readonly device: Cookie
  /** What the browser is known by to those who have come in from it before. It stays when they sign out, and opens nothing. */
  readonly known: Cookie
  /** What was asked of the provider of accounts, until it answers. */
  readonly provider: Cookie
}

export function openCookies({ isSecure }: { isSecure: boolean }): Cookies {
  const prefix = isSecure ? '__Host-' : ''
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`

  function cookie(ownName: string, lastsMs: number): Cookie {
    const name = `${prefix}${ownName}`
    return {
      read(header) {
        const found = (header ?? '').split(';').map(part => part.trim()).filter(part => part.startsWith(`${name}=`))
        return found.length === 1 ? found[0]?.slice(name.length + 1) ?? null : null
      },
      set: value => `${name}=${value}; Max-Age=${lastsMs / 1_000}; ${attributes}`,
      clear: () => `${name}=; Max-Age=0; ${attributes}`,
    }
  }

  return {
    session: cookie('plantavle', sessionLastsMs),
    device: cookie('plantavle-spurt', askLastsMs),
    known: cookie('plantavle-kjent', deviceLastsMs),
    provider: cookie('plantavle-konto', askedLastsMs),
  }
}
