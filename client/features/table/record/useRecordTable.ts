import { computed, provide, shallowRef, type ComputedRef, type Ref } from 'vue'
import type { RegisterName } from '#shared/plan/fields.ts'
import { headId } from '#shared/plan/registers.ts'
import type { RowId } from '#shared/plan/values.ts'
import { usePlan } from '../../../plan/live.ts'
import { inPlanOrder, namedRow } from '../../../plan/names.ts'
import { usePeopleInCells } from '../../../plan/people.ts'
import { registerStore } from '../../../plan/stores.ts'
import { useText } from '../../../text/index.ts'
import type { RecordRegister } from '../columns.ts'
import { tableKey, type FocusArea, type LeaveTo, type Named } from '../context.ts'
import { cellPlaceKey } from '../panel/cellPlace.ts'
import { useEditing } from '../useEditing.ts'

/** What the cells of one row need where no table stands around them; `leaveEditor` goes on from an editor to the cell beside its own. */
export function useRecordTable({ register, mayEdit, focusAreas, page }: {
  register: RecordRegister
  mayEdit: Readonly<Ref<boolean>>
  focusAreas: ComputedRef<readonly FocusArea[]>
  page: Readonly<Ref<HTMLElement | null>>
}) {
  const text = useText()
  const session = usePlan()
  const heads = registerStore('plan')
  const head = computed(() => heads.byId.get(headId))
  const { editing, isOpen, edit } = useEditing({ mayEdit, tellGone: () => {} })

  function nameOf(registers: readonly RegisterName[], id: RowId): Named {
    const gone = text.value.cell.gone
    const named = namedRow(registers, id)
    const label = named?.label || text.value.trash.noName
    return named ? { ...named, label, name: named.name || label } : { label: gone, name: gone, isCollective: false, isGone: true }
  }
  provide(cellPlaceKey, 'record')
  provide(tableKey, {
    register, mayEdit, focusAreas, nameOf, edit,
    columns: computed(() => []),
    isOutside: () => false,
    inOrder: inPlanOrder,
    tellGone: () => {},
    writing: shallowRef(null),
    leave: () => {},
    period: computed(() => ({ periodFrom: head.value?.periodFrom ?? null, periodTo: head.value?.periodTo ?? null })),
    people: usePeopleInCells(session.others),
  })

  function leaveEditor(to: LeaveTo) {
    const anchor = editing.value?.anchor
    const cells = [...page.value?.querySelectorAll<HTMLElement>('button.cell') ?? []]
    const at = anchor ? cells.indexOf(anchor) : -1
    if (at >= 0 && (to === 'next' || to === 'previous'))
      cells[at + (to === 'next' ? 1 : -1)]?.focus()
  }
  return { editing, isOpen, leaveEditor }
}
