import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { Storage } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'

/** When members were last in a plan, as their members page tells it: written down together, once a minute. */
export interface Seen {
  mark(planId: string, memberId: MemberId): void
  /** Writes down what is not yet. */
  close(): Promise<void>
}

const everyMs = 60_000

export function openSeen({ storage: { members }, clock, report }: {
  storage: Pick<Storage, 'members'>, clock: Clock, report: (what: string, error: unknown) => void
}): Seen {
  const marked = new Map<string, { readonly planId: string, readonly memberId: MemberId, readonly at: Instant }>()

  async function write(): Promise<void> {
    if (marked.size === 0)
      return
    const all = [...marked.values()]
    marked.clear()
    await members.see(all).catch((error: unknown) => report('when members were last seen could not be written', error))
  }

  const stop = clock.every(everyMs, () => void write())
  return {
    mark(planId, memberId) {
      marked.set(`${planId} ${memberId}`, { planId, memberId, at: clock.now() })
    },
    async close() {
      stop()
      await write()
    },
  }
}
