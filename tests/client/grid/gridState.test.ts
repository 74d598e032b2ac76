import { shallowRef } from 'vue'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { headRow, openGrid, readMarks, type Direction, type GridSpot, type Reach } from '../../../client/ui/grid/gridState.ts'

const still = { extends: false, pageRows: 3 } as const
const marking = { extends: true, pageRows: 3 } as const

function gridOf({ rows = [...'abcdefghij'], columns = ['#', 'x', 'y', 'z'], at = 'a/x', stepFrom }: {
  rows?: string[], columns?: string[], at?: string | null, stepFrom?: (row: number, column: string, by: 1 | -1) => number
} = {}) {
  const [all, names] = [shallowRef<readonly string[]>(rows), shallowRef<readonly string[]>(columns)]
  const grid = openGrid({ rows: () => all.value, columns: () => names.value, ...(stepFrom && { stepFrom }) })
  if (at !== null)
    grid.goTo(spot(at))
  return { grid, rows: all, columns: names, at: () => grid.active.value && told(grid.active.value) }
}
const spot = (words: string): GridSpot => ({ row: words.split('/')[0] ?? '', column: words.split('/')[1] ?? '' })
const told = ({ row, column }: GridSpot) => `${row}/${column}`

test('U47 an arrow goes to the next cell and stays at the grid\'s edge; above the first row are the column heads', () => {
  const { grid, at } = gridOf()
  const walk = (...directions: Direction[]) => directions.map((direction) => { grid.move(direction, 'step', still); return at() })
  expect(walk('right', 'right', 'right', 'left', 'down', 'down')).toEqual(['a/y', 'a/z', 'a/z', 'a/y', 'b/y', 'c/y'])
  expect(walk('up', 'up', 'up', 'up', 'right', 'right', 'down')).toEqual(['b/y', 'a/y', '/y', '/y', '/z', '/z', 'a/z'])
  grid.goTo(spot('j/#'))
  expect(walk('down', 'left')).toEqual(['j/#', 'j/#'])
})

test('U47 Ctrl goes to the edge, Page by what the window shows, Home and End in the row, and with Ctrl in the grid', () => {
  const { grid, at } = gridOf({ at: 'e/y' })
  const go = (direction: Direction, reach: Reach) => { grid.move(direction, reach, still); return at() }
  expect([go('down', 'page'), go('down', 'page'), go('up', 'page'), go('up', 'edge'), go('down', 'edge'), go('left', 'edge'), go('right', 'edge')])
    .toEqual(['h/y', 'j/y', 'g/y', 'a/y', 'j/y', 'j/#', 'j/z'])
  const end = (which: 'first' | 'last', isWhole: boolean) => { grid.moveToEnd(which, { extends: false, isWhole }); return at() }
  grid.goTo(spot('e/y'))
  expect([end('first', false), end('last', false), end('first', true), end('last', true)]).toEqual(['e/#', 'e/z', 'a/#', 'j/z'])
})

test('U47 from the column heads Page and Ctrl+Down come to rows, and Home and End stay among the heads', () => {
  const { grid, at } = gridOf({ at: '/y' })
  grid.moveToEnd('last', { extends: false, isWhole: false })
  expect(at()).toBe('/z')
  grid.move('down', 'page', still)
  expect(at()).toBe('c/z')
  grid.goTo(spot('/y'))
  grid.move('down', 'edge', still)
  expect(at()).toBe('j/y')
})

test('U54 cells that look like one are one step up and down', () => {
  // Rows b to d look like one cell in column x.
  const { grid, at } = gridOf({
    at: 'a/x',
    stepFrom: (row, column, by) => column !== 'x' ? row + by : by > 0 ? (row >= 1 && row <= 3 ? 4 : row + 1) : row === 4 ? 1 : row >= 1 && row <= 3 ? 0 : row - 1,
  })
  const go = (direction: Direction) => { grid.move(direction, 'step', still); return at() }
  expect([go('down'), go('down'), go('up'), go('up'), go('up')]).toEqual(['b/x', 'e/x', 'b/x', 'a/x', '/x'])
  grid.goTo(spot('c/x'))
  expect([go('right'), go('down')]).toEqual(['c/y', 'd/y'])
})

test('U48 Shift marks a block from the active cell, which stays; any move without it lets the block go', () => {
  const { grid, at } = gridOf({ at: 'c/y' })
  grid.move('down', 'step', marking)
  grid.move('down', 'step', marking)
  grid.move('left', 'step', marking)
  expect([at(), grid.block.value, grid.hasBlock.value]).toEqual(['c/y', { top: 2, bottom: 4, left: 1, right: 2 }, true])
  expect(told(grid.moving.value ?? spot(''))).toBe('e/x')
  // Over to the other side of where it began.
  grid.move('up', 'page', marking)
  expect(grid.block.value).toEqual({ top: 1, bottom: 2, left: 1, right: 2 })
  grid.moveToEnd('last', { extends: true, isWhole: true })
  expect(grid.block.value).toEqual({ top: 2, bottom: 9, left: 2, right: 3 })
  grid.move('right', 'step', still)
  expect([at(), grid.block.value, grid.hasBlock.value]).toEqual(['c/z', { top: 2, bottom: 2, left: 3, right: 3 }, false])
})

test('U48 column heads are never in a block, and everything can be marked and let go', () => {
  const { grid, at } = gridOf({ at: 'b/y' })
  grid.move('up', 'edge', marking)
  grid.move('up', 'step', marking)
  expect(grid.block.value).toEqual({ top: 0, bottom: 1, left: 2, right: 2 })
  grid.markAll()
  expect([at(), grid.block.value]).toEqual(['b/y', { top: 0, bottom: 9, left: 0, right: 3 }])
  grid.unmark()
  expect([at(), grid.hasBlock.value]).toEqual(['b/y', false])
  grid.goTo(spot('/x'))
  grid.move('down', 'step', marking)
  expect([at(), grid.hasBlock.value]).toEqual(['a/x', false])
})

test('U49 the active cell is the same cell by name when rows come, go and move around it', () => {
  const { grid, rows, at } = gridOf({ at: 'e/y' })
  for (const now of ['xabcdefghij', 'xaecdfghij', 'eacdfghij', 'acdfghije']) {
    rows.value = [...now]
    expect([at(), grid.rowIndex('e')]).toEqual(['e/y', now.indexOf('e')])
  }
})

test('U49 an active row that goes leaves its place to the one below, the last to the one above, and none to nothing', () => {
  const { rows, at, grid } = gridOf({ at: 'e/y' })
  rows.value = [...'abcdfghij']
  expect(at()).toBe('f/y')
  grid.goTo(spot('j/y'))
  rows.value = [...'abcd']
  expect(at()).toBe('d/y')
  rows.value = [...'ab']
  expect(at()).toBe('b/y')
  rows.value = []
  expect(at()).toBeNull()
})

test('U49 a block goes when one of its corners does, and grows with rows that come between', () => {
  const { grid, rows } = gridOf({ at: 'b/x' })
  grid.goTo(spot('d/y'), { extends: true })
  rows.value = [...'abcxydefghij']
  expect(grid.block.value).toEqual({ top: 1, bottom: 5, left: 1, right: 2 })
  rows.value = [...'abcxyefghij']
  expect([grid.hasBlock.value, grid.active.value]).toEqual([false, spot('b/x')])
})

test('U49 a column that is hidden gives the active cell to the one at its place', () => {
  const { grid, columns, at } = gridOf({ at: 'c/y' })
  columns.value = ['#', 'x', 'z']
  expect(at()).toBe('c/z')
  columns.value = ['#', 'x']
  expect(at()).toBe('c/x')
  // One that moves keeps it.
  columns.value = ['x', 'z', '#', 'y']
  expect(at()).toBe('c/x')
  grid.goTo(spot('/x'))
  columns.value = ['z', '#', 'y']
  expect(at()).toBe('/z')
})

test('U51 rows are chosen one by one or through from the one chosen last, and one that goes is chosen no more', () => {
  const { grid, rows } = gridOf()
  const chosen = () => [...grid.selected].sort().join('')
  grid.toggleRow('c')
  grid.selectThrough('f')
  expect(chosen()).toBe('cdef')
  grid.toggleRow('d')
  expect(chosen()).toBe('cef')
  grid.selectThrough('b')
  expect(chosen()).toBe('bcdef')
  rows.value = [...'acbdghij']
  expect(chosen()).toBe('bcd')
  grid.clearSelected()
  grid.selectThrough('zz')
  expect(chosen()).not.toContain('b')
})

test('U55 a row reads its own marks, and only the rows whose marks have changed read others', () => {
  const { grid, rows } = gridOf({ at: 'b/x' })
  const marks = () => rows.value.map(row => grid.marksOf(row))
  const before = marks()
  grid.goTo(spot('d/y'))
  const now = marks()
  expect(rows.value.filter((_row, n) => now[n] !== before[n])).toEqual(['b', 'd'])
  expect(readMarks(grid.marksOf('d'))).toEqual({ active: 'y', from: -1, until: -1, isSelected: false })
  grid.goTo(spot('e/z'), { extends: true })
  grid.toggleRow('e')
  expect(readMarks(grid.marksOf('e'))).toEqual({ active: null, from: 2, until: 3, isSelected: true })
  expect(readMarks(grid.marksOf('f'))).toEqual({ active: null, from: -1, until: -1, isSelected: false })
})

/* ——— Whatever is done, and whatever the others do meanwhile. ——— */
const letters = [...'abcdefgh']
const fields = ['#', 'u', 'v', 'w']
const deed = fc.oneof(
  fc.record({ do: fc.constant('move' as const), direction: fc.constantFrom<Direction>('up', 'down', 'left', 'right'), reach: fc.constantFrom<Reach>('step', 'edge', 'page'), extends: fc.boolean() }),
  fc.record({ do: fc.constant('end' as const), end: fc.constantFrom('first' as const, 'last' as const), isWhole: fc.boolean(), extends: fc.boolean() }),
  fc.record({ do: fc.constant('goTo' as const), row: fc.nat(7), column: fc.nat(3), extends: fc.boolean() }),
  fc.record({ do: fc.constantFrom('all' as const, 'unmark' as const) }),
  fc.record({ do: fc.constantFrom('toggle' as const, 'through' as const), row: fc.nat(7) }),
  fc.record({ do: fc.constant('rows' as const), rows: fc.shuffledSubarray(letters) }),
  fc.record({ do: fc.constant('columns' as const), columns: fc.shuffledSubarray(fields, { minLength: 1 }) }),
)

test('U50 whatever is pressed while others add, move and trash rows, the active cell, the block and the chosen rows exist', () => {
  fc.assert(fc.property(fc.array(deed, { maxLength: 30 }), (deeds) => {
    const { grid, rows, columns } = gridOf({ rows: letters, columns: fields, at: 'c/u' })
    for (const one of deeds) {
      const [row = '', column = ''] = 'row' in one ? [rows.value[one.row % Math.max(1, rows.value.length)], 'column' in one ? columns.value[one.column % columns.value.length] : ''] : []
      if (one.do === 'move')
        grid.move(one.direction, one.reach, { extends: one.extends, pageRows: 3 })
      else if (one.do === 'end')
        grid.moveToEnd(one.end, one)
      else if (one.do === 'goTo')
        grid.goTo({ row, column }, one)
      else if (one.do === 'all')
        grid.markAll()
      else if (one.do === 'unmark')
        grid.unmark()
      else if (one.do === 'toggle' && row)
        grid.toggleRow(row)
      else if (one.do === 'through' && row)
        grid.selectThrough(row)
      else if (one.do === 'rows')
        rows.value = one.rows
      else if (one.do === 'columns')
        columns.value = one.columns
      const [active, block] = [grid.active.value, grid.block.value]
      if (active) {
        expect([headRow, ...rows.value]).toContain(active.row)
        expect(columns.value).toContain(active.column)
      }
      else {
        // Only when every row has gone; whoever owns the grid begins anew at the first that comes.
        expect(rows.value.length === 0 || one.do === 'rows').toBe(true)
        grid.goTo(rows.value[0] === undefined ? null : { row: rows.value[0], column: columns.value[0] ?? '' })
      }
      if (block) {
        expect(block.top).toBeGreaterThanOrEqual(0)
        expect(block.bottom).toBeLessThan(rows.value.length)
        expect(block.right).toBeLessThan(columns.value.length)
      }
      expect([...grid.selected].filter(chosen => !rows.value.includes(chosen))).toEqual([])
      // Each row reads the mark of the active cell in its own row alone.
      const shown = grid.active.value
      const actives = rows.value.filter(each => readMarks(grid.marksOf(each)).active !== null)
      expect(actives).toEqual(shown && shown.row !== headRow ? [shown.row] : [])
    }
  }))
})
