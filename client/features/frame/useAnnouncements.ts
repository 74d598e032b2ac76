import { onBeforeUnmount, onMounted, watch } from 'vue'
import { openAnnouncer, type Announcer } from '../../plan/announcing.ts'
import { usePlan } from '../../plan/live.ts'
import { namesOf } from '../../plan/names.ts'
import { provideNear } from '../../plan/near.ts'
import { keep, kept, useText } from '../../text/index.ts'

/**
 * What is spoken of others' changes near me, with its two keys: F8 says the latest again, Shift F8 mutes. Function keys, since
 * Alt and Ctrl Alt with letters write characters on Norwegian and Apple keyboards, Alt Shift changes the layout on Windows, and
 * screen readers and browsers have taken most others; F8 is free in them all. Muting is kept for the person on the device.
 */
export function useAnnouncements(focusAreas: () => readonly { readonly number: number, readonly name: string }[]): Announcer {
  const session = usePlan()
  const text = useText()
  const near = provideNear()
  const keptAs = `plantavle:announcements/${session.me.memberId}`
  const announcer = openAnnouncer({
    session,
    near,
    isOn: kept(keptAs) !== 'off',
    wording: () => ({ doc: session.plan.doc, text: text.value, names: namesOf(text.value, focusAreas()), screen: near }),
  })
  watch(announcer.isOn, isOn => keep(keptAs, isOn ? 'on' : 'off'))

  function onKey(event: KeyboardEvent) {
    if (event.key !== 'F8' || event.ctrlKey || event.altKey || event.metaKey)
      return
    event.preventDefault()
    if (event.shiftKey)
      announcer.turn(!announcer.isOn.value)
    else
      announcer.repeat()
  }
  onMounted(() => addEventListener('keydown', onKey, { capture: true }))
  onBeforeUnmount(() => {
    removeEventListener('keydown', onKey, { capture: true })
    announcer.close()
  })
  return announcer
}
