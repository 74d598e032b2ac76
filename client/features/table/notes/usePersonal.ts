import { computed, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import { findPersonalData, type PersonalPlace } from '#shared/rules/personalData.ts'
import { usePlan } from '../../../plan/live.ts'
import { cellKey } from '../../../text/naming.ts'
import { numberFor, useNotPersonal } from './notPersonal.ts'

/** What looks as if it told of one person, in the words of one cell. */
export interface FoundHere extends PersonalPlace { readonly words: string }

/** What somebody should look at in a text cell: looked for when the words are at rest, in this cell alone (U120). */
export function usePersonal(cell: () => Cell | null, words: () => string) {
  const { plan, me, undo } = usePlan()
  const route = useRoute()
  const notPersonal = useNotPersonal()
  const keptAs = `plantavle:not-personal/${me.memberId}/${String(route.params['planId'])}`
  notPersonal.open(keptAs)

  const markOf = ({ register, row, field }: Cell, { kind, words: piece }: FoundHere) => `${cellKey(register, row, field)} ${kind} ${numberFor(piece)}`
  const places: ComputedRef<readonly FoundHere[]> = computed(() => {
    const at = cell()
    const text = words()
    return at === null ? [] : findPersonalData(text).map(place => ({ ...place, words: text.slice(place.from, place.to) }))
      .filter(place => !notPersonal.has(keptAs, markOf(at, place)))
  })
  return {
    places,
    /** Takes exactly these words out of the cell, wherever they stand by now: one step that can be undone. */
    remove({ from, words: piece }: FoundHere): void {
      const at = cell()
      const now = (at && textOf(plan, at)?.toString()) ?? ''
      const start = now.startsWith(piece, from) ? from : now.indexOf(piece)
      if (at && start >= 0)
        undo.asOneStep(() => spliceText(plan, at, { at: start, remove: piece.length, insert: '' }))
    },
    /** These words in this cell are not asked about again, by this person on this device. */
    dismiss(place: FoundHere): void {
      const at = cell()
      if (at)
        notPersonal.add(keptAs, markOf(at, place))
    },
  }
}

/** Whether there is something in the words that was not in those before. */
export function hasMorePersonal(before: string, words: string): boolean {
  const known = new Set(findPersonalData(before).map(({ from, to }) => before.slice(from, to)))
  return findPersonalData(words).some(({ from, to }) => !known.has(words.slice(from, to)))
}
