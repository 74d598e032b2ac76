import { nextTick, watch } from 'vue'
import type { Outcome } from '#shared/plan/commands.ts'
import type { Row } from '#shared/plan/values.ts'
import type { HalfYear } from '#shared/rules/when.ts'
import { usePlan } from '../../plan/live.ts'
import { mergeText } from '../../plan/mergeText.ts'
import { registerStore } from '../../plan/stores.ts'
import type { IconName } from '../../ui/icons.ts'
import { useToasts, type Toast } from '../../ui/toasts.ts'
import { useText } from '../../text/index.ts'
import { shortName } from '../../text/naming.ts'
import { halfYearInWords } from '../../text/promiseWords.ts'
import { occurrenceInWords } from './occurrenceWords.ts'
import { change, record, remove, standsIn, type Recorded } from './recording.ts'
import type { FollowedRow } from './usePromises.ts'

/** Writes down what was held, planned or called off; each is one undo step, and is told with the way back. */
export function useRecording() {
  const text = useText()
  const toasts = useToasts()
  const { plan, undo } = usePlan()

  function tell(outcome: Outcome, words: string, icon: IconName): boolean {
    if (!outcome.ok) {
      toasts.show({ words: text.value.refusals[outcome.refusal], icon: 'warning' })
      return false
    }
    const toast: Toast = { words, icon, actions: [{ words: text.value.undo, shortcut: text.value.undoKey, act: () => void undo.undo() }] }
    toasts.show(toast)
    withdraw(toast)
    return true
  }
  /** The offer goes with this person's next step, which it would undo instead. */
  function withdraw(toast: Toast) {
    void nextTick(() => {
      const stop = watch(undo.nextUndo, () => {
        stop()
        if (toasts.current.value === toast)
          toasts.clear()
      })
    })
  }
  function wordsFor(row: FollowedRow, { state, day }: Recorded, shown: HalfYear): string {
    const { done, doneElsewhere } = text.value.occurrences
    const name = shortName(registerStore(row.register).byId.get(row.id) ?? {}) || text.value.row.untitled
    const words = occurrenceInWords({ state, date: day }, text.value)
    const stands = standsIn(day, shown)
    return stands === shown ? done(words, name) : doneElsewhere(words, name, halfYearInWords(stands, text.value))
  }
  return {
    add: (row: FollowedRow, what: Recorded, shown: HalfYear) =>
      tell(undo.asOneStep(() => record(plan, row, what, shown)), wordsFor(row, what, shown), 'check'),
    change: (row: FollowedRow, id: string, before: Recorded, after: Recorded, shown: HalfYear) =>
      tell(undo.asOneStep(() => change(plan, id, before, after, shown, mergeText)), wordsFor(row, after, shown), 'check'),
    remove: (occurrence: Row<'occurrences'>) =>
      tell(undo.asOneStep(() => remove(plan, occurrence.id)), text.value.occurrences.removed(occurrenceInWords(occurrence, text.value)), 'trash'),
    tellGone: () => toasts.show({ words: text.value.occurrences.gone, icon: 'trash' }),
  }
}
