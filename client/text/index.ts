import { computed, inject, shallowRef, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import { nb, type Text } from './nb.ts'
import { nn } from './nn.ts'

export type { Text } from './nb.ts'
export type Language = 'nb' | 'nn'

/** The interface's language, chosen per person and kept on the device. The plan's own text is never translated. */
export interface LanguageChoice {
  readonly language: Readonly<Ref<Language>>
  readonly text: ComputedRef<Text>
  choose(next: Language): void
}
export const languageKey: InjectionKey<LanguageChoice> = Symbol('language')

const texts: Readonly<Record<Language, Text>> = { nb, nn }
const keptAs = 'plantavle:language'

/** Takes up the language chosen last, or before any choice the browser's Norwegian; `<html lang>` follows every choice. */
export function openLanguage(): LanguageChoice {
  const chosen = kept(keptAs) ?? navigator.languages.find(name => /^(?:nb|nn|no)\b/.test(name))
  const language = shallowRef<Language>(chosen?.startsWith('nn') ? 'nn' : 'nb')
  document.documentElement.lang = language.value
  return {
    language,
    text: computed(() => texts[language.value]),
    choose(next) {
      language.value = next
      document.documentElement.lang = next
      keep(keptAs, next)
    },
  }
}

export function useLanguage(): LanguageChoice {
  const choice = inject(languageKey)
  if (!choice)
    throw new Error('No language is provided to this part of the page.')
  return choice
}

/** The sentences in the language the person has chosen. */
export function useText(): ComputedRef<Text> {
  return useLanguage().text
}

/** Writes a personal choice to the device. Where storage is closed to us it lasts as long as the page. */
export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  }
  catch { /* storage is closed to us */ }
}

export function kept(key: string): string | null {
  try {
    return localStorage.getItem(key)
  }
  catch {
    return null
  }
}

/** «10:42», or «28. april 10:42» when it was not today. Written out here, since not every browser knows nynorsk. */
export function clock(at: number, text: Text, now = Date.now()): string {
  const moment = new Date(at)
  const time = [moment.getHours(), moment.getMinutes()].map(part => String(part).padStart(2, '0')).join(':')
  const isToday = moment.toDateString() === new Date(now).toDateString()
  return isToday ? time : `${moment.getDate()}. ${text.when.months[moment.getMonth()]} ${time}`
}

/** The same, with the year in place of the clock where it was in another one: «28. april 2021». */
export function momentInWords(at: number, text: Text, now = Date.now()): string {
  const moment = new Date(at)
  const year = moment.getFullYear()
  return year === new Date(now).getFullYear() ? clock(at, text, now) : `${moment.getDate()}. ${text.when.months[moment.getMonth()]} ${year}`
}
