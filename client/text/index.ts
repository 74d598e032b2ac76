import { computed, inject, shallowRef, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import { nb, type Text } from './nb.ts'

export type { Text } from './nb.ts'
export type Language = 'nb' | 'nn'

/** The interface's language, chosen per person and kept on the device. The plan's own text is never translated. */
export interface LanguageChoice {
  readonly language: Readonly<Ref<Language>>
  readonly text: ComputedRef<Text>
  /** Resolves when it is shown. A language that cannot be fetched now is chosen for the next time. */
  choose(next: Language): Promise<void>
}
export const languageKey: InjectionKey<LanguageChoice> = Symbol('language')

/** What most do not read has a file of its own. */
const texts: Readonly<Record<Language, () => Text | Promise<Text>>> = { nb: () => nb, nn: async () => (await import('./nn.ts')).nn }
const keptAs = 'plantavle:language'

let shown: Text = nb
/** The sentences as they are shown now, for what comes in from outside and is no part of a page. A component takes {@link useText}. */
export const shownText = (): Text => shown

/** Takes up the language chosen last, or before any choice the browser's Norwegian; `<html lang>` follows every choice. */
export async function openLanguage(): Promise<LanguageChoice> {
  const chosen = kept(keptAs) ?? navigator.languages.find(name => /^(?:nb|nn|no)\b/.test(name))
  const language = shallowRef<Language>('nb')
  const text = shallowRef(nb)
  let wanted: Language = 'nb'
  async function show(next: Language) {
    wanted = next
    const words = await texts[next]()
    if (wanted !== next)
      return
    shown = words
    text.value = words
    language.value = next
    document.documentElement.lang = next
  }
  await show(chosen?.startsWith('nn') ? 'nn' : 'nb').catch(() => show('nb'))
  return {
    language,
    text: computed(() => text.value),
    async choose(next) {
      keep(keptAs, next)
      await show(next).catch(() => {})
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

/** «30. november»: the last day of what ends at a moment, with the year where it is another one. */
export function lastDayInWords(until: number, text: Text, now = Date.now()): string {
  const day = new Date(until - 1)
  const year = day.getFullYear()
  // A day is not broken over two lines.
  return [`${day.getDate()}.`, text.when.months[day.getMonth()], ...year === new Date(now).getFullYear() ? [] : [year]].join('\u00A0')
}
