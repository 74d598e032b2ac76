import { createHash } from 'node:crypto'

/** What is kept of a token or a session's secret, and what two of them are compared by: SHA-256. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
