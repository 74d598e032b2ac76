import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** Whether the page is being laid for paper; true from just before the browser lays it. */
export function usePrinting(): Readonly<ShallowRef<boolean>> {
  const isPrinting = shallowRef(false)
  const begin = () => { isPrinting.value = true }
  const end = () => { isPrinting.value = false }
  addEventListener('beforeprint', begin)
  addEventListener('afterprint', end)
  onScopeDispose(() => {
    removeEventListener('beforeprint', begin)
    removeEventListener('afterprint', end)
  })
  return isPrinting
}
