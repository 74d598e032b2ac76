import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue'
import type { PlanAnswer } from '#shared/protocol/api.ts'

const key: InjectionKey<ComputedRef<PlanAnswer>> = Symbol('what the server says of the plan')

/** Gives the pages of an open plan what the server said of it when it was opened. */
export const providePlanAnswer = (answer: () => PlanAnswer) => provide(key, computed(answer))

export function usePlanAnswer(): ComputedRef<PlanAnswer> {
  const answer = inject(key)
  if (!answer)
    throw new Error('This page belongs in an open plan.')
  return answer
}
