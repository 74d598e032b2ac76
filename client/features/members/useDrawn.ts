import { onBeforeUnmount, readonly, ref, watch, type Ref } from 'vue'

const atOnce = 25

/** How many of a long list are drawn yet: the first at once, and the rest little by little, so that nothing one does waits for all of them. */
export function useDrawn(length: () => number): Readonly<Ref<number>> {
  const drawn = ref(atOnce)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch([drawn, length], () => {
    clearTimeout(timer)
    if (drawn.value < length())
      timer = setTimeout(() => { drawn.value += atOnce })
  }, { immediate: true })
  onBeforeUnmount(() => clearTimeout(timer))
  return readonly(drawn)
}
