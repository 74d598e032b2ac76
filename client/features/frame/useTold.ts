import { computed, shallowRef, type ComputedRef } from 'vue'
import type { ActedFor, Reach } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import { mayRoleWrite } from '#shared/protocol/grants.ts'
import type { RescueOutcome } from '../../plan/left.ts'
import { usePlan } from '../../plan/live.ts'
import { keep, kept } from '../../text/index.ts'

/** What somebody may do, and for whom. */
export interface Standing extends Reach { readonly actsFor: readonly ActedFor[] }

/** What has become another in what I may do: that I stand in for somebody, that I do not any more (`names`: as far as they are known), or else. */
export type News =
  | { readonly kind: 'deputy', readonly of: readonly ActedFor[] }
  | { readonly kind: 'deputy-no-more', readonly names: readonly string[] }
  | { readonly kind: 'reach' }

export interface Told {
  /** How the last rescue ended, as long as it is to be told. */
  readonly outcome: ComputedRef<RescueOutcome | null>
  readonly leftCount: ComputedRef<number>
  /** What has become another since the plan was last seen here, or does so in a moment; null when that is nothing. */
  readonly news: ComputedRef<News | null>
  putAway(): void
}

/**
 * What has happened to my changes and to what I may do (`standing`, also when it is about to count) that I am to be told of, until I put it away.
 * `former`: whom I stood in for before, as far as this page knows.
 */
export function useTold(planId: () => string, standing: () => Standing, former: () => readonly ActedFor[]): Told {
  const { rescue, save, me } = usePlan()
  const leftCount = computed(() => rescue.left.value.length)
  /** Not while the rescue is still under way, nor when all that was left has been used or dropped. */
  const outcome = computed(() => {
    const { value: last } = rescue.last
    const isUnderWay = last !== null && last.written + last.left === 0 && save.value.state !== 'saved'
    const isDealtWith = last !== null && last.left > 0 && leftCount.value === 0
    return isUnderWay || isDealtWith ? null : last
  })
  const key = `plantavle:role/${planId()}/${me.memberId}`
  const mine = wordsOf(standing())
  const told = shallowRef(kept(key) ?? mine)
  keep(key, mine)
  return {
    outcome,
    leftCount,
    news: computed(() => newsOf(told.value, standing(), former())),
    putAway() {
      rescue.dismiss()
      told.value = wordsOf(standing())
      keep(key, told.value)
    },
  }
}

/** A rescue that was about what I may do, and says it. */
export const isAboutRole = ({ cause }: RescueOutcome, role: Role): boolean =>
  cause === 'access-changed' || (cause === 'not-allowed' && !mayRoleWrite(role))

/** As it is kept on the device: ids and no names. */
const wordsOf = ({ role, registers, actsFor }: Standing) => [role, ...registers ?? [], ...actsFor.map(({ memberId }) => mark + memberId).sort()].join(' ')
const mark = '~'

function newsOf(told: string, now: Standing, former: readonly ActedFor[]): News | null {
  if (told === wordsOf(now))
    return null
  const before = told.split(' ').filter(word => word.startsWith(mark)).map(word => word.slice(mark.length))
  const begun = now.actsFor.filter(({ memberId }) => !before.includes(memberId))
  const ended = before.filter(id => !now.actsFor.some(({ memberId }) => memberId === id))
  if (begun.length > 0)
    return { kind: 'deputy', of: begun }
  return ended.length > 0 ? { kind: 'deputy-no-more', names: ended.flatMap(id => former.find(({ memberId }) => memberId === id)?.name ?? []) } : { kind: 'reach' }
}
