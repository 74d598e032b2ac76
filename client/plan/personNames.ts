import { defineStore } from 'pinia'
import { readonly, shallowRef } from 'vue'
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
  let round = 0

  /** Asks for them, now and again: what was known stands meanwhile, and where no answer comes. */
  async function again(): Promise<void> {
    const mine = ++round
    state.value = 'asking'
    const people = await fetchAll?.() ?? null
    if (mine !== round)
      return
    if (people)
      byId.value = new Map(people.map(person => [person.id, person]))
    state.value = people ? 'there' : 'failed'
  }

  return {
    state: readonly(state),
    byId,
    again,
    /** Where they are asked for, for the plan that is opened; those of another are forgotten. */
    follow(fetch: NonNullable<typeof fetchAll>) {
      fetchAll = fetch
      round++
      byId.value = new Map()
      state.value = 'unasked'
    },
    /** What somebody is called: by name, as one who is here no more, or that the name is not known yet. */
    nameOf(id: string, { people }: Text): string {
      return byId.value.get(id)?.name ?? (state.value === 'there' ? people.former : state.value === 'failed' ? people.notFetched : people.fetching)
    },
    /** The one person of that name; null when there is none, or several. */
    named(words: string): string | null {
      const [one, other] = [...byId.value.values()].filter(({ name, isPast }) => !isPast && plainly(name) === plainly(words))
      return other === undefined ? one?.id ?? null : null
    },
  }
})
