import type { AccessChange } from '../bus/bus.ts'
import type { Watch } from './watch.ts'

/** Tells in the log whose right to be here has changed: by ids, and of a session not even that. */
export function noteAccessChange({ note }: Pick<Watch, 'note'>, change: AccessChange): void {
  if (change.kind === 'plan-gone')
    note('removed', { planId: change.planId })
  else if (change.kind === 'right' && change.right === null)
    note('removed', { planId: change.planId, memberId: change.memberId })
  else if (change.kind === 'right')
    note('role-changed', { planId: change.planId, memberId: change.memberId, role: change.right?.role })
  else
    note('signed-out', change.kind === 'sessions-ended' ? { memberId: change.memberId } : {})
}
