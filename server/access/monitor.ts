import { timingSafeEqual } from 'node:crypto'
import { hashOf } from './secrets.ts'

/** Whether a request's Authorization names the token of those who watch over the server. How long it takes tells nothing of the token. */
export function isMonitor(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  return given !== undefined && timingSafeEqual(hashOf(given), hashOf(token))
}
