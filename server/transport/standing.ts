import type { Right } from '#shared/protocol/access.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { Session } from '../access/access.ts'
import type { AccessChange } from '../bus/bus.ts'
import type { Clock } from '../time/clock.ts'

/** Who a connection turned out to be: known before anything is read from it. */
export interface Identity { readonly session: Session, readonly planId: string, readonly right: Right }

/** What follows for a connection: it goes, or its right is another one. */
export type Consequence = { readonly code: number, readonly reason: string } | { readonly right: Right }

/** Who is on one connection, what they may do there, and until when. */
export interface Standing {
  identify(identity: Identity): void
  /** Null before it is known. */
  identity(): Identity | null
  /** What a change of somebody's right to be here means to this one; null when nothing. */
  hear(change: AccessChange): Consequence | null
  /** When it is to be looked at: the session ends, or a right does and nobody has been asked what comes after it. Infinity when never. */
  nextAt(): Instant
  /** Looks whether that has come. */
  look(): Consequence | null
}

interface StandingParts {
  readonly clock: Clock
  /** The moment to look at it is another one than it was. */
  readonly onMoment: (at: Instant) => void
  /** What they may do has run out: `hear` is to be called with what it is now. */
  readonly onLapsed: (identity: Identity) => void
}

export function openStanding({ clock, onMoment, onLapsed }: StandingParts): Standing {
  let identity: Identity | null = null
  /** What somebody may do has run out, and it is asked for what they may do from now on. */
  let isAsking = false

  function know(next: Identity): void {
    identity = next
    isAsking = false
    onMoment(nextAt())
  }

  const nextAt = () => identity === null ? Infinity : Math.min(identity.session.expiresAt, isAsking ? Infinity : identity.right.until ?? Infinity)

  /** More or less: it counts from the next frame on, and what it then may not bring is refused as ever. */
  function follow(before: Identity, right: Right | null): Consequence | null {
    if (right === null)
      return removed
    know({ ...before, right })
    return isSameReach(before.right, right) ? null : { right }
  }

  return {
    identify: know,
    identity: () => identity,
    nextAt,
    hear(change) {
      if (!identity || !isAbout(change, identity.session, identity.planId))
        return null
      switch (change.kind) {
        case 'right': return follow(identity, change.right)
        case 'plan-gone': return removed
        case 'session-ended':
        case 'sessions-ended': return { code: closeCode.signedOut, reason: 'signed out' }
      }
    },
    look() {
      const now = clock.now()
      if (!identity || nextAt() > now)
        return null
      if (identity.session.expiresAt <= now)
        return { code: closeCode.signedOut, reason: 'expired' }
      isAsking = true
      onLapsed(identity)
      return null
    },
  }
}

const removed: Consequence = { code: closeCode.refused, reason: 'removed' }

/** Whether a change touches whoever comes with this session to this plan. */
export function isAbout(change: AccessChange, { sessionId, member: { memberId } }: Session, planId: string | null): boolean {
  switch (change.kind) {
    case 'right': return change.memberId === memberId && change.planId === planId
    case 'sessions-ended': return change.memberId === memberId
    case 'session-ended': return change.sessionId === sessionId
    case 'plan-gone': return change.planId === planId
  }
}

const isSameReach = (one: Right, other: Right) => one.role === other.role && String(one.registers) === String(other.registers)
