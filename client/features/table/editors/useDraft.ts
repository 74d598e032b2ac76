import { computed, readonly, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'

/**
 * Words that are not in the plan before they are done. Untouched they follow it; touched they stand, and it is told when
 * somebody else has changed the cell meanwhile. `typed` is what was typed to begin with, and counts as touched.
 */
export function useDraft(inPlan: MaybeRefOrGetter<string>, typed: string | undefined) {
  const words = shallowRef(typed ?? toValue(inPlan))
  /** What the plan said when these words were begun on. */
  const before = shallowRef(toValue(inPlan))
  const isTouched = computed(() => words.value.trim() !== before.value.trim())
  const isOvertaken = computed(() => isTouched.value && toValue(inPlan) !== before.value)
  watch(() => toValue(inPlan), (now) => {
    if (!isTouched.value)
      words.value = before.value = now
  })
  return {
    words,
    isTouched,
    isOvertaken,
    inPlan: computed(() => toValue(inPlan)),
    before: readonly(before),
    /** Lets go of what was written, for what the plan has. */
    takeTheirs() {
      words.value = before.value = toValue(inPlan)
    },
  }
}
