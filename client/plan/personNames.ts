import { defineStore } from 'pinia'
import { nextTick, readonly, shallowRef } from 'vue'
import { plainly } from '../text/knownNames.ts'
import type { Text } from '../text/index.ts'

/** Somebody a plan may name: a member of it, or somebody to turn to at one of its organisations. */
export interface PersonNamed {
  readonly id: string
  readonly name: string
  /** In words, or the id of one of the plan's organisations. */
  readonly organisation: { readonly words: string } | { readonly id: string }
  /** Not there to be chosen: a contact whose time is over, or who is a member besides. */
  readonly isPast: boolean
}

/**
 * Names of the persons that cells hold ids of. They are the server's to tell, to those who may see them, and are never in the
 * plan: whoever has been erased, or has left, is nobody's name here any more.
 */
export const usePersonNames = defineStore('plan/person-names', () => {
  const byId = shallowRef<ReadonlyMap<string, PersonNamed>>(new Map())
  const state = shallowRef<'unasked' | 'asking' | 'there' | 'failed'>('unasked')
  let fetchAll: (() => Promise<readonly PersonNamed[] | null>) | null = null
  let ofPlan: string | null = null
  let round = 0

  /** Asks for them, now and again: what was known stands meanwhile, and where no answer comes. */
  async function again(): Promise<void> {
    state.value = 'asking'
    await ask()
  }
  async function ask(): Promise<void> {
    const mine = ++round
    const people = await fetchAll?.().catch(() => null) ?? null
    if (mine !== round)
      return
    if (people)
      byId.value = new Map(people.map(person => [person.id, person]))
    state.value = people ? 'there' : 'failed'
  }

  function forget() {
    ofPlan = null
    fetchAll = null
    round++
    byId.value = new Map()
    state.value = 'unasked'
  }

  return {
    state: readonly(state),
    byId,
    again,
    /** Persons may be named here soon: they are asked for, once. */
    async want(): Promise<void> {
      if (state.value === 'unasked')
        await again()
    },
    /** Somebody may have come or gone meanwhile. What is told stands until the answer is there. */
    async lookAnew(): Promise<void> {
      if (state.value === 'failed')
        await again()
      else if (state.value === 'there')
        await ask()
    },
    /**
     * Where they are asked for, for the plan that is opened, until the returned function is called; those of another are forgotten.
     * The same plan may be followed anew in the same turn, and keeps its names.
     */
    follow(planId: string, fetch: NonNullable<typeof fetchAll>): () => void {
      if (ofPlan !== planId)
        forget()
      ofPlan = planId
      fetchAll = fetch
      return () => void nextTick(() => {
        if (fetchAll === fetch)
          forget()
      })
    },
    /** What somebody is called: by name, as one who is here no more, or that the name is not known yet. */
    nameOf(id: string, { people }: Text): string {
      return byId.value.get(id)?.name ?? (state.value === 'there' ? people.former : state.value === 'failed' || !fetchAll ? people.notFetched : people.fetching)
    },
    /** The one person of that name; null when there is none, or several. */
    named(words: string): string | null {
      const [one, other] = [...byId.value.values()].filter(({ name, isPast }) => !isPast && plainly(name) === plainly(words))
      return other === undefined ? one?.id ?? null : null
    },
  }
})
