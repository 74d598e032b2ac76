import { onBeforeUnmount, onMounted, watch } from 'vue'
import type { SignInFlow } from './useSignIn.ts'

/**
 * The code's step has an entry of its own in the browser's history: Back leads to the address, and Forward to the code again. `leave` takes
 * the entry away, so that what comes afterwards takes the page's own place.
 */
export function useCodeEntry(flow: Pick<SignInFlow, 'step' | 'change' | 'resume'>, isOn: () => boolean): { leave(): Promise<void> } {
  const isHere = () => isCode(history.state)
  const follow = ({ state }: PopStateEvent) => isCode(state) ? flow.resume() : flow.step.value.state === 'code' && flow.change()

  let isLeft = false

  function show() {
    if (isLeft)
      return
    const wished = flow.step.value.state === 'code'
    if (wished === isHere())
      return
    if (wished)
      history.pushState({ ...history.state as object | null, [mark]: true }, '')
    else
      history.back()
  }
  onMounted(() => {
    if (!isOn())
      return
    // One comes back to it after the code has ended.
    if (isHere() && flow.step.value.state === 'address')
      history.replaceState({ ...history.state as object | null, [mark]: false }, '')
    show()
    window.addEventListener('popstate', follow)
  })
  watch(() => flow.step.value.state, () => isOn() && show())
  onBeforeUnmount(() => window.removeEventListener('popstate', follow))

  return {
    async leave() {
      isLeft = true
      if (!isOn() || !isHere())
        return
      window.removeEventListener('popstate', follow)
      const isBack = new Promise((resolve) => {
        window.addEventListener('popstate', resolve, { once: true })
        setTimeout(resolve, waitsMs)
      })
      history.back()
      await isBack
    },
  }
}

const mark = 'plantavleCode'
const isCode = (state: unknown) => typeof state === 'object' && state !== null && (state as Readonly<Record<string, unknown>>)[mark] === true
/** A browser that does not tell of the way back is waited for no longer. */
const waitsMs = 500
