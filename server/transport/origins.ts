/** Where the server is to be found from outside, and the Origins a browser may name. */
export interface Origins {
  /** Begins every link the server gives out. */
  readonly publicOrigin: string
  readonly isSecure: boolean
  isOurs(origin: string | undefined): boolean
}

/**
 * Without a given origin the server is at localhost, and at the address that means the same. Throws a plain sentence's
 * worth of reason when `given` is not an origin, or when http would be spoken elsewhere than on loopback: the session cookie
 * would be readable.
 */
export function toOrigins(given: string | null, port: number, host = 'localhost'): Origins {
  if (given === null && !loopbackHosts.has(host))
    throw new UnfitOriginError(host, 'http-beyond-loopback')
  if (given === null)
    return originsOf([`http://localhost:${port}`, `http://127.0.0.1:${port}`])
  const url = URL.canParse(given) ? new URL(given) : null
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.pathname !== '/' || url.search || url.hash)
    throw new UnfitOriginError(given, 'not-an-origin')
  if (url.protocol === 'http:' && !loopbackHosts.has(url.hostname))
    throw new UnfitOriginError(given, 'http-beyond-loopback')
  return originsOf([url.origin])
}

export class UnfitOriginError extends Error {
  override readonly name = 'UnfitOriginError'
  readonly given: string
  readonly why: 'not-an-origin' | 'http-beyond-loopback'
  constructor(given: string, why: UnfitOriginError['why']) {
    super(`${given}: ${why}`)
    this.given = given
    this.why = why
  }
}

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '[::1]'])

function originsOf(allowed: readonly [string, ...string[]]): Origins {
  const [publicOrigin] = allowed
  return {
    publicOrigin,
    isSecure: publicOrigin.startsWith('https:'),
    isOurs: origin => origin !== undefined && allowed.includes(origin),
  }
}
