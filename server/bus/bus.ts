import type { Right } from '#shared/protocol/access.ts'
import type { MemberId } from '#shared/plan/values.ts'

/** What every server process must hear of at once: somebody's right to be here has changed. */
export type AccessChange =
  | { readonly kind: 'right', readonly planId: string, readonly memberId: MemberId, readonly right: Right | null }
  /** For nobody there is such a plan any more. */
  | { readonly kind: 'plan-gone', readonly planId: string }
  | { readonly kind: 'sessions-ended', readonly memberId: MemberId }
  | { readonly kind: 'session-ended', readonly sessionId: string }

/** Carries what happens in one server process to all of them, this one included. */
export interface Bus {
  publish(change: AccessChange): void
  subscribe(hear: (change: AccessChange) => void): () => void
}

/** For one process alone: whoever subscribes has heard before `publish` returns. */
export function openLocalBus(): Bus {
  const listeners = new Set<(change: AccessChange) => void>()
  return {
    publish: change => listeners.forEach(hear => hear(change)),
    subscribe(hear) {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
  }
}
