import { invitationMails, type Grant } from '#shared/protocol/access.ts'
import { covers } from '#shared/protocol/grants.ts'
import type { StoredInvitation } from './people.ts'
import { toNumber, toText } from './columns.ts'
import { toGrant } from './sqliteMembers.ts'

/**
 * One grant of two. The wider stays, and the longer; registers of one role that end together are put together. Where neither holds all of
 * the other and they are not one, the one that lasts longer stays, and of those that end together the one that was there before.
 */
export function toTogether(own: Grant, given: Grant): Grant {
  if (covers(own, given))
    return own
  if (covers(given, own))
    return given
  if (own.role === given.role && own.until === given.until)
    return { ...own, registers: [...new Set([...own.registers ?? [], ...given.registers ?? []])] }
  return endOf(given) > endOf(own) ? given : own
}

const endOf = ({ until }: Grant): number => until ?? Infinity

export const toInvitation = (found: Record<string, unknown>): StoredInvitation => ({
  ...toGrant(found),
  id: String(found.id), planId: String(found.plan), email: String(found.email), name: String(found.name), organisation: String(found.organisation),
  hash: found.hash as Uint8Array, invitedBy: toText(found.invited_by), at: Number(found.at), expiresAt: Number(found.expires_at),
  mail: invitationMails.find(mail => mail === found.mail) ?? 'none', takenAt: toNumber(found.taken_at), withdrawnAt: toNumber(found.withdrawn_at),
})
