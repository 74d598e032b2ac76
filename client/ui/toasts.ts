import { inject, shallowRef, type InjectionKey, type Ref } from 'vue'
import type { IconName } from './icons.ts'

/** Something that just happened, and the way back. One at a time; never an error. */
export interface Toast {
  readonly words: string
  readonly icon?: IconName
  readonly actions?: readonly ToastAction[]
}
export interface ToastAction { readonly words: string, readonly shortcut?: string, readonly act: () => void }
export interface Toasts {
  readonly current: Readonly<Ref<Toast | null>>
  show(toast: Toast): void
  clear(): void
}
export const toastsKey: InjectionKey<Toasts> = Symbol('toasts')

export function openToasts(): Toasts {
  const current = shallowRef<Toast | null>(null)
  return {
    current,
    show(toast) { current.value = toast },
    clear() { current.value = null },
  }
}

export function useToasts(): Toasts {
  const toasts = inject(toastsKey)
  if (!toasts)
    throw new Error('No toasts are provided to this part of the page.')
  return toasts
}
