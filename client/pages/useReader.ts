import { onMounted, shallowReadonly, shallowRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { readSession, signOut } from '../features/account/readAccount.ts'

/** Who reads a page that everybody may read: nobody until that is known, and for who is not signed in. */
export function useReader(): {
  readonly person: Readonly<Ref<{ readonly name: string, readonly organisation: string } | undefined>>
  readonly goOut: () => Promise<void>
} {
  const router = useRouter()
  const person = shallowRef<{ readonly name: string, readonly organisation: string }>()
  onMounted(async () => {
    const session = await readSession()
    if (session.state === 'answered')
      person.value = session.answer.member
  })
  return {
    person: shallowReadonly(person),
    async goOut() {
      await signOut()
      await router.push({ path: '/', query: { ut: '1' } })
    },
  }
}
