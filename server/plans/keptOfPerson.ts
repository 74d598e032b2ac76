import type { KeptAnswer } from '#shared/protocol/kept.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { Storage } from '../storage/contracts.ts'
import type { PersonKept } from '../storage/people.ts'
import { toWritten } from '../time/written.ts'
import type { NamedIn } from './planJobs.ts'
import type { PlanThread } from './planThread.ts'

/**
 * Reads all that is kept of one person, as it is handed over, with the cells of plans that name them: by their own id, and by those of contacts
 * with their address. Null for nobody. Plans are read whole, beside the server's own work: those the person is or was in, is a contact of, or
 * has written in. Who asks again while that goes on waits for the same answer.
 */
export function openKeptOfPerson({ storage, thread }: { storage: Pick<Storage, 'members' | 'log'>, thread: Pick<PlanThread, 'run'> }) {
  const underWay = new Map<MemberId, Promise<KeptAnswer | null>>()

  async function read(memberId: MemberId): Promise<KeptAnswer | null> {
    const kept = await storage.members.personKept(memberId)
    if (!kept)
      return null
    const ids = [memberId, ...kept.contacts.map(({ id }) => id)]
    const namedIn: (NamedIn & { planId: string })[] = []
    const unreadPlans: string[] = []
    for (const planId of plansOf(kept)) {
      try {
        const cells = await thread.run(async () => ({ kind: 'named', updates: await storage.log(planId).read(), ids }))
        namedIn.push(...cells.map(cell => ({ ...cell, planId })))
      }
      catch {
        unreadPlans.push(planId)
      }
    }
    return { ...written(kept), namedIn, unreadPlans }
  }

  return (memberId: MemberId): Promise<KeptAnswer | null> => {
    const reading = underWay.get(memberId) ?? read(memberId).finally(() => underWay.delete(memberId))
    underWay.set(memberId, reading)
    return reading
  }
}

/** Of the log those lines that are about the person: of a plan that somebody was let into or taken out of it has one. */
function plansOf({ member: { memberId }, plans, contacts, changes, accessLog }: PersonKept): ReadonlySet<string> {
  const logged = accessLog.flatMap(({ about, planId }) => about === memberId && planId !== null ? { planId } : [])
  return new Set([...plans, ...contacts, ...changes, ...logged].map(({ planId }) => planId))
}

/** With moments as they are read. */
function written(kept: PersonKept): Omit<KeptAnswer, 'namedIn' | 'unreadPlans'> {
  const { member, offices, plans, deputies, sessions, identities, devices, invitations, contacts, accessLog, changes } = kept
  return {
    member: { ...member, since: toWritten(member.since) },
    offices: offices.map(one => ({ ...one, since: toWritten(one.since) })),
    plans: plans.map(one => ({ ...one, since: toWritten(one.since), seenAt: writtenOr(one.seenAt), until: writtenOr(one.until) })),
    deputies: deputies.map(one => ({ ...one, from: toWritten(one.from), until: toWritten(one.until) })),
    sessions: sessions.map(one => ({ ...one, at: toWritten(one.at), expiresAt: toWritten(one.expiresAt) })),
    identities: identities.map(one => ({ ...one, since: toWritten(one.since) })),
    devices: devices.map(({ since, usedAt }) => ({ since: toWritten(since), usedAt: toWritten(usedAt) })),
    invitations: invitations.map(one => ({ ...one, at: toWritten(one.at) })),
    contacts,
    accessLog: accessLog.map(({ facts, ...one }) => ({
      ...one, at: toWritten(one.at),
      facts: Object.fromEntries(Object.entries(facts).map(([fact, value]) => [fact, momentFacts.includes(fact) && typeof value === 'number' ? toWritten(value) : value])),
    })),
    changes: changes.map(one => ({ ...one, from: toWritten(one.from), until: toWritten(one.until) })),
  }
}

/** Other facts of these names are words: the role that somebody had. */
const momentFacts = ['from', 'until']
const writtenOr = (at: Instant | null) => at === null ? null : toWritten(at)
