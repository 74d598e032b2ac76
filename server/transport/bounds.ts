/** What anybody may take of the server before it knows more of them. */
export interface Bounds {
  readonly connectionsPerMember: number
  /** By the far end of the socket: behind a proxy that is everybody. */
  readonly connectionsPerAddress: number
  /** From the connection to the end of the headers, an upgrade's too. */
  readonly headersTimeoutMs: number
  /** To the end of the body. */
  readonly requestTimeoutMs: number
}

export const defaultBounds: Bounds = {
  connectionsPerMember: 500,
  connectionsPerAddress: 5_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
}

/** Places of which each key has `most`. */
export interface Places {
  /** Takes one and gives the way to give it back, once; null when all are taken. */
  take(key: string): (() => void) | null
}

export function openPlaces(most: number): Places {
  const taken = new Map<string, number>()
  const count = (key: string) => taken.get(key) ?? 0

  return {
    take(key) {
      if (count(key) >= most)
        return null
      taken.set(key, count(key) + 1)
      return () => {
        if (count(key) > 1)
          taken.set(key, count(key) - 1)
        else
          taken.delete(key)
      }
    },
  }
}
