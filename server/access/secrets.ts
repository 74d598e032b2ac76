import { createHash, randomBytes, randomInt } from 'node:crypto'

/** What is kept of a token or a session's secret, and what two of them are compared by: SHA-256. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** 256 random bits, 43 characters that need no escaping. Only its hash is stored. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
export const isSecret = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** 128 random bits: nobody's yet. */
export const newId = (): string => randomBytes(16).toString('hex')

/** Six digits a person can read aloud, the first of them perhaps 0. */
export const newCode = (): string => String(randomInt(1_000_000)).padStart(6, '0')
