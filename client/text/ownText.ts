import { computed, type ComputedRef } from 'vue'
import { useLanguage, type Language } from './index.ts'

/** Sentences that a part brings with itself, since it is fetched only when it is needed, in the language the person has chosen. */
export function useOwnText<T>(words: Readonly<Record<Language, T>>): ComputedRef<T> {
  const { language } = useLanguage()
  return computed(() => words[language.value])
}
