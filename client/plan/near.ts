import { inject, provide, type InjectionKey } from 'vue'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { Activity, Cell, RowId } from '#shared/plan/values.ts'
import { registerStore } from './stores.ts'

/** Where rows are, as a page shows them. */
export interface NearScreen {
  /** A row's number among those of its register, from 1; null when it has none. */
  numberOf(register: RegisterName, row: RowId): number | null
  /** Whether something of the row is on the screen. */
  isInSight(register: RegisterName, row: RowId): boolean
}
export interface Near extends NearScreen {
  /** A page says where its rows are, until the returned function is called. The latest page counts. */
  show(screen: NearScreen): () => void
}
export const nearKey: InjectionKey<Near> = Symbol('near')

/** Gives the pages below something to say where their rows are to; until one does, the plan's own order counts. */
export function provideNear(): Near {
  const screens: NearScreen[] = []
  const now = () => screens.at(-1) ?? planOrder
  const near: Near = {
    numberOf: (register, row) => now().numberOf(register, row),
    isInSight: (register, row) => now().isInSight(register, row),
    show(screen) {
      screens.push(screen)
      return () => {
        const at = screens.indexOf(screen)
        if (at >= 0)
          screens.splice(at, 1)
      }
    },
  }
  provide(nearKey, near)
  return near
}

/** For the page that shows rows; null outside a plan's frame. */
export const useNear = (): Near | null => inject(nearKey, null)

const planOrder: NearScreen = {
  numberOf: (register, row) => registerStore(register).order.indexOf(row) + 1 || null,
  isInSight(register, row) {
    const element = document.querySelector(`[data-row="${CSS.escape(row)}"], [data-cell^="${CSS.escape(`${register}/${row}/`)}"]`)
    const box = element?.getBoundingClientRect()
    return box !== undefined && box.bottom > 0 && box.top < innerHeight
  },
}

/**
 * How near a cell is to where I am: in my row or the goal and target group it stands under, in the row before or after it, on
 * the screen, or none of these.
 */
export function nearnessOf({ register, row }: Cell, mine: Cell | null, screen: NearScreen): 'mine' | 'beside' | 'seen' | 'away' {
  if (mine?.register === register && mine.row === row)
    return 'mine'
  if (mine && isAbove(register, row, mine))
    return 'beside'
  const [here, there] = mine?.register === register ? [screen.numberOf(register, mine.row), screen.numberOf(register, row)] : [null, null]
  if (here !== null && there !== null && Math.abs(here - there) === 1)
    return 'beside'
  return screen.isInSight(register, row) ? 'seen' : 'away'
}

function isAbove(register: RegisterName, row: RowId, mine: Cell): boolean {
  const activity: Activity | undefined = mine.register === 'activities' ? registerStore('activities').byId.get(mine.row) : undefined
  return activity !== undefined && ((register === 'goals' && activity.place.parentId === row) || (register === 'audiences' && activity.audienceId === row))
}
