import { computed, inject, onScopeDispose, provide, shallowRef, useId, watch, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from 'vue'
import { useMedia } from './media.ts'

/**
 * How what stands in the side place stands: `beside` the page as a part of its sheet, `over` its edge, or, on a phone,
 * `instead` of it, with the rest out of reach.
 */
export type Standing = 'beside' | 'over' | 'instead'

/** The place beside a page, which the frame around it has and the page may fill. */
export interface SidePlace {
  /** Where to teleport to; null until the frame stands. */
  readonly element: Readonly<ShallowRef<HTMLElement | null>>
  readonly standing: ComputedRef<Standing>
  readonly isTaken: Readonly<Ref<boolean>>
}
interface GivenPlace extends SidePlace { readonly isTaken: Ref<boolean> }
const key: InjectionKey<GivenPlace> = Symbol('side place')

/** Gives the pages below a place beside them, where `element` is. */
export function provideSidePlace(element: Readonly<ShallowRef<HTMLElement | null>>): SidePlace {
  const isPhone = useMedia('(width < 768px)')
  const isWide = useMedia('(width >= 1280px)')
  const place: GivenPlace = {
    element,
    standing: computed(() => isPhone.value ? 'instead' : isWide.value ? 'beside' : 'over'),
    isTaken: shallowRef(false),
  }
  provide(key, place)
  return place
}

/** The side place, taken for as long as this part lives. */
export function takeSidePlace(): SidePlace {
  const place = inject(key)
  if (!place)
    throw new Error('There is no place beside this part of the page.')
  place.isTaken.value = true
  onScopeDispose(() => { place.isTaken.value = false })
  return place
}

/**
 * While `isOn`, going back in the browser's history calls `close` rather than leaving the page; `back` is what a close button
 * does then. What ends by itself takes its entry out of the history again.
 */
export function useBackToClose(isOn: () => boolean, close: () => void): { back(): void } {
  const mark = `${Date.now()} ${useId()}`
  const isHere = () => (history.state as { sheet?: unknown } | null)?.sheet === mark
  const onBack = () => {
    if (isOn() && !isHere())
      close()
  }
  const leave = () => {
    removeEventListener('popstate', onBack)
    if (isHere())
      history.back()
  }
  watch(isOn, (on) => {
    if (!on)
      return leave()
    // What the router keeps of the page stands, so that it takes the way back for one to the same page.
    history.pushState({ ...history.state as object | null, sheet: mark }, '')
    addEventListener('popstate', onBack)
  }, { immediate: true })
  onScopeDispose(leave)
  return { back: () => isOn() && isHere() ? history.back() : close() }
}
