import { openGuesses } from './guesses.ts'
import type { Storage } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'
import type { Watch } from '../operation/watch.ts'

/** Of one member, plan and reason at most one line is written in so long: whoever is refused all the time fills no log. */
const oncePerMs = 10 * 60_000

/** A watch that also writes refused changes in the access log of their plan. */
export function noteRefusals(note: Watch['note'], { storage: { members }, clock, report }: {
  storage: Pick<Storage, 'members'>, clock: Clock, report: (what: string, error: unknown) => void
}): Watch['note'] {
  const told = openGuesses(clock, { most: 1, withinMs: oncePerMs })
  return (event, facts = {}) => {
    note(event, facts)
    const { planId, memberId, reason } = facts
    if (event !== 'update-refused' || typeof planId !== 'string' || typeof memberId !== 'string' || typeof reason !== 'string')
      return
    const name = `${planId} ${memberId} ${reason}`
    if (told.count(name) !== null)
      return
    members.note({ at: clock.now(), event: 'write-refused', planId, by: memberId, about: memberId, facts: { reason } }).catch((error: unknown) => {
      // It is told the next time.
      told.takeBack(name)
      report('a refused change could not be written in the access log', error)
    })
  }
}
