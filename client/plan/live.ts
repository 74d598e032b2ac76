import { inject, provide, readonly, shallowRef, toValue, watchEffect, type InjectionKey, type MaybeRefOrGetter, type ShallowRef } from 'vue'
import { replaceText, textOf } from '#shared/plan/commands.ts'
import type { Outcome } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import { bindText, type TextElement } from './boundText.ts'
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

/**
 * The live text of one cell; null when the row is not there. While `element` is on the screen it is bound to the text, caret
 * and all. `replace` writes only what differs: two people in one cell keep both their words.
 */
export function useCellText(cell: MaybeRefOrGetter<Cell>, element?: MaybeRefOrGetter<TextElement | null>): {
  readonly text: Readonly<ShallowRef<string | null>>
  replace(next: string): Outcome
} {
  const session = usePlan()
  const text = shallowRef<string | null>(null)
  /** The cell's text is laid with its row, so it is there as soon as the plan has content. */
  const source = () => session.content.value === 'open' ? textOf(session.plan, toValue(cell)) : null

  watchEffect((onCleanup) => {
    const live = source()
    const show = () => {
      text.value = live?.toJSON() ?? null
    }
    show()
    live?.observe(show)
    onCleanup(() => live?.unobserve(show))
  })
  watchEffect((onCleanup) => {
    const [live, field] = [source(), toValue(element)]
    if (live && field)
      onCleanup(bindText(field, live, session))
  })

  return { text: readonly(text), replace: next => replaceText(session.plan, toValue(cell), next) }
}
