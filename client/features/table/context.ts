import { inject, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from 'vue'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { Cell, RowId, SetMember } from '#shared/plan/values.ts'
import type { PersonHere } from '../../plan/session.ts'
import type { Column, RecordRegister } from './columns.ts'
import type { Period } from './whenWords.ts'

/** Where a person goes from an editor: back to its cell, to the one below or beside it, or somewhere else by themselves. */
export type LeaveTo = 'stay' | 'below' | 'next' | 'previous' | 'away'
export interface FocusArea { readonly number: number, readonly name: string }
/** A row of another register as it is named in a cell. */
export interface Named {
  readonly label: string
  /** Its full name, where the label is a short one. */
  readonly name: string
  readonly isCollective: boolean
  readonly isGone: boolean
}

/** What the parts of one table share. */
export interface TableContext {
  readonly register: RecordRegister
  readonly columns: ComputedRef<readonly Column[]>
  readonly focusAreas: ComputedRef<readonly FocusArea[]>
  readonly period: ComputedRef<Period>
  /** Whether cells open for writing now: the person may, and is not just reading on a touch screen. */
  readonly mayEdit: Readonly<Ref<boolean>>
  /** Whether a row is shown only because I am in it: it does not pass the filter any more. */
  isOutside(id: RowId): boolean
  /** Members as the plan orders them, not as their ids sort. */
  inOrder(registers: readonly RegisterName[], members: readonly SetMember[]): readonly SetMember[]
  nameOf(registers: readonly RegisterName[], id: RowId): Named
  /** Those who are in a cell, by `cellKey`; only the cells that change wake. */
  readonly people: ReadonlyMap<string, readonly PersonHere[]>
  /** The cell of running text that is written in, in the grid; what was typed to open it is not in it yet. */
  readonly writing: Readonly<ShallowRef<{ readonly key: string, readonly typed?: string } | null>>
  /** Opens the editor that belongs to the cell's kind, beside `anchor`; `typed` is what was typed to open it. */
  edit(cell: Cell, anchor: HTMLElement, typed?: string): void
  /** An editor in the grid was left; where to go on. */
  leave(to: LeaveTo): void
  /** Tells the person in place, at `where`, when it was someone else who deleted the row they were writing in. */
  tellGone(cell: Cell, where: DOMRect): void
}
export const tableKey: InjectionKey<TableContext> = Symbol('table')

export function useTable(): TableContext {
  const table = inject(tableKey)
  if (!table)
    throw new Error('This part belongs inside a table.')
  return table
}
