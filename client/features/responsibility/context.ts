import { inject, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import type { Activity, RowId } from '#shared/plan/values.ts'
import type { Mark, Standing } from '#shared/rules/responsibility.ts'
import type { GridState } from '../../ui/grid/gridState.ts'
import type { PersonHere } from '../../plan/session.ts'
import type { MatrixNow } from './useMatrix.ts'
import type { PartiesNow } from './useParties.ts'

/** What a cell of the matrix shows: its sign, and all of it in words. */
export interface Spot { readonly mark: Mark, readonly letter: string, readonly words: string }

/** What the parts of the matrix share. */
export interface MatrixContext {
  readonly planId: string
  readonly parties: PartiesNow
  readonly matrix: MatrixNow
  readonly state: GridState
  readonly mayEdit: Readonly<Ref<boolean>>
  /** The grid's columns: the rows' own words, when, and the parties. */
  readonly columns: ComputedRef<readonly string[]>
  /** Who is in which cell, by `cellKey`. */
  readonly people: ReadonlyMap<string, readonly PersonHere[]>
  standingOf(named: Activity['responsible'], party: RowId): Standing | null
  spotOf(standing: Standing): Spot
}
export const matrixKey: InjectionKey<MatrixContext> = Symbol('matrix')

export function useMatrixContext(): MatrixContext {
  const matrix = inject(matrixKey)
  if (!matrix)
    throw new Error('This part belongs inside the matrix.')
  return matrix
}

export const activityColumn = 'activity'
export const whenColumn = 'when'
