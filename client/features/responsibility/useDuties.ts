import { computed, type ComputedRef } from 'vue'
import { headId } from '#shared/plan/registers.ts'
import type { RowId } from '#shared/plan/values.ts'
import { dutiesIn, type Duty, type HalfYearDuties, type TimedDuty } from '#shared/rules/halfYear.ts'
import type { HalfYear, Period } from '#shared/rules/when.ts'
import { registerStore } from '../../plan/stores.ts'
import { useText } from '../../text/index.ts'
import type { ListItem } from './halfYearText.ts'
import type { PartiesNow } from './useParties.ts'
import { dutyInWords, operatingInWords } from './wording.ts'

export const usePeriod = (): ComputedRef<Period> => {
  const heads = registerStore('plan')
  return computed(() => {
    const head = heads.byId.get(headId)
    return { periodFrom: head?.periodFrom ?? null, periodTo: head?.periodTo ?? null }
  })
}

/** What a party has to do in a half-year, and each of it in words. */
export function useDuties(parties: PartiesNow, party: () => RowId | null, half: () => HalfYear) {
  const text = useText()
  const activities = registerStore('activities')
  const networks = registerStore('networks')
  const goals = registerStore('goals')
  const period = usePeriod()
  const nameOf = (id: RowId) => parties.nameOf(id).label
  const numbers = computed(() => new Map(activities.order.map((id, n) => [id, n + 1])))
  const goalNumbers = computed(() => new Map(goals.order.map((id, n) => [id, n + 1])))

  const duties = computed<HalfYearDuties>(() => {
    const id = party()
    return id === null ? { fixed: [], loose: [], networks: [] } : dutiesIn(half(), id, {
      activities: activities.order.flatMap(row => activities.byId.get(row) ?? []),
      networks: networks.order.flatMap(row => networks.byId.get(row) ?? []),
      parties: parties.parties.value,
      period: period.value,
    })
  })
  function activityInWords({ id, standing }: TimedDuty): ListItem {
    const row = activities.byId.get(id)
    const goal = row?.place.parentId ? goals.byId.get(row.place.parentId) : undefined
    const whens = [row?.when?.raw, row?.furtherWhen?.raw].filter(Boolean).join(' · ')
    const status = row?.status === 'cancelled' || row?.status === 'postponed' || row?.status === 'done' ? text.value.words.choices.activities.status[row.status] : ''
    return {
      number: String(numbers.value.get(id) ?? ''),
      when: [whens || text.value.responsibility.list.noWhen, status.toLowerCase()].filter(Boolean).join(', '),
      name: row?.arena.trim() || text.value.row.untitled,
      goal: goal ? `${text.value.activities.goal(goalNumbers.value.get(goal.id) ?? 0)}: ${goal.text.trim()}` : text.value.activities.noGoal,
      role: dutyInWords(standing, text.value, nameOf),
    }
  }
  function networkInWords({ id, standing }: Duty): ListItem {
    const row = networks.byId.get(id)
    return {
      number: '',
      when: row?.regularity?.raw || text.value.responsibility.list.noWhen,
      name: row?.name.trim() || text.value.row.untitled,
      goal: '',
      role: operatingInWords(standing, text.value, nameOf),
    }
  }
  return { duties, activityInWords, networkInWords }
}
