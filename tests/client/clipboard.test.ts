// @vitest-environment happy-dom
import fc from 'fast-check'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { writeCells } from '#shared/plan/bulk.ts'
import { addRows } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readPlan, readRow } from '#shared/plan/read.ts'
import type { Cell, RowId } from '#shared/plan/values.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { reformOf } from '#shared/reference/reform.ts'
import { copyCells, most, type Block } from '../../client/features/table/clipboard/block.ts'
import { readClipboard, writeClipboard, type Transfer } from '../../client/features/table/clipboard/clipboard.ts'
import { fitBlock, type PasteTarget } from '../../client/features/table/clipboard/fit.ts'
import { ownType } from '../../client/features/table/clipboard/own.ts'
import { fullNamesOf, namesNow } from '../../client/plan/names.ts'
import { registerStore, usePlanStores } from '../../client/plan/stores.ts'
import { nb } from '../../client/text/nb.ts'
import { planWith } from '../support/plans.ts'

const areas = reformOf('leve-hele-livet')?.focusAreas ?? []
const columns = ['place', 'audienceId', 'arena', 'focusAreas', 'when', 'responsible', 'status']
let plan: Plan
beforeEach(() => {
  setActivePinia(createPinia())
  plan = planWith(referencePlans.find(({ id }) => id === 'rogaland')?.seed())
  usePlanStores().follow(plan)
})

/** A clipboard that holds what it was given, and nothing more. */
function clipboardOf(held: Readonly<Record<string, string>> = {}): Transfer & { readonly held: ReadonlyMap<string, string> } {
  const data = new Map(Object.entries(held))
  return { held: data, getData: type => data.get(type) ?? '', setData: (type, words) => void data.set(type, words) }
}
const wordsIn = (block: Block | null) => block?.map(row => row.map(cell => cell.words)) ?? null
const fromPlain = (words: string) => wordsIn(readClipboard(clipboardOf({ 'text/plain': words }), 'p1'))
const fromHtml = (html: string) => wordsIn(readClipboard(clipboardOf({ 'text/html': html, 'text/plain': 'x' }), 'p1'))
const blockOf = (...rows: (readonly string[])[]): Block => rows.map(row => row.map(words => ({ words })))
const copied = (ids: readonly RowId[], fields = columns) => copyCells(
  ids.map(row => fields.map((field): Cell => ({ register: 'activities', row, field }))),
  { rowOf: (register, id) => registerStore(register).byId.get(id), text: nb, names: fullNamesOf(nb, areas) },
)
const valuesOf = (id: RowId) => {
  const { id: _id, place: _place, ...values } = readRow(plan.doc, 'activities', id) ?? {}
  return values
}

test('U23 a block goes out as text with tabs and as a plain table, each word as it stands', () => {
  const clipboard = clipboardOf()
  writeClipboard(blockOf(['Møter', 'to\nlinjer', 'a\tb'], ['sier "hei"', '<b>& co</b>', '']), clipboard, 'p1')
  expect(clipboard.held.get('text/plain')).toBe('Møter\t"to\nlinjer"\t"a\tb"\r\n"sier ""hei"""\t<b>& co</b>\t')
  expect(clipboard.held.get('text/html')).toBe('<meta charset="utf-8"><table>'
    + '<tr><td>Møter</td><td>to<br style="mso-data-placement:same-cell">linjer</td><td>a\tb</td></tr>'
    + '<tr><td>sier &quot;hei&quot;</td><td>&lt;b&gt;&amp; co&lt;/b&gt;</td><td></td></tr></table>')
})

test('U23 words that a spreadsheet would run go out with an apostrophe, in text and table alike, and come back without', () => {
  const words = ['=1+1', '+47 51 56 87 00', '@SUM(A1)', '-cmd|x', '- punkt', '-5', '-', 'a=b', '\'=sitat', '+1+cmd|x']
  const clipboard = clipboardOf()
  writeClipboard(blockOf(words), clipboard, 'p1')
  const out = ['\'=1+1', '+47 51 56 87 00', '\'@SUM(A1)', '\'-cmd|x', '\'- punkt', '-5', '-', 'a=b', '\'=sitat', '\'+1+cmd|x']
  expect(clipboard.held.get('text/plain')?.split('\t')).toEqual(out)
  expect([...new DOMParser().parseFromString(clipboard.getData('text/html'), 'text/html').querySelectorAll('td')].map(td => td.textContent)).toEqual(out)
  expect(wordsIn(readClipboard(clipboard, 'p1'))).toEqual([words])
  const back = words.map(word => word === '\'=sitat' ? '=sitat' : word)
  expect([fromPlain(clipboard.getData('text/plain')), fromHtml(clipboard.getData('text/html'))]).toEqual([[back], [back]])
})

const anyBlock = fc.integer({ min: 1, max: 4 }).chain(width => fc.array(fc.array(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a\tb', '"', '""', '"a"', 'a\nb', '', '=1', '"\t', 'x"\n')), { minLength: width, maxLength: width },
), { minLength: 1, maxLength: 4 })).map(rows => rows.map(row => row.map(words => words.replace(/\r\n?/g, '\n').replace(/^'(?=[=+\-@\t])/, ''))))

test('U23 any block of words comes back from its text as it went out, and from our own form with its values', () => {
  fc.assert(fc.property(anyBlock, (rows) => {
    const clipboard = clipboardOf()
    const block = rows.map(row => row.map(words => ({ words, value: words, field: { register: 'activities', field: 'arena' } as const })))
    writeClipboard(block, clipboard, 'p1')
    expect(readClipboard(clipboard, 'p1')).toEqual(block)
    expect(wordsIn(readClipboard(clipboard, 'p2'))).toEqual(rows)
    // A last empty cell alone in its row reads as the end of the text, as it does in a spreadsheet.
    if (clipboard.getData('text/plain') !== '' && !/\n$/.test(clipboard.getData('text/plain')))
      expect(fromPlain(clipboard.getData('text/plain'))).toEqual(rows)
  }), { numRuns: 500, seed: 4 })
})

test('U23 text from a spreadsheet is read cell by cell: breaks in quotes, doubled quotes, short rows, any line ends', () => {
  expect(fromPlain('a\tb\r\nc\td\r\n')).toEqual([['a', 'b'], ['c', 'd']])
  expect(fromPlain('a\rb\r')).toEqual([['a'], ['b']])
  expect(fromPlain('"to\r\nlinjer"\t"sier ""hei"""\nb')).toEqual([['to\nlinjer', 'sier "hei"'], ['b', '']])
  expect(fromPlain('"Leve hele livet" er en reform\t"uten slutt')).toEqual([['"Leve hele livet" er en reform', '"uten slutt']])
  expect(fromPlain('a\t')).toEqual([['a', '']])
  expect([fromPlain(''), fromPlain('\t'.repeat(most.cells + 1)), fromPlain('x'.repeat(most.chars + 1))]).toEqual([null, null, null])
  expect(fromPlain(`${'\t'.repeat(1_000)}${'\n'.repeat(1_000)}`)).toBeNull()
})

test('U23 a table from a spreadsheet or a letter is read as words alone, with what spans several cells in the first of them', () => {
  expect(fromHtml('<html><style>td{}</style><table><tr><td> a<br>b </td><td>&nbsp;</td></tr><tr><td><p>en</p><p>to <b>tre</b></p></td><td><script>x</script>d</td></tr></table>'))
    .toEqual([['a\nb', ''], ['en\nto tre', 'd']])
  expect(fromHtml('<table><thead><tr><th>Mål</th><th colspan="2">Når</th></tr></thead><tr><td rowspan="2">1</td><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>'))
    .toEqual([['Mål', 'Når', ''], ['1', 'a', 'b'], ['', 'c', 'd']])
  expect(fromHtml('<table><tr><td onclick="x()"><img src=x onerror=x>&lt;b&gt;</td></tr></table>')).toEqual([['<b>']])
  // No table, or several: the text beside it says what there is.
  expect([fromHtml('<p>a</p>'), fromHtml('<table><tr><td>a</td></tr></table><table></table>'), fromHtml('<table></table>')]).toEqual(Array(3).fill([['x']]))
  const wide = `<table>${'<tr><td colspan="1000" rowspan="1000">a</td></tr>'.repeat(300)}</table>`
  expect(fromHtml(wide)).toEqual([['x']])
})

test('U56 of a table only words and spans reach the reader of HTML: no style, no handler, and nothing that stands before it', () => {
  const read: string[] = []
  const html = '<style>td {color: red}</style><TABLE style="a: \'>\'"><tr onclick="x()"><td colspan="2" style=\'b\' title="1 > 0">Én<img src=x onerror="y()"></td>'
    + '<td x:num rowspan = 2>To</td></tr><tr><td style="c">Tre</td><td>Fire</td></tr></TABLE>'
  const block = readClipboard(clipboardOf({ 'text/html': html }), 'p1', (bare) => {
    read.push(bare)
    return new DOMParser().parseFromString(bare, 'text/html')
  })
  expect(read.join()).not.toMatch(/style|on[a-z]+=|title|src/i)
  expect(wordsIn(block)).toEqual([['Én', '', 'To'], ['Tre', 'Fire', '']])
})

test('U23 our own form is anybody’s words until it is judged: what is not such a block is left for the table and the text', () => {
  const held = (own: string) => wordsIn(readClipboard(clipboardOf({ [ownType]: own, 'text/plain': 'x' }), 'p1'))
  const cell = { words: 'a' }
  for (const wrong of ['', '{', 'null', '[]', '{"plantavle":2}', '{"plantavle":1,"rows":[[]]}', '{"plantavle":1,"rows":[7]}', '['.repeat(100_000)])
    expect(held(wrong), wrong.slice(0, 40)).toEqual([['x']])
  for (const rows of [[[cell], [cell, cell]], [[{ words: 7 }]], [[null]], [[{ words: 'x'.repeat(most.wordChars + 1) }]]])
    expect(held(JSON.stringify({ plantavle: 1, source: 'p1', rows }))).toEqual([['x']])
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const own = `{"plantavle":1,"source":"p1","rows":[[{"words":"a","field":{"register":"activities","field":"when"},"value":${deep}}]]}`
  expect(readClipboard(clipboardOf({ [ownType]: own }), 'p1')).toEqual([[{ words: 'a' }]])
  const foreign = own.replace('activities', 'toString').replace(deep, '1')
  expect(readClipboard(clipboardOf({ [ownType]: foreign }), 'p1')).toEqual([[{ words: 'a' }]])
  fc.assert(fc.property(fc.jsonValue(), (rows) => {
    const block = readClipboard(clipboardOf({ [ownType]: JSON.stringify({ plantavle: 1, source: 'p1', rows }), 'text/plain': 'x' }), 'p1')
    expect(block).not.toBeNull()
  }), { numRuns: 300, seed: 4 })
})

test('U23 values are taken from this plan alone: from another one only the words are', () => {
  const clipboard = clipboardOf()
  writeClipboard(copied(['K01']), clipboard, 'p1')
  expect(readClipboard(clipboard, 'p1')?.[0]?.[1]).toMatchObject({ value: readRow(plan.doc, 'activities', 'K01')?.audienceId })
  expect(readClipboard(clipboard, 'p2')?.flat().filter(cell => 'value' in cell)).toEqual([])
})

const order = () => registerStore('activities').order
const targetAt = (row: number, column: number, to: PasteTarget['to'] = { row, column }): PasteTarget =>
  ({ register: 'activities', rows: order(), columns, from: { row, column }, to })
const fitted = (block: Block, target: PasteTarget) => fitBlock(block, target, namesNow(areas))
/** Which cells would be written with what, by row number and column. */
const spots = ({ writes }: ReturnType<typeof fitBlock>) =>
  writes.map(({ cell, value }) => `${order().indexOf(cell.row)}${cell.field[0]}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ')

test('U24 one value fills the selection, a block is repeated where it goes up in it, and else stands once from the corner', () => {
  const arena = 2
  const at = (row: number, column = arena) => ({ row, column })
  expect(spots(fitted(blockOf(['x']), targetAt(1, arena, at(3))))).toBe('1a=x 2a=x 3a=x')
  expect(spots(fitted(blockOf(['x'], ['y']), targetAt(0, arena, at(3))))).toBe('0a=x 1a=y 2a=x 3a=y')
  expect(spots(fitted(blockOf(['x'], ['y']), targetAt(0, arena, at(2))))).toBe('0a=x 1a=y')
  expect(spots(fitted(blockOf(['x'], ['y']), targetAt(3, arena, at(0))))).toBe('0a=x 1a=y 2a=x 3a=y')
  expect(spots(fitted(blockOf(['x', '2']), targetAt(0, arena, at(1))))).toBe('0a=x 0f={"members":[{"id":"2","roles":[]}],"answer":"listed"} '
    + '1a=x 1f={"members":[{"id":"2","roles":[]}],"answer":"listed"}')
  expect(spots(fitted(blockOf(['x'], ['y'], ['z']), targetAt(4, arena)))).toBe('4a=x 5a=y 6a=z')
})

test('U24 a block may run past the last row into new ones, and not past the last column', () => {
  const last = order().length - 1
  const block = blockOf(['Ny', '3', 'Årlig', 'SF', 'i gang', 'for mye', 'mer'], ['Nyere', 'Alle', '', 'KS', '', '', ''])
  const fit = fitted(block, targetAt(last, 2))
  expect(fit).toMatchObject({ dropped: 2, fixed: 0, notTaken: [], rows: 2, columns: 5 })
  expect(fit.writes).toHaveLength(5)
  expect(fit.newRows).toEqual([
    { arena: 'Nyere', focusAreas: {}, focusAreasAnswer: 'overarching', when: null, responsible: { 'ks-rogaland': true }, status: null },
  ])
  const added = addRows(plan, 'activities', fit.newRows)
  expect(added.ok && readRow(plan.doc, 'activities', added.ids.join())).toMatchObject({ arena: 'Nyere', focusAreasAnswer: 'overarching' })
})

test('U24 what is not understood or too long is told with its words and stays as it was; a row’s place is never pasted into', () => {
  const words = ['Et mål', 'Ingen slik gruppe', 'x'.repeat(4_001), 'to', 'Årlig', 'SF og ukjent', 'Ferdig']
  const fit = fitted(blockOf(words, words), targetAt(order().length - 1, 0))
  const [row] = order().slice(-1)
  expect(fit.fixed).toBe(2)
  expect(spots(fit)).toBe(`${order().length - 1}w={"raw":"Årlig","kind":"yearly","perYear":{"min":1,"max":1}}`)
  expect(fit.newRows).toEqual([{ when: { raw: 'Årlig', kind: 'yearly', perYear: { min: 1, max: 1 } } }])
  const told = [['audienceId', 'not-understood'], ['arena', 'too-long'], ['focusAreas', 'not-understood'], ['responsible', 'not-understood'], ['status', 'not-understood']]
  expect(fit.notTaken.map(one => [one.row, one.field, one.why])).toEqual([...told.map(one => [row, ...one]), ...told.map(one => [null, ...one])])
  expect(fit.notTaken[0]?.words).toBe('Ingen slik gruppe')
})

test('U24 what is copied in the plan and pasted on other rows of it stands there with every value, and says nothing twice', () => {
  const clipboard = clipboardOf()
  writeCells(plan, [
    { cell: { register: 'activities', row: 'K01', field: 'responsible' }, value: [{ id: 'ks-nasjonalt', roles: ['lead'] }, { id: 'sf-rogaland', roles: [] }] },
    { cell: { register: 'activities', row: 'K02', field: 'focusAreas' }, value: { members: [], answer: 'none' } },
  ])
  const all = [...columns, 'furtherWhen', 'channelTypes', 'topic', 'note', 'via', 'phases', 'messages', 'mainTasks', 'risk', 'goals']
  writeClipboard(copied(['K01', 'K02'], all), clipboard, 'p1')
  const block = readClipboard(clipboard, 'p1') ?? []
  const fit = fitBlock(block, { ...targetAt(4, 0), columns: all }, namesNow(areas))
  expect([fit.notTaken, writeCells(plan, fit.writes)]).toEqual([[], []])
  expect([4, 5].map(n => valuesOf(order()[n] ?? ''))).toEqual(['K01', 'K02'].map(valuesOf))
})

test('U24 a value is taken only by a field that means the same by it; by others its words are read', () => {
  const value = (field: string, copy: Block[number][number], target = field) => {
    const { writes } = fitBlock([[copy]], { ...targetAt(0, 0), columns: [target] }, namesNow(areas))
    return writes[0]?.value ?? 'not taken'
  }
  const of = (field: string, given: unknown, words = 'SF') => ({ words, value: given, field: { register: 'activities', field } as const })
  expect(value('responsible', of('responsible', [{ id: 'usht', roles: ['lead'] }]))).toEqual([{ id: 'usht', roles: ['lead'] }])
  expect(value('responsible', of('via', [{ id: 'usht', roles: [] }]))).toEqual([{ id: 'usht', roles: [] }])
  // Groups may be responsible, and nothing is passed on through them.
  expect(value('responsible', of('responsible', [{ id: 'usht', roles: [] }]), 'via')).toEqual([{ id: 'sf-rogaland', roles: [] }])
  expect(value('responsible', of('responsible', [{ id: 'usht', roles: ['sjef'] }]))).toEqual([{ id: 'sf-rogaland', roles: [] }])
  expect(value('status', of('risk', 'critical', 'I gang'))).toBe('in-progress')
  expect(value('status', of('status', 'critical', 'Kritisk'))).toBe('not taken')
  expect(value('audienceId', { words: 'ukjent', value: 'G1', field: { register: 'occurrences', field: 'activityId' } })).toBe('not taken')
  const elsewhere = (register: 'occurrences' | 'organisations', field: string, given: unknown, words: string) => ({ words, value: given, field: { register, field } })
  expect(value('status', elsewhere('occurrences', 'state', 'cancelled', 'I gang'))).toBe('in-progress')
  expect(value('focusAreas', elsewhere('organisations', 'tasks', [{ id: '3', roles: [] }], '2'))).toMatchObject({ members: [{ id: '2' }] })
  expect(value('arena', of('responsible', [{ id: 'usht', roles: [] }]))).toBe('SF')
  expect(value('focusAreas', of('phases', [{ id: 'p1', roles: [] }], '2'))).toEqual({ members: [{ id: '2', roles: [] }], answer: 'listed' })
})

test('U24 500 rows of 6 cells from a spreadsheet are read and fitted whole', () => {
  const rows = Array.from({ length: 500 }, (_, n) => ['Kommuneledelse', `"Samling ${n}\n""Leve"""`, `${1 + n % 5}`, 'To ganger i året', 'SF/KS', 'I gang'])
  const block = readClipboard(clipboardOf({ 'text/plain': rows.map(row => row.join('\t')).join('\r\n') }), 'p1')
  expect([block?.length, block?.[0]?.length, block?.[499]?.[1]?.words]).toEqual([500, 6, 'Samling 499\n"Leve"'])
  const fit = fitted(block ?? [], targetAt(0, 1))
  expect(fit.newRows).toHaveLength(500 - order().length)
  const all = readPlan(plan.doc).activities.length
  expect(fit.notTaken.every(one => one.field === 'audienceId')).toBe(true)
  expect([writeCells(plan, fit.writes), addRows(plan, 'activities', fit.newRows).ok]).toEqual([[], true])
  expect(readPlan(plan.doc).activities).toHaveLength(all + fit.newRows.length)
})
