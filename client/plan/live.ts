import { inject, provide, type InjectionKey } from 'vue'
import type { PlanSession } from './session.ts'

export { bindText } from './boundText.ts'

const key: InjectionKey<PlanSession> = Symbol('plan')

/** Gives the components below the live plan. */
export const providePlan = (session: PlanSession) => provide(key, session)

/** The live plan this component lives in. */
export function usePlan(): PlanSession {
  const session = inject(key)
  if (!session)
    throw new Error('no plan is provided above this component')
  return session
}
