import { onMounted, readonly, shallowRef, type Ref } from 'vue'
import { signInEdges } from '../features/signIn/asking.ts'

/** Whom the operator says one should turn to; null until that is known, and where nothing is said. */
export function useContact(): Readonly<Ref<string | null>> {
  const contact = shallowRef<string | null>(null)
  onMounted(async () => {
    const ways = await signInEdges.readWays()
    if (ways.state === 'done')
      contact.value = ways.answer.contact
  })
  return readonly(contact)
}
