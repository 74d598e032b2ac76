import type { MemberId } from '#shared/plan/values.ts'
import type { Storage } from '../storage/contracts.ts'
import type { PersonKept } from '../storage/people.ts'
import type { NamedIn } from './planJobs.ts'
import type { PlanThread } from './planThread.ts'

/** All that is kept of one person, with the cells of plans that name them: by their own id, and by those of contacts with their address. */
export type KeptOfPerson = PersonKept & { readonly namedIn: readonly (NamedIn & { readonly planId: string })[] }

/**
 * Reads it, null for nobody. Plans are read whole, beside the server's own work: those the person is in, is a contact of, or has
 * written in.
 */
export function openKeptOfPerson({ storage, thread }: { storage: Pick<Storage, 'members' | 'log'>, thread: PlanThread }) {
  return async (memberId: MemberId): Promise<KeptOfPerson | null> => {
    const kept = await storage.members.personKept(memberId)
    if (!kept)
      return null
    const ids = [memberId, ...kept.contacts.map(({ id }) => id)]
    const namedIn: (NamedIn & { planId: string })[] = []
    for (const planId of new Set([...kept.plans, ...kept.contacts, ...kept.changes].map(one => one.planId))) {
      const updates = await storage.log(planId).read()
      namedIn.push(...(await thread.run({ kind: 'named', updates, ids })).map(cell => ({ ...cell, planId })))
    }
    return { ...kept, namedIn }
  }
}
