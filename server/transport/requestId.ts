import { randomBytes } from 'node:crypto'

/** By which a request is found in the log. */
export const newRequestId = (): string => randomBytes(6).toString('hex')
