import { isNothing, joined, noChanges } from './contents.ts'
import type { DeviceChanges } from './deviceCopy.ts'
import type { RescueCause } from './left.ts'
import type { Instant } from '#shared/plan/values.ts'

/**
 * What one session of a page leaves to the next where the device did not take it: no storage, or no room. The page makes it
 * once. Nothing typed is lost at a change of session, though nothing outlives the page (C22).
 */
export interface Carried {
  /** Leaves a write that a copy did not get. */
  leave(copyName: string, changes: DeviceChanges): void
  /** What was left for a copy, which is this session's to write now. */
  take(copyName: string): DeviceChanges
  /** The copies that something was left for. */
  names(): readonly string[]
  /** When a session of this page last found that its document was not the server's. */
  differedAt: Instant | null
  /** Why the session before ended, where that is to be told though nothing of ours was in question; it is told once. */
  untold: RescueCause | null
}

export function openCarried(): Carried {
  const left = new Map<string, DeviceChanges>()
  return {
    differedAt: null,
    untold: null,
    leave(name, changes) {
      if (!isNothing(changes))
        left.set(name, joined(left.get(name) ?? noChanges, changes))
    },
    take(name) {
      const changes = left.get(name) ?? noChanges
      left.delete(name)
      return changes
    },
    names: () => [...left.keys()],
  }
}
