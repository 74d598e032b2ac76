import { computed, shallowRef, type ComputedRef, type Ref } from 'vue'
import { useMedia } from '../../ui/media.ts'

/** Whether something may be changed here: on a small touch screen not until «Rediger» is pressed. */
export function useMayEdit(mayWrite: () => boolean): {
  readonly isTouch: Readonly<Ref<boolean>>
  /** «Rediger» is offered. */
  readonly offers: ComputedRef<boolean>
  readonly isWriting: Ref<boolean>
  readonly mayEdit: ComputedRef<boolean>
} {
  const isTouch = useMedia('(pointer: coarse)')
  const isNarrow = useMedia('(width < 1024px)')
  const isWriting = shallowRef(false)
  const startsReading = computed(() => isNarrow.value && isTouch.value)
  return {
    isTouch,
    isWriting,
    offers: computed(() => mayWrite() && startsReading.value),
    mayEdit: computed(() => mayWrite() && (!startsReading.value || isWriting.value)),
  }
}
