import { onBeforeUnmount, onMounted } from 'vue'

/** Asks again when the page is looked at anew, and when the line is back. */
export function useLook(again: () => Promise<void>): void {
  const look = () => document.visibilityState === 'visible' && void again()
  onMounted(() => {
    addEventListener('focus', look)
    addEventListener('online', look)
    document.addEventListener('visibilitychange', look)
  })
  onBeforeUnmount(() => {
    removeEventListener('focus', look)
    removeEventListener('online', look)
    document.removeEventListener('visibilitychange', look)
  })
}
