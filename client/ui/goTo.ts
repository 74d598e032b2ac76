import { inject, provide, shallowRef, type InjectionKey, type ShallowRef } from 'vue'

/** A row of a page, and perhaps a cell in it. */
export interface Place { readonly register: string, readonly row: string, readonly field?: string | undefined }

const key: InjectionKey<ShallowRef<Place | null>> = Symbol('where to go')

/** A place that somebody wants to be taken to; the page that shows it goes there and empties it. */
export function provideGoTo(): ShallowRef<Place | null> {
  const wanted = shallowRef<Place | null>(null)
  provide(key, wanted)
  return wanted
}

/** The place that is wanted, for the page that shows it. */
export function useGoTo(): ShallowRef<Place | null> {
  return inject(key, () => shallowRef<Place | null>(null), true)
}
