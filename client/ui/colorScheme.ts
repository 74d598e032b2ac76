import { inject, shallowRef, type InjectionKey, type Ref } from 'vue'

export const colorSchemes = ['auto', 'light', 'dark'] as const
export type ColorScheme = typeof colorSchemes[number]

/** Light, dark or as the device; the choice is kept per person. `public/first-paint.js` reads the same key. */
export interface ColorSchemeChoice {
  readonly scheme: Readonly<Ref<ColorScheme>>
  choose(next: ColorScheme): void
}
export const colorSchemeKey: InjectionKey<ColorSchemeChoice> = Symbol('color scheme')
const keptAs = 'plantavle:color-scheme'

export function openColorScheme(storage: { get(key: string): string | null, set(key: string, value: string): void }): ColorSchemeChoice {
  const last = storage.get(keptAs)
  const scheme = shallowRef<ColorScheme>(colorSchemes.find(known => known === last) ?? 'auto')
  const show = () => document.documentElement.setAttribute('data-color-scheme', scheme.value)
  show()
  return {
    scheme,
    choose(next) {
      scheme.value = next
      storage.set(keptAs, next)
      show()
    },
  }
}

export function useColorScheme(): ColorSchemeChoice {
  const choice = inject(colorSchemeKey)
  if (!choice)
    throw new Error('No color scheme is provided to this part of the page.')
  return choice
}
