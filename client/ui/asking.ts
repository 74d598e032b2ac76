/** What the server answers: the thing itself, or that it would not, with the reason it gives, or nothing at all. */
export type Got<T> =
  | { readonly ok: true, readonly answer: T }
  /** `status` is null where no answer came: nobody here knows whether anything was done. `error` is the server's word for why. */
  | { readonly ok: false, readonly status: number | null, readonly error: string }

const answersWithinMs = 20_000

/** Asks for JSON; with a `body` it is something to be done. An empty answer is `undefined`. */
export async function ask<T>(address: string, body?: object): Promise<Got<T>> {
  try {
    const answer = await fetch(address, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      cache: 'no-store',
      signal: AbortSignal.timeout(answersWithinMs),
    })
    const words = await answer.text()
    const told: unknown = words === '' ? undefined : JSON.parse(words)
    return answer.ok ? { ok: true, answer: told as T } : { ok: false, status: answer.status, error: errorIn(told) }
  }
  catch {
    return { ok: false, status: null, error: '' }
  }
}

const errorIn = (told: unknown): string =>
  typeof told === 'object' && told !== null && 'error' in told && typeof told.error === 'string' ? told.error : ''
