import { computed, onBeforeUnmount, watch } from 'vue'
import { peopleFields } from '#shared/plan/registers.ts'
import type { SetMember } from '#shared/plan/values.ts'
import { usePersonNames } from '../plan/personNames.ts'
import { registerStore } from '../plan/stores.ts'
import { laterModule } from '../ui/later.ts'

/**
 * Lets the plan's cells name persons: they are asked for when a cell holds somebody who has not been asked for yet, and again when the
 * page is looked at anew and some minutes after, since people come and go. A plan without persons in its cells asks for none.
 */
export function useNamesOfPeople(planId: string): void {
  const names = usePersonNames()
  onBeforeUnmount(names.follow(planId, async () => (await fetching()).fetchPeople(planId)))
  const idsOf = peopleFields.map(({ register, field }) => registerStore(register)
    .each(row => (row as unknown as Readonly<Record<string, readonly SetMember[]>>)[field]?.map(({ id }) => id).join() ?? ''))
  const ids = computed(() => new Set(idsOf.flatMap(({ value }) => [...value.values()].flatMap(joined => joined === '' ? [] : joined.split(',')))))
  const asked = new Set<string>()
  watch(ids, (now) => {
    const unasked = [...now].filter(id => !names.byId.has(id) && !asked.has(id))
    unasked.forEach(id => asked.add(id))
    if (unasked.length > 0)
      void names.again()
  }, { immediate: true })

  const ends = new AbortController()
  const lookAnew = () => document.visibilityState === 'visible' && void names.lookAnew()
  for (const event of ['online', 'focus', 'visibilitychange'])
    window.addEventListener(event, lookAnew, { signal: ends.signal })
  const timer = setInterval(lookAnew, everyMs)
  onBeforeUnmount(() => {
    clearInterval(timer)
    ends.abort()
  })
}

const fetching = laterModule(() => import('./fetchPeople.ts'))
/** A page on a wall is never looked at anew. */
const everyMs = 5 * 60_000
