import { onBeforeUnmount } from 'vue'
import { usePlan } from '../../plan/live.ts'

/** Tells whether the change under way, or the last one, is this person's own: in a watcher, one with `flush: 'sync'`. */
export function useIsMine(): () => boolean {
  const { plan: { doc } } = usePlan()
  let isMine = true
  const onChange = ({ local }: { local: boolean }) => { isMine = local }
  doc.on('beforeObserverCalls', onChange)
  onBeforeUnmount(() => doc.off('beforeObserverCalls', onChange))
  return () => isMine
}
