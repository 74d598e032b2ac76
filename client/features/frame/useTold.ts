import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Reach } from '#shared/protocol/access.ts'
import type { RescueOutcome } from '../../plan/left.ts'
import { usePlan } from '../../plan/live.ts'
import { keep, kept } from '../../text/index.ts'

export interface Told {
  /** How the last rescue ended, as long as it is to be told. */
  readonly outcome: ComputedRef<RescueOutcome | null>
  readonly leftCount: ComputedRef<number>
  /** My role, or the registers I am limited to, have become others since the plan was last seen here, while it was open or not. */
  readonly hasNewRole: Readonly<Ref<boolean>>
  putAway(): void
}

/** What has happened to my changes and to what I may do that I am to be told of, until I put it away. */
export function useTold(planId: () => string, reach: () => Reach): Told {
  const { rescue, save, me } = usePlan()
  const leftCount = computed(() => rescue.left.value.length)
  /** Not while the rescue is still under way, nor when all that was left has been used or dropped. */
  const outcome = computed(() => {
    const { value: last } = rescue.last
    const isUnderWay = last !== null && last.written + last.left === 0 && save.value.state !== 'saved'
    const isDealtWith = last !== null && last.left > 0 && leftCount.value === 0
    return isUnderWay || isDealtWith ? null : last
  })
  const hasNewRole = shallowRef(false)
  watch(() => [reach().role, ...reach().registers ?? []].join(' '), (now) => {
    const key = `plantavle:role/${planId()}/${me.memberId}`
    hasNewRole.value = (kept(key) ?? now) !== now
    keep(key, now)
  }, { immediate: true })
  return {
    outcome,
    leftCount,
    hasNewRole,
    putAway() {
      rescue.dismiss()
      hasNewRole.value = false
    },
  }
}
