import { onScopeDispose, shallowRef, watch, type Ref, type WatchSource } from 'vue'

/** True until `source` has been the same for so long. */
export function useRecent(source: WatchSource, ms: number): Readonly<Ref<boolean>> {
  const isRecent = shallowRef(true)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(source, () => {
    isRecent.value = true
    clearTimeout(timer)
    timer = setTimeout(() => { isRecent.value = false }, ms)
  }, { immediate: true })
  onScopeDispose(() => clearTimeout(timer))
  return isRecent
}

/** So long a flag says the whole name after somebody came or their caret moved. */
export const wholeNameMs = 4_000
