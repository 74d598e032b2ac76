import { computed, type Ref } from 'vue'
import { usePlan } from '../../plan/live.ts'

/**
 * Whether what is open for writing stays so. While the server can save nothing no field is opened, and none is closed under
 * somebody's hands: what is typed there is kept on the device like all that is unsent (U119).
 */
export function useStaysOpen(mayEdit: Readonly<Ref<boolean>>): Readonly<Ref<boolean>> {
  const session = usePlan()
  return computed(() => mayEdit.value || (!session.canSave.value && session.save.value.state !== 'stopped'))
}
