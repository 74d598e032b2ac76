import { computed, shallowRef } from 'vue'
import { equalityDeep } from 'lib0/function'
import { moveRows, restoreRows, trashRows } from '#shared/plan/bulk.ts'
import { addRow, addRows, setCell } from '#shared/plan/commands.ts'
import { ownFields } from '#shared/plan/registers.ts'
import type { Row, RowId } from '#shared/plan/values.ts'
import { usePlan } from '../../../plan/live.ts'
import type { ColumnRegister } from '../../../plan/ownNames.ts'
import { registerStore } from '../../../plan/stores.ts'
import type { UndoStep } from '../../../plan/undo.ts'
import { useText } from '../../../text/index.ts'
import { usualFields, wordsFor, wovenFields } from '../columns.ts'
import { addableFields, countFilled, freeOwnField, lastOf, plannedColumns, takenOut, type PlannedColumn } from './planColumns.ts'

/** The columns of one of the plan's tables as everybody has them, and what can be done with them. Each deed is one undo step. */
export function usePlanColumns(register: ColumnRegister) {
  const text = useText()
  const { plan, undo } = usePlan()
  const store = registerStore('columns')
  const rows = registerStore(register)

  const rowsOf = (ids: readonly RowId[]): readonly Row<'columns'>[] => ids.flatMap(id => store.byId.get(id) ?? [])
  const alive = computed(() => rowsOf(store.order))
  const planned = computed(() => plannedColumns(register, alive.value))
  const filledIn = (field: string) => countFilled(rows.byId.values(), field)
  const out = computed(() => takenOut(register, alive.value, rowsOf(store.trashed)).map(row => ({ row, filled: filledIn(row.field) })))
  const free = computed(() => ownFields.length - planned.value.filter(({ isOwn }) => isOwn).length)

  const deed = shallowRef<{ readonly words: string, readonly step: UndoStep | null } | null>(null)
  function say(words: string): void {
    deed.value = { words, step: undo.nextUndo.value }
  }
  /** What a column is called: by the region, else by the product. */
  const nameOf = (field: string, title = '') => title.trim() || wordsFor(register, field, text.value)
  const nameOfColumn = ({ field, rows: [first] }: PlannedColumn) => nameOf(field, first.title)

  /** A plan that has said nothing begins with the usual columns; what is then added comes after them. */
  function begin(): void {
    if (planned.value.length === 0)
      addRows(plan, 'columns', usualFields(register).map(field => ({ register, field })))
  }
  const last = () => ({ after: planned.value.at(-1)?.rows.at(-1)?.id ?? null })

  return {
    planned, out, free, nameOf,
    /** What was done last here, in words, as long as it is what would be undone; null after that. */
    said: computed(() => deed.value?.step && equalityDeep(undo.nextUndo.value, deed.value.step) ? deed.value.words : null),
    addable: computed(() => addableFields(register, planned.value)),
    /** Writes the usual columns out, so that they can be changed. */
    adapt: () => undo.asOneStep(begin),
    /** Gives the row of the new column, so that it can be named. */
    addOwn(): RowId | null {
      const field = freeOwnField(planned.value, filledIn)
      if (field === null)
        return null
      const added = undo.asOneStep(() => {
        begin()
        return addRow(plan, 'columns', { register, field }, last())
      })
      const [kept, before] = [filledIn(field), lastOf(register, field, rowsOf(store.trashed))]
      const { addedOwn, addedWithWords } = text.value.columns
      say(kept > 0 ? addedWithWords(kept, store.byId.get(before ?? '')?.title.trim() ?? '') : addedOwn)
      return added.ok ? added.id : null
    },
    add(field: string): RowId | null {
      const before = lastOf(register, field, rowsOf(store.trashed))
      const id = undo.asOneStep(() => {
        begin()
        if (before !== null)
          restoreRows(plan, 'columns', [before])
        else if (!planned.value.some(column => column.field === field))
          addRow(plan, 'columns', { register, field }, last())
        return planned.value.find(column => column.field === field)?.rows[0].id ?? null
      })
      say(text.value.columns.added(nameOf(field, id === null ? '' : store.byId.get(id)?.title)))
      return id
    },
    takeIn(row: Row<'columns'>): void {
      undo.asOneStep(() => restoreRows(plan, 'columns', [row.id]))
      say(text.value.columns.takenIn(nameOf(row.field, row.title), filledIn(row.field)))
    },
    takeOut(column: PlannedColumn, ids: readonly RowId[] = column.rows.map(({ id }) => id)): void {
      const name = nameOf(column.field, rowsOf(ids)[0]?.title)
      undo.asOneStep(() => trashRows(plan, 'columns', ids))
      const { takenOutOwn, takenOutUsual, takenOut: takenOutOther } = text.value.columns
      const isStill = wovenFields(register, planned.value.map(({ field }) => field)).includes(column.field)
      const tell = isStill ? takenOutUsual : takenOutOther
      say(column.isOwn ? takenOutOwn(name, filledIn(column.field)) : tell(name))
    },
    move(column: PlannedColumn, by: -1 | 1): void {
      const at = planned.value.indexOf(column)
      const other = planned.value[at + by]
      if (!other)
        return
      const ids = column.rows.map(({ id }) => id)
      undo.asOneStep(() => moveRows(plan, 'columns', ids, by < 0 ? { before: other.rows[0].id } : { after: other.rows.at(-1)?.id ?? null }))
      say(text.value.columns.moved(nameOfColumn(column), at + by + 1, planned.value.length))
    },
    /** Of two columns that share an own field this one gets a field for itself. The words stay with the other. */
    part(row: Row<'columns'>): void {
      const field = freeOwnField(planned.value, filledIn)
      if (field === null)
        return
      undo.asOneStep(() => setCell(plan, { register: 'columns', row: row.id, field: 'field' }, field))
      say(text.value.columns.parted(nameOf(row.field, row.title)))
    },
    reset: () => undo.asOneStep(() => trashRows(plan, 'columns', planned.value.flatMap(column => column.rows.map(({ id }) => id)))),
    undo: () => void undo.undo(),
  }
}
