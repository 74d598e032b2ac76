import { shallowRef, type ShallowRef } from 'vue'
import type { MemberId } from '#shared/plan/values.ts'
import type { MembersAnswer } from '#shared/protocol/api.ts'

export type Person = MembersAnswer['members'][number]

/** The members of a plan, whose names are the server's and never in the document. */
export interface People {
  readonly byId: Readonly<ShallowRef<ReadonlyMap<MemberId, Person>>>
  /** Someone by id; null while unknown. An unknown id is asked for once in a while: the list has grown, or they are erased. */
  person(id: MemberId): Person | null
}

/** Null when the server cannot be asked now. */
export type AskForMembers = () => Promise<MembersAnswer['members'] | null>

export function openPeople({ planId, ask = () => askForMembers(planId), now = Date.now }: {
  planId: string
  ask?: AskForMembers
  now?: () => number
}): People {
  const byId = shallowRef<ReadonlyMap<MemberId, Person>>(new Map())
  let isAsking = false
  let askedAt = -Infinity
  const askedFor = new Set<MemberId>()

  async function refresh() {
    isAsking = true
    askedAt = now()
    const members = await ask()
    isAsking = false
    if (members)
      byId.value = new Map(members.map(member => [member.memberId, member]))
    else
      askedFor.clear()
  }

  void refresh()
  return {
    byId,
    person(id) {
      const found = byId.value.get(id) ?? null
      const isDue = !askedFor.has(id) || now() - askedAt >= askAgainMs
      if (!found && !isAsking && isDue) {
        askedFor.add(id)
        void refresh()
      }
      return found
    },
  }
}

const askAgainMs = 60_000

async function askForMembers(planId: string): ReturnType<AskForMembers> {
  try {
    const answer = await fetch(`/api/plans/${encodeURIComponent(planId)}/members`, { headers: { accept: 'application/json' } })
    return answer.ok ? (await answer.json() as MembersAnswer).members : null
  }
  catch {
    return null
  }
}
