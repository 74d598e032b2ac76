import { serverClientId } from '#shared/plan/lay.ts'
import { limits } from '#shared/protocol/limits.ts'
import type { MemberId } from '#shared/plan/values.ts'

/** Which member each client id of a plan belongs to: whoever first wrote, or was seen, under it (S18). */
export interface Owners {
  /** Whether a member may write and be seen under this id: it is the member's own, or nobody's yet. The server's is never. */
  mayUse(client: number, member: MemberId): boolean
  /** Whether a member may have these ids as well: each costs every change of the plan a little, for ever. */
  mayHave(clients: readonly number[], member: MemberId): boolean
  /** Those of the ids that are nobody's yet. */
  free(clients: readonly number[]): readonly number[]
  /** Gives ids that are free to a member, in this room and at once. The caller has it written. */
  bind(clients: readonly number[], to: MemberId): void
  /** It is on disk whose these are: what is shown under them may be passed on. */
  settle(clients: readonly number[]): void
  isSettled(client: number): boolean
}

/** `stored` is what is on disk already. */
export function openOwners(stored: ReadonlyMap<number, MemberId>): Owners {
  const owners = new Map(stored)
  const counts = new Map<MemberId, number>()
  stored.forEach(member => counts.set(member, (counts.get(member) ?? 0) + 1))
  const unsettled = new Set<number>()
  return {
    mayUse: (client, member) => client !== serverClientId && (owners.get(client) ?? member) === member,
    mayHave: (clients, member) =>
      clients.filter(client => !owners.has(client)).length + (counts.get(member) ?? 0) <= limits.maxClientsOfMember,
    free: clients => clients.filter(client => !owners.has(client)),
    bind(clients, to) {
      for (const client of clients) {
        owners.set(client, to)
        counts.set(to, (counts.get(to) ?? 0) + 1)
        unsettled.add(client)
      }
    },
    settle: clients => clients.forEach(client => unsettled.delete(client)),
    isSettled: client => owners.has(client) && !unsettled.has(client),
  }
}
