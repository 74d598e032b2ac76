import { sessionLastsMs } from './access.ts'

/** The session's cookie: `__Host-` and Secure behind https, else without them, which only a loopback address allows. */
export interface SessionCookie {
  read(header: string | undefined): string | null
  set(secret: string): string
  clear(): string
}

export function sessionCookie({ isSecure }: { isSecure: boolean }): SessionCookie {
  const name = isSecure ? '__Host-plantavle' : 'plantavle'
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return {
    read(header) {
      const found = (header ?? '').split(';').map(part => part.trim()).filter(part => part.startsWith(`${name}=`))
      return found.length === 1 ? found[0]?.slice(name.length + 1) ?? null : null
    },
    set: secret => `${name}=${secret}; Max-Age=${sessionLastsMs / 1_000}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
  }
}
