import { computed, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'
import { registerNames } from '#shared/plan/registers.ts'
import { pagesOf, type Chapter } from '../../text/registerPages.ts'
import { registerStore } from '../../plan/stores.ts'
import type { IconName } from '../../ui/icons.ts'
import { useText } from '../../text/index.ts'

/** Somewhere to go in a plan, with how much is there. Nothing is said of none: so it reads also while the plan is on its way. */
export interface PlanPlace {
  readonly to: string
  readonly icon: IconName
  readonly label: string
  readonly count?: number
  /** Another page of its chapter is shown. */
  readonly isWithin?: boolean
}

export interface PlanPlaces {
  /** What is written and followed up, day by day. */
  readonly main: ComputedRef<readonly PlanPlace[]>
  /** What the rest refers to. */
  readonly ground: ComputedRef<readonly PlanPlace[]>
  readonly foot: ComputedRef<readonly PlanPlace[]>
  /** The few that have a place of their own at the bottom of a phone. */
  readonly first: ComputedRef<readonly PlanPlace[]>
}

const iconOf: Readonly<Record<Chapter, IconName>> = {
  activities: 'tasks', networks: 'flower', collaborations: 'handshake', municipalities: 'pin', parties: 'buildings', ground: 'list',
}

/** The places of a plan in their order. `left` is how many changes could not be saved: their page has an entry while there are any. */
export function usePlanPlaces(planId: () => string, left: () => number): PlanPlaces {
  const text = useText()
  const route = useRoute()
  const at = (path: string) => `/plan/${planId()}/${path}`

  /** A chapter's place leads to its first page, and is marked on all of them. */
  function placeOf(chapter: Chapter): PlanPlace {
    const [first, ...others] = pagesOf(chapter)
    return {
      to: at(first?.path ?? ''),
      icon: iconOf[chapter],
      label: text.value.tables.chapters[chapter],
      ...(first && others.length === 0 && { count: registerStore(first.register).order.length }),
      isWithin: others.some(page => route.path === at(page.path)),
    }
  }
  const responsibility = (): PlanPlace => ({ to: at('ansvar'), icon: 'person-check', label: text.value.nav.responsibility })
  const trashed = computed(() => registerNames.reduce((sum, register) => sum + registerStore(register).trashed.length, 0))

  return {
    main: computed(() => [
      { to: at('om-planen'), icon: 'document', label: text.value.nav.head },
      placeOf('activities'),
      placeOf('networks'),
      responsibility(),
      placeOf('collaborations'),
      placeOf('municipalities'),
      { to: at('gjennomforing'), icon: 'calendar', label: text.value.nav.occurrences },
    ]),
    ground: computed(() => [placeOf('parties'), placeOf('ground'), { to: at('medlemmer'), icon: 'people', label: text.value.nav.members }]),
    foot: computed(() => [
      ...(left() > 0 ? [{ to: at('ikke-lagret'), icon: 'warning', label: text.value.left.nav, count: left() } as const] : []),
      { to: at('papirkurv'), icon: 'trash', label: text.value.nav.trash, count: trashed.value },
      { to: '/', icon: 'house', label: text.value.nav.plans },
      { to: '/hjelp', icon: 'help', label: text.value.nav.help },
    ]),
    first: computed(() => [placeOf('activities'), placeOf('networks'), responsibility(), placeOf('municipalities')]),
  }
}
