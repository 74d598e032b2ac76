import { computed, shallowReactive, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'

/** A cell of a grid by name, so that it is the same cell when rows or columns move. */
export interface GridSpot { readonly row: string, readonly column: string }

/** The row of column heads, as a spot's row. */
export const headRow = ''

/** A block of cells by place: rows and columns from first to last, both included. */
export interface GridBlock { readonly top: number, readonly bottom: number, readonly left: number, readonly right: number }

/** What one row needs to know to draw its cells. Equal marks read as one string, so that only rows they change for wake. */
export interface RowMarks {
  /** The column of the active cell when it is in this row. */
  readonly active: string | null
  /** The columns of the block that lie in this row, as places; null for none. */
  readonly from: number
  readonly until: number
  readonly isSelected: boolean
}

export interface GridOptions {
  /** The rows' keys, from top to bottom. */
  readonly rows: () => readonly string[]
  /** The columns' ids, from left to right. */
  readonly columns: () => readonly string[]
  /** Where one step up or down leads in a column; cells that look merged are one step. A plain step where it is not given. */
  readonly stepFrom?: (row: number, column: string, by: 1 | -1) => number
  /** Whether the column heads are part of the grid, above the first row. */
  readonly hasHead?: boolean
}

export type Direction = 'up' | 'down' | 'left' | 'right'
export type Reach = 'step' | 'edge' | 'page'

/** Which cell of a grid is active, which block is marked, and which rows are selected. Knows no element. */
export interface GridState {
  readonly active: Readonly<ShallowRef<GridSpot | null>>
  /** The marked block; of one cell when nothing more is marked, null when no cell is active. */
  readonly block: ComputedRef<GridBlock | null>
  readonly hasBlock: ComputedRef<boolean>
  /** The corner of the block that moves while it is marked; null when no block is. */
  readonly moving: Readonly<ShallowRef<GridSpot | null>>
  /** Rows chosen as rows, to do something with all of them. */
  readonly selected: ReadonlySet<string>
  rowIndex(row: string): number
  marksOf(row: string): string
  /** Makes a cell the active one; `extends` keeps the block's other corner where it is. */
  goTo(spot: GridSpot | null, how?: { readonly extends?: boolean }): void
  /** The spot that a move leads to, from the active cell or, while marking, from the block's moving corner. */
  move(direction: Direction, reach: Reach, how: { readonly extends: boolean, readonly pageRows: number }): void
  /** To the row's first or last cell, or to the grid's. */
  moveToEnd(end: 'first' | 'last', how: { readonly extends: boolean, readonly isWhole: boolean }): void
  markAll(): void
  unmark(): void
  toggleRow(row: string): void
  /** Selects from the row toggled last to this one. */
  selectThrough(row: string): void
  selectRows(rows: Iterable<string>): void
  clearSelected(): void
}

export function openGrid({ rows, columns, stepFrom = (row, _column, by) => row + by, hasHead = true }: GridOptions): GridState {
  const active = shallowRef<GridSpot | null>(null)
  /** The corner of the block that stays. */
  const corner = shallowRef<GridSpot | null>(null)
  /** The corner that moves; the active cell when there is no block. */
  const moving = shallowRef<GridSpot | null>(null)
  const selected = shallowReactive(new Set<string>())
  let toggledLast: string | null = null

  const places = computed(() => new Map(rows().map((row, n) => [row, n])))
  const columnPlaces = computed(() => new Map(columns().map((column, n) => [column, n])))
  const rowIndex = (row: string) => places.value.get(row) ?? -1
  const columnIndex = (column: string) => columnPlaces.value.get(column) ?? -1

  const block = computed<GridBlock | null>(() => {
    const [from, to] = [corner.value ?? active.value, moving.value ?? active.value]
    if (!from || !to || from.row === headRow || to.row === headRow)
      return null
    const [a, b, c, d] = [rowIndex(from.row), rowIndex(to.row), columnIndex(from.column), columnIndex(to.column)]
    if (Math.min(a, b, c, d) < 0)
      return null
    return { top: Math.min(a, b), bottom: Math.max(a, b), left: Math.min(c, d), right: Math.max(c, d) }
  })
  const hasBlock = computed(() => block.value !== null && (block.value.top < block.value.bottom || block.value.left < block.value.right))

  function marksOf(row: string): string {
    const at = rowIndex(row)
    const marked = hasBlock.value ? block.value : null
    const isIn = marked !== null && at >= marked.top && at <= marked.bottom
    return `${isIn ? marked.left : -1},${isIn ? marked.right : -1},${selected.has(row) ? 1 : 0},${active.value?.row === row ? active.value.column : ''}`
  }

  function goTo(spot: GridSpot | null, { extends: isExtending = false } = {}) {
    if (isExtending && spot && active.value && active.value.row !== headRow && spot.row !== headRow) {
      corner.value ??= active.value
      moving.value = spot
      return
    }
    corner.value = null
    moving.value = null
    if (active.value?.row !== spot?.row || active.value?.column !== spot?.column)
      active.value = spot
  }

  function spotAt(row: number, column: number): GridSpot {
    const all = rows()
    const down = Math.max(hasHead ? -1 : 0, Math.min(row, all.length - 1))
    return { row: down < 0 ? headRow : all[down] ?? headRow, column: columns()[Math.max(0, Math.min(column, columns().length - 1))] ?? '' }
  }
  const from = (isExtending: boolean) => (isExtending ? moving.value : null) ?? active.value ?? spotAt(0, 0)
  const downFrom = (spot: GridSpot) => spot.row === headRow ? -1 : rowIndex(spot.row)

  function move(direction: Direction, reach: Reach, { extends: isExtending, pageRows }: { extends: boolean, pageRows: number }) {
    const spot = from(isExtending)
    const [row, column] = [downFrom(spot), columnIndex(spot.column)]
    const isVertical = direction === 'up' || direction === 'down'
    const by = direction === 'down' || direction === 'right' ? 1 : -1
    if (!isVertical) {
      const next = reach === 'edge' ? (by < 0 ? 0 : columns().length - 1) : column + by
      return goTo(spotAt(row, next), { extends: isExtending })
    }
    const last = rows().length - 1
    const next = reach === 'edge' ? (by < 0 ? 0 : last)
      : reach === 'page' ? Math.max(0, Math.min(row + by * pageRows, last))
        : row < 0 ? (by > 0 ? 0 : -1) : stepFrom(row, spot.column, by)
    // A block has no column heads in it.
    goTo(spotAt(isExtending ? Math.max(0, next) : next, column), { extends: isExtending })
  }

  function moveToEnd(end: 'first' | 'last', { extends: isExtending, isWhole }: { extends: boolean, isWhole: boolean }) {
    const row = isWhole ? (end === 'first' ? 0 : rows().length - 1) : downFrom(from(isExtending))
    goTo(spotAt(row, end === 'first' ? 0 : columns().length - 1), { extends: isExtending })
  }

  function toggleRow(row: string) {
    toggledLast = row
    if (!selected.delete(row))
      selected.add(row)
  }
  function selectThrough(row: string) {
    const [a, b] = [rowIndex(toggledLast ?? row), rowIndex(row)]
    if (a < 0 || b < 0)
      return toggleRow(row)
    rows().slice(Math.min(a, b), Math.max(a, b) + 1).forEach(one => selected.add(one))
  }

  // What is no longer there is neither marked nor selected; an active row that went leaves its place to the one now there.
  let before = rows()
  watch(rows, (now) => {
    const known = places.value
    ;[...selected].filter(row => !known.has(row)).forEach(row => selected.delete(row))
    const spot = active.value
    if ((corner.value && !known.has(corner.value.row)) || (moving.value && !known.has(moving.value.row)))
      corner.value = moving.value = null
    if (spot && spot.row !== headRow && !known.has(spot.row)) {
      const at = before.indexOf(spot.row)
      const next = before.slice(at + 1).find(row => known.has(row)) ?? before.slice(0, Math.max(0, at)).reverse().find(row => known.has(row))
      active.value = next === undefined ? null : { row: next, column: spot.column }
    }
    before = now
  }, { flush: 'sync' })
  // And so does an active column.
  watch(columns, (now, was) => {
    // The same columns with other widths are the same.
    if (now.length === was.length && now.every((column, n) => column === was[n]))
      return
    corner.value = moving.value = null
    const spot = active.value
    if (!spot || now.includes(spot.column))
      return
    const next = now[Math.min(was.indexOf(spot.column), now.length - 1)]
    active.value = next === undefined ? null : { row: spot.row, column: next }
  }, { flush: 'sync' })

  return {
    active,
    block,
    hasBlock,
    moving,
    selected,
    rowIndex,
    marksOf,
    goTo,
    move,
    moveToEnd,
    markAll() {
      corner.value = spotAt(0, 0)
      moving.value = spotAt(rows().length - 1, columns().length - 1)
      active.value ??= corner.value
    },
    unmark() {
      corner.value = moving.value = null
    },
    toggleRow,
    selectThrough,
    selectRows: all => [...all].forEach(row => selected.add(row)),
    clearSelected: () => selected.clear(),
  }
}

/** The marks a row was given by {@link GridState.marksOf}. */
export function readMarks(marks: string): RowMarks {
  const [from = '', until = '', isSelected = '', active = ''] = marks.split(',')
  return { from: Number(from), until: Number(until), isSelected: isSelected === '1', active: active || null }
}
