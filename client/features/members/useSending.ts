import { computed, onBeforeUnmount, watch } from 'vue'
import type { MembersNow } from './useMembers.ts'

const waitsMs = [500, 1_000, 2_000, 4_000, 8_000] as const

/**
 * Asks what became of letters that are on their way: soon, then less and less often, five times in all; after that the page's own pace does,
 * since a mail server that puts off takes minutes. Each letter that goes out begins anew.
 */
export function useSending({ invitations, again }: Pick<MembersNow, 'invitations' | 'again'>): void {
  const sending = computed(() => invitations.value.filter(({ mail }) => mail === 'sending').map(({ id, at }) => `${id} ${at}`))
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  function askLater() {
    clearTimeout(timer)
    const wait = waitsMs[asked]
    if (sending.value.length === 0 || wait === undefined)
      return
    asked++
    timer = setTimeout(() => void again().then(askLater), wait)
  }
  watch(sending, (now, before = []) => {
    if (now.every(letter => before.includes(letter)))
      return
    asked = 0
    askLater()
  }, { immediate: true })
  onBeforeUnmount(() => {
    asked = waitsMs.length
    clearTimeout(timer)
  })
}
