import { computed, toValue, watchEffect, type ComputedRef, type MaybeRefOrGetter } from 'vue'
import { headId } from '#shared/plan/registers.ts'
import { registerStore } from '../plan/stores.ts'
import { useText } from '../text/index.ts'

/** The name of the window, from the nearest to the widest: «Aktiviteter – the plan's title – Plantavle». Null leaves it to a page below. */
export function usePageTitle(parts: MaybeRefOrGetter<readonly string[] | null>): void {
  const text = useText()
  watchEffect(() => {
    const names = toValue(parts)
    if (names)
      document.title = [...names, text.value.product].filter(Boolean).join(' – ')
  })
}

/** The same for a page of an open plan. */
export function usePlanPageTitle(name: MaybeRefOrGetter<string>): void {
  const plan = usePlanTitle()
  usePageTitle(() => [toValue(name), plan.value])
}

export function usePlanTitle(): ComputedRef<string> {
  const text = useText()
  const heads = registerStore('plan')
  return computed(() => heads.byId.get(headId)?.title.trim() || text.value.plans.untitled)
}
