import { onScopeDispose, shallowRef, type Ref } from 'vue'

/** Whether a media query holds, now and as it changes. */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const list = matchMedia(query)
  const matches = shallowRef(list.matches)
  const follow = () => { matches.value = list.matches }
  list.addEventListener('change', follow)
  onScopeDispose(() => list.removeEventListener('change', follow))
  return matches
}
