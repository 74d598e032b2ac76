import { computed, nextTick, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

/** What is wrong with a form, in words, by the field it is in. A field without words is right. */
export type Wrongs<Field extends string> = Readonly<Partial<Record<Field, string>>>

/**
 * What is wrong with the fields of a form, told at each of them from the press that found it until it is mended: nobody is corrected while
 * they write. The focus goes to the first of them, which has `aria-invalid`.
 */
export function useWrongs<Field extends string>({ form, values, read }: {
  form: Readonly<Ref<HTMLElement | null>>
  /** What the fields hold. */
  values: () => Readonly<Record<Field, unknown>>
  /** What is wrong with that. */
  read: () => Wrongs<Field>
}): {
  wrong: ComputedRef<Wrongs<Field>>
  /** At the press: whether something is wrong. */
  isWrong: () => boolean
  /** What somebody else finds wrong with a field; it stands until the field holds something else, or they are asked anew. */
  refuse: (field: Field, words: string) => void
} {
  const refused = shallowRef<{ readonly field: Field, readonly words: string, readonly value: unknown } | null>(null)
  const found = computed(() => {
    const wrongs: Partial<Record<Field, string>> = { ...read() }
    const one = refused.value
    if (one && values()[one.field] === one.value)
      wrongs[one.field] ||= one.words
    return wrongs
  })
  const told = shallowRef<readonly Field[]>([])
  watch(found, (now) => { told.value = told.value.filter(field => now[field]) })
  const wrong = computed(() => {
    const wrongs: Partial<Record<Field, string>> = {}
    for (const field of told.value)
      wrongs[field] = found.value[field] ?? ''
    return wrongs
  })

  async function tell() {
    told.value = (Object.keys(found.value) as Field[]).filter(field => found.value[field])
    if (told.value.length === 0)
      return
    await nextTick()
    form.value?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }
  return {
    wrong,
    isWrong() {
      refused.value = null
      void tell()
      return told.value.length > 0
    },
    refuse(field, words) {
      refused.value = { field, words, value: values()[field] }
      void tell()
    },
  }
}
