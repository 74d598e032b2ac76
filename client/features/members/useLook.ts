import { onBeforeUnmount, onMounted } from 'vue'

/** Asks again when the page is looked at anew. */
export function useLook(again: () => Promise<void>): void {
  const look = () => document.visibilityState === 'visible' && void again()
  onMounted(() => {
    addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
  })
  onBeforeUnmount(() => {
    removeEventListener('focus', look)
    document.removeEventListener('visibilitychange', look)
  })
}
