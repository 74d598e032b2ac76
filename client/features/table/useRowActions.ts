import { nextTick, type Ref } from 'vue'
import type { Spot } from '#shared/plan/moves.ts'
import type { NewCells } from '#shared/plan/rows.ts'
import type { Cell, RowId } from '#shared/plan/values.ts'
import { writesIn } from '../../plan/ending.ts'
import { usePlan } from '../../plan/live.ts'
import { registerStore } from '../../plan/stores.ts'
import { mainField, type TableRegister } from './columns.ts'
import type { LaidGroup } from './layout.ts'
import type { Line } from './lines.ts'
import type { RowVerb } from './RowMenu.vue'
import { useGridVerbs } from './useGridVerbs.ts'
import { useRowVerbs } from './useRowVerbs.ts'

interface Options {
  readonly register: TableRegister
  readonly groups: () => readonly LaidGroup[]
  /** Takes the person to a row. */
  readonly goTo: (row: RowId) => Promise<void>
  readonly showDetails: (row: RowId) => void
  /** On a screen that is read first, writing begins now. */
  readonly startWriting: () => void
  /** Opens the words of a row that has just been added; `line` is its line in the grid. */
  readonly write: (cell: Cell, line: string, column: string) => void
  readonly chooseAudience: (row: RowId) => void
}

/** What the row menus, the keys and the bar of chosen rows ask for, done. */
export function useRowActions({ register, groups, goTo, showDetails, startWriting, write, chooseAudience }: Options) {
  const verbs = useRowVerbs()
  const bulk = useGridVerbs(register)
  const goals = registerStore('goals')
  const activities = registerStore('activities')
  const session = usePlan()
  const moving: Ref<readonly RowId[]> = verbs.moving

  const parentOf = (id: RowId) => register === 'activities' ? activities.byId.get(id)?.place.parentId ?? null : null
  const groupAt = (id: RowId) => groups().findIndex(group => group.rows.some(row => row.id === id))
  const siblingsOf = (id: RowId): readonly RowId[] => groups()[groupAt(id)]?.rows.map(row => row.id) ?? []

  function onVerb(verb: RowVerb, { id, goalId }: Pick<Line, 'id' | 'goalId'>): void {
    if (id === null)
      return goalId === null ? undefined : onGoal(verb, goalId)
    switch (verb) {
      case 'up': return moveBy(id, -1)
      case 'down': return moveBy(id, 1)
      case 'move': return void (moving.value = [id])
      case 'trash': return verbs.trash(register, id)
      case 'details': return showDetails(id)
      case 'below': return void addBelow(id)
      case 'duplicate': return void duplicate([id])
      case 'audience': return chooseAudience(id)
      default: return undefined
    }
  }
  function onGoal(verb: RowVerb, id: RowId): void {
    if (verb === 'add')
      void add(id)
    else if (!writesIn(session.me, 'goals'))
      return
    else if (verb === 'up' || verb === 'down')
      verbs.step('goals', id, goals.order, verb === 'up' ? -1 : 1)
    else if (verb === 'trash')
      verbs.trash('goals', id)
  }
  /** One place up or down; past the end of its goal a row goes to the one beside it. */
  function moveBy(id: RowId, by: 1 | -1): void {
    const siblings = siblingsOf(id)
    if (siblings.at(by > 0 ? -1 : 0) !== id)
      return verbs.step(register, id, siblings, by, parentOf(id))
    const next = groups()[groupAt(id) + by]
    if (next && next.goalId !== null)
      bulk.move([id], { parentId: next.goalId, ...(by > 0 ? { before: next.rows[0]?.id ?? null } : {}) })
  }

  /** Adds a row and opens its words. */
  async function addAt(spot: Spot, cells: NewCells = {}): Promise<void> {
    startWriting()
    const id = await verbs.add(register, cells, spot)
    if (id === null)
      return
    await goTo(id)
    await nextTick()
    write({ register, row: id, field: mainField[register] }, id, mainField[register])
  }
  const add = (parentId: RowId | null) => addAt({ parentId })
  /** A row below another has its goal and its target group. */
  const addBelow = (id: RowId) =>
    addAt({ parentId: parentOf(id), after: id }, register === 'activities' ? { audienceId: activities.byId.get(id)?.audienceId ?? null } : {})
  async function addGoal(): Promise<void> {
    startWriting()
    const id = await verbs.add('goals', {}, {})
    if (id === null)
      return
    await goTo(id)
    await nextTick()
    write({ register: 'goals', row: id, field: 'text' }, `hollow ${id}`, 'place')
  }

  async function duplicate(ids: readonly RowId[]): Promise<void> {
    const [first] = bulk.duplicate(ids)
    if (first !== undefined)
      await goTo(first)
  }
  function moveTo(to: Spot, from: Spot): void {
    const [id, ...others] = moving.value
    if (id !== undefined && others.length === 0)
      verbs.moveTo(register, id, to, from)
    else
      bulk.move(moving.value, to)
  }
  /** The dialog gives the focus back to what opened it; when the row stands elsewhere, that is another element. */
  async function endMove(): Promise<void> {
    const [id] = moving.value
    moving.value = []
    await nextTick()
    if (id !== undefined && document.activeElement === document.body)
      await goTo(id)
  }
  return { moving, bulk, siblingsOf, onVerb, onGoal, add, addBelow, addGoal, duplicate, moveTo, endMove }
}
