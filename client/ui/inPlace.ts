import { nextTick } from 'vue'
import { scrollerOf } from './scrollerOf.ts'

/** Rows are measured when they have been drawn, and drawn again when they have been measured. */
const frames = 3

/** Makes a change that gives what stands above an element another height; the element stays where it is on the screen. */
export async function inPlace(element: () => HTMLElement | null, change: () => void): Promise<void> {
  const before = element()?.getBoundingClientRect().top
  change()
  await nextTick()
  for (let frame = 0; frame < frames && before !== undefined; frame++) {
    await new Promise(requestAnimationFrame)
    const now = element()
    if (now)
      scrollerOf(now).scrollTop += now.getBoundingClientRect().top - before
  }
}
