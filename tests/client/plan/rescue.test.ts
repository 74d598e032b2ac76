import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { judgeUpdate } from '#shared/plan/admission.ts'
import { addRow, dropMember, moveRow, putMember, setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import { layPlan } from '#shared/plan/lay.ts'
import { migrationOf } from '#shared/plan/migrate.ts'
import { openPlan, rowMap } from '#shared/plan/plan.ts'
import { readCellPlain, readRow } from '#shared/plan/read.ts'
import { schemaVersion } from '#shared/plan/registers.ts'
import { fillRow } from '#shared/plan/rows.ts'
import { readTouches } from '#shared/plan/touches.ts'
import type { Cell } from '#shared/plan/values.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import type { NamedCell, Refusal } from '#shared/protocol/frames.ts'
import * as Y from 'yjs'
import { layOlderPlan, ownFields } from '../../support/olderPlan.ts'
import { smallSeed } from '../../support/plans.ts'
import { arena, closePages, copyName, openBrowser, settle, waitForLine, type Page } from './pages.ts'
import { openPretendServer, type PretendServer } from './pretendServer.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-22T10:42:00Z') })
})
afterEach(async () => {
  await closePages()
  vi.useRealTimers()
})

type Browser = ReturnType<typeof openBrowser>
async function openLive(server: PretendServer, browser = openBrowser(server)): Promise<Page> {
  const page = await browser.openPage({}, { opensAnew: true })
  await comeToRest(server)
  return page
}
/** Moves what is on the wire until nothing more comes of it. */
async function comeToRest(server: PretendServer) {
  for (let n = 0; n < 6; n++) {
    server.flush()
    await settle()
  }
}
/** Time passes, the server speaks as it does, and what is on the wire moves. */
async function pass(server: PretendServer, seconds: number) {
  for (let second = 0; second < seconds; second += 5) {
    await vi.advanceTimersByTimeAsync(5_000)
    server.speak()
    await comeToRest(server)
  }
}
/** The page opens session after session until none of them stops. */
async function mend(server: PretendServer, page: Page) {
  for (let n = 0; n < 6; n++) {
    const before = page.stops.length
    await page.change()
    await comeToRest(server)
    if (page.stops.length === before)
      return
  }
  throw new Error(`no end to it: ${page.stops.join()}`)
}
const sees = (server: PretendServer, cell: Cell) => readCellPlain(server.doc, cell)
const cell = (field: string, row = 'K01'): Cell => ({ register: 'activities', row, field })

/** Refuses updates that touch a cell for which `isBad` says so, and names those. */
function refuseCells(server: PretendServer, isBad: (cell: NamedCell) => boolean, reason: Refusal['reason'] = 'too-long') {
  server.judge((update, doc) => {
    const cells = readTouches(doc, update).cells.filter(isBad).map(({ register, row, field }) => ({ register, row, field }))
    return cells.length > 0 ? { reason, cells } : null
  })
}
const olav = (server: PretendServer, change: (plan: ReturnType<typeof openPlan>) => void) => server.write(doc => change(openPlan(doc)))

/** Forty cells: the texts of twenty new goals and twenty new activities, all on the server. */
async function layForty(server: PretendServer, page: Page): Promise<readonly Cell[]> {
  const cells = Array.from({ length: 40 }, (_, n): Cell => {
    const register = n < 20 ? 'goals' : 'activities'
    const added = addRow(page.session.plan, register, n < 20 ? { text: `Mål ${n}` } : { arena: `Kanal ${n}` })
    if (!added.ok)
      throw new Error(added.refusal)
    return { register, row: added.id, field: n < 20 ? 'text' : 'arena' }
  })
  await comeToRest(server)
  return cells
}

test('C17 of 200 edits made offline in 40 cells one breaks a limit: 39 cells are on the server, one is left with its words, and stays so', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  const cells = await layForty(server, page)
  const [bad] = cells
  server.cut()
  for (let n = 0; n < 200; n++)
    page.type(cells[n % 40] ?? arena('K01'), ` ${n}`)
  refuseCells(server, one => one.row === bad?.row)
  server.mend()
  await waitForLine(server)
  expect(page.stops).toEqual(['refused'])
  await mend(server, page)

  for (const [n, one] of cells.slice(1).entries())
    expect(sees(server, one)).toMatch(new RegExp(`^(Mål|Kanal) ${n + 1} ${n + 1} ${n + 41} ${n + 81} ${n + 121} ${n + 161}$`))
  expect(sees(server, cells[0] ?? arena('K01'))).toBe('Mål 0')
  expect(page.save.state).toBe('saved')
  expect(page.left).toMatchObject([{ row: bad?.row, value: 'Mål 0 0 40 80 120 160', why: 'too-long', rowName: 'Mål 0 0 40 80 120 160' }])
  expect(page.session.rescue.last.value).toMatchObject({ cause: 'too-long', written: 39, left: 1 })
  expect(page.session.undo.canUndo.value).toBe(false)

  // A second tab, a reload, and the server's death bring nothing refused back.
  const second = await openLive(server, browser)
  server.die()
  await waitForLine(server)
  await page.session.close()
  const third = await openLive(server, browser)
  expect([second.left, third.left]).toMatchObject([[{ row: bad?.row }], [{ row: bad?.row }]])
  expect(sees(server, cells[0] ?? arena('K01'))).toBe('Mål 0')
  expect(server.refused).toHaveLength(1)
  server.cut()
  const offline = await browser.openPage()
  expect(offline.left).toMatchObject([{ row: bad?.row, value: 'Mål 0 0 40 80 120 160' }])
})

test('C17 what is written again is merged with what others have written: texts, members, and values nobody else has set', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  const { plan } = page.session
  server.cut()
  page.type(arena('K01'), ' i vår')
  putMember(plan, cell('responsible'), 'usht', 'responsible')
  dropMember(plan, cell('responsible'), 'sf')
  setCell(plan, cell('status'), 'done')
  setCell(plan, cell('risk'), 'critical')
  moveRow(plan, 'activities', 'K02', { parentId: 'G2' })
  trashRow(plan, 'activities', 'K03')
  const added = addRow(plan, 'goals', { text: 'Nytt mål' })
  page.type(arena('K02'), 'X')
  olav(server, (theirs) => {
    spliceText(theirs, arena('K01'), { at: 0, remove: 0, insert: 'Nye ' })
    putMember(theirs, cell('responsible'), 'ks', 'contributor')
    setCell(theirs, cell('risk'), 'on-plan')
  })
  refuseCells(server, one => one.row === 'K02' && one.field === 'arena')
  server.mend()
  await waitForLine(server)
  await mend(server, page)

  const row = readRow(server.doc, 'activities', 'K01')
  expect([row?.arena, row?.status, row?.risk]).toEqual(['Nye Møter i vår', 'done', 'on-plan'])
  expect(sees(server, cell('responsible'))).toEqual({ ks: 'contributor', usht: 'responsible' })
  expect(readRow(server.doc, 'activities', 'K02')?.place.parentId).toBe('G2')
  expect(readRow(server.doc, 'activities', 'K03')?.deletedAt).not.toBeNull()
  expect(added.ok && readRow(server.doc, 'goals', added.id)).toMatchObject({ text: 'Nytt mål', deletedAt: null })
  expect(page.left.map(({ row: id, field, why, value }) => [id, field, why, value]).sort()).toEqual([
    ['K01', 'risk', 'changed-since', 'critical'], ['K02', 'arena', 'too-long', 'NyhetsbrevX'],
  ])
})

test('C17 a row that was added comes again under its own id without the cells that were refused', async () => {
  const server = openPretendServer()
  const page = await openLive(server)
  server.judge((update, doc) => {
    const trial = new Y.Doc()
    Y.applyUpdate(trial, Y.encodeStateAsUpdate(doc))
    Y.applyUpdate(trial, update)
    const cells = [...trial.getMap('activities').keys()].map(row => cell('note', row)).filter(one => String(readCellPlain(trial, one)).length > 5)
    return cells.length > 0 ? { reason: 'too-long', cells } : null
  })
  const added = addRow(page.session.plan, 'activities', { arena: 'Ny kanal', note: 'for lang', status: 'done' }, { parentId: 'G1' })
  const id = added.ok ? added.id : ''
  await comeToRest(server)
  await mend(server, page)
  expect(readRow(server.doc, 'activities', id)).toMatchObject({ arena: 'Ny kanal', note: '', status: 'done', deletedAt: null, place: { parentId: 'G1' } })
  expect(page.left).toMatchObject([{ row: id, field: 'note', value: 'for lang', why: 'too-long' }])
})

test('C16 what the server had taken before the line went is not written twice', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.holdAcks()
  page.type(arena('K01'), ' en')
  server.up()
  server.cut()
  page.type(arena('K01'), ' to')
  page.type(arena('K02'), ' feil')
  olav(server, theirs => spliceText(theirs, arena('K01'), { at: 0, remove: 0, insert: 'Nye ' }))
  refuseCells(server, one => one.row === 'K02')
  server.mend()
  server.releaseAcks()
  await waitForLine(server)
  expect(page.stops).toEqual(['refused'])
  await mend(server, page)
  expect(sees(server, arena('K01'))).toBe('Nye Møter en to')
  expect(page.left).toMatchObject([{ row: 'K02', value: 'Nyhetsbrev feil' }])
})

test('C18 each refusal leaves what it names, and comes to an end', async () => {
  const server = openPretendServer()
  const page = await openLive(server)
  server.cut()
  for (const row of ['K01', 'K02', 'K03'])
    page.type(arena(row), ' mer')
  // A server that names one bad cell at a time.
  const bad = new Set(['K01', 'K02'])
  server.judge((update, doc) => {
    const found = readTouches(doc, update).cells.find(({ row }) => bad.has(row))
    return found ? { reason: 'too-long', cells: [{ register: found.register, row: found.row, field: found.field }] } : null
  })
  server.mend()
  await waitForLine(server)
  await mend(server, page)
  expect(page.stops).toEqual(['refused', 'refused'])
  expect(sees(server, arena('K03'))).toBe('Kronikker mer')
  expect(page.left.map(({ row }) => row).sort()).toEqual(['K01', 'K02'])
})

test('C18 where no cell is named, what a rescue has written once is left; the same bytes are never sent twice', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.judge(() => ({ reason: 'too-costly', cells: [] }))
  page.type(arena('K01'), ' en')
  page.type(arena('K02'), ' to')
  await comeToRest(server)
  await mend(server, page)
  expect(page.stops).toEqual(['refused', 'refused'])
  expect(page.left).toMatchObject([{ row: 'K01', why: 'too-costly' }, { row: 'K02', why: 'too-costly' }])
  expect(new Set(server.refused.map(String)).size).toBe(server.refused.length)

  // The mark that says so outlives the page.
  page.session.rescue.tryAgain(page.left.map(({ id }) => id))
  await settle()
  await page.kill()
  expect(browser.memory.outbox.every(({ again }) => again)).toBe(true)
  const next = await openLive(server, browser)
  await mend(server, next)
  expect(next.left).toHaveLength(2)
  expect(next.stops).toEqual(['refused'])
})

test('C20 what is left can be tried again, also over what others have set, and dropped; every tab shows the same', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.cut()
  setCell(page.session.plan, cell('risk'), 'critical')
  page.type(arena('K02'), ' mer')
  page.type(arena('K03'), ' mer')
  olav(server, theirs => setCell(theirs, cell('risk'), 'on-plan'))
  refuseCells(server, one => one.field === 'arena')
  server.mend()
  await waitForLine(server)
  await mend(server, page)
  const other = await openLive(server, browser)
  expect(other.left).toEqual(page.left)
  expect(page.left.map(({ row }) => row).sort()).toEqual(['K01', 'K02', 'K03'])

  server.judge(() => null)
  const idOf = (row: string) => page.left.filter(one => one.row === row).map(({ id }) => id)
  other.session.rescue.tryAgain([...idOf('K01'), ...idOf('K02')])
  await comeToRest(server)
  expect([sees(server, cell('risk')), sees(server, arena('K02'))]).toEqual(['critical', 'Nyhetsbrev mer'])
  expect([page.left, other.left]).toMatchObject([[{ row: 'K03' }], [{ row: 'K03' }]])
  page.session.rescue.forget(idOf('K03'))
  await comeToRest(server)
  expect([page.left, other.left, browser.memory.changes, browser.memory.records]).toEqual([[], [], [], []])
  expect(sees(server, arena('K03'))).toBe('Kronikker')
})

test('C20 with no line at all the list stands as well, and what is dropped then stays dropped', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  refuseCells(server, one => one.row !== 'K03')
  page.type(arena('K01'), ' en')
  page.type(arena('K02'), ' to')
  page.type(arena('K03'), ' tre')
  await comeToRest(server)
  server.cut()
  await page.change()
  expect(page.left.map(({ row }) => row)).toEqual(['K01'])
  expect(page.session.rescue.waiting.value).toBe(2)
  expect(page.save).toMatchObject({ state: 'on-device', unsent: 2 })
  expect(page.session.unsent().map(({ value }) => value)).toEqual(['Nyhetsbrev to', 'Kronikker tre'])
  page.session.rescue.forget(page.left.map(({ id }) => id))
  await settle()
  expect(page.left).toEqual([])
  server.mend()
  await waitForLine(server)
  await mend(server, page)
  expect(sees(server, arena('K03'))).toBe('Kronikker tre')
  expect(page.left.map(({ row }) => row)).toEqual(['K02'])
})

test.each(['told', 'found out'])('C24 a role that is taken away while 30 edits are unsent: nothing is sent, and all are left with their words (%s)', async (how) => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  const cells = (await layForty(server, page)).slice(0, 30)
  server.cut()
  cells.forEach((one, n) => page.type(one, ` endret ${n}`))
  browser.answer({ role: 'reader' })
  server.judge(() => ({ reason: 'not-allowed', cells: [] }))
  if (how === 'told') {
    server.mend()
    await vi.advanceTimersByTimeAsync(3_000)
    server.up()
    server.tellRole('reader')
    server.down()
    await comeToRest(server)
    expect(page.stops).toEqual(['access-changed'])
    await mend(server, page)
  }
  else {
    await page.change()
    server.mend()
    await waitForLine(server)
  }
  expect(page.left).toHaveLength(30)
  expect(page.left.every(({ why, value }) => why === 'not-allowed' && String(value).includes('endret'))).toBe(true)
  expect(page.save.state).toBe('saved')
  expect(server.refused).toEqual([])
  expect(page.sees(cells[0] ?? arena('K01'))).toBe('Mål 0')

  browser.answer({ role: 'editor' })
  server.judge(() => null)
  await page.change()
  await comeToRest(server)
  page.session.rescue.tryAgain(page.left.map(({ id }) => id))
  await comeToRest(server)
  expect(sees(server, cells[29] ?? arena('K01'))).toMatch(/endret 29$/)
  expect(page.left).toEqual([])
})

test('C24 a role that is raised opens the plan anew, and what was unsent is sent', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.holdAcks()
  page.type(arena('K01'), '!')
  browser.answer({ role: 'chair' })
  server.tellRole('chair')
  server.down()
  expect(page.stops).toEqual(['access-changed'])
  server.releaseAcks()
  await mend(server, page)
  expect([page.session.me.role, sees(server, arena('K01')), page.save.state]).toEqual(['chair', 'Møter!', 'saved'])
})

test('C17 a row that is frozen under somebody\'s cursor: what was written in it is left, and what was written elsewhere is saved', async () => {
  const server = openPretendServer()
  const page = await openLive(server)
  refuseCells(server, one => one.row === 'K01', 'row-frozen')
  page.type(arena('K02'), ' i mai')
  page.type(arena('K01'), ' i vår')
  setCell(page.session.plan, cell('status'), 'done')
  page.type(arena('K03'), ' i juni')
  await comeToRest(server)
  await mend(server, page)
  expect([sees(server, arena('K02')), sees(server, arena('K03')), sees(server, arena('K01'))]).toEqual(['Nyhetsbrev i mai', 'Kronikker i juni', 'Møter'])
  // The status came after the frozen text, and is refused in its turn.
  expect(page.left.map(({ field, why }) => [field, why]).sort()).toEqual([['arena', 'row-frozen'], ['status', 'row-frozen']])
})

test('C21 in another epoch, what was unsent is written where the plan reads as before, and is left elsewhere', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.cut()
  page.type(arena('K01'), ' i vår')
  page.type(arena('K02'), ' i mai')
  const added = addRow(page.session.plan, 'goals', { text: 'Nytt mål' })
  await settle()
  server.mend()
  server.beginEpoch('e2', layPlan({ ...smallSeed, activities: smallSeed.activities?.map(row => row.id === 'K02' ? { ...row, arena: 'Avis' } : row) ?? [] }))
  await waitForLine(server)
  expect(page.stops).toEqual(['other-epoch'])
  browser.answer({ epoch: 'e2' })
  await mend(server, page)
  expect([sees(server, arena('K01')), sees(server, arena('K02'))]).toEqual(['Møter i vår', 'Avis'])
  expect(added.ok && readRow(server.doc, 'goals', added.id)?.text).toBe('Nytt mål')
  expect(page.left).toMatchObject([{ row: 'K02', value: 'Nyhetsbrev i mai', why: 'changed-since' }])
  expect(browser.memories.has(copyName('e1'))).toBe(false)
  expect(page.session.rescue.last.value).toMatchObject({ cause: 'other-epoch', written: 2, left: 1 })
})

test('C21 a living tab keeps its copy of the other epoch until it goes', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const old = await openLive(server, browser)
  server.cut()
  old.type(arena('K01'), ' i vår')
  await settle()
  server.beginEpoch('e2', layPlan(smallSeed))
  browser.answer({ epoch: 'e2' })
  const page = await browser.openPage()
  expect(browser.memories.has(copyName('e1'))).toBe(true)
  await page.session.close()
  await old.session.close()
  server.mend()
  const next = await openLive(server, browser)
  expect(next.sees(arena('K01'))).toBe('Møter i vår')
  expect(browser.memories.has(copyName('e1'))).toBe(false)
})

test('C21 a copy of another epoch stands until its words lie on the device under this one', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const old = await openLive(server, browser)
  server.cut()
  old.type(arena('K01'), ' i vår')
  await old.session.close()
  server.beginEpoch('e2', layPlan(smallSeed))
  browser.answer({ epoch: 'e2' })
  const { openCopy } = browser.openEdges().edges
  const page = await browser.openPage({
    openCopy: name => name === copyName('e2') || !openCopy ? Promise.resolve({ ok: false, failure: 'failed' }) : openCopy(name),
  })
  expect(page.session.rescue.waiting.value).toBe(1)
  expect(browser.memories.has(copyName('e1'))).toBe(true)
  await page.session.close()
  server.mend()
  expect((await openLive(server, browser)).sees(arena('K01'))).toBe('Møter i vår')
  expect(browser.memories.has(copyName('e1'))).toBe(false)
})

test('C27 where the browser does not tell which tabs live, the plan opens with what is unsent, and other epochs wait', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const first = await openLive(server, browser)
  server.cut()
  first.type(arena('K01'), ' i vår')
  await first.session.close()
  browser.memories.set(copyName('e0'), browser.memory)
  const page = await browser.openPage({ tabs: { ...browser.tabs, isAnyAlive: () => Promise.reject(new Error('not fully active')) } })
  expect(page.sees(arena('K01'))).toBe('Møter i vår')
  expect(browser.memories.has(copyName('e0'))).toBe(true)
})

test('C7 leaving is asked about too while what is left lies in this page alone', async () => {
  for (const lasts of [true, false]) {
    const server = openPretendServer()
    const window = new EventTarget()
    const leave = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
    const page = await openBrowser(server, { lasts }).openPage({ page: window }, { opensAnew: true })
    await comeToRest(server)
    refuseCells(server, () => true)
    page.type(arena('K01'), ' en')
    await comeToRest(server)
    await mend(server, page)
    expect([page.left.length, page.save.state, leave()]).toEqual([1, 'saved', lasts])
    page.session.rescue.forget(page.left.map(({ id }) => id))
    await comeToRest(server)
    expect([page.left.length, leave()]).toEqual([0, true])
  }
})

test('C14 an update too big for the wire is cut into cells, and what can be written is', async () => {
  const server = openPretendServer()
  const page = await openLive(server)
  server.holdAcks()
  page.type(arena('K01'), ' lite')
  server.up()
  server.close(closeCode.stock.tooBig)
  await settle()
  expect(page.stops).toEqual(['too-big'])
  server.releaseAcks()
  await mend(server, page)
  expect(sees(server, arena('K01'))).toBe('Møter lite')
  expect(page.left).toEqual([])
})

test('C15 access that has changed opens the plan anew, with what was unsent', async () => {
  const server = openPretendServer()
  const page = await openLive(server)
  server.holdAcks()
  page.type(arena('K01'), ' før')
  server.close(closeCode.refused)
  await settle()
  expect(page.save).toMatchObject({ state: 'on-device', unsent: 1 })
  page.type(arena('K01'), ' og etter')
  server.releaseAcks()
  await mend(server, page)
  expect(sees(server, arena('K01'))).toBe('Møter før og etter')
})

test('C15 a plan of a newer kind than this page knows is not connected to, and what is unsent waits', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const first = await openLive(server, browser)
  server.cut()
  first.type(arena('K01'), '!')
  await settle()
  await first.session.close()
  server.mend()
  const before = server.sockets.length
  browser.answer({ schemaVersion: schemaVersion + 1 })
  const page = await browser.openPage()
  await waitForLine(server)
  expect(page.save).toEqual({ state: 'stopped', reason: 'outdated-client', unsent: 1, kept: true })
  expect([server.sockets.length - before, browser.memory.outbox.length]).toEqual([0, 1])
})

test('D36 a row that a page of an older kind added without a line is written again, whole, after the stored plan was brought up to date', async () => {
  const server = openPretendServer({ content: layOlderPlan(smallSeed) })
  const browser = openBrowser(server)
  const away = await openLive(server, browser)
  server.cut()
  const { doc, mine } = away.session.plan
  // As that page laid it: with the types it knew, and none of those that came later.
  doc.transact(() => {
    const row = new Y.Map<unknown>()
    fillRow(row, 'activities', { arena: 'Skrevet uten nett', topic: 'Et tema', responsible: { ks: 'lead' }, status: 'in-progress' }, { parentId: 'G2', key: 'a5' })
    ownFields.forEach(field => row.delete(field))
    doc.getMap('activities').set('ny', row)
  }, mine)
  away.type(arena('K01'), ' uten nett')
  await settle()
  await away.session.close()
  server.mend()
  server.write(stored => Y.applyUpdate(stored, migrationOf(stored) ?? new Uint8Array()))
  server.judge((update, stored) => judgeUpdate(stored, update).fault)

  const page = await openLive(server, browser)
  expect(page.stops).toEqual(['refused'])
  await mend(server, page)
  await pass(server, 10)
  expect(page.left).toEqual([])
  expect(browser.memory.outbox).toEqual([])
  expect(readRow(server.doc, 'activities', 'ny')).toMatchObject({
    arena: 'Skrevet uten nett', topic: 'Et tema', status: 'in-progress', responsible: [{ id: 'ks', roles: ['lead'] }], deletedAt: null,
    own1: '', own2: '', own3: '', place: { parentId: 'G2' }, invalid: [],
  })
  for (const field of ownFields)
    expect(rowMap(server.doc, 'activities', 'ny')?.get(field)).toBeInstanceOf(Y.Text)
  expect(sees(server, arena('K01'))).toBe('Møter uten nett')
})

test('C15 the page says which kind of plan it knows, whatever the server has answered', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  browser.answer({ schemaVersion: 0 })
  await openLive(server, browser)
  expect(server.sockets[0]?.url.searchParams.get('schema')).toBe(String(schemaVersion))
})

test('C22 with no room on the device, or no storage at all, nothing is lost from one session of a page to the next', async () => {
  for (const kind of ['full', 'none'] as const) {
    const server = openPretendServer()
    const browser = openBrowser(server, { hasStorage: kind === 'full' })
    const page = await openLive(server, browser)
    browser.fillDevice(kind === 'full')
    refuseCells(server, one => one.row === 'K02')
    page.type(arena('K01'), ' en')
    page.type(arena('K02'), ' to')
    await comeToRest(server)
    expect(page.stops).toEqual(['refused'])
    page.type(arena('K03'), ' tre')
    await mend(server, page)
    expect([sees(server, arena('K01')), sees(server, arena('K03'))]).toEqual(['Møter en', 'Kronikker tre'])
    expect(page.left).toMatchObject([{ row: 'K02', value: 'Nyhetsbrev to', why: 'too-long' }])
    await page.change()
    await comeToRest(server)
    expect(page.left).toMatchObject([{ row: 'K02', value: 'Nyhetsbrev to' }])
    if (kind === 'full') {
      browser.fillDevice(false)
      await vi.advanceTimersByTimeAsync(6_000)
      await page.session.close()
      expect((await openLive(server, browser)).left).toMatchObject([{ row: 'K02', value: 'Nyhetsbrev to' }])
      expect(browser.memory.outbox).toEqual([])
    }
  }
})

/** Plays a rescue in which the page dies right after its `nth` write to the device; tells whether it did. */
async function playWithDeath(nth: number) {
  const server = openPretendServer()
  const browser: Browser = openBrowser(server)
  let page = await openLive(server, browser)
  server.cut()
  page.type(arena('K01'), ' en')
  page.type(arena('K02'), ' to')
  page.type(arena('K03'), ' tre')
  const added = addRow(page.session.plan, 'goals', { text: 'Nytt mål' })
  await settle()
  olav(server, theirs => spliceText(theirs, arena('K01'), { at: 0, remove: 0, insert: 'Nye ' }))
  refuseCells(server, one => one.row === 'K02')
  let writes = 0
  let inBoth = 0
  let died = false
  browser.onWrite(() => {
    const { outbox, changes } = browser.memory
    const isInBoth = changes.some(({ why, row }) => why === null && outbox.some(entry => entry.again && entry.cells.some(one => one.row === row)))
    inBoth += isInBoth ? 1 : 0
    if (++writes === nth) {
      died = true
      page.die()
    }
  })
  server.mend()
  await waitForLine(server)
  for (let n = 0; n < 8; n++) {
    if (died && writes >= nth) {
      writes = -1_000
      await page.kill()
      page = await browser.openPage({}, { opensAnew: true })
    }
    else if (page.stops.length > 0) {
      page.stops.splice(0)
      await page.change()
    }
    await comeToRest(server)
    await pass(server, 5)
  }
  return {
    died,
    inBoth,
    left: page.left.map(({ row, value }) => `${row}: ${String(value)}`),
    texts: [sees(server, arena('K01')), sees(server, arena('K02')), sees(server, arena('K03')), added.ok && sees(server, { register: 'goals', row: added.id, field: 'text' })],
    state: page.save.state,
  }
}

test('C16 a page that dies at any step of a rescue has lost nothing, and doubled nothing', async () => {
  let deaths = 0
  for (let nth = 1; nth <= 12; nth++) {
    const { died, ...rest } = await playWithDeath(nth)
    deaths += died ? 1 : 0
    expect({ nth, ...rest }).toEqual({ nth, inBoth: 0, left: ['K02: Nyhetsbrev to'], texts: ['Nye Møter en', 'Nyhetsbrev', 'Kronikker tre', 'Nytt mål'], state: 'saved' })
  }
  expect(deaths).toBeGreaterThanOrEqual(4)
})

test('C16 of two tabs one writes what waits, and both list what is left', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const [page, other] = [await openLive(server, browser), await openLive(server, browser)]
  server.cut()
  page.type(arena('K01'), ' en')
  page.type(arena('K02'), ' to')
  refuseCells(server, one => one.row === 'K02')
  server.mend()
  await waitForLine(server)
  await page.session.close()
  const [third, fourth] = await Promise.all([browser.openPage(), browser.openPage()])
  await comeToRest(server)
  await vi.advanceTimersByTimeAsync(6_000)
  await comeToRest(server)
  expect(sees(server, arena('K01'))).toBe('Møter en')
  expect([other, third, fourth].map(({ left }) => left.map(({ row }) => row))).toEqual([['K02'], ['K02'], ['K02']])
  expect([other, third, fourth].map(one => one.sees(arena('K01')))).toEqual(['Møter en', 'Møter en', 'Møter en'])
})

/** A change of one cell that claims to be a client's first. */
function statusOf(status: string, client: number): Uint8Array {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, layPlan(smallSeed))
  doc.clientID = client
  const [before] = [Y.encodeStateVector(doc)]
  setCell(openPlan(doc), cell('status', 'K02'), status)
  return Y.encodeStateAsUpdate(doc, before)
}

test('C23 a document that has come to differ is noticed, fetched anew, and what was typed meanwhile is kept', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  await pass(server, 61)
  expect(page.stops).toEqual([])
  server.mislead(statusOf('done', 77), statusOf('cancelled', 77))
  await comeToRest(server)
  expect(readRow(page.session.plan.doc, 'activities', 'K02')?.status).toBe('cancelled')
  await pass(server, 70)
  expect(page.stops).toEqual(['differs'])
  page.type(arena('K01'), ' i vår')
  await mend(server, page)
  expect(page.session.content.value).toBe('open')
  expect(readRow(page.session.plan.doc, 'activities', 'K02')?.status).toBe('done')
  expect([sees(server, arena('K01')), page.sees(arena('K01'))]).toEqual(['Møter i vår', 'Møter i vår'])
  await page.change()
  await comeToRest(server)
  expect(readRow(page.session.plan.doc, 'activities', 'K02')?.status).toBe('done')
  await pass(server, 130)
  expect(page.stops).toEqual(['differs'])

  server.mislead(statusOf('postponed', 78), statusOf('in-progress', 78))
  await pass(server, 70)
  expect(page.save).toMatchObject({ state: 'stopped', reason: 'differs', unsent: 0 })
})
